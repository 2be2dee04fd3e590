"""The initializers of tf.contrib.layers, which tf_slim keeps."""

import math
from collections.abc import Callable
from typing import Any, Final

from tf_initcompat.catalog import symbols
from tf_initcompat.wrappers import arguments, base, random, variance_scaling
from tf_initcompat.wrappers.tensorflow import tf

_MODES: Final = ("FAN_IN", "FAN_OUT", "FAN_AVG")


class ContribVarianceScaling(base.Initializer):
    """What `tf_initcompat.contrib.layers.variance_scaling_initializer` returns.

    Contrib returned a closure; this is a class, so that it can be pickled and saved. See the function for the law.

    Args:
      factor: Factor of the variance.
      mode: One of "FAN_IN", "FAN_OUT", "FAN_AVG".
      uniform: Whether to draw from a uniform distribution instead of a truncated normal.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call gives none.

    Raises:
      TypeError: If `mode` is unknown or `dtype` not floating.
    """

    def __init__(
        self,
        factor: float = 2.0,
        mode: str = "FAN_IN",
        uniform: bool = False,
        seed: Any = None,
        dtype: Any = tf.float32,
    ) -> None:
        float_dtype = _as_float_dtype(dtype)
        if mode not in _MODES:
            raise TypeError(f"Argument `mode` should be one of {_MODES}. Received: {mode!r}. Unknown mode.")
        self.factor = factor
        self.mode = mode
        self.uniform = uniform
        self.seed = seed
        self.dtype = float_dtype

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the keys factor, mode, uniform, seed and dtype."""
        return {
            "factor": self.factor,
            "mode": self.mode,
            "uniform": self.uniform,
            "seed": self.seed,
            "dtype": self.dtype.name,
        }

    def _answer(self, shape: Any, dtype: Any, partition_info: Any, **legacy_arguments: Any) -> Any:
        dtype = self.dtype if dtype is None else _as_float_dtype(dtype)
        return super()._answer(shape, dtype, partition_info, **legacy_arguments)

    def _sample(self, shape: Any, dtype: Any, partition_info: Any, **legacy_arguments: Any) -> Any:
        return super()._sample(shape, dtype, _slice(partition_info), **legacy_arguments)

    def _delegate(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
        if math.prod(shape) == 0:  # contrib divides by a fan of zero
            raise arguments.NoNativeCounterpartError
        if self.uniform:
            scale, distribution = self.factor, "uniform"
        else:
            # Keras gives the stddev after truncation, contrib the one before.
            scale = self.factor * symbols.CONTRIB_VARIANCE * symbols.TRUNCATED_STDDEV**2
            distribution = "truncated_normal"
        return variance_scaling.delegate(scale, self.mode.lower(), distribution, self.seed, shape, full_shape, dtype)

    def _legacy(self) -> Callable[..., Any]:
        return self._core_initializer

    def _core_initializer(self, shape: Any, dtype: Any, partition_info: Any) -> Any:
        """Samples through the core symbol that draws from contrib's law; TensorFlow has contrib's own no more."""
        whole = _slice(partition_info)
        full_shape = shape if whole is None else whole.full_shape
        fan_in = float(full_shape[-2] if len(full_shape) > 1 else full_shape[-1]) if len(full_shape) else 1.0
        fan_out = float(full_shape[-1]) if len(full_shape) else 1.0
        for dimension in full_shape[:-2]:
            fan_in *= float(dimension)
            fan_out *= float(dimension)
        n = {"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2.0}[self.mode]
        if self.uniform:
            limit = math.sqrt(3.0 * self.factor / n)
            core = random.RandomUniform._real(-limit, limit, self.seed)
        else:
            core = random.TruncatedNormal._real(0.0, math.sqrt(symbols.CONTRIB_VARIANCE * self.factor / n), self.seed)
        return core(shape, dtype=dtype)


def _slice(partition_info: Any) -> Any:
    """Returns the partition if it is a slice of the whole; contrib ignores others: the fan is that of the shard."""
    return partition_info if isinstance(partition_info, arguments.Slice) else None


def _as_float_dtype(dtype: Any) -> Any:
    """Returns the dtype; contrib's error for one that is not floating is a TypeError."""
    try:
        return arguments.as_float_dtype(dtype)
    except ValueError as error:
        raise TypeError(f"{error} Cannot create initializer for non-floating point type.") from error


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: Any = None,
    dtype: Any = tf.float32,
) -> ContribVarianceScaling:
    """Returns contrib's initializer that scales the variance of weights to their fan.

    Mirrors `tf.contrib.layers.variance_scaling_initializer`. With `uniform` it draws from [-limit, limit],
    `limit = sqrt(3 * factor / n)`, else from a normal of stddev `sqrt(1.3 * factor / n)`, truncated at two of these.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                                 |
    | :--------------- | :------------- | :------------------------------------------------------------------- |
    | `factor`         | `scale`        | times 1.3 * 0.87962566103423978 ** 2 unless `uniform`                |
    | `mode`           | `mode`         | in lower case                                                        |
    | `uniform`        | `distribution` | True is "uniform", False "truncated_normal"                          |
    | `seed`           | `seed`         | a fresh one for each call, from TensorFlow's own stream              |
    | `dtype`          | `dtype`        | of the call                                                          |
    | `partition_info` | -              | ignored as in legacy: the fan is that of the shard                   |

    Args:
      factor: Factor of the variance, a float.
      mode: One of "FAN_IN", "FAN_OUT", "FAN_AVG".
      uniform: Whether to draw from a uniform distribution instead of a truncated normal.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call gives none.

    Returns:
      The initializer.

    Raises:
      TypeError: If `mode` is unknown or `dtype` not floating.

    Source: `tf_slim.variance_scaling_initializer`; He et al., 2015, https://arxiv.org/abs/1502.01852.
    """
    return ContribVarianceScaling(factor=factor, mode=mode, uniform=uniform, seed=seed, dtype=dtype)


def xavier_initializer(uniform: bool = True, seed: Any = None, dtype: Any = tf.float32) -> ContribVarianceScaling:
    """Returns contrib's Xavier initializer: `variance_scaling_initializer` with factor 1 and "FAN_AVG".

    Mirrors `tf.contrib.layers.xavier_initializer` and `xavier_initializer_conv2d`, which are the same function.

    Args:
      uniform: Whether to draw from a uniform distribution instead of a truncated normal.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call gives none.

    Returns:
      The initializer.

    Raises:
      TypeError: If `dtype` is not floating.

    Source: `tf_slim.xavier_initializer`; Glorot and Bengio, 2010, http://proceedings.mlr.press/v9/glorot10a.html.
    """
    return ContribVarianceScaling(factor=1.0, mode="FAN_AVG", uniform=uniform, seed=seed, dtype=dtype)
