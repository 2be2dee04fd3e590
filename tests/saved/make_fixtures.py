"""Make the saved models in `fixtures/`, one directory for each environment, with the real legacy initializers.

Run `python tests/saved/make_fixtures.py DIRECTORY` in a virtual environment for each row of this table. On some
processors, TensorFlow 2.15 needs TF_ENABLE_ONEDNN_OPTS=0 for the model `two_axes`.

| directory       | installed                                                                                  |
| --------------- | ------------------------------------------------------------------------------------------ |
| `tf-2.15-graph` | tensorflow-cpu==2.15.1; runs under `tf.compat.v1.disable_v2_behavior()`                    |
| `tf-2.15-eager` | tensorflow-cpu==2.15.1                                                                     |
| `tf_keras`      | tensorflow-cpu==2.21.* and, without dependencies, tf_keras==2.21.*; TF_USE_LEGACY_KERAS=1   |
| `keras-3.0`     | tensorflow-cpu==2.16.*, keras==3.0.0                                                       |
| `keras-3.15`    | tensorflow-cpu==2.21.*, keras==3.15.*                                                      |

The initializers are those of `tf.compat.v1.initializers` and, on Keras 2, of `tf.compat.v1.keras.initializers`.
`layers` is a compiled model, trained for one step, whose layers hold every initializer that Keras can serialize;
`nested` has a model in a model, wrappers, cells, a shared layer and a custom layer. `small.zip` holds the models of
`small_models.py` as Keras 2.15 saves them, in both formats. `made.json` holds the versions, and the predictions for
`probe(shape)` of the process that made the model.
"""

import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"
#: Files by environment. In graph mode, Keras 2 cannot write .keras. Keras 3.0 neither writes nested.h5 nor loads its
#: own nested.keras, also with native initializers.
FILES = {
    "tf-2.15-graph": ("layers.h5", "nested.h5", "nested.json"),
    "tf-2.15-eager": ("layers.keras", "layers.json", "nested.h5"),
    "tf_keras": ("nested.keras",),
    "keras-3.0": ("layers.keras", "nested.json"),
    "keras-3.15": ("layers.keras", "layers.json", "nested.h5"),
}
SMALL = "small.zip"


def probe(shape: Any) -> Any:
    """Return the input for which predictions are compared."""
    import numpy as np

    return np.linspace(-1.0, 1.0, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def initializers(tf: Any, keras_2: bool) -> dict[str, Any]:
    """Return an initializer of each legacy kind, those of v1 Keras only where they still are."""
    core = tf.compat.v1.initializers
    legacy = {
        "glorot_uniform": core.glorot_uniform(seed=1),
        "glorot_normal": core.glorot_normal(),
        "he_uniform": core.he_uniform(),
        "lecun_normal": core.lecun_normal(seed=3),
        "variance_scaling": core.variance_scaling(scale=0.7, mode="fan_avg", distribution="normal", dtype=tf.float32),
        "unit_scaling": core.uniform_unit_scaling(factor=1.4),
        "random_normal": core.random_normal(stddev=0.3),
        "random_uniform": core.random_uniform(),
        "truncated_normal": core.truncated_normal(),
        "orthogonal": core.orthogonal(gain=0.5),
        "identity": core.identity(gain=0.5),
        "constant": core.constant(0.25),
        "constant_list": core.constant([0.1, 0.2, 0.3, 0.4]),
        "zeros": core.zeros(),
        "ones": core.ones(dtype=tf.float64),
    }
    if keras_2:
        v1 = tf.compat.v1.keras.initializers
        legacy |= {
            "v1_he_normal": v1.he_normal(seed=2),
            "v1_he_uniform": v1.he_uniform(),
            "v1_lecun_normal": v1.lecun_normal(),
            "v1_lecun_uniform": v1.lecun_uniform(),
            "v1_normal": v1.normal(stddev=0.2),
            "v1_uniform": v1.uniform(-0.3, 0.3),
            "v1_truncated_normal": v1.TruncatedNormal(),
        }
    return legacy


def layers_model(keras: Any, legacy: dict[str, Any]) -> Any:
    """Return a model whose layers hold every initializer."""
    layers = keras.layers
    inputs = keras.Input((4, 4))
    x = layers.SeparableConv1D(
        4,
        1,
        depthwise_initializer=legacy["glorot_uniform"],
        pointwise_initializer=legacy["glorot_normal"],
        bias_initializer=legacy["constant_list"],
    )(inputs)
    x = layers.Dense(4, kernel_initializer=legacy["he_uniform"], bias_initializer=legacy["random_normal"])(x)
    x = layers.Dense(4, kernel_initializer=legacy["identity"], bias_initializer=legacy["constant"])(x)
    x = layers.BatchNormalization(
        beta_initializer=legacy["random_uniform"],
        gamma_initializer=legacy["ones"],
        moving_mean_initializer=legacy["zeros"],
        moving_variance_initializer="ones",
    )(x)
    x = layers.Conv1D(
        4, 1, kernel_initializer=legacy["unit_scaling"], bias_initializer=legacy.get("v1_uniform", legacy["zeros"])
    )(x)
    x = layers.LSTM(
        4,
        return_sequences=True,
        kernel_initializer=legacy["variance_scaling"],
        recurrent_initializer=legacy["orthogonal"],
        bias_initializer=legacy["zeros"],
    )(x)
    x = layers.GRU(
        3,
        return_sequences=True,
        kernel_initializer=legacy["lecun_normal"],
        recurrent_initializer=legacy.get("v1_truncated_normal", legacy["truncated_normal"]),
        bias_initializer=legacy.get("v1_normal", legacy["random_normal"]),
    )(x)
    x = layers.SimpleRNN(
        3,
        kernel_initializer=legacy.get("v1_he_normal", "he_normal"),
        recurrent_initializer=legacy.get("v1_he_uniform", "orthogonal"),
        bias_initializer=legacy["truncated_normal"],
    )(x)
    last = layers.Dense(
        2,
        kernel_initializer=legacy.get("v1_lecun_normal", "lecun_normal"),
        bias_initializer=legacy.get("v1_lecun_uniform", "zeros"),
    )
    model = keras.Model(inputs, last(x), name="layers_model")
    # The state of Adam once; it makes a file twice as large.
    graph = not sys.modules["tensorflow"].executing_eagerly()
    model.compile(optimizer(keras, "Adam" if graph else "SGD"), keras.losses.MeanSquaredError())
    return model


def optimizer(keras: Any, name: str) -> Any:
    """Return an optimizer that can also be saved where nothing is eager."""
    graph = not hasattr(keras, "random") and not sys.modules["tensorflow"].executing_eagerly()
    module = keras.optimizers.legacy if graph else keras.optimizers
    return getattr(module, name)(0.01)


def scale_class(keras: Any) -> type:
    """Return a custom layer whose config holds initializers, as a dict and by name."""

    class Scale(keras.layers.Layer):
        def __init__(self, initializer: Any, offset_init: str = "zeros", **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.initializer = keras.initializers.get(initializer)
            self.offset_init = offset_init

        def build(self, shape: Any) -> None:
            self.scale = self.add_weight(shape=(shape[-1],), initializer=self.initializer, name="scale")
            offset = keras.initializers.get(self.offset_init)
            self.offset = self.add_weight(shape=(shape[-1],), initializer=offset, name="offset")
            super().build(shape)

        def call(self, inputs: Any) -> Any:
            return inputs * self.scale + self.offset

        def get_config(self) -> dict[str, Any]:
            config: dict[str, Any] = super().get_config()
            initializer = keras.initializers.serialize(self.initializer)
            return {**config, "initializer": initializer, "offset_init": self.offset_init}

    return Scale


def nested_model(keras: Any, legacy: dict[str, Any]) -> Any:
    """Return a model of models, wrappers and cells, with a shared layer and a custom layer."""
    layers, keras_2 = keras.layers, "v1_normal" in legacy
    kernel = {"kernel_initializer": legacy["glorot_uniform"]}
    shared = layers.Dense(4, name="shared", bias_initializer=legacy["constant"], **kernel)
    inner = keras.Sequential([keras.Input((4, 4)), layers.Dense(4, **kernel)], name="inner")
    inputs = keras.Input((4, 4))
    # Keras 3 cannot even build a Bidirectional layer that holds a legacy initializer.
    lstm = {"recurrent_initializer": legacy["orthogonal"], **kernel} if keras_2 else {}
    x = layers.Bidirectional(layers.LSTM(2, return_sequences=True, **lstm))(shared(shared(inner(inputs))))
    if getattr(sys.modules.get("keras"), "__version__", "") != "3.0.0":  # which fails in its call
        x = layers.TimeDistributed(layers.Dense(3, kernel_initializer=legacy["random_normal"]))(x)
    x = layers.RNN([layers.GRUCell(3, **kernel), layers.LSTMCell(2, kernel_initializer=legacy["truncated_normal"])])(x)
    x = scale_class(keras)(legacy["random_uniform"], "one", name="scale")(x)
    model = keras.Model(inputs, layers.Dense(2, kernel_initializer=legacy["variance_scaling"])(x), name="nested_model")
    model.compile(optimizer(keras, "SGD"), keras.losses.MeanSquaredError())
    return model


def small(keras: Any, legacy: Any, target: Path) -> None:
    """Write `small.zip`."""
    import small_models
    import tensorflow as tf

    recorded = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in small_models.NAMES:
            keras.backend.clear_session()
            keras.utils.set_random_seed(1)
            model = getattr(small_models.Small(keras, legacy), name)()
            shapes = [tuple(tensor.shape) for tensor in model.inputs]
            inputs = small_models.inputs(shapes)
            outputs = tf.nest.flatten(model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0))
            recorded[name] = {"shapes": shapes, "predictions": [output.tolist() for output in outputs]}
            with tempfile.TemporaryDirectory() as folder:
                for path in (Path(folder) / f"{name}{ending}" for ending in (".h5", ".keras")):
                    model.save(path)
                    archive.write(path, path.name)
        archive.writestr("made.json", json.dumps(recorded))


def main(environment: str, target: Path) -> None:
    """Make the fixtures of the environment in which this runs."""
    if environment == "tf_keras":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import numpy as np
    import tensorflow as tf

    if environment == "tf-2.15-graph":
        tf.compat.v1.disable_v2_behavior()
    keras = tf.keras
    keras_2 = not hasattr(keras, "random")
    folder = target / environment
    folder.mkdir(parents=True, exist_ok=True)
    recorded: dict[str, Any] = {
        "tensorflow": tf.__version__,
        "keras": sys.modules["tf_keras" if environment == "tf_keras" else "keras"].__version__,
    }
    for name, build in {"layers": layers_model, "nested": nested_model}.items():
        if not any(file.startswith(name) for file in FILES[environment]):
            continue
        keras.backend.clear_session()
        model = build(keras, initializers(tf, keras_2))
        shape = (2, *model.input_shape[1:])
        model.fit(probe(shape), np.ones((2, 2), np.float32), epochs=1, verbose=0)
        for path in (folder / file for file in FILES[environment] if file.startswith(name)):
            if path.suffix == ".json":
                path.write_text(model.to_json())
            else:
                model.save(path)
        recorded[name] = {"shape": shape, "predictions": model.predict(probe(shape), verbose=0).tolist()}
    if environment == "tf-2.15-eager":
        small(keras, tf.compat.v1.initializers, folder / SMALL)
    (folder / "made.json").write_text(json.dumps(recorded, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else FIXTURES)
