"""VarianceScaling, and the initializers that are VarianceScaling with fixed arguments."""

import math
from collections.abc import Sequence
from typing import Final

from tf_initcompat.catalog import symbols
from tf_initcompat.typing import DType, DTypeLike, Scalar, Seed
from tf_initcompat.wrappers import arguments, base, exactness, native, real, seeds
from tf_initcompat.wrappers.tensorflow import tf

_DISTRIBUTIONS: Final[dict[str, native.NativeDistribution]] = {
    "normal": "truncated_normal",
    "uniform": "uniform",
    "truncated_normal": "truncated_normal",
    "untruncated_normal": "untruncated_normal",
}


def fan(shape: Sequence[int], mode: str) -> float:
    """Return the fan that divides the variance.

    Args:
      shape: Full shape of the weights: (..., inputs, outputs), with the receptive field in front.
      mode: "fan_in", "fan_out" or "fan_avg".

    Returns:
      Number of input units, of output units or their mean; at least 1.

    Example:
      >>> fan((3, 3, 16, 32), "fan_in")
      144
      >>> fan((3, 3, 16, 32), "fan_avg")
      216.0
    """
    if len(shape) < 2:
        fan_in = fan_out = shape[0] if shape else 1
    else:
        field = 1
        for dimension in shape[:-2]:
            field *= dimension
        fan_in, fan_out = shape[-2] * field, shape[-1] * field
    return max(1.0, {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode])


def delegate(
    scale: Scalar,
    mode: str,
    distribution: native.NativeDistribution,
    seed: Seed,
    shape: tuple[int, ...],
    full_shape: tuple[int, ...],
    dtype: DType,
) -> native.NativeInitializer:
    """Return the native VarianceScaling that gives a shard the scale of the full shape.

    Args:
      scale: Scale for the full shape.
      mode: Fan mode.
      distribution: Native distribution.
      seed: Seed of the wrapper.
      shape: Shape that will be sampled.
      full_shape: Shape whose fan counts.
      dtype: Dtype that will be sampled.

    Returns:
      A `tf.keras.initializers.VarianceScaling` for one call with `shape`, or a `RandomUniform` if the former would
      round its limit.

    Raises:
      NoNativeCounterpartError: If the scale is too small or too large for float64.
    """
    exactness.require_scale(scale)
    limit = math.sqrt(3.0 * scale / fan(full_shape, mode))
    if distribution == "uniform" and not exactness.represents_bounds(-limit, limit, dtype):
        return exactness.uniform(-limit, limit, seed, dtype)
    if full_shape != shape:
        scale = scale * (fan(shape, mode) / fan(full_shape, mode))
    return native.initializers().VarianceScaling(
        scale=scale, mode=mode, distribution=distribution, seed=seeds.call_seed(seed, distribution, dtype)
    )


def _is_distribution(value: str) -> bool:
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # users give anything
        real.VarianceScaling(1.0, "fan_in", value)  # raises an error whose type depends on the version of TensorFlow
    return value.lower() in _DISTRIBUTIONS


class VarianceScaling(base.Initializer):
    """Samples weights whose variance is scaled to the number of units that they connect.

    Mirrors `tf.compat.v1.variance_scaling_initializer`.

    With `distribution="truncated_normal"` or `"untruncated_normal"` samples come from a normal distribution with
    mean 0 and standard deviation `sqrt(scale / n)` (after truncation, if used), with `distribution="uniform"` from
    [-limit, limit], `limit = sqrt(3 * scale / n)`. n is the number of input units (`mode="fan_in"`), of output units
    (`"fan_out"`) or the average of both (`"fan_avg"`). For a partitioned variable, n is that of the full shape.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                      |
    | :--------------- | :------------- | :-------------------------------------------------------- |
    | `scale`          | `scale`        |                                                           |
    | `mode`           | `mode`         |                                                           |
    | `distribution`   | `distribution` | 'normal' becomes 'truncated_normal'                       |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`        | dtype of the call                                         |
    | `partition_info` | -              | the fan is that of the full shape                         |

    Args:
      scale: Scaling factor, a positive float.
      mode: One of "fan_in", "fan_out", "fan_avg".
      distribution: One of "truncated_normal" ("normal" is the same), "untruncated_normal", "uniform".
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      ValueError: If `scale`, `mode` or `distribution` is invalid, or `dtype` not floating.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> initializer = tf_initcompat.variance_scaling_initializer(scale=1 / 3, distribution="uniform")
      >>> bool(tf.reduce_all(tf.abs(initializer((100, 50))) <= 0.1))  # limit = sqrt(3 * 1/3 / 100)
      True

    Source: `tf.compat.v1.variance_scaling_initializer`; He et al., 2015, https://arxiv.org/abs/1502.01852.
    """

    _symbol = symbols.by_name()["variance_scaling_initializer"]

    def __init__(
        self,
        scale: Scalar = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Seed = None,
        dtype: DTypeLike = tf.float32,
    ) -> None:
        # "not (<=)": the legacy class accepts NaN.
        arguments.require("scale", scale, "must be a positive float", lambda value: not value <= 0.0)
        arguments.require("mode", mode, f"should be one of {symbols.MODES}", set(symbols.MODES).__contains__)
        arguments.require(
            "distribution",
            distribution,
            f"should be one of {tuple(_DISTRIBUTIONS)}",
            _is_distribution,
        )
        self.scale = scale
        self.mode = mode
        self.distribution = distribution.lower()
        self.seed = seed
        self.dtype = arguments.as_float_dtype(dtype)

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        return delegate(self.scale, self.mode, _DISTRIBUTIONS[self.distribution], self.seed, shape, full_shape, dtype)

    def _legacy(self) -> real.LegacyInitializer:
        return real.VarianceScaling(self.scale, self.mode, _DISTRIBUTIONS[self.distribution], self.seed)


class GlorotUniform(VarianceScaling):
    """Samples uniformly from [-limit, limit], limit = sqrt(6 / (fan_in + fan_out)); also called Xavier uniform.

    Mirrors `tf.compat.v1.glorot_uniform_initializer`.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                               |
    | :--------------- | :------------- | :----------------------------------------------------------------- |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream          |
    | `dtype`          | -              | ignored, as in TensorFlow 1: float32 unless the call names a dtype |
    | -                | `scale`        | 1.0                                                                |
    | -                | `mode`         | "fan_avg"                                                          |
    | -                | `distribution` | "uniform"                                                          |
    | `partition_info` | -              | the fan is that of the full shape                                  |

    Args:
      seed: Integer op seed or None.
      dtype: Accepted and ignored, as in the legacy class; give the dtype to the call.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> tensor = tf_initcompat.glorot_uniform_initializer()((400, 200))
      >>> bool(tf.reduce_all(tf.abs(tensor) <= 0.1))  # limit = sqrt(6 / 600)
      True

    Source: Glorot and Bengio, 2010, http://proceedings.mlr.press/v9/glorot10a.html.
    """

    _symbol = symbols.by_name()["glorot_uniform_initializer"]

    def __init__(self, seed: Seed = None, dtype: DTypeLike = tf.float32) -> None:
        del dtype
        super().__init__(scale=1.0, mode="fan_avg", distribution="uniform", seed=seed)


class GlorotNormal(VarianceScaling):
    """Samples from a truncated normal of stddev sqrt(2 / (fan_in + fan_out)); also called Xavier normal.

    Mirrors `tf.compat.v1.glorot_normal_initializer`.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                               |
    | :--------------- | :------------- | :----------------------------------------------------------------- |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream          |
    | `dtype`          | -              | ignored, as in TensorFlow 1: float32 unless the call names a dtype |
    | -                | `scale`        | 1.0                                                                |
    | -                | `mode`         | "fan_avg"                                                          |
    | -                | `distribution` | "truncated_normal"                                                 |
    | `partition_info` | -              | the fan is that of the full shape                                  |

    Args:
      seed: Integer op seed or None.
      dtype: Accepted and ignored, as in the legacy class; give the dtype to the call.

    Example:
      >>> import tf_initcompat
      >>> initializer = tf_initcompat.glorot_normal_initializer(seed=1)
      >>> initializer((4, 2), dtype="float64").dtype
      tf.float64
      >>> initializer.get_config()
      {'seed': 1, 'dtype': 'float32'}

    Source: Glorot and Bengio, 2010, http://proceedings.mlr.press/v9/glorot10a.html.
    """

    _symbol = symbols.by_name()["glorot_normal_initializer"]

    def __init__(self, seed: Seed = None, dtype: DTypeLike = tf.float32) -> None:
        del dtype
        super().__init__(scale=1.0, mode="fan_avg", distribution="truncated_normal", seed=seed)


class UniformUnitScaling(base.Initializer):
    """Samples uniformly from [-limit, limit], limit = factor * sqrt(3 / n), to keep the scale of a layer's input.

    Mirrors `tf.compat.v1.uniform_unit_scaling_initializer`. n is the product of all dimensions except the last. It is
    1 for a vector, where `VarianceScaling` counts the length.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                      |
    | :--------------- | :------------- | :-------------------------------------------------------- |
    | `factor`         | `scale`        | scale = factor ** 2                                       |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`        | dtype of the call                                         |
    | -                | `mode`         | "fan_in"                                                  |
    | -                | `distribution` | "uniform"                                                 |
    | `partition_info` | -              | the number of inputs is that of the full shape            |

    Args:
      factor: Factor of the limit, a float.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      ValueError: If `dtype` is not floating.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> tensor = tf_initcompat.uniform_unit_scaling_initializer(factor=2.0)((300, 50))
      >>> bool(tf.reduce_all(tf.abs(tensor) <= 0.2))  # limit = 2 * sqrt(3 / 300)
      True

    Source: Sussillo and Abbott, 2014, https://arxiv.org/abs/1412.6558.
    """

    _symbol = symbols.by_name()["uniform_unit_scaling_initializer"]

    def __init__(self, factor: Scalar = 1.0, seed: Seed = None, dtype: DTypeLike = tf.float32) -> None:
        self.factor = factor
        self.seed = seed
        self.dtype = arguments.as_float_dtype(dtype)

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        if isinstance(self.factor, (tf.Tensor, tf.Variable)):  # Keras takes the square root outside of the tape
            raise arguments.NoNativeCounterpartError
        # The fan of (inputs, 1) is the n of the legacy class, also for a vector, whose only dimension is an output.
        inputs = fan((*full_shape[:-1], 1), "fan_in")
        if self.factor < 0:  # the limits are the other way round, and the lower one is excluded
            limit = math.sqrt(3 / inputs) * self.factor
            return exactness.uniform(-limit, limit, self.seed, dtype)
        scale = self.factor**2 * fan(shape, "fan_in") / inputs
        return delegate(scale, "fan_in", "uniform", self.seed, shape, shape, dtype)

    def _legacy(self) -> real.LegacyInitializer:
        return real.UniformUnitScaling(self.factor, self.seed)
