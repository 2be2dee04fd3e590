"""Write models of Keras 3 as `.h5` and `.keras` files, with its predictions: `python write_keras_3.py FOLDER`.

The models are those of `models.py`, as far as Keras 3 builds them, and `FURTHER`.
"""

import json
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import models
import numpy as np
import write

#: Models of what Keras 3 saves in another form than Keras 2.
FURTHER: dict[str, Callable[[models.Maker], Any]] = {}


def further(build: Callable[[models.Maker], Any]) -> Callable[[models.Maker], Any]:
    """Add a model to the table."""
    FURTHER[build.__name__] = build
    return build


@further
def attention(maker: models.Maker) -> Any:
    query, value = maker.input(3, 4), maker.input(5, 4)
    layer = maker.layers.MultiHeadAttention(num_heads=2, key_dim=3)
    x = layer(query, value)
    return maker.model([query, value], maker.layers.Attention()([x, value]))


@further
def keyword_arguments(maker: models.Maker) -> Any:
    x, state = maker.input(5, 3), maker.input(4)
    return maker.model([x, state], maker.layers.GRU(4)(x, initial_state=state))


@further
def mixed_precision(maker: models.Maker) -> Any:
    return maker.over((4,), maker.layers.Dense(3, dtype="mixed_float16"), maker.layers.Dense(2, dtype="float32"))


@further
def several_outputs(maker: models.Maker) -> Any:
    inner = maker.over((4,), maker.layers.Dense(3), maker.layers.Dense(2))
    maker.arrays.clear()
    x = maker.input(4)
    return maker.model(x, [inner(x), maker.layers.Dense(2)(inner(x))])


@further
def leaky_relu_slope(maker: models.Maker) -> Any:
    return maker.over((4,), maker.layers.LeakyReLU(negative_slope=0.2), maker.layers.LayerNormalization())


@further
def rms_scaling(maker: models.Maker) -> Any:
    return maker.over((4,), maker.layers.RMSNormalization())


@further
def variance_scaling(maker: models.Maker) -> Any:
    kernel = maker.keras.initializers.VarianceScaling(2.0, mode="fan_out", seed=1)
    return maker.over((4,), maker.layers.Dense(3, kernel_initializer=kernel, bias_initializer="ones"))


@further
def silu_and_gelu(maker: models.Maker) -> Any:
    layers = maker.layers
    return maker.over((4,), layers.Dense(3, activation="silu"), layers.Activation("gelu"), layers.Activation("relu6"))


def write_all(keras: Any, tensorflow: Any, folder: str) -> None:
    """Write all models that Keras builds."""
    os.makedirs(folder, exist_ok=True)
    arrays: dict[str, Any] = {}
    absent: dict[str, str] = {}
    names: list[str] = []
    for name, build in {**models.MODELS, **FURTHER}.items():
        keras.backend.clear_session()
        maker = models.Maker(keras, tensorflow, True)
        try:
            model = build(maker)
        except (AttributeError, TypeError, ValueError, ImportError, LookupError, NotImplementedError) as error:
            absent[name] = f"{type(error).__name__}: {str(error).splitlines()[0][:150]}"
            continue
        for weight, value in zip(model.weights, write.numbers_for(model.weights), strict=True):
            if "seed" not in weight.name:
                weight.assign(value)
        try:
            model.save(os.path.join(folder, f"{name}.h5"))
        except (TypeError, ValueError, NotImplementedError) as error:
            absent[name] = f"{type(error).__name__}: {str(error).splitlines()[0][:150]}"
            continue
        names.append(name)
        model.save(os.path.join(folder, f"{name}.keras"))
        Path(folder, f"{name}.json").write_text(model.to_json())
        inputs = maker.arrays
        outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        arrays |= {f"{name}/input/{number}": array for number, array in enumerate(inputs)}
        arrays |= {f"{name}/output/{number}": np.asarray(array) for number, array in enumerate(outputs)}
    np.savez(os.path.join(folder, "arrays.npz"), **arrays)
    made = {"keras": keras.__version__, "models": names, "absent": absent}
    Path(folder, "made.json").write_text(json.dumps(made, indent=1, sort_keys=True))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    import keras as installed_keras
    import tensorflow as tf

    write_all(installed_keras, tf, sys.argv[1])
