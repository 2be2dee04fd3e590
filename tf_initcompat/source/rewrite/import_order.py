"""Order of import statements: where a new one stands among those around it."""

import ast
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from tf_initcompat.source.syntax.scopes import ImportStatement

#: Section and name that an import is sorted by.
_Key: TypeAlias = tuple[int, int, str]

_STAR: Final = "*"


def place(block: Sequence[ast.stmt], statement: ast.stmt, line: str) -> tuple[ast.stmt, bool]:
    """Return the statement that a new import stands next to, and whether it stands after it.

    Where the imports around the statement are sorted, they stay sorted: in isort's order, with `import a` before
    `from a import b`, or else by their modules. Elsewhere, the import stands behind the statement.

    Args:
      block: Statements of the block.
      statement: The statement of the block that the import belongs to.
      line: The new import.
    """
    if not isinstance(statement, (ast.Import, ast.ImportFrom)):
        return statement, True
    new = ast.parse(line).body[0]
    assert isinstance(new, (ast.Import, ast.ImportFrom))
    group = _group(block, statement)
    start = group.index(statement)
    for key in _ORDERS if len(group) > 1 else ():
        keys = [key(member) for member in group]
        if keys != sorted(keys):
            continue
        position = sum(present <= key(new) for present in keys)
        passed = group[start + 1 : position] or group[position : start + 1]
        if _is_free(new, passed):
            return (group[position - 1], True) if position else (group[0], False)
    return statement, True


def _group(block: Sequence[ast.stmt], statement: ImportStatement) -> list[ImportStatement]:
    """Return the imports on the lines directly above and below a statement, and the statement."""
    group: list[ImportStatement] = []
    for member in block:
        is_adjacent = bool(group) and member.lineno == (group[-1].end_lineno or 0) + 1
        if group and not is_adjacent:
            if statement in group:
                break
            group = []
        if isinstance(member, (ast.Import, ast.ImportFrom)):
            group.append(member)
        elif statement in group:
            break
        else:
            group = []
    return group if statement in group else [statement]


def _is_free(new: ImportStatement, passed: Sequence[ImportStatement]) -> bool:
    """Return whether an import can stand before or after others: they bind none of its names."""
    bound = {name for statement in passed for name in _bound(statement)}
    return _STAR not in bound and bound.isdisjoint(_bound(new))


def _bound(statement: ImportStatement) -> set[str]:
    return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}


def _is_future(statement: ImportStatement) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _module(statement: ImportStatement) -> str:
    if isinstance(statement, ast.Import):
        return statement.names[0].name.lower()
    return "." * statement.level + (statement.module or "").lower()


def _section(statement: ImportStatement) -> int:
    """Return the place of an import's section: __future__ first, relative imports last."""
    if _is_future(statement):
        return 0
    return 2 if isinstance(statement, ast.ImportFrom) and statement.level else 1


def _isort(statement: ImportStatement) -> _Key:
    return _section(statement), int(isinstance(statement, ast.ImportFrom)), _module(statement)


def _by_module(statement: ImportStatement) -> _Key:
    return _section(statement), 0, _module(statement)


_ORDERS: Final[tuple[Callable[[ImportStatement], _Key], ...]] = (_isort, _by_module)
