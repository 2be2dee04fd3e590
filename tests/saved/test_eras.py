"""Models of real old versions of Keras, converted and loaded by the installed Keras.

`eras/make.py` made them. The predictions are compared with those of the version that saved the model.
"""

import functools
import io
import json
import tarfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import tensorflow as tf
from saved.eras.make import FILES, MAKERS
from saved.samples import IGNORED_WARNINGS

from tf_initcompat import saved
from tf_initcompat.saved.loading import installed

keras = tf.keras
pytestmark = [
    pytest.mark.filterwarnings(IGNORED_WARNINGS),
    pytest.mark.skipif(
        installed.target().version != "3.15", reason="the models are loaded by the newest Keras only; it takes minutes"
    ),
]
#: Makers whose models the converter handles. It does not know the layers of Keras 1.
READ: Final = tuple(maker for maker in MAKERS if maker != "keras-1.2.2")
#: Differences that the converter reports, by the name of the model: they are not as their makers'.
REPORTED: Final = {
    "locally_connected1d": "missing-layer",
    "locally_connected2d": "missing-layer",
}
#: Models that do not load, or predict something else, without a report of the converter, with their makers.
NOT_REPORTED: Final = {
    "batch_normalization_renorm": ("tf-1.4.1", "tf-1.8.0"),  # their configs do not say it
    "conv3d_transpose": ("tf-1.4.1",),  # it computed Conv3D, a fault of that version
    "contrib_closures": ("tf-1.4.1", "tf-1.8.0", "tf-1.12.3", "tf-1.13.2", "tf-1.15.5"),
    "lambda_layer": READ,
    "up_sampling2d_bilinear": ("keras-2.2.4", "keras-2.3.1", "tf-1.13.2"),
}
#: Models that their own version of Keras does not load either.
NEVER_LOADED: Final = {"nested": ("tf-2.6.5", "tf-2.10.1", "tf-2.15.1")}


@functools.cache
def files(maker: str) -> dict[str, bytes]:
    """Return the files of an archive by name."""
    with tarfile.open(FILES / f"{maker}.tar.xz") as archive:
        members = [member for member in archive if member.isfile()]
        return {member.name: archive.extractfile(member).read() for member in members}  # type: ignore[union-attr]


@functools.cache
def arrays(maker: str) -> dict[str, np.ndarray[Any, Any]]:
    """Return the inputs and predictions of a maker."""
    with np.load(io.BytesIO(files(maker)["arrays.npz"])) as loaded:
        return dict(loaded)


def of(maker: str, name: str, what: str) -> list[np.ndarray[Any, Any]]:
    """Return the inputs, or the predictions, of a model."""
    return [array for key, array in arrays(maker).items() if key.startswith(f"{name}/{what}/")]


def made(maker: str) -> dict[str, Any]:
    """Return the versions and models of a maker."""
    record: dict[str, Any] = json.loads(files(maker)["made.json"])
    return record


def reported(name: str) -> str:
    """Return the name of the difference that the converter reports; "" if there is none."""
    return REPORTED.get(name, "")


def is_wrong(maker: str, name: str) -> bool:
    """Return whether a model is known not to load or to predict something else, without a report."""
    return maker in NOT_REPORTED.get(name, ()) or maker in NEVER_LOADED.get(name, ())


def difference(maker: str, name: str, folder: Path) -> float:
    """Return the largest difference between a converted model's predictions and those of its maker."""
    source, target = folder / f"{name}.h5", folder / f"new.{name}.h5"
    source.write_bytes(files(maker)[f"{name}.h5"])
    conversion = saved.convert(source)
    conversion.write(target)
    assert [each.rule.name for each in conversion.differences] == [reported(name)] * bool(reported(name))
    keras.backend.clear_session()
    inputs = of(maker, name, "input")
    outputs = tf.nest.flatten(keras.models.load_model(target)(inputs if len(inputs) > 1 else inputs[0], training=False))
    expected = of(maker, name, "output")
    assert [tuple(output.shape) for output in outputs] == [array.shape for array in expected]
    return max(float(np.abs(np.asarray(new) - old).max()) for new, old in zip(outputs, expected, strict=True))


MODELS: Final = [(maker, name) for maker in READ for name in made(maker)["forms"]]


@pytest.mark.parametrize("maker", MAKERS)
def test_every_maker_has_thirty_models(maker: str) -> None:
    forms = made(maker)["forms"]
    assert len(forms) >= 30
    assert all(f"{name}.h5" in files(maker) and of(maker, name, "output") for name in forms)


@pytest.mark.parametrize(("maker", "name"), [each for each in MODELS if not reported(each[1]) and not is_wrong(*each)])
def test_predictions_are_those_of_the_maker(maker: str, name: str, tmp_path: Path) -> None:
    assert difference(maker, name, tmp_path) < 1e-5


@pytest.mark.parametrize(("maker", "name"), [each for each in MODELS if reported(each[1]) or is_wrong(*each)])
def test_known_differences(maker: str, name: str, tmp_path: Path) -> None:
    try:
        found = difference(maker, name, tmp_path)
    except (AssertionError, KeyError, TypeError, ValueError):
        return  # Keras does not load it, or the outputs have another shape
    assert found > 1e-4


def test_the_layers_of_keras_1_are_not_known(tmp_path: Path) -> None:
    path = tmp_path / "dense.h5"
    path.write_bytes(files("keras-1.2.2")["dense.h5"])
    with pytest.raises(TypeError, match="output_dim"):
        saved.load_model(path)
