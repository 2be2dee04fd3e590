"""TensorFlow and its NumPy as the wrappers need them, or an error that says what to install.

The other modules take both from here, so that this one's error is the first that a user sees.
"""

from typing import Final

OLDEST: Final = (2, 15)
_ADVICE: Final = "Install a newer one: pip install 'tf-initcompat[tf]' (or 'tf-initcompat[tf-cpu]')."

try:
    import tensorflow as tf
except ModuleNotFoundError as error:
    if error.name != "tensorflow":
        raise
    raise ImportError(f"tf_initcompat's initializers need TensorFlow, which is not installed. {_ADVICE}") from error

_found = getattr(tf, "__version__", "unknown")
try:
    _supported = tuple(int(part) for part in _found.split(".")[:2]) >= OLDEST
except ValueError:
    _supported = False
if not _supported:
    raise ImportError(
        f"tf_initcompat's initializers need TensorFlow >= {OLDEST[0]}.{OLDEST[1]}, found {_found}. {_ADVICE}"
    )

import numpy as np  # noqa: E402  # comes with TensorFlow
from tensorflow.python.eager import context  # noqa: E402  # only where TensorFlow is new enough
from tensorflow.python.framework import random_seed  # noqa: E402

__all__ = ["context", "np", "random_seed", "tf"]
