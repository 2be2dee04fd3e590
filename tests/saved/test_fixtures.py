"""Every fixture on the installed TensorFlow: as it is, with `custom_objects`, and converted.

One process loads all of them, since TensorFlow takes long to import.
"""

import hashlib
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tensorflow as tf
from saved import make_fixtures

from tf_initcompat._internal import keras_registry
from tf_initcompat.saved import custom_objects, targets, upgraded
from tf_initcompat.saved import initializers as configs
from tf_initcompat.saved.containers import formats, texts

keras = tf.keras
KERAS_3 = hasattr(keras, "random")
IS_3_0 = KERAS_3 and tf.__version__.startswith("2.16")
TARGET = targets.TARGETS["2" if not KERAS_3 else "3.0" if IS_3_0 else "3.15"]
FIXTURES = [
    make_fixtures.FIXTURES / environment / file for environment, files in make_fixtures.FILES.items() for file in files
]
KERAS_2_FIXTURES = [path for path in FIXTURES if not path.parent.name.startswith("keras-3")]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def reason_not_to_load(path: Path) -> str:
    """Returns why a fixture cannot be loaded here whatever its initializers are; "" if it can."""
    if not KERAS_3:
        if path not in KERAS_2_FIXTURES:
            return "Keras 2 does not read models of Keras 3"
        if path.parent.name == "tf_keras" and keras.layers.Layer.__module__.startswith("keras."):
            return "TensorFlow 2.15 does not read the modules of tf_keras"
    if IS_3_0 and path.name.startswith("nested") and path.suffix != ".json":
        return "Keras 3.0.0 does not call TimeDistributed or load StackedRNNCells, nor those of its own models"
    return ""


def load(path: Path, objects: dict[str, Any] | None = None) -> Any:
    scale = make_fixtures.scale_class(keras)
    # Keras 3.0.0 does not pass `custom_objects` on to the layers of an .h5 file: a scope reaches them.
    with keras.utils.custom_object_scope({"Scale": scale, **(objects or {})}):
        if path.suffix == ".json":
            return keras.models.model_from_json(path.read_text(), custom_objects={"Scale": scale, **(objects or {})})
        compile_too = objects is None or not KERAS_3
        return keras.models.load_model(path, compile=compile_too, custom_objects={"Scale": scale, **(objects or {})})


def check_predictions(model: Any, path: Path) -> None:
    made = json.loads((path.parent / "made.json").read_text())[path.name.partition(".")[0]]
    if path.suffix != ".json":  # which holds no weights
        found = model.predict(make_fixtures.probe(made["shape"]), verbose=0)
        np.testing.assert_allclose(found, made["predictions"], rtol=0, atol=2e-6)


def converted(path: Path, folder: Path, to: str = "native", target: targets.Target = TARGET) -> Path:
    conversion = formats.read(path, target, to)
    assert any(change.what == "initializer" for change in conversion.changes)
    conversion.write(folder / path.name)
    return folder / path.name


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras warns of optimizers whose state it does not restore
        yield


def test_every_file_is_a_fixture() -> None:
    there = {path for path in make_fixtures.FIXTURES.rglob("*") if path.is_file() and path.name != "made.json"}
    assert there == {*FIXTURES, make_fixtures.FIXTURES / "tf-2.15-eager" / make_fixtures.SMALL}
    assert sum(path.stat().st_size for path in there) < 700_000


@pytest.mark.parametrize("path", FIXTURES, ids=name)
def test_without_conversion(path: Path) -> None:
    if not KERAS_3 and not reason_not_to_load(path):
        load(path)  # Keras 2 knows the legacy classes, and importing this package adds UniformUnitScaling
        return
    with pytest.raises((TypeError, ValueError)) as caught:
        load(path)
    if KERAS_3 and path.parent.name == "keras-3.15" and not IS_3_0:
        assert "unexpected keyword argument 'dtype'" in str(caught.value)


@pytest.mark.parametrize("path", FIXTURES, ids=name)
def test_custom_objects(path: Path) -> None:
    if why := reason_not_to_load(path):
        pytest.skip(why)
    if IS_3_0 and path.parent.name == "keras-3.15":
        pytest.skip("Keras 3.0 does not read the layers of Keras 3.15")
    if IS_3_0 and path.suffix == ".h5":
        pytest.skip("Keras 3.0.0 ignores compile=False for .h5, and does not read the losses of Keras 2")
    model = load(path, custom_objects())
    check_predictions(model, path)
    kinds = {type(one) for layer in model.layers for one in vars(layer).values() if hasattr(one, "get_config")}
    assert kinds & set(keras_registry.registered_classes().values())


@pytest.mark.parametrize("to", ["native", "shim"])
@pytest.mark.parametrize("path", FIXTURES, ids=name)
def test_converted(path: Path, to: str, tmp_path: Path) -> None:
    if why := reason_not_to_load(path):
        pytest.skip(why)
    if IS_3_0 and path.parent.name == "keras-3.15" and path.suffix == ".h5":
        pytest.skip("Keras 3.0 does not read the optimizer of Keras 3.15 in .h5")
    check_predictions(load(converted(path, tmp_path, to)), path)


def hashes(path: Path, tmp_path: Path) -> dict[str, str]:
    """Returns a hash of all that is in a file but the JSON texts."""
    found: dict[str, bytes] = {}
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                found[member.filename] = archive.read(member) + repr((member.date_time, member.compress_type)).encode()
            del found["config.json"]
    elif path.suffix == ".h5":
        with h5py.File(path) as file:
            kept = [key for key in file.attrs if not key.endswith("_config")]
            found = {f"@{key}": repr(file.attrs[key]).encode() for key in kept}

            def visit(place: str, item: Any) -> None:
                attributes = sorted((key, repr(value)) for key, value in item.attrs.items())
                data = item[()].tobytes() + str(item.dtype).encode() if isinstance(item, h5py.Dataset) else b""
                found[place] = data + repr(attributes).encode()

            file.visititems(visit)
    return {key: hashlib.sha256(data).hexdigest() for key, data in found.items()}


@pytest.mark.parametrize("path", FIXTURES, ids=name)
def test_nothing_else_is_changed(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    for version, target in targets.TARGETS.items():
        new = converted(path, tmp_path, "native", target)
        assert hashes(new, tmp_path) == hashes(path, tmp_path)
        assert not formats.read(new, target, "native").changes, f"{version}: a second run changes something"
        conversion = formats.read(path, target, "native")
        # What is not told as a change is equal, bit for bit, in the JSON too.
        places = {change.place for change in conversion.changes}
        for key, text in formats.texts_of(path)[1].items():
            old, made = ({key: value} for value in (texts.parse(text, key), conversion.roots[key]))
            if version == "2":
                assert unchanged(old, places) == unchanged(made, places)
                assert texts.dump(old[key], text, old[key]) == text
    assert path.read_bytes() == before


def unchanged(value: Any, places: set[str], place: str = "") -> list[tuple[str, Any]]:
    """Returns the scalars of a JSON value that are not inside a changed place."""
    if place.lstrip(".") in places:
        return []
    if isinstance(value, dict):
        return [found for key in value for found in unchanged(value[key], places, f"{place}.{key}")]
    if isinstance(value, list):
        return [found for key, one in enumerate(value) for found in unchanged(one, places, f"{place}[{key}]")]
    return [(place, value)]


def test_training_state_is_kept(tmp_path: Path) -> None:
    path = make_fixtures.FIXTURES / "tf-2.15-graph" / "layers.h5"
    model = load(converted(path, tmp_path))
    assert type(model.optimizer).__name__ == "Adam"
    assert float(np.asarray(model.optimizer.learning_rate)) == pytest.approx(0.01)
    with h5py.File(tmp_path / path.name) as file:
        assert len(file["optimizer_weights"].attrs["weight_names"]) > 30


#: What Keras 2.15 writes for a layer and Keras 3 rejects.
OLD_LAYERS = {
    "Conv2DTranspose": {"filters": 2, "kernel_size": [1, 1], "groups": 1},
    "DepthwiseConv2D": {"kernel_size": [1, 1], "groups": 1, "kernel_regularizer": None},
    "SeparableConv2D": {"filters": 2, "kernel_size": [1, 1], "groups": 1, "kernel_constraint": None},
    "Embedding": {"input_dim": 3, "output_dim": 2, "input_length": None},
    "LSTM": {"units": 2, "time_major": False, "implementation": 2},
    "MultiHeadAttention": {"num_heads": 1, "key_dim": 2, "query_shape": None, "key_shape": None, "value_shape": None},
    "SpatialDropout1D": {"rate": 0.1, "noise_shape": None, "seed": None, "trainable": True},
    "Dense": {"units": 2, "dtype": {"class_name": "Policy", "config": {"name": "mixed_float16"}}},
    "Bidirectional": {"layer": {"class_name": "GRU", "config": {"name": "g", "units": 2, "time_major": False}}},
}


@pytest.mark.parametrize("kind", OLD_LAYERS)
def test_old_layers(kind: str) -> None:
    config = {"name": "old", **OLD_LAYERS[kind]}
    made = keras.layers.deserialize(upgraded({"class_name": kind, "config": config}))
    assert type(made).__name__ == kind
    assert made.name == "old"


def test_single_layers() -> None:
    config = {"class_name": "glorot_uniform", "config": {"seed": 1, "dtype": "float32"}}
    layer = {"class_name": "Dense", "config": {"name": "d", "units": 2, "kernel_initializer": config}}
    for kernel in (config, {"module": "keras.initializers", **config, "registered_name": None}):
        layer["config"]["kernel_initializer"] = kernel
        made = keras.layers.deserialize(upgraded(layer))
        assert configs.row_of(kernel) is not None
        assert made.kernel_initializer.get_config() == {"seed": 1, "dtype": "float32"}
        assert layer["config"]["kernel_initializer"] is kernel


def test_the_scope_is_the_same() -> None:
    legacy = {"class_name": "GlorotUniform", "config": {"seed": 1, "dtype": "float32"}}
    with keras.utils.custom_object_scope(custom_objects()):
        made = keras.layers.Dense(2, kernel_initializer=legacy)
    assert made.kernel_initializer.get_config() == {"seed": 1, "dtype": "float32"}
