"""Every fixture on the installed TensorFlow: as it is, with `custom_objects`, and converted.

One process loads all of them, since importing TensorFlow takes seconds.
"""

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tensorflow as tf
from saved import make_fixtures
from saved.samples import IGNORED_WARNINGS

from tf_initcompat import saved
from tf_initcompat._internal import keras_registry
from tf_initcompat.saved import containers
from tf_initcompat.saved.containers import json_text
from tf_initcompat.saved.loading import installed
from tf_initcompat.saved.targets import TARGETS, TargetName
from tf_initcompat.saved.values import Json

keras = tf.keras
pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)
TARGET = installed.target()
IS_3_0 = TARGET.version == "3.0"
FIXTURES = [
    make_fixtures.FIXTURES / environment / file for environment, files in make_fixtures.FILES.items() for file in files
]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def is_from_keras_3(path: Path) -> bool:
    return path.parent.name.startswith("keras-3")


def reason_not_to_load(path: Path) -> str:
    """Return why the installed Keras does not load a fixture, even with native initializers; "" if it does."""
    if not TARGET.is_keras_3:
        if is_from_keras_3(path):
            return "Keras 2 does not read models of Keras 3"
        if path.parent.name == "tf_keras" and keras.layers.Layer.__module__.startswith("keras."):
            return "TensorFlow 2.15 does not read the modules of tf_keras"
    if IS_3_0 and path.name.startswith("nested") and path.suffix != ".json":
        return "Keras 3.0.0 does not call TimeDistributed or load StackedRNNCells, nor those of its own models"
    return ""


def load(path: Path, objects: dict[str, Any] | None = None) -> Any:
    """Load a fixture with its custom layer.

    Args:
      path: The fixture.
      objects: Further custom objects. With them, Keras 3 does not compile the model: they do not reach its losses.
    """
    custom = {"Scale": make_fixtures.scale_class(keras), **(objects or {})}
    # Keras 3.0.0 does not pass `custom_objects` on to the layers of an .h5 file: a scope reaches them.
    with keras.utils.custom_object_scope(custom):
        if path.suffix == ".json":
            return keras.models.model_from_json(path.read_text(), custom_objects=custom)
        is_compiled = objects is None or not TARGET.is_keras_3
        return keras.models.load_model(path, compile=is_compiled, custom_objects=custom)


def check_predictions(model: Any, path: Path) -> None:
    """Compare the predictions with those of the process that made the fixture. A .json file has no weights."""
    recorded = json.loads((path.parent / "made.json").read_text())[path.name.partition(".")[0]]
    if path.suffix == ".json":
        assert model.output_shape[1:] == np.shape(recorded["predictions"])[1:]
        return
    predictions = model.predict(make_fixtures.probe(recorded["shape"]), verbose=0)
    np.testing.assert_allclose(predictions, recorded["predictions"], rtol=0, atol=2e-6)


def convert(path: Path, folder: Path, to: Any = "native", target: TargetName = TARGET.version) -> Path:
    """Convert a fixture into a folder."""
    conversion = saved.convert(path, to=to, target_keras=target)
    assert any(change.is_initializer for change in conversion.changes)
    conversion.write(folder / path.name)
    return folder / path.name


def test_fixtures_are_complete_and_small() -> None:
    files = {path for path in make_fixtures.FIXTURES.rglob("*") if path.is_file() and path.name != "made.json"}
    assert files == {*FIXTURES, make_fixtures.FIXTURES / "tf-2.15-eager" / make_fixtures.SMALL}
    assert sum(path.stat().st_size for path in files) < 700_000


#: Keras 2 knows the legacy classes, and importing this package adds UniformUnitScaling.
LOADED_AS_THEY_ARE = [path for path in FIXTURES if not TARGET.is_keras_3 and not reason_not_to_load(path)]


#: Errors of Keras without a conversion.
INITIALIZER_DTYPE = "unexpected keyword argument 'dtype'"
#: On Keras 2, of the fixtures that it does not load.
ERRORS_OF_KERAS_2 = {
    "tf_keras/nested.keras": "Could not deserialize class 'Functional'",
    "keras-3.0/layers.keras": "Could not deserialize class 'Functional'",
    "keras-3.0/nested.json": "Unrecognized keyword arguments: ['batch_shape'",
    "keras-3.15/layers.keras": "Could not deserialize class 'Functional'",
    "keras-3.15/layers.json": "Unrecognized keyword arguments: ['batch_shape'",
    "keras-3.15/nested.h5": "Unrecognized keyword arguments: ['batch_shape'",
}
#: On Keras 3.15; other versions of Keras 3 stop at another key of some fixtures.
ERRORS_OF_KERAS_3 = {
    "tf-2.15-graph/layers.h5": "Error when deserializing class 'SeparableConv1D'",
    "tf-2.15-graph/nested.h5": INITIALIZER_DTYPE,
    "tf-2.15-graph/nested.json": "Could not locate class 'Functional'",
    "tf-2.15-eager/layers.keras": "Could not deserialize class 'Functional'",
    "tf-2.15-eager/layers.json": "Could not locate class 'Functional'",
    "tf-2.15-eager/nested.h5": INITIALIZER_DTYPE,
    "tf_keras/nested.keras": "Could not locate class 'Functional'",
    "keras-3.0/layers.keras": INITIALIZER_DTYPE,
    "keras-3.0/nested.json": INITIALIZER_DTYPE,
    "keras-3.15/layers.keras": INITIALIZER_DTYPE,
    "keras-3.15/layers.json": INITIALIZER_DTYPE,
    "keras-3.15/nested.h5": INITIALIZER_DTYPE,
}
#: On a preview of Keras 3.16, which looks for an initializer in the module that the file names.
INIT_OPS = "{'module': 'tensorflow.python.ops.init_ops', 'class_name': 'GlorotUniform'"
ERRORS_OF_KERAS_3_16 = {
    **ERRORS_OF_KERAS_3,
    "tf-2.15-eager/nested.h5": "'keras.initializers.glorot_uniform' because it is not a KerasSaveable subclass",
    "keras-3.0/layers.keras": INIT_OPS,
    "keras-3.0/nested.json": INIT_OPS,
    "keras-3.15/layers.keras": INIT_OPS,
    "keras-3.15/layers.json": INIT_OPS,
    "keras-3.15/nested.h5": INIT_OPS,
}
IS_3_16 = TARGET.is_keras_3 and tuple(map(int, keras.version().split(".")[:2])) >= (3, 16)
ERRORS: dict[TargetName, dict[str, str]] = {
    "2": ERRORS_OF_KERAS_2,
    "3.0": {
        **ERRORS_OF_KERAS_3,
        "tf_keras/nested.keras": "Unrecognized keyword arguments: ['optional']",
        "keras-3.15/layers.keras": "'class_name': 'DTypePolicy'",
        "keras-3.15/layers.json": "'class_name': 'DTypePolicy'",
        "keras-3.15/nested.h5": "passed to Dense: {'quantization_config': None}",
    },
    "3.12": {
        **ERRORS_OF_KERAS_3,
        "keras-3.15/nested.h5": "passed to Dense: {'quantization_config': None}",
    },
    "3.15": ERRORS_OF_KERAS_3_16 if IS_3_16 else ERRORS_OF_KERAS_3,
}


@pytest.mark.parametrize("path", [path for path in FIXTURES if path not in LOADED_AS_THEY_ARE], ids=name)
def test_without_conversion_fixtures_do_not_load(path: Path) -> None:
    with pytest.raises(TypeError, match=re.escape(ERRORS[TARGET.version][name(path)])):
        load(path)


@pytest.mark.parametrize("path", LOADED_AS_THEY_ARE, ids=name)
def test_keras_2_loads_fixtures_as_they_are(path: Path) -> None:
    check_predictions(load(path), path)


@pytest.mark.parametrize("path", FIXTURES, ids=name)
def test_custom_objects(path: Path) -> None:
    if reason := reason_not_to_load(path):
        pytest.skip(reason)
    if IS_3_0 and path.parent.name == "keras-3.15":
        pytest.skip("Keras 3.0 does not read the layers of Keras 3.15")
    if IS_3_0 and path.suffix == ".h5":
        pytest.skip("Keras 3.0.0 ignores compile=False for .h5, and does not read the losses of Keras 2")
    model = load(path, saved.custom_objects())
    check_predictions(model, path)
    classes = {type(value) for layer in model.layers for value in vars(layer).values() if hasattr(value, "get_config")}
    assert classes & set(keras_registry.registered_classes().values())


@pytest.mark.parametrize("to", ["native", "shim"])
@pytest.mark.parametrize("path", FIXTURES, ids=name)
def test_converted(path: Path, to: str, tmp_path: Path) -> None:
    if reason := reason_not_to_load(path):
        pytest.skip(reason)
    if IS_3_0 and path.parent.name == "keras-3.15" and path.suffix == ".h5":
        pytest.skip("Keras 3.0 does not read the optimizer of Keras 3.15 in .h5")
    check_predictions(load(convert(path, tmp_path, to)), path)


def hashes(path: Path) -> dict[str, str]:
    """Return a hash of everything in a file except the JSON texts."""
    contents: dict[str, bytes] = {}
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                entry = repr((member.date_time, member.compress_type)).encode()
                contents[member.filename] = archive.read(member) + entry
            del contents["config.json"]
    elif path.suffix == ".h5":
        with h5py.File(path) as file:
            attributes = [key for key in file.attrs if not key.endswith("_config")]
            contents = {f"@{key}": repr(file.attrs[key]).encode() for key in attributes}

            def visit(place: str, item: Any) -> None:
                attributes = sorted((key, repr(value)) for key, value in item.attrs.items())
                data = item[()].tobytes() + str(item.dtype).encode() if isinstance(item, h5py.Dataset) else b""
                contents[place] = data + repr(attributes).encode()

            file.visititems(visit)
    return {key: hashlib.sha256(data).hexdigest() for key, data in contents.items()}


BINARY = [path for path in FIXTURES if path.suffix != ".json"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", BINARY, ids=name)
def test_only_the_json_changes(path: Path, target: TargetName, tmp_path: Path) -> None:
    before = hashes(path)
    assert before
    assert hashes(convert(path, tmp_path, target=target)) == before


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", FIXTURES, ids=name)
def test_a_second_run_changes_nothing(path: Path, target: TargetName, tmp_path: Path) -> None:
    original = path.read_bytes()
    converted = convert(path, tmp_path, target=target)
    assert saved.convert(converted, target_keras=target).changes == ()
    assert path.read_bytes() == original


@pytest.mark.parametrize("path", FIXTURES, ids=name)
def test_values_outside_of_the_changes_are_equal(path: Path) -> None:
    # Other targets also insert layers into files of Keras 2, which moves the places after them.
    conversion = saved.convert(path, target_keras="3.15" if path.parent.name.startswith("keras-3") else "2")
    places = {change.place for change in conversion.changes}
    for document in containers.container_of(path).read(path).documents:
        old = scalars({document.name: document.value}, places)
        assert old
        assert scalars({document.name: conversion.documents[document.name]}, places) == old


@pytest.mark.parametrize("path", FIXTURES, ids=name)
def test_texts_that_do_not_change_are_equal(path: Path) -> None:
    for document in containers.container_of(path).read(path).documents:
        assert json_text.dump(document.value, document.text, document.value) == document.text


def scalars(value: Json, places: set[str], place: str = "") -> list[tuple[str, Json]]:
    """Return the scalars of a JSON value that are not inside a changed place."""
    if place.lstrip(".") in places:
        return []
    if isinstance(value, dict):
        return [scalar for key in value for scalar in scalars(value[key], places, f"{place}.{key}")]
    if isinstance(value, list):
        return [scalar for index, item in enumerate(value) for scalar in scalars(item, places, f"{place}[{index}]")]
    return [(place, value)]


def test_training_state_is_kept(tmp_path: Path) -> None:
    path = make_fixtures.FIXTURES / "tf-2.15-graph" / "layers.h5"
    model = load(convert(path, tmp_path))
    assert type(model.optimizer).__name__ == "Adam"
    assert float(np.asarray(model.optimizer.learning_rate)) == pytest.approx(0.01)
    with h5py.File(tmp_path / path.name) as file:
        assert len(file["optimizer_weights"].attrs["weight_names"]) > 30
