"""Decorators that pass the arguments of each call on to the function as they are, once."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.syntax.scope_visitor import DEFINITIONS

_LOOPS: Final = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
#: Statements after which it is unclear how often a function runs, or where its names are.
_UNCLEAR: Final = (ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal, *DEFINITIONS)
_BUILTIN: Final = frozenset({"classmethod", "staticmethod"})
#: First and last component of the names of known decorators.
_KNOWN: Final = frozenset({
    ("abc", "abstractmethod"),
    ("tensorflow", "add_arg_scope"),
    ("tf_slim", "add_arg_scope"),
})  # fmt: skip


def is_known(decorator: ast.expr, qualified: str) -> bool:
    """Return whether a decorator from outside of the tree passes all arguments on.

    Args:
      decorator: Expression of the decorator.
      qualified: Its qualified name; "" for a builtin.

    Examples:
      >>> is_known(ast.Name("f"), "tensorflow.contrib.framework.add_arg_scope")
      True
      >>> is_known(ast.Name("lru_cache"), "functools.lru_cache")
      False
    """
    if not qualified:
        return isinstance(decorator, ast.Name) and decorator.id in _BUILTIN
    return (qualified.partition(".")[0], qualified.rpartition(".")[2]) in _KNOWN


def passes_on(decorator: ast.AST, file: SourceFile) -> bool:
    """Return whether a decorator of the tree returns a function that calls the decorated one once, as it is called.

    Its form is that of TensorFlow's `add_arg_scope`: an inner function with `*args` and `**kwargs`. Keywords may be
    added if the call does not give them.

    Args:
      decorator: Definition of the decorator.
      file: Its file.
    """
    if not isinstance(decorator, ast.FunctionDef) or decorator.decorator_list or len(decorator.args.args) != 1:
        return False
    inner = [node for node in decorator.body if isinstance(node, ast.FunctionDef)]
    if len(inner) != 1:
        return False
    (wrapper,) = inner
    return _returns_only(decorator, wrapper, file) and _calls_once(wrapper, decorator.args.args[0].arg, file)


def _returns_only(decorator: ast.FunctionDef, wrapper: ast.FunctionDef, file: SourceFile) -> bool:
    """Return whether a decorator returns its wrapper, and does nothing else with it than set attributes."""
    for read in _reads(wrapper.name, decorator):
        parent = file.names.parents[read]
        if isinstance(parent, ast.Call):
            is_marked = last_component(parent.func) == "setattr" and parent.args[0] is read
            is_marked = is_marked or last_component(parent.func) == "make_decorator"
        else:
            is_marked = isinstance(parent, ast.Return) or (
                isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Store)
            )
        if not is_marked:
            return False
    returned = [node.value for node in ast.walk(decorator) if isinstance(node, ast.Return)]
    outer = [value for value in returned if value is not None and not _is_inside(value, wrapper, file)]
    return len(outer) == 1 and wrapper.name in {node.id for node in ast.walk(outer[0]) if isinstance(node, ast.Name)}


def _calls_once(wrapper: ast.FunctionDef, function: str, file: SourceFile) -> bool:
    """Return whether a wrapper calls the function once, with all of its own arguments."""
    arguments = wrapper.args
    if arguments.vararg is None or arguments.kwarg is None or arguments.args or arguments.kwonlyargs:
        return False
    if any(last_component(getattr(decorator, "func", None)) != "wraps" for decorator in wrapper.decorator_list):
        return False
    calls = [
        call
        for read in _reads(function, wrapper)
        if isinstance(call := file.names.parents[read], ast.Call) and call.func is read
    ]
    if len(calls) != 1 or any(isinstance(node, _UNCLEAR) for node in _inside(wrapper)):
        return False
    (call,) = calls
    around = [node for node in file.names.ancestors(call) if _is_inside(node, wrapper, file)]
    if any(isinstance(node, (*_LOOPS, ast.Lambda)) for node in around):
        return False
    match call:
        case ast.Call(args=[ast.Starred(value=ast.Name(id=positional))], keywords=[ast.keyword(arg=None)]):
            unpacked = call.keywords[0].value
        case _:
            return False
    if (
        positional != arguments.vararg.arg
        or len(_reads(positional, wrapper)) != 1
        or not isinstance(unpacked, ast.Name)
    ):
        return False
    return all(_only_passes(name, wrapper, file) for name in {unpacked.id, arguments.kwarg.arg}) and (
        unpacked.id == arguments.kwarg.arg or _updates(unpacked.id, arguments.kwarg.arg, wrapper, file)
    )


def _only_passes(name: str, wrapper: ast.FunctionDef, file: SourceFile) -> bool:
    """Return whether a dict of keywords is only unpacked, bound to another name, or used in `update`."""
    for read in _reads(name, wrapper):
        match file.names.parents[read]:
            case ast.keyword(arg=None) | ast.Assign(targets=[ast.Name()], value=ast.Name()):
                continue
            case ast.Attribute(attr="update", ctx=ast.Load()):
                continue
            case ast.Call(func=ast.Attribute(attr="update"), args=[_], keywords=[]):
                continue
            case _:
                return False
    return True


def _updates(name: str, keywords: str, wrapper: ast.FunctionDef, file: SourceFile) -> bool:
    """Return whether a dict is the keywords of the call, or a copy of another dict that they update."""
    stores = [node for node in _inside(wrapper) if isinstance(node, ast.Name) and node.id == name]
    values = [parent.value for node in stores if isinstance(parent := file.names.parents[node], ast.Assign)]
    updates = [
        node
        for node in _inside(wrapper)
        if isinstance(node, ast.Call) and ast.unparse(node) == f"{name}.update({keywords})"
    ]
    blocks = {file.names.parents[file.names.parents[update]] for update in updates}
    for value in values:
        is_keywords = isinstance(value, ast.Name) and value.id == keywords
        is_copy = isinstance(value, ast.Call) and last_component(value.func) == "copy"
        if not is_keywords and not (is_copy and file.names.parents[file.names.parents[value]] in blocks):
            return False
    return bool(values)


def _reads(name: str, inside: ast.AST) -> list[ast.Name]:
    nodes = (node for node in _inside(inside) if isinstance(node, ast.Name))
    return [node for node in nodes if node.id == name and isinstance(node.ctx, ast.Load)]


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes inside a node, without the node itself."""
    for child in ast.iter_child_nodes(node):
        yield from ast.walk(child)


def _is_inside(node: ast.AST, outer: ast.AST, file: SourceFile) -> bool:
    return any(ancestor is outer for ancestor in file.names.ancestors(node))
