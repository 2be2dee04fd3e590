"""The Keras model in a SavedModel: its config, and the variables of each layer in the order of Keras."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tf_initcompat.saved.containers import json_text
from tf_initcompat.saved.errors import FileError, NotAModelError
from tf_initcompat.saved.savedmodel import objects
from tf_initcompat.saved.savedmodel.objects import FILE, SavedModel
from tf_initcompat.saved.savedmodel.protobuf import Message
from tf_initcompat.saved.values import Json, JsonObject

__all__ = ["KerasModel", "read"]

#: File in which TensorFlow since 2.5 saves what earlier versions save inside `saved_model.pb`.
_METADATA_FILE: Final = "keras_metadata.pb"
_NODES: Final = 1
_NODE_ID: Final = 2
_METADATA: Final = 5
_ROOT: Final = 0
_MODELS: Final = ("_tf_keras_model", "_tf_keras_network", "_tf_keras_sequential")
#: Attribute that Keras adds to every layer, for what TensorFlow does not need.
_API: Final = "keras_api"
#: List of the weights of a layer.
_LISTED: Final = "variables"
#: Attributes that hold the weights of layers for which Keras saves no lists, in the order of Keras.
_UNLISTED: Final = {"Normalization": ("mean", "variance", "count")}
#: Classes by which Keras writes sequences that JSON does not have. HDF5 files have lists instead.
_SEQUENCES: Final = ("__tuple__", "TensorShape")


@dataclasses.dataclass(frozen=True)
class KerasModel:
    """The Keras model in a SavedModel.

    Attributes:
      config: Class and config of the model.
      training: Training configuration; None if it was not compiled.
      keras_version: Version of the Keras that wrote it.
      variables: Numbers of the variables of each layer by its name, in the order in which Keras writes them to HDF5.
    """

    config: JsonObject
    training: JsonObject | None
    keras_version: str
    variables: Mapping[str, tuple[int, ...]]


def read(folder: Path, saved_model: SavedModel) -> KerasModel:
    """Return the Keras model in a SavedModel.

    Args:
      folder: The directory.
      saved_model: What is read of it.

    Raises:
      FileError: If no Keras wrote it, if its architecture is Python code, or if it is damaged.
      OSError: If it cannot be read.
    """
    texts = _metadata(folder, saved_model)
    if _ROOT not in texts or saved_model.object(_ROOT).identifier not in _MODELS:
        raise NotAModelError(f"{_description(saved_model)}; {_hint(folder, saved_model)}")
    root = _parse(texts, _ROOT)
    config = root.get("model_config")
    inner = config.get("config") if isinstance(config, dict) else None
    if not isinstance(config, dict) or not isinstance(inner, dict) or not isinstance(inner.get("layers"), list):
        raise FileError(
            f"a SavedModel of the class {root.get('class_name')!r}, whose layers are in Python code and not in the "
            f"file; build the model with that code, or {_hint(folder, saved_model)}"
        )
    training = root.get("training_config")
    return KerasModel(
        config=config,
        training=training if isinstance(training, dict) else None,
        keras_version=str(root.get("keras_version") or ""),
        variables=_variables(saved_model, texts, inner["layers"]),
    )


def _metadata(folder: Path, saved_model: SavedModel) -> Mapping[int, str]:
    """Return the metadata of the layers by the number of the object."""
    path = folder / _METADATA_FILE
    if path.exists():
        nodes = Message.open(path).messages(_NODES)
        return {node.integer(_NODE_ID): node.text(_METADATA) for node in nodes}
    return {number: found.metadata for number, found in enumerate(saved_model.objects) if found.metadata}


def _parse(texts: Mapping[int, str], number: int) -> JsonObject:
    metadata = json_text.parse(texts[number], f"the metadata of object {number}")
    return {key: _plain(value) for key, value in metadata.items()}


def _plain(value: Json) -> Json:
    """Return a value in which sequences are lists. `json_text.parse` has limited its depth."""
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") in _SEQUENCES and isinstance(value.get("items"), list):
        return _plain(value["items"])
    return {key: _plain(inner) for key, inner in value.items()}


def _variables(saved_model: SavedModel, texts: Mapping[int, str], layers: Json) -> Mapping[str, tuple[int, ...]]:
    found = dict[str, tuple[int, ...]]()
    searched, count = set[int](), 0
    for number in saved_model.listed(_ROOT, _API, "layers"):
        metadata = _parse(texts, number) if number in texts else {}
        name = metadata.get("name")
        if not isinstance(name, str) or name in found:
            raise FileError(f"{FILE} is damaged: the layer of object {number} has no name of its own")
        if _needs_table(saved_model, texts, number, searched):
            raise FileError(f"its layer {name!r} has its vocabulary in a table, which Keras does not write to HDF5")
        found[name] = _weights(saved_model, number, metadata, name)
        count += len(found[name])
        if count > objects.MAX_OBJECTS:
            raise FileError(
                f"{FILE} has layers with more than {objects.MAX_OBJECTS:,} weights, more than any Keras model"
            )
    names = {_name(layer): layer for layer in (layers if isinstance(layers, list) else [])}
    for name, layer in names.items():
        is_input = isinstance(layer, dict) and layer.get("class_name") == "InputLayer"
        if name not in found and not is_input:
            raise FileError(f"{FILE} is damaged: it has no object of the layer {name!r}")
    if not found.keys() <= names.keys():
        raise FileError(f"{FILE} is damaged: it has the layer {min(found.keys() - names.keys())!r}, unlike its config")
    return found


def _name(layer: Json) -> Json:
    config = layer.get("config") if isinstance(layer, dict) else None
    name = config.get("name") if isinstance(config, dict) else None
    return name if isinstance(name, str) else ""


def _weights(saved_model: SavedModel, layer: int, metadata: JsonObject, name: str) -> tuple[int, ...]:
    """Return the weights of a layer: those that training changes first, as in HDF5. A shared one occurs once."""
    children = saved_model.object(layer).children
    if _LISTED not in children:
        # Keras makes these layers from their config alone, and saves no lists for them.
        attributes = _UNLISTED.get(str(metadata.get("class_name")), ())
        weights = tuple(children[attribute] for attribute in attributes if attribute in children)
        all_weights = {child for child in children.values() if saved_model.object(child).variable is not None}
    else:
        trainable = saved_model.listed(layer, "trainable_variables")
        weights = tuple(dict.fromkeys(trainable + saved_model.listed(layer, _API, "non_trainable_variables")))
        all_weights = set(saved_model.listed(layer, _LISTED))
    if set(weights) != all_weights:
        raise FileError(f"the variables of the layer {name!r} are not the weights that Keras writes")
    if any(saved_model.object(weight).variable is None for weight in weights):
        raise FileError(f"{FILE} is damaged: a weight of the layer {name!r} is no variable")
    return weights


def _needs_table(saved_model: SavedModel, texts: Mapping[int, str], layer: int, searched: set[int]) -> bool:
    """Return whether a layer has a vocabulary that is not in its config but in a table, which HDF5 files lack.

    Args:
      saved_model: What is read of the SavedModel.
      texts: Metadata by the number of the object.
      layer: Number of the layer.
      searched: Objects that were searched, to which those of this layer are added.
    """
    todo = [layer]
    while todo:
        number = todo.pop()
        searched.add(number)
        config = _parse(texts, number).get("config") if number in texts else None
        if isinstance(config, dict) and isinstance(config.get("vocabulary"), list):
            continue
        if saved_model.object(number).is_resource:
            return True
        todo += set(saved_model.object(number).children.values()) - searched
    return False


def _description(saved_model: SavedModel) -> str:
    """Return what a SavedModel without a model of Keras is."""
    writer = f"TensorFlow {saved_model.tensorflow_version or 'of an unknown version'}"
    if not saved_model.objects:
        return f"a SavedModel that holds only the graph of a program of {writer}, not a model of Keras"
    identifier = saved_model.object(_ROOT).identifier
    if identifier in _MODELS:
        return (
            f"a SavedModel that `tf.saved_model.save` of {writer} wrote without {_METADATA_FILE}, "
            "so that the config of its model is not in it"
        )
    return f"a SavedModel of {writer} that holds a program, not a model of Keras"


def _hint(folder: Path, saved_model: SavedModel) -> str:
    """Return how Keras 3 loads a SavedModel of any kind."""
    if "serve" not in saved_model.tags:
        tags = ", ".join(map(repr, saved_model.tags))
        return f"load it with tf.compat.v1.saved_model.load and its tags [{tags}], since TFSMLayer needs 'serve'"
    endpoints = saved_model.signatures or ("serve",)
    endpoint = "serving_default" if "serving_default" in endpoints else endpoints[0]
    path = json.dumps(folder.name)
    return f"load it for predictions with keras.layers.TFSMLayer({path}, call_endpoint={json.dumps(endpoint)})"
