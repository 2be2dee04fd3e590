"""The format `json`: one document with the findings and the errors."""

import json
from typing import Any

from tf_initcompat.source.formats import Report, register


@register("json")
def render(report: Report) -> str:
    """Return the report as one JSON document."""
    findings = [finding.as_dict() for finding in report.findings]
    errors = [{"path": path, "message": error} for path, error in report.errors]
    document: dict[str, Any] = {"findings": findings, "errors": errors}
    if report.remaining is not None:
        document["remaining"] = report.remaining.as_dict()
    return json.dumps(document, indent=1)
