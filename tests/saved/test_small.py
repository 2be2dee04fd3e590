"""The small models of Keras 2.15 on the installed TensorFlow, converted and with `custom_objects`.

The predictions are compared with those of the Keras 2.15 that made the models.
"""

import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tensorflow as tf
from saved import make_fixtures, small_models

from tf_initcompat.saved import custom_objects, load_model, targets
from tf_initcompat.saved.containers import formats
from tf_initcompat.saved.loading import process as loading

keras = tf.keras
KERAS_3 = hasattr(keras, "random")
IS_3_0 = KERAS_3 and tf.__version__.startswith("2.16")
TARGET = targets.TARGETS["2" if not KERAS_3 else "3.0" if IS_3_0 else "3.15"]
ARCHIVE = zipfile.ZipFile(make_fixtures.FIXTURES / "tf-2.15-eager" / make_fixtures.SMALL)
MADE = json.loads(ARCHIVE.read("made.json"))
FILES = [name for name in ARCHIVE.namelist() if name != "made.json"]
#: What the converter says of a model, instead of a result that is right.
SAID = {"hard_sigmoid": "hard_sigmoid is another function"} if KERAS_3 else {}
if IS_3_0:
    SAID |= dict.fromkeys(("inside_sequential", "inside_wrapper"), "makes its one output a list")
    SAID |= {"nested_outputs": "no lists in the list of outputs"}


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras warns of optimizers whose state it does not restore
        yield


def difference(model: Any, name: str) -> float:
    """Returns the largest difference from the predictions of Keras 2.15."""
    given = small_models.inputs(MADE[name]["shapes"])
    found = tf.nest.flatten(model(given if len(given) > 1 else given[0], training=False))
    wanted = [np.array(one) for one in MADE[name]["predictions"]]
    assert [tuple(one.shape) for one in found] == [one.shape for one in wanted]
    return max(float(np.max(np.abs(np.asarray(one) - other))) for one, other in zip(found, wanted, strict=True))


def test_every_model_is_there() -> None:
    assert sorted(FILES) == sorted(f"{name}{ending}" for name in small_models.NAMES for ending in (".h5", ".keras"))


@pytest.mark.parametrize("file", FILES)
def test_converted(file: str, tmp_path: Path) -> None:
    name, new = file.partition(".")[0], tmp_path / f"new.{file}"
    conversion = formats.read(Path(ARCHIVE.extract(file, tmp_path)), TARGET, "native")
    conversion.write(new)
    assert not formats.read(new, TARGET, "native").changes, "a second run changes something"
    if name not in SAID:
        assert not conversion.differences
        assert difference(keras.models.load_model(new), name) < 1e-5
        return
    assert SAID[name] in conversion.differences[0]
    with pytest.raises((AssertionError, AttributeError, TypeError, ValueError, NotImplementedError)):
        assert difference(keras.models.load_model(new), name) < 1e-3


@pytest.mark.parametrize("file", FILES)
def test_custom_objects(file: str, tmp_path: Path) -> None:
    name = file.partition(".")[0]
    if IS_3_0:
        pytest.skip("Keras 3.0.0 ignores custom_objects for .h5, and what it reads else is the same as converted")
    path = ARCHIVE.extract(file, tmp_path)
    if KERAS_3 and file == "two_axes.keras":
        with pytest.raises(TypeError, match="Ones"):  # Keras 3 finds Sequential, and Ones in it, in its own modules
            keras.models.load_model(path, compile=False, custom_objects=custom_objects())
        return
    model = keras.models.load_model(path, compile=False, custom_objects=custom_objects())
    assert (difference(model, name) < 1e-5) is (name not in SAID)


@pytest.mark.parametrize("file", ["two_axes.keras", "outputs_in_dict.h5", "schedule.keras", "bins.h5"])
def test_load_model(file: str, tmp_path: Path) -> None:
    path = Path(ARCHIVE.extract(file, tmp_path))
    content = path.read_bytes()
    assert difference(load_model(path), file.partition(".")[0]) < 1e-5
    assert path.read_bytes() == content
    if KERAS_3:
        with pytest.raises((TypeError, ValueError, AttributeError, KeyError)):
            difference(keras.models.load_model(path), file.partition(".")[0])


def test_load_model_says_what_differs_and_what_is_wrong(tmp_path: Path) -> None:
    path = Path(ARCHIVE.extract("hard_sigmoid.h5", tmp_path))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = load_model(str(path), compile=False)
    assert [str(one.message) for one in caught if "hard_sigmoid is another" in str(one.message)] != [] or not KERAS_3
    text = tmp_path / "model.json"
    text.write_text(model.to_json())
    assert len(load_model(text).weights) == len(model.weights)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(ValueError, match=r"Argument `path`: .*hard_sigmoid\.h5: .*damaged or truncated"):
        load_model(path)
    with pytest.raises(OSError, match="nowhere"):
        load_model(tmp_path / "nowhere.h5")


def test_what_is_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, new = Path(ARCHIVE.extract("outputs_in_dict.h5", tmp_path)), tmp_path / "new.h5"

    def seen(source: Path) -> tuple[bool, str]:
        loading.main(str(source), str(new), "hdf5", TARGET.version)
        found = json.loads(capsys.readouterr().out.strip().rpartition("\n")[2])
        return found["passed"], found["messages"][0]

    formats.read(source, TARGET, "native").write(new)
    if IS_3_0:
        assert "loads and predicts; the original does not" in seen(source)[1]
        source = new
    assert seen(source)[0]
    assert "loads, and predicts as the original does in this Keras" in seen(source)[1]
    other = tmp_path / "other.h5"
    other.write_bytes(source.read_bytes())
    with h5py.File(other, "r+") as file:
        kernels: list[Any] = []
        file["model_weights"].visititems(lambda name, item: kernels.append(item) if name.endswith("kernel:0") else None)
        kernels[0][...] = 7.0
    assert not seen(other)[0]
    assert "PREDICTS DIFFERENTLY" in seen(other)[1]
    with h5py.File(new, "r+") as file:
        file.attrs["training_config"] = json.dumps({"optimizer_config": {"class_name": "None", "config": {}}})
    passed, message = seen(source)
    assert not passed
    assert ("does not load" if IS_3_0 else "loads with compile=False only") in message  # 3.0 always compiles .h5
    new.write_bytes(new.read_bytes()[:3000])
    assert "does not load" in seen(source)[1]
