"""Findings for programs: JSON, SARIF 2.1.0, and the annotations of GitHub's workflows."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from tf_initcompat import __version__
from tf_initcompat.source import rules
from tf_initcompat.source.findings import Finding
from tf_initcompat.source.results import Result

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_GITHUB_LEVELS: Final = {"note": "notice", "warning": "warning", "error": "error"}


def as_json(found: Sequence[Finding], results: Iterable[Result]) -> str:
    """Returns findings and errors as one JSON document."""
    errors = [{"path": one.path, "message": one.error} for one in results if one.error]
    return json.dumps({"findings": [one.as_dict() for one in found], "errors": errors}, indent=1)


def as_sarif(found: Sequence[Finding], results: Iterable[Result]) -> str:
    """Returns findings and errors in the Static Analysis Results Interchange Format."""
    driver = {
        "name": "tf-initcompat",
        "version": __version__,
        "rules": [
            {
                "id": rule.code,
                "name": rule.name,
                "shortDescription": {"text": rule.summary},
                "fullDescription": {"text": rule.page},
                "defaultConfiguration": {"level": rule.level},
            }
            for rule in rules.RULES
        ],
    }
    notifications = [
        {"level": "error", "message": {"text": one.error}, "locations": [_location(one.path, {})]}
        for one in results
        if one.error
    ]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}],
        "results": [_result(one) for one in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _result(finding: Finding) -> dict[str, Any]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    cell = f" (cell {finding.cell})" if finding.cell else ""
    return {
        "ruleId": finding.rule,
        "level": rules.rule(finding.rule).level,
        "message": {"text": finding.message + cell},
        "locations": [_location(finding.path, {} if finding.cell else {"region": region})],
    }


def _location(path: str, region: dict[str, Any]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": quote(os.fsencode(PurePath(path).as_posix()))}, **region}}


def as_github(found: Sequence[Finding], results: Iterable[Result]) -> str:
    """Returns findings and errors as workflow commands."""
    lines = [
        f"::{_GITHUB_LEVELS[rules.rule(one.rule).level]} file={_property(one.path)},line={one.line},"
        f"col={one.column},endLine={one.end_line},title={_property(f'{one.rule} {rules.rule(one.rule).name}')}::"
        f"{_escaped(one.message)}"
        for one in found
    ]
    lines += [f"::error file={_property(one.path)}::{_escaped(one.error)}" for one in results if one.error]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
