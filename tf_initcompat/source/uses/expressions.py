"""Expressions around an initializer: what is asked about it, and which keys and names stand for it."""

import ast
from typing import Final

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import root_name
from tf_initcompat.source.syntax.scope_visitor import SELF, defaults

#: Classes that no initializer belongs to, legacy or native: a test for them has the same result for both.
_OTHER_CLASSES: Final = frozenset({"str", "dict", "list", "tuple", "float", "int", "bool"})
#: Attributes that both legacy and native initializers have.
_COMMON: Final = frozenset({"__call__"})


def named(name: str, file: SourceFile) -> list[ast.expr]:
    """Return the places that read something of a name: a name or an attribute."""
    attributes = (node for node in file.names.nodes_of(ast.Attribute) if isinstance(node.ctx, ast.Load))
    return [*file.names.reads(name), *(node for node in attributes if node.attr == name)]


def is_of_tensorflow(node: ast.expr, file: SourceFile) -> bool:
    """Return whether an attribute belongs to a module of TensorFlow, such as `tf.initializers`."""
    root = root_name(node)
    if not isinstance(node, ast.Attribute) or root is None or root.id == SELF:
        return False
    return all(name and name.startswith("tensorflow.") for name in file.resolve(node))


def literal(node: ast.expr | None) -> str | None:
    """Return the value of a key that is a string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_default(node: ast.expr, arguments: ast.arguments) -> bool:
    """Return whether an expression is the default of a parameter."""
    return any(default is node for _, default in defaults(arguments))


def is_test(node: ast.expr, file: SourceFile) -> bool:
    """Return whether an expression is only tested, with the same result for a legacy and a native initializer."""
    parent = file.names.parents.get(node)
    match parent:
        case ast.If() | ast.While() | ast.IfExp() | ast.Assert() if parent.test is node:
            return True
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp():
            return is_test(parent, file)
        case ast.Compare():
            compared = [parent.left, *parent.comparators]
            others = [other for other in compared if other is not node]
            is_none = all(isinstance(other, ast.Constant) and other.value is None for other in others)
            return is_none and all(isinstance(operator, (ast.Is, ast.IsNot)) for operator in parent.ops)
        case _:
            return False


def keeps_meaning(call: ast.Call, file: SourceFile, is_dict: bool = False) -> bool:
    """Return whether a call asks something about its argument that is the same for a native initializer.

    Args:
      call: The call.
      file: Its file.
      is_dict: Whether the argument is a dict that contains the initializer.
    """
    if not isinstance(call.func, ast.Name) or file.names.bindings(call.func) or file.names.star_imports:
        return False
    match call:
        case ast.Call(func=ast.Name(id="callable")):
            return True
        case ast.Call(func=ast.Name(id="hasattr"), args=[_, ast.Constant(value=name)]):
            return is_dict or name in _COMMON
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, classes]):
            items = classes.elts if isinstance(classes, ast.Tuple) else [classes]
            return all(isinstance(item, ast.Name) and item.id in _OTHER_CLASSES for item in items)
        case _:
            return False


def is_get_of_dict(call: ast.Call) -> bool:
    """Return whether a call is `options.get("key", value)`."""
    is_get = isinstance(call.func, ast.Attribute) and call.func.attr in ("get", "pop", "setdefault")
    return is_get and len(call.args) == 2 and not call.keywords and literal(call.args[0]) is not None


def arguments_of_getattr(file: SourceFile) -> list[ast.Constant]:
    """Return the literal names that `getattr` and the like read."""
    return [
        argument
        for call in file.names.calls_named("getattr", "attrgetter")
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]
