"""Small models of Keras 2 for `small.zip`, each for something that Keras 3 reads in another way.

`make_fixtures.py` saves them with Keras 2.15, as .h5 and .keras, with the predictions for `inputs(model)`.
"""

from typing import Any

import numpy as np


def inputs(shapes: list[tuple[int | None, ...]]) -> list[Any]:
    """Returns an input of two for each shape."""
    found = []
    for number, shape in enumerate(shapes):
        full = (2, *shape[1:])
        found.append(np.linspace(-1.0, 1.0 + number, int(np.prod(full)), dtype=np.float32).reshape(full))
    return found


class Small:
    """Builds the models, with one Keras and its legacy initializers."""

    def __init__(self, keras: Any, legacy: Any) -> None:
        self.keras, self.layers, self.legacy = keras, keras.layers, legacy

    def dense(self, units: int, **keywords: Any) -> Any:
        kernel = self.legacy.random_uniform(-1.0, 1.0, seed=units)
        return self.layers.Dense(units, kernel_initializer=kernel, **keywords)

    def inner(self, is_sequential: bool = False) -> Any:
        bias = self.legacy.constant(0.25)
        if is_sequential:
            return self.keras.Sequential([self.keras.Input((4,)), self.dense(4, bias_initializer=bias)], name="inner")
        one = self.keras.Input((4,))
        return self.keras.Model(one, self.dense(4, bias_initializer=bias)(one), name="inner")

    def chain(self) -> Any:
        one, model = self.keras.Input((4,)), self.inner()
        return self.keras.Model(one, model(model(model(one))))

    def every_call_an_output(self) -> Any:
        one, two, model = self.keras.Input((4,)), self.keras.Input((4,)), self.inner()
        x, y = model(one), model(two)
        return self.keras.Model([one, two], [x, y, self.dense(2)(y)])

    def outputs_in_dict(self) -> Any:
        one, model = self.keras.Input((4,)), self.inner(True)
        x = model(one)
        y = model(x)
        return self.keras.Model(one, {"p": x, "q": self.dense(3)(y)})

    def outputs_in_dict_only(self) -> Any:
        one, model = self.keras.Input((4,)), self.inner()
        x = model(one)
        return self.keras.Model(one, {"p": model(x), "q": self.dense(2)(x)})

    def nested_outputs(self) -> Any:
        one, model = self.keras.Input((4,)), self.inner(True)
        x = model(one)
        return self.keras.Model(one, [model(x), [x, self.dense(2)(x)]])

    def keyword_tensors(self) -> Any:
        one, two = self.keras.Input((3, 4)), self.keras.Input((3, 4))
        rows = self.keras.Sequential([self.keras.Input((3, 4)), self.dense(4)], name="inner")
        x, y = rows(one), rows(two)
        attention = self.layers.MultiHeadAttention(2, 3, kernel_initializer=self.legacy.glorot_uniform(seed=1))
        return self.keras.Model([one, two], attention(self.layers.Subtract()([x, y]), value=y))

    def initial_states(self) -> Any:
        one = self.keras.Input((3, 4))
        kernel = {"kernel_initializer": self.legacy.glorot_uniform(seed=1)}
        outputs, *states = self.layers.LSTM(3, return_state=True, return_sequences=True, **kernel)(one)
        return self.keras.Model(one, self.layers.LSTM(3, **kernel)(outputs, initial_state=states))

    def dict_inputs(self) -> Any:
        one, left, right = self.keras.Input((4,)), self.keras.Input((4,), name="i"), self.keras.Input((4,), name="j")
        model = self.keras.Model({"i": left, "j": right}, {"x": self.dense(3)(left), "y": self.dense(2)(right)})
        made = model({"i": one, "j": self.dense(4)(one)})
        return self.keras.Model(one, self.layers.Concatenate()([made["x"], made["y"]]))

    def inside_sequential(self) -> Any:
        return self.keras.Sequential([self.keras.Input((4,)), self.inner(), self.layers.Flatten()])

    def inside_wrapper(self) -> Any:
        one = self.keras.Input((3, 4))
        return self.keras.Model(one, self.layers.TimeDistributed(self.inner())(one))

    def sequential_only(self) -> Any:
        return self.keras.Sequential([self.keras.Input((4,)), self.dense(3)])

    def two_axes(self) -> Any:
        ones = self.legacy.ones()
        norm = self.layers.LayerNormalization(axis=[1, 2], gamma_initializer=ones)
        return self.keras.Sequential([self.keras.Input((3, 4)), norm, self.layers.UnitNormalization(axis=[1, 2])])

    def one_axis(self) -> Any:
        one = self.keras.Input((3, 4))
        return self.keras.Model(one, self.dense(2)(self.layers.Concatenate(axis=1)([one, self.layers.Softmax(1)(one)])))

    def bins(self) -> Any:
        one = self.keras.Input((4,))
        found = self.layers.Discretization(bin_boundaries=[0.2, 0.6])(one)
        found = self.layers.CategoryEncoding(4, output_mode="multi_hot")(found)
        return self.keras.Model(one, self.layers.LeakyReLU(alpha=0.3)(self.dense(3)(found)))

    def identity_layer(self) -> Any:
        one = self.keras.Input((4,))
        kernel = self.legacy.identity(gain=0.5)
        return self.keras.Model(one, self.layers.Dense(4, kernel_initializer=kernel)(self.layers.Identity()(one)))

    def schedule(self) -> Any:
        model = self.sequential_only()
        decay = self.keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
        model.compile(self.keras.optimizers.legacy.SGD(decay), loss="mse", metrics=["mae"])
        model.fit(np.ones((2, 4), np.float32), np.ones((2, 3), np.float32), verbose=0)
        return model

    def hard_sigmoid(self) -> Any:
        one = self.keras.Input((3, 4))
        kernel = self.legacy.glorot_uniform(seed=1)
        return self.keras.Model(
            one, self.layers.GRU(3, recurrent_activation="hard_sigmoid", kernel_initializer=kernel)(one)
        )


#: The models by name.
NAMES = [name for name in vars(Small) if name not in ("dense", "inner") and not name.startswith("_")]
