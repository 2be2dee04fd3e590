"""The verification of converted files by the installed Keras."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import h5py
import pytest
from saved import make_fixtures
from saved.samples import extract

from tf_initcompat import cli, saved
from tf_initcompat.saved.loading import installed, verification, verification_process
from tf_initcompat.saved.loading.verification import Observation, Outcome
from tf_initcompat.saved.targets import TARGETS, TargetName

TARGET = installed.target().version
#: Keras 3.0.0 ignores `custom_objects` for .h5, so that it does not load the original.
OUTCOME = Outcome.ORIGINAL_FAILS if TARGET == "3.0" else Outcome.SAME


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A model with weights, and the converted one."""
    original, converted = extract("outputs_in_dict.h5", tmp_path), tmp_path / "new.h5"
    saved.convert(original, target_keras=TARGET).write(converted)
    return original, converted


def observe(original: Path, converted: Path, capsys: pytest.CaptureFixture[str]) -> Observation:
    """Return what the process observes, without starting it."""
    verification_process.main(str(original), str(converted), TARGET)
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
