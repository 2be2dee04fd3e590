"""The weights of one file that change."""

import dataclasses
from collections.abc import Mapping

from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.values import JsonObject
from tf_initcompat.saved.weights.places import Group, Layers, Place
from tf_initcompat.saved.weights.recipes import Function, NewWeight, Recipe

__all__ = ["NewArray", "WeightChange", "Weights"]


@dataclasses.dataclass(frozen=True)
class NewArray:
    """A weight of the converted layer.

    Attributes:
      role: Its role.
      name: Name inside the HDF5 group.
      sources: Names of the weights of which it is made.
      function: Makes it of them; None if it stays as it is.
    """

    role: str
    name: str
    sources: tuple[str, ...]
    function: Function | None = None


@dataclasses.dataclass(frozen=True)
class WeightChange:
    """The weights of one layer that change.

    Attributes:
      place: Path of the layer's config through the JSON.
      summary: What becomes of them.
      group: Path of the HDF5 group that has them.
      removed: Names that the group loses.
      arrays: The new weights, in the order of Keras.
    """

    place: str
    summary: str
    group: str
    removed: tuple[str, ...]
    arrays: tuple[NewArray, ...]

    def __str__(self) -> str:
        names = [array.name for array in self.arrays if array.function] + [f"without {name}" for name in self.removed]
        return f"{self.place}: weights {self.summary}: {', '.join(names)}"


class Weights:
    """The weights of a file, some of which change one after the other.

    Args:
      layers: The layers as they were in the file.
      groups: Weights in the file by the layer of the model.
    """

    def __init__(self, layers: Layers, groups: Mapping[str, Group]) -> None:
        self._layers, self._groups = layers, groups
        self._places: dict[int, list[Place]] = {}

    def change(self, place: str, layer: JsonObject, recipe: Recipe) -> list[WeightChange]:
        """Return the weights that change with a layer. A second recipe for it goes on from the new weights.

        Args:
          place: Path of the layer's config through the JSON.
          layer: The dict of the layer.
          recipe: How its new weights are made.

        Raises:
          FileError: If the weights cannot be told from those of other layers.
        """
        try:
            places = self._places.get(id(layer)) or self._layers.places(layer, self._groups)
        except FileError as error:
            hint = "; pass --keep-weights" if recipe.can_be_kept else ""
            raise FileError(f"{place}: {error}{hint}") from error
        changes = [_change(place, found, recipe) for found in places]
        self._places[id(layer)] = [
            Place(change.group, {weight.role: weight.name for weight in change.arrays}) for change in changes
        ]
        return changes


def _change(place: str, found: Place, recipe: Recipe) -> WeightChange:
    names, arrays = found.weights, list[NewArray]()
    for weight in recipe.weights_of(names):
        name = names.get(weight.role) or _new_name(names[weight.sources[0]], weight)
        sources = tuple(names[source] for source in weight.sources)
        arrays.append(NewArray(weight.role, name, sources, weight.function))
    removed = tuple(name for name in names.values() if name not in {array.name for array in arrays})
    return WeightChange(place, recipe.summary, found.group, removed, tuple(arrays))


def _new_name(first: str, weight: NewWeight) -> str:
    """Return the name of a new weight next to the first of those of which it is made."""
    folder, separator, own = first.rpartition("/")
    stem = folder if separator else own.partition(":")[0].removesuffix(f"_{weight.sources[0]}")
    return f"{stem}/{weight.role}:0"
