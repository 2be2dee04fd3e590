"""Calls that create variables: layers, cells, columns and `get_variable` of TensorFlow 1."""

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

from tf_initcompat.catalog import creators
from tf_initcompat.catalog.creators import Creator
from tf_initcompat.source.project.levels import Level
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.uses.by_name import names_bound_to

#: Position of the layer among the arguments of the functions that call another layer.
_INNER_LAYER: Final = {"repeat": 2, "stack": 1}


class Creation(NamedTuple):
    """A call that creates variables, at once or when what it returns is called.

    Attributes:
      node: Expression that names the callable.
      call: The call, or the call of `partial` that sets arguments.
      creator: The callable; for `repeat` and `stack`, with the weights of the layer that they call.
      given: Expression of each argument, by the name of its parameter.
      unknown: Text of the arguments that may be any, such as `**kwargs`; "" if there are none.
      is_certain: Whether the callable and the API level are known; otherwise it may be another one.
    """

    node: ast.expr
    call: ast.Call
    creator: Creator
    given: dict[str, ast.expr]
    unknown: str = ""
    is_certain: bool = True

    @property
    def name(self) -> str:
        """Name of the callable below `tf`."""
        return self.creator.name


def find(file: SourceFile) -> Iterator[Creation]:
    """Yield the calls in a file that create variables, in the order of the visit.

    Args:
      file: The file.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> file = rules.read("import tensorflow as tf; tf.layers.dense(x, 3, use_bias=False)")
      >>> [(creation.name, list(creation.given)) for creation in find(file.source)]
      [('layers.dense', ['inputs', 'units', 'use_bias'])]
    """
    last_names = creators.last_names()
    bound = names_bound_to(last_names, file)
    for call in file.names.nodes_of(ast.Call):
        skipped = 1 if last_component(call.func) == "partial" and call.args else 0
        function = call.args[0] if skipped else call.func
        is_name = isinstance(function, ast.Name) and function.id in bound
        if is_name or last_component(function) in last_names:
            yield from _of_call(call, function, skipped, file)


def creator_of(node: ast.expr, file: SourceFile) -> Creator | None:
    """Return the callable that an expression stands for, if it is one that creates variables."""
    matches = [creators.lookup(qualified) for qualified in file.resolve(node) if qualified]
    return next((match.creator for match in matches if match), None)


def _of_call(call: ast.Call, function: ast.expr, skipped: int, file: SourceFile) -> Iterator[Creation]:
    candidates = file.resolve(function)
    is_known = all(candidate and creators.lookup(candidate) for candidate in candidates)
    for qualified in sorted(filter(None, candidates)):
        match = creators.lookup(qualified)
        if match is None:
            continue
        level = file.decision.level if match.only_in_tf1 else Level.TF1
        if level is Level.TF2:
            continue
        creator = _with_inner_layer(match.creator, call, file)
        given, unknown = _arguments(call, creator, skipped)
        yield Creation(function, call, creator, given, unknown, is_known and level is Level.TF1)


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
