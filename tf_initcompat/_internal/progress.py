"""A progress bar on stderr, shown only on a terminal."""

import contextlib
import dataclasses
import sys
from collections.abc import Generator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@dataclasses.dataclass(frozen=True)
class _Shown:
    progress: "Progress"
    task: "TaskID"
    is_refreshed: bool


class Update:
    """A function that updates a progress bar, if there is one."""

    def __init__(self, shown: _Shown | None = None) -> None:
        self._shown = shown

    def __call__(
        self,
        *,
        total: int | None = None,
        completed: int | None = None,
        advance: int | None = None,
        description: str | None = None,
    ) -> None:
        """Update the bar.

        Args:
          total: New number of steps.
          completed: New number of finished steps.
          advance: Number of steps finished since the last update.
          description: New text next to the bar.
        """
        if self._shown is not None:
            self._shown.progress.update(
                self._shown.task,
                total=total,
                completed=completed,
                advance=advance,
                description=description,
                refresh=self._shown.is_refreshed,
            )


@contextlib.contextmanager
def bar(description: str, total: int | None = None, ticking: bool = True) -> Generator[Update, None, None]:
    """Show a progress bar while the context is open.

    Args:
      description: Text next to the bar.
      total: Number of steps; None if it is not known yet.
      ticking: Whether a thread moves the clock between updates. Must be False if the context forks processes.

    Yields:
      The function that updates the bar.
    """
    if not (sys.stderr and sys.stderr.isatty()):
        yield Update()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=ticking) as progress:
        yield Update(_Shown(progress, progress.add_task(description, total=total), is_refreshed=not ticking))
