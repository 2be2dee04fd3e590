"""The format `github`: annotations of GitHub workflows."""

from typing import Final

from tf_initcompat.source.findings import Finding
from tf_initcompat.source.formats import Report, register

#: Commands for the levels of rules.
_COMMANDS: Final = {"note": "notice", "warning": "warning", "error": "error"}


@register("github")
def render(report: Report) -> str:
    """Return the report as workflow commands."""
    lines = [_command(finding) for finding in report.findings]
    lines += [f"::error file={_property(path)}::{_escaped(error)}" for path, error in report.errors]
    return "\n".join(lines)


def _command(finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": finding.file_line,
        **({} if finding.cell else _columns(finding)),
        "title": f"{finding.rule} {finding.name}",
    }
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.level]} {listed}::{_escaped(finding.message)}"


def _columns(finding: Finding) -> dict[str, int]:
    """Return the end and the columns; a place in a cell has other columns than the JSON of its notebook."""
    columns = {"col": finding.column, "endLine": finding.end_line}
    # GitHub takes an end column only within one line.
    return columns | ({"endColumn": finding.end_column} if finding.end_line == finding.line else {})


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
