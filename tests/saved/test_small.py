"""The small models of Keras 2.15 on the installed TensorFlow, converted and with `custom_objects`.

The predictions are compared with those of the Keras 2.15 that made the models.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from saved import small_models
from saved.samples import IGNORED_WARNINGS, SMALL, extract

from tf_initcompat import saved
from tf_initcompat.saved.loading import installed

keras = tf.keras
pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)
TARGET = installed.target()
IS_3_0 = TARGET.version == "3.0"
with zipfile.ZipFile(SMALL) as _archive:
    RECORDED = json.loads(_archive.read("made.json"))
    FILES = [name for name in _archive.namelist() if name != "made.json"]

#: Differences that the converter reports, by the name of the model: its predictions are not those of Keras 2.15.
DIFFERENCES = {
    "3.15": {},
    "3.12": {},
    "3.0": {
        "inside_sequential": "single-output-of-inner-model",
        "inside_wrapper": "single-output-of-inner-model",
        "nested_outputs": "nested-outputs",
    },
    "2": {},
}[TARGET.version]
SAME = [file for file in FILES if file.partition(".")[0] not in DIFFERENCES]
FAILS = [file for file in FILES if file not in SAME]
#: Exceptions of Keras for a model that it does not load or call; AssertionError is raised for another shape.
KERAS_ERRORS = (AssertionError, AttributeError, KeyError, TypeError, ValueError, NotImplementedError)


def model_of(file: str) -> str:
    return file.partition(".")[0]


def difference(model: Any, name: str) -> float:
    """Return the largest difference from the predictions of Keras 2.15."""
    inputs = small_models.inputs(RECORDED[name]["shapes"])
    outputs = tf.nest.flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    expected = [np.array(output) for output in RECORDED[name]["predictions"]]
    assert [tuple(output.shape) for output in outputs] == [output.shape for output in expected]
    return max(
        float(np.max(np.abs(np.asarray(output) - values))) for output, values in zip(outputs, expected, strict=True)
    )


def convert(file: str, folder: Path) -> tuple[saved.Conversion, Path]:
    """Return the conversion of a small model, and the converted file."""
    conversion = saved.convert(extract(file, folder), target_keras=TARGET.version)
    conversion.write(folder / f"new.{file}")
    return conversion, folder / f"new.{file}"


def test_every_model_is_there() -> None:
    assert sorted(FILES) == sorted(f"{name}{suffix}" for name in small_models.NAMES for suffix in (".h5", ".keras"))


@pytest.mark.parametrize("file", FILES)
def test_a_second_run_changes_nothing(file: str, tmp_path: Path) -> None:
    _, new = convert(file, tmp_path)
    assert saved.convert(new, target_keras=TARGET.version).changes == ()


@pytest.mark.parametrize("file", SAME)
def test_converted(file: str, tmp_path: Path) -> None:
    conversion, new = convert(file, tmp_path)
    assert conversion.differences == ()
    assert difference(keras.models.load_model(new), model_of(file)) < 1e-5


@pytest.mark.parametrize("file", FAILS)
def test_differences_are_reported(file: str, tmp_path: Path) -> None:
    conversion, _ = convert(file, tmp_path)
    assert DIFFERENCES[model_of(file)] in {difference.rule.name for difference in conversion.differences}


@pytest.mark.parametrize("file", FAILS)
def test_reported_models_do_not_load_or_return_another_shape(file: str, tmp_path: Path) -> None:
    _, new = convert(file, tmp_path)
    with pytest.raises(KERAS_ERRORS):
        difference(keras.models.load_model(new), model_of(file))


@pytest.mark.parametrize("file", FILES)
def test_custom_objects(file: str, tmp_path: Path) -> None:
    if IS_3_0:
        pytest.skip("Keras 3.0.0 ignores custom_objects for .h5; from .keras it reads the same configs as converted")
    if TARGET.is_keras_3 and file == "two_axes.keras":
        pytest.skip("Keras 3 looks up Sequential, and the initializers in it, in its own modules only")
    path = extract(file, tmp_path)
    model = keras.models.load_model(path, compile=False, custom_objects=saved.custom_objects())
    assert (difference(model, model_of(file)) < 1e-5) is (file in SAME)


@pytest.mark.skipif(not TARGET.is_keras_3, reason="Keras 2 loads it")
def test_custom_objects_do_not_reach_sequential_in_archives(tmp_path: Path) -> None:
    path = extract("two_axes.keras", tmp_path)
    with pytest.raises(TypeError, match="Ones"):
        keras.models.load_model(path, compile=False, custom_objects=saved.custom_objects())


LOADED = pytest.mark.parametrize("file", ["two_axes.keras", "outputs_in_dict.h5", "schedule.keras", "bins.h5"])


@LOADED
def test_load_model(file: str, tmp_path: Path) -> None:
    path = extract(file, tmp_path)
    content = path.read_bytes()
    assert difference(saved.load_model(path), model_of(file)) < 1e-5
    assert path.read_bytes() == content


@pytest.mark.skipif(not TARGET.is_keras_3, reason="Keras 2 loads them")
@LOADED
def test_keras_3_does_not_load_them(file: str, tmp_path: Path) -> None:
    path = extract(file, tmp_path)
    with pytest.raises(KERAS_ERRORS):
        difference(keras.models.load_model(path), model_of(file))


def test_load_model_of_a_json_file(tmp_path: Path) -> None:
    model = saved.load_model(extract("sequential_only.h5", tmp_path), compile=False)
    path = tmp_path / "model.json"
    path.write_text(model.to_json())
    shapes = [tuple(weight.shape) for weight in saved.load_model(path).weights]
    assert shapes == [(4, 3), (3,)]


def test_load_model_of_a_damaged_file(tmp_path: Path) -> None:
    path = extract("hard_sigmoid.h5", tmp_path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(ValueError, match=r"Argument `path`: .*hard_sigmoid\.h5: .*damaged or truncated"):
        saved.load_model(path)


def test_load_model_of_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        saved.load_model(tmp_path / "nowhere.h5")
