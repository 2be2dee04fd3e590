"""Expressions that are numbers, by all values that the tree gives their names."""

import ast
from collections.abc import Callable, Iterable
from typing import Final

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax import literals
from tf_initcompat.source.uses.parameters import passed
from tf_initcompat.source.uses.value import UnknownError

#: Number of names that are followed for one expression.
_DEPTH: Final = 12


def is_number(
    node: ast.expr, file: SourceFile, files_with: Callable[[str], Iterable[SourceFile]], depth: int = 0
) -> bool:
    """Return whether an expression is a number, and no list, array or tensor.

    Args:
      node: The expression. A parameter is a number if its default and all arguments in the tree are.
      file: Its file.
      files_with: Returns the files of the tree that contain a word.
      depth: Number of names so far.

    Raises:
      UnknownError: If the arguments of a parameter are unknown.
    """
    if depth > _DEPTH:
        return False
    value = literals.value(node, file.names)
    if value is not literals.OPAQUE:
        return isinstance(value, (int, float))
    match node:
        case ast.Name():
            parts = _values(node, file, files_with)
        case ast.BinOp():
            parts = [(node.left, file), (node.right, file)]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            parts = [(node.operand, file)]
        case ast.IfExp():
            parts = [(node.body, file), (node.orelse, file)]
        case ast.Call() if literals.is_elementwise(node.func, file.names) and not node.keywords:
            parts = [(argument, file) for argument in node.args]
        case ast.Call():
            return literals.makes_number(node.func, file.names)
        case _:
            return False
    return bool(parts) and all(is_number(part, other, files_with, depth + 1) for part, other in parts)


def _values(
    node: ast.Name, file: SourceFile, files_with: Callable[[str], Iterable[SourceFile]]
) -> list[tuple[ast.expr, SourceFile]]:
    """Return all values that a name gets.

    Raises:
      UnknownError: If one of them is unknown.
    """
    values: list[tuple[ast.expr, SourceFile]] = []
    for binding in file.names.bindings(node):
        if isinstance(binding.node, ast.arg):
            given = [*passed(binding.node, file, files_with)] if binding.value is None else []
            values += [(value.node, value.file) for value in given if value.node is not None]
        elif isinstance(binding.node, (ast.Assign, ast.AnnAssign)) and binding.value is not None:
            values.append((binding.value, file))
        else:
            raise UnknownError("a name gets an unknown value")
    return values
