"""How often parts of a function run, judged by the statements around them."""

import ast
from typing import Final

from tf_initcompat.source.syntax.names import Names
from tf_initcompat.source.syntax.scope_visitor import FUNCTIONS, LOOPS

_SCOPES: Final = (*FUNCTIONS, ast.ClassDef, ast.Module)


def runs_once_for_each(origin: ast.AST, read: ast.AST, names: Names) -> bool:
    """Return whether a read runs at most once for each time that a binding runs.

    Args:
      origin: The assignment, or the parameter.
      read: Expression that reads the name.
      names: Names of the file.
    """
    if isinstance(origin, ast.arg):
        function = names.scope_of[origin].node
        return _scope_around(read, names) is function and _loop_around(read, names) is None
    if _scope_around(origin, names) is not _scope_around(read, names):
        return False
    loop = _loop_around(origin, names)
    if _loop_around(read, names) is not loop:
        return False
    if loop is None:
        return True
    # In a loop, the assignment has to run in each round in which the read does, and before it.
    block = names.parents[origin]
    outer = [read, *names.ancestors(read)]
    if block not in outer:
        return False
    statement = outer[outer.index(block) - 1]
    return any(
        origin in statements and statement in statements and statements.index(origin) < statements.index(statement)
        for statements in _blocks(block)
    )


def are_exclusive(first: ast.AST, second: ast.AST, names: Names) -> bool:
    """Return whether at most one of two expressions of a function runs.

    Args:
      first: An expression.
      second: Another one.
      names: Names of the file.
    """
    path, other = _path(first, names), _path(second, names)
    common = next(node for node in path if node in other)
    if isinstance(common, (ast.If, ast.IfExp)):
        arms = {_arm(common, path[path.index(common) - 1]), _arm(common, other[other.index(common) - 1])}
        return arms == {"body", "orelse"}
    # `if a: return f(x)` and, behind it, `return g(x)`
    if any(isinstance(node, (ast.Try, *LOOPS)) for node in path[path.index(common) :] if node in other):
        return False
    return any(
        _ends(one[one.index(common) - 1], one, two[two.index(common) - 1], common)
        for one, two in ((path, other), (other, path))
        if common is not one[0] and common is not two[0]
    )


def _ends(branch: ast.AST, path: list[ast.AST], after: ast.AST, common: ast.AST) -> bool:
    """Return whether a statement ends the function before another one, whenever it runs the expression of a path."""
    if not isinstance(branch, ast.If):
        return False
    arm = path[path.index(branch) - 1]
    statements: list[ast.AST] = [*branch.body] if arm in branch.body else [*branch.orelse]
    if arm not in statements or not isinstance(statements[-1], (ast.Return, ast.Raise)):
        return False
    return any(
        branch in block and after in block and block.index(branch) < block.index(after) for block in _blocks(common)
    )


def _arm(node: ast.If | ast.IfExp, child: ast.AST) -> str:
    if child is node.test:
        return "test"
    body: list[ast.AST] = [*node.body] if isinstance(node, ast.If) else [node.body]
    return "body" if child in body else "orelse"


def _path(node: ast.AST, names: Names) -> list[ast.AST]:
    return [node, *names.ancestors(node)]


def _blocks(node: ast.AST) -> list[list[ast.AST]]:
    """Return the lists of statements of a node."""
    return [
        value
        for field in ("body", "orelse", "finalbody", "handlers")
        if isinstance(value := getattr(node, field, None), list)
    ]


def _scope_around(node: ast.AST, names: Names) -> ast.AST | None:
    return next((outer for outer in names.ancestors(node) if isinstance(outer, _SCOPES)), None)


def _loop_around(node: ast.AST, names: Names) -> ast.AST | None:
    """Return the innermost loop around a node in its function."""
    for outer in names.ancestors(node):
        if isinstance(outer, _SCOPES):
            return None
        if isinstance(outer, LOOPS):
            return outer
    return None
