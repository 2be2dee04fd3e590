"""IC109: contrib's normal distribution."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Distribution, Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, is_passed_on, register
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the distribution is contrib's variance scaling."""
    return symbol.distribution is Distribution.CONTRIB_SCALING


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield that the distribution is normal, or the reason why it is unknown."""
    symbol, arguments = use.symbol, file.arguments(use)
    parameter = symbol.parameter("uniform") if symbol is not None else None
    if arguments is None:
        if is_passed_on(use):
            yield "the arguments are given elsewhere; a normal distribution has another variance than VarianceScaling"
    elif parameter is not None and arguments.values.get("uniform", parameter.default) is not True:
        yield "the variance of the normal distribution is 1.3 * factor / n before the truncation"


RULE: Final = register(
    Rule(
        code="IC109",
        name="contrib-1.3",
        level="warning",
        summary="contrib truncates its normal distribution at another place",
        since="0.1.0",
        what_it_does="""
            Finds contrib's `xavier_initializer` and `variance_scaling_initializer` with a normal distribution.
            """,
        why_is_this_bad="""
            contrib truncates a normal distribution at two sigma, where sigma = sqrt(1.3 * factor / n).
            `VarianceScaling` scales after the truncation. The distributions are equal for
            scale = 1.3 * 0.87962566103423978 ** 2 * factor. With scale = factor, the standard deviation is 0.29 % off.
            """,
        bad=(
            """
            import tensorflow as tf

            init = tf.contrib.layers.variance_scaling_initializer()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow as tf

            init = tf.contrib.layers.xavier_initializer(uniform=False)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow as tf

            make = tf.contrib.layers.xavier_initializer
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow as tf

            init = tf.contrib.layers.variance_scaling_initializer(uniform=True)
            """,
            """
            import tensorflow as tf

            init = tf.contrib.layers.xavier_initializer()
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.contrib.layers.variance_scaling_initializer()
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.SOLVES,
    )
)
