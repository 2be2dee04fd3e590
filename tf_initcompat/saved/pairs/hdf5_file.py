"""Weights in HDF5 files, as `save_weights` of Keras 1 and 2 writes them."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf_initcompat.saved.containers import hdf5
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.pairs import LayerArrays, StoredArray, matching
from tf_initcompat.saved.weights.places import Group, Layers
from tf_initcompat.saved.weights.recipes import Array

__all__ = ["Hdf5Weights"]


@dataclasses.dataclass(frozen=True)
class Hdf5Weights:
    """The weights in an HDF5 file. The file of a whole model also has them.

    Attributes:
      path: The file.
      keras_version: Version of the Keras that wrote it; "" if it is not recorded.
      groups: Weights of each layer that has any, in the order of the file.
      shapes: Shapes by the path in the file.
    """

    path: Path
    keras_version: str
    groups: Mapping[str, Group]
    shapes: Mapping[str, tuple[int, ...]]

    @classmethod
    def open(cls, path: Path) -> "Hdf5Weights":
        """Read the names of the weights.

        Raises:
          FileError: If the file is damaged, or Keras 1 and 2 have not written it.
          OSError: If it cannot be read.
        """
        stored = hdf5.read_weights(path)
        if stored is None:
            raise FileError("not weights of Keras 1 or 2; weights of Keras 3 are loaded with model.load_weights")
        groups = {name: group for name, group in stored.groups.items() if group.weights}
        return cls(path, stored.keras_version, groups, stored.shapes)

    def arrays_of(self, layers: Layers) -> LayerArrays:
        """Return the arrays of each layer of a model."""
        found = dict[str, dict[str, StoredArray]]()
        for layer, group in matching.match(layers, self.groups, self.shapes).items():
            paths = {weight.name: f"{group.path}/{weight.name}" for weight in group.weights} if group else {}
            found[layer] = {
                name: StoredArray(self.shapes[path], _Reader(self.path, path)) for name, path in paths.items()
            }
        return found


@dataclasses.dataclass(frozen=True)
class _Reader:
    """Reads one array."""

    path: Path
    name: str

    def __call__(self) -> Array:
        with hdf5.opened(self.path) as file:
            dataset: Any = file[self.name]
            return dataset[()]
