"""Findings for people: the source line with a caret, and a summary."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from tf_initcompat._internal.plural import counted
from tf_initcompat.source import rules
from tf_initcompat.source.findings import Finding


def findings(found: Iterable[Finding]) -> str:
    """Returns the findings, those of one place above one source line."""
    blocks = []
    for _, several in groupby(found, lambda one: (one.path, one.cell, one.line, one.column)):
        group = list(several)
        first = group[0]
        place = f"{first.path}:{f'cell {first.cell}:' if first.cell else ''}{first.line}:{first.column}"
        lines = [f"{place}: {one.rule} {rules.rule(one.rule).name}: {one.message}" for one in group]
        if first.source.strip():
            lines += _snippet(first)
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def _snippet(finding: Finding) -> list[str]:
    source = finding.source.expandtabs(1)
    start = finding.column - 1
    end = finding.end_column - 1 if finding.end_line == finding.line else len(source)
    number = str(finding.line)
    before = " " * _width(source[:start])
    return [f"  {number} | {source}", f"  {' ' * len(number)} | {before}{'^' * max(1, _width(source[start:end]))}"]


def _width(text: str) -> int:
    """Returns how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )


def statistics(found: Sequence[Finding]) -> str:
    """Returns how many findings each rule and each symbol has."""
    by_rule = Counter(one.rule for one in found)
    by_symbol = Counter(one.symbol for one in found if one.rule == rules.RULES[0].code and one.symbol)
    lines = [f"{count:6,}  {code}  {rules.rule(code).name}" for code, count in sorted(by_rule.items())]
    lines += ["", *(f"{count:6,}  {name}" for name, count in by_symbol.most_common())] if by_symbol else []
    return "\n".join(lines)


def summary(found: Sequence[Finding], files: int, unread: int) -> str:
    """Returns one line that counts findings, the files that have them, and the files that could not be read."""
    rest = f"; {counted(unread, 'file')} could not be read" if unread else ""
    if not found:
        return f"no findings{rest}"
    uses = sum(one.rule == rules.RULES[0].code for one in found)
    hazards = sum(rules.rule(one.rule).level == "warning" for one in found)
    places = f"{counted(len(found), 'finding')} in {counted(files, 'file')}"
    return f"{places}: {counted(uses, 'legacy initializer')}, {counted(hazards, 'hazard')}{rest}"
