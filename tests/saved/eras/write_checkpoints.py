"""Write models of one TensorFlow 1 as JSON and checkpoints of `tf.train.Saver`: `python write_checkpoints.py FOLDER`.

This runs on Python 3.6, in an environment that `make.py` names. `VARIANTS` says which
models it builds, and what else the checkpoint holds.
"""

import json
import os
import sys
import warnings
from typing import Any, Callable, Dict, List

import models
import numpy as np
import write

NAMES = (
    "batch_normalization",
    "bidirectional_lstm",
    "cells",
    "conv2d",
    "conv_lstm2d",
    "dense",
    "embedding",
    "gru",
    "lstm",
    "nested",
    "separable_conv2d",
    "sequential",
    "shared_model",
    "time_distributed_model",
)


def plain(tensorflow: Any, build: Callable[[], Any]) -> Any:
    """Build a model and an optimizer of TensorFlow with a global step."""
    model = build()
    optimizer = tensorflow.train.AdamOptimizer()
    step = tensorflow.train.get_or_create_global_step()
    average = tensorflow.train.ExponentialMovingAverage(0.9)
    loss = tensorflow.reduce_sum(model.outputs[0])
    variables = tensorflow.trainable_variables()
    with tensorflow.control_dependencies([optimizer.minimize(loss, global_step=step)]):
        average.apply(variables)
    return model


def scoped(tensorflow: Any, build: Callable[[], Any]) -> Any:
    """Build a model inside a variable scope."""
    with tensorflow.variable_scope("net"):
        return build()


def compiled(tensorflow: Any, build: Callable[[], Any]) -> Any:
    """Build a model and train it with an optimizer of Keras."""
    model = build()
    model.compile("adam", "mse")
    shape = [tuple(int(size) for size in tensor.shape[1:]) for tensor in model.inputs]
    outputs = [tuple(int(size) for size in tensor.shape[1:]) for tensor in model.outputs]
    model.train_on_batch([np.ones((2,) + each) for each in shape], [np.ones((2,) + each) for each in outputs])
    return model


VARIANTS = {
    "plain": (plain, NAMES),
    "scoped": (scoped, ("dense", "lstm", "nested")),
    "compiled": (compiled, ("dense", "gru")),
}


def write_all(tensorflow: Any, folder: str) -> None:
    """Write all models."""
    keras = tensorflow.keras
    os.makedirs(folder, exist_ok=True)
    arrays: Dict[str, np.ndarray] = {}
    variables: Dict[str, List[str]] = {}
    absent: Dict[str, str] = {}
    for variant, (build, names) in VARIANTS.items():
        for name in names:
            keras.backend.clear_session()
            maker = models.Maker(keras, tensorflow, True)
            try:
                model = build(tensorflow, lambda name=name, maker=maker: models.MODELS[name](maker))
            except AttributeError as error:
                absent["{}_{}".format(variant, name)] = str(error)
                continue
            session = keras.backend.get_session()
            session.run(tensorflow.global_variables_initializer())
            keras.backend.batch_set_value(list(zip(model.weights, write.numbers_for(model.weights))))
            base = os.path.join(folder, "{}_{}".format(variant, name))
            with open(base + ".json", "w") as file:
                file.write(model.to_json())
            # The graph in the .meta file is not needed.
            tensorflow.train.Saver().save(session, base + ".ckpt", write_meta_graph=False, write_state=False)
            variables["{}_{}".format(variant, name)] = [variable.op.name for variable in tensorflow.global_variables()]
            inputs = maker.arrays
            outputs = model.predict(inputs if len(inputs) > 1 else inputs[0])
            for number, array in enumerate(inputs):
                arrays["{}_{}/input/{}".format(variant, name, number)] = array
            for number, array in enumerate(outputs if isinstance(outputs, list) else [outputs]):
                arrays["{}_{}/output/{}".format(variant, name, number)] = array
    np.savez(os.path.join(folder, "arrays.npz"), **arrays)
    made = {
        "tensorflow": tensorflow.__version__,
        "python": "{}.{}".format(*sys.version_info[:2]),
        "variables": variables,
        "absent": absent,
    }
    with open(os.path.join(folder, "made.json"), "w") as file:
        json.dump(made, file, indent=1, sort_keys=True)


if __name__ == "__main__":
    import tensorflow as tf

    warnings.filterwarnings("ignore")
    write_all(tf, sys.argv[1])
