"""The format `sarif`: the Static Analysis Results Interchange Format 2.1.0."""

import json
import os
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from tf_initcompat import __version__
from tf_initcompat._internal import bugs
from tf_initcompat.source import rules
from tf_initcompat.source.findings import Finding
from tf_initcompat.source.formats import Report, register

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


@register("sarif")
def render(report: Report) -> str:
    """Return the report as a SARIF log."""
    driver = {
        "name": "tf-initcompat",
        "version": __version__,
        "informationUri": bugs.HOME,
        "rules": [_rule(rule) for rule in rules.all_rules()],
    }
    notifications = [
        {"level": "error", "message": {"text": error}, "locations": [_location(path, {})]}
        for path, error in report.errors
    ]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}],
        "results": [_result(finding) for finding in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _rule(rule: rules.Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": rule.explanation, "markdown": rule.documentation},
        "helpUri": f"{bugs.HOME}/blob/main/docs/source.md#findings",
        "defaultConfiguration": {"level": rule.level},
    }


def _result(finding: Finding) -> dict[str, Any]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    if finding.cell:  # the whole line of the notebook's JSON
        region = {"startLine": finding.file_line}
    cell = f" (cell {finding.cell})" if finding.cell else ""
    return {
        "ruleId": finding.rule,
        "level": finding.level,
        "message": {"text": finding.message + cell},
        "locations": [_location(finding.path, {"region": region})],
    }


def _location(path: str, region: dict[str, Any]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": quote(os.fsencode(PurePath(path).as_posix()))}, **region}}
