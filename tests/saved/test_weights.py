"""Weights that change with a config: which ones, where they are, and that nothing else changes."""

import json
import tarfile
import tracemalloc
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from saved.eras.make import FILES
from saved.samples import convert

from tf_initcompat import saved
from tf_initcompat.saved.weights.recipes import scaled_blocks

Arrays = dict[str, "np.ndarray[Any, Any]"]
_UNITS = 2


def lstm(name: str, **config: object) -> dict[str, Any]:
    keys = {"name": name, "units": _UNITS, "recurrent_activation": "hard_sigmoid", **config}
    return {"class_name": "LSTM", "config": keys}


def dense(name: str, **config: object) -> dict[str, Any]:
    return {"class_name": "Dense", "config": {"name": name, "units": 1, **config}}


def sequential(name: str, *layers: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": name, "layers": list(layers)}}


def write(path: Path, model: dict[str, Any], groups: dict[str, Arrays]) -> Path:
    """Write a file as Keras 2 does, with its lists of names."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(model)
        file.attrs["keras_version"] = "2.2.4"
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = [name.encode() for name in groups]
        for name, arrays in groups.items():
            group = root.create_group(name)
            group.attrs["weight_names"] = [key.encode() for key in arrays]
            for key, array in arrays.items():
                group.create_dataset(key, data=array)
    return path


def read(path: Path) -> Arrays:
    """Return all datasets by their paths."""
    found: Arrays = {}

    def visit(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def arrays_of(prefix: str, inputs: int = 1, columns: int = 8) -> Arrays:
    shapes = {"kernel": (inputs, columns), "recurrent_kernel": (_UNITS, columns), "bias": (columns,)}
    return {f"{prefix}/{role}:0": np.ones(shape, "float32") for role, shape in shapes.items()}


def changed(path: Path, folder: Path, **options: Any) -> Arrays:
    """Return what became of the datasets that a conversion changed; check that a second one changes nothing."""
    conversion = saved.convert(path, **options)
    conversion.write(folder / "new.h5")
    before, after = read(path), read(folder / "new.h5")
    again = saved.convert(folder / "new.h5", **options)
    assert (again.changes, again.weights, again.differences) == ((), (), ())
    assert before.keys() == after.keys()
    return {name: after[name] for name in before if after[name].tobytes() != before[name].tobytes()}


#: Gates of LSTM times 1.2: input, forget, candidate, output.
GATES = np.repeat([1.2, 1.2, 1.0, 1.2], _UNITS).astype("float32")


def test_only_the_columns_of_gates_change(tmp_path: Path) -> None:
    groups = {"a": arrays_of("a"), "b": arrays_of("b"), "c": {"c/kernel:0": np.ones((2, 1)), "c/bias:0": np.ones(1)}}
    model = sequential("m", lstm("a"), lstm("b", recurrent_activation="sigmoid"), dense("c"))
    new = changed(write(tmp_path / "model.h5", model, groups), tmp_path)
    assert list(new) == [f"model_weights/a/a/{role}:0" for role in ("bias", "kernel", "recurrent_kernel")]
    assert all((array == GATES).all() for array in new.values())


def test_in_a_nested_model_after_frozen_layers(tmp_path: Path) -> None:
    """Keras writes the weights of frozen layers, and statistics, after those that are trained."""
    normalization = {"class_name": "BatchNormalization", "config": {"name": "n"}}
    inner = sequential("inner", lstm("a", trainable=False), normalization, lstm("b"))
    statistics = {f"n/{role}:0": np.ones(2, "float32") for role in ("gamma", "beta", "moving_mean", "moving_variance")}
    names = [*arrays_of("x/b"), *arrays_of("x/a"), *statistics]
    order = ["n/gamma:0", "n/beta:0", *names[:3], *names[3:6], "n/moving_mean:0", "n/moving_variance:0"]
    known = {**arrays_of("x/b", 3), **arrays_of("x/a"), **statistics}
    model = sequential("m", inner)
    path = write(tmp_path / "model.h5", model, {"inner": {name: known[name] for name in order}})
    conversion = saved.convert(path)
    assert [weights.place for weights in conversion.weights] == [
        f"model_config.config.layers[0].config.layers[{index}].config" for index in (0, 2)
    ]
    assert [weights.arrays[0].name for weights in conversion.weights] == ["x/a/kernel:0", "x/b/kernel:0"]


def test_names_with_numbers_and_a_model_without_a_name(tmp_path: Path) -> None:
    """Before Keras 2.2.3, the config of a Sequential model was a list, and TensorFlow numbers equal names."""
    inner = {"class_name": "Sequential", "config": [lstm("lstm_1")]}
    model = {"class_name": "Sequential", "config": [dense("d"), inner]}
    groups = {
        "d": {"d_1/kernel:0": np.ones((1, 1)), "d_1/bias:0": np.ones(1)},
        "sequential_1": arrays_of("lstm_1_2"),
    }
    new = changed(write(tmp_path / "model.h5", model, groups), tmp_path)
    assert len(new) == 3
    assert all(name.startswith("model_weights/sequential_1/lstm_1_2/") for name in new)


def test_a_shared_layer_changes_once(tmp_path: Path) -> None:
    calls = [[["x", 0, 0, {}]], [["y", 0, 0, {}]]]
    inputs = [
        {
            "class_name": "InputLayer",
            "name": n,
            "config": {"name": n, "batch_input_shape": [None, 3, 1]},
            "inbound_nodes": [],
        }
        for n in ("x", "y")
    ]
    shared = {**lstm("s"), "name": "s", "inbound_nodes": calls}
    config = {
        "name": "m",
        "layers": [*inputs, shared],
        "input_layers": [["x", 0, 0], ["y", 0, 0]],
        "output_layers": [["s", 0, 0], ["s", 1, 0]],
    }
    model = {"class_name": "Model", "config": config}
    new = changed(write(tmp_path / "model.h5", model, {"x": {}, "y": {}, "s": arrays_of("s")}), tmp_path)
    assert len(new) == 3
    assert all((array == GATES).all() for array in new.values())


def test_two_activations_of_one_layer(tmp_path: Path) -> None:
    gru = {**lstm("g", activation="hard_sigmoid"), "class_name": "GRU"}
    new = changed(write(tmp_path / "model.h5", sequential("m", gru), {"g": arrays_of("g", columns=6)}), tmp_path)
    assert len(new) == 3
    assert all(np.allclose(array, 1.2) for array in new.values())


def test_weights_are_kept_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "model.h5", sequential("m", lstm("a")), {"a": arrays_of("a")})
    assert changed(path, tmp_path, keep_weights=True) == {}
    assert convert("--keep-weights", "--no-verify", path) == 0
    assert "a program that loads the result has to import tf_initcompat" in capsys.readouterr().out
    with h5py.File(tmp_path / "model.converted.h5") as file:
        assert "tf_initcompat>legacy_hard_sigmoid" in file.attrs["model_config"]


def test_the_output_names_the_weights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "model.h5", sequential("m", lstm("a")), {"a": arrays_of("a")})
    assert convert("--no-verify", path) == 0
    assert (
        "model.h5: model_config.config.layers[0].config: weights multiplied by 1.2 in the columns of the gates i, f "
        "and o: a/kernel:0, a/recurrent_kernel:0, a/bias:0\n"
    ) in capsys.readouterr().out


SCALE = {"class_name": "my>Scale", "config": {"name": "s", "trainable": True}}
#: Models whose weights cannot be told apart, with a part of the message.
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Arrays], str]] = {
    "user's layer": (sequential("m", sequential("i", SCALE, lstm("a"))), {"i": arrays_of("a")}, "with unknown weights"),
    "other number": (sequential("m", lstm("a", use_bias=False)), {"a": arrays_of("a")}, "has others than Keras writes"),
    "other role": (
        sequential("m", lstm("a")),
        {"a": {**arrays_of("a"), "a/gamma:0": np.ones(8)}},
        "has others than Keras writes",
    ),
    "other layer": (sequential("m", lstm("a")), {"b": arrays_of("b")}, "no weights of the layer 'a'"),
    "no name": (
        {"class_name": "Sequential", "config": [{"class_name": "Sequential", "config": [lstm("a")]}]},
        {"a": arrays_of("a"), "b": {}},
        "its model has no name",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_weights_that_cannot_be_told_apart(name: str, tmp_path: Path) -> None:
    model, groups, message = REFUSED[name]
    path = write(tmp_path / "model.h5", model, groups)
    with pytest.raises(saved.FileError, match=f"{message}.*; pass --keep-weights"):
        saved.convert(path)
    assert saved.convert(path, keep_weights=True).weights == ()


def test_a_shape_that_keras_does_not_write(tmp_path: Path) -> None:
    path = write(tmp_path / "model.h5", sequential("m", lstm("a")), {"a": arrays_of("a", columns=7)})
    with pytest.raises(saved.FileError, match=r"the shape of its kernel is \(1, 7\)"):
        saved.convert(path).write(tmp_path / "new.h5")
    assert not (tmp_path / "new.h5").exists()


@pytest.mark.parametrize("units", [3, 5])
@pytest.mark.parametrize("gates", [3, 4])
def test_a_weight_is_scaled_by_blocks(gates: int, units: int) -> None:
    scale = scaled_blocks("kernel", 2.0, (0, gates - 1), gates).function
    assert scale
    (row,) = scale([np.ones((1, gates * units))]).tolist()
    assert row == [2.0] * units + [1.0] * units * (gates - 2) + [2.0] * units


def test_memory_is_that_of_the_largest_weight(tmp_path: Path) -> None:
    layers = [dense(f"d{number}", activation="hard_sigmoid", use_bias=False) for number in range(16)]
    groups = {layer["config"]["name"]: {"kernel:0": np.ones((512, 512), "float32")} for layer in layers}
    conversion = saved.convert(write(tmp_path / "model.h5", sequential("m", *layers), groups))
    assert len(conversion.weights) == 16
    tracemalloc.start()
    conversion.write(tmp_path / "new.h5")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 2**20, "one weight has 1 MiB, all of them 16 MiB"


@pytest.mark.parametrize(("name", "first", "last"), [("cudnn_lstm", "LSTM", (12,)), ("cudnn_gru", "GRU", (2, 9))])
def test_weights_of_cudnn_are_relaid(name: str, first: str, last: tuple[int, ...], tmp_path: Path) -> None:
    with tarfile.open(FILES / "keras-2.2.4.tar.xz") as archive:
        archive.extract(f"{name}.h5", tmp_path, filter="data")
    conversion = saved.convert(tmp_path / f"{name}.h5")
    conversion.write(tmp_path / "new.h5")
    new = read(tmp_path / "new.h5")
    assert [new[key].shape for key in new if key.endswith("bias:0")] == [last]
    assert f"for {first}" in str(conversion.weights[0])
