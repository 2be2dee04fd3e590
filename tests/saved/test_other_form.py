"""Archives that become HDF5 files. The other direction is tested with the models of old versions."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from saved.eras import archives
from saved.eras.make import KERAS_3
from saved.samples import ARCHIVE, IGNORED_WARNINGS, convert

from tf_initcompat import saved
from tf_initcompat.saved.loading import installed

pytestmark = [
    pytest.mark.filterwarnings(IGNORED_WARNINGS),
    pytest.mark.skipif(installed.target().version != "3.15", reason="the archives are of Keras 3.15"),
]


@pytest.mark.parametrize("name", ["lstm", "bidirectional_lstm", "conv2d", "optimizer_adam"])
def test_archive_becomes_hdf5(name: str, tmp_path: Path) -> None:
    (tmp_path / "old.keras").write_bytes(archives.files(KERAS_3[0])[f"{name}.keras"])
    saved.convert(tmp_path / "old.keras").write(tmp_path / "new.h5")
    inputs, expected = archives.inputs(KERAS_3[0], name), archives.predictions(KERAS_3[0], name)
    model = tf.keras.models.load_model(tmp_path / "new.h5", compile=False)
    outputs = tf.nest.flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    assert max(np.abs(np.asarray(new) - old).max() for new, old in zip(outputs, expected, strict=True)) < 1e-6


def test_legacy_initializers_are_converted(tmp_path: Path) -> None:
    assert convert(ARCHIVE, tmp_path / "new.h5") == 0
    assert convert("--check", tmp_path / "new.h5") == 0


def test_own_classes_need_the_own_form(tmp_path: Path) -> None:
    (tmp_path / "old.keras").write_bytes(archives.files(KERAS_3[0])["lambda_layer.keras"])
    with pytest.raises(saved.FileError, match=r"no \.h5 file can be written .*; write a \.keras file"):
        saved.convert(tmp_path / "old.keras").write(tmp_path / "new.h5")
    assert not (tmp_path / "new.h5").exists()
