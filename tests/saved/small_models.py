"""Small models of Keras 2 for `small.zip`, each with a config or a call that Keras 3 reads in another way.

`make_fixtures.py` saves them with Keras 2.15, as .h5 and .keras, with the predictions for `inputs(shapes)`.
"""

from typing import Any

import numpy as np


def inputs(shapes: list[tuple[int | None, ...]]) -> list[Any]:
    """Return a batch of two examples for each input."""
    batches = []
    for number, shape in enumerate(shapes):
        full = (2, *shape[1:])
        batches.append(np.linspace(-1.0, 1.0 + number, int(np.prod(full)), dtype=np.float32).reshape(full))
    return batches


class Small:
    """Builds the models with a Keras and its legacy initializers."""

    def __init__(self, keras: Any, legacy: Any) -> None:
        self.keras, self.layers, self.legacy = keras, keras.layers, legacy

    def dense(self, units: int, **keywords: Any) -> Any:
        kernel = self.legacy.random_uniform(-1.0, 1.0, seed=units)
        return self.layers.Dense(units, kernel_initializer=kernel, **keywords)

    def inner(self, is_sequential: bool = False) -> Any:
        bias = self.legacy.constant(0.25)
        if is_sequential:
            return self.keras.Sequential([self.keras.Input((4,)), self.dense(4, bias_initializer=bias)], name="inner")
        inputs = self.keras.Input((4,))
        return self.keras.Model(inputs, self.dense(4, bias_initializer=bias)(inputs), name="inner")

    def chain(self) -> Any:
        inputs, model = self.keras.Input((4,)), self.inner()
        return self.keras.Model(inputs, model(model(model(inputs))))

    def every_call_an_output(self) -> Any:
        left, right, model = self.keras.Input((4,)), self.keras.Input((4,)), self.inner()
        x, y = model(left), model(right)
        return self.keras.Model([left, right], [x, y, self.dense(2)(y)])

    def outputs_in_dict(self) -> Any:
        inputs, model = self.keras.Input((4,)), self.inner(True)
        x = model(inputs)
        y = model(x)
        return self.keras.Model(inputs, {"p": x, "q": self.dense(3)(y)})

    def outputs_in_dict_only(self) -> Any:
        inputs, model = self.keras.Input((4,)), self.inner()
        x = model(inputs)
        return self.keras.Model(inputs, {"p": model(x), "q": self.dense(2)(x)})

    def nested_outputs(self) -> Any:
        inputs, model = self.keras.Input((4,)), self.inner(True)
        x = model(inputs)
        return self.keras.Model(inputs, [model(x), [x, self.dense(2)(x)]])

    def keyword_tensors(self) -> Any:
        left, right = self.keras.Input((3, 4)), self.keras.Input((3, 4))
        rows = self.keras.Sequential([self.keras.Input((3, 4)), self.dense(4)], name="inner")
        x, y = rows(left), rows(right)
        attention = self.layers.MultiHeadAttention(2, 3, kernel_initializer=self.legacy.glorot_uniform(seed=1))
        return self.keras.Model([left, right], attention(self.layers.Subtract()([x, y]), value=y))

    def initial_states(self) -> Any:
        inputs = self.keras.Input((3, 4))
        kernel = {"kernel_initializer": self.legacy.glorot_uniform(seed=1)}
        outputs, *states = self.layers.LSTM(3, return_state=True, return_sequences=True, **kernel)(inputs)
        return self.keras.Model(inputs, self.layers.LSTM(3, **kernel)(outputs, initial_state=states))

    def dict_inputs(self) -> Any:
        inputs, left, right = self.keras.Input((4,)), self.keras.Input((4,), name="i"), self.keras.Input((4,), name="j")
        model = self.keras.Model({"i": left, "j": right}, {"x": self.dense(3)(left), "y": self.dense(2)(right)})
        outputs = model({"i": inputs, "j": self.dense(4)(inputs)})
        return self.keras.Model(inputs, self.layers.Concatenate()([outputs["x"], outputs["y"]]))

    def inside_sequential(self) -> Any:
        return self.keras.Sequential([self.keras.Input((4,)), self.inner(), self.layers.Flatten()])

    def inside_wrapper(self) -> Any:
        inputs = self.keras.Input((3, 4))
        return self.keras.Model(inputs, self.layers.TimeDistributed(self.inner())(inputs))

    def sequential_only(self) -> Any:
        return self.keras.Sequential([self.keras.Input((4,)), self.dense(3)])

    def two_axes(self) -> Any:
        ones = self.legacy.ones()
        norm = self.layers.LayerNormalization(axis=[1, 2], gamma_initializer=ones)
        return self.keras.Sequential([self.keras.Input((3, 4)), norm, self.layers.UnitNormalization(axis=[1, 2])])

    def one_axis(self) -> Any:
        inputs = self.keras.Input((3, 4))
        doubled = self.layers.Concatenate(axis=1)([inputs, self.layers.Softmax(1)(inputs)])
        return self.keras.Model(inputs, self.dense(2)(doubled))

    def bins(self) -> Any:
        inputs = self.keras.Input((4,))
        bins = self.layers.Discretization(bin_boundaries=[0.2, 0.6])(inputs)
        encoded = self.layers.CategoryEncoding(4, output_mode="multi_hot")(bins)
        return self.keras.Model(inputs, self.layers.LeakyReLU(alpha=0.3)(self.dense(3)(encoded)))

    def identity_layer(self) -> Any:
        inputs = self.keras.Input((4,))
        kernel = self.legacy.identity(gain=0.5)
        return self.keras.Model(inputs, self.layers.Dense(4, kernel_initializer=kernel)(self.layers.Identity()(inputs)))

    def schedule(self) -> Any:
        model = self.sequential_only()
        decay = self.keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
        model.compile(self.keras.optimizers.legacy.SGD(decay), loss="mse", metrics=["mae"])
        model.fit(np.ones((2, 4), np.float32), np.ones((2, 3), np.float32), verbose=0)
        return model

    def hard_sigmoid(self) -> Any:
        inputs = self.keras.Input((3, 4))
        kernel = self.legacy.glorot_uniform(seed=1)
        return self.keras.Model(
            inputs, self.layers.GRU(3, recurrent_activation="hard_sigmoid", kernel_initializer=kernel)(inputs)
        )


#: The models by name.
NAMES = [name for name in vars(Small) if name not in ("dense", "inner") and not name.startswith("_")]
