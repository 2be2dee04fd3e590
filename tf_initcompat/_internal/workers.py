"""What the worker processes of a pool share: they end with the process that started them."""

import multiprocessing
import os
import threading
from collections.abc import Callable


def end_with_parent(last: Callable[[], object] = lambda: None) -> None:
    """Ends this worker when its parent is gone, however that ended; a pool's workers would wait for work for ever.

    Args:
      last: Called before the end.
    """
    threading.Thread(target=_wait_and_end, args=(last,), daemon=True).start()


def _wait_and_end(last: Callable[[], object]) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # this is a worker
    parent.join()
    last()
    os._exit(1)
