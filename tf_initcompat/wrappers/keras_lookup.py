"""The lookup functions and the base class of the v1 Keras module.

The meaning of a name depends on TensorFlow's behavior, as for the legacy `get` and `deserialize`: a native initializer,
or a v1 class after `tf.compat.v1.disable_v2_behavior()`. The wrappers take the place of the v1 classes.
"""

import inspect
from typing import Any, Final

from tf_initcompat._internal import keras_registry
from tf_initcompat.catalog import class_names
from tf_initcompat.wrappers import native
from tf_initcompat.wrappers.tensorflow import tf

Initializer: Final = tf.keras.initializers.Initializer

# Bound on import, like the real symbols: Keras 2 shares these functions between both namespaces, and test suites may
# replace them by the ones below.
_SERIALIZE: Final = tf.keras.initializers.serialize
_DESERIALIZE: Final = tf.keras.initializers.deserialize


def get(identifier: Any) -> Any:
    """Return the initializer that an identifier means.

    Mirrors `tf.compat.v1.keras.initializers.get`.

    Args:
      identifier: None, a name, a dict with "class_name" and "config", an initializer class or a callable.

    Returns:
      An initializer, or None for None.

    Raises:
      ValueError: If the identifier means no initializer.

    Example:
      >>> from tf_initcompat.keras import initializers
      >>> type(initializers.get("he_normal")).__name__
      'HeNormal'
      >>> initializers.get(initializers.zeros).get_config()
      {'dtype': 'float32'}
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
    """Return an initializer as a dict for `deserialize`.

    Mirrors `tf.compat.v1.keras.initializers.serialize`.

    Args:
      initializer: An initializer or None.
      use_legacy_format: Whether to return only "class_name" and "config".

    Returns:
      The dict, or None for None.

    Example:
      >>> from tf_initcompat.keras import initializers
      >>> initializers.serialize(initializers.he_normal(seed=1), use_legacy_format=True)
      {'class_name': 'tf_initcompat.keras>HeNormal', 'config': {'seed': 1}}
    """
    if initializer is None:
        return None
    if use_legacy_format:
        name = tf.keras.utils.get_registered_name(type(initializer))
        return {"class_name": name, "config": initializer.get_config()}
    native.initializers()  # raises on another backend
    return _SERIALIZE(initializer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None, use_legacy_format: bool = False) -> Any:
    """Return the initializer that a dict describes.

    Mirrors `tf.compat.v1.keras.initializers.deserialize`.

    Args:
      config: A dict with "class_name" and "config", as `serialize` returns it, or a name.
      custom_objects: Classes by the names that the dict may use.
      use_legacy_format: Whether the dict has only these two keys. Keras 3 detects it.

    Returns:
      The initializer.

    Raises:
      ValueError: If the class is unknown (TypeError where Keras 3 looks it up).

    Example:
      >>> from tf_initcompat.keras import initializers
      >>> config = initializers.serialize(initializers.he_normal(seed=1))
      >>> initializers.deserialize(config).get_config()
      {'seed': 1}
    """
    classes = {**_classes_by_legacy_name(), **(custom_objects or {})}
    if use_legacy_format and not native.is_keras_3():
        return _DESERIALIZE(config, custom_objects=classes, use_legacy_format=True)
    initializer = _DESERIALIZE(config, custom_objects=classes)
    if isinstance(initializer, str):  # Keras 3 returns an unknown name as it is
        raise ValueError(f"Could not interpret initializer identifier: {initializer}")
    return initializer


def _classes_by_legacy_name() -> dict[str, type]:
    """Return the class for each name that legacy Keras resolves."""
    namespace = native.initializers()
    wrappers = {name.rpartition(">")[2]: class_ for name, class_ in keras_registry.registered_classes().items()}
    natives: dict[str, type] = {name: getattr(namespace, name) for name in wrappers if hasattr(namespace, name)}
    classes = natives if tf.__internal__.tf2.enabled() else wrappers
    return {
        **classes,
        **{class_names.snake_case(name): class_ for name, class_ in classes.items()},
        **{alias: classes[name] for alias, name in class_names.SHORT_NAMES.items()},
        **{f"{name}V2": class_ for name, class_ in natives.items()},
    }
