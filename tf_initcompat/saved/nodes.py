"""The values inside the JSON of a model: where each stands, what kind of object it describes, and how to edit it."""

import contextlib
import copy
import dataclasses
from collections.abc import Generator, Iterator, Mapping
from typing import Any, Final, Protocol

from tf_initcompat.saved import initializers, keras_classes, kinds
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.values import ABSENT, Absent, Json, JsonObject, MalformedError, as_list, type_name
from tf_initcompat.saved.weights.recipes import Recipe

__all__ = ["Applied", "Edit", "Holder", "Node", "Reweighting", "malformed_configs_are_errors", "walk"]

#: Types of the values that are visited. Numbers are not: a file may hold millions.
_VISITED: Final = (dict, list, str)


class Holder(Protocol):
    """A dict or a list, which holds values."""

    def __getitem__(self, key: Any, /) -> Json: ...
    def __setitem__(self, key: Any, value: Json, /) -> None: ...


@dataclasses.dataclass(slots=True, eq=False)
class Node:
    """A value inside a JSON value.

    Attributes:
      holder: Dict or list that holds the value.
      key: Key or index of the value.
      parent: Node of the holder; None for the root of a document.
      is_in_training: Whether the value belongs to the training configuration.
    """

    holder: Holder
    key: str | int
    parent: "Node | None" = None
    is_in_training: bool = dataclasses.field(init=False)
    _kind: Kind | None = dataclasses.field(init=False, default=None)

    def __post_init__(self) -> None:
        is_outer_in_training = self.parent is not None and self.parent.is_in_training
        self.is_in_training = is_outer_in_training or self.key in kinds.TRAINING_KEYS

    @property
    def kind(self) -> Kind:
        """Kind of the value. It is looked up once, before the value is edited.

        Raises:
          MalformedError: If the value names a class in a way that Keras never writes.
        """
        if self._kind is None:
            self._kind = _kind_of(self, self.value)
        return self._kind

    @property
    def value(self) -> Json:
        """The value as it is now."""
        return self.holder[self.key]

    @property
    def place(self) -> str:
        """Path of the value through the JSON."""
        steps: list[str] = []
        node: Node | None = self
        while node:
            steps.append(f"[{node.key}]" if isinstance(node.key, int) else f".{node.key}")
            node = node.parent
        return "".join(reversed(steps)).lstrip(".")

    @property
    def name(self) -> str:
        """Key under which the value stands: its own, or that of the list around it; "" if there is none."""
        node: Node | None = self
        while node and isinstance(node.key, int):
            node = node.parent
        return str(node.key) if node else ""

    @property
    def object(self) -> JsonObject:
        """The value, which has to be a dict.

        Raises:
          MalformedError: If it is not.
        """
        if isinstance(value := self.value, dict):
            return value
        raise MalformedError("expected an object")

    @property
    def class_name(self) -> str:
        """Class of the object that the value describes; "" if it describes none."""
        value = self.value
        name = value.get("class_name") if isinstance(value, dict) else None
        return name if isinstance(name, str) else ""

    @property
    def is_from_keras(self) -> bool:
        """Whether the class can be Keras' own."""
        return isinstance(value := self.value, dict) and keras_classes.is_from_keras(value)

    @property
    def class_id(self) -> str:
        """Name that identifies the class: "Dense" for Keras' own, "package>Scale" or "module.Scale" for a user's."""
        value, name = self.value, self.class_name
        if not isinstance(value, dict) or keras_classes.is_from_keras(value):
            return name
        registered = value.get("registered_name")
        return registered if isinstance(registered, str) and ">" in registered else f"{value.get('module')}.{name}"

    @property
    def config(self) -> "Node":
        """Node of the config of the object.

        Raises:
          MalformedError: If there is none.
        """
        return self.child("config")

    @property
    def model(self) -> "Node | None":
        """Node of the model of Keras among whose layers the value stands; None if there is none."""
        layers = self.parent
        config = layers.parent if layers and layers.key == "layers" else None
        model = config.parent if config and config.key == "config" else None
        return model if model and model.kind is Kind.MODEL else None

    def child(self, key: str | int) -> "Node":
        """Return the node of a value inside this one.

        Raises:
          MalformedError: If there is no such value.
        """
        value = self.value
        if isinstance(value, dict) and key in value:
            return Node(value, key, self)
        if isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
            return Node(value, key, self)
        raise MalformedError(f"it has no {key!r}")

    def children(self) -> "list[Node]":
        """Return the nodes of the dicts, lists and strings right inside this one."""
        value = self.value
        if isinstance(value, dict):
            return [Node(value, key, self) for key, inner in value.items() if isinstance(inner, _VISITED)]
        if isinstance(value, list):
            return [Node(value, index, self) for index, inner in enumerate(value) if isinstance(inner, _VISITED)]
        return []

    def inserted(self, index: int, value: Json) -> "Edit":
        """Return the edit that inserts a value into this list."""
        return _Insertion(self, index, value)

    def replaced(self, value: Json) -> "Edit":
        """Return the edit that puts another value in place of this one."""
        return _Replacement(self, value)

    def updated(self, values: Mapping[str, Json | Absent], recipe: Recipe | None = None) -> "Edit":
        """Return the edit that sets keys of this dict, and removes those whose new value is `ABSENT`.

        Args:
          values: New values.
          recipe: What becomes of the weights of the layer, if this is a layer or the config of one.
        """
        return _Update(self, values, recipe)


def _kind_of(node: Node, value: Json) -> Kind:
    if isinstance(value, str):
        return kinds.of_string(node.name, node.is_in_training)
    if not isinstance(value, dict):
        return Kind.OTHER
    if initializers.symbol_of(value):
        return Kind.INITIALIZER
    name, config = value.get("class_name"), value.get("config")
    if node.is_in_training:
        if not isinstance(name, str) or not isinstance(config, dict):
            return Kind.TRAINING
        return kinds.of_training_object(name)
    if isinstance(name, list | dict):
        raise MalformedError(f"class_name: expected a string, found {type_name(name)}")
    if isinstance(name, str) and _is_layer(node, value, name, config):
        is_model = name in keras_classes.MODELS and keras_classes.is_from_keras(value)
        return Kind.MODEL if is_model else Kind.LAYER
    if node.key == "dtype" and name in keras_classes.DTYPE_POLICIES and _is_of_layer(node):
        return Kind.DTYPE_POLICY
    return kinds.of_key(node.name)


def _is_layer(node: Node, value: JsonObject, name: str, config: Json) -> bool:
    """Return whether an object outside of the training configuration is a layer or a model.

    A layer of Keras has a name, and a user's layer says whether it is trainable, as all layers of Keras 2 do. Every
    object among the layers of a model is a layer. The config of a model of Keras before 2.2.3 is a list.
    """
    is_model = name in keras_classes.MODELS
    if isinstance(config, list):
        return is_model and keras_classes.is_from_keras(value)
    if not isinstance(config, dict):
        return False
    if "name" in config and (is_model or name in keras_classes.LAYERS or "trainable" in config):
        return True
    return (is_model and isinstance(config.get("layers"), list)) or node.model is not None


def _is_of_layer(node: Node) -> bool:
    """Return whether a value stands in the config of a layer."""
    config = node.parent
    return bool(config and config.key == "config" and config.parent and config.parent.kind in kinds.LAYERS)


@dataclasses.dataclass(frozen=True, eq=False)
class Reweighting:
    """What becomes of the weights of a layer.

    Attributes:
      layer: The layer. It is known by the identity of its dict, since its class and config change.
      recipe: How its new weights are made.
    """

    layer: JsonObject
    recipe: Recipe


@dataclasses.dataclass(frozen=True)
class Applied:
    """The change that an edit has made.

    Attributes:
      place: Path through the JSON.
      before: Value that was there; of a dict only the keys that change; `ABSENT` for an inserted value.
      after: New value.
      weights: What becomes of the weights; None if they stay as they are.
    """

    place: str
    before: Json | Absent
    after: Json
    weights: Reweighting | None = None


class Edit(Protocol):
    """A change of a value; `Node.inserted`, `Node.replaced` and `Node.updated` make them."""

    def apply(self) -> Applied | None:
        """Change the value, and return what has changed; None if the value was the same before."""
        ...


@dataclasses.dataclass(frozen=True)
class _Replacement:
    """Puts another value in place of one."""

    node: Node
    value: Json

    def apply(self) -> Applied | None:
        before = self.node.value
        if before == self.value:
            return None
        self.node.holder[self.node.key] = self.value
        return Applied(self.node.place, before, self.value)


@dataclasses.dataclass(frozen=True)
class _Update:
    """Sets and removes keys of a dict."""

    node: Node
    values: Mapping[str, Json | Absent]
    recipe: Recipe | None = None

    def apply(self) -> Applied | None:
        config = self.node.object
        changed = {key: value for key, value in self.values.items() if config.get(key, ABSENT) != value}
        if not changed:
            return None
        before = {key: config[key] for key in changed if key in config}
        after = {key: value for key, value in changed.items() if value is not ABSENT}
        weights = None
        if self.recipe:
            layer = self.node.parent if self.node.key == "config" and self.node.parent else self.node
            weights = Reweighting(layer.object, self.recipe)
        applied = Applied(self.node.place, _snapshot(before), _snapshot(after), weights)
        config.update(after)
        for key in changed.keys() - after.keys():
            del config[key]
        return applied


@dataclasses.dataclass(frozen=True)
class _Insertion:
    """Inserts a value into a list."""

    node: Node
    index: int
    value: Json

    def apply(self) -> Applied:
        as_list(self.node.value).insert(self.index, self.value)
        return Applied(f"{self.node.place}[{self.index}]", ABSENT, copy.deepcopy(self.value))


def _snapshot(values: JsonObject) -> JsonObject:
    """Return a copy that later edits do not change."""
    is_flat = not any(isinstance(value, dict | list) for value in values.values())
    return values if is_flat else copy.deepcopy(values)


def walk(documents: JsonObject) -> Iterator[Node]:
    """Yield every dict, list and string inside JSON objects, the outer ones first.

    The caller may edit a yielded value: the values inside it are looked up afterwards.

    Args:
      documents: JSON objects by name.

    >>> document = {"class_name": "Dense", "config": {"name": "d", "bias_initializer": "zeros"}}
    >>> [(node.place, node.kind.name) for node in walk({"": document})][-1]
    ('config.bias_initializer', 'INITIALIZER_NAME')
    """
    # A stack, not recursion: the file decides how deep it is nested.
    stack = [Node(documents, name) for name in reversed(documents)]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.children())


@contextlib.contextmanager
def malformed_configs_are_errors(node: Node | None = None) -> Generator[None, None, None]:
    """Raise FileError with the place of a config that is not what Keras writes.

    A file can hold a value of any type in any place, and the code for a config reads it as the type that Keras writes.

    Args:
      node: Node of the config; None for the whole file.
    """
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError) as error:
        place = (node.place if node else "") or "the file"
        raise FileError(f"{place} is not what Keras writes ({type(error).__name__}: {error})") from error
