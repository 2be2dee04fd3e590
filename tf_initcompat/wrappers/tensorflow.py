"""TensorFlow and its NumPy for the wrappers, or an error that says what to install.

The other modules import both from here, so that this module's error is the first that a user sees.
"""

import importlib
from typing import Any, Final

OLDEST: Final = (2, 15)
_ADVICE: Final = "Install a newer one: pip install 'tf-initcompat[tf]' (or 'tf-initcompat[tf-cpu]')."

try:
    import tensorflow as _tensorflow
except ModuleNotFoundError as error:
    if error.name != "tensorflow":
        raise
    raise ImportError(f"tf_initcompat's initializers need TensorFlow, which is not installed. {_ADVICE}") from error

_version = getattr(_tensorflow, "__version__", "unknown")
try:
    _is_supported = tuple(int(part) for part in _version.split(".")[:2]) >= OLDEST
except ValueError:
    _is_supported = False
if not _is_supported:
    raise ImportError(
        f"tf_initcompat's initializers need TensorFlow >= {OLDEST[0]}.{OLDEST[1]}, found {_version}. {_ADVICE}"
    )

import numpy as _numpy  # noqa: E402  # comes with TensorFlow

# TensorFlow's types cover little of it, and NumPy's need a newer Python than 3.10. Type checkers see Any, here only.
tf: Any = _tensorflow
np: Any = _numpy
context: Any = importlib.import_module("tensorflow.python.eager.context")
execute: Any = importlib.import_module("tensorflow.python.eager.execute")
random_seed: Any = importlib.import_module("tensorflow.python.framework.random_seed")
random_ops: Any = importlib.import_module("tensorflow.python.ops.random_ops")

__all__ = ["context", "execute", "np", "random_ops", "random_seed", "tf"]
