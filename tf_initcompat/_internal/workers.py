"""Worker processes that end when the process that started them ends."""

import multiprocessing
import os
import threading
from collections.abc import Callable


def end_with_parent(before_end: Callable[[], object] = lambda: None) -> None:
    """End this worker process when its parent ends, even if the parent is killed.

    Without it, the workers of a killed process pool wait for work forever.

    Args:
      before_end: Called right before this process ends.
    """
    threading.Thread(target=_wait_and_end, args=(before_end,), daemon=True).start()


def _wait_and_end(before_end: Callable[[], object]) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "end_with_parent must be called in a worker process"
    parent.join()
    before_end()
    os._exit(1)
