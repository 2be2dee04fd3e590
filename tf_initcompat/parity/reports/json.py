"""Reports as JSON: the whole run, for programs."""

from tf_initcompat.parity.reports import register
from tf_initcompat.parity.results import Run


@register("json", suffixes=(".json",), summary="the whole run, for programs", order=200)
def render(run: Run) -> str:
    """Return a run as a JSON document."""
    return run.as_json()
