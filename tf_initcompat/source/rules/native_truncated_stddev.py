"""IC306: a standard deviation that truncation makes smaller, or that is compensated twice."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import CONTRIB_VARIANCE, Distribution
from tf_initcompat.source.rules import FileContext, Found, Rule, register
from tf_initcompat.source.syntax import values
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.uses import Use

_ROOTS: Final = ("sqrt", "rsqrt")


def detect_file(file: FileContext) -> Iterator[Found]:
    """Yield truncated normals by a formula of the variance, and formulas with contrib's 1.3."""
    for use in file.native_uses:
        message = _message(use, file)
        if message:
            yield Found(use.node, use.call, use.name, message)


def _message(use: Use, file: FileContext) -> str:
    arguments, distribution = file.arguments(use), use.symbol.distribution if use.symbol else None
    if arguments is None:
        return ""
    if distribution is Distribution.TRUNCATED_NORMAL and (stddev := arguments.given.get("stddev")) is not None:
        if any(map(_is_root_of_quotient, values.sources(stddev, file.names))) and not _has_contrib_variance(stddev):
            return "the truncation makes the standard deviation 12 % smaller than the formula; VarianceScaling does not"
    elif distribution is Distribution.VARIANCE_SCALING and (scale := arguments.given.get("scale")) is not None:
        is_truncated = arguments.values.get("distribution", "truncated_normal") == "truncated_normal"
        if is_truncated and _has_contrib_variance(scale):
            return "the scale has contrib's 1.3, but VarianceScaling makes up for the truncation itself"
    return ""


def _is_root_of_quotient(node: ast.AST | None) -> bool:
    """Return whether an expression is the square root of a quotient, as the formulas of He and Glorot are."""
    if isinstance(node, ast.Call) and last_component(node.func) in _ROOTS and node.args:
        return isinstance(node.args[0], ast.BinOp) and isinstance(node.args[0].op, ast.Div)
    match node:
        case ast.BinOp(left=ast.BinOp(op=ast.Div()), op=ast.Pow(), right=ast.Constant(value=0.5)):
            return True
        case _:
            return False


def _has_contrib_variance(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Constant) and part.value == CONTRIB_VARIANCE for part in ast.walk(node))


RULE: Final = register(
    Rule(
        code="IC306",
        name="native-truncated-stddev",
        level="warning",
        summary="Truncation changes the standard deviation",
        since="0.1.0",
        what_it_does="""
            Finds Keras' `TruncatedNormal` whose stddev is the square root of a quotient, as in the formulas of He and
            Glorot, and `VarianceScaling` whose scale has the factor 1.3 of contrib's initializers.
            """,
        why_is_this_bad="""
            A normal distribution that is truncated at two standard deviations has 0.88 of its standard deviation. The
            initializers of `tf.contrib.layers` multiplied the variance by 1.3 to make up for it. A rewrite to
            `TruncatedNormal` needs this factor, too; in `VarianceScaling`, which makes up for it itself, it counts
            twice.
            """,
        bad=(
            """
            import math
            import keras

            init = keras.initializers.TruncatedNormal(stddev=math.sqrt(2.0 / fan_in))
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import keras

            init = keras.initializers.VarianceScaling(scale=1.3 * 2.0)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import math
            import keras

            init = keras.initializers.TruncatedNormal(stddev=math.sqrt(1.3 * 2.0 / fan_in))
            """,
            """
            import keras

            init = keras.initializers.TruncatedNormal(stddev=0.02)
            """,
        ),
        use_instead="""
            import math
            import keras

            init = keras.initializers.VarianceScaling(scale=2.0)
            """,
        is_fixed=False,
        detect_file=detect_file,
        is_opt_in=True,
    )
)
