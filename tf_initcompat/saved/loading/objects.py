"""What Keras needs to load legacy configs without a conversion.

The functions import TensorFlow when they are called.
"""

import copy
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from tf_initcompat.catalog import class_names
from tf_initcompat.saved import builtin, nested
from tf_initcompat.saved.containers import formats
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.targets import TARGETS, Target
from tf_initcompat.saved.upgrades import envelopes


def custom_objects() -> dict[str, Any]:
    """Returns what makes every legacy initializer config load.

    The dict is for `custom_objects` of `keras.models.load_model`, `model_from_json`, `keras.layers.deserialize` and
    for `custom_object_scope`. Legacy initializers become the wrappers of this package.

    Returns:
      The wrapper for each class name and alias that TensorFlow 1.4 to 2.15 wrote, and, for Keras 3, classes for the
      models "Functional", "Model" and "Sequential" that upgrade the configs of their layers before they load them:
      Keras 3 looks up a class that is written with the module "keras.initializers" in its own module only.

    Raises:
      ImportError: If TensorFlow is missing or older than 2.15.
    """
    from tf_initcompat._internal import keras_registry

    classes = keras_registry.registered_classes()
    known = {name: classes[class_names.registered_name(row)] for name, row in class_names.rows().items()}
    made = {**known, **{name: _or_layer(name, known[name]) for name in builtin.LAYERS & known.keys()}, **classes}
    return {**made, **(_models() if _target().has_modules else {})}


def upgraded(config: dict[str, Any]) -> dict[str, Any]:
    """Returns a config in the form that the installed Keras loads, with the wrappers as initializers.

    For what `custom_objects` cannot reach, such as a single layer of Keras 2's newer format:
    `keras.layers.deserialize(upgraded(config))`.

    Args:
      config: Config of a model, a layer or an initializer; it is not changed.

    Returns:
      A new config.

    Raises:
      ImportError: If TensorFlow is missing or older than 2.15.
    """
    holder = {"": copy.deepcopy(config)}
    nested.convert(holder, _target(), "shim")
    envelopes.upgrade(holder, _target())
    return holder[""]


def load_model(path: Any, **arguments: Any) -> Any:
    """Loads a saved model: a converted copy of the file, which is removed again.

    It reaches what `custom_objects` cannot: losses, Sequential models of Keras 2 in `.keras` files, and everything
    else that `tf-initcompat convert` upgrades. The model has the wrappers as its initializers.

    Args:
      path: The `.h5`, `.hdf5`, `.keras` or `.json` file; it is not changed.
      **arguments: Arguments of `keras.models.load_model`, such as `compile` and the `custom_objects` of your own
        classes; for a `.json` file those of `keras.models.model_from_json`.

    Returns:
      The model. What the installed Keras is known to do in another way than the one that made the file is a warning.

    Raises:
      ImportError: If TensorFlow is missing or older than 2.15, or h5py for an HDF5 file.
      ValueError: If the file is no model, or damaged.
      OSError: If it cannot be read.
    """
    from tf_initcompat.wrappers.tensorflow import tf

    source = Path(path)
    try:
        conversion = formats.read(source, _target(), "shim")
        with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as folder:
            copied = Path(folder) / source.name
            conversion.write(copied)
            if conversion.kind == "json":
                model = tf.keras.models.model_from_json(copied.read_text("utf-8"), **arguments)
            else:
                model = tf.keras.models.load_model(str(copied), **arguments)
    except FileError as error:
        raise ValueError(f"Argument `path`: {source}: {error}") from error
    for difference in conversion.differences:
        warnings.warn(f"{source}: {difference}", stacklevel=2)
    return model


def _target() -> Target:
    """Returns what the installed Keras accepts."""
    from tf_initcompat.wrappers import seeds

    if not seeds.is_keras_3():
        return TARGETS["2"]
    # In 3.0, tf.keras has no __version__.
    return TARGETS["3.0" if sys.modules["keras"].__version__.startswith("3.0.") else "3.15"]


def _or_layer(name: str, wrapper: type) -> type:
    """Returns a class for an initializer's name that a layer has too: which one a config is of, its keys tell."""
    from tf_initcompat.wrappers.tensorflow import tf

    class Either:
        def __new__(cls, *arguments: Any, **keywords: Any) -> Any:
            return wrapper(*arguments, **keywords)

        @classmethod
        def from_config(cls, config: dict[str, Any]) -> Any:
            kind: Any = getattr(tf.keras.layers, name) if "name" in config else wrapper
            return kind.from_config(config)

    return Either


def _models() -> dict[str, Any]:
    """Returns a class for each kind of model of Keras 3 that upgrades a config before it loads it."""
    from tf_initcompat.wrappers.tensorflow import tf

    def upgrading(name: str, model: Any) -> type:
        class Upgrading:
            @classmethod
            def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
                config = upgraded({"class_name": name, "config": config})["config"]
                return model.from_config(config, custom_objects=custom_objects)

        return Upgrading

    models = {"Functional": tf.keras.Model, "Model": tf.keras.Model, "Sequential": tf.keras.Sequential}
    return {name: upgrading(name, model) for name, model in models.items()}
