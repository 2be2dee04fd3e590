"""Adds and removes imports as a person would."""

import ast
import re
from collections.abc import Iterable
from typing import Final

from tf_initcompat.source.names import Binding, Names, Scope
from tf_initcompat.source.text import Edit, Text

Import = ast.Import | ast.ImportFrom

_FROM: Final = re.compile(r"from(\s+|\s*\\\r?\n\s*)(?P<module>[.\w]+)")


class Inserted:
    """Imports that are added to a file, each once, behind the import that a use came from.

    Args:
      text: The file.
      names: Its names.
    """

    def __init__(self, text: Text, names: Names) -> None:
        self._text, self._names = text, names
        self._lines: dict[tuple[ast.stmt | None, str], list[ast.AST]] = {}

    def add(self, line: str, anchor: ast.stmt | None, use: ast.AST) -> None:
        """Adds an import.

        Args:
          line: The statement.
          anchor: The import that it stands with; None puts it at the top of the file.
          use: A node that needs it.
        """
        self._lines.setdefault((anchor, line), []).append(use)

    def edits(self) -> list[Edit]:
        """Returns the insertions: each line once in a scope, at its first import that no condition guards."""
        grouped: dict[tuple[int, str], list[tuple[ast.stmt | None, list[ast.AST]]]] = {}
        for (anchor, line), needed in self._lines.items():
            scope = self._names.scope_of[anchor] if anchor else self._names.module
            grouped.setdefault((id(scope), line), []).append((anchor, needed))
        lines: dict[tuple[int, str], list[str]] = {}
        for (_, line), anchors in grouped.items():
            anchors.sort(key=lambda found: (self._is_guarded(found[0]), found[0].lineno if found[0] else 0))
            anchor, first = anchors[0][0], min(use.lineno for _, uses in anchors for use in uses)  # type: ignore[attr-defined]
            lines.setdefault(self._place(anchor, first), []).append(line)
        return [
            Edit(position, position, "".join(template.format(line) for line in sorted(several, key=_module_in)))
            for (position, template), several in lines.items()
        ]

    def _is_guarded(self, statement: ast.stmt | None) -> bool:
        return statement is not None and isinstance(
            self._names.parents[statement], (ast.Try, ast.If, ast.With, ast.ExceptHandler)
        )

    def _place(self, anchor: ast.stmt | None, first_use: int) -> tuple[int, str]:
        """Returns where a line is inserted, and how it is spelled there."""
        if anchor is None:
            body = self._text.tree.body
            if not (isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)):
                first = min(one.lineno for one in (body[0], *getattr(body[0], "decorator_list", ())))
                return self._text.line_start(first), "{}" + self._text.newline
            anchor = body[0]
        statement = anchor
        for outer in self._names.ancestors(anchor):
            if not isinstance(outer, (ast.Try, ast.If, ast.With, ast.ExceptHandler)):
                break
            if isinstance(outer, ast.stmt) and (outer.end_lineno or 0) < first_use:
                statement = outer
        statement = self._in_order(statement)
        start, end = self._text.span(statement)
        line = statement.end_lineno or statement.lineno
        before = self._text.text[self._text.line_start(statement.lineno) : start]
        after = self._text.text[end : self._text.line_start(line + 1)]
        if before.strip() or after.lstrip().startswith(";"):
            return end, "; {}"
        position = self._text.line_start(line + 1)
        newline = self._text.newline
        if position == len(self._text.text) and not after.endswith(("\n", "\r")):
            return position, newline + before + "{}"
        return position, before + "{}" + newline

    def _in_order(self, statement: ast.stmt) -> ast.stmt:
        """Returns the last of the imports right below that sort between the statement and the new one."""
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            return statement
        block = _block(self._names, statement)
        for following in block[block.index(statement) + 1 :]:
            adjacent = following.lineno == (statement.end_lineno or 0) + 1
            if not adjacent or not isinstance(following, (ast.Import, ast.ImportFrom)):
                break
            if not _module(statement) <= _module(following) < "tf_initcompat":
                break
            statement = following
        return statement


def _module_in(line: str) -> str:
    return line.split()[1]


def _module(statement: Import) -> str:
    return (statement.module or "" if isinstance(statement, ast.ImportFrom) else statement.names[0].name).lower()


def _block(names: Names, statement: ast.stmt) -> list[ast.stmt]:
    """Returns the list of statements that a statement is in."""
    parent = names.parents[statement]
    for field in ("body", "orelse", "finalbody"):
        several = getattr(parent, field, None)
        if isinstance(several, list) and statement in several:
            return several
    return [statement]


def renamed_module(text: Text, statement: ast.ImportFrom, module: str) -> Edit:
    """Returns the edit that imports the same names from another module."""
    start, _ = text.span(statement)
    match = _FROM.match(text.text, start)
    assert match is not None
    return Edit(*match.span("module"), module)


def without(text: Text, statement: Import, removed: Iterable[ast.alias]) -> list[Edit]:
    """Returns the edits that take names out of an import statement; not all of them."""
    gone = list(removed)
    edits = []
    kept_end: int | None = None
    for index, alias in enumerate(statement.names):
        start, end = text.span(alias)
        if alias not in gone:
            kept_end = end
        elif all(other in gone for other in statement.names[index:]):
            assert kept_end is not None
            edits.append(Edit(kept_end, text.span(statement.names[-1])[1], ""))
            break
        else:
            edits.append(Edit(start, text.span(statement.names[index + 1])[0], ""))
    return edits


def removal(text: Text, names: Names, statement: ast.stmt) -> tuple[ast.stmt, list[Edit]] | None:
    """Returns how to remove a whole statement.

    Args:
      text: The file.
      names: Its names.
      statement: The statement.

    Returns:
      The statement and the edits; None if it stands alone in a block, which would be left empty.
    """
    if len(_block(names, statement)) == 1 and not isinstance(names.parents[statement], ast.Module):
        return None
    start, end = text.span(statement)
    line_start = text.line_start(statement.lineno)
    line_end = text.line_start((statement.end_lineno or statement.lineno) + 1)
    before, after = text.text[line_start:start], text.text[end:line_end]
    if after.lstrip(" \t").startswith(";"):
        length = len(after) - len(after.lstrip(" \t")) + 1
        rest = after[length:]
        return statement, [Edit(start, end + length + len(rest) - len(rest.lstrip(" \t")), "")]
    if before.strip():
        semicolon = text.text.rfind(";", line_start, start)
        return (statement, [Edit(semicolon, end, "")]) if semicolon >= 0 else None
    return statement, [Edit(line_start, line_end, "")]


def loads(names: Names, name: str, scope: Scope) -> list[ast.Name]:
    """Returns the places at which a name that is bound in a scope is read."""
    return [
        node
        for node in names.nodes[ast.Name]
        if node.id == name and isinstance(node.ctx, ast.Load) and names.scope_of[node].find(name) is scope
    ]


def origin(names: Names, node: ast.expr, depth: int = 0) -> Binding | None:
    """Returns the import that an expression's root comes from, through aliases."""
    root = names.root(node)
    if root is None or depth > 8:
        return None
    scope = names.scope_of.get(root, names.module).find(root.id)
    for binding in scope.bindings[root.id] if scope else ():
        if binding.statement is not None:
            return binding
    for binding in scope.bindings[root.id] if scope else ():
        if binding.value is not None:
            found = origin(names, binding.value, depth + 1)
            if found is not None:
                return found
    return None
