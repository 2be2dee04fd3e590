"""The arguments that a tree passes to a parameter of one of its functions."""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.syntax.scope_visitor import DEFINITIONS, defaults
from tf_initcompat.source.uses.expressions import arguments_of_getattr, named
from tf_initcompat.source.uses.value import UnknownError

#: The function that TensorFlow passes to a custom getter as the first argument.
_GETTER: Final = "tensorflow.get_variable"


class Passed(NamedTuple):
    """An argument or a default.

    Attributes:
      node: The expression; None for a function outside of the tree.
      file: Its file.
      qualified: Qualified name of a function outside of the tree.
    """

    node: ast.expr | None
    file: SourceFile
    qualified: str = ""


def passed(parameter: ast.arg, file: SourceFile, files_with: Callable[[str], Iterable[SourceFile]]) -> Iterator[Passed]:
    """Yield all values that a parameter of a function gets in the tree, its default included.

    Args:
      parameter: The parameter.
      file: Its file.
      files_with: Returns the files of the tree that contain a word.

    Raises:
      UnknownError: If some of them are unknown.
    """
    function = file.names.scope_of[parameter].node
    if not isinstance(function, DEFINITIONS) or isinstance(file.names.scope_of[function].node, ast.ClassDef):
        raise UnknownError("a parameter of an unknown function")
    positional = [*function.args.posonlyargs, *function.args.args]
    if parameter not in positional and parameter not in function.args.kwonlyargs:
        raise UnknownError("a list of arguments")
    yield from (Passed(value, file) for owner, value in defaults(function.args) if owner is parameter)
    index = positional.index(parameter) if parameter in positional else len(positional)
    is_called = False
    for other in files_with(function.name):
        if any(node.value == function.name for node in arguments_of_getattr(other)) or any(
            alias.asname and alias.name == function.name for alias in other.names.nodes_of(ast.alias)
        ):
            raise UnknownError("a function has another name")
        for read in named(function.name, other):
            if not (isinstance(read, ast.Attribute) or _is_function(read, function, other)):
                continue
            is_called = True
            if is_custom_getter(read, other, files_with):
                if index != 0 or parameter not in positional:
                    raise UnknownError("TensorFlow may pass it to a custom getter")
                yield Passed(None, other, _GETTER)
            else:
                yield from (Passed(value, other) for value in _given(read, parameter.arg, index, other))
    if not is_called:
        raise UnknownError("a function that nothing in the tree calls")


def is_custom_getter(read: ast.expr, file: SourceFile, files_with: Callable[[str], Iterable[SourceFile]]) -> bool:
    """Return whether a function is read only to become the custom getter of a scope, which TensorFlow calls.

    Args:
      read: Name of the function, or a call that returns it.
      file: Its file.
      files_with: Returns the files of the tree that contain a word.
    """
    names = file.names
    match names.parents.get(read):
        case ast.keyword(arg="custom_getter") as keyword:
            scope = names.parents[keyword]
            qualified = names.resolve(scope.func) if isinstance(scope, ast.Call) else frozenset({None})
            return all(name and name.startswith("tensorflow.") and name.endswith("scope") for name in qualified)
        case ast.Assign(targets=[ast.Name() as target]):
            binder = names.scope_of[target].find(target.id)
            reads = names.loads(target.id, binder) if binder and binder is not names.module_scope else []
            return bool(reads) and all(is_custom_getter(other, file, files_with) for other in reads)
        case ast.Return() as statement:
            outer = names.function_around(statement)
            if not isinstance(outer, DEFINITIONS) or outer.decorator_list:
                return False
            calls = [
                (names_of.names.parents.get(other), other, names_of)
                for names_of in files_with(outer.name)
                for other in named(outer.name, names_of)
            ]
            return bool(calls) and all(
                isinstance(call, ast.Call) and call.func is other and is_custom_getter(call, names_of, files_with)
                for call, other, names_of in calls
            )
        case _:
            return False


def _is_function(read: ast.expr, function: ast.AST, file: SourceFile) -> bool:
    """Return whether a name may stand for a function, which another module may define."""
    bindings = file.names.bindings(read)
    return not bindings or any(binding.qualified or binding.node is function for binding in bindings)


def _given(read: ast.expr, name: str, index: int, file: SourceFile) -> Iterator[ast.expr]:
    """Yield the argument that the call of a function gives to a parameter, or that a scope sets for its calls.

    Raises:
      UnknownError: If the function is not called there, or if the arguments are unknown.
    """
    parent = file.names.parents.get(read)
    scope = file.names.parents.get(parent) if isinstance(parent, (ast.List, ast.Tuple)) else None
    if isinstance(scope, ast.Call) and last_component(scope.func) == "arg_scope" and scope.args[:1] == [parent]:
        yield from _keywords(scope, name)
        return
    if not isinstance(parent, ast.Call) or parent.func is not read:
        raise UnknownError("a function is passed on")
    if any(isinstance(argument, ast.Starred) for argument in parent.args[: index + 1]):
        raise UnknownError("a list of arguments")
    if index < len(parent.args):
        yield parent.args[index]
    else:
        yield from _keywords(parent, name)


def _keywords(call: ast.Call, name: str) -> Iterator[ast.expr]:
    if any(keyword.arg is None for keyword in call.keywords):
        raise UnknownError("unknown keywords")
    yield from (keyword.value for keyword in call.keywords if keyword.arg == name)
