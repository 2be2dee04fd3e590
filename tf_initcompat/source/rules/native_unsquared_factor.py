"""IC305: the factor of uniform_unit_scaling as the scale of VarianceScaling."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Distribution
from tf_initcompat.source.rules import FileContext, Found, Rule, register
from tf_initcompat.source.syntax.names import last_component

#: Factors that the documentation of TensorFlow 1 gives for ReLU and tanh.
_FACTORS: Final = (1.43, 1.15)
_FACTOR: Final = "factor"


def detect_file(file: FileContext) -> Iterator[Found]:
    """Yield uniform distributions whose scale is such a factor, by its value or by its name."""
    for use in file.native_uses:
        arguments = file.arguments(use)
        if arguments is None or use.symbol is None or use.symbol.distribution is not Distribution.VARIANCE_SCALING:
            continue
        scale = arguments.given.get("scale")
        is_factor = arguments.values.get("scale") in _FACTORS or last_component(scale) == _FACTOR
        is_uniform = arguments.values.get("distribution") == "uniform"
        if scale is not None and is_factor and is_uniform and arguments.values.get("mode", "fan_in") == "fan_in":
            message = "scale is the factor of uniform_unit_scaling; VarianceScaling needs its square"
            yield Found(use.node, use.call, use.name, message)


RULE: Final = register(
    Rule(
        code="IC305",
        name="native-unsquared-factor",
        level="warning",
        summary="VarianceScaling needs the square of a factor",
        since="0.1.0",
        what_it_does="""
            Finds uniform `VarianceScaling` of Keras whose scale is a factor of `uniform_unit_scaling_initializer`: 1.43
            and 1.15, which TensorFlow 1 documents for ReLU and tanh, and names `factor`.
            """,
        why_is_this_bad="""
            The factor multiplies the standard deviation, the scale multiplies the variance. The weights of a rewrite
            that takes one for the other are too narrow, by the square root of the factor.
            """,
        bad=(
            """
            import keras

            init = keras.initializers.VarianceScaling(scale=1.43, mode="fan_in", distribution="uniform")
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import keras

            def relu_init(factor):
                return keras.initializers.VarianceScaling(factor, "fan_in", "uniform")
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import keras

            init = keras.initializers.VarianceScaling(scale=1.43**2, mode="fan_in", distribution="uniform")
            """,
            """
            import keras

            init = keras.initializers.VarianceScaling(scale=2.0, mode="fan_in", distribution="uniform")
            """,
        ),
        use_instead="""
            import keras

            init = keras.initializers.VarianceScaling(scale=1.43**2, mode="fan_in", distribution="uniform")
            """,
        is_fixed=False,
        detect_file=detect_file,
        is_opt_in=True,
    )
)
