"""IC108: the factor of uniform unit scaling."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Distribution, Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, is_passed_on, register
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the distribution is uniform unit scaling."""
    return symbol.distribution is Distribution.UNIT_SCALING


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield a factor other than 1, or the reason why it is unknown."""
    arguments = file.arguments(use)
    if arguments is None:
        if is_passed_on(use):
            yield "the factor is given elsewhere; VarianceScaling needs its square as scale"
    elif arguments.values.get("factor", 1.0) != 1:
        factor = arguments.values["factor"]
        scale = f"{factor**2:.10g}" if isinstance(factor, (int, float)) else "its square"
        text = f"factor={ast.unparse(arguments.given['factor'])}"
        yield f"{text} scales the limit; VarianceScaling needs scale={scale}"


RULE: Final = register(
    Rule(
        code="IC108",
        name="squared-factor",
        level="warning",
        summary="The factor multiplies the limit, not the variance",
        since="0.1.0",
        what_it_does="""
            Finds `uniform_unit_scaling_initializer` with a factor other than 1.
            """,
        why_is_this_bad="""
            The initializer samples from [-factor * sqrt(3 / n), factor * sqrt(3 / n)], where n is the product of all
            dimensions except the last. This is `VarianceScaling(scale=factor ** 2, mode="fan_in",
            distribution="uniform")`, except for shapes of rank 1, where n is 1. TensorFlow's own converter writes
            scale=factor.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.uniform_unit_scaling_initializer(1.4)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.uniform_unit_scaling_initializer(factor=f)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            make = tf.uniform_unit_scaling_initializer
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.uniform_unit_scaling_initializer()
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.uniform_unit_scaling_initializer(1.0)
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.uniform_unit_scaling_initializer(1.4)
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.SOLVES,
    )
)
