"""Weights in a file of their own, next to the JSON of the model."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from tf_initcompat.saved.weights.places import Layers
from tf_initcompat.saved.weights.recipes import Array

__all__ = ["LayerArrays", "StoredArray", "WeightsFile"]


@dataclasses.dataclass(frozen=True)
class StoredArray:
    """An array in a file of weights.

    Attributes:
      shape: Its shape.
      read: Returns its value.
    """

    shape: tuple[int, ...]
    read: Callable[[], Array]


#: Arrays of each layer of the model, in the order of Keras: by the layer's name, and by the weight's name.
LayerArrays: TypeAlias = Mapping[str, Mapping[str, StoredArray]]


class WeightsFile(Protocol):
    """A file that holds the weights of a model and not its config."""

    @property
    def keras_version(self) -> str:
        """Version of the Keras that wrote it; "" if it is not recorded."""
        ...

    def arrays_of(self, layers: Layers) -> LayerArrays:
        """Return the arrays of each layer of a model.

        Raises:
          FileError: If they are not the weights of the model, or the file is damaged.
          OSError: If it cannot be read.
        """
        ...
