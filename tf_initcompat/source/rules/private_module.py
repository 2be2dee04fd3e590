"""IC004: an initializer from a private module of TensorFlow."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, NativeCode, Rule, is_legacy_expression, register
from tf_initcompat.source.uses import Status, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the private name."""
    if use.status is Status.NATIVE:
        yield f"{use.qualified} is not public; use tf.keras.initializers"
    elif use.is_private and is_legacy_expression(use):
        yield f"{use.qualified} is not public"


RULE: Final = register(
    Rule(
        code="IC004",
        name="private-module",
        level="warning",
        summary="An initializer from a private module of TensorFlow",
        since="0.1.0",
        what_it_does="""
            Finds initializers that are imported from `tensorflow.python`.
            """,
        why_is_this_bad="""
            Private modules can change in every release of TensorFlow.

            The legacy classes of `init_ops` have public names, which `migrate` uses. The classes of `init_ops_v2` are
            those of TensorFlow 2 and not legacy: use `tf.keras.initializers` for them.
            """,
        bad=(
            """
            from tensorflow.python.ops import init_ops

            init_ops.zeros_initializer()
            ^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            from tensorflow.python.ops import init_ops_v2

            init_ops_v2.Zeros()
            ^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            tf.zeros_initializer()
            """,
        ),
        use_instead="""
            import tf_initcompat

            tf_initcompat.zeros_initializer()
            """,
        detect=detect,
        native=NativeCode.SOLVES,
    )
)
