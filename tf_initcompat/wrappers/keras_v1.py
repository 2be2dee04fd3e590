"""Classes of the v1 Keras module only: other defaults, or a configuration of the seed alone."""

from tf_initcompat.catalog import symbols
from tf_initcompat.typing import DTypeLike, Scalar, Seed
from tf_initcompat.wrappers import random, variance_scaling
from tf_initcompat.wrappers.tensorflow import tf


class RandomNormal(random.RandomNormal):
    """Samples from a normal distribution, by default of stddev 0.05.

    Mirrors `tf.compat.v1.keras.initializers.RandomNormal`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                      |
    | :--------------- | :----------- | :-------------------------------------------------------- |
    | `mean`           | `mean`       |                                                           |
    | `stddev`         | `stddev`     |                                                           |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`      | dtype of the call                                         |
    | `partition_info` | -            | each shard is sampled on its own                          |

    Args:
      mean: Mean, a number or a scalar tensor.
      stddev: Standard deviation, a number or a scalar tensor.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      ValueError: If `dtype` is not floating.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.keras.initializers.RandomNormal(seed=1).get_config()
      {'mean': 0.0, 'stddev': 0.05, 'seed': 1, 'dtype': 'float32'}

    Source: `tf.compat.v1.keras.initializers.RandomNormal`.
    """

    _symbol = symbols.by_name()["keras.initializers.RandomNormal"]

    def __init__(
        self, mean: Scalar = 0.0, stddev: Scalar = 0.05, seed: Seed = None, dtype: DTypeLike = tf.float32
    ) -> None:
        super().__init__(mean=mean, stddev=stddev, seed=seed, dtype=dtype)


class RandomUniform(random.RandomUniform):
    """Samples uniformly from [minval, maxval), by default from [-0.05, 0.05).

    Mirrors `tf.compat.v1.keras.initializers.RandomUniform`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                      |
    | :--------------- | :----------- | :-------------------------------------------------------- |
    | `minval`         | `minval`     |                                                           |
    | `maxval`         | `maxval`     | None is 1 for floating dtypes                             |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`      | dtype of the call; the legacy symbol samples integers     |
    | `partition_info` | -            | each shard is sampled on its own                          |

    Args:
      minval: Lower bound (inclusive), a number or a scalar tensor.
      maxval: Upper bound (exclusive), a number or a scalar tensor.
      seed: Integer op seed or None.
      dtype: Floating dtype, int32 or int64; used if the call names none.

    Raises:
      TypeError: If `dtype` is not a dtype.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> tensor = tf_initcompat.keras.initializers.RandomUniform()((100,))
      >>> bool(tf.reduce_all(tf.abs(tensor) <= 0.05))
      True

    Source: `tf.compat.v1.keras.initializers.RandomUniform`.
    """

    _symbol = symbols.by_name()["keras.initializers.RandomUniform"]

    def __init__(
        self,
        minval: Scalar = -0.05,
        maxval: Scalar | None = 0.05,
        seed: Seed = None,
        dtype: DTypeLike = tf.float32,
    ) -> None:
        super().__init__(minval=minval, maxval=maxval, seed=seed, dtype=dtype)


class TruncatedNormal(random.TruncatedNormal):
    """Samples from a truncated normal, by default of stddev 0.05 before truncation.

    Mirrors `tf.compat.v1.keras.initializers.TruncatedNormal`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                      |
    | :--------------- | :----------- | :-------------------------------------------------------- |
    | `mean`           | `mean`       |                                                           |
    | `stddev`         | `stddev`     |                                                           |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream |
    | `dtype`          | `dtype`      | dtype of the call                                         |
    | `partition_info` | -            | each shard is sampled on its own                          |

    Args:
      mean: Mean, a number or a scalar tensor.
      stddev: Standard deviation before truncation, a number or a scalar tensor.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      ValueError: If `dtype` is not floating.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> tensor = tf_initcompat.keras.initializers.TruncatedNormal()((100,))
      >>> bool(tf.reduce_all(tf.abs(tensor) <= 0.1))  # two standard deviations
      True

    Source: `tf.compat.v1.keras.initializers.TruncatedNormal`.
    """

    _symbol = symbols.by_name()["keras.initializers.TruncatedNormal"]

    def __init__(
        self, mean: Scalar = 0.0, stddev: Scalar = 0.05, seed: Seed = None, dtype: DTypeLike = tf.float32
    ) -> None:
        super().__init__(mean=mean, stddev=stddev, seed=seed, dtype=dtype)


class LecunNormal(variance_scaling.VarianceScaling):
    """Samples from a truncated normal of stddev sqrt(1 / fan_in).

    Mirrors `tf.compat.v1.keras.initializers.lecun_normal`.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                      |
    | :--------------- | :------------- | :-------------------------------------------------------- |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream |
    | -                | `scale`        | 1.0                                                       |
    | -                | `mode`         | "fan_in"                                                  |
    | -                | `distribution` | "truncated_normal"                                        |
    | `partition_info` | -              | the fan is that of the full shape                         |

    Args:
      seed: Integer op seed or None.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.keras.initializers.lecun_normal(seed=1).get_config()
      {'seed': 1}

    Source: LeCun et al., 1998, http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf.
    """

    _symbol = symbols.by_name()["keras.initializers.lecun_normal"]

    def __init__(self, seed: Seed = None) -> None:
        super().__init__(scale=1.0, mode="fan_in", distribution="truncated_normal", seed=seed)


class LecunUniform(variance_scaling.VarianceScaling):
    """Samples uniformly from [-limit, limit], limit = sqrt(3 / fan_in).

    Mirrors `tf.compat.v1.keras.initializers.lecun_uniform`.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                      |
    | :--------------- | :------------- | :-------------------------------------------------------- |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream |
    | -                | `scale`        | 1.0                                                       |
    | -                | `mode`         | "fan_in"                                                  |
    | -                | `distribution` | "uniform"                                                 |
    | `partition_info` | -              | the fan is that of the full shape                         |

    Args:
      seed: Integer op seed or None.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> tensor = tf_initcompat.keras.initializers.lecun_uniform()((300, 50))
      >>> bool(tf.reduce_all(tf.abs(tensor) <= 0.1))  # limit = sqrt(3 / 300)
      True

    Source: LeCun et al., 1998, http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf.
    """

    _symbol = symbols.by_name()["keras.initializers.lecun_uniform"]

    def __init__(self, seed: Seed = None) -> None:
        super().__init__(scale=1.0, mode="fan_in", distribution="uniform", seed=seed)


class HeNormal(variance_scaling.VarianceScaling):
    """Samples from a truncated normal of stddev sqrt(2 / fan_in).

    Mirrors `tf.compat.v1.keras.initializers.he_normal`.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                      |
    | :--------------- | :------------- | :-------------------------------------------------------- |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream |
    | -                | `scale`        | 2.0                                                       |
    | -                | `mode`         | "fan_in"                                                  |
    | -                | `distribution` | "truncated_normal"                                        |
    | `partition_info` | -              | the fan is that of the full shape                         |

    Args:
      seed: Integer op seed or None.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.keras.initializers.he_normal(seed=1).get_config()
      {'seed': 1}

    Source: He et al., 2015, https://arxiv.org/abs/1502.01852.
    """

    _symbol = symbols.by_name()["keras.initializers.he_normal"]

    def __init__(self, seed: Seed = None) -> None:
        super().__init__(scale=2.0, mode="fan_in", distribution="truncated_normal", seed=seed)


class HeUniform(variance_scaling.VarianceScaling):
    """Samples uniformly from [-limit, limit], limit = sqrt(6 / fan_in).

    Mirrors `tf.compat.v1.keras.initializers.he_uniform`.

    How to map arguments:

    | TF1 argument     | TF2 argument   | Note                                                      |
    | :--------------- | :------------- | :-------------------------------------------------------- |
    | `seed`           | `seed`         | a new seed for each call, from TensorFlow's random stream |
    | -                | `scale`        | 2.0                                                       |
    | -                | `mode`         | "fan_in"                                                  |
    | -                | `distribution` | "uniform"                                                 |
    | `partition_info` | -              | the fan is that of the full shape                         |

    Args:
      seed: Integer op seed or None.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> tensor = tf_initcompat.keras.initializers.he_uniform()((600, 50))
      >>> bool(tf.reduce_all(tf.abs(tensor) <= 0.1))  # limit = sqrt(6 / 600)
      True

    Source: He et al., 2015, https://arxiv.org/abs/1502.01852.
    """

    _symbol = symbols.by_name()["keras.initializers.he_uniform"]

    def __init__(self, seed: Seed = None) -> None:
        super().__init__(scale=2.0, mode="fan_in", distribution="uniform", seed=seed)
