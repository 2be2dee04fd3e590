"""Obstacles to loading a converted file: classes that may do something other than what their config says."""

import dataclasses
import enum
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog import class_names
from tf_initcompat.saved import containers, keras_classes, nodes
from tf_initcompat.saved.activations import HARD_SIGMOID, LEGACY_HARD_SIGMOID
from tf_initcompat.saved.conversion import Conversion
from tf_initcompat.saved.package_layers import is_package_layer
from tf_initcompat.saved.values import JsonObject

_LAMBDAS: Final = ("Lambda", "__lambda__")
#: Package of the wrappers.
_WRAPPERS: Final = ("tf_initcompat",)


class Reason(enum.Enum):
    """Why a file is not loaded. "{name}" stands for the class or member."""

    PICKLE = "{name} may hold pickled objects, which run code when they are read"
    NO_CLASS = "its class is not a name"
    LAMBDA = "a Lambda layer holds Python code, and Keras loads it only with safe_mode=False"
    OTHER_CLASS = "{name} is not among the classes of Keras that are loaded here; load the file with your own code"
    VOCABULARY = "the vocabulary of this {name} layer is another file"


@dataclasses.dataclass(frozen=True)
class Obstacle:
    """A reason not to load a file.

    Attributes:
      reason: The reason.
      name: The class or member.
      place: Path of the config through the JSON; "" for a member of an archive.
    """

    reason: Reason
    name: str = ""
    place: str = ""

    def __str__(self) -> str:
        message = self.reason.value.format(name=self.name)
        return f"{self.place}: {message}" if self.place else message


def obstacles(conversion: Conversion) -> Iterator[Obstacle]:
    """Yield what a process without the user's code cannot or must not load.

    Args:
      conversion: The conversion of the file.

    Raises:
      FileError: If the file is damaged or dangerous.
    """
    with containers.blamed_on(conversion.container):
        members = conversion.container.pickles(conversion.source)
    for member in members:
        yield Obstacle(Reason.PICKLE, member)
    for node in nodes.walk(conversion.documents):
        value = node.value
        if isinstance(value, dict) and "class_name" in value:
            obstacle = _obstacle(value, node.place)
            if obstacle:
                yield obstacle


def _obstacle(value: JsonObject, place: str) -> Obstacle | None:
    name, module, config = value["class_name"], value.get("module"), value.get("config")
    if not isinstance(name, str):
        return Obstacle(Reason.NO_CLASS, place=place)
    if name in _LAMBDAS:
        return Obstacle(Reason.LAMBDA, name, place)
    if not is_safe(value):
        is_keras = module is None or keras_classes.is_inside(module)
        return Obstacle(Reason.OTHER_CLASS, name if is_keras else f"{module}.{name}", place)
    if isinstance(config, dict) and isinstance(config.get("vocabulary"), str):
        return Obstacle(Reason.VOCABULARY, name, place)
    return None


def is_safe(value: JsonObject) -> bool:
    """Return whether deserializing a config runs nothing but Keras and this package.

    Args:
      value: Config of an object or a function. Its `class_name` is a string.

    >>> is_safe({"class_name": "Dense", "config": {"units": 2}})
    True
    >>> is_safe({"module": "os", "class_name": "system", "config": {}})
    False
    """
    name, module, registered = value["class_name"], value.get("module"), value.get("registered_name")
    if not isinstance(name, str) or not isinstance(registered, str | None):
        return False
    if value in (HARD_SIGMOID, LEGACY_HARD_SIGMOID) or is_package_layer(value):
        return True
    if name == "function":
        is_importable = module in (None, "builtins") or keras_classes.is_inside(module)
        config = value.get("config")
        return is_importable and isinstance(config, str) and config in keras_classes.FUNCTIONS
    if (registered or name) in class_names.wrappers():
        return module is None or keras_classes.is_inside(module, _WRAPPERS)
    name = name.removeprefix("Custom>")  # Keras 2.11 to 2.15 write it before their optimizers in HDF5
    return keras_classes.is_from_keras(value) and name in keras_classes.classes()
