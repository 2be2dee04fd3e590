"""What the scanner says of a file."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from tf_initcompat.source import rules
from tf_initcompat.source.hazards import Hazard, Hazards
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.documents import Document
from tf_initcompat.source.uses import Form, Status, Use

_IGNORE: Final = re.compile(r"#\s*tf-initcompat:\s*ignore(?:\[(?P<rules>[^\]]*)\])?")
_FORM_RULES: Final = {
    Form.STRING: "string-identifier",
    Form.CONFIG: "serialized-config",
    Form.PARTITION_INFO: "partition-info",
}
_STATUS_RULES: Final = {
    Status.UNDECIDED: "api-level",
    Status.UNRESOLVED: "unresolved-name",
    Status.NATIVE: "private-module",
}


class Finding(NamedTuple):
    """A finding.

    Attributes:
      path: The file, as the user named it.
      line: Line, from one; of the cell in a notebook.
      column: Column in characters, from one.
      end_line: Line of the end.
      end_column: Column behind the end.
      rule: Code of the rule.
      message: What it says here.
      symbol: The legacy symbol's name below `tf_initcompat`; empty where it is not known.
      source: The line of the file.
      cell: Number of the notebook's cell; 0 elsewhere.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    rule: str
    message: str
    symbol: str
    source: str
    cell: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Returns it as plain data, with the rule's name."""
        return self._asdict() | {"name": rules.rule(self.rule).name}


def of_file(path: str, document: Document, file: SourceFile, uses: Sequence[Use]) -> list[Finding]:
    """Returns the findings of a file, without those that its comments ignore.

    Args:
      path: The file's name.
      document: The file.
      file: Its names and its tree.
      uses: The uses of legacy initializers in it.
    """
    hazards = Hazards(file)
    return [
        _finding(path, document, use, name, message)
        for use in uses
        if use.status is not Status.MIGRATED
        for name, message in _said(use, file, hazards)
        if not is_ignored(document, use, name)
    ]


def of_reasons(path: str, document: Document, reasons: Iterable[tuple[Use, Hazard]]) -> tuple[Finding, ...]:
    """Returns why uses were not rewritten natively, as findings."""
    return tuple(_finding(path, document, use, name, message) for use, (name, message) in reasons)


def _said(use: Use, file: SourceFile, hazards: Hazards) -> Iterator[tuple[str, str]]:
    if use.form in _FORM_RULES:
        yield (
            _FORM_RULES[use.form],
            {
                Form.STRING: f"'{use.qualified}' becomes Keras' own class",
                Form.CONFIG: f"class_name '{use.qualified}'",
                Form.PARTITION_INFO: f"{use.qualified or 'a lambda'} takes partition_info",
            }[use.form],
        )
    elif use.status is not Status.LEGACY:
        name = _STATUS_RULES[use.status]
        qualified = f"{use.qualified}, but it may be {use.alternative}" if use.alternative else use.qualified
        yield name, f"{qualified}: {file.level.reason if use.status is Status.UNDECIDED else rules.rule(name).summary}"
    else:
        why = f" (TensorFlow 1: {file.level.reason})" if use.depends_on_level else ""
        yield "legacy-initializer", f"{use.qualified} is tf_initcompat.{use.name}{why}"
        yield from hazards.of(use)


def is_ignored(document: Document, use: Use, name: str) -> bool:
    """Returns whether a comment on the lines of a use, its call's among them, ignores a rule."""
    first: Any = use.node
    for line in range(first.lineno, _last_line(use.call or use.node) + 1):
        for match in _IGNORE.finditer(document.text.line(line)):
            listed = [one.strip() for one in (match["rules"] or "").split(",") if one.strip()]
            if not listed or {name, rules.rule(name).code} & set(listed):
                return True
    return False


def _last_line(node: ast.AST) -> int:
    is_definition = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    return node.lineno if is_definition else node.end_lineno  # type: ignore[attr-defined, no-any-return]


def _finding(path: str, document: Document, use: Use, name: str, message: str) -> Finding:
    node: Any = use.node
    text = document.text
    place = document.place(node.lineno)
    last = _last_line(node)
    end = text.column(last, node.end_col_offset) if last == node.end_lineno else len(text.line(last))
    source = text.line(node.lineno)
    return Finding(
        path,
        place.line,
        text.column(node.lineno, node.col_offset) + 1,
        place.line + last - node.lineno,
        end + 1,
        rules.rule(name).code,
        message,
        use.name,
        source,
        place.cell,
    )
