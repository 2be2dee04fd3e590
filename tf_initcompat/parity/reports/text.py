"""The results in the terminal: a table with a row for each symbol, then what differs."""

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table

from tf_initcompat.parity.checks import diagnosis
from tf_initcompat.parity.results import Comparison
from tf_initcompat.parity.table.run import Run

#: So many differences are told in full; the reports have them all.
_TOLD = 10


def by_name(comparisons: list[Comparison]) -> dict[str, list[Comparison]]:
    """Returns the comparisons of each symbol."""
    found: dict[str, list[Comparison]] = {}
    for comparison in comparisons:
        found.setdefault(comparison.name, []).append(comparison)
    return found


def finds(comparisons: list[Comparison]) -> str:
    """Returns the smallest error of scale that any of a symbol's comparisons would have found, as text."""
    errors = [one.scale_error for one in comparisons if one.scale_error is not None]
    if errors:
        return f"{min(errors):.2%}"
    return "exact" if any(one.contexts and one.verdict != "skipped" for one in comparisons) else "-"


def print_run(run: Run, console: Console) -> None:
    """Prints a run.

    Args:
      run: The run.
      console: Where to print it.
    """
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("symbol", no_wrap=True)
    for heading in ("compared", "skipped", "different", "finds"):
        table.add_column(heading, justify="right")
    for name, comparisons in by_name(run.comparisons).items():
        verdicts = [comparison.verdict for comparison in comparisons]
        different = verdicts.count("different")
        table.add_row(
            name,
            f"{len(verdicts):,}",
            f"{verdicts.count('skipped') or ''}",
            f"[bold red]{different}[/]" if different else "0",
            finds(comparisons),
        )
    console.print(table)
    power = f"{run.settings.power:.1%}"
    console.print(
        f"finds: the smallest error of the scale that a comparison shows with a power of {power}", highlight=False
    )
    for line in summary(run):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for comparison in run.different[:_TOLD]:
        console.print(f"\n{diagnosis.message(comparison)}", highlight=False, markup=False, soft_wrap=True)
    if len(run.different) > _TOLD:
        console.print(f"\n... and {len(run.different) - _TOLD} more; --report or --json has them all.", highlight=False)


def summary(run: Run) -> Iterator[str]:
    """Yields the sentences that sum up a run."""
    verdicts = [comparison.verdict for comparison in run.comparisons]
    versions = ", ".join(f"{name} {version}" for name, version in run.environment.items())
    yield f"{versions}."
    yield (
        f"{verdicts.count('same'):,} comparisons the same, {verdicts.count('different'):,} different, "
        f"{verdicts.count('skipped'):,} skipped, in {run.seconds:.0f} s ({run.sampling:.0%} of the work is sampling)."
    )
    yield run.false_alarms
    reasons = skipped(run.comparisons)
    for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1]):
        yield f"Skipped {count}: {reason}"


def skipped(comparisons: list[Comparison]) -> dict[str, int]:
    """Returns how many comparisons were skipped for each kind of reason."""
    reasons: dict[str, int] = {}
    for comparison in comparisons:
        if comparison.verdict == "skipped":
            check = comparison.checks[0] if comparison.checks else None
            message = check.message if check else "no check was asked for"
            # "not compared, both fail: ZeroDivisionError: ...": the type of the error is enough.
            reason = ": ".join(message.split(": ")[:2])
            reasons[reason] = reasons.get(reason, 0) + 1
    return reasons
