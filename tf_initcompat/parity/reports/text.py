"""Reports as text: a table with a row for each symbol, a summary, and the differences."""

import io
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from tf_initcompat.parity.diagnosis.explanation import message
from tf_initcompat.parity.reports import labels, register
from tf_initcompat.parity.results import Run

#: Number of differences that are printed in full; the other formats have all of them.
_MOST_DIFFERENCES: Final = 10
#: Width of a text file in characters.
_WIDTH: Final = 120


@register("text", suffixes=(".txt",), summary="the text that `verify` prints", packages=("rich",), order=400)
def render(run: Run) -> str:
    """Return a run as plain text."""
    text = io.StringIO()
    print_run(run, Console(file=text, width=_WIDTH))
    return text.getvalue()


def print_run(run: Run, console: Console) -> None:
    """Print a run.

    Args:
      run: The run.
      console: Where to print it.
    """
    console.print(_table(run))
    console.print(
        "detects: the smallest error of the scale that a comparison of the symbol detects with a power of "
        f"{run.settings.power:.1%}",
        highlight=False,
    )
    for line in labels.summary(run):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for comparison in run.different[:_MOST_DIFFERENCES]:
        console.print(f"\n{message(comparison)}", highlight=False, markup=False, soft_wrap=True)
    if len(run.different) > _MOST_DIFFERENCES:
        more = len(run.different) - _MOST_DIFFERENCES
        console.print(f"\n... and {more} more; --report and --json list all of them.", highlight=False)


def _table(run: Run) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("symbol", no_wrap=True)
    for heading in ("compared", "skipped", "different", "detects"):
        table.add_column(heading, justify="right")
    for name, comparisons in labels.by_name(run.comparisons).items():
        verdicts = [comparison.verdict for comparison in comparisons]
        different = verdicts.count("different")
        table.add_row(
            name,
            f"{len(verdicts):,}",
            f"{verdicts.count('skipped') or ''}",
            f"[bold red]{different}[/]" if different else "0",
            labels.detectable_label(comparisons),
        )
    return table
