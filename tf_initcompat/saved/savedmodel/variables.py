"""The values of the variables in a SavedModel, which TensorFlow reads one at a time."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tf_initcompat.saved.checkpoint_reader import CheckpointReader
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.savedmodel.objects import SavedModel, children_of, limited
from tf_initcompat.saved.savedmodel.protobuf import Message
from tf_initcompat.saved.weights.recipes import Array

__all__ = ["Variables"]

#: Path of the variables inside the directory, without the suffixes of their files.
_PREFIX: Final = ("variables", "variables")
_GRAPH_KEY: Final = "_CHECKPOINTABLE_OBJECT_GRAPH"
_NODES: Final = 1
_ATTRIBUTES: Final = 2
_NAME: Final = 1
_CHECKPOINT_KEY: Final = 3
_VALUE: Final = "VARIABLE_VALUE"


class Variables:
    """The variables of a SavedModel.

    The checkpoint has an object graph of its own, with the key of each value. Its objects are found by the names of the
    attributes that lead to them from the model.

    Args:
      folder: The directory.
      saved_model: What is read of it.

    Raises:
      FileError: If TensorFlow is missing, or the variables are missing or damaged.
    """

    def __init__(self, folder: Path, saved_model: SavedModel) -> None:
        self._reader = CheckpointReader(folder.joinpath(*_PREFIX), "the variables of a SavedModel")
        graph: bytes = self._reader.read(_GRAPH_KEY)
        self._keys = _keys(saved_model, list(limited(Message(memoryview(graph), _GRAPH_KEY).messages(_NODES))))

    def read(self, number: int) -> Array:
        """Return the value of a variable.

        Args:
          number: Its number among the objects.

        Raises:
          FileError: If it is missing or damaged.
        """
        if number not in self._keys:
            raise FileError(f"the variables of the SavedModel lack that of object {number}")
        return self._reader.read(self._keys[number])


def _keys(saved_model: SavedModel, nodes: list[Message]) -> Mapping[int, str]:
    """Return the checkpoint keys by the number of the variable: both graphs are walked along the same names."""
    found = dict[int, str]()
    pairs = {0: 0}
    todo = [0] if saved_model.objects and nodes else []
    while todo:
        number = todo.pop()
        node = nodes[pairs[number]]
        if saved_model.object(number).variable is not None:
            found.update((number, key) for key in _values(node))
        children = children_of(node)
        for name, child in saved_model.object(number).children.items():
            if child not in pairs and name in children:
                if children[name] >= len(nodes):
                    raise FileError(f"{_GRAPH_KEY} is damaged")
                pairs[child] = children[name]
                todo.append(child)
    return found


def _values(node: Message) -> Iterator[str]:
    for attribute in node.messages(_ATTRIBUTES):
        if attribute.text(_NAME) == _VALUE:
            yield attribute.text(_CHECKPOINT_KEY)
