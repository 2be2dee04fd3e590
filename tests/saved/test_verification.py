"""The verification of converted files by the installed Keras."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tensorflow as tf
from saved import make_fixtures
from saved.eras import archives
from saved.samples import extract

from tf_initcompat import cli, saved
from tf_initcompat.saved.loading import comparison, installed, verification, verification_process
from tf_initcompat.saved.loading.verification import Observation, Outcome
from tf_initcompat.saved.targets import TARGETS, TargetName

TARGET = installed.target().version
#: Keras 3.0.0 ignores `custom_objects` for .h5, so that it does not load the original.
OUTCOME = Outcome.SAME_AS_UPGRADED if TARGET == "3.0" else Outcome.SAME


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A model with weights, and the converted one."""
    original, converted = extract("outputs_in_dict.h5", tmp_path), tmp_path / "new.h5"
    saved.convert(original, target_keras=TARGET).write(converted)
    return original, converted


def observe(
    original: Path, converted: Path, capsys: pytest.CaptureFixture[str], interpolation: str = ""
) -> Observation:
    """Return what the process observes, without starting it."""
    verification_process.main(str(original), str(converted), TARGET, interpolation)
    (observation,) = verification.deserialize(capsys.readouterr().out.strip().rpartition("\n")[2])
    return observation


def test_original(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert observe(*files, capsys).outcome is OUTCOME


def test_same_predictions(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    _, converted = files
    observation = observe(converted, converted, capsys)
    assert observation == Observation(Outcome.SAME, "0")
    assert str(observation).startswith("loads, and predicts as the original does in this Keras")


def test_different_predictions(files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, converted = files
    other = tmp_path / "other.h5"
    other.write_bytes(converted.read_bytes())
    kernels: list[Any] = []

    def visit(name: str, item: Any) -> None:
        if name.endswith("kernel:0"):
            kernels.append(item)

    with h5py.File(other, "r+") as file:
        file["model_weights"].visititems(visit)
        kernels[0][...] = 7.0
    observation = observe(other, converted, capsys)
    assert observation.outcome is Outcome.DIFFERENT
    assert not verification.is_passed([observation])
    assert "PREDICTS DIFFERENTLY" in str(observation)


def test_training_configuration_that_does_not_load(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _, converted = files
    with h5py.File(converted, "r+") as file:
        file.attrs["training_config"] = json.dumps({"optimizer_config": {"class_name": "None", "config": {}}})
    verification_process.main(str(converted), str(converted), TARGET)
    observations = verification.deserialize(capsys.readouterr().out.strip().rpartition("\n")[2])
    # Keras 3.0.0 compiles every .h5 file.
    expected = [Outcome.FAILS] if TARGET == "3.0" else [Outcome.TRAINING_FAILS, Outcome.SAME]
    assert [observation.outcome for observation in observations] == expected
    assert not verification.is_passed(observations)


def test_damaged_result(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    original, converted = files
    converted.write_bytes(converted.read_bytes()[:3000])
    assert observe(original, converted, capsys).outcome is Outcome.FAILS


@pytest.mark.parametrize("target", TARGETS)
def test_other_keras(target: TargetName, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    _, converted = files
    verification_process.main(str(converted), str(converted), target)
    (observation,) = verification.deserialize(capsys.readouterr().out.strip().rpartition("\n")[2])
    is_loaded = TARGETS[target].is_keras_3 is TARGETS[TARGET].is_keras_3
    assert observation.outcome is (Outcome.SAME if is_loaded else Outcome.OTHER_KERAS)
    assert verification.is_passed([observation])


def test_a_process_that_fails(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    original, converted = files
    conversion = saved.convert(original, target_keras=TARGET)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    (observation,) = verification.verify(conversion, converted, original)
    assert observation == Observation(Outcome.PROCESS_FAILS, "exit status 1")


def test_command_verifies_in_a_fresh_process(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original, _ = files
    assert importlib.util.find_spec("tensorflow") is not None  # then the command verifies by default
    assert cli.main(["convert", "--target-keras", TARGET, str(original)]) == 0
    message = OUTCOME.message.partition("{")[0]
    assert f"{tmp_path / 'outputs_in_dict.converted.h5'}: {message}" in capsys.readouterr().out


def test_command_does_not_load_a_users_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_fixtures.FIXTURES / "tf-2.15-graph" / "nested.json"
    assert cli.main(["convert", "--target-keras", TARGET, str(path), str(tmp_path / "new.json")]) == 1
    assert "Scale is not among the classes of Keras that are loaded here" in capsys.readouterr().out


def cropped() -> list[Any]:
    return [tf.keras.layers.Input((None, 2)), tf.keras.layers.Cropping1D(5000), tf.keras.layers.Conv1D(3, 2)]


def pooled() -> list[Any]:
    pool = tf.keras.layers.MaxPooling2D(16)
    return [tf.keras.layers.Input((None, None, 2)), pool, tf.keras.layers.Conv2D(2, 2)]


def stateful() -> list[Any]:
    return [tf.keras.layers.Input((3, 4), batch_size=5), tf.keras.layers.SimpleRNN(2, stateful=True)]


def of_integers() -> list[Any]:
    return [tf.keras.layers.Input((3,), dtype="int32"), tf.keras.layers.Embedding(4, 2)]


def no_numbers() -> list[Any]:
    undefined = tf.keras.initializers.Constant(float("nan"))
    return [tf.keras.layers.Input((3,)), tf.keras.layers.Dense(2, kernel_initializer=undefined)]


@pytest.mark.parametrize("layers", [cropped, pooled, stateful, of_integers, no_numbers])
def test_inputs_that_the_model_takes(layers: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.h5"
    tf.keras.Sequential(layers()).save(path)
    assert observe(path, path, capsys) == Observation(Outcome.SAME, "0")


def test_the_smallest_size_is_taken() -> None:
    inputs, (output,) = comparison.first_prediction(tf.keras.Sequential(pooled()))
    assert [array.shape for array in inputs] == [(2, 32, 32, 2)]
    assert output.shape == (2, 1, 1, 2)


def test_a_model_that_takes_no_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.h5"
    crop = tf.keras.layers.Cropping1D(40_000)
    tf.keras.Sequential([tf.keras.layers.Input((None, 2)), crop]).save(path)
    assert observe(path, path, capsys).outcome is Outcome.PREDICTION_FAILS


def from_era(maker: str, name: str, folder: Path) -> Path:
    path = folder / f"{name}.h5"
    path.write_bytes(archives.files(maker)[path.name])
    return path


#: Models that this Keras, or any, reads as something else than the version that made them.
ERAS: list[tuple[str, str, Any, Outcome]] = [
    ("rare-keras-2.2.4", "up_sampling_3_2", None, Outcome.SAME_AS_UPGRADED),
    ("rare-keras-2.2.4", "up_sampling_8_8", None, Outcome.SAME_AS_UPGRADED),
    ("rare-tf-1.13.2", "up_sampling_3_2", "bilinear", Outcome.SAME_AS_UPGRADED),
    ("rare-tf-1.13.2", "up_sampling_3_2", None, Outcome.SAME),
]
if installed.target().is_keras_3:
    ERAS += [
        ("keras-2.2.4", "lstm", None, Outcome.SAME_AS_UPGRADED),
        ("keras-1.2.2", "lstm", None, Outcome.SAME_AS_UPGRADED),
        ("keras-1.2.2", "deconvolution2d", None, Outcome.SAME_AS_UPGRADED),
        ("keras-2.2.4", "cudnn_gru", None, Outcome.SAME_AS_UPGRADED),
        ("rare-keras-1.2.2", "merged_branches", None, Outcome.SAME_AS_UPGRADED),
    ]


@pytest.mark.parametrize(("maker", "name", "interpolation", "outcome"), ERAS)
def test_originals_of_old_versions(
    maker: str, name: str, interpolation: Any, outcome: Outcome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original, new = from_era(maker, name, tmp_path), tmp_path / "new.h5"
    conversion = saved.convert(original, target_keras=TARGET, unsaved_interpolation=interpolation)
    conversion.write(new)
    observation = observe(original, new, capsys, interpolation or "")
    assert observation.outcome is outcome
    assert float(observation.detail) <= 1e-5
    with h5py.File(new, "r+") as file:  # what changed afterwards is found
        names = [weight for weight in _weights(file) if weight.endswith(("bias:0", "_b:0"))]
        for weight in names:
            file[weight][...] = np.asarray(file[weight]) + 0.01
    if names:
        observation = observe(original, new, capsys, interpolation or "")
        assert not verification.is_passed([observation])
        assert "PREDICTS DIFFERENTLY" in str(observation)


def _weights(file: Any) -> list[str]:
    found: list[str] = []
    file.visititems(lambda name, item: found.append(name) if hasattr(item, "dtype") else None)
    return found


def test_the_process_knows_the_interpolation(tmp_path: Path) -> None:
    original, new = from_era("rare-tf-1.13.2", "up_sampling_3_2", tmp_path), tmp_path / "new.h5"
    conversion = saved.convert(original, target_keras=TARGET, unsaved_interpolation="bilinear")
    conversion.write(new)
    assert verification.verify(conversion, new, original) == [Observation(Outcome.SAME_AS_UPGRADED, "0")]


@pytest.mark.parametrize(
    ("expected", "predicted", "difference"),
    [
        ([1.0, 2.0], [1.0, 2.5], 0.25),
        ([float("nan"), float("inf")], [float("nan"), float("inf")], 0.0),
        ([float("nan"), 1.0], [2.0, 1.0], float("inf")),
        ([float("inf"), 4.0], [float("inf"), 3.0], 0.25),
        ([float("inf")], [-float("inf")], float("inf")),
        ([0.0], [0.0, 0.0], float("inf")),
    ],
)
def test_difference(expected: list[float], predicted: list[float], difference: float) -> None:
    assert comparison.difference([np.array(predicted)], [np.array(expected)]) == difference


@pytest.mark.parametrize(
    ("slope", "found", "least", "most"),
    [
        (1.0, 5e-5, 1e-5, 1e-5),  # rounding moves the output by 1.2e-7 at most
        (1e3, 5e-5, 1e-4, 1e-3),  # by 1.2e-4
        (1e6, 5e-5, 1e-3, 1e-3),  # the maximum
        (1e3, 0.01, 1e-5, 1e-5),  # no model explains 1 %
    ],
)
def test_tolerance_is_that_of_rounding_the_inputs(slope: float, found: float, least: float, most: float) -> None:
    def model(inputs: Any, training: bool) -> Any:
        return tf.sin(slope * tf.constant(inputs))

    inputs = [np.linspace(0.5, 1.0, 100, dtype="float32")]
    expected = comparison.predict(model, inputs)
    assert least <= comparison.tolerance(model, inputs, expected, found) <= most
