"""The installed Keras: which version it is, and loading a file with it."""

import sys
from pathlib import Path
from typing import Any

from tf_initcompat.saved import targets
from tf_initcompat.saved.containers import Container
from tf_initcompat.saved.targets import TARGETS, Target


def tensorflow() -> Any:
    """Return the module `tensorflow`, whose types say little: everything in it is Any.

    Raises:
      ImportError: If TensorFlow is missing or older than 2.15.
    """
    from tf_initcompat.wrappers.tensorflow import tf

    return tf


def target() -> Target:
    """Return the target that stands for the installed Keras.

    Raises:
      ImportError: If TensorFlow is missing or older than 2.15.
    """
    from tf_initcompat.wrappers import native

    if not native.is_keras_3():
        return TARGETS["2"]
    # In Keras 3.0, tf.keras has no __version__.
    return targets.of_version(sys.modules["keras"].__version__)


def load(path: Path, container: Container, **arguments: Any) -> Any:
    """Load a file as it is.

    Args:
      path: The file.
      container: Kind of file.
      **arguments: Arguments of `keras.models.load_model`; for a file without weights those of
        `keras.models.model_from_json`.

    Returns:
      The Keras model. Keras raises exceptions of any type for a file that it does not load.
    """
    models = tensorflow().keras.models
    if container.has_weights:
        return models.load_model(str(path), **arguments)
    return models.model_from_json(path.read_text("utf-8"), **arguments)
