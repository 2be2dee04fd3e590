"""Classes with which Keras loads legacy configs as they are, and the upgrade of one config."""

import copy
from typing import Any, Protocol

from tf_initcompat.catalog import class_names
from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.changes import apply_upgrades
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.loading import installed
from tf_initcompat.saved.values import JsonObject, as_object


class Deserializable(Protocol):
    """A class that Keras makes from a config."""

    @classmethod
    def from_config(cls, config: dict[str, Any], /) -> Any:
        """Return an object with a config."""
        ...


def custom_objects() -> dict[str, type]:
    """Return the classes that make every legacy initializer config load.

    Pass the dict as `custom_objects` to `keras.models.load_model`, `model_from_json`, `keras.layers.deserialize` or
    `custom_object_scope`. Legacy initializers become the wrappers of this package.

    Returns:
      The wrapper for each class name and alias that TensorFlow 1.4 to 2.15 wrote. On Keras 3 also classes for the
      models "Functional", "Model" and "Sequential", which upgrade the configs of their layers before they load them:
      Keras 3 looks up a class whose config has the module "keras.initializers" in its own module only.

    Raises:
      ImportError: If TensorFlow is missing or older than 2.15.

    >>> import tensorflow as tf
    >>> config = {"class_name": "UniformUnitScaling", "config": {"factor": 2.0, "dtype": "float32"}}
    >>> with tf.keras.utils.custom_object_scope(custom_objects()):
    ...     initializer = tf.keras.initializers.deserialize(config)
    >>> type(initializer).__module__, initializer.factor
    ('tf_initcompat.wrappers.variance_scaling', 2.0)
    """
    from tf_initcompat._internal import keras_registry

    wrappers = keras_registry.registered_classes()
    by_name = {name: wrappers[class_names.registered_name(symbol)] for name, symbol in class_names.rows().items()}
    shared = {name: _initializer_or_layer(name, by_name[name]) for name in keras_classes.LAYERS & by_name.keys()}
    models = _upgrading_models() if installed.target().is_keras_3 else {}
    return {**by_name, **shared, **wrappers, **models}


def upgraded(config: dict[str, Any]) -> dict[str, Any]:
    """Return a config in the form that the installed Keras loads, with the wrappers as initializers.

    It is for what `custom_objects` does not reach, such as a single layer in the newer format of Keras 2.

    Args:
      config: Config of a model, a layer or an initializer. It is not changed.

    Returns:
      A new config.

    Raises:
      ImportError: If TensorFlow is missing or older than 2.15.

    >>> import tensorflow as tf
    >>> zeros = {"class_name": "Zeros", "config": {"dtype": "float32"}}
    >>> config = {"class_name": "Dense", "config": {"name": "d", "units": 2, "bias_initializer": zeros}}
    >>> tf.keras.layers.deserialize(upgraded(config)).units
    2
    """
    documents: JsonObject = {"": copy.deepcopy(config)}
    apply_upgrades(documents, Context(installed.target(), Form.SHIM))
    return as_object(documents[""])


def _initializer_or_layer(name: str, wrapper: type[Deserializable]) -> type:
    """Return a class for a name that an initializer and a layer share. The keys of a config decide which it is."""
    layers = installed.tensorflow().keras.layers

    class InitializerOrLayer:
        def __new__(cls, *arguments: Any, **keywords: Any) -> Any:
            return wrapper(*arguments, **keywords)

        @classmethod
        def from_config(cls, config: dict[str, Any]) -> Any:
            chosen: Deserializable = getattr(layers, name) if "name" in config else wrapper
            return chosen.from_config(config)

    return InitializerOrLayer


def _upgrading_models() -> dict[str, type]:
    """Return a class for each kind of model of Keras 3 that upgrades a config before it loads it."""
    keras = installed.tensorflow().keras

    def make(name: str, model: Any) -> type:
        class UpgradingModel:
            @classmethod
            def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
                config = upgraded({"class_name": name, "config": config})["config"]
                return model.from_config(config, custom_objects=custom_objects)

        return UpgradingModel

    models = {"Functional": keras.Model, "Model": keras.Model, "Sequential": keras.Sequential}
    return {name: make(name, model) for name, model in models.items()}
