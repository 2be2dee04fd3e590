"""The weights of one file that change."""

import dataclasses
from collections.abc import Iterator, Mapping

from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.values import JsonObject
from tf_initcompat.saved.weights.places import Group, Layers, Place
from tf_initcompat.saved.weights.recipes import Function, Recipe

__all__ = ["NewArray", "WeightChange", "changes_of"]


@dataclasses.dataclass(frozen=True)
class NewArray:
    """A weight of the converted layer.

    Attributes:
      name: Name inside the HDF5 group.
      sources: Names of the weights of which it is made.
      function: Makes it of them; None if it stays as it is.
    """

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


def changes_of(
    place: str, layer: JsonObject, recipe: Recipe, layers: Layers, groups: Mapping[str, Group]
) -> Iterator[WeightChange]:
    """Yield the weights that change with a layer.

    Args:
      place: Path of the layer's config through the JSON.
      layer: The dict of the layer.
      recipe: How its new weights are made.
      layers: The layers as they were in the file.
      groups: Weights in the file by the layer of the model.

    Raises:
      FileError: If the weights cannot be told from those of other layers.
    """
    try:
        places = layers.places(layer, groups)
    except FileError as error:
        hint = "; pass --keep-weights" if recipe.can_be_kept else ""
        raise FileError(f"{place}: {error}{hint}") from error
    for found in places:
        yield _change(place, found, recipe)


def _change(place: str, found: Place, recipe: Recipe) -> WeightChange:
    names, arrays = found.weights, list[NewArray]()
    for weight in recipe.weights_of(names):
        first = names[weight.sources[0]]
        name = names.get(weight.role) or f"{first.rpartition('/')[0]}/{weight.role}:0"
        arrays.append(NewArray(name, tuple(names[source] for source in weight.sources), weight.function))
    removed = tuple(name for name in names.values() if name not in {array.name for array in arrays})
    return WeightChange(place, recipe.summary, found.group, removed, tuple(arrays))
