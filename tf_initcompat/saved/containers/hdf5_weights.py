"""The weights in HDF5 files of Keras 1 to 3: their names, and changing some of them one dataset at a time."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.weights.changes import NewArray, WeightChange
from tf_initcompat.saved.weights.places import Group, StoredWeight

__all__ = ["File", "groups", "write"]

_ROOT: Final = "model_weights"
_LAYERS: Final = "layer_names"
_WEIGHTS: Final = "weight_names"


class File(Protocol):
    """The parts of `h5py.File` and `h5py.Group` that are used. Attributes and datasets have no types."""

    @property
    def attrs(self) -> Any:
        """Attributes."""
        ...

    def __getitem__(self, name: str, /) -> Any: ...
    def __contains__(self, name: object, /) -> bool: ...


def groups(file: File) -> Mapping[str, Group]:
    """Return the weights of each layer of the model, in the order of the file."""
    if _ROOT not in file:
        return {}
    return {
        name: Group(
            f"{_ROOT}/{name}", tuple(StoredWeight(weight) for weight in _names(file[f"{_ROOT}/{name}"], _WEIGHTS))
        )
        for name in _names(file[_ROOT], _LAYERS)
    }


def write(file: File, change: WeightChange) -> None:
    """Change the weights of one layer.

    Raises:
      FileError: If they have another shape than Keras writes.
    """
    group = file[change.group]
    for array in change.arrays:
        if array.function:
            _write_array(group, array, change)
    for name in change.removed:
        del group[name]
    old = _names(group, _WEIGHTS)
    new = {array.sources[0]: array.name for array in change.arrays}
    names = [new.get(name, name) for name in old if name in new or name not in change.removed]
    if names != old:
        if _WEIGHTS not in group.attrs:
            raise FileError(f"{change.place}: the layer has too many weights to change their names")
        group.attrs[_WEIGHTS] = [name.encode("utf-8") for name in names]


def _write_array(group: Any, array: NewArray, change: WeightChange) -> None:
    function = array.function
    assert function
    try:
        value = function([group[name][()] for name in array.sources])
    except ValueError as error:
        raise FileError(f"{change.place}: {error}") from error
    if array.name in group and group[array.name].shape == value.shape:
        group[array.name][...] = value
        return
    if array.name in group:
        del group[array.name]
    group.create_dataset(array.name, data=value)


def _names(group: Any, attribute: str) -> list[str]:
    """Return a list of names, which Keras divides into several attributes if it is long."""
    parts = list[Any]()
    if attribute in group.attrs:
        parts.append(group.attrs[attribute])
    else:
        while f"{attribute}{len(parts)}" in group.attrs:
            parts.append(group.attrs[f"{attribute}{len(parts)}"])
    return [name.decode("utf-8") if isinstance(name, bytes) else str(name) for part in parts for name in part]
