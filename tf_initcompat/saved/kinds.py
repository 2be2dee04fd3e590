"""The kinds of values in the JSON of a model, and the names by which they are recognized."""

import enum
import functools
import re
from typing import Final

from tf_initcompat.saved import keras_classes

__all__ = [
    "INITIALIZERS",
    "LAYERS",
    "TRAINING_KEYS",
    "TRAINING_OBJECTS",
    "Kind",
    "of_key",
    "of_string",
    "of_training_object",
]


class Kind(enum.Enum):
    """Kind of object or text that a value describes."""

    INITIALIZER = "initializer"
    INITIALIZER_NAME = "name of an initializer"
    POSSIBLE_INITIALIZER_NAME = "name under a key such as w_init, which may be the name of an initializer"
    MODEL = "model of Keras"
    LAYER = "layer, or model of a user's class"
    DTYPE_POLICY = "dtype policy of a layer"
    ACTIVATION = "activation function"
    OPTIMIZER = "optimizer or learning rate schedule"
    LOSS = "loss"
    METRIC = "metric"
    TRAINING_OBJECT = "object of another class in the training configuration"
    TRAINING_NAME = "string in the training configuration"
    TRAINING = "dict in the training configuration that describes no object"
    OTHER = "other value"

    __hash__ = object.__hash__  # members are singletons, and every node looks up its kind


#: Kinds that describe a layer or a model.
LAYERS: Final = frozenset({Kind.LAYER, Kind.MODEL})
#: Kinds that describe an object of the training configuration.
TRAINING_OBJECTS: Final = frozenset({Kind.OPTIMIZER, Kind.LOSS, Kind.METRIC, Kind.TRAINING_OBJECT})
#: Kinds that describe an initializer.
INITIALIZERS: Final = frozenset({Kind.INITIALIZER, Kind.INITIALIZER_NAME, Kind.POSSIBLE_INITIALIZER_NAME})

#: Keys under which no layers stand: the training configuration, and the shapes that build a layer.
TRAINING_KEYS: Final = frozenset({"compile_config", "training_config", "build_config", "optimizer_config"})
#: Keys under which a string names an initializer, such as kernel_initializer.
_INITIALIZER_KEY: Final = re.compile(r"(?:^|_)initializers?$")
#: Keys of custom layers under which a string may name one, such as w_init.
_POSSIBLE_INITIALIZER_KEY: Final = re.compile(r"(?:^|_)inits?$")
#: Part of the keys under which an activation function stands, such as recurrent_activation.
_ACTIVATION: Final = "activation"
_CLASSES: Final = {
    **dict.fromkeys(keras_classes.METRICS, Kind.METRIC),
    **dict.fromkeys(keras_classes.LOSSES, Kind.LOSS),
    **dict.fromkeys(keras_classes.OPTIMIZERS | keras_classes.SCHEDULES, Kind.OPTIMIZER),
}


@functools.lru_cache(maxsize=1024)  # a file has few keys, and many strings
def of_string(key: str, is_in_training: bool) -> Kind:
    """Return the kind of a string.

    Args:
      key: Key under which it stands.
      is_in_training: Whether it belongs to the training configuration.

    >>> of_string("kernel_initializer", is_in_training=False).name
    'INITIALIZER_NAME'
    """
    if _INITIALIZER_KEY.search(key):
        return Kind.INITIALIZER_NAME
    if _POSSIBLE_INITIALIZER_KEY.search(key):
        return Kind.POSSIBLE_INITIALIZER_NAME
    if is_in_training:
        return Kind.TRAINING_NAME
    return of_key(key)


def of_key(key: str) -> Kind:
    """Return the kind of a value of which only the key is known."""
    return Kind.ACTIVATION if _ACTIVATION in key else Kind.OTHER


def of_training_object(class_name: str) -> Kind:
    """Return the kind of an object in the training configuration.

    >>> of_training_object("Custom>Adam").name
    'OPTIMIZER'
    """
    # Keras 2.11 to 2.15 write "Custom>" before their optimizers in HDF5.
    return _CLASSES.get(class_name.removeprefix("Custom>"), Kind.TRAINING_OBJECT)
