"""Adds and removes imports as a person would."""

import ast
import re
from collections.abc import Collection
from typing import Final

from tf_initcompat.source.syntax.names import Names, root_name
from tf_initcompat.source.syntax.scopes import Binding, Scope
from tf_initcompat.source.syntax.text import Edit, Text

Import = ast.Import | ast.ImportFrom

_COMMA: Final = re.compile(r"[ \t]*,")
_FROM: Final = re.compile(r"from(\s+|\s*\\\r?\n\s*)(?P<module>[.\w]+)")


class Inserted:
    """Imports that are added to a file, each once in a scope, where they run before whatever needs them.

    Args:
      text: The file.
      names: Its names.
    """

    def __init__(self, text: Text, names: Names) -> None:
        self._text, self._names = text, names
        self._lines: dict[tuple[Scope, str], tuple[list[ast.stmt], list[ast.AST]]] = {}

    def add(self, line: str, anchor: ast.stmt | None, use: ast.AST) -> None:
        """Adds an import.

        Args:
          line: The statement.
          anchor: The import that it stands with; None puts it at the top of the file.
          use: A node that needs it.
        """
        scope = self._names.scope_of[anchor] if anchor else self._names.module_scope
        anchors, uses = self._lines.setdefault((scope, line), ([], []))
        anchors += [anchor] if anchor else []
        uses.append(use)

    def edits(self, removed: Collection[ast.stmt]) -> tuple[list[Edit], set[ast.stmt]]:
        """Returns the insertions.

        Args:
          removed: Statements that are taken out.

        Returns:
          The edits, and those of the removed statements that an insertion has replaced already.
        """
        placed: dict[tuple[ast.stmt | None, bool], list[str]] = {}
        for (scope, line), (anchors, uses) in self._lines.items():
            placed.setdefault(self._place(scope, anchors, uses), []).append(line)
        edits, replaced = [], set()
        for (statement, after), lines in placed.items():
            lines.sort(key=lambda line: line.split()[1])
            if statement is None:
                edits.append(self._on_top(lines))
            elif self._shares_line(statement):
                start, end = self._text.span(statement)
                joined = "; ".join(lines)
                if statement in removed:
                    replaced.add(statement)
                    edits.append(Edit(start, end, joined))
                else:
                    edits.append(Edit(end, end, f"; {joined}") if after else Edit(start, start, f"{joined}; "))
            else:
                edits.append(self._on_lines(self._in_order(statement) if after else statement, after, lines))
        return edits, replaced

    def _place(self, scope: Scope, anchors: list[ast.stmt], uses: list[ast.AST]) -> tuple[ast.stmt | None, bool]:
        """Returns the statement that an import stands with, and whether it stands behind it."""
        body: list[ast.stmt] = scope.node.body  # type: ignore[attr-defined]
        position = {statement: number for number, statement in enumerate(body)}
        tops = sorted({self._top(anchor, position) for anchor in anchors}, key=position.__getitem__)
        # What stands in a function inside the scope runs later, once the whole scope is there.
        others = [use for use in uses if use not in anchors]  # an import may stand for itself
        at_once = [self._top(use, position) for use in others if self._runs_at_once(use, scope)]
        first = min((position[top] for top in at_once), default=len(body))
        for top in tops:
            if top in anchors and position[top] < first:
                return top, True
        if not tops:
            return None, False
        top = tops[0]  # it holds the import in a branch, a loop or a block
        if all(self._top(use, position) is not top for use in others) and position[top] < first:
            return top, True
        return body[min(position[top], first)], False

    def _top(self, node: ast.AST, position: dict[ast.stmt, int]) -> ast.stmt:
        """Returns the statement of a scope's body that a node is in."""
        return next(one for one in (node, *self._names.ancestors(node)) if one in position)

    def _runs_at_once(self, use: ast.AST, scope: Scope) -> bool:
        inner: Scope | None = self._names.scope_of[use]
        while inner is not None and inner is not scope:
            if isinstance(inner.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return False
            inner = inner.parent
        return True

    def _shares_line(self, statement: ast.stmt) -> bool:
        start, end = self._text.span(statement)
        before = self._text.text[self._text.line_start(_first_line(statement)) : start]
        after = self._text.text[end : self._text.line_start((statement.end_lineno or 0) + 1)]
        return bool(before.strip(" \t\f@")) or after.lstrip().startswith(";")

    def _on_top(self, lines: list[str]) -> Edit:
        first = self._text.tree.body[0]
        docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        return self._on_lines(first, docstring, lines)

    def _on_lines(self, statement: ast.stmt, after: bool, lines: list[str]) -> Edit:
        text, newline = self._text, self._text.newline
        start = text.span(statement)[0]
        indent = text.text[text.line_start(statement.lineno) : start]
        new = "".join(f"{indent}{line}{newline}" for line in lines)
        if not after:
            position = text.line_start(_first_line(statement))
            return Edit(position, position, new)
        position = text.line_start((statement.end_lineno or 0) + 1)
        if position == len(text.text) and not text.text.endswith(("\n", "\r")):
            new = newline + new.removesuffix(newline)
        return Edit(position, position, new)

    def _in_order(self, statement: ast.stmt) -> ast.stmt:
        """Returns the last of the imports right below that sort between the statement and the new one."""
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            return statement
        block = block_of(self._names, statement)
        for following in block[block.index(statement) + 1 :]:
            adjacent = following.lineno == (statement.end_lineno or 0) + 1
            if not adjacent or not isinstance(following, (ast.Import, ast.ImportFrom)):
                break
            if not _module(statement) <= _module(following) < "tf_initcompat":
                break
            statement = following
        return statement


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


def _module(statement: Import) -> str:
    return (statement.module or "" if isinstance(statement, ast.ImportFrom) else statement.names[0].name).lower()


def block_of(names: Names, statement: ast.stmt) -> list[ast.stmt]:
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


def without(text: Text, statement: Import, removed: Collection[ast.alias]) -> list[Edit]:
    """Returns the edits that take names out of an import statement; not all of them.

    A name that has a line of its own goes with this line; comments on other lines stay.
    """
    edits = []
    kept_end = 0
    ends = [text.span(alias)[1] for alias in statement.names]
    for index, alias in enumerate(statement.names):
        start, end = text.span(alias)
        if alias not in removed:
            kept_end = end
            continue
        comma = _COMMA.match(text.text, end)
        line_start = text.line_start(alias.lineno)
        line_end = text.line_start((alias.end_lineno or alias.lineno) + 1)
        rest = text.text[comma.end() if comma else end : line_end]
        if not text.text[line_start:start].strip() and (not rest.strip() or rest.lstrip().startswith("#")):
            edits.append(Edit(line_start, line_end, ""))
        elif any(other not in removed for other in statement.names[index:]):
            edits.append(Edit(start, text.span(statement.names[index + 1])[0], ""))
        else:
            edits.append(Edit(kept_end, ends[-1], ""))
            break
    return edits


def removal(text: Text, statement: ast.stmt) -> Edit | None:
    """Returns how to take out a whole statement, or None where that cannot be done with certainty."""
    start, end = text.span(statement)
    line_start = text.line_start(statement.lineno)
    line_end = text.line_start((statement.end_lineno or statement.lineno) + 1)
    before, after = text.text[line_start:start], text.text[end:line_end]
    if after.lstrip(" \t").startswith(";") and after.strip(" \t;\r\n"):
        length = len(after) - len(after.lstrip(" \t")) + 1
        rest = after[length:]
        return Edit(start, end + length + len(rest) - len(rest.lstrip(" \t")), "")
    if before.strip():
        semicolon = text.text.rfind(";", line_start, start)
        return Edit(semicolon, end, "") if semicolon >= 0 else None
    return Edit(line_start, line_end, "")


def origin(names: Names, node: ast.expr, depth: int = 0) -> Binding | None:
    """Returns the import that an expression's root comes from, through aliases."""
    root = root_name(node)
    if root is None or depth > 8:
        return None
    scope = names.scope_of.get(root, names.module_scope).find(root.id)
    for binding in scope.bindings[root.id] if scope else ():
        if binding.statement is not None:
            return binding
    for binding in scope.bindings[root.id] if scope else ():
        if binding.value is not None:
            found = origin(names, binding.value, depth + 1)
            if found is not None:
                return found
    return None
