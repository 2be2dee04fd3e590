"""Arguments of a call that can be evaluated without running the program."""

import ast
import enum
import math
from collections.abc import Callable
from types import EllipsisType
from typing import Any, Final, NamedTuple, TypeAlias

from tf_initcompat.catalog import symbols
from tf_initcompat.source.syntax.names import Candidates, Names, last_component


class Opaque(enum.Enum):
    """Type of `OPAQUE`."""

    OPAQUE = "opaque"


#: Value of an expression that is not a literal.
OPAQUE: Final = Opaque.OPAQUE
#: Value of an expression. A dtype is given by its name.
Value: TypeAlias = (
    "bool | int | float | complex | str | bytes | EllipsisType | list[Value] | tuple[Value, ...] | Opaque | None"
)

_OPERATORS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.FloorDiv: lambda left, right: left // right,
}
#: Largest exponent that is evaluated, so that `10 ** 10 ** 10` takes no time.
_LARGEST_POWER: Final = 64
_FUNCTIONS: Final[dict[str, Callable[[Any], float]]] = {
    "numpy.sqrt": math.sqrt,
    "math.sqrt": math.sqrt,
    "numpy.log": math.log,
    "math.log": math.log,
    "float": float,
    "int": int,
}
_CONSTANTS: Final = {"numpy.pi": math.pi, "math.pi": math.pi}
_DTYPES: Final = frozenset({
    "float16", "bfloat16", "float32", "float64", "half", "double", "int8", "int16", "int32", "int64", "uint8", "uint16",
    "uint32", "uint64", "bool", "complex64", "complex128", "string",
})  # fmt: skip
_SAME_DTYPE: Final = {"half": "float16", "double": "float64"}


class Arguments(NamedTuple):
    """The arguments of a call of a legacy constructor.

    Attributes:
      given: Expression of each parameter that the call sets.
      values: Values of these expressions; `OPAQUE` where they are not literals. A dtype is given by its name.
      is_complete: Whether every argument belongs to a parameter, which is not so with `*args` or an unknown name.
    """

    given: dict[str, ast.expr]
    values: dict[str, Value]
    is_complete: bool

    @property
    def is_literal(self) -> bool:
        """Whether all arguments are literals."""
        return self.is_complete and OPAQUE not in self.values.values()


def read(call: ast.Call, symbol: symbols.Symbol, names: Names) -> Arguments:
    """Read the arguments of a call.

    Args:
      call: The call.
      symbol: Row of the called symbol.
      names: Names of the file, to resolve dtypes and functions.
    """
    parameters = [parameter.name for parameter in symbol.parameters]
    given: dict[str, ast.expr] = {}
    is_complete = len(call.args) <= len(parameters) and not any(isinstance(arg, ast.Starred) for arg in call.args)
    if is_complete:
        given.update(zip(parameters, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg not in parameters or keyword.arg in given:
            is_complete = False
        else:
            given[keyword.arg] = keyword.value
    return Arguments(given, {name: value(node, names) for name, node in given.items()}, is_complete)


def value(node: ast.expr, names: Names) -> Value:
    """Return the value of an expression, or `OPAQUE` if it is not a literal."""
    try:
        return _value(node, names)
    except (_NotLiteralError, ArithmeticError, TypeError, ValueError):
        return OPAQUE


def makes_number(function: ast.expr, names: Names) -> bool:
    """Return whether a function returns a number: a conversion such as `float`, or a function of `math`."""
    is_builtin = isinstance(function, ast.Name) and not names.bindings(function)
    return _only(names.resolve(function)).startswith("math.") or (
        is_builtin and last_component(function) in ("float", "int", "len", "round")
    )


def is_elementwise(function: ast.expr, names: Names) -> bool:
    """Return whether a function of NumPy makes a number of a number, and an array of an array."""
    qualified = _only(names.resolve(function))
    module, _, name = qualified.rpartition(".")
    return module == "numpy" and (qualified in _FUNCTIONS or name in _DTYPES)


class _NotLiteralError(Exception):
    pass


def _value(node: ast.expr, names: Names) -> Value:
    match node:
        case ast.Constant():
            return node.value
        case ast.UnaryOp(op=ast.USub()):
            operand = _value(node.operand, names)
            if isinstance(operand, (int, float, complex)):
                return -operand
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, names)
        case ast.BinOp() if type(node.op) in _OPERATORS:
            left, right = _value(node.left, names), _value(node.right, names)
            if isinstance(left, (int, float)) and isinstance(right, (int, float)):
                return _OPERATORS[type(node.op)](left, right)
        case ast.BinOp(op=ast.Pow()):
            base, power = _value(node.left, names), _value(node.right, names)
            if isinstance(base, (int, float)) and isinstance(power, (int, float)) and abs(power) <= _LARGEST_POWER:
                return base**power
        case ast.List():
            return [_value(item, names) for item in node.elts]
        case ast.Tuple():
            return tuple([_value(item, names) for item in node.elts])
        case ast.IfExp():  # tf_upgrade_v2 writes ("uniform" if False else "truncated_normal")
            return _value(node.body if _value(node.test, names) else node.orelse, names)
        case ast.Call(func=ast.Attribute(attr="lower", value=owner), args=[], keywords=[]):
            text = _value(owner, names)
            if isinstance(text, (str, bytes)):
                return text.lower()
        case ast.Call(args=[argument], keywords=[]):
            function = _only(names.resolve(node.func)) or (node.func.id if isinstance(node.func, ast.Name) else "")
            if function in _FUNCTIONS:
                return _FUNCTIONS[function](_value(argument, names))
        case ast.Attribute() | ast.Name():
            qualified = _only(names.resolve(node))
            module, _, name = qualified.rpartition(".")
            if name in _DTYPES and module.startswith(("tensorflow", "numpy")):
                return _SAME_DTYPE.get(name, name)
            if qualified in _CONSTANTS:
                return _CONSTANTS[qualified]
        case _:
            pass
    raise _NotLiteralError


def _only(candidates: Candidates) -> str:
    """Return the only candidate; "" if there are more, as for a parameter with a default."""
    return next(iter(candidates)) or "" if len(candidates) == 1 else ""
