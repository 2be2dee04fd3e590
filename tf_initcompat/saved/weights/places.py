"""Finds the weights of each layer among those in a file: by the order of Keras, and never where that is in doubt."""

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.values import Json, JsonObject
from tf_initcompat.saved.weights import keras_1, roles, sizes
from tf_initcompat.saved.weights.roles import RolesOf

__all__ = ["Group", "Layers", "Outline", "Place", "Slot", "StoredWeight"]

#: Number that TensorFlow appends to the second of two equal names, and that of the tensor.
_NUMBERS: Final = re.compile(r"(_\d+)?(:\d+)?$")


@dataclasses.dataclass(frozen=True)
class StoredWeight:
    """A weight in a file.

    Attributes:
      name: Name inside its group.
    """

    name: str

    @property
    def role(self) -> str:
        """The part of the name that Keras gives it.

        >>> StoredWeight("rnn/lstm_cell/kernel_1:0").role
        'kernel'
        """
        return _NUMBERS.sub("", self.name.rpartition("/")[2])


@dataclasses.dataclass(frozen=True)
class Group:
    """The weights of one layer of the model, with those of the layers inside it, in an HDF5 file.

    Attributes:
      path: Path of the HDF5 group.
      weights: The weights, in the order of Keras.
    """

    path: str
    weights: tuple[StoredWeight, ...]


@dataclasses.dataclass(frozen=True)
class Place:
    """The weights of one layer in a file.

    Attributes:
      group: Path of the HDF5 group.
      weights: Names inside the group, by the role. Of the two layers inside a Bidirectional layer that have one config,
        each has a place.
    """

    group: str
    weights: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Outline:
    """A layer of the model.

    Attributes:
      name: Its name; "" for a model before Keras 2.2.3, whose config has none.
      has_weights: Whether it has weights; None if that is not known.
    """

    name: str
    has_weights: bool | None


@dataclasses.dataclass(frozen=True)
class Owner:
    """A layer of a model that has weights.

    Attributes:
      identity: Identity of its dict.
      name: Its name.
      is_named_by_keras: Whether the name can be the one that Keras makes of the class.
    """

    identity: int
    name: str
    is_named_by_keras: bool


@dataclasses.dataclass(frozen=True)
class Slot:
    """A weight that a layer must have.

    Attributes:
      layer: Identity of the layer.
      part: Attributes of Keras that lead to the layer.
      role: Role of the weight.
      size: Size of its last axis; None if the config does not name it.
      owner: The layer of a model that has it: this layer, or the wrapper around it.
    """

    layer: int
    part: str
    role: str
    size: int | None
    owner: "Owner"


@dataclasses.dataclass
class _Slots:
    """The weights that a layer must have, in the order of Keras."""

    trainable: list[Slot] = dataclasses.field(default_factory=list[Slot])
    others: list[Slot] = dataclasses.field(default_factory=list[Slot])

    @property
    def all(self) -> list[Slot]:
        return self.trainable + self.others


class Layers:
    """The layers of a model as the file has them, before any upgrade.

    Upgrades change the dicts of layers in place, so that a layer is known by the identity of its dict.

    Args:
      model: Class and config of the model.
      is_from_keras_1: Whether a Keras 1 wrote the file.
    """

    def __init__(self, model: JsonObject, is_from_keras_1: bool = False) -> None:
        inner = roles.inner_layers(model) or []
        own = [layer for _, layer in inner]
        is_flat = is_from_keras_1 and model.get("class_name") == "Sequential"
        self._layers = [layer for layer in (roles.flat(own) if is_flat else own) if isinstance(layer, dict)]
        # Upgrades rename layers, change their classes and remove keys.
        self._names = [_name(layer) for layer in self._layers]
        self._is_input = [layer.get("class_name") == "InputLayer" for layer in self._layers]
        self._stored_names = keras_1.NAMES if is_from_keras_1 else None
        variants = (keras_1.of_keras_1_layer,) if is_from_keras_1 else roles.VARIANTS
        self._slots = [[_slots(layer, variant) for variant in variants] for layer in self._layers]
        self._inside = [set(_identities(layer)) for layer in self._layers]

    @property
    def outlines(self) -> list[Outline]:
        """The layers of the model, in its order."""
        known = [[bool(slots.all) for slots in variants if slots] for variants in self._slots]
        return [Outline(name, any(has) if has else None) for name, has in zip(self._names, known, strict=True)]

    @property
    def slots(self) -> list[list[list[Slot]]]:
        """The weights of each layer of the model: the lists of what it can have; no list if that is not known."""
        return [[slots.all for slots in variants if slots] for variants in self._slots]

    def problem(self, index: int, group: Group, shapes: Mapping[str, tuple[int, ...]]) -> str:
        """Return why weights in a file cannot be those of a layer; "" if they can.

        Args:
          index: Index of the layer among those of the model.
          group: The weights.
          shapes: Shapes by the path in the file.
        """
        variants = [slots.all for slots in self._slots[index] if slots]
        fitting = next((slots for slots in variants if self._match(slots, group.weights)), None)
        if fitting is None and variants:
            found, needed = ([weight.role for weight in weights] for weights in (group.weights, variants[0]))
            return f"the file has {', '.join(found) or 'no weights'}, and the layer {', '.join(needed) or 'no weights'}"
        for slot, weight in zip(fitting or (), group.weights, strict=False):
            shape = shapes[f"{group.path}/{weight.name}"]
            if slot.size is not None and shape[-1:] != (slot.size,):
                return f"the shape of {weight.name!r} is {shape}, and its last size has to be {slot.size}"
        return ""

    def places(self, layer: JsonObject, groups: Mapping[str, Group]) -> list[Place]:
        """Return the places of the weights of a layer.

        Args:
          layer: The dict of the layer.
          groups: Weights in the file by the name of the layer of the model, in the order of the file.

        Raises:
          FileError: If they cannot be told from those of other layers.
        """
        index = next((index for index, inside in enumerate(self._inside) if id(layer) in inside), None)
        if index is None:
            raise FileError("its weights are not found, because it is not among the layers of the model")
        name = self._names[index] or self._name_by_order(index, groups)
        if name not in groups:
            raise FileError(f"the file has no weights of the layer {name!r}")
        group = groups[name]
        for slots in self._slots[index]:
            if slots and self._match(slots.all, group.weights):
                return _places(slots.all, group, layer)
        if not any(self._slots[index]):
            raise FileError(f"its weights are not found, because {name!r} holds a layer with unknown weights")
        raise FileError(f"its weights are not found, because {name!r} has others than Keras writes")

    def _match(self, slots: Sequence[Slot], weights: Sequence[StoredWeight]) -> bool:
        if self._stored_names is None:
            return [slot.role for slot in slots] == [weight.role for weight in weights]
        ends = [f"_{self._stored_names.get(slot.role, slot.role)}" for slot in slots]
        return len(ends) == len(weights) and all(
            weight.role.endswith(end) for weight, end in zip(weights, ends, strict=True)
        )

    def _name_by_order(self, index: int, groups: Mapping[str, Group]) -> str:
        """Return the name of a model before Keras 2.2.3, whose config has none, by the order of the layers."""
        everything = range(len(self._names))
        without_inputs = [number for number in everything if not self._is_input[number]]
        names = list(groups)
        for numbers in (everything, without_inputs):
            own = [self._names[number] for number in numbers]
            if len(own) == len(names) and all(a in ("", b) for a, b in zip(own, names, strict=True)):
                return names[numbers.index(index)]
        raise FileError("its weights are not found, because its model has no name")


def _name(layer: JsonObject) -> str:
    config = layer.get("config")
    name = config.get("name") if isinstance(config, dict) else layer.get("name")
    return name if isinstance(name, str) else ""


def _identities(layer: Json) -> Iterable[int]:
    if isinstance(layer, dict):
        yield id(layer)
        for _, inner in roles.inner_layers(layer) or ():
            yield from _identities(inner)


def _slots(layer: Json, roles_of: RolesOf, part: str = "", owner: Owner | None = None) -> _Slots | None:
    """Return the weights that a layer must have; None if that is not known."""
    if not isinstance(layer, dict):
        return None
    slots = _Slots()
    owner = owner or _owner(layer)
    inner = roles.inner_layers(layer)
    if inner is None:
        own = roles_of(layer)
        if own is None:
            return None
        slots.trainable += (Slot(id(layer), part, role, sizes.last_size(layer, role), owner) for role in own.trainable)
        slots.others += (Slot(id(layer), part, role, sizes.last_size(layer, role), owner) for role in own.others)
    for attribute, each in inner or ():
        # The layers of a model have names of their own, also where the model is inside a wrapper.
        is_owner = attribute == "layers" or (isinstance(each, dict) and each.get("class_name") in keras_classes.MODELS)
        its = _slots(each, roles_of, f"{part}/{attribute}", None if is_owner else owner)
        if its is None:
            return None
        slots.trainable += its.trainable
        slots.others += its.others
    config = layer.get("config")
    is_frozen = isinstance(config, dict) and config.get("trainable") is False
    return _Slots(others=slots.all) if is_frozen else slots


def _owner(layer: JsonObject) -> Owner:
    name, class_name = _name(layer), str(layer.get("class_name"))
    is_named_by_keras = re.sub(r"_\d+$", "", name).replace("_", "") == class_name.lower()
    return Owner(id(layer), name, is_named_by_keras)


def _places(slots: Sequence[Slot], group: Group, layer: JsonObject) -> list[Place]:
    by_part: dict[str, dict[str, str]] = defaultdict(dict)
    for slot, weight in zip(slots, group.weights, strict=True):
        if slot.layer == id(layer):
            by_part[slot.part][slot.role] = weight.name
    return [Place(group.path, weights) for weights in by_part.values()]
