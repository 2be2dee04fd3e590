"""Native code for a call of a legacy constructor: plain data in, source code out."""

import ast
import functools
from collections.abc import Callable
from typing import Final

from tf_initcompat.catalog import symbols
from tf_initcompat.catalog.symbols import Distribution, Parameter, Symbol
from tf_initcompat.source.syntax import literals
from tf_initcompat.source.syntax.literals import Arguments

#: Distributions whose native classes have other defaults. Every parameter is named there.
_OTHER_DEFAULTS: Final = (
    Distribution.NORMAL,
    Distribution.TRUNCATED_NORMAL,
    Distribution.UNIFORM,
    Distribution.CONSTANT,
)
#: Parameters that are not arguments of the native constructor: seeds differ, and the dtype belongs to the call.
_NOT_PASSED: Final = ("seed", "dtype")
#: Source code of a node.
Source = Callable[[ast.expr], str]


class NotExpressibleError(Exception):
    """A call without native code; the message is the reason."""


def native_call(symbol: Symbol, arguments: Arguments, source: Source) -> str:
    """Return the call of the native class with the same distribution, without its namespace.

    Args:
      symbol: The legacy symbol.
      arguments: Arguments of the legacy call.
      source: Returns the source code of an argument.

    Raises:
      NotExpressibleError: If the arguments cannot be expressed natively.

    Examples:
      >>> native_call(symbols.by_name()["random_normal_initializer"], Arguments({}, {}, True), ast.unparse)
      'RandomNormal(mean=0.0, stddev=1.0)'
      >>> native_call(symbols.by_name()["initializers.he_normal"], Arguments({}, {}, True), ast.unparse)
      'HeNormal()'
    """
    _require(symbol.has_native_counterpart, "Keras has no such initializer")
    if symbol.preset:
        return f"{symbol.preset}()"
    require_native_parameters(symbol, arguments)
    text = functools.partial(_text, arguments=arguments, source=source)
    match symbol.distribution:
        case Distribution.VARIANCE_SCALING:
            return _variance_scaling(symbol, arguments, text)
        case Distribution.UNIT_SCALING:
            return _unit_scaling(symbol, arguments)
        case Distribution.CONTRIB_SCALING:
            return _contrib_scaling(symbol, arguments)
        case Distribution.UNIFORM:
            return _uniform(symbol, arguments, text)
        case _:
            return _plain(symbol, arguments, text)


def require_native_parameters(symbol: Symbol, arguments: Arguments) -> None:
    """Check that the native symbol has a parameter for each argument, or that the legacy one ignores it.

    Args:
      symbol: The legacy symbol.
      arguments: Arguments of the legacy call.

    Raises:
      NotExpressibleError: If an argument has no native counterpart.
    """
    for parameter in symbol.parameters:
        is_missing = not parameter.native and not parameter.is_ignored
        _require(not (is_missing and parameter.name in arguments.given), f"{parameter.name} has no native counterpart")


def _plain(symbol: Symbol, arguments: Arguments, text: Callable[[Parameter], str]) -> str:
    """Return the call of a class whose parameters have their legacy names and meanings."""
    is_named_in_full = symbol.distribution in _OTHER_DEFAULTS
    passed = [
        parameter
        for parameter in symbol.parameters
        if parameter.native and parameter.name not in _NOT_PASSED
        if is_named_in_full or parameter.name in arguments.given
    ]
    return f"{symbol.native}({', '.join(map(text, passed))})"


def _text(parameter: Parameter, arguments: Arguments, source: Source) -> str:
    """Return a parameter with its argument or its legacy default."""
    argument = arguments.given.get(parameter.name)
    return f"{parameter.native}={parameter.default!r}" if argument is None else f"{parameter.native}={source(argument)}"


def _uniform(symbol: Symbol, arguments: Arguments, text: Callable[[Parameter], str]) -> str:
    minval, maxval = _parameter(symbol, "minval"), _parameter(symbol, "maxval")
    if _value(maxval, arguments) is None:
        return f"{symbol.native}({text(minval)}, maxval=1.0)"
    given = arguments.given.get(maxval.name)
    is_certain = given is None or arguments.values[maxval.name] is not literals.OPAQUE
    _require(is_certain or isinstance(given, (ast.BinOp, ast.UnaryOp)), "maxval may be None")
    return f"{symbol.native}({text(minval)}, {text(maxval)})"


def _variance_scaling(symbol: Symbol, arguments: Arguments, text: Callable[[Parameter], str]) -> str:
    mode = str(_value(_parameter(symbol, "mode"), arguments)).lower()
    distribution = str(_value(_parameter(symbol, "distribution"), arguments)).lower()
    native = symbols.DISTRIBUTION_ALIASES.get(distribution, distribution)
    return _scaled(text(_parameter(symbol, "scale")), mode, native)


def _unit_scaling(symbol: Symbol, arguments: Arguments) -> str:
    factor = _value(_parameter(symbol, "factor"), arguments)
    _require(isinstance(factor, (int, float)), "the factor is not a literal")
    assert isinstance(factor, (int, float))
    return _scaled(f"scale={float(factor) ** 2!r}", "fan_in", "uniform")


def _contrib_scaling(symbol: Symbol, arguments: Arguments) -> str:
    parameters = {parameter.name: parameter for parameter in symbol.parameters}
    uniform = _value(parameters["uniform"], arguments)
    # The Xavier initializers have neither parameter: their factor is 1, their n the average fan.
    factor = _value(parameters["factor"], arguments) if "factor" in parameters else 1.0
    mode = _value(parameters["mode"], arguments) if "mode" in parameters else "FAN_AVG"
    _require(isinstance(uniform, bool) and isinstance(factor, (int, float)), "an argument is not a literal")
    assert isinstance(factor, (int, float))
    scale = 1.0 if uniform else symbols.CONTRIB_SCALE
    distribution = "uniform" if uniform else "truncated_normal"
    return _scaled(f"scale={float(factor) * scale!r}", str(mode).lower(), distribution)


def _scaled(scale: str, mode: str, distribution: str) -> str:
    _require(mode in symbols.MODES, "the mode is not a literal")
    _require(distribution in symbols.DISTRIBUTIONS, "the distribution is not a literal")
    return f'VarianceScaling({scale}, mode="{mode}", distribution="{distribution}")'


def _parameter(symbol: Symbol, name: str) -> Parameter:
    parameter = symbol.parameter(name)
    assert parameter is not None
    return parameter


def _value(parameter: Parameter, arguments: Arguments) -> object:
    """Return the value of an argument or its default."""
    return arguments.values.get(parameter.name, parameter.default)


def _require(condition: object, reason: str) -> None:
    if not condition:
        raise NotExpressibleError(reason)
