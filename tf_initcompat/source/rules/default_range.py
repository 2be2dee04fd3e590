"""IC111: a uniform initializer without limits."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the default range is not that of the native class."""
    parameter = symbol.parameter("maxval")
    return parameter is not None and parameter.default is None


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the defaults."""
    arguments = file.arguments(use)
    if arguments is not None and arguments.is_complete and not {"minval", "maxval"} <= arguments.values.keys():
        yield "the default range is [0, 1), the native one [-0.05, 0.05)"


RULE: Final = register(
    Rule(
        code="IC111",
        name="default-range",
        level="warning",
        summary="The native default of the range is different",
        since="0.1.0",
        what_it_does="""
            Finds `tf.random_uniform_initializer` without `minval` or without `maxval`.
            """,
        why_is_this_bad="""
            It samples from [0, 1), the native class from [-0.05, 0.05). Name both limits.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_uniform_initializer()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_uniform_initializer(-1.0)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_uniform_initializer(-1, 1)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.keras.initializers.RandomUniform()
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.random_uniform_initializer()
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.SOLVES,
    )
)
