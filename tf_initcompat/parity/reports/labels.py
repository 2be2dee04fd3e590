"""Texts and groupings that several formats share."""

from collections.abc import Iterable, Iterator

from tf_initcompat.parity.results import Comparison, Kind, Run


def by_name(comparisons: Iterable[Comparison]) -> dict[str, list[Comparison]]:
    """Return the comparisons of each symbol."""
    groups: dict[str, list[Comparison]] = {}
    for comparison in comparisons:
        groups.setdefault(comparison.name, []).append(comparison)
    return groups


def shape_label(comparison: Comparison) -> str:
    """Return the shape as text, for example "3×3×40×56"."""
    return "×".join(map(str, comparison.shape)) or "scalar"


def context_label(comparison: Comparison) -> str:
    """Return the contexts as text; "interface" if there is none."""
    return "+".join(comparison.contexts) or Kind.INTERFACE.value


def title(comparison: Comparison) -> str:
    """Return a title that distinguishes a comparison from the others of its symbol.

    Example:
      >>> title(Comparison("zeros", (2, 3), "float16", (), partitions=2, kind=Kind.FRESHNESS))
      '() 2×3 float16 2 partitions interface freshness'
    """
    parts = [f"({comparison.arguments})", shape_label(comparison)]
    if comparison.dtype:
        parts.append(comparison.dtype)
    if comparison.partitions > 1:
        parts.append(f"{comparison.partitions} partitions")
    parts.append(context_label(comparison))
    if comparison.kind is Kind.FRESHNESS:
        parts.append(comparison.kind.value)
    return " ".join(parts)


def detectable_label(comparisons: Iterable[Comparison]) -> str:
    """Return the smallest error of the scale that any comparison of a symbol detects.

    Returns:
      A percentage, "exact" if values were compared bit for bit, or "-" if nothing was compared.
    """
    comparisons = list(comparisons)
    errors = [comparison.scale_error for comparison in comparisons if comparison.scale_error is not None]
    if errors:
        return f"{min(errors):.2%}"
    return "exact" if any(comparison.is_evidence for comparison in comparisons) else "-"


def summary(run: Run) -> Iterator[str]:
    """Yield the sentences that summarize a run."""
    verdicts = [comparison.verdict for comparison in run.comparisons]
    yield f"{', '.join(f'{name} {version}' for name, version in run.environment.items())}."
    yield (
        f"{verdicts.count('same'):,} comparisons the same, {verdicts.count('different'):,} different, "
        f"{verdicts.count('skipped'):,} skipped, in {run.seconds:.0f} s ({run.sampling:.0%} of the work is sampling)."
    )
    yield (
        f"Expected false alarms: at most {run.settings.budget:g} per run, over {run.statistical_checks:,} statistical "
        "checks (Holm). A check with a suspicious p-value is repeated on fresh samples before it counts."
    )
    for reason, count in sorted(skip_reasons(run.comparisons).items(), key=lambda pair: -pair[1]):
        yield f"Skipped {count}: {reason}"


def skip_reasons(comparisons: Iterable[Comparison]) -> dict[str, int]:
    """Return the number of skipped comparisons for each reason."""
    reasons: dict[str, int] = {}
    for comparison in comparisons:
        if comparison.verdict == "skipped":
            reason = comparison.checks[0].reason if comparison.checks else "no check was requested"
            reasons[reason] = reasons.get(reason, 0) + 1
    return reasons
