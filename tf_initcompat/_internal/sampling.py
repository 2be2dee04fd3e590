"""Switch between the native and the legacy symbols, for tests on golden values."""

import contextlib
import os
import threading
from collections.abc import Generator

VARIABLE = "TF_INITCOMPAT_SAMPLING"
_VALUES = {"": False, "native": False, "legacy": True}

_lock = threading.Lock()
_open_contexts = 0


@contextlib.contextmanager
def legacy_sampling() -> Generator[None, None, None]:
    """Make every wrapper sample through the real legacy symbol while the context is open.

    The weights are then bit for bit those of the unmigrated program, with the same seeds in the same order. The switch
    applies to all threads, since distribution strategies create variables in threads of their own. Contexts may be
    nested. The environment variable `TF_INITCOMPAT_SAMPLING=legacy` has the same effect for a whole process.

    Yields:
      Nothing.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> def sample(initializer):
      ...     tf.random.set_seed(1)
      ...     return initializer(seed=2)((3, 3))
      >>> legacy = sample(tf.compat.v1.glorot_uniform_initializer)
      >>> with tf_initcompat.legacy_sampling():
      ...     bool(tf.reduce_all(sample(tf_initcompat.glorot_uniform_initializer) == legacy))
      True
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
    """Return whether the wrappers have to sample through the legacy symbols.

    Raises:
      ValueError: If the environment variable has an unknown value.
    """
    if _open_contexts:
        return True
    value = os.environ.get(VARIABLE, "")
    try:
        return _VALUES[value]
    except KeyError:
        values = ", ".join(repr(value) for value in _VALUES if value)
        raise ValueError(f"Environment variable {VARIABLE} must be one of {values}. Received: {value!r}") from None
