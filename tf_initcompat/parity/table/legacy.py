"""Finds the real legacy symbols: in TensorFlow, public or private, in tf_keras and in tf_slim."""

import importlib
from collections.abc import Mapping
from typing import Any, Final

from tf_initcompat.wrappers.tensorflow import tf


class LegacyMissingError(ImportError):
    """The package that contains a legacy symbol is not installed."""


def keras_package() -> str:
    """Return the package that contains the real v1 Keras module: Keras 2 itself, later tf_keras."""
    return "keras" if tf.__version__.startswith("2.15.") else "tf_keras"


#: Modules of other packages, by the path below `tf_initcompat` that mirrors them.
_PACKAGED: Final[Mapping[str, str]] = {
    "keras.initializers": f"{keras_package()}.api._v1.keras.initializers",
    "contrib.layers": "tf_slim.layers.initializers",
}
#: Private modules of TensorFlow, by the path below `tf_initcompat` that mirrors the public names of TensorFlow 1.
_PRIVATE: Final[Mapping[str, str]] = {"contrib.framework": "tensorflow.python.ops.init_ops"}


def is_in_tensorflow(name: str) -> bool:
    """Return whether TensorFlow itself contains the legacy symbol of a name below `tf_initcompat`.

    Example:
      >>> is_in_tensorflow("initializers.he_normal"), is_in_tensorflow("keras.initializers.he_normal")
      (True, False)
    """
    return name.rpartition(".")[0] not in _PACKAGED


def namespace(path: str) -> Any:
    """Return the real module that `tf_initcompat` mirrors under a path.

    Args:
      path: "", "initializers", "keras.initializers", "contrib.layers" or "contrib.framework".

    Raises:
      LegacyMissingError: If the module is in tf_keras or tf_slim, which is not installed.
    """
    if path in _PRIVATE:
        return importlib.import_module(_PRIVATE[path])
    if path not in _PACKAGED:
        return tf.compat.v1.initializers if path else tf.compat.v1
    package = _PACKAGED[path].partition(".")[0]
    try:
        return importlib.import_module(_PACKAGED[path])
    except ImportError as error:
        advice = f"pip install --no-deps {package}"
        raise LegacyMissingError(f"the real symbols of {path} are in {package}, which is missing: {advice}") from error


def real(name: str) -> Any:
    """Return the real legacy symbol for a name below `tf_initcompat`."""
    path, _, last = name.rpartition(".")
    return getattr(namespace(path), last)
