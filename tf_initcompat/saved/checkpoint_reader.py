"""The values in a TensorFlow checkpoint, which TensorFlow reads one at a time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.weights.recipes import Array

__all__ = ["CheckpointReader"]


class CheckpointReader:
    """A checkpoint.

    Args:
      prefix: Path of the checkpoint, without the suffixes of its files.
      title: What error messages call the values in it.

    Raises:
      FileError: If TensorFlow is missing, or the checkpoint is missing or damaged.
    """

    def __init__(self, prefix: Path, title: str) -> None:
        try:
            from tf_initcompat.wrappers.tensorflow import tf
        except ImportError as error:
            raise FileError(
                f"reading {title} needs TensorFlow 2.15 or newer: pip install 'tf-initcompat[tf]'"
            ) from error
        self._title = title
        # TensorFlow does not translate all errors of its reader into OpError.
        self._errors: tuple[type[Exception], ...] = (
            tf.errors.OpError,
            LookupError,
            RuntimeError,
            TypeError,
            ValueError,
        )
        try:
            self._reader: Any = tf.train.load_checkpoint(str(prefix))
        except self._errors as error:
            raise FileError(self._message(error)) from error

    def read(self, key: str) -> Array:
        """Return a value.

        Args:
          key: Its name in the checkpoint.

        Raises:
          FileError: If it is missing or damaged.
        """
        try:
            return self._reader.get_tensor(key)
        except self._errors as error:
            raise FileError(self._message(error)) from error

    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Return the shapes of all values by name.

        Raises:
          FileError: If the checkpoint is damaged.
        """
        try:
            found: dict[str, list[int]] = self._reader.get_variable_to_shape_map()
        except self._errors as error:
            raise FileError(self._message(error)) from error
        return {name: tuple(found[name]) for name in sorted(found)}

    def _message(self, error: Exception) -> str:
        return f"{self._title} cannot be read ({type(error).__name__}: {str(error).splitlines()[0]})"
