"""Distributions with parameters of their own: normal, truncated normal, uniform."""

from tf_initcompat.catalog import symbols
from tf_initcompat.typing import DType, DTypeLike, Scalar, Seed
from tf_initcompat.wrappers import arguments, base, exactness, native, real, seeds
from tf_initcompat.wrappers.tensorflow import tf


class RandomNormal(base.Initializer):
    """Samples from a normal distribution.

    Mirrors `tf.compat.v1.random_normal_initializer`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                      |
    | :--------------- | :----------- | :-------------------------------------------------------- |
    | `mean`           | `mean`       |                                                           |
    | `stddev`         | `stddev`     | the native default is 0.05, not 1                         |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`      | dtype of the call                                         |
    | `partition_info` | -            | each shard is sampled on its own                          |

    Args:
      mean: Mean, a number or a scalar tensor.
      stddev: Standard deviation, a number or a scalar tensor.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      ValueError: If `dtype` is not floating.

    Example:
      >>> import tf_initcompat
      >>> initializer = tf_initcompat.random_normal_initializer(mean=1.0, stddev=0.1)
      >>> initializer((2, 3)).shape
      TensorShape([2, 3])
      >>> initializer.get_config()
      {'mean': 1.0, 'stddev': 0.1, 'seed': None, 'dtype': 'float32'}

    Source: `tf.compat.v1.random_normal_initializer`.
    """

    _symbol = symbols.by_name()["random_normal_initializer"]

    def __init__(
        self, mean: Scalar = 0.0, stddev: Scalar = 1.0, seed: Seed = None, dtype: DTypeLike = tf.float32
    ) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = arguments.as_float_dtype(dtype)

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        seed = seeds.call_seed(self.seed, "untruncated_normal", dtype)
        return native.initializers().RandomNormal(mean=self.mean, stddev=self.stddev, seed=seed)

    def _legacy(self) -> real.LegacyInitializer:
        return real.RandomNormal(self.mean, self.stddev, self.seed)


class TruncatedNormal(base.Initializer):
    """Samples from a normal distribution without the values beyond two standard deviations from the mean.

    Mirrors `tf.compat.v1.truncated_normal_initializer`. `stddev` is that of the normal before it is truncated.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                      |
    | :--------------- | :----------- | :-------------------------------------------------------- |
    | `mean`           | `mean`       |                                                           |
    | `stddev`         | `stddev`     | the native default is 0.05, not 1                         |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`      | dtype of the call                                         |
    | `partition_info` | -            | each shard is sampled on its own                          |

    Args:
      mean: Mean, a number or a scalar tensor.
      stddev: Standard deviation before truncation, a number or a scalar tensor.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      ValueError: If `dtype` is not floating.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> initializer = tf_initcompat.truncated_normal_initializer(stddev=0.1)
      >>> bool(tf.reduce_all(tf.abs(initializer((100,))) <= 0.2))
      True

    Source: `tf.compat.v1.truncated_normal_initializer`.
    """

    _symbol = symbols.by_name()["truncated_normal_initializer"]

    def __init__(
        self, mean: Scalar = 0.0, stddev: Scalar = 1.0, seed: Seed = None, dtype: DTypeLike = tf.float32
    ) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = arguments.as_float_dtype(dtype)

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        seed = seeds.call_seed(self.seed, "truncated_normal", dtype)
        return native.initializers().TruncatedNormal(mean=self.mean, stddev=self.stddev, seed=seed)

    def _legacy(self) -> real.LegacyInitializer:
        return real.TruncatedNormal(self.mean, self.stddev, self.seed)


class RandomUniform(base.Initializer):
    """Samples uniformly from [minval, maxval).

    Mirrors `tf.compat.v1.random_uniform_initializer`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                      |
    | :--------------- | :----------- | :-------------------------------------------------------- |
    | `minval`         | `minval`     | the native default is -0.05, not 0                        |
    | `maxval`         | `maxval`     | None is 1 for floating dtypes; the native default is 0.05 |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`      | dtype of the call; the legacy symbol samples integers     |
    | `partition_info` | -            | each shard is sampled on its own                          |

    Args:
      minval: Lower bound (inclusive), a number or a scalar tensor; an integer for an integer dtype.
      maxval: Upper bound (exclusive), a number or a scalar tensor; required for an integer dtype.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype, int32 or int64; used if the call names none.

    Raises:
      TypeError: If `dtype` is not a dtype.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> tensor = tf_initcompat.random_uniform_initializer(minval=2.0, maxval=3.0)((100,))
      >>> bool(tf.reduce_all((tensor >= 2.0) & (tensor < 3.0)))
      True

    Source: `tf.compat.v1.random_uniform_initializer`.
    """

    _symbol = symbols.by_name()["random_uniform_initializer"]

    def __init__(
        self,
        minval: Scalar = 0,
        maxval: Scalar | None = None,
        seed: Seed = None,
        dtype: DTypeLike = tf.float32,
    ) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed
        self.dtype = arguments.as_dtype(dtype)

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        maxval = 1.0 if self.maxval is None else self.maxval
        return exactness.uniform(self.minval, maxval, self.seed, dtype)

    def _legacy(self) -> real.LegacyInitializer:
        return real.RandomUniform(self.minval, self.maxval, self.seed)
