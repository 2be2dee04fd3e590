"""The objects in a SavedModel: what `saved_model.pb` says of them, read without TensorFlow.

The numbers of fields are those of TensorFlow's `saved_model.proto`, `meta_graph.proto`, `saved_object_graph.proto` and
`trackable_object_graph.proto`.
"""

import dataclasses
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.savedmodel.protobuf import Message

__all__ = ["FILE", "MAX_OBJECTS", "SavedModel", "SavedObject", "children_of", "limited"]

#: File of a SavedModel that holds its graph.
FILE: Final = "saved_model.pb"
#: Maximum number of objects and references. EfficientNetB0 has 11,226.
MAX_OBJECTS: Final = 1_000_000

_META_GRAPHS: Final = 2
_META_INFO: Final = 1
_SIGNATURES: Final = 5
_OBJECT_GRAPH: Final = 7
_TAGS: Final = 4
_TENSORFLOW_VERSION: Final = 5
_KEY: Final = 1
_NODES: Final = 1
_CHILDREN: Final = 1
_USER_OBJECT: Final = 4
_ASSET: Final = 5
_VARIABLE: Final = 7
_RESOURCE: Final = 10
_NODE_ID: Final = 1
_LOCAL_NAME: Final = 2
_IDENTIFIER: Final = 1
_METADATA: Final = 3
_VARIABLE_NAME: Final = 6
#: Signature that TensorFlow adds for its own use.
_INITIALIZATION: Final = "__saved_model_init_op"
_NOTHING: Final[Mapping[str, int]] = types.MappingProxyType({})


@dataclasses.dataclass(frozen=True, slots=True)
class SavedObject:
    """An object of the program that wrote a SavedModel.

    Attributes:
      children: Numbers of the objects that it refers to, by the attribute's name.
      identifier: Kind of object, such as "_tf_keras_layer"; "" for one that is not the user's.
      metadata: What Keras before TensorFlow 2.5 saved about it; "" if nothing.
      variable: Name of the variable; None if it is none.
      is_resource: Whether it is a table, a file or another resource that is no variable.
    """

    children: Mapping[str, int]
    identifier: str = ""
    metadata: str = ""
    variable: str | None = None
    is_resource: bool = False


@dataclasses.dataclass(frozen=True)
class SavedModel:
    """A SavedModel, apart from its graph.

    Attributes:
      tags: Tags of its first graph.
      tensorflow_version: Version of the TensorFlow that wrote it.
      signatures: Names of the functions that can be called.
      objects: The objects, the model first; empty if TensorFlow 1 wrote the graph alone.
    """

    tags: tuple[str, ...]
    tensorflow_version: str
    signatures: tuple[str, ...]
    objects: tuple[SavedObject, ...]

    @classmethod
    def open(cls, folder: Path) -> "SavedModel":
        """Read the SavedModel in a directory.

        Raises:
          FileError: If it is damaged.
          OSError: If it cannot be read.
        """
        graph = next(Message.open(folder / FILE).messages(_META_GRAPHS), None)
        if graph is None:
            raise FileError(f"{FILE} holds no graph, so it is damaged or no SavedModel")
        info = next(graph.messages(_META_INFO), Message(memoryview(b""), FILE))
        signatures = [entry.text(_KEY) for entry in graph.messages(_SIGNATURES)]
        return cls(
            tags=tuple(info.decoded(value) for number, value in info.fields() if number == _TAGS),
            tensorflow_version=info.text(_TENSORFLOW_VERSION),
            signatures=tuple(sorted(name for name in signatures if name != _INITIALIZATION)),
            objects=tuple(_objects(graph)),
        )

    def child(self, number: int, *names: str) -> int | None:
        """Return the number of the object to which a path of attributes leads; None if there is none."""
        for name in names:
            found = self.object(number).children.get(name)
            if found is None:
                return None
            number = found
        return number

    def listed(self, number: int, *names: str) -> list[int]:
        """Return the numbers of the objects in a list to which a path of attributes leads; [] if there is none."""
        found = self.child(number, *names)
        children = _NOTHING if found is None else self.object(found).children
        return [children[name] for name in sorted((name for name in children if name.isdecimal()), key=int)]

    def object(self, number: int) -> SavedObject:
        """Return an object by its number.

        Raises:
          FileError: If there is none.
        """
        if number >= len(self.objects):
            raise FileError(f"{FILE} is damaged: it refers to object {number:,} of {len(self.objects):,}")
        return self.objects[number]


def _objects(graph: Message) -> Iterator[SavedObject]:
    nodes = (node for objects in graph.messages(_OBJECT_GRAPH) for node in objects.messages(_NODES))
    for node in limited(nodes):
        identifier = metadata = ""
        variable: str | None = None
        is_resource = False
        for number, value in node.fields():
            if number == _USER_OBJECT:
                identifier, metadata = node.message(value).text(_IDENTIFIER), node.message(value).text(_METADATA)
            elif number == _VARIABLE:
                variable = node.message(value).text(_VARIABLE_NAME)
            elif number in (_ASSET, _RESOURCE):
                is_resource = True
        yield SavedObject(children_of(node), identifier, metadata, variable, is_resource)


def children_of(node: Message) -> Mapping[str, int]:
    """Return the objects that a node of an object graph refers to, by name."""
    children = {child.text(_LOCAL_NAME): child.integer(_NODE_ID) for child in node.messages(_CHILDREN)}
    return children or _NOTHING


def limited(nodes: Iterator[Message]) -> Iterator[Message]:
    """Yield the nodes of an object graph.

    Raises:
      FileError: If the graph is larger than any model's.
    """
    size = 0
    for node in nodes:
        size += 1 + sum(1 for _ in node.messages(_CHILDREN))
        if size > MAX_OBJECTS:
            raise FileError(f"{node.title} has more than {MAX_OBJECTS:,} objects, more than any Keras model")
        yield node
