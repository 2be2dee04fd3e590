"""Layers of old versions of Keras: those that Keras 2 still has, compared with it, and hand calculations of the others.

`tests/saved/test_rare_layers.py` compares all of them with models that the old versions saved.
"""

import importlib
import importlib.util
import itertools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tf_initcompat.saved import package_layers
from tf_initcompat.wrappers import layers

CLASSES: Any = layers.classes(importlib.import_module(tf.keras.Model.__module__.partition(".")[0]))
#: A Keras 2, which has LocallyConnected layers.
KERAS_2: Any = importlib.import_module("tf_keras") if importlib.util.find_spec("tf_keras") else tf.keras
LOCALLY_CONNECTED = [
    case
    for case in itertools.product(
        (1, 2), (1, 2, 3), ("channels_last", "channels_first"), ("valid", "same"), (1, 2), (True, False)
    )
    if case[1] > 1 or case[3] == "valid"  # implementation 1 has no other padding
]


def test_names_are_those_in_converted_files() -> None:
    assert package_layers.NAMES == layers.COMPUTATIONS.keys() == CLASSES.keys()
    assert {name: tf.keras.utils.get_registered_object(f"tf_initcompat>{name}") for name in CLASSES} == dict(CLASSES)


@pytest.mark.parametrize(
    ("dimensions", "implementation", "data_format", "padding", "stride", "use_bias"), LOCALLY_CONNECTED
)
def test_locally_connected_computes_as_keras_2(
    dimensions: int, implementation: int, data_format: str, padding: str, stride: int, use_bias: bool
) -> None:
    random = np.random.RandomState(dimensions * implementation)
    old = getattr(KERAS_2.layers, f"LocallyConnected{dimensions}D")(
        filters=4,
        kernel_size=(3, 2)[:dimensions],
        strides=(stride, 1)[:dimensions],
        padding=padding,
        data_format=data_format,
        use_bias=use_bias,
        implementation=implementation,
        activation="tanh",
    )
    sizes = (7, 5)[:dimensions]
    inputs = random.normal(size=(2, *sizes, 3) if data_format == "channels_last" else (2, 3, *sizes)).astype("float32")
    old.build(inputs.shape)
    weights = [random.normal(size=weight.shape) for weight in old.get_weights()]
    new = CLASSES[type(old).__name__].from_config({**old.get_config(), "kernel_initializer": "he_normal"})
    new.build(inputs.shape)
    assert [weight.shape for weight in new.get_weights()] == [weight.shape for weight in weights]
    old.set_weights(weights)
    new.set_weights(weights)
    expected = np.asarray(old(inputs))
    np.testing.assert_allclose(np.asarray(new(inputs)), expected, rtol=0, atol=2e-6)
    assert tuple(new.compute_output_shape(inputs.shape)) == expected.shape


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1, 2), [[0, 1, 2, 3, 4, 4], [6, 7, 8, 9, 10, 10]]),
        ((2, 1), [[0, 2, 4], [3, 5, 7], [6, 8, 10], [6, 8, 10]]),
    ],
)
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_bilinear_interpolation_aligns_corners(
    size: tuple[int, int], expected: list[list[int]], data_format: str
) -> None:
    """By hand: a new pixel lies between two old ones, and those after the last old one are equal to it."""
    image = np.array([[0, 2, 4], [6, 8, 10]], "float32")
    shape = (1, 2, 3, 1) if data_format == "channels_last" else (1, 1, 2, 3)
    layer = CLASSES["BilinearUpSampling2D"](size=size, data_format=data_format)
    output = layer(image.reshape(shape))
    assert np.asarray(output).reshape(np.shape(expected)).tolist() == expected
    assert tuple(layer.compute_output_shape(shape)) == tuple(output.shape)
    height = 1 if data_format == "channels_last" else 2
    assert layer.compute_output_shape((*shape[:height], None, *shape[height + 1 :]))[height] is None


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


#: Class, config, weights, input and output of one sample.
HAND: dict[str, tuple[str, dict[str, Any], list[Any], list[Any], list[Any]]] = {
    "highway": (
        "Highway",
        {"activation": "relu"},
        [[[2.0]], [[3.0]], [-1.0], [0.5]],
        [1.5],
        [2.0 * sigmoid(5.0) + (1 - sigmoid(5.0)) * 1.5],
    ),
    "maxout": (
        "MaxoutDense",
        {"units": 2, "nb_feature": 2},
        [[[[1.0, 2.0]], [[3.0, -1.0]]], [[0, 1], [2, 0]]],
        [2],
        [8, 5],
    ),
    "softplus": ("ParametricSoftplus", {}, [[2.0], [3.0]], [0.5], [2 * softplus(1.5)]),
    # Thresholds at 1 and 1 + |-2| = 3, slopes 0.5 and 4: left of them, between them and right of them.
    "srelu": ("SReLU", {}, [[1.0] * 3, [0.5] * 3, [-2.0] * 3, [4.0] * 3], [-1, 2, 5], [0, 2, 11]),
    "samples": (
        "InputNormalization",
        {"mode": 1, "epsilon": 0.25},
        [[2.0] * 2, [1.0] * 2, [9.0] * 2, [9.0] * 2],
        [0.0, 3.0],  # its variance is 2.25
        [1 - 3 / (math.sqrt(2.5) + 0.25), 1 + 3 / (math.sqrt(2.5) + 0.25)],
    ),
}


@pytest.mark.parametrize("name", HAND)
def test_layers_of_keras_1(name: str) -> None:
    class_name, config, weights, sample, expected = HAND[name]
    layer = CLASSES[class_name](**config)
    inputs = np.array([sample, sample], "float32")
    layer.build(inputs.shape)
    layer.set_weights([np.array(weight, "float32") for weight in weights])
    output = np.asarray(layer(inputs))
    np.testing.assert_allclose(output, [expected, expected], rtol=1e-6)
    assert tuple(layer.compute_output_shape(inputs.shape)) == output.shape
    again = type(layer).from_config(layer.get_config())
    again.build(inputs.shape)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(inputs), output)


def test_features_are_normalized_over_the_batch() -> None:
    """By hand: the mean is 2 and the variance 1 in the first column, 0 and 4 in the second."""
    layer = CLASSES["InputNormalization"](mode=2, epsilon=0.0)
    output = layer(np.array([[1.0, 2.0], [3.0, -2.0]], "float32"))
    np.testing.assert_allclose(output, [[-1.0, 1.0], [1.0, -1.0]], rtol=1e-6)


def test_cosine() -> None:
    """By hand: (1 * 2 + 2 * 1) / (sqrt(5) * sqrt(5)); vectors that are 0 have the cosine 0."""
    layer = CLASSES["Cosine"](dot_axes=[1, 1])
    output = layer([np.array([[1.0, 2.0], [0.0, 0.0]], "float32"), np.array([[2.0, 1.0], [1.0, 1.0]], "float32")])
    np.testing.assert_allclose(output, [[[0.8]], [[0.0]]], rtol=1e-6)
    assert tuple(layer.compute_output_shape([(2, 2), (2, 2)])) == (2, 1, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: CLASSES["LocallyConnected1D"](filters=2, kernel_size=3, implementation=4),
            "implementation must be 1, 2",
        ),
        (
            lambda: CLASSES["LocallyConnected1D"](filters=2, kernel_size=3, padding="same"),
            "padding must be valid with implementation=1, not 'same'",
        ),
        (
            lambda: CLASSES["LocallyConnected1D"](filters=2, kernel_size=3).build((None, None, 4)),
            r"needs an input whose sizes are known, not \(None, None, 4\)",
        ),
        (
            lambda: CLASSES["LocallyConnected1D"](filters=2, kernel_size=3).build((None, 2, 4)),
            r"the input of shape \(None, 2, 4\) is smaller than the window \(3,\)",
        ),
        (lambda: CLASSES["InputNormalization"](mode=0), "mode must be 1 or 2, not 0"),
        (lambda: CLASSES["SReLU"]().build((None, None)), "needs an input whose sizes are known"),
    ],
)
def test_errors_name_the_argument(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_model_trains_and_loads_again(tmp_path: Path) -> None:
    tf.keras.utils.set_random_seed(0)
    regularized = {"kernel_regularizer": "l2", "bias_initializer": "ones", "kernel_constraint": "non_neg"}
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((4, 4, 1)),
            CLASSES["LocallyConnected2D"](filters=2, kernel_size=(2, 2), implementation=3, **regularized),
            CLASSES["BilinearUpSampling2D"](size=(3, 3)),
            CLASSES["LocallyConnected2D"](filters=1, kernel_size=9, activation="tanh"),
            tf.keras.layers.Flatten(),
        ]
    )
    assert len(model.losses) == 1
    assert np.asarray(model.get_weights()[1]).min() == 1
    inputs, labels = np.ones((8, 4, 4, 1), "float32"), np.zeros((8, 1), "float32")
    model.compile(tf.keras.optimizers.SGD(0.001), tf.keras.losses.MeanSquaredError())
    before = model.evaluate(inputs, labels, verbose=0)
    model.fit(inputs, labels, epochs=3, verbose=0)
    assert model.evaluate(inputs, labels, verbose=0) < before
    assert np.asarray(model.get_weights()[0]).min() >= 0
    for suffix in (".keras", ".h5"):
        model.save(tmp_path / f"model{suffix}")
        loaded = tf.keras.models.load_model(tmp_path / f"model{suffix}")
        np.testing.assert_array_equal(loaded(inputs), model(inputs))
        assert len(loaded.losses) == 1
