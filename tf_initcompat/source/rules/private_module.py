"""IC004: an initializer from a private module of TensorFlow."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.uses import Status, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the private name."""
    if use.status is Status.NATIVE:
        yield f"{use.qualified} is not public; use tf.keras.initializers"


RULE: Final = register(
    Rule(
        code="IC004",
        name="private-module",
        level="warning",
        summary="A native initializer from a private module of TensorFlow",
        since="0.1.0",
        what_it_does="""
            Finds native initializers that are imported from `tensorflow.python.ops.init_ops_v2`. IC001 reports the
            legacy classes of private modules.
            """,
        why_is_this_bad="""
            Private modules can change in every release of TensorFlow. The classes of `init_ops_v2` are those of
            TensorFlow 2 and not legacy: use `tf.keras.initializers` for them.
            """,
        bad=(
            """
            from tensorflow.python.ops import init_ops_v2

            init_ops_v2.Zeros()
            ^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            from tensorflow.python.ops import init_ops

            init_ops.zeros_initializer()
            """,
        ),
        use_instead="""
            import tensorflow as tf

            tf.keras.initializers.Zeros()
            """,
        is_fixed=False,
        detect=detect,
    )
)
