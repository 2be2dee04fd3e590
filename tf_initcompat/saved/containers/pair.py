"""The JSON of a model with its weights in another file. The converted model is an HDF5 file."""

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tf_initcompat.saved import errors
from tf_initcompat.saved.containers import Content, Document, Match, hdf5, hdf5_weights, json_file
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.pairs import LayerArrays, WeightsFile
from tf_initcompat.saved.pairs.checkpoint import CheckpointWeights, prefix_of
from tf_initcompat.saved.pairs.hdf5_file import Hdf5Weights
from tf_initcompat.saved.weights.changes import WeightChange
from tf_initcompat.saved.weights.places import Group, Layers, StoredWeight

__all__ = ["Pair"]


class Pair:
    """A JSON file with a file of weights. It is no kind of file of its own, and not in the registry.

    Config and weights become an HDF5 file as the same Keras would have written it for the whole model.

    Args:
      weights: The file of weights, or the path of a checkpoint.
      scope: Name scope of the variables in a checkpoint; None if it is not known.
    """

    name = "pair"
    module = __name__
    order = 5
    suffixes: tuple[str, ...] = hdf5.Hdf5.suffixes
    has_weights = True
    uses_legacy_loader = True
    is_directory = False
    is_replaceable = False

    def __init__(self, weights: Path, scope: str | None = None) -> None:
        self._weights, self._scope = weights, scope

    def match(self, path: Path) -> Match:
        """Match as a JSON file does."""
        return json_file.JsonFile().match(path)

    def read(self, path: Path) -> Content:
        """Return the JSON, and the weights by the layers of the model."""
        content = json_file.JsonFile().read(path)
        value = {key: inner for key, inner in content.model.value.items() if key not in (hdf5.VERSION, hdf5.BACKEND)}
        arrays = self._arrays(content)
        return Content(
            model=Document(hdf5.MODEL, json.dumps(value), value),
            keras_version=content.keras_version,
            groups=functools.partial(_groups, arrays),
        )

    def write(self, source: Path, target: Path, texts: Mapping[str, str], weights: Sequence[WeightChange] = ()) -> None:
        """Write an HDF5 file."""
        content = self.read(source)
        attributes = {
            hdf5.MODEL: content.model.text,
            **texts,
            hdf5.VERSION: content.keras_version,
            hdf5.BACKEND: "tensorflow",
        }
        arrays = self._arrays(json_file.JsonFile().read(source))
        layers = {layer: {name: array.read for name, array in own.items()} for layer, own in arrays.items()}
        hdf5.create(target, attributes, layers, weights)

    def pickles(self, path: Path) -> list[str]:
        """Return nothing: neither file holds pickled objects."""
        return []

    def _arrays(self, content: Content) -> LayerArrays:
        with errors.naming(self._weights):
            return _arrays(_weights_file(self._weights, self._scope, content.keras_version), content)


def _weights_file(path: Path, scope: str | None, keras_version: str) -> WeightsFile:
    checkpoint = prefix_of(path)
    if checkpoint is not None:
        return CheckpointWeights.open(checkpoint, scope, keras_version)
    if scope is not None:
        raise FileError("no checkpoint, so it has no name scope")
    if not path.is_file():
        path.stat()  # raises the error of the system if there is no such file
        raise FileError("not a regular file; pass the file that save_weights wrote")
    if hdf5.Hdf5().match(path) is Match.NONE:
        raise FileError("not a file of weights: save_weights of Keras 1 and 2 writes HDF5")
    return Hdf5Weights.open(path)


def _arrays(weights: WeightsFile, content: Content) -> LayerArrays:
    version, own = weights.keras_version, content.keras_version
    if version and own and version.partition(".")[0] != own.partition(".")[0]:
        raise FileError(f"weights of Keras {version}, and the JSON is of Keras {own}; pass two files of one model")
    return weights.arrays_of(Layers(content.model.value, is_from_keras_1=own.startswith("1.")))


def _groups(arrays: LayerArrays) -> Mapping[str, Group]:
    return {
        layer: Group(f"{hdf5_weights.ROOT}/{layer}", tuple(map(StoredWeight, own))) for layer, own in arrays.items()
    }
