"""Finds the real legacy symbols: in TensorFlow, in tf_keras and in tf_slim."""

import importlib
from typing import Any

from tf_initcompat.wrappers.tensorflow import tf


class LegacyMissingError(ImportError):
    """The package that keeps a legacy symbol is not installed."""


def keras_package() -> str:
    """Returns the package that holds the real v1 Keras module: part of Keras 2, kept in tf_keras since."""
    return "keras" if tf.__version__.startswith("2.15.") else "tf_keras"


def namespace(path: str) -> Any:
    """Returns the real module that `tf_initcompat` mirrors under a path.

    Args:
      path: "", "initializers", "keras.initializers" or "contrib.layers".

    Raises:
      LegacyMissingError: If tf_keras or tf_slim is needed for it and not installed.
    """
    modules = {
        "keras.initializers": f"{keras_package()}.api._v1.keras.initializers",
        "contrib.layers": "tf_slim.layers.initializers",
    }
    if path not in modules:
        return tf.compat.v1.initializers if path else tf.compat.v1
    package = modules[path].partition(".")[0]
    try:
        return importlib.import_module(modules[path])
    except ImportError as error:
        advice = f"pip install --no-deps {package}"
        raise LegacyMissingError(f"the real symbols of {path} are in {package}, which is missing: {advice}") from error


def real(name: str) -> Any:
    """Returns the real legacy symbol for a name below `tf_initcompat`."""
    path, _, last = name.rpartition(".")
    return getattr(namespace(path), last)
