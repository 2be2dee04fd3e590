"""The expressions that a name can stand for, followed through assignments, parameters and calls of one file."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.syntax.names import UNKNOWN, Names
from tf_initcompat.source.syntax.scope_visitor import DEFINITIONS, SELF
from tf_initcompat.source.syntax.scopes import Binding

_Function = ast.FunctionDef | ast.AsyncFunctionDef

_CONSTRUCTOR: Final = "__init__"


def sources(node: ast.expr, names: Names) -> Iterator[ast.expr | ast.arg | None]:
    """Yield the expressions that an expression can stand for.

    Args:
      node: The expression. A name and an attribute of `self` are followed; another expression stands for itself.
      names: Names of the file.

    Yields:
      Expressions that are no names of the file. A parameter stands for its default and for what the calls in the file
      pass; without both, for itself. None is an unknown value.
    """
    yield from _sources(node, names, set())


def _sources(node: ast.expr, names: Names, seen: set[Binding]) -> Iterator[ast.expr | ast.arg | None]:
    """Yield the expressions that an expression can stand for; `seen` has the bindings that are followed already."""
    if isinstance(node, ast.IfExp):
        yield from _sources(node.body, names, seen)
        yield from _sources(node.orelse, names, seen)
        return
    bindings = names.bindings(node)
    if not bindings or any(binding.qualified for binding in bindings):
        yield None if isinstance(node, ast.Name) and not bindings else node
        return
    passed = [value for binding in bindings for value in _passed(binding, names)]
    has_default = any(binding.value is not None for binding in bindings)
    for binding in bindings:
        if binding in seen:
            continue
        seen.add(binding)
        if binding.value is not None:
            yield from _sources(binding.value, names, seen)
        elif not isinstance(binding.node, ast.arg):
            yield None
        elif not (passed or has_default):
            yield binding.node
    for value in passed:
        yield from _sources(value, names, seen)


def _passed(binding: Binding, names: Names) -> list[ast.expr]:
    """Return what the calls in the file pass for a parameter."""
    parameter = binding.node
    if not isinstance(parameter, ast.arg) or binding.value is not None:
        return []  # the binding of a default comes in addition to that of the parameter
    function = names.scope_of[parameter].node
    if not isinstance(function, DEFINITIONS):
        return []
    return [
        value
        for call in calls_of(called_name(function, names), names)
        for value in (*call.args, *(keyword.value for keyword in call.keywords))
        if parameter in parameters_of(value, call, function) and binding not in names.bindings(value)
    ]


def called_name(function: _Function, names: Names) -> str:
    """Return the name by which a function is called: its own, or that of the class if it is the constructor."""
    owner = names.parents[function]
    return owner.name if isinstance(owner, ast.ClassDef) and function.name == _CONSTRUCTOR else function.name


def calls_of(name: str, names: Names) -> list[ast.Call]:
    """Return the calls in a file that may mean one of its functions: by its name, and not of an imported module."""
    return [call for call in names.calls_named(name) if is_local(call, names)]


def is_local(call: ast.Call, names: Names) -> bool:
    """Return whether the function of a call may be one of the file, since it is not that of an imported module."""
    return names.resolve(call.func) == UNKNOWN


def parameters_of(argument: ast.expr, call: ast.Call, function: _Function) -> list[ast.arg]:
    """Return the parameters of a function that an argument of a call is passed to: one, or none.

    Args:
      argument: Argument of the call.
      call: The call.
      function: The function that it calls. Its first parameter is skipped if it is `self` or `cls`.
    """
    positional = [*function.args.posonlyargs, *function.args.args]
    named = [*positional, *function.args.kwonlyargs]
    keywords = {keyword.arg for keyword in call.keywords if keyword.value is argument}
    if positional and positional[0].arg in (SELF, "cls"):
        positional = positional[1:]
    return [parameter for parameter in named if parameter.arg in keywords] or [
        parameter for parameter, value in zip(positional, call.args, strict=False) if value is argument
    ]
