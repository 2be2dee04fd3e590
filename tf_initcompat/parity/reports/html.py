"""Reports as one self-contained HTML page, for people."""

import base64
import json
import zlib
from typing import Any

from tf_initcompat.parity.checks.base import CHECKS
from tf_initcompat.parity.diagnosis.explanation import message
from tf_initcompat.parity.reports import labels, register
from tf_initcompat.parity.results import Comparison, Run, Summary


@register(
    "html", suffixes=(".html",), summary="a page for people, which needs no network", packages=("jinja2",), order=100
)
def render(run: Run) -> str:
    """Return a run as an HTML page."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("tf_initcompat.parity", "reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    rows = [_row(comparison) for comparison in run.comparisons]
    return environment.get_template("report.html.jinja").render(
        summary=list(labels.summary(run)),
        verdict="different" if run.different else "same",
        different=len(run.different),
        total=sum(comparison.verdict != "skipped" for comparison in run.comparisons),
        symbols=[_symbol(name, comparisons) for name, comparisons in labels.by_name(run.comparisons).items()],
        # Compressed, since there are thousands of rows; browsers decompress them without a library.
        data=base64.b64encode(zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 9)).decode(),
        checks=dict(CHECKS),
        power=run.settings.power,
    )


def _symbol(name: str, comparisons: list[Comparison]) -> dict[str, str | int]:
    verdicts = [comparison.verdict for comparison in comparisons]
    return {
        "name": name,
        "total": len(verdicts),
        "skipped": verdicts.count("skipped"),
        "different": verdicts.count("different"),
        "detectable": labels.detectable_label(comparisons),
    }


def _row(comparison: Comparison) -> dict[str, Any]:
    """Return what the page shows of a comparison, with rounded figures to save space."""
    return {
        "name": comparison.name,
        "arguments": comparison.arguments,
        "shape": labels.shape_label(comparison),
        "dtype": comparison.dtype or "",
        "partitions": comparison.partitions,
        "context": labels.context_label(comparison),
        "kind": comparison.kind.value,
        "verdict": comparison.verdict,
        "scale": comparison.scale_error,
        "mean": comparison.mean_error,
        "message": message(comparison) if comparison.verdict != "same" else "",
        "edges": comparison.edges,
        "samples": [_sample(summary) for summary in (comparison.legacy, comparison.migrated) if summary],
        "checks": [
            [check.name, check.context, check.status, check.message, _rounded(check.p_value), _rounded(check.threshold)]
            for check in comparison.checks
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def _sample(summary: Summary) -> dict[str, Any]:
    return {
        "size": summary.size,
        "mean": _rounded(summary.mean),
        "stddev": float(f"{summary.stddev:.5g}"),
        "counts": summary.counts,
        "quantiles": [float(f"{quantile:.4g}") for quantile in summary.quantiles],
    }
