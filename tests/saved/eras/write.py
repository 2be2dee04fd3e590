"""Write the models of one Keras, with its predictions, into a folder: `python write.py FOLDER [keras | tf.keras]`.

This runs on Python 3.6, in an environment that `make.py` names. Every model is saved as `.h5`. Those of `IN_ALL_FORMS`
are also saved as JSON beside a file of weights, and those of `AS_SAVED_MODELS` by tf.keras as a SavedModel.
"""

import json
import os
import shutil
import sys
import warnings
from typing import Any, Callable, Dict, List

import h5py
import numpy as np

warnings.filterwarnings("ignore")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

IN_ALL_FORMS = ("dense", "sequential", "lstm", "gru_sigmoid", "nested", "embedding", "cudnn_lstm", "old_convolutions")
AS_SAVED_MODELS = IN_ALL_FORMS + (
    "batch_normalization_renorm",
    "bidirectional_lstm",
    "cells",
    "conv_lstm2d",
    "lambda_layer",
    "optimizer_adam",
    "separable_conv2d",
    "shared_model",
    "squeeze_and_excitation",
    "time_distributed_model",
)


def numbers_for(weights: List[Any]) -> List[np.ndarray]:
    """Return values for weights that do not depend on a random generator."""
    values = []
    for number, weight in enumerate(weights):
        shape = tuple(int(size) for size in weight.shape)
        value = np.sin(np.arange(int(np.prod(shape)), dtype="float64") * 1.7 + number).reshape(shape) * 0.7
        values.append(np.abs(value) + 0.3 if "variance" in weight.name or "std" in weight.name else value)
    return values


def replace(keras: Any, read: Callable[[List[Any]], List[np.ndarray]]) -> None:
    """Replace the function by which Keras reads weights."""
    for module in (keras.backend, sys.modules[keras.backend.batch_set_value.__module__]):
        module.batch_get_value = read


def write(keras: Any, tensorflow: Any, is_tf_keras: bool, folder: str) -> None:
    """Write all models that the version can build."""
    if getattr(keras, "__version__", "").startswith("1."):
        import models_keras_1 as models
    else:
        import models  # type: ignore[no-redef]
    os.makedirs(folder, exist_ok=True)
    arrays: Dict[str, np.ndarray] = {}
    absent: Dict[str, str] = {}
    forms: Dict[str, List[str]] = {}
    read = keras.backend.batch_get_value
    # Earlier versions have it in tf.contrib.
    writes_saved_models = is_tf_keras and tuple(map(int, tensorflow.__version__.split(".")[:2])) >= (1, 14)
    for name, build in models.MODELS.items():
        keras.backend.clear_session()
        maker = models.Maker(keras, tensorflow, is_tf_keras)
        try:
            model = build(maker)
        except (AttributeError, TypeError, ValueError, ImportError, NotImplementedError) as error:
            absent[name] = "{}: {}".format(type(error).__name__, str(error).split("\n")[0][:150])
            continue
        base = os.path.join(folder, name)
        weights = model.weights
        if name in models.ON_A_PROCESSOR:
            # No session runs in a graph with these layers.
            values = {weight.name: value for weight, value in zip(weights, numbers_for(weights))}
            replace(keras, lambda tensors: [values[tensor.name] for tensor in tensors])
        else:
            keras.backend.batch_set_value(list(zip(weights, numbers_for(weights))))
        # TensorFlow 1.8 fails to save the optimizer of a model without one, and Keras 1 has no such argument.
        model.save(base + ".h5", **({"include_optimizer": False} if getattr(model, "optimizer", 1) is None else {}))
        forms[name] = [".h5"]
        if name in IN_ALL_FORMS:
            with open(base + ".json", "w") as file:
                file.write(model.to_json())
            model.save_weights(base + "_weights.h5")
            forms[name].append(".json")
        if name in AS_SAVED_MODELS and writes_saved_models and name not in models.ON_A_PROCESSOR:
            try:
                keras.models.save_model(model, base, save_format="tf")
                forms[name].append("")
            except ValueError:  # TensorFlow 2.2, for stacked cells
                shutil.rmtree(base, ignore_errors=True)
        if name in models.ON_A_PROCESSOR:
            replace(keras, read)
            keras.backend.clear_session()
            model = models.ON_A_PROCESSOR[name](models.Maker(keras, tensorflow, is_tf_keras))
            model.load_weights(base + ".h5")
        inputs = maker.arrays
        outputs = model.predict(inputs if len(inputs) > 1 else inputs[0])
        for number, array in enumerate(inputs):
            arrays["{}/input/{}".format(name, number)] = array
        for number, array in enumerate(outputs if isinstance(outputs, list) else [outputs]):
            arrays["{}/output/{}".format(name, number)] = array
    np.savez(os.path.join(folder, "arrays.npz"), **arrays)
    with h5py.File(os.path.join(folder, "dense.h5"), "r") as file:
        version = file.attrs["keras_version"]
    made = {
        "keras": version.decode() if isinstance(version, bytes) else version,
        "tensorflow": tensorflow.__version__,
        "python": "{}.{}".format(*sys.version_info[:2]),
        "forms": forms,
        "absent": absent,
    }
    with open(os.path.join(folder, "made.json"), "w") as file:
        json.dump(made, file, indent=1, sort_keys=True)


if __name__ == "__main__":
    import tensorflow as tf

    if sys.argv[2] == "tf.keras":
        write(tf.keras, tf, True, sys.argv[1])
    else:
        import keras

        write(keras, tf, False, sys.argv[1])
