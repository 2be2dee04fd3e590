"""The format `text`: findings above the line of source code, then a summary."""

import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tf_initcompat._internal.colors import Color, colored
from tf_initcompat._internal.plural import counted
from tf_initcompat.source.findings import Finding
from tf_initcompat.source.formats import Report, register
from tf_initcompat.source.rules import RuleLevel, legacy_initializer, with_code

#: Paths that the next step repeats.
_MOST_PATHS: Final = 3
_LEGACY: Final = "legacy initializer"
#: Names in the summary for the findings of each level, other than the legacy initializers themselves.
_NOUNS: Final[Mapping[RuleLevel, str]] = {"warning": "hazard", "error": "obstacle", "note": "note"}
_COLORS: Final[Mapping[RuleLevel, Color]] = {"warning": Color.YELLOW, "error": Color.RED, "note": Color.CYAN}


@register("text")
def render(report: Report) -> str:
    """Return the report for people."""
    listed = format_findings(report.findings, report.is_colored)
    if report.is_quiet:
        return listed
    parts = [] if report.is_statistics else [listed]
    parts.append(_statistics(report.findings))
    parts.append(
        "\n".join(filter(None, (colored(_summary(report), Color.BOLD, report.is_colored), _next_step(report))))
    )
    if report.remaining is not None:
        from tf_initcompat.source import remaining_text  # late, since most runs do not list them

        parts.append(remaining_text.render(report.remaining, report.is_colored))
    return "\n\n".join(filter(None, parts))


def format_findings(findings: Iterable[Finding], is_colored: bool = False) -> str:
    """Return findings as text, those of one place above the line of source code.

    Args:
      findings: The findings, ordered by their place.
      is_colored: Whether to color the text for a terminal.
    """
    blocks: list[str] = []
    for _, group in itertools.groupby(
        findings, lambda finding: (finding.path, finding.cell, finding.line, finding.column)
    ):
        same_place = list(group)
        first = same_place[0]
        cell = f"cell {first.cell}:" if first.cell else ""
        place = f"{first.path}:{cell}{first.line}:{first.column}"
        place = colored(place, Color.BOLD, is_colored)
        lines = [
            f"{place}: {colored(f'{finding.rule} {finding.name}', _COLORS[finding.level], is_colored)}: "
            f"{finding.message}"
            for finding in same_place
        ]
        if first.source.strip():
            lines += _snippet(first, is_colored)
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def _snippet(finding: Finding, is_colored: bool) -> list[str]:
    source = finding.source.expandtabs(1)
    start = finding.column - 1
    end = finding.end_column - 1 if finding.end_line == finding.line else len(source)
    number = str(finding.line)
    before = " " * _width(source[:start])
    carets = colored("^" * max(1, _width(source[start:end])), _COLORS[finding.level], is_colored)
    return [f"  {number} | {source}", f"  {' ' * len(number)} | {before}{carets}"]


def _width(text: str) -> int:
    """Return the number of columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _statistics(findings: Sequence[Finding]) -> str:
    """Return the number of findings of each rule, and of legacy initializers of each symbol."""
    by_rule = Counter(finding.rule for finding in findings)
    by_symbol = Counter(finding.symbol for finding in _legacy_initializers(findings) if finding.symbol)
    lines = [f"{count:6,}  {code}  {with_code(code).name}" for code, count in sorted(by_rule.items())]
    lines += ["", *(f"{count:6,}  {name}" for name, count in by_symbol.most_common())] if by_symbol else []
    return "\n".join(lines)


def _summary(report: Report) -> str:
    """Return one line with the numbers of findings, of files with findings, and of files that could not be read."""
    unread = len(report.errors)
    rest = f"; {counted(report.hidden, 'finding')} hidden" if report.hidden else ""
    rest += f"; {counted(unread, 'file')} could not be read" if unread else ""
    if report.files == 0:
        return f"no Python files found{rest}"
    if not report.findings:
        return f"no {'other ' if report.hidden else ''}findings{rest}"
    files = len({finding.path for finding in report.findings})
    counts = Counter(_NOUNS[finding.level] for finding in report.findings if not _is_legacy_initializer(finding))
    counts[_LEGACY] = len(_legacy_initializers(report.findings))
    always = (_LEGACY, _NOUNS["warning"])
    listed = [counted(counts[noun], noun) for noun in (_LEGACY, *_NOUNS.values()) if counts[noun] or noun in always]
    return f"{counted(len(report.findings), 'finding')} in {counted(files, 'file')}: {', '.join(listed)}{rest}"


def _next_step(report: Report) -> str:
    """Return what to do about the findings; "" if there is nothing to do."""
    steps: list[str] = []
    if uses := len(_legacy_initializers(report.findings)):
        steps.append(f"{counted(uses, 'use')}: run `tf-initcompat migrate{_arguments(report.paths)}`")
    hazards = Counter(finding.rule for finding in report.findings if finding.level != "note")
    if rule := next((code for code, _ in hazards.most_common(1)), ""):
        steps.append(f"`tf-initcompat explain {rule}` documents the finding")
    return "; ".join(steps)


def _arguments(paths: Sequence[str]) -> str:
    """Return paths as arguments of a command; "" if there are too many to repeat."""
    import shlex  # late, since only people need it

    return f" {shlex.join(paths)}" if len(paths) <= _MOST_PATHS else " ..."


def _legacy_initializers(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if _is_legacy_initializer(finding)]


def _is_legacy_initializer(finding: Finding) -> bool:
    return finding.rule == legacy_initializer.RULE.code
