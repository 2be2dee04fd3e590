"""The lookup functions and the base class of the v1 Keras module.

Legacy `get` and `deserialize` resolve a name by the TensorFlow behavior that is in force: to a native initializer, or
to the v1 class after `tf.compat.v1.disable_v2_behavior()`. These do the same, with the wrappers as v1 classes.
"""

import inspect
from typing import Any, Final

from tf_initcompat._internal import keras_registry
from tf_initcompat.catalog import class_names
from tf_initcompat.wrappers import seeds
from tf_initcompat.wrappers.tensorflow import tf

Initializer: Final = tf.keras.initializers.Initializer

#: Bound on import like the wrappers' `_real`: on Keras 2 both name spaces share these functions, and test suites may
#: replace them by the ones below.
_SERIALIZE: Final = tf.keras.initializers.serialize
_DESERIALIZE: Final = tf.keras.initializers.deserialize


def get(identifier: Any) -> Any:
    """Returns the initializer that an identifier means.

    Mirrors `tf.compat.v1.keras.initializers.get`.

    Args:
      identifier: None, a name, a dict with "class_name" and "config", an initializer class or a callable.

    Returns:
      An initializer, or None for None.

    Raises:
      ValueError: If it means none.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return deserialize(identifier, use_legacy_format="module" not in identifier)
    if isinstance(identifier, str):
        return deserialize({"class_name": identifier, "config": {}}, use_legacy_format=True)
    if callable(identifier):
        return identifier() if inspect.isclass(identifier) else identifier
    raise ValueError(f"Could not interpret initializer identifier: {identifier}")


def serialize(initializer: Any, use_legacy_format: bool = False) -> Any:
    """Returns an initializer as a dict that `deserialize` takes.

    Mirrors `tf.compat.v1.keras.initializers.serialize`.

    Args:
      initializer: An initializer or None.
      use_legacy_format: Whether to return only "class_name" and "config".

    Returns:
      The dict, or None for None.
    """
    if initializer is None:
        return None
    if use_legacy_format:
        name = tf.keras.utils.get_registered_name(type(initializer))
        return {"class_name": name, "config": initializer.get_config()}
    seeds.native_initializers()  # raises on another backend
    return _SERIALIZE(initializer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None, use_legacy_format: bool = False) -> Any:
    """Returns the initializer that a dict describes.

    Mirrors `tf.compat.v1.keras.initializers.deserialize`.

    Args:
      config: A dict with "class_name" and "config", as `serialize` returns it, or a name.
      custom_objects: Classes by the names that the dict may use.
      use_legacy_format: Whether the dict has no more than these two keys; Keras 3 sees that for itself.

    Returns:
      The initializer.

    Raises:
      ValueError: If the class is unknown (TypeError where Keras 3 looks it up).
    """
    known = _classes_by_legacy_name()
    arguments = {"use_legacy_format": True} if use_legacy_format and not seeds.is_keras_3() else {}
    return _DESERIALIZE(config, custom_objects={**known, **(custom_objects or {})}, **arguments)


def _classes_by_legacy_name() -> dict[str, type]:
    """Returns the class for each name that legacy Keras resolves."""
    native = seeds.native_initializers()
    wrappers = {name.rpartition(">")[2]: known for name, known in keras_registry.registered_classes().items()}
    natives = {name: getattr(native, name) for name in wrappers if hasattr(native, name)}
    classes = natives if tf.__internal__.tf2.enabled() else wrappers
    return {
        **classes,
        **{class_names.snake_case(name): known for name, known in classes.items()},
        **{alias: classes[name] for alias, name in class_names.SHORT_NAMES.items()},
        **{f"{name}V2": known for name, known in natives.items()},
    }
