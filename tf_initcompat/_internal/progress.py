"""A progress bar on a terminal; elsewhere nothing."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def bar(description: str, total: int | None = None, ticking: bool = True) -> Iterator[Callable[..., None]]:
    """Shows a bar on stderr while its context lasts.

    Args:
      description: What is done.
      total: Number of steps; None if it is not known yet.
      ticking: Whether the clock moves between two steps, by a thread. Not where processes are forked.

    Yields:
      The update: it takes `advance`, `completed`, `total` and `description`.
    """
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda **changes: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=ticking) as shown:
        task = shown.add_task(description, total=total)

        def update(**changes: Any) -> None:
            shown.update(task, refresh=not ticking, **changes)

        yield update
