"""The JSON of a model with its weights in a file of their own."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tensorflow as tf
from saved.eras import archives, measure
from saved.eras.measure import Outcome
from saved.samples import HDF5, IGNORED_WARNINGS, convert

from tf_initcompat import saved
from tf_initcompat.saved.loading import installed

pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)

#: Models whose JSON holds what the HDF5 file does not: the calls of a layer that two models call.
ONLY_AS_PAIR = {("tf-2.15.1", "nested")}
#: Makers and names of the models that are saved as JSON and weights.
PAIRS = [(maker, name) for maker, name in measure.chosen() if ".json" in archives.made(maker)["forms"][name]]
IS_NEWEST = pytest.mark.skipif(installed.target().version != "3.15", reason="convert() writes for Keras 3.15")


def pair(maker: str, name: str, folder: Path) -> tuple[Path, Path]:
    """Write the JSON and the weights of a model, the latter under the suffix of Keras 3."""
    model, weights = folder / f"{name}.json", folder / f"{name}.weights.h5"
    model.write_bytes(archives.files(maker)[model.name])
    weights.write_bytes(archives.files(maker)[f"{name}_weights.h5"])
    return model, weights


def converted(model: Path, weights: Path, target: Path) -> saved.Conversion:
    """Convert a pair for the installed Keras."""
    conversion = saved.convert(model, weights=weights, target_keras=installed.target().version)
    conversion.write(target)
    return conversion


def test_all_makers_have_pairs() -> None:
    assert {name for _, name in PAIRS} >= {"dense", "nested", "sequential", "embedding", "lstm", "gru_sigmoid"}


@pytest.mark.parametrize(("maker", "name"), PAIRS)
def test_predictions_are_those_of_the_maker(maker: str, name: str, tmp_path: Path) -> None:
    """What is known of the HDF5 file of the whole model applies to the pair."""
    known = {} if (maker, name) in ONLY_AS_PAIR else measure.read()[maker]["others"]
    outcome, *reported = known.get(name, [Outcome.SAME.value])
    target = tmp_path / "new.h5"
    conversion = converted(*pair(maker, name, tmp_path), target)
    assert [difference.rule.name for difference in conversion.differences] == reported
    assert measure.loaded(target, maker, name) is Outcome(outcome)


@pytest.mark.parametrize("maker", ["keras-1.2.2", "keras-2.2.4", "tf-1.4.1", "tf-2.15.1"])
def test_archive(maker: str, tmp_path: Path) -> None:
    if not installed.target().is_keras_3:
        pytest.skip("Keras 2 is installed, which does not write archives for Keras 3")
    converted(*pair(maker, "lstm", tmp_path), tmp_path / "new.keras")
    if (maker, "lstm") in PAIRS:
        assert measure.loaded(tmp_path / "new.keras", maker, "lstm") is Outcome.SAME


@pytest.mark.parametrize("maker", ["keras-1.2.2", "keras-2.2.4", "tf-1.15.5", "tf-2.6.5"])
def test_the_pair_becomes_the_file_of_the_whole_model(maker: str, tmp_path: Path) -> None:
    """The config and the weights are those in the HDF5 file that the same Keras wrote."""
    converted(*pair(maker, "sequential", tmp_path), tmp_path / "pair.h5")
    whole = measure.source(maker, "sequential", tmp_path)
    saved.convert(whole, target_keras=installed.target().version).write(tmp_path / "whole.h5")
    with h5py.File(tmp_path / "pair.h5") as new, h5py.File(tmp_path / "whole.h5") as old:
        assert json.loads(new.attrs["model_config"]) == json.loads(old.attrs["model_config"])
        assert arrays(new) == arrays(old)
        assert arrays(new)


def arrays(file: Any) -> dict[str, list[Any]]:
    """Return the weights in an HDF5 file by their path."""
    found: dict[str, list[Any]] = {}

    def add(name: str, value: Any) -> None:
        if isinstance(value, h5py.Dataset):
            found[name] = value[()].tolist()

    file["model_weights"].visititems(add)
    return found


def stacked(folder: Path, names: list[str]) -> tuple[Path, Path]:
    """Write a model of three Dense layers, and weights whose layers have other names.

    All numbers in a kernel are the position of its layer.
    """
    layers = [
        {
            "class_name": "Dense",
            "config": {"name": name, "units": 2, **({"batch_input_shape": [None, 2]} if first else {})},
        }
        for name, first in zip(("a", "b", "c"), (True, False, False), strict=True)
    ]
    model, weights = folder / "model.json", folder / "weights.h5"
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}, "keras_version": "2.2.4"}
    model.write_text(json.dumps(config))
    with h5py.File(weights, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in ["input", *names]]
        file.attrs["keras_version"] = b"2.2.4"
        file.create_group("input").attrs["weight_names"] = []
        for number, name in enumerate(names):
            file[f"{name}/{name}/kernel:0"] = np.full((2, 2), float(number), "float32")
            file[f"{name}/{name}/bias:0"] = np.zeros(2, "float32")
            file[name].attrs["weight_names"] = [f"{name}/kernel:0".encode(), f"{name}/bias:0".encode()]
    return model, weights


@pytest.mark.parametrize(
    ("names", "kernels"),
    [(["c", "a", "b"], {"a": 1, "b": 2, "c": 0}), (["x", "y", "z"], {"a": 0, "b": 1, "c": 2})],
    ids=["names", "order"],
)
def test_names_decide_before_the_order(names: list[str], kernels: dict[str, int], tmp_path: Path) -> None:
    model, weights = stacked(tmp_path, names)
    converted(model, weights, tmp_path / "new.h5")
    with h5py.File(tmp_path / "new.h5") as file:
        root = file["model_weights"]
        found = {name: root[name][root[name].attrs["weight_names"][0]][0, 0] for name in root.attrs["layer_names"]}
    assert found == kernels
    assert list(found) == ["a", "b", "c"]


def without_a_layer(file: Any) -> None:
    file.attrs["layer_names"] = file.attrs["layer_names"][:-1]


def without_a_bias(file: Any) -> None:
    file["b"].attrs["weight_names"] = file["b"].attrs["weight_names"][:1]


def with_another_shape(file: Any) -> None:
    del file["b/b/kernel:0"]
    file["b/b/kernel:0"] = np.zeros((2, 3), "float32")


def of_keras_1(file: Any) -> None:
    file.attrs["keras_version"] = b"1.2.2"


def without_layers(file: Any) -> None:
    del file.attrs["layer_names"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            without_a_layer,
            r"it has weights of 2 layers ('a', 'b'), and the model has 3 layers with weights ('a', 'b', 'c')",
        ),
        (without_a_bias, "its layer 'b' does not fit the layer 'b': the file has kernel, and the layer kernel, bias"),
        (with_another_shape, "the shape of 'b/kernel:0' is (2, 3), and its last size has to be 2"),
        (of_keras_1, "weights of Keras 1.2.2, and the JSON is of Keras 2.2.4; pass two files of one model"),
        (without_layers, "not weights of Keras 1 or 2"),
    ],
)
def test_weights_of_another_model(change: Callable[[Any], None], message: str, tmp_path: Path) -> None:
    model, weights = stacked(tmp_path, ["a", "b", "c"])
    with h5py.File(weights, "r+") as file:
        change(file)
    with pytest.raises(saved.FileError, match=re.escape(f"{model}: {weights}: ") + ".*" + re.escape(message)):
        saved.convert(model, weights=weights)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pair("tf-1.15.5", "lstm", tmp_path)
    monkeypatch.chdir(tmp_path)
    options = ("lstm.json", "--weights", "lstm.weights.h5")
    assert convert("--check", *options) == 1
    assert "weights multiplied by 1.2" in capsys.readouterr().out
    assert convert(*options, "new.json") == 2
    assert "this one needs .keras or .h5 or .hdf5" in capsys.readouterr().err
    assert convert(*options, "--in-place") == 2
    assert "lstm.json: the result is a file of another kind; pass OUT" in capsys.readouterr().err
    assert convert("lstm.json", "--weights", "none.h5") == 2
    assert capsys.readouterr().err == "tf-initcompat: none.h5: No such file or directory\n"
    assert convert("lstm.json", "--weights", "lstm.json") == 2
    assert "lstm.json: lstm.json: not a file of weights" in capsys.readouterr().err
    assert convert(HDF5, "--weights", "lstm.weights.h5") == 2
    assert "it has weights of its own; pass the JSON file of the model" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lstm.json", "lstm.weights.h5"]
    assert convert(*options, "new.h5") == 0
    assert capsys.readouterr().err == "wrote new.h5\n"


@IS_NEWEST
def test_the_pair_is_verified(tmp_path: Path) -> None:
    model, weights = pair("keras-2.2.4", "lstm", tmp_path)
    program = [sys.executable, "-m", "tf_initcompat", "convert", str(model), "--weights", str(weights)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "lstm.keras: loads, and predicts as the original does" in done.stdout


@pytest.mark.parametrize(
    ("maker", "name", "message"),
    [
        (
            "tf-2.6.5",
            "w.h5",
            r"weights without the model; build the model .* model\.load_weights\('w\.h5'\), or convert",
        ),
        ("tf-2.6.5", "w.weights.h5", r"rename it to w\.h5, since Keras 3 takes \.weights\.h5 for a format of its own"),
        ("keras-1.2.2", "w.h5", r"which Keras 1 wrote; .*: convert model\.json --weights w\.h5 new\.keras$"),
    ],
)
def test_weights_alone(maker: str, name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(archives.files(maker)["dense_weights.h5"])
    with pytest.raises(saved.FileError, match=message):
        saved.convert(tmp_path / name)


def test_weights_of_keras_3_alone(tmp_path: Path) -> None:
    if not installed.target().is_keras_3:
        pytest.skip("Keras 2 is installed, which does not write the weights of Keras 3")
    tf.keras.Sequential([tf.keras.layers.Input((2,)), tf.keras.layers.Dense(2)]).save_weights(tmp_path / "w.weights.h5")
    with pytest.raises(
        saved.FileError, match="which Keras 3 wrote; build the model with its code and call load_weights"
    ):
        saved.convert(tmp_path / "w.weights.h5")
    model, _ = stacked(tmp_path, ["a", "b", "c"])
    with pytest.raises(saved.FileError, match=r"weights of Keras 3 are loaded with model\.load_weights"):
        saved.convert(model, weights=tmp_path / "w.weights.h5")


def test_weights_of_the_advice_load(tmp_path: Path) -> None:
    """The advice for weights alone is right: the file loads under the other name."""
    path = tmp_path / "w.h5"
    path.write_bytes(archives.files("tf-1.15.5")["dense_weights.h5"])
    conversion = saved.convert(pair("tf-1.15.5", "dense", tmp_path)[0], target_keras=installed.target().version)
    conversion.write(tmp_path / "new.json")
    model = tf.keras.models.model_from_json((tmp_path / "new.json").read_text())
    model.load_weights(path)
    (inputs,), (expected,) = archives.inputs("tf-1.15.5", "dense"), archives.predictions("tf-1.15.5", "dense")
    np.testing.assert_allclose(model(inputs), expected, rtol=0, atol=1e-6)
