"""Write models of layers that few programs used, with predictions: `python write_rare.py FOLDER [keras | tf.keras]`.

This runs on Python 3.6, in the environments of `make.py`. The archives in `files` are named `rare-{maker}.tar.xz`:

    python make.py --rare keras-1.2.2=PYTHON keras-2.2.4=PYTHON keras-2.3.1=PYTHON tf-1.13.2=PYTHON tf-2.15.1=PYTHON
"""

import json
import os
import sys
from typing import Any, Callable, Dict

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from write import numbers_for

SEQUENCE = (5, 3)
IMAGE = (6, 5, 3)
CHANNELS_FIRST = (3, 6, 5)


def keras_1_models(maker: Any) -> Dict[str, Callable[[], Any]]:
    """Return the models of Keras 1."""
    layers, sequential = maker.layers, maker.keras.models.Sequential

    def merged(*branches: Any, **arguments: Any) -> Any:
        return layers.Merge(list(branches), **arguments)

    def merged_branches() -> Any:
        """Branches whose weights all have the same shapes, so that another order would not be noticed."""
        maker.arrays.append((np.arange(10) * 3 % 5).reshape(2, 5).astype("float32"))
        maker.input(3)
        maker.input(3)
        long = [layers.Embedding(5, 3, input_length=5), layers.LSTM(3), layers.Dense(3, activation="tanh")]
        middle = [layers.Dense(3, input_dim=3), layers.Dense(3, activation="sigmoid")]
        short = [layers.Dense(3, input_shape=(3,))]
        first = sequential([merged(sequential(middle), sequential(short), mode="mul"), layers.Dense(3)])
        branches = [sequential(long), first]
        return sequential([merged(*branches, mode="concat"), layers.Dense(3), layers.Highway()])

    images = {"input_shape": IMAGE}
    return {
        "merged_branches": merged_branches,
        "locally_connected2d_first": lambda: maker.over(
            CHANNELS_FIRST, layers.LocallyConnected2D(2, 3, 2, subsample=(2, 1), dim_ordering="th", activation="tanh")
        ),
        "locally_connected1d_plain": lambda: maker.over(
            SEQUENCE, layers.LocallyConnected1D(2, 3, subsample_length=2, bias=False, activation="hard_sigmoid")
        ),
        "highway_plain": lambda: maker.over((4,), layers.Highway(activation="relu", bias=False)),
        "highway_over_time": lambda: maker.over(SEQUENCE, layers.TimeDistributed(layers.Highway(activation="tanh"))),
        "maxout_plain": lambda: maker.over((4,), layers.MaxoutDense(3, nb_feature=2, bias=False)),
        "srelu_of_images": lambda: maker.over(IMAGE, layers.SReLU(a_left_init="he_normal")),
        "softplus_of_images": lambda: maker.over(IMAGE, layers.ParametricSoftplus(0.5, 2.0)),
        "normalized_samples": lambda: maker.over(SEQUENCE, layers.BatchNormalization(mode=1, epsilon=0.1)),
        "normalized_features": lambda: maker.over(IMAGE, layers.BatchNormalization(mode=2, axis=1, epsilon=0.1)),
        "first_normalized": lambda: maker.over(
            IMAGE, sequential([layers.BatchNormalization(mode=2, **images), layers.LocallyConnected2D(2, 2, 2)])
        ),
        "cosine_of_sequences": lambda: _cosine(maker),
    }


def _cosine(maker: Any) -> Any:
    both = [maker.input(3, 3), maker.input(3, 3)]
    maker.arrays[:] = [np.abs(array) for array in maker.arrays]  # Keras 1 takes roots of other products, too
    return maker.model(both, maker.layers.merge(both, mode="cos", dot_axes=(2, 2)))


def keras_2_models(maker: Any) -> Dict[str, Callable[[], Any]]:
    """Return the models of Keras 2."""
    layers, sequential = maker.layers, maker.keras.models.Sequential

    def enlarged(*size: int, **arguments: Any) -> Any:
        return layers.UpSampling2D(size, interpolation="bilinear", **arguments)

    def locally(dimensions: int, shape: Any, **arguments: Any) -> Callable[[], Any]:
        layer = getattr(layers, "LocallyConnected{}D".format(dimensions))
        return lambda: maker.over(shape, layer(2, 3, **arguments))

    built = {
        "up_sampling_{}_{}".format(*size): lambda size=size: maker.over(IMAGE, enlarged(*size))
        for size in ((1, 2), (4, 2), (8, 8), (3, 2), (5, 7))
    }
    built.update(
        {
            "embedding_of_integers": lambda: _of_integers(
                maker, sequential([layers.Embedding(5, 3, embeddings_initializer="zeros", input_length=6, dtype="int32"), layers.Flatten()])
            ),
            "up_sampling_first": lambda: maker.over(CHANNELS_FIRST, enlarged(3, 2, data_format="channels_first")),
            "up_sampling_at_the_start": lambda: maker.over(
                IMAGE, sequential([enlarged(2, 2, input_shape=IMAGE), layers.Conv2D(2, 3)])
            ),
            "up_sampling_over_time": lambda: maker.over((2,) + IMAGE, layers.TimeDistributed(enlarged(2, 2))),
            "up_sampling_of_any_size": lambda: _of_any_size(maker, enlarged(2, 4)),
            "locally_connected1d_over_time": lambda: maker.over(
                (2,) + SEQUENCE, layers.TimeDistributed(layers.LocallyConnected1D(2, 3))
            ),
            "locally_connected2d_at_the_start": lambda: maker.over(
                IMAGE,
                sequential([layers.LocallyConnected2D(2, 3, input_shape=IMAGE, activation="hard_sigmoid")]),
            ),
            "locally_connected2d_first": locally(2, CHANNELS_FIRST, data_format="channels_first", strides=(2, 1)),
        }
    )
    for number in (2, 3):
        same = {"implementation": number, "padding": "same"}
        built["locally_connected1d_{}".format(number)] = locally(1, SEQUENCE, strides=2, **same)
        built["locally_connected2d_{}".format(number)] = locally(
            2, CHANNELS_FIRST, data_format="channels_first", **same
        )
    return built


def _of_integers(maker: Any, model: Any) -> Any:
    maker.arrays.append((np.arange(12) * 3 % 5).reshape(2, 6).astype("int32"))
    return model


def _of_any_size(maker: Any, layer: Any) -> Any:
    maker.input(*IMAGE)
    inputs = maker.layers.Input((None, None, 3))
    return maker.model(inputs, layer(inputs))


def write(keras: Any, tensorflow: Any, is_tf_keras: bool, folder: str) -> None:
    """Write all models that the version can build, where possible also as `.keras`."""
    is_keras_1 = getattr(keras, "__version__", "").startswith("1.")
    if is_keras_1:
        from models_keras_1 import Maker
    else:
        from models import Maker  # type: ignore[assignment]
    arrays: Dict[str, np.ndarray] = {}
    forms: Dict[str, Any] = {}
    absent: Dict[str, str] = {}
    for name in (keras_1_models if is_keras_1 else keras_2_models)(Maker(keras, tensorflow, is_tf_keras)):
        keras.backend.clear_session()
        maker = Maker(keras, tensorflow, is_tf_keras)
        try:
            model = (keras_1_models if is_keras_1 else keras_2_models)(maker)[name]()
        except (AttributeError, TypeError, ValueError) as error:
            absent[name] = "{}: {}".format(type(error).__name__, str(error).split("\n")[0][:150])
            continue
        weights = model.weights
        values = zip(weights, numbers_for(weights))
        keras.backend.batch_set_value(
            [(weight, np.round(value * 10) if "int" in str(weight.dtype) else value) for weight, value in values]
        )
        outputs = model.predict(maker.arrays if len(maker.arrays) > 1 else maker.arrays[0])
        arrays.update(("{}/input/{}".format(name, number), array) for number, array in enumerate(maker.arrays))
        arrays["{}/output/0".format(name)] = outputs
        model.save(os.path.join(folder, name + ".h5"))
        forms[name] = [".h5"]
        if is_tf_keras and tuple(map(int, tensorflow.__version__.split(".")[:2])) >= (2, 15):
            model.save(os.path.join(folder, name + ".keras"))
            forms[name].append(".keras")
    np.savez(os.path.join(folder, "arrays.npz"), **arrays)
    with open(os.path.join(folder, "made.json"), "w") as file:
        json.dump({"forms": forms, "absent": absent}, file, indent=1, sort_keys=True)


if __name__ == "__main__":
    import tensorflow as tf

    if sys.argv[2] == "tf.keras":
        write(tf.keras, tf, True, sys.argv[1])
    else:
        import keras

        write(keras, tf, False, sys.argv[1])
