"""The classes that only the v1 Keras module has: other defaults, or a config of the seed alone."""

from typing import Any

from tf_initcompat.wrappers import random, variance_scaling
from tf_initcompat.wrappers.tensorflow import tf


class RandomNormal(random.RandomNormal):
    """Draws from a normal distribution; mirrors `tf.compat.v1.keras.initializers.RandomNormal`.

    Arguments map as in `tf_initcompat.random_normal_initializer`; only the default of `stddev` differs.

    Args:
      mean: Mean, a number or a scalar tensor.
      stddev: Standard deviation, a number or a scalar tensor.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call gives none.

    Raises:
      ValueError: If `dtype` is not floating.

    Source: `tf.compat.v1.keras.initializers.RandomNormal`.
    """

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None, dtype: Any = tf.float32) -> None:
        super().__init__(mean=mean, stddev=stddev, seed=seed, dtype=dtype)


class RandomUniform(random.RandomUniform):
    """Draws from [minval, maxval); mirrors `tf.compat.v1.keras.initializers.RandomUniform`.

    Arguments map as in `tf_initcompat.random_uniform_initializer`; only the default range differs.

    Args:
      minval: Lower bound (inclusive), a number or a scalar tensor.
      maxval: Upper bound (exclusive), a number or a scalar tensor.
      seed: Integer op seed or None.
      dtype: Floating dtype, int32 or int64, used if the call gives none.

    Raises:
      TypeError: If `dtype` is no dtype.

    Source: `tf.compat.v1.keras.initializers.RandomUniform`.
    """

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: Any = None, dtype: Any = tf.float32) -> None:
        super().__init__(minval=minval, maxval=maxval, seed=seed, dtype=dtype)


class TruncatedNormal(random.TruncatedNormal):
    """Draws from a truncated normal; mirrors `tf.compat.v1.keras.initializers.TruncatedNormal`.

    Arguments map as in `tf_initcompat.truncated_normal_initializer`; only the default of `stddev` differs.

    Args:
      mean: Mean, a number or a scalar tensor.
      stddev: Standard deviation before truncation, a number or a scalar tensor.
      seed: Integer op seed or None.
      dtype: Floating dtype that is used if the call gives none.

    Raises:
      ValueError: If `dtype` is not floating.

    Source: `tf.compat.v1.keras.initializers.TruncatedNormal`.
    """

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None, dtype: Any = tf.float32) -> None:
        super().__init__(mean=mean, stddev=stddev, seed=seed, dtype=dtype)


class LecunNormal(variance_scaling.VarianceScaling):
    """Draws from a truncated normal of stddev sqrt(1 / fan_in).

    Mirrors `tf.compat.v1.keras.initializers.lecun_normal`: `VarianceScaling` with scale 1, "fan_in" and
    "truncated_normal".

    Args:
      seed: Integer op seed or None.

    Source: LeCun et al., 1998, http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf.
    """

    def __init__(self, seed: Any = None) -> None:
        super().__init__(scale=1.0, mode="fan_in", distribution="truncated_normal", seed=seed)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the key seed."""
        return {"seed": self.seed}


class LecunUniform(variance_scaling.VarianceScaling):
    """Draws from [-limit, limit], limit = sqrt(3 / fan_in).

    Mirrors `tf.compat.v1.keras.initializers.lecun_uniform`: `VarianceScaling` with scale 1, "fan_in" and "uniform".

    Args:
      seed: Integer op seed or None.

    Source: LeCun et al., 1998, http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf.
    """

    def __init__(self, seed: Any = None) -> None:
        super().__init__(scale=1.0, mode="fan_in", distribution="uniform", seed=seed)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the key seed."""
        return {"seed": self.seed}


class HeNormal(variance_scaling.VarianceScaling):
    """Draws from a truncated normal of stddev sqrt(2 / fan_in).

    Mirrors `tf.compat.v1.keras.initializers.he_normal`: `VarianceScaling` with scale 2, "fan_in" and
    "truncated_normal".

    Args:
      seed: Integer op seed or None.

    Source: He et al., 2015, https://arxiv.org/abs/1502.01852.
    """

    def __init__(self, seed: Any = None) -> None:
        super().__init__(scale=2.0, mode="fan_in", distribution="truncated_normal", seed=seed)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the key seed."""
        return {"seed": self.seed}


class HeUniform(variance_scaling.VarianceScaling):
    """Draws from [-limit, limit], limit = sqrt(6 / fan_in).

    Mirrors `tf.compat.v1.keras.initializers.he_uniform`: `VarianceScaling` with scale 2, "fan_in" and "uniform".

    Args:
      seed: Integer op seed or None.

    Source: He et al., 2015, https://arxiv.org/abs/1502.01852.
    """

    def __init__(self, seed: Any = None) -> None:
        super().__init__(scale=2.0, mode="fan_in", distribution="uniform", seed=seed)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the key seed."""
        return {"seed": self.seed}
