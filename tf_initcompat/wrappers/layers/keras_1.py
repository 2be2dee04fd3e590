"""Layers of Keras 1.2 that later versions do not have."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tf_initcompat.wrappers.layers.adapter import Shape, Tensors, Weight
from tf_initcompat.wrappers.tensorflow import tf

__all__ = ["BatchNormalization", "Cosine", "Highway", "MaxoutDense", "ParametricSoftplus", "SReLU"]

#: `keras.backend.epsilon()` of Keras 1.
_EPSILON: Final = 1e-7
#: Mode of BatchNormalization that normalizes each sample.
_SAMPLES: Final = 1
#: Mode of BatchNormalization that normalizes each feature with the statistics of the batch, also in predictions.
_FEATURES: Final = 2


def _known(shape: Shape) -> tuple[int, ...]:
    """Return the sizes of one sample.

    Raises:
      ValueError: If one is not known.
    """
    sizes = tuple(size for size in shape[1:] if size is not None)
    if len(sizes) != len(shape) - 1:
        raise ValueError(f"the layer needs an input whose sizes are known, not {tuple(shape)}")
    return sizes


class _SameShape:
    """The output has the shape of the input."""

    def output_shape(self, shape: Shape) -> tuple[int | None, ...]:
        """Return the shape of the output."""
        return tuple(shape)


@dataclasses.dataclass(frozen=True)
class Highway(_SameShape):
    """Highway: a dense layer whose gate lets the rest of the input pass.

    Args:
      use_bias: Whether biases are added.
    """

    use_bias: bool = True

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Return the matrices of the layer and of the gate, and their biases."""
        (size,) = _known(shape)
        kernels = tuple(Weight(name, (size, size), "glorot_uniform") for name in ("kernel", "carry_kernel"))
        biases = (Weight("bias", (size,)), Weight("carry_bias", (size,), "ones"))
        return kernels + biases if self.use_bias else kernels

    def compute(self, inputs: Tensors, weights: Mapping[str, Any], activation: Callable[[Any], Any]) -> Tensors:
        """Return the activation where the gate is 1, and the input where it is 0."""

        def dense(kernel: str, bias: str) -> Any:
            product = tf.matmul(inputs, weights[kernel])
            return product + weights[bias] if self.use_bias else product

        gate = tf.sigmoid(dense("carry_kernel", "carry_bias"))
        return activation(dense("kernel", "bias")) * gate + (1 - gate) * inputs


@dataclasses.dataclass(frozen=True)
class MaxoutDense:
    """MaxoutDense: the maximum of several dense layers.

    Args:
      units: Number of outputs.
      nb_feature: Number of dense layers.
      use_bias: Whether biases are added.
    """

    units: int
    nb_feature: int = 4
    use_bias: bool = True

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Return the matrices and the biases."""
        (size,) = _known(shape)
        kernel = Weight("kernel", (self.nb_feature, size, self.units), "glorot_uniform")
        return (kernel, Weight("bias", (self.nb_feature, self.units))) if self.use_bias else (kernel,)

    def output_shape(self, shape: Shape) -> tuple[int | None, ...]:
        """Return the shape of the output."""
        return shape[0], self.units

    def compute(self, inputs: Tensors, weights: Mapping[str, Any], activation: Callable[[Any], Any]) -> Tensors:
        """Return the maximum over the dense layers."""
        products = tf.einsum("bi,fiu->bfu", inputs, weights["kernel"])
        return tf.reduce_max(products + weights["bias"] if self.use_bias else products, axis=1)


@dataclasses.dataclass(frozen=True)
class ParametricSoftplus(_SameShape):
    """ParametricSoftplus: alpha log(1 + exp(beta x)).

    Args:
      alpha_init: First value of alpha.
      beta_init: First value of beta.
    """

    alpha_init: float = 0.2
    beta_init: float = 5.0

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Return alpha and beta, which have the shape of a sample."""
        sizes = _known(shape)
        return Weight("alphas", sizes, self.alpha_init), Weight("betas", sizes, self.beta_init)

    def compute(self, inputs: Tensors, weights: Mapping[str, Any], activation: Callable[[Any], Any]) -> Tensors:
        """Return the function of each input."""
        return tf.nn.softplus(weights["betas"] * inputs) * weights["alphas"]


@dataclasses.dataclass(frozen=True)
class SReLU(_SameShape):
    """SReLU: a function of three linear pieces, with learned thresholds and slopes."""

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Return the thresholds and slopes, which have the shape of a sample."""
        sizes = _known(shape)
        names = (("t_left", "zeros"), ("a_left", "glorot_uniform"), ("t_right", "glorot_uniform"), ("a_right", "ones"))
        return tuple(Weight(name, sizes, initializer) for name, initializer in names)

    def compute(self, inputs: Tensors, weights: Mapping[str, Any], activation: Callable[[Any], Any]) -> Tensors:
        """Return the function of each input. The right threshold lies |t_right| to the right of the left one."""
        left, width = weights["t_left"], tf.abs(weights["t_right"])
        offset = inputs - left
        below = weights["a_left"] * tf.nn.relu(-offset)
        return left + tf.clip_by_value(offset, 0.0, width) - below + weights["a_right"] * tf.nn.relu(offset - width)


@dataclasses.dataclass(frozen=True)
class BatchNormalization(_SameShape):
    """BatchNormalization with mode 1 or 2, which normalizes with the statistics of its input.

    Args:
      mode: 1 to normalize each sample, 2 to normalize each feature over the batch.
      feature_axis: Axis of the features.
      epsilon: Number added to the variance, and in mode 1 also to the standard deviation.
      momentum: Not used: it is that of the moving statistics, which nothing uses.

    Raises:
      ValueError: If `mode` is neither 1 nor 2.
    """

    mode: int
    feature_axis: int = -1
    epsilon: float = 1e-3
    momentum: float = 0.99

    def __post_init__(self) -> None:
        if self.mode not in (_SAMPLES, _FEATURES):
            raise ValueError(f"mode must be 1 or 2, not {self.mode!r}")

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Return gamma and beta, and the moving statistics, which files have."""
        size = shape[self.feature_axis]
        if size is None:
            raise ValueError(f"the layer needs an input whose axis {self.feature_axis} is known, not {tuple(shape)}")
        statistics = (Weight("moving_mean", (size,), "zeros", False), Weight("moving_variance", (size,), "ones", False))
        return Weight("gamma", (size,), "ones"), Weight("beta", (size,), "zeros"), *statistics

    def compute(self, inputs: Tensors, weights: Mapping[str, Any], activation: Callable[[Any], Any]) -> Tensors:
        """Return the scaled and shifted normal form of the input."""
        gamma, beta = tf.convert_to_tensor(weights["gamma"]), tf.convert_to_tensor(weights["beta"])
        if self.mode == _SAMPLES:
            mean, variance = tf.nn.moments(inputs, (-1,), keepdims=True)
            return gamma * (inputs - mean) / (tf.sqrt(variance + self.epsilon) + self.epsilon) + beta
        rank = len(inputs.shape)
        feature = self.feature_axis % rank
        mean, variance = tf.nn.moments(inputs, [axis for axis in range(rank) if axis != feature], keepdims=True)
        shape = [-1 if axis == feature else 1 for axis in range(rank)]
        normal = (inputs - mean) / tf.sqrt(variance + self.epsilon)
        return tf.reshape(gamma, shape) * normal + tf.reshape(beta, shape)


@dataclasses.dataclass(frozen=True)
class Cosine:
    """Merge with mode "cos": the cosine of the angle between two vectors.

    Args:
      dot_axes: Axis of the vectors in each input.
    """

    dot_axes: Sequence[int]

    def weights(self, shape: Sequence[Shape]) -> tuple[Weight, ...]:
        """Return no weights."""
        return ()

    def output_shape(self, shape: Sequence[Shape]) -> tuple[int | None, ...]:
        """Return the shape of the output."""
        left, right = (list(each) for each in shape)
        if len(left) == len(right) == 2:
            return left[0], 1, 1
        del left[self.dot_axes[0]], right[self.dot_axes[1]]
        return left[0], 1, *left[1:], *right[1:]

    def compute(self, inputs: Tensors, weights: Mapping[str, Any], activation: Callable[[Any], Any]) -> Tensors:
        """Return the product of the vectors, divided by the root of the products with themselves."""
        left, right = inputs
        norms = tf.sqrt(self._product(left, left) * self._product(right, right))
        return tf.expand_dims(self._product(left, right) / tf.maximum(norms, _EPSILON), 1)

    def _product(self, left: Any, right: Any) -> Any:
        if len(left.shape) == len(right.shape) == 2:
            return tf.reduce_sum(left * right, axis=1, keepdims=True)
        is_last = [
            axis % len(each.shape) == len(each.shape) - 1
            for axis, each in zip(self.dot_axes, (left, right), strict=True)
        ]
        return tf.matmul(left, right, transpose_a=not is_last[0], transpose_b=is_last[1])
