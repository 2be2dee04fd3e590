"""Every layer of Keras 2, saved by `tf_keras`, converted, and loaded by the installed Keras 3 in the same process."""

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from saved.samples import IGNORED_WARNINGS

from tf_initcompat import saved
from tf_initcompat.saved import keras_classes, targets

KERAS_2: Any = importlib.import_module("tf_keras") if importlib.util.find_spec("tf_keras") else None
KERAS_3: Any = importlib.import_module("keras")
pytestmark = [
    pytest.mark.filterwarnings(IGNORED_WARNINGS),
    pytest.mark.skipif(
        KERAS_2 is None or KERAS_3.__version__.startswith("2."), reason="needs both Keras 3 and tf_keras"
    ),
]

SEQUENCE, IMAGE, VOLUME = (6, 4), (6, 5, 4), (4, 4, 4, 2)
DIMENSIONS = {1: SEQUENCE, 2: IMAGE, 3: VOLUME}


def cell(name: str) -> Any:
    return getattr(KERAS_2.layers, name)(2)


def each(arguments: Mapping[str, Any], *names: str, dimensions: tuple[int, ...] = (1, 2, 3)) -> dict[str, Any]:
    """Return arguments and shapes of layers of several dimensions; a window of 2 fits in all of them."""
    return {name.replace("*", f"{n}D"): (arguments, DIMENSIONS[n]) for name in names for n in dimensions}


_WINDOW = {"filters": 3, "kernel_size": 2}
_UNITS = {"units": 3}
_RATE = {"rate": 0.3}
_SIZE = {"height": 3, "width": 2}
#: Arguments, and the shape of the input or of each input, by the class.
CASES: dict[str, tuple[Mapping[str, Any], Any]] = {
    **each(_WINDOW, "Conv*", "Conv*Transpose"),
    **each(_WINDOW, "SeparableConv*", "LocallyConnected*", dimensions=(1, 2)),
    **each({"kernel_size": 2}, "DepthwiseConv*", dimensions=(1, 2)),
    **each({}, "MaxPooling*", "AveragePooling*", "GlobalMaxPooling*", "GlobalAveragePooling*"),
    **each({}, "Cropping*", "ZeroPadding*", "UpSampling*"),
    **each(_RATE, "SpatialDropout*"),
    **{f"ConvLSTM{n}D": (_WINDOW, (3, *DIMENSIONS[n])) for n in (1, 2, 3)},
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), (_UNITS, SEQUENCE)),
    "RNN": ({"cell": "LSTMCell"}, SEQUENCE),
    "StackedRNNCells": ({"cell": ["GRUCell", "LSTMCell"]}, SEQUENCE),
    **{name: ({"cell": name}, SEQUENCE) for name in ("LSTMCell", "GRUCell", "SimpleRNNCell")},
    "TimeDistributed": ({"layer": ("Dense", _UNITS)}, SEQUENCE),
    "Bidirectional": ({"layer": ("GRU", _UNITS)}, SEQUENCE),
    "Dense": (_UNITS, (4,)),
    "EinsumDense": ({"equation": "abc,cd->abd", "output_shape": (None, 3), "bias_axes": "d"}, SEQUENCE),
    "Embedding": ({"input_dim": 3, "output_dim": 2}, (4,)),
    "Activation": ({"activation": "gelu"}, (4,)),
    **dict.fromkeys(("Masking", "Identity", "Flatten", "UnitNormalization", "ActivityRegularization"), ({}, SEQUENCE)),
    **dict.fromkeys(("BatchNormalization", "LayerNormalization", "Softmax", "ELU", "LeakyReLU"), ({}, SEQUENCE)),
    **dict.fromkeys(("PReLU", "ReLU", "ThresholdedReLU"), ({}, SEQUENCE)),
    "GroupNormalization": ({"groups": 2}, SEQUENCE),
    **dict.fromkeys(("Dropout", "AlphaDropout", "GaussianDropout"), (_RATE, (4,))),
    "GaussianNoise": ({"stddev": 0.3}, (4,)),
    "Reshape": ({"target_shape": (4, 6)}, SEQUENCE),
    "Permute": ({"dims": (2, 1)}, SEQUENCE),
    "RepeatVector": ({"n": 2}, (4,)),
    **dict.fromkeys(
        ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"), ({}, [(4,), (4,)])
    ),
    "Dot": ({"axes": 1}, [(4,), (4,)]),
    **dict.fromkeys(("Attention", "AdditiveAttention"), ({}, [SEQUENCE, SEQUENCE])),
    "MultiHeadAttention": ({"num_heads": 2, "key_dim": 3}, [SEQUENCE, SEQUENCE]),
    "Normalization": ({"mean": [1.0, 2.0, 3.0, 4.0], "variance": [1.0, 4.0, 9.0, 16.0]}, (4,)),
    "Rescaling": ({"scale": 2.0, "offset": -1.0}, (4,)),
    **dict.fromkeys(("Resizing", "CenterCrop", "RandomCrop"), (_SIZE, IMAGE)),
    "Discretization": ({"bin_boundaries": [0.2, 0.6]}, (4,)),
    "CategoryEncoding": ({"num_tokens": 4}, (4,)),
    "Hashing": ({"num_bins": 3}, (4,)),
    "HashedCrossing": ({"num_bins": 3}, [(1,), (1,)]),
    "IntegerLookup": ({"vocabulary": [1, 2]}, (4,)),
    "StringLookup": ({"vocabulary": ["1", "2"]}, (4,)),
    **dict.fromkeys(("RandomFlip",), ({}, IMAGE)),
    **dict.fromkeys(("RandomRotation", "RandomContrast", "RandomBrightness"), ({"factor": 0.2}, IMAGE)),
    **dict.fromkeys(("RandomHeight", "RandomWidth"), ({"factor": 0.2}, IMAGE)),
    "RandomZoom": ({"height_factor": 0.2}, IMAGE),
    "RandomTranslation": ({"height_factor": 0.2, "width_factor": 0.2}, IMAGE),
}
#: Types of inputs that are not float32.
DTYPES = {"StringLookup": "string", **dict.fromkeys(("Embedding", "CategoryEncoding", "Hashing"), "int32")}
DTYPES.update(dict.fromkeys(("HashedCrossing", "IntegerLookup"), "int64"))


def built(name: str) -> tuple[Any, list[Any]]:
    """Return a model of Keras 2 with one layer, and its inputs."""
    arguments, shapes = CASES[name]
    layers = KERAS_2.layers
    keywords = {key: _built(key, value) for key, value in arguments.items()}
    layer = getattr(layers, "RNN" if "cell" in arguments else name)(**keywords)
    listed = shapes if isinstance(shapes, list) else [shapes]
    dtype = DTYPES.get(name, "float32")
    inputs = [KERAS_2.Input(shape, dtype=dtype) for shape in listed]
    call = {"query": inputs[0], "value": inputs[-1]} if name == "MultiHeadAttention" else None
    model = KERAS_2.Model(inputs, layer(**call) if call else layer(inputs if len(inputs) > 1 else inputs[0]))
    weights = [
        np.sin(np.arange(weight.size) * 1.7 + number).reshape(weight.shape) * 0.7 + 0.1
        for number, weight in enumerate(model.get_weights())
    ]
    if name != "Normalization" and DTYPES.get(name, "int32") == "int32":
        model.set_weights([np.abs(weight) for weight in weights])
    arrays = [np.sin(np.arange(2 * np.prod(shape)) + len(shape)).reshape(2, *shape) for shape in listed]
    if dtype == "string":
        return model, [tf.constant([["1", "2", "3", "1"], ["2", "2", "1", "4"]])]
    return model, [array.astype(dtype) if dtype == "float32" else np.abs(array * 3).astype(dtype) for array in arrays]


def _built(key: str, value: Any) -> Any:
    if key == "cell":
        return [cell(name) for name in value] if isinstance(value, list) else cell(value)
    return getattr(KERAS_2.layers, value[0])(**value[1]) if key == "layer" else value


def test_every_layer_is_compared() -> None:
    missing = {name for name in keras_classes.LAYERS if hasattr(KERAS_2.layers, name)} - CASES.keys()
    # Every model has an InputLayer. SpectralNormalization of tf_keras fails beside Keras 3.
    assert missing == {"InputLayer", "SpectralNormalization"}


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
@pytest.mark.parametrize("name", CASES)
def test_predictions_are_those_of_keras_2(name: str, suffix: str, tmp_path: Path) -> None:
    KERAS_2.backend.clear_session()
    model, inputs = built(name)
    expected = np.asarray(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    old, new = tmp_path / f"old{suffix}", tmp_path / f"new{suffix}"
    model.save(old)
    conversion = saved.convert(old, target_keras=targets.of_version(KERAS_3.__version__).version)
    conversion.write(new)
    try:
        loaded = KERAS_3.saving.load_model(new, compile=False)
        output = np.asarray(loaded(inputs if len(inputs) > 1 else inputs[0], training=False))
    except Exception as error:
        assert conversion.is_known_to_fail, error
        return
    assert not conversion.is_known_to_fail
    assert output.shape == expected.shape
    np.testing.assert_allclose(output, expected, rtol=0, atol=1e-5)
