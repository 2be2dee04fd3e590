"""IC116: code that `tf_upgrade_v2` wrote for an initializer of contrib."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Distribution, Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use

#: Name that the converter writes.
_WRITTEN: Final = "keras.initializers.VarianceScaling"


def applies_to(symbol: Symbol) -> bool:
    """Return whether the converter writes the symbol."""
    return symbol.distribution is Distribution.VARIANCE_SCALING and _WRITTEN in symbol.names


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield that a call has the form that the converter writes."""
    arguments = file.arguments(use)
    if arguments is not None and use.name == _WRITTEN and _is_written(arguments.given.get("distribution")):
        yield "an initializer of contrib before tf_upgrade_v2, which dropped its factor of 1.3"


def _is_written(distribution: ast.expr | None) -> bool:
    """Return whether the converter wrote the distribution, and it may be the normal one, which has the factor."""
    if not isinstance(distribution, ast.IfExp):
        return False
    is_uniform = isinstance(distribution.test, ast.Constant) and bool(distribution.test.value)
    return isinstance(distribution.body, ast.Constant) and distribution.body.value == "uniform" and not is_uniform


RULE: Final = register(
    Rule(
        code="IC116",
        name="converter-leftover",
        level="warning",
        summary="Code that tf_upgrade_v2 left behind",
        since="0.1.0",
        what_it_does="""
            Finds calls of `VarianceScaling` in the form that TensorFlow's converter writes.
            """,
        why_is_this_bad="""
            The converter turned an initializer of contrib into `VarianceScaling` and dropped its factor of 1.3. The
            original program had a standard deviation that is 0.29 % larger. `migrate` preserves the present behaviour.
            """,
        bad=(
            """
            import tensorflow as tf

            init = tf.compat.v1.keras.initializers.VarianceScaling(
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                scale=2.0, mode=("FAN_IN").lower(), distribution=("uniform" if False else "truncated_normal")
            )
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            tf.keras.initializers.VarianceScaling(scale=2.0, mode='fan_in')
            """,
            """
            import tensorflow as tf

            tf.compat.v1.keras.initializers.VarianceScaling(
                scale=1.0, mode="fan_avg", distribution=("uniform" if True else "truncated_normal")
            )
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.keras.initializers.VarianceScaling(
                scale=2.0, mode=("FAN_IN").lower(), distribution=("uniform" if False else "truncated_normal")
            )
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.SOLVES,
    )
)
