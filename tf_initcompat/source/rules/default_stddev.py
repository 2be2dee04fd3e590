"""IC110: a normal initializer without a standard deviation."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use

_LEGACY_DEFAULT: Final = 1.0


def applies_to(symbol: Symbol) -> bool:
    """Return whether the default standard deviation is not that of the native class."""
    parameter = symbol.parameter("stddev")
    return parameter is not None and parameter.default == _LEGACY_DEFAULT


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the defaults."""
    arguments = file.arguments(use)
    if arguments is not None and arguments.is_complete and "stddev" not in arguments.values:
        yield "the default of stddev is 1.0, the native one 0.05"


RULE: Final = register(
    Rule(
        code="IC110",
        name="default-stddev",
        level="warning",
        summary="The native default of stddev is different",
        since="0.1.0",
        what_it_does="""
            Finds `tf.random_normal_initializer` and `tf.truncated_normal_initializer` without `stddev`.
            """,
        why_is_this_bad="""
            Their standard deviation is 1, that of the native classes is 0.05. Name `stddev`.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.truncated_normal_initializer(0.0)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer(0.0, 0.1)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.keras.initializers.RandomNormal()
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.random_normal_initializer()
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.SOLVES,
    )
)
