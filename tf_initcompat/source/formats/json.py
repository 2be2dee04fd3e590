"""The format `json`: one document with the findings and the errors."""

import json

from tf_initcompat.source.formats import Report, register


@register("json")
def render(report: Report) -> str:
    """Return the report as one JSON document."""
    findings = [finding.as_dict() for finding in report.findings]
    errors = [{"path": path, "message": error} for path, error in report.errors]
    return json.dumps({"findings": findings, "errors": errors}, indent=1)
