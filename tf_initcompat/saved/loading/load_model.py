"""Loading a legacy model through a converted copy of its file."""

import os
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf_initcompat.saved.conversion import Conversion, convert_file
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.loading import installed


def load_model(path: str | os.PathLike[str], **arguments: Any) -> Any:
    """Load a saved model through a converted copy of the file, which is removed afterwards.

    Nothing in the file is executed, and no other file is read: what could do so is reported before Keras opens the
    file, in all versions of Keras. Objects that `custom_objects` has or that are registered are yours, and are loaded.

    It reaches what `custom_objects` does not: losses, Sequential models of Keras 2 in `.keras` files, and all other
    configs that `tf-initcompat convert` upgrades. The model has the wrappers as its initializers.

    Args:
      path: The `.h5`, `.hdf5`, `.keras` or `.json` file, or the SavedModel directory that tf.keras wrote. It is not
        changed.
      **arguments: Arguments of `keras.models.load_model`, such as `compile` and the `custom_objects` of your own
        classes; for a `.json` file those of `keras.models.model_from_json`. With `safe_mode=False` the code in the file
        is loaded too.

    Returns:
      The Keras model. A warning reports what the installed Keras computes differently from the Keras that made the
      file.

    Raises:
      ImportError: If TensorFlow is missing or older than 2.15.
      ValueError: If the file is not a model of Keras, is damaged or is dangerous, or if h5py is missing. Keras raises
        exceptions of any type for a file that it does not load.
      OSError: If the file cannot be read.

    >>> import json, pathlib, tempfile
    >>> layer = {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [None, 3]}}
    >>> config = {"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "model.json")
    ...     _ = path.write_text(json.dumps(config))
    ...     load_model(path).count_params()
    8
    """
    source = Path(path)
    try:
        conversion = convert_file(source, installed.target(), Form.SHIM)
        if arguments.get("safe_mode", True) is not False:
            _refuse(conversion, arguments.get("custom_objects"))
        if not conversion.container.has_weights:
            arguments.pop("safe_mode", None)
        with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as folder:
            copy = Path(folder, f"model{conversion.container.suffixes[0]}")
            conversion.write(copy)
            model = installed.load(copy, conversion.container, **arguments)
    except FileError as error:
        raise ValueError(f"Argument `path`: {error}") from error
    for difference in conversion.differences:
        warnings.warn(f"{source}: {difference}", stacklevel=2)
    return model


def _refuse(conversion: Conversion, custom_objects: Mapping[str, object] | None) -> None:
    """Raise FileError if loading the file is dangerous."""
    registered = installed.tensorflow().keras.utils.get_registered_object
    for danger in conversion.dangers:
        if not any(registered(key, custom_objects) for key in danger.keys):
            raise FileError(
                f"{conversion.source}: {danger}; pass your class or function in `custom_objects`, or safe_mode=False "
                "if you trust the file"
            )
