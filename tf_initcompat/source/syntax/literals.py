"""The arguments of a call, as far as they can be read without running anything."""

import ast
import math
import operator
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tf_initcompat.catalog import symbols
from tf_initcompat.source.syntax.names import Candidates, Names

#: What stands for a value that is not a literal.
OPAQUE: Final = object()

_OPERATORS: Final = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_LARGEST_POWER: Final = 64
_FUNCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "numpy.sqrt": math.sqrt,
    "math.sqrt": math.sqrt,
    "numpy.log": math.log,
    "math.log": math.log,
    "float": float,
    "int": int,
}
_CONSTANTS: Final = ("numpy.pi", "math.pi")
_DTYPES: Final = frozenset(
    {
        "float16",
        "bfloat16",
        "float32",
        "float64",
        "half",
        "double",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "bool",
        "complex64",
        "complex128",
        "string",
    }
)
_SAME_DTYPE: Final = {"half": "float16", "double": "float64"}


class Arguments(NamedTuple):
    """The arguments of a call of a legacy constructor.

    Attributes:
      given: The expression of each parameter that is given.
      values: Their values; `OPAQUE` where they are not literals. A dtype is given by its name.
      complete: Whether every argument belongs to a parameter; not with `*args`, `**kwargs` or a wrong name.
    """

    given: dict[str, ast.expr]
    values: dict[str, Any]
    complete: bool

    @property
    def literal(self) -> bool:
        """Whether all arguments are known."""
        return self.complete and OPAQUE not in self.values.values()


def read(call: ast.Call, symbol: symbols.Symbol, names: Names) -> Arguments:
    """Reads the arguments of a call.

    Args:
      call: The call.
      symbol: The row of what it calls.
      names: The names of the file, for dtypes and functions.
    """
    parameters = [parameter.name for parameter in symbol.parameters]
    given: dict[str, ast.expr] = {}
    complete = len(call.args) <= len(parameters) and not any(isinstance(one, ast.Starred) for one in call.args)
    if complete:
        given.update(zip(parameters, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg not in parameters or keyword.arg in given:
            complete = False
        else:
            given[keyword.arg] = keyword.value
    return Arguments(given, {name: value(node, names) for name, node in given.items()}, complete)


def value(node: ast.expr, names: Names) -> Any:
    """Returns the value of an expression, or `OPAQUE`."""
    try:
        return _value(node, names)
    except (_NotLiteralError, ArithmeticError, TypeError, ValueError, AttributeError):
        return OPAQUE


class _NotLiteralError(Exception):
    pass


def _value(node: ast.expr, names: Names) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand, names)
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, names)
        case ast.BinOp() if type(node.op) in _OPERATORS:
            operands = _value(node.left, names), _value(node.right, names)
            if all(isinstance(one, (int, float)) for one in operands):
                return _OPERATORS[type(node.op)](*operands)
        case ast.BinOp(op=ast.Pow()):
            base, power = _value(node.left, names), _value(node.right, names)
            if isinstance(base, (int, float)) and abs(power) <= _LARGEST_POWER:
                return base**power
        case ast.List() | ast.Tuple():
            several = [_value(one, names) for one in node.elts]
            return several if isinstance(node, ast.List) else tuple(several)
        case ast.IfExp():  # tf_upgrade_v2 writes ("uniform" if False else "truncated_normal")
            return _value(node.body if _value(node.test, names) else node.orelse, names)
        case ast.Call(func=ast.Attribute(attr="lower", value=text), args=[], keywords=[]):
            return _value(text, names).lower()
        case ast.Call(args=[one], keywords=[]):
            function = _only(names.resolve(node.func)) or _text(node.func)
            if function in _FUNCTIONS:
                return _FUNCTIONS[function](_value(one, names))
        case ast.Attribute() | ast.Name():
            module, _, name = _only(names.resolve(node)).rpartition(".")
            if name in _DTYPES and module.startswith(("tensorflow", "numpy")):
                return _SAME_DTYPE.get(name, name)
            if _only(names.resolve(node)) in _CONSTANTS:
                return math.pi
    raise _NotLiteralError


def _only(candidates: Candidates) -> str:
    """Returns the one thing that a name stands for, or nothing: a parameter's default is not all that it can be."""
    return next(iter(candidates)) or "" if len(candidates) == 1 else ""


def _text(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
