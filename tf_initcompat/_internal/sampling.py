"""The switch for golden-value tests: sample through the legacy symbols instead of the native ones."""

import contextlib
import os
import threading
from collections.abc import Iterator

VARIABLE = "TF_INITCOMPAT_SAMPLING"
_VALUES = {"": False, "native": False, "legacy": True}

_lock = threading.Lock()
_open_contexts = 0


@contextlib.contextmanager
def legacy_sampling() -> Iterator[None]:
    """Makes every wrapper sample through the real legacy symbol while the context is open.

    The weights are then bit for bit those of the unmigrated program, with the same seeds in the same order. The switch
    holds for all threads, since distribution strategies create variables in threads of their own; contexts may be
    nested. The environment variable `TF_INITCOMPAT_SAMPLING=legacy` does the same for a whole process.

    Yields:
      Nothing.
    """
    global _open_contexts
    with _lock:
        _open_contexts += 1
    try:
        yield
    finally:
        with _lock:
            _open_contexts -= 1


def is_legacy() -> bool:
    """Returns whether the wrappers have to sample through the legacy symbols.

    Raises:
      ValueError: If the environment variable has an unknown value.
    """
    if _open_contexts:
        return True
    value = os.environ.get(VARIABLE, "")
    try:
        return _VALUES[value]
    except KeyError:
        known = ", ".join(repr(known) for known in _VALUES if known)
        raise ValueError(f"Environment variable {VARIABLE} must be one of {known}. Received: {value!r}") from None
