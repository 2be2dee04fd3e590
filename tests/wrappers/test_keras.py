"""Wrappers in Keras models: training, the three saved formats, cloning, lookup, other backends."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf

KERAS_3 = hasattr(tf.keras, "random")
#: Initializers with which the layers below can be trained.
KERNELS = [
    name
    for name in legacy.INITIALIZERS
    if name not in ("ones_initializer", "constant_initializer") and not legacy.row(name).kernel_ranks
]


def model(initializer: Any) -> Any:
    """Return a small model whose layers share the initializer."""
    ones = legacy.mirrored("ones_initializer")
    return tf.keras.Sequential(
        [
            tf.keras.layers.Input((4,)),
            tf.keras.layers.Dense(4, activation="relu", kernel_initializer=initializer),
            tf.keras.layers.Dense(4, kernel_initializer=initializer, bias_initializer=ones),
        ]
    )


def kernels(network: Any) -> list[Any]:
    return [np.asarray(layer.kernel) for layer in network.layers if hasattr(layer, "kernel")]


def initializers(network: Any) -> list[Any]:
    return [layer.kernel_initializer for layer in network.layers if hasattr(layer, "kernel")]


def train(network: Any) -> None:
    network.compile(optimizer=tf.keras.optimizers.SGD(0.01), loss=tf.keras.losses.MeanSquaredError())
    values = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
    network.fit(values, values, verbose=0)


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_model_trains_saves_loads_and_clones(name: str, ending: str, tmp_path: Path) -> None:
    original = model(legacy.mirrored(name)(**({"seed": 3} if name in legacy.RANDOM else {})))
    assert legacy.same(*kernels(original)) == (name not in legacy.RANDOM)
    train(original)
    original.save(tmp_path / f"model{ending}")
    loaded = tf.keras.models.load_model(tmp_path / f"model{ending}")
    assert all(map(legacy.same, kernels(loaded), kernels(original)))
    for first, second in zip(initializers(loaded), initializers(original), strict=True):
        if KERAS_3 or ending == ".keras":
            assert type(first) is type(second)
            assert first.get_config() == second.get_config()
        else:  # Keras 2 finds the bare class name in .h5 files, and prefers its own class of that name
            assert type(first).__name__ == type(second).__name__
    clone = tf.keras.models.clone_model(original)
    assert [type(initializer) for initializer in initializers(clone)] == [type(i) for i in initializers(original)]
    train(loaded)


@pytest.mark.parametrize("name", ["keras.initializers.he_uniform", "contrib.layers.xavier_initializer"])
def test_saved_model_gives_the_same_predictions(name: str, tmp_path: Path) -> None:
    original = model(legacy.mirrored(name)())
    values = np.ones((2, 4), np.float32)
    if KERAS_3:
        original.export(tmp_path / "saved")
        restored = tf.saved_model.load(tmp_path / "saved")
        loaded = restored.serve(values)
    else:
        original.save(tmp_path / "saved", save_format="tf")
        loaded = tf.keras.models.load_model(tmp_path / "saved")(values)
    np.testing.assert_allclose(loaded, original(values), rtol=1e-6)


LOOKUPS = pytest.mark.parametrize(
    "lookup", [tf.keras.initializers, legacy.mirrored("keras.initializers")], ids=["tf.keras", "tf_initcompat.keras"]
)


@LOOKUPS
@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_lookup_round_trip(name: str, lookup: Any) -> None:
    initializer = legacy.mirrored(name)()
    again = lookup.deserialize(lookup.serialize(initializer))
    assert type(again) is type(initializer)
    assert again.get_config() == initializer.get_config()
    assert lookup.get(initializer) is initializer
    assert type(lookup.get(lookup.serialize(initializer))) is type(initializer)


@LOOKUPS
@pytest.mark.parametrize("name", legacy.CLASSES)
def test_lookup_of_a_class_makes_an_instance(name: str, lookup: Any) -> None:
    assert type(lookup.get(legacy.mirrored(name))) is legacy.mirrored(name)


@pytest.mark.parametrize(
    "name", ["he_uniform", "glorot_normal", "zeros", "Orthogonal", "VarianceScaling", "normal", "one", "HeNormalV2"]
)
def test_names_mean_native_initializers_under_v2_behavior(name: str) -> None:
    lookup, real = legacy.mirrored("keras.initializers"), legacy.namespace("keras.initializers")
    mirrored = type(lookup.get(name))
    assert mirrored.__name__.removesuffix("Initializer") == type(real.get(name)).__name__
    assert mirrored.__module__.startswith(tf.keras.initializers.HeUniform.__module__.rpartition(".")[0])


@pytest.mark.parametrize("find", [legacy.real, legacy.mirrored])
def test_lookup_of_nothing_and_of_bad_identifiers(find: Any) -> None:
    assert find("keras.initializers.get")(None) is None
    assert find("keras.initializers.serialize")(None) is None
    with pytest.raises(ValueError, match="Could not interpret initializer identifier: 3"):
        find("keras.initializers.get")(3)


@pytest.mark.parametrize("name", ["he_normal", "RandomUniform", "Constant"])
def test_legacy_format_round_trip(name: str) -> None:
    lookup = legacy.mirrored("keras.initializers")
    initializer = getattr(lookup, name)()
    config = lookup.serialize(initializer, use_legacy_format=True)
    assert config["config"] == initializer.get_config()
    assert type(lookup.deserialize(config, use_legacy_format=True)) is type(initializer)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("order", ["tf_initcompat, tensorflow", "tensorflow, tf_initcompat"])
def test_a_fresh_process_loads(ending: str, order: str, tmp_path: Path) -> None:
    # A subprocess, because this one has registered the classes. contrib's class exists in no Keras.
    path = tmp_path / f"model{ending}"
    model(legacy.mirrored("contrib.layers.variance_scaling_initializer")(factor=1.5)).save(path)
    program = (
        f"import json, sys\nimport {order}\nimport tensorflow as tf\n"
        "model = tf.keras.models.load_model(sys.argv[1])\n"
        "print(json.dumps(model.layers[-1].kernel_initializer.get_config()))"
    )
    run = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["factor"] == 1.5


@pytest.mark.skipif(not KERAS_3, reason="Keras 2 has only the TensorFlow backend")
def test_another_backend_gets_a_clear_error() -> None:
    pytest.importorskip("jax", reason="Keras' NumPy backend imports jax, which is not installed")
    # A subprocess, because Keras chooses its backend when it is imported.
    program = (
        "import tf_initcompat\n"
        "try:\n    tf_initcompat.initializers.he_normal()((2, 3))\n"
        "except RuntimeError as error:\n    print(error)"
    )
    environment = {**os.environ, "KERAS_BACKEND": "numpy"}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)
    assert "Keras runs on the 'numpy' backend" in run.stdout, run.stderr
    assert "KERAS_BACKEND=tensorflow" in run.stdout


def test_layers_with_several_initializers() -> None:
    initializer = legacy.mirrored("keras.initializers.he_uniform")()
    layers = tf.keras.layers
    inputs = layers.Input((5, 4))
    outputs = layers.Bidirectional(layers.LSTM(3, kernel_initializer=initializer, recurrent_initializer="orthogonal"))(
        layers.MultiHeadAttention(2, 2, kernel_initializer=initializer)(inputs, inputs)
    )
    network = tf.keras.Model(inputs, outputs)
    weights = [np.asarray(weight) for weight in network.weights if len(weight.shape) > 1]
    weights = [weight for weight in weights if np.ptp(weight) > 0]  # attention has biases of rank 2
    assert len(weights) == 8
    for first, second in itertools.combinations(weights, 2):
        assert not legacy.same(first, second)
    tf.keras.Model.from_config(network.get_config())


def through_file(model: Any, folder: Path) -> Any:
    """Return a model that was saved and loaded."""
    model.save(folder / "model.keras")
    return tf.keras.models.load_model(folder / "model.keras")


def through_json(model: Any, folder: Path) -> Any:
    """Return a model that was made from the JSON text of another."""
    return tf.keras.models.model_from_json(model.to_json())


@pytest.mark.parametrize("copy", [through_file, through_json])
@pytest.mark.parametrize("value", [1.5, [1.0, 2.0, 3.0, 4.0], np.arange(4.0), np.float32(2)], ids=repr)
def test_constant_values_are_saved(value: Any, copy: Callable[[Any, Path], Any], tmp_path: Path) -> None:
    inputs = tf.keras.layers.Input((4,))
    constant = legacy.mirrored("keras.initializers.Constant")(value)
    original = tf.keras.Model(inputs, tf.keras.layers.Dense(4, bias_initializer=constant)(inputs))
    np.testing.assert_array_equal(copy(original, tmp_path).layers[-1].bias, original.layers[-1].bias)
