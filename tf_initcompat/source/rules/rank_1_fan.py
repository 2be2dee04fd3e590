"""IC112: the fan of shapes of rank 1."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Distribution, Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the distribution is uniform unit scaling."""
    return symbol.distribution is Distribution.UNIT_SCALING


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the fan."""
    if file.arguments(use) is not None:
        yield "the fan of a shape of rank 1 is 1"


RULE: Final = register(
    Rule(
        code="IC112",
        name="rank-1-fan",
        level="warning",
        summary="Shapes of rank 1 have another fan",
        since="0.1.0",
        what_it_does="""
            Finds calls of `uniform_unit_scaling_initializer`.
            """,
        why_is_this_bad="""
            For a shape of rank 1, such as that of a bias, the legacy initializer uses the fan 1. `VarianceScaling` uses
            the dimension. Accept the difference if no variable of rank 1 gets the initializer.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.uniform_unit_scaling_initializer()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.variance_scaling_initializer()
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.uniform_unit_scaling_initializer()
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
    )
)
