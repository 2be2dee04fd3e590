"""One layer of Keras around a computation: it has the weights and the config, and the computation the arithmetic."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from tf_initcompat.wrappers.tensorflow import tf

#: Shape with None for the number of examples, and for other sizes that are not known.
Shape: TypeAlias = Sequence[int | None]
#: A tensor, or the list of tensors on which a layer is called. TensorFlow has no types.
Tensors: TypeAlias = Any

__all__ = ["Computation", "Shape", "Tensors", "Weight", "layer_class"]

#: Keywords of the `Layer` of Keras.
_OWN_KEYS: Final = ("name", "trainable", "dtype", "batch_input_shape", "activity_regularizer")
#: Modules of Keras that make the objects in a config, by the end of the key.
_MODULES: Final = {
    "_initializer": "initializers",
    "_regularizer": "regularizers",
    "_constraint": "constraints",
    "activation": "activations",
}


@dataclasses.dataclass(frozen=True)
class Weight:
    """A weight of a layer.

    Attributes:
      name: Its name.
      shape: Its shape.
      initializer: Default of the key `{name}_initializer`: the name of an initializer, or a constant.
      trainable: Whether training changes it.
    """

    name: str
    shape: tuple[int, ...]
    initializer: str | float = "zeros"
    trainable: bool = True


class Computation(Protocol):
    """What a layer computes. It is made from the config, without the keys that Keras handles."""

    def weights(self, shape: Any) -> Sequence[Weight]:
        """Return the weights for the shape of the input, or for the shapes of the inputs, in the order of files."""
        ...

    def output_shape(self, shape: Any) -> tuple[int | None, ...]:
        """Return the shape of the output."""
        ...

    def compute(self, inputs: Tensors, weights: Mapping[str, Any], activation: Callable[[Any], Any]) -> Tensors:
        """Return the output.

        Args:
          inputs: The input, or the list of inputs.
          weights: The weights by name.
          activation: Function of the key `activation`.
        """
        ...


def layer_class(name: str, computation: Callable[..., Computation], keras: Any) -> type:
    """Return the layer around a computation.

    Args:
      name: Name of the class.
      computation: What it computes; called with the keys of the config.
      keras: The module `keras` or `tf_keras`, whose `Layer` is the base class.
    """
    base: Any = keras.layers.Layer

    class LegacyLayer(base):  # type: ignore[misc]  # its base is not known before run time
        def __init__(self, **config: Any) -> None:
            base.__init__(self, **{key: config.pop(key) for key in _OWN_KEYS if key in config})
            makers = {key: _module(keras, key) for key in config}
            self._objects = {key: maker.get(config[key]) for key, maker in makers.items() if maker}
            self._values = {key: config[key] for key, maker in makers.items() if not maker}
            self._computation = computation(**self._values)
            self.supports_masking = True

        def build(self, input_shape: Any) -> None:
            shape = _plain(input_shape)
            weights = self._computation.weights(shape)
            for weight in weights:
                initializer: Any = self._objects.get(f"{weight.name}_initializer") or weight.initializer
                if isinstance(initializer, float):
                    initializer = keras.initializers.Constant(initializer)
                variable = self.add_weight(
                    name=weight.name,
                    shape=weight.shape,
                    initializer=initializer,
                    regularizer=self._objects.get(f"{weight.name}_regularizer"),
                    constraint=self._objects.get(f"{weight.name}_constraint"),
                    trainable=weight.trainable,
                )
                setattr(self, weight.name, variable)
            self._weight_names = [weight.name for weight in weights]
            self._sample_shape = shape[1:]
            self.built = True

        def call(self, inputs: Any) -> Any:
            weights = {name: getattr(self, name) for name in self._weight_names}
            if weights:  # in a graph, the layer before can leave sizes open
                inputs = tf.ensure_shape(inputs, (None, *self._sample_shape))
            activation = self._objects.get("activation") or keras.activations.linear
            return self._computation.compute(inputs, weights, activation)

        def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
            return self._computation.output_shape(_plain(input_shape))

        def get_config(self) -> dict[str, Any]:
            objects = {key: value and _module(keras, key).serialize(value) for key, value in self._objects.items()}
            return {**base.get_config(self), **self._values, **objects}

    LegacyLayer.__name__ = LegacyLayer.__qualname__ = name
    LegacyLayer.__module__ = __package__ or ""
    LegacyLayer.__doc__ = computation.__doc__
    return LegacyLayer


def _module(keras: Any, key: str) -> Any:
    """Return the module of Keras that makes the object under a key; None for a plain value."""
    module = next((module for end, module in _MODULES.items() if key.endswith(end)), None)
    return getattr(keras, module) if module else None


def _plain(shape: Any) -> Any:
    """Return a shape, or a list of shapes, as tuples. Keras 2 passes a TensorShape."""
    sizes: list[Any] = shape.as_list() if hasattr(shape, "as_list") else list(shape)
    return tuple(sizes) if all(isinstance(size, int | None) for size in sizes) else [_plain(each) for each in sizes]
