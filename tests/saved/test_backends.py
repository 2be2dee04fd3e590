"""Converted native models of old versions in Keras on JAX and PyTorch, where TensorFlow is not installed.

`nox -s backends` runs them. The predictions are compared with those of the version that saved the model.
"""

import importlib.util
import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from saved.eras import archives

from tf_initcompat import saved

BACKEND = os.environ.get("TF_INITCOMPAT_BACKEND", "")
if not BACKEND:
    pytest.skip("it needs Keras without TensorFlow: nox -s backends", allow_module_level=True)

keras = pytest.importorskip("keras")
#: Maximum difference: the backends add the same numbers in another order.
TOLERANCE = 1e-5


def test_the_backend_is_the_expected_one_and_tensorflow_is_missing() -> None:
    assert keras.backend.backend() == BACKEND
    assert importlib.util.find_spec("tensorflow") is None


@pytest.mark.parametrize(("maker", "name"), archives.one_of_each_kind())
def test_predictions_are_those_of_the_maker(maker: str, name: str, tmp_path: Path) -> None:
    source, new = tmp_path / "model.h5", tmp_path / "new.h5"
    source.write_bytes(archives.files(maker)[f"{name}.h5"])
    conversion = saved.convert(source, target_keras="3.15")
    if conversion.is_known_to_fail or conversion.obstacles or conversion.uses_this_package:
        pytest.skip("its result is not native, or is reported")
    conversion.write(new)
    inputs, expected = archives.inputs(maker, name), archives.predictions(maker, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = keras.models.load_model(new, compile=False)
        outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    for output, array in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(output), array, rtol=0, atol=TOLERANCE)
