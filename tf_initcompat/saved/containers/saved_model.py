"""SavedModel directories that tf.keras wrote. The converted model is an HDF5 file."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tf_initcompat.saved.containers import REGISTRY, Content, Document, Match, hdf5, hdf5_weights
from tf_initcompat.saved.savedmodel import layers
from tf_initcompat.saved.savedmodel.layers import KerasModel
from tf_initcompat.saved.savedmodel.objects import FILE, SavedModel
from tf_initcompat.saved.savedmodel.variables import Variables
from tf_initcompat.saved.weights.changes import WeightChange
from tf_initcompat.saved.weights.places import Group, StoredWeight
from tf_initcompat.saved.weights.recipes import Array


class SavedModelDirectory:
    """SavedModel directories of tf.keras 1.15 to 2.15.

    Their config and their weights become an HDF5 file as the same Keras would have written it, so that all upgrades
    and changes of weights apply.
    """

    name = "saved_model"
    module = __name__
    order = 4
    suffixes: tuple[str, ...] = hdf5.Hdf5.suffixes
    has_weights = True
    uses_legacy_loader = True
    is_directory = True
    is_replaceable = False

    def match(self, path: Path) -> Match:
        """Look for the file with the graph."""
        return Match.SIGNATURE if (path / FILE).is_file() else Match.NONE

    def read(self, path: Path) -> Content:
        """Return the JSON in the metadata. TensorFlow is not needed."""
        saved_model = SavedModel.open(path)
        model = layers.read(path, saved_model)
        return Content(
            model=Document(hdf5.MODEL, json.dumps(model.config), model.config),
            training=Document(hdf5.TRAINING, json.dumps(model.training), model.training) if model.training else None,
            keras_version=model.keras_version,
            groups=functools.partial(_groups, saved_model, model),
        )

    def write(self, source: Path, target: Path, texts: Mapping[str, str], weights: Sequence[WeightChange] = ()) -> None:
        """Write an HDF5 file. TensorFlow reads the variables."""
        saved_model = SavedModel.open(source)
        model = layers.read(source, saved_model)
        old = {hdf5.MODEL: model.config, hdf5.TRAINING: model.training}
        old_texts = {name: json.dumps(value) for name, value in old.items() if value is not None}
        variables = Variables(source, saved_model)
        arrays: dict[str, dict[str, Callable[[], Array]]] = {
            layer: {name: functools.partial(variables.read, number) for name, number in names.items()}
            for layer, names in _names(saved_model, model).items()
        }
        attributes = {**old_texts, **texts, hdf5.VERSION: model.keras_version, hdf5.BACKEND: "tensorflow"}
        hdf5.create(target, attributes, arrays, weights)

    def pickles(self, path: Path) -> list[str]:
        """Return nothing: a SavedModel holds no pickled objects."""
        return []


REGISTRY.add(SavedModelDirectory())


def _groups(saved_model: SavedModel, model: KerasModel) -> Mapping[str, Group]:
    return {
        layer: Group(f"{hdf5_weights.ROOT}/{layer}", tuple(map(StoredWeight, names)))
        for layer, names in _names(saved_model, model).items()
    }


def _names(saved_model: SavedModel, model: KerasModel) -> Mapping[str, Mapping[str, int]]:
    """Return the name of each weight in the HDF5 file, and the number of its variable, by the layer."""
    found = dict[str, dict[str, int]]()
    for layer, numbers in model.variables.items():
        names = found.setdefault(layer, {})
        for number in numbers:
            name = saved_model.object(number).variable
            suffix = ""
            while f"{name}{suffix}:0" in names:  # two models inside the layer may have layers of the same name
                suffix = f"_{len(names)}"
            names[f"{name}{suffix}:0"] = number
    return found
