"""The laws with fixed parameters: normal, truncated normal, uniform."""

import numbers
from collections.abc import Callable
from typing import Any

from tf_initcompat.wrappers import arguments, base, seeds
from tf_initcompat.wrappers.tensorflow import tf


class RandomNormal(base.Initializer):
    """Draws from a normal distribution.

    Mirrors `tf.compat.v1.random_normal_initializer`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                    |
    | :--------------- | :----------- | :------------------------------------------------------ |
    | `mean`           | `mean`       |                                                         |
    | `stddev`         | `stddev`     | the native default is 0.05, not 1                       |
    | `seed`           | `seed`       | a fresh one for each call, from TensorFlow's own stream |
    | `dtype`          | `dtype`      | of the call                                             |
    | `partition_info` | -            | each shard is drawn on its own                          |

    Args:
      mean: Mean, a number or a scalar tensor.
      stddev: Standard deviation, a number or a scalar tensor.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype that is used if the call gives none.

    Raises:
      ValueError: If `dtype` is not floating.

    Source: `tf.compat.v1.random_normal_initializer`.
    """

    _real = tf.compat.v1.random_normal_initializer

    def __init__(self, mean: Any = 0.0, stddev: Any = 1.0, seed: Any = None, dtype: Any = tf.float32) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = arguments.as_float_dtype(dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the keys mean, stddev, seed and dtype."""
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed, "dtype": self.dtype.name}

    def _delegate(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
        native: Callable[..., Any] = seeds.native_initializers().RandomNormal(
            mean=self.mean, stddev=self.stddev, seed=seeds.call_seed(self.seed, "untruncated_normal", dtype)
        )
        return native

    def _legacy(self) -> Callable[..., Any]:
        legacy: Callable[..., Any] = self._real(self.mean, self.stddev, self.seed)
        return legacy


class TruncatedNormal(base.Initializer):
    """Draws from a normal distribution without the values beyond two standard deviations from the mean.

    Mirrors `tf.compat.v1.truncated_normal_initializer`. `stddev` is that of the normal before it is truncated.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                    |
    | :--------------- | :----------- | :------------------------------------------------------ |
    | `mean`           | `mean`       |                                                         |
    | `stddev`         | `stddev`     | the native default is 0.05, not 1                       |
    | `seed`           | `seed`       | a fresh one for each call, from TensorFlow's own stream |
    | `dtype`          | `dtype`      | of the call                                             |
    | `partition_info` | -            | each shard is drawn on its own                          |

    Args:
      mean: Mean, a number or a scalar tensor.
      stddev: Standard deviation before truncation, a number or a scalar tensor.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype that is used if the call gives none.

    Raises:
      ValueError: If `dtype` is not floating.

    Source: `tf.compat.v1.truncated_normal_initializer`.
    """

    _real = tf.compat.v1.truncated_normal_initializer

    def __init__(self, mean: Any = 0.0, stddev: Any = 1.0, seed: Any = None, dtype: Any = tf.float32) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = arguments.as_float_dtype(dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the keys mean, stddev, seed and dtype."""
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed, "dtype": self.dtype.name}

    def _delegate(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
        native: Callable[..., Any] = seeds.native_initializers().TruncatedNormal(
            mean=self.mean, stddev=self.stddev, seed=seeds.call_seed(self.seed, "truncated_normal", dtype)
        )
        return native

    def _legacy(self) -> Callable[..., Any]:
        legacy: Callable[..., Any] = self._real(self.mean, self.stddev, self.seed)
        return legacy


class RandomUniform(base.Initializer):
    """Draws from [minval, maxval).

    Mirrors `tf.compat.v1.random_uniform_initializer`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                              |
    | :--------------- | :----------- | :---------------------------------------------------------------- |
    | `minval`         | `minval`     | the native default is -0.05, not 0                                |
    | `maxval`         | `maxval`     | None is 1 for floating dtypes; the native default is 0.05         |
    | `seed`           | `seed`       | a fresh one for each call, from TensorFlow's own stream           |
    | `dtype`          | `dtype`      | of the call; integers, which Keras 3 lacks, by the legacy symbol  |
    | `partition_info` | -            | each shard is drawn on its own                                    |

    Args:
      minval: Lower bound (inclusive), a number or a scalar tensor; an integer for an integer dtype.
      maxval: Upper bound (exclusive), a number or a scalar tensor; required for an integer dtype.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype, int32 or int64, used if the call gives none.

    Raises:
      TypeError: If `dtype` is no dtype.

    Source: `tf.compat.v1.random_uniform_initializer`.
    """

    _real = tf.compat.v1.random_uniform_initializer

    def __init__(self, minval: Any = 0.0, maxval: Any = None, seed: Any = None, dtype: Any = tf.float32) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed
        self.dtype = arguments.as_dtype(dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the keys minval, maxval, seed and dtype."""
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed, "dtype": self.dtype.name}

    def _delegate(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
        maxval = 1.0 if self.maxval is None else self.maxval
        # Keras 3 casts whatever it gets; legacy takes no tensor of another dtype.
        if not (isinstance(self.minval, numbers.Real) and isinstance(maxval, numbers.Real)):
            raise arguments.NoNativeCounterpartError
        native: Callable[..., Any] = seeds.native_initializers().RandomUniform(
            minval=self.minval,
            maxval=maxval,
            seed=seeds.call_seed(self.seed, "uniform", dtype),
        )
        return native

    def _legacy(self) -> Callable[..., Any]:
        legacy: Callable[..., Any] = self._real(self.minval, self.maxval, self.seed)
        return legacy
