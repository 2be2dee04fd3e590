"""Import statements: added and removed as a person would, in place."""

import ast
import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from tf_initcompat.source.rewrite import import_order
from tf_initcompat.source.syntax.names import Names, root_name
from tf_initcompat.source.syntax.scopes import Binding, ImportStatement, Scope
from tf_initcompat.source.syntax.text import Edit, Located, Text

#: Nodes that open a scope with statements.
_WITH_STATEMENTS: Final = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMMA: Final = r"[ \t]*,"
_DEEPEST: Final = 8  # aliases of aliases
_SPACE: Final = r"(?:[ \t\f]|\\\r?\n)*"
#: An import's module. Python allows space around its dots.
_FROM: Final = rf"from{_SPACE}(?P<module>(?:\.|\w+\b)(?:{_SPACE}(?:\.|\w+\b))*?)(?={_SPACE}\bimport\b)"


class NewImport(NamedTuple):
    """An import statement that new code needs.

    Attributes:
      line: The statement.
      anchor: Import of the file to stand next to; None for the top of the file.
      reader: Node that reads what is imported.
    """

    line: str
    anchor: ast.stmt | None
    reader: ast.AST


class Inserted:
    """New imports of a file. Each is added once per scope, where it runs before the code that needs it.

    Args:
      text: Text of the file.
      names: Names of the file.
    """

    def __init__(self, text: Text, names: Names) -> None:
        self._text, self._names = text, names
        #: Anchors and readers of each statement in each scope.
        self._lines: dict[tuple[Scope, str], tuple[list[ast.stmt], list[ast.AST]]] = {}
        #: Statements that stand behind an import of the file, whatever reads them.
        self._behind: dict[ast.stmt, list[str]] = {}

    def add_behind(self, statement: ast.stmt, line: str) -> None:
        """Add an import directly behind an import of the file, in the same block."""
        self._behind.setdefault(statement, []).append(line)

    def add(self, new: NewImport) -> None:
        """Add an import."""
        scope = self._names.scope_of[new.anchor] if new.anchor else self._names.module_scope
        anchors, readers = self._lines.setdefault((scope, new.line), ([], []))
        anchors += [new.anchor] if new.anchor else []
        readers.append(new.reader)

    def edits(self, removed: Collection[ast.stmt]) -> tuple[list[Edit], set[ast.stmt]]:
        """Return the insertions.

        Args:
          removed: Statements that are taken out.

        Returns:
          The edits, and the removed statements that an insertion replaces.
        """
        placed: dict[tuple[ast.stmt | None, bool], list[str]] = {}
        for (scope, line), (anchors, _) in self._lines.items():
            place = self._place(scope, anchors, self._readers(scope, line))
            placed.setdefault(self._in_order(*place, line), []).append(line)
        for present, behind in self._behind.items():
            for line in behind:
                placed.setdefault(self._in_order(present, True, line), []).append(line)
        edits: list[Edit] = []
        replaced: set[ast.stmt] = set()
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
                edits.append(self._on_lines(statement, after, lines))
        return edits, replaced

    def _in_order(self, statement: ast.stmt | None, after: bool, line: str) -> tuple[ast.stmt | None, bool]:
        """Return the place of an import next to a statement, moved where the imports there are sorted."""
        if statement is None or not after or self._shares_line(statement):
            return statement, after
        place = import_order.place(block_of(self._names, statement), statement, line)
        return (statement, after) if self._shares_line(place[0]) else place

    def _readers(self, scope: Scope, line: str) -> list[ast.AST]:
        """Return the nodes inside a scope that read what a statement imports.

        The import makes the name local, also for readers that have another import further out.
        """
        new = [reader for (_, other), (_, readers) in self._lines.items() if other == line for reader in readers]
        present = self._names.reads(line.split()[-1])
        return [reader for reader in (*new, *present) if scope.contains(self._names.scope_of[reader])]

    def _place(self, scope: Scope, anchors: list[ast.stmt], readers: list[ast.AST]) -> tuple[ast.stmt | None, bool]:
        """Return the statement that an import stands next to, and whether it stands after it."""
        assert isinstance(scope.node, _WITH_STATEMENTS)
        body = scope.node.body
        position = {statement: number for number, statement in enumerate(body)}
        tops = sorted({self._top(anchor, position) for anchor in anchors}, key=position.__getitem__)
        # A function inside the scope may be called right behind its definition.
        reading = {self._top(reader, position) for reader in readers}
        first = min((position[top] for top in reading), default=len(body))
        for top in tops:
            if top in anchors and position[top] < first:
                return top, True
        if not tops:
            return None, False
        top = tops[0]  # the statement around the import: a branch, a loop or a block
        if top not in reading and position[top] < first:
            return top, True
        return body[min(position[top], first)], False

    def _top(self, node: ast.AST, position: dict[ast.stmt, int]) -> ast.stmt:
        """Return the statement of a scope's body that contains a node."""
        around = (node, *self._names.ancestors(node))
        return next(outer for outer in around if isinstance(outer, ast.stmt) and outer in position)

    def _shares_line(self, statement: ast.stmt) -> bool:
        first, end = _first_node(statement), self._text.span(statement)[1]
        before = self._text.text[self._text.line_start(first.lineno) : self._text.span(first)[0]]
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
            position = text.line_start(_first_node(statement).lineno)
            return Edit(position, position, new)
        position = text.line_start((statement.end_lineno or 0) + 1)
        if position == len(text.text) and not text.text.endswith(("\n", "\r")):
            new = newline + new.removesuffix(newline)
        return Edit(position, position, new)


def _first_node(statement: ast.stmt) -> ast.expr | ast.stmt:
    """Return the first decorator of a definition, or the statement itself."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return decorators[0] if decorators else statement


def block_of(names: Names, statement: ast.stmt) -> list[ast.stmt]:
    """Return the list of statements that contains a statement."""
    parent = names.parents[statement]
    for field in ("body", "orelse", "finalbody"):
        block: list[ast.stmt] | ast.expr | None = getattr(parent, field, None)
        if isinstance(block, list) and statement in block:
            return block
    return [statement]


def renamed_module(text: Text, statement: ast.ImportFrom, module: str) -> Edit:
    """Return the edit that imports the same names from another module."""
    start, _ = text.span(statement)
    match = re.compile(_FROM).match(text.text, start)
    assert match is not None
    return Edit(*match.span("module"), module)


def without(text: Text, statement: ImportStatement, removed: Collection[ast.alias]) -> list[Edit]:
    """Return the edits that take some names out of an import statement.

    A name on a line of its own goes with this line. Comments on other lines stay.

    Args:
      text: Text of the file.
      statement: The statement.
      removed: Some of its names, not all of them.
    """
    cuts: list[tuple[int, int]] = []
    last_end = 0
    ends = [text.span(alias)[1] for alias in statement.names]
    for index, alias in enumerate(statement.names):
        start, end = text.span(alias)
        if alias not in removed:
            last_end = end
            continue
        comma = re.compile(_COMMA).match(text.text, end)
        line_start = text.line_start(alias.lineno)
        line_end = text.line_start((alias.end_lineno or alias.lineno) + 1)
        rest = text.text[comma.end() if comma else end : line_end]
        if not text.text[line_start:start].strip() and (not rest.strip() or rest.lstrip().startswith("#")):
            cuts.append((line_start, line_end))
        elif any(other not in removed for other in statement.names[index:]):
            following = text.span(statement.names[index + 1])[0]
            has_comment = "#" in text.text[line_end:following]  # on a line of its own
            cuts.append((start, line_end - 1 if has_comment else following))
        else:
            cuts.append((last_end, ends[-1]))
            break
    return [Edit(start, _past_indentation(text, start, end), "") for start, end in _joined(cuts)]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that overlap or touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            start, end = joined[-1][0], max(end, joined.pop()[1])
        joined.append((start, end))
    return joined


def _past_indentation(text: Text, start: int, end: int) -> int:
    """Return the end of a cut; one from the middle of a line to the start of another takes its indentation along."""
    following = text.text[end:]
    is_mid_line = text.text[text.text.rfind("\n", 0, start) + 1 : start].strip()
    if is_mid_line and text.text[end - 1] in "\r\n":
        return end + len(following) - len(following.lstrip(" \t\f"))
    return end


def removal(text: Text, statement: ast.stmt) -> Edit | None:
    """Return the edit that takes out a whole statement, or None if that is not certain to be right."""
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
    """Return the import that binds the first name of an expression, followed through aliases."""
    root = root_name(node)
    if root is None or depth > _DEEPEST:
        return None
    scope = names.scope_of.get(root, names.module_scope).find(root.id)
    for binding in scope.bindings[root.id] if scope else ():
        if binding.statement is not None:
            return binding
    for binding in scope.bindings[root.id] if scope else ():
        if binding.value is not None:
            imported = origin(names, binding.value, depth + 1)
            if imported is not None:
                return imported
    return None


def anchor(text: Text, names: Names, node: ast.expr) -> ast.stmt | None:
    """Return the import that a new import for an expression stands next to.

    Args:
      text: Text of the file.
      names: Names of the file.
      node: The expression.

    Returns:
      The import that binds the expression's first name. Where that is not visible, the last import at the top level.
    """
    binding = origin(names, node)
    if binding is not None and binding.statement is not None:
        scope, reading = names.scope_of[binding.statement], names.scope_of[node]
        if reading is scope or (scope.contains(reading) and not isinstance(scope.node, ast.ClassDef)):
            return binding.statement
    top = [statement for statement in text.tree.body if isinstance(statement, (ast.Import, ast.ImportFrom))]
    stars = [statement for statement in top if any(alias.name == "*" for alias in statement.names)]
    return next(reversed(stars or top), None)


def has_run(text: Text, names: Names, binding: Binding, node: Located) -> bool:
    """Return whether an import has certainly been executed where a node is read.

    Args:
      text: Text of the file.
      names: Names of the file.
      binding: Binding of a name, by an import or by other statements.
      node: The node.
    """
    statement = binding.statement
    if statement is None or isinstance(names.scope_of[statement].node, ast.ClassDef):
        return False
    is_unconditional = names.parents[statement] is names.scope_of[statement].node
    return is_unconditional and text.span(statement)[1] <= text.span(node)[0]
