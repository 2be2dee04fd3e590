"""The initializers of `tf.contrib.layers`, which only TensorFlow 1 has."""

import math
from typing import Any, Final

from tf_initcompat.catalog import symbols
from tf_initcompat.typing import DType, DTypeLike, Scalar, Seed, ShapeLike, Tensor
from tf_initcompat.wrappers import arguments, base, native, real, variance_scaling
from tf_initcompat.wrappers.tensorflow import tf

_MODES: Final = ("FAN_IN", "FAN_OUT", "FAN_AVG")


class ContribVarianceScaling(base.Initializer):
    """Initializer that `tf_initcompat.contrib.layers.variance_scaling_initializer` returns.

    Contrib returns a closure. This is a class, so that it can be pickled and saved. The function describes the
    distribution.

    Args:
      factor: Factor of the variance.
      mode: One of "FAN_IN", "FAN_OUT", "FAN_AVG".
      uniform: Whether to sample from a uniform distribution instead of a truncated normal.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      TypeError: If `mode` is unknown or `dtype` not floating.
    """

    _symbol = symbols.by_name()["contrib.layers.variance_scaling_initializer"]

    def __init__(
        self,
        factor: Scalar = 2.0,
        mode: str = "FAN_IN",
        uniform: bool = False,
        seed: Seed = None,
        dtype: DTypeLike = tf.float32,
    ) -> None:
        float_dtype = _as_float_dtype(dtype)
        if mode not in _MODES:
            raise TypeError(f"Argument `mode` should be one of {_MODES}. Received: {mode!r}. Unknown mode.")
        self.factor = factor
        self.mode = mode
        self.uniform = uniform
        self.seed = seed
        self.dtype = float_dtype

    def _dtype_of_call(self, dtype: DTypeLike | None) -> DType:
        return self.dtype if dtype is None else _as_float_dtype(dtype)

    def _initialize_natively(self, shape: ShapeLike, dtype: DType, partition_info: Any) -> Tensor:
        return super()._initialize_natively(shape, dtype, _slice(partition_info))

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        if math.prod(shape) == 0:  # contrib divides by a fan of zero
            raise arguments.NoNativeCounterpartError
        mode = self.mode.lower()
        if self.uniform:
            return variance_scaling.delegate(self.factor, mode, "uniform", self.seed, shape, full_shape, dtype)
        # Keras' stddev is the one after truncation, contrib's the one before.
        scale = self.factor * symbols.CONTRIB_SCALE
        return variance_scaling.delegate(scale, mode, "truncated_normal", self.seed, shape, full_shape, dtype)

    def _legacy(self) -> real.LegacyInitializer:
        return self._initialize_by_core_symbol

    def _initialize_by_core_symbol(self, shape: Any, dtype: DType, partition_info: Any) -> Tensor:
        """Sample contrib's distribution through a core symbol, since TensorFlow 2 has no contrib."""
        dtype = _as_float_dtype(dtype)
        whole = _slice(partition_info)
        full_shape: Any = shape if whole is None else whole.full_shape
        fan_in = float(full_shape[-2] if len(full_shape) > 1 else full_shape[-1]) if len(full_shape) else 1.0
        fan_out = float(full_shape[-1]) if len(full_shape) else 1.0
        for dimension in full_shape[:-2]:
            fan_in *= float(dimension)
            fan_out *= float(dimension)
        n = {"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2.0}[self.mode]
        core: real.LegacyClass
        if self.uniform:
            limit = math.sqrt(3.0 * self.factor / n)
            core = real.RandomUniform(-limit, limit, self.seed)
        else:
            core = real.TruncatedNormal(0.0, math.sqrt(symbols.CONTRIB_VARIANCE * self.factor / n), self.seed)
        return core(shape, dtype=dtype, partition_info=None)


def _slice(partition_info: Any) -> arguments.Slice | None:
    """Return the partition if it is a slice of the whole; contrib ignores others and uses the fan of the shard."""
    return partition_info if isinstance(partition_info, arguments.Slice) else None


def _as_float_dtype(dtype: DTypeLike) -> DType:
    """Return the dtype; contrib's error for one that is not floating is a TypeError."""
    try:
        return arguments.as_float_dtype(dtype)
    except ValueError as error:
        raise TypeError(f"{error} Cannot create initializer for non-floating point type.") from error


def variance_scaling_initializer(
    factor: Scalar = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: Seed = None,
    dtype: DTypeLike = tf.float32,
) -> ContribVarianceScaling:
    """Return contrib's initializer that scales the variance of weights to their fan.

    Mirrors `tf.contrib.layers.variance_scaling_initializer`. With `uniform` it samples uniformly from [-limit, limit],
    `limit = sqrt(3 * factor / n)`. Without, it samples from a normal of stddev `sqrt(1.3 * factor / n)`, truncated at
    two of these.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                      |
    | :--------------- | :------------- | :-------------------------------------------------------- |
    | `factor`         | `scale`        | times 1.3 * 0.87962566103423978 ** 2 unless `uniform`     |
    | `mode`           | `mode`         | in lower case                                             |
    | `uniform`        | `distribution` | True is 'uniform', False is 'truncated_normal'            |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`        | dtype of the call                                         |
    | `partition_info` | -              | ignored, as in TensorFlow 1: the fan is that of the shard |

    Args:
      factor: Factor of the variance, a float.
      mode: One of "FAN_IN", "FAN_OUT", "FAN_AVG".
      uniform: Whether to sample from a uniform distribution instead of a truncated normal.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call names none.

    Returns:
      The initializer.

    Raises:
      TypeError: If `mode` is unknown or `dtype` not floating.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.contrib.layers.variance_scaling_initializer(mode="FAN_AVG")
      ContribVarianceScaling(factor=2.0, mode='FAN_AVG', uniform=False, seed=None, dtype=tf.float32)

    Source: `tf.contrib.layers.variance_scaling_initializer`; He et al., 2015, https://arxiv.org/abs/1502.01852.
    """
    return ContribVarianceScaling(factor=factor, mode=mode, uniform=uniform, seed=seed, dtype=dtype)


def xavier_initializer(
    uniform: bool = True, seed: Seed = None, dtype: DTypeLike = tf.float32
) -> ContribVarianceScaling:
    """Return contrib's Xavier initializer: `variance_scaling_initializer` with factor 1 and "FAN_AVG".

    Mirrors `tf.contrib.layers.xavier_initializer` and `xavier_initializer_conv2d`, which are the same function.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                      |
    | :--------------- | :------------- | :-------------------------------------------------------- |
    | `uniform`        | `distribution` | True is 'uniform', False is 'truncated_normal'            |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`        | dtype of the call                                         |
    | -                | `mode`         | "fan_avg"                                                 |
    | `partition_info` | -              | ignored, as in TensorFlow 1: the fan is that of the shard |

    Args:
      uniform: Whether to sample from a uniform distribution instead of a truncated normal.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call names none.

    Returns:
      The initializer.

    Raises:
      TypeError: If `dtype` is not floating.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> tensor = tf_initcompat.contrib.layers.xavier_initializer()((400, 200))
      >>> bool(tf.reduce_all(tf.abs(tensor) <= 0.1))  # limit = sqrt(3 / 300)
      True

    Source: `tf.contrib.layers.xavier_initializer`; Glorot and Bengio, 2010, http://proceedings.mlr.press/v9/glorot10a.html.
    """
    return ContribVarianceScaling(factor=1.0, mode="FAN_AVG", uniform=uniform, seed=seed, dtype=dtype)
