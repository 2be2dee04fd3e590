"""Files of Keras 3 for Keras 2: 91 models that Keras 3.15.1 saved, loaded by a real Keras 2."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from saved.eras import archives
from saved.eras.make import KERAS_3
from saved.samples import IGNORED_WARNINGS

from tf_initcompat import saved
from tf_initcompat.saved.loading import installed

pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)

MAKER = KERAS_3[0]
MODELS = archives.made(MAKER)["models"]
#: What is reported of the other models, by name.
REPORTED = {
    "activations": {"hard-sigmoid-of-keras-3"},
    "dense_hard_sigmoid": {"hard-sigmoid-of-keras-3"},
    "squeeze_and_excitation": {"hard-sigmoid-of-keras-3"},
    "embedding": {"missing-layer-of-keras-2", "call-of-keras-3"},
    "masking": {"missing-layer-of-keras-2", "call-of-keras-3"},
    "rms_scaling": {"missing-layer-of-keras-2"},
    "lambda_layer": {"lambda-of-keras-3"},
}
#: Models that load in other forms and not from an archive.
NOT_IN_ARCHIVES = {"attention": {"attention-in-archive"}, "nested": set[str]()}
#: Half precision has 11 bits.
TOLERANCES = {"mixed_precision": 2**-10}
ON_KERAS_2 = pytest.mark.skipif(
    installed.target().is_keras_3, reason="Keras 3 is installed, which loads no files for Keras 2"
)


def source(name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(archives.files(MAKER)[name])
    return path


def converted(name: str, folder: Path) -> tuple[saved.Conversion, Path]:
    """Convert a file for Keras 2."""
    conversion = saved.convert(source(name, folder), target_keras="2")
    target = folder / f"new.{name}"
    conversion.write(target)
    return conversion, target


def difference(model: Any, name: str) -> float:
    """Return the largest difference of the predictions from those of Keras 3."""
    inputs, expected = archives.inputs(MAKER, name), archives.predictions(MAKER, name)
    outputs = tf.nest.flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    return max(
        float(np.abs(np.asarray(new).astype("float64") - old).max()) for new, old in zip(outputs, expected, strict=True)
    )


@pytest.mark.parametrize("name", MODELS)
def test_everything_else_is_reported(name: str, tmp_path: Path) -> None:
    for suffix in (".h5", ".json", ".keras"):
        conversion = saved.convert(source(f"{name}{suffix}", tmp_path), target_keras="2")
        possible = REPORTED.get(name, set()) | (NOT_IN_ARCHIVES.get(name, set()) if suffix == ".keras" else set())
        certain = {each.rule.name for each in conversion.differences if each.rule.effect.is_certain}
        assert certain <= possible
        assert bool(certain) == bool(possible)


@ON_KERAS_2
@pytest.mark.parametrize("suffix", [".h5", ".keras"])
@pytest.mark.parametrize("name", [name for name in MODELS if name not in REPORTED])
def test_predictions_are_those_of_keras_3(name: str, suffix: str, tmp_path: Path) -> None:
    if suffix == ".keras" and name in NOT_IN_ARCHIVES:
        pytest.skip("the weights of this model are at another place in the archive")
    _, path = converted(f"{name}{suffix}", tmp_path)
    assert difference(tf.keras.models.load_model(path), name) < TOLERANCES.get(name, 1e-5)


@ON_KERAS_2
@pytest.mark.parametrize("name", ["attention", "keyword_arguments", "nested", "several_outputs", "lstm", "conv2d"])
def test_json(name: str, tmp_path: Path) -> None:
    _, path = converted(f"{name}.json", tmp_path)
    model = tf.keras.models.model_from_json(path.read_text())
    model.load_weights(source(f"{name}.h5", tmp_path))
    assert difference(model, name) < 1e-5


def test_the_training_configuration_is_left_out(tmp_path: Path) -> None:
    conversion, path = converted("optimizer_adam.h5", tmp_path)
    assert any("without the training configuration" in note for note in conversion.notes)
    if not installed.target().is_keras_3:
        assert tf.keras.models.load_model(path).optimizer is None


def test_a_file_for_keras_2_changes_no_more(tmp_path: Path) -> None:
    """The predictions are the same after a second conversion, which finds nothing."""
    _, path = converted("several_outputs.json", tmp_path)
    assert saved.convert(path, target_keras="2").changes == ()
