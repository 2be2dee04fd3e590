"""The rules: their examples are their tests."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from checks import dedent

from tf_initcompat.source import Finding, migrate, rules, scan
from tf_initcompat.source.rules import Rule

#: A place in a file: line, first column, and the column after the last one.
Place = tuple[int, int, int]


def split(example: str) -> tuple[str, list[Place]]:
    """Return the code of an example and the places that its carets mark."""
    lines: list[str] = []
    places: list[Place] = []
    for line in dedent(example).splitlines(keepends=True):
        if re.fullmatch(r" *\^[ ^]*\n", line):
            places += [(len(lines), match.start() + 1, match.end() + 1) for match in re.finditer(r"\^+", line)]
        else:
            lines.append(line)
    return "".join(lines), places


def findings(code: str, rule: Rule) -> Iterator[Finding]:
    """Yield what `scan` reports by a rule; where `scan` does not report it, what `migrate` does."""
    if rule.detect or rule.detect_creation or rule.detect_file:
        reported = scan(code, select=[rule.code]).findings
    else:
        reported = migrate(code).refused + migrate(code, to="native").not_converted
    yield from (finding for finding in reported if finding.rule == rule.code)


def place(finding: Finding) -> Place:
    """Return the place of a finding; it ends with its first line."""
    is_one_line = finding.end_line == finding.line
    return finding.line, finding.column, finding.end_column if is_one_line else len(finding.source) + 1


def examples(kind: str) -> list[object]:
    """Return one parameter for each example of each rule."""
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in rules.all_rules()
        for number, example in enumerate(getattr(rule, kind))
    ]


@pytest.mark.parametrize(("rule", "example"), examples("bad"))
def test_bad_example_is_found_where_it_is_marked(rule: Rule, example: str) -> None:
    code, marked = split(example)
    assert marked
    assert sorted({place(finding) for finding in findings(code, rule)}) == marked


@pytest.mark.parametrize(("rule", "example"), examples("good"))
def test_good_example_is_silent(rule: Rule, example: str) -> None:
    code, marked = split(example)
    assert not marked
    compile(code, "example", "exec")
    assert not list(findings(code, rule))


@pytest.mark.parametrize("rule", rules.all_rules(), ids=lambda rule: rule.code)
def test_use_instead(rule: Rule) -> None:
    code, _ = split(rule.bad[0])
    result = migrate(code)
    assert result.error == ""
    assert result.content == (dedent(rule.use_instead) if rule.is_fixed else code)


@pytest.mark.parametrize("rule", rules.all_rules(), ids=lambda rule: rule.code)
def test_documentation(rule: Rule) -> None:
    code, _ = split(rule.bad[0])
    assert "^" not in code
    headings = re.findall(r"^#.*$", rule.documentation, re.M)
    assert headings == [
        f"# {rule.name} ({rule.code})", "## What it does", "## Why is this bad?", "## Example", "## Fix",
    ]  # fmt: skip
    assert f"```python\n{code}```\n\nUse instead:\n\n```python\n{dedent(rule.use_instead)}```" in rule.documentation
    assert f"Added in {rule.since}." in rule.documentation
    assert not rule.summary.endswith(".")


def test_every_rule_has_a_module_of_its_own() -> None:
    modules = list(Path(rules.__file__).parent.glob("[a-z]*.py"))
    assert len(modules) == len(rules.all_rules())


def test_rules_are_in_the_order_of_their_codes() -> None:
    codes = [rule.code for rule in rules.all_rules()]
    assert codes == sorted(codes)
    assert len({rule.name for rule in rules.all_rules()}) == len(codes)
