"""Callables that create variables, called or passed on: layers, cells, columns and `get_variable` of TensorFlow 1."""

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

from tf_initcompat.catalog import creators
from tf_initcompat.catalog.creators import Creator
from tf_initcompat.source.project.levels import Level
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import Candidates, last_component, literal_attribute
from tf_initcompat.source.uses.by_name import names_bound_to

#: Position of the layer among the arguments of the functions that call another layer.
_INNER_LAYER: Final = {"repeat": 2, "stack": 1}
#: Functions that do not call the callables that they get.
_NOT_CALLING: Final = frozenset({"arg_scope", "hasattr", "isinstance", "issubclass", "partial", "type", *_INNER_LAYER})


class Creation(NamedTuple):
    """A callable that creates variables, where it is called or passed on to an unknown caller.

    Attributes:
      node: Expression that names the callable.
      call: The call, or the call of `partial` that sets arguments; None if the callable is passed on.
      creator: The callable; for `repeat` and `stack`, with the weights of the layer that they call.
      given: Expression of each argument, by the name of its parameter.
      unknown: Text of the arguments that may be any, such as `**kwargs`; "" if there are none.
      is_certain: Whether the callable and the API level are known; otherwise it may be another one.
    """

    node: ast.expr
    call: ast.Call | None
    creator: Creator
    given: dict[str, ast.expr]
    unknown: str = ""
    is_certain: bool = True

    @property
    def name(self) -> str:
        """Name of the callable below `tf`."""
        return self.creator.name


def find(file: SourceFile) -> Iterator[Creation]:
    """Yield the callables of a file that create variables: first those that are called, by their names.

    Args:
      file: The file.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> file = rules.read("import tensorflow as tf; tf.layers.dense(x, 3, use_bias=False)")
      >>> [(creation.name, list(creation.given)) for creation in find(file.source)]
      [('layers.dense', ['inputs', 'units', 'use_bias'])]
    """
    last_names = creators.last_names()
    names = file.names
    bound = names_bound_to(last_names, file, names.called_names)
    for call in names.calls_named(*(last_names | bound) & names.called_names):
        if last_component(call.func) in last_names or isinstance(call.func, ast.Name):
            yield from _of_call(call, call.func, 0, file)
    for call in names.calls_named("partial"):
        if call.args:
            yield from _of_call(call, call.args[0], 1, file)
    for looked_up in names.calls_named("getattr"):
        outer = names.parents[looked_up]
        if literal_attribute(looked_up) in last_names and isinstance(outer, ast.Call) and outer.func is looked_up:
            yield from _of_call(outer, looked_up, 0, file)
    attributes = (node for node in names.nodes_of(ast.Attribute) if node.attr in last_names)
    plain_names = (node for node in names.nodes_of(ast.Name) if node.id in bound)
    for node in (*attributes, *plain_names):
        if _is_passed_on(node, file):
            yield from _of_reference(node, file)


def creator_of(node: ast.expr, file: SourceFile) -> Creator | None:
    """Return the callable that an expression stands for, if it is one that creates variables."""
    return next((creator for creator, _ in _creators(node, file)), None)


def _creators(node: ast.expr, file: SourceFile) -> Iterator[tuple[Creator, bool]]:
    """Yield the callables that an expression may stand for, and whether each is certain."""
    candidates = _candidates(node, file)
    is_known = all(candidate and creators.lookup(candidate) for candidate in candidates)
    for qualified in sorted(filter(None, candidates)):
        match = creators.lookup(qualified)
        level = file.decision.level if match and match.only_in_tf1 else Level.TF1
        if match is not None and level is not Level.TF2:
            yield match.creator, is_known and level is Level.TF1


def _candidates(node: ast.expr, file: SourceFile) -> Candidates:
    """Return what an expression stands for; a name of the table is not followed into the tree, which may be tf_slim."""
    candidates = file.names.resolve(node)
    is_listed = any(candidate and creators.lookup(candidate) for candidate in candidates)
    return candidates if is_listed else file.expand(candidates)


def _of_call(call: ast.Call, function: ast.expr, skipped: int, file: SourceFile) -> Iterator[Creation]:
    for outer, is_certain in _creators(function, file):
        creator = _with_inner_layer(outer, call, file)
        given, unknown = _arguments(call, creator, skipped)
        yield Creation(function, call, creator, given, unknown, is_certain)


def _of_reference(node: ast.expr, file: SourceFile) -> Iterator[Creation]:
    for creator, _ in _creators(node, file):
        yield Creation(node, None, creator, {}, is_certain=False)


def _is_passed_on(node: ast.expr, file: SourceFile) -> bool:
    """Return whether the callable may be called in another way than by an expression that stands for it.

    A plain assignment is followed. The elements of a list may be those of an `arg_scope`.
    """
    child: ast.AST = node
    for parent in file.names.ancestors(node):
        match parent:
            case ast.Call():
                return parent.func is not node and last_component(parent.func) not in _NOT_CALLING
            case ast.Assign() if isinstance(child, (ast.List, ast.Tuple)):
                return not file.names.calls_named("arg_scope")
            case ast.Assign():
                return child is not node or isinstance(file.names.parents[parent], ast.ClassDef)
            case ast.Dict() | ast.IfExp() | ast.List() | ast.Starred() | ast.Subscript() | ast.Tuple() | ast.keyword():
                child = parent
            case ast.For() | ast.NamedExpr() | ast.Return() | ast.comprehension():
                return True
            case ast.ClassDef():
                return child in parent.bases
            case _:
                return False
    return False


def _with_inner_layer(creator: Creator, call: ast.Call, file: SourceFile) -> Creator:
    """Return `repeat` and `stack` with the weights of the layer that they call."""
    position = _INNER_LAYER.get(creator.name.rpartition(".")[2])
    if position is None or len(call.args) <= position:
        return creator
    inner = creator_of(call.args[position], file)
    return inner._replace(name=creator.name, parameters=creator.parameters) if inner else creator


def _arguments(call: ast.Call, creator: Creator, skipped: int) -> tuple[dict[str, ast.expr], str]:
    """Return the arguments by their parameters, and the text of those that may be any."""
    positional = call.args[skipped:]
    starred = next((n for n, arg in enumerate(positional) if isinstance(arg, ast.Starred)), len(positional))
    given = dict(zip(creator.parameters, positional[:starred], strict=False))
    unknown = [ast.unparse(arg) for arg in positional[starred : starred + 1]]
    for keyword in call.keywords:
        if keyword.arg is not None:
            given[keyword.arg] = keyword.value
        elif not isinstance(keyword.value, ast.Dict):
            unknown.append(f"**{ast.unparse(keyword.value)}")
        else:
            given |= _literal_keys(keyword.value)
    return given, " and ".join(unknown)


def _literal_keys(node: ast.Dict) -> dict[str, ast.expr]:
    return {
        key.value: value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
