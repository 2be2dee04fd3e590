"""Layers that few programs used, saved by real old versions of Keras, converted and loaded by the installed Keras."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from saved.eras import archives
from saved.eras.measure import TOLERANCE
from saved.samples import IGNORED_WARNINGS

from tf_initcompat import saved
from tf_initcompat.saved.loading import installed

pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)

MAKERS = ("keras-1.2.2", "keras-2.2.4", "keras-2.3.1", "tf-1.13.2", "tf-2.15.1")
MODELS = [
    (maker, f"{name}{suffix}")
    for maker in MAKERS
    for name, suffixes in archives.made(f"rare-{maker}")["forms"].items()
    for suffix in suffixes
]


def source(maker: str, name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(archives.files(f"rare-{maker}")[name])
    return path


def difference(model: object, maker: str, name: str) -> float:
    """Return the largest difference between the predictions of a model and those of the maker."""
    stem = name.partition(".")[0]
    inputs = archives.inputs(f"rare-{maker}", stem)
    (expected,) = archives.predictions(f"rare-{maker}", stem)
    output = np.asarray(model(inputs if len(inputs) > 1 else inputs[0], training=False))  # type: ignore[operator]
    assert output.shape == expected.shape
    return float(np.abs(output - expected).max())


@pytest.mark.parametrize("to", ["native", "shim"])
@pytest.mark.parametrize(("maker", "name"), MODELS)
def test_predictions_are_those_of_the_maker(maker: str, name: str, to: str, tmp_path: Path) -> None:
    target = installed.target()
    conversion = saved.convert(
        source(maker, name, tmp_path),
        to=to,  # type: ignore[arg-type]
        target_keras=target.version,
        unsaved_interpolation="bilinear",
    )
    if maker == "keras-1.2.2" and not target.is_keras_3:
        assert conversion.is_known_to_fail
        return
    new = tmp_path / f"new.{name}"
    conversion.write(new)
    model = tf.keras.models.load_model(new, compile=False)
    if conversion.differences:
        assert [each.rule.name for each in conversion.differences] == ["channels-taken-for-columns"]
        assert target.version == "3.0"
        return
    assert difference(model, maker, name) < TOLERANCE
