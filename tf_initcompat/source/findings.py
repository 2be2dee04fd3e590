"""Findings: problems of uses with their places in a file, without those that comments ignore."""

import ast
import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, Final, NamedTuple

from tf_initcompat.source import rules
from tf_initcompat.source.rules import FileContext, Found, Problem, Rule, RuleLevel
from tf_initcompat.source.syntax.documents import Document
from tf_initcompat.source.uses import Status, Use
from tf_initcompat.source.uses.creations import Creation

#: Part of each line that may have such a comment.
_TOOL: Final = "tf-initcompat"
#: Characters of a source line in plain data. A generated line may be long, and have many findings.
_LONGEST_LINE: Final = 1000
_IGNORE: Final = rf"#\s*{_TOOL}:\s*ignore(?:\[(?P<rules>[^\]]*)\])?"


class Finding(NamedTuple):
    """A problem and its place in a file.

    Attributes:
      path: The file, as the caller named it.
      line: Line, counted from one; in a notebook, the line of the cell.
      column: Column in characters, counted from one.
      end_line: Line of the end.
      end_column: Column after the end.
      rule: Code of the rule.
      message: Description of this case.
      symbol: Name of the legacy symbol below `tf_initcompat`, or of the callable below `tf` that creates variables;
        empty if it is unknown.
      source: The line of the file.
      cell: Number of the notebook's cell, counted from one; 0 in other files.
      file_line: Line of the file, counted from one; in a notebook, the line of its JSON.

    Examples:
      >>> import tf_initcompat
      >>> code = "import tensorflow.compat.v1 as tf; tf.zeros_initializer()"
      >>> finding = tf_initcompat.source.scan(code).findings[0]
      >>> finding.line, finding.rule, finding.name, finding.symbol
      (1, 'IC001', 'legacy-initializer', 'zeros_initializer')
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
    file_line: int = 0

    @property
    def name(self) -> str:
        """Name of the rule."""
        return rules.with_code(self.rule).name

    @property
    def level(self) -> RuleLevel:
        """Level of the rule."""
        return rules.with_code(self.rule).level

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain data, with the name of the rule. A long source line is cut."""
        return self._asdict() | {"name": self.name, "source": self.source[:_LONGEST_LINE]}


class Findings:
    """Makes the findings of one file.

    Args:
      path: The file, as the caller named it.
      document: The file.
      file: The same file, for detectors.

    Attributes:
      hidden: Number of findings that comments ignore; known after `of_scan`.
    """

    def __init__(self, path: str, document: Document, file: FileContext) -> None:
        self._path, self._document, self._file = path, document, file
        self.hidden = 0
        #: Keys of the rules that the comments of each line ignore.
        self._ignored_on: dict[int, list[str] | None] = {}

    def of_scan(self, codes: Container[str] | None = None) -> Iterator[Finding]:
        """Yield the findings that `scan` reports.

        Args:
          codes: Codes of the rules to ask; None for those that are on by default.
        """
        yield from self.of_uses(codes)
        for found, problem in rules.problems_of_file(self._file, codes):
            yield from self._shown(found, [problem])
        for creation in self._file.creations if rules.are_creations_asked(codes) else ():
            yield from self._shown(creation, rules.problems_of_creation(creation, self._file, codes))

    def of_uses(self, codes: Container[str] | None = None) -> Iterator[Finding]:
        """Yield the findings about uses of legacy initializers alone."""
        for use in self._file.uses:
            if use.status is not Status.MIGRATED:
                yield from self._shown(use, rules.problems(use, self._file, codes))

    def _shown(self, use: Use | Creation | Found, problems: Iterable[Problem]) -> Iterator[Finding]:
        """Yield the findings of problems, except for those that comments ignore."""
        ignored = self._ignored_keys(use)
        for problem in problems:
            if _is_in(problem.rule, ignored):
                self.hidden += 1
            else:
                yield self._make(use, problem)

    def is_ignored(self, use: Use, rule: Rule) -> bool:
        """Return whether a comment on the lines of a use, or of its call, ignores a rule."""
        return _is_in(rule, self._ignored_keys(use))

    def of_problems(self, problems: Iterable[tuple[Use, Problem]]) -> tuple[Finding, ...]:
        """Return the findings of problems."""
        return tuple(self._make(use, problem) for use, problem in problems)

    def _make(self, use: Use | Creation | Found, problem: Problem) -> Finding:
        """Return the finding of a problem."""
        node: Any = use.node
        text = self._document.text
        place = self._document.place(node.lineno)
        last = _last_line(node)
        end = text.column(last, node.end_col_offset) if last == node.end_lineno else len(text.line(last))
        return Finding(
            path=self._path,
            line=place.line,
            column=text.column(node.lineno, node.col_offset) + 1,
            end_line=place.line + last - node.lineno,
            end_column=end + 1,
            rule=problem.rule.code,
            message=problem.message,
            symbol=use.name,
            source=text.line(node.lineno),
            cell=place.cell,
            file_line=self._document.file_line(node.lineno),
        )

    def _ignored_keys(self, use: Use | Creation | Found) -> list[str] | None:
        """Return the keys of the rules that comments ignore; None for all rules."""
        first: Any = use.node
        keys: list[str] = []
        for number in range(first.lineno, _last_line(use.call or use.node) + 1):
            if number not in self._ignored_on:
                self._ignored_on[number] = _ignored_keys(self._document.text.line(number))
            listed = self._ignored_on[number]
            if listed is None:
                return None
            keys += listed
        return keys


def _ignored_keys(line: str) -> list[str] | None:
    """Return the keys of the rules that the comments of a line ignore; None for all rules."""
    keys: list[str] = []
    for match in re.finditer(_IGNORE, line) if _TOOL in line else ():
        listed = [key.strip() for key in (match["rules"] or "").split(",") if key.strip()]
        if not listed:
            return None
        keys += listed
    return keys


def _is_in(rule: Rule, keys: list[str] | None) -> bool:
    """Return whether keys of an ignore comment name a rule; a prefix such as "IC" alone would hide everything."""
    if keys is None:
        return True
    specific = (key for key in keys if key.lower() == rule.name or any(map(str.isdigit, key)))
    return any(rules.matches(rule, key) for key in specific)


def _last_line(node: ast.AST) -> int:
    """Return the last line of a node; of a definition, the first one."""
    is_definition = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    return node.lineno if is_definition else node.end_lineno  # type: ignore[attr-defined, no-any-return]
