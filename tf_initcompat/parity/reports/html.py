"""The results as one self-contained HTML page."""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import jinja2

from tf_initcompat._internal.atomic import write_text
from tf_initcompat.parity.checks import diagnosis
from tf_initcompat.parity.reports import text
from tf_initcompat.parity.reports.junit import title_parts
from tf_initcompat.parity.results import CHECKS, Comparison, Summary
from tf_initcompat.parity.table.run import Run


def write(run: Run, path: Path) -> None:
    """Writes a run as an HTML page that needs no network.

    Args:
      run: The run.
      path: File to write.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("tf_initcompat.parity", "reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    rows = [_row(comparison) for comparison in run.comparisons]
    page = environment.get_template("report.html.jinja").render(
        environment=run.environment,
        summary=list(text.summary(run)),
        verdict="different" if run.different else "same",
        different=len(run.different),
        total=sum(one.verdict != "skipped" for one in run.comparisons),
        symbols=[_symbol(name, comparisons) for name, comparisons in text.by_name(run.comparisons).items()],
        # Thousands of samples: deflated, a browser unpacks them by itself.
        data=base64.b64encode(zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 9)).decode(),
        checks=CHECKS,
        power=run.settings.power,
        budget=run.settings.budget,
    )
    write_text(path, page)


def _symbol(name: str, comparisons: list[Comparison]) -> dict[str, Any]:
    verdicts = [comparison.verdict for comparison in comparisons]
    return {
        "name": name,
        "total": len(verdicts),
        "skipped": verdicts.count("skipped"),
        "different": verdicts.count("different"),
        "found": text.finds(comparisons),
    }


def _row(comparison: Comparison) -> dict[str, Any]:
    """Returns what the page shows of a comparison; short keys and figures, since there are thousands."""
    parts = title_parts(comparison)
    return {
        "name": comparison.name,
        "arguments": comparison.arguments,
        "shape": parts[1],
        "dtype": comparison.dtype or "",
        "partitions": comparison.partitions,
        "context": "+".join(comparison.contexts) or "interface",
        "kind": "freshness" if parts[-1] == "freshness" else "law" if comparison.contexts else "interface",
        "verdict": comparison.verdict,
        "scale": comparison.scale_error,
        "mean": comparison.mean_error,
        "message": diagnosis.message(comparison) if comparison.verdict != "same" else "",
        "edges": comparison.edges,
        "samples": [_sample(summary) for summary in (comparison.legacy, comparison.migrated) if summary],
        "checks": [
            [check.name, check.context, check.status, check.message, _short(check.p_value), _short(check.threshold)]
            for check in comparison.checks
        ],
    }


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def _sample(summary: Summary) -> dict[str, Any]:
    return {
        "size": summary.size,
        "mean": _short(summary.mean),
        "stddev": float(f"{summary.stddev:.5g}"),
        "counts": summary.counts,
        "quantiles": [float(f"{quantile:.4g}") for quantile in summary.quantiles],
    }
