"""IC119: an initializer that may make any number of tensors."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the symbol makes tensors."""
    return symbol.distribution is not None


def detect_obstacle(use: Use, file: FileContext) -> Iterator[str]:
    """Yield that the tensors are unknown."""
    if not file.consumers(use):
        yield (
            "the initializer is not called here"
            if use.call is None
            else "it is unknown which tensors the instance makes"
        )


RULE: Final = register(
    Rule(
        code="IC119",
        name="unknown-consumer",
        level="note",
        summary="It is unknown how many tensors the instance makes",
        since="0.1.0",
        what_it_does="""
            With `migrate --to native`, finds initializers that are not called at once and are not the initializer of
            one variable: classes, instances in a variable, and arguments of unknown functions.
            """,
        why_is_this_bad="""
            A native instance returns the same values in each call. Native code is equal only if an instance makes one
            tensor. The wrapper is right for any number.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            x = dense(x, tf.glorot_uniform_initializer())
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            x = dense(x, tf.zeros_initializer)
                         ^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            w = tf.get_variable("w", [3, 4], initializer=tf.glorot_uniform_initializer())
            """,
            """
            import tensorflow.compat.v1 as tf

            w = tf.glorot_uniform_initializer()([3, 4])
            """,
        ),
        use_instead="""
            import tf_initcompat

            x = dense(x, tf_initcompat.glorot_uniform_initializer())
            """,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
        detect_obstacle=detect_obstacle,
    )
)
