"""The weights in HDF5 files of Keras 1 to 3: their names, and changing some of them one dataset at a time."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.weights.changes import NewArray, WeightChange
from tf_initcompat.saved.weights.places import Group, StoredWeight
from tf_initcompat.saved.weights.recipes import Array

__all__ = ["ROOT", "File", "create", "groups", "root_of", "write"]

#: Group that holds the weights of a model.
ROOT: Final = "model_weights"
_LAYERS: Final = "layer_names"
_WEIGHTS: Final = "weight_names"
#: Size in bytes up to which Keras writes a list of names into one attribute.
_MAX_NAMES_BYTES: Final = 64_512


class File(Protocol):
    """The parts of `h5py.File` and `h5py.Group` that are used. Attributes and datasets have no types."""

    @property
    def attrs(self) -> Any:
        """Attributes."""
        ...

    def __getitem__(self, name: str, /) -> Any: ...
    def __contains__(self, name: object, /) -> bool: ...
    def create_group(self, name: str) -> Any:
        """Create a group."""
        ...


def create(file: File, layers: Mapping[str, Mapping[str, Callable[[], Array]]]) -> None:
    """Write the weights of the layers of a model into a new file, one weight at a time.

    Args:
      file: The file.
      layers: The weights of each layer: their names, and functions that return them.
    """
    root = file.create_group(ROOT)
    _set_names(root, _LAYERS, layers)
    for layer, weights in layers.items():
        group = root.create_group(layer)
        _set_names(group, _WEIGHTS, weights)
        for name, read in weights.items():
            group.create_dataset(name, data=read())


def groups(file: File, root: str) -> Mapping[str, Group]:
    """Return the weights of each layer of the model, in the order of the file.

    Args:
      file: The file.
      root: Path of the group that holds them.
    """
    return {
        name: Group(
            f"{root}/{name}", tuple(StoredWeight(weight) for weight in _names(file[f"{root}/{name}"], _WEIGHTS))
        )
        for name in _names(file[root], _LAYERS)
    }


def root_of(file: File) -> str | None:
    """Return the path of the group that holds the weights: that of a whole model, or the root of a file of weights.

    Args:
      file: The file.

    Returns:
      The path; None if there are no weights in the form of Keras 1 and 2.
    """
    return next(
        (root for root in (ROOT, "/") if root in file and any(name.startswith(_LAYERS) for name in file[root].attrs)),
        None,
    )


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


def _set_names(group: Any, attribute: str, names: Iterable[str]) -> None:
    """Write a list of names, in several attributes if it is long."""
    encoded = [name.encode("utf-8") for name in names]
    count = max(1, _MAX_NAMES_BYTES // max(map(len, encoded), default=1))
    parts = [encoded[start : start + count] for start in range(0, len(encoded), count)]
    for number, part in enumerate(parts or [encoded]):
        group.attrs[f"{attribute}{number}" if len(parts) > 1 else attribute] = part


def _names(group: Any, attribute: str) -> list[str]:
    """Return a list of names, which Keras divides into several attributes if it is long."""
    parts = list[Any]()
    if attribute in group.attrs:
        parts.append(group.attrs[attribute])
    else:
        while f"{attribute}{len(parts)}" in group.attrs:
            parts.append(group.attrs[f"{attribute}{len(parts)}"])
    return [name.decode("utf-8") if isinstance(name, bytes) else str(name) for part in parts for name in part]
