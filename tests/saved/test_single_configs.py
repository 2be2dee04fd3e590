"""`upgraded` and `custom_objects` with the config of one layer or initializer."""

from typing import Any

import pytest
import tensorflow as tf

from tf_initcompat.saved import custom_objects, initializers, upgraded

keras = tf.keras
#: Configs of layers that Keras 2.15 writes and Keras 3 rejects.
LAYERS: dict[str, dict[str, Any]] = {
    "Conv2DTranspose": {"filters": 2, "kernel_size": [1, 1], "groups": 1},
    "DepthwiseConv2D": {"kernel_size": [1, 1], "groups": 1, "kernel_regularizer": None},
    "SeparableConv2D": {"filters": 2, "kernel_size": [1, 1], "groups": 1, "kernel_constraint": None},
    "Embedding": {"input_dim": 3, "output_dim": 2, "input_length": None},
    "LSTM": {"units": 2, "time_major": False, "implementation": 2},
    "MultiHeadAttention": {"num_heads": 1, "key_dim": 2, "query_shape": None, "key_shape": None, "value_shape": None},
    "SpatialDropout1D": {"rate": 0.1, "noise_shape": None, "seed": None, "trainable": True},
    "Dense": {"units": 2, "dtype": {"class_name": "Policy", "config": {"name": "mixed_float16"}}},
    "Bidirectional": {"layer": {"class_name": "GRU", "config": {"name": "g", "units": 2, "time_major": False}}},
}


@pytest.mark.parametrize("class_name", LAYERS)
def test_old_layers(class_name: str) -> None:
    config = {"class_name": class_name, "config": {"name": "old", **LAYERS[class_name]}}
    layer = keras.layers.deserialize(upgraded(config))
    assert type(layer).__name__ == class_name
    assert layer.name == "old"


@pytest.mark.parametrize("extra", [{}, {"module": "keras.initializers", "registered_name": None}], ids=["old", "new"])
def test_initializer_of_a_layer(extra: dict[str, Any]) -> None:
    initializer = {"class_name": "glorot_uniform", "config": {"seed": 1, "dtype": "float32"}, **extra}
    config = {"class_name": "Dense", "config": {"name": "d", "units": 2, "kernel_initializer": initializer}}
    assert initializers.symbol_of(initializer) is not None
    layer = keras.layers.deserialize(upgraded(config))
    assert layer.kernel_initializer.get_config() == {"seed": 1, "dtype": "float32"}
    assert config["config"] == {"name": "d", "units": 2, "kernel_initializer": initializer}


def test_scope() -> None:
    initializer = {"class_name": "GlorotUniform", "config": {"seed": 1, "dtype": "float32"}}
    with keras.utils.custom_object_scope(custom_objects()):
        layer = keras.layers.Dense(2, kernel_initializer=initializer)
    assert layer.kernel_initializer.get_config() == {"seed": 1, "dtype": "float32"}


def test_layer_with_the_name_of_an_initializer() -> None:
    layer = {"class_name": "Identity", "config": {"name": "same"}}
    initializer = {"class_name": "Identity", "config": {"gain": 0.5, "dtype": "float32"}}
    with keras.utils.custom_object_scope(custom_objects()):
        assert keras.layers.deserialize(layer).name == "same"
        assert keras.initializers.deserialize(initializer).gain == 0.5
