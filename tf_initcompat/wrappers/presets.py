"""Functions that return VarianceScaling with fixed arguments."""

from tf_initcompat.typing import Seed
from tf_initcompat.wrappers.variance_scaling import VarianceScaling


def lecun_normal(seed: Seed = None) -> VarianceScaling:
    """Return an initializer that samples from a truncated normal of stddev sqrt(1 / fan_in).

    Mirrors `tf.compat.v1.initializers.lecun_normal`.

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

    Returns:
      The initializer.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.initializers.lecun_normal()
      VarianceScaling(scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None, dtype=tf.float32)

    Source: LeCun et al., 1998, http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf.
    """
    return VarianceScaling(scale=1.0, mode="fan_in", distribution="truncated_normal", seed=seed)


def lecun_uniform(seed: Seed = None) -> VarianceScaling:
    """Return an initializer that samples uniformly from [-limit, limit], limit = sqrt(3 / fan_in).

    Mirrors `tf.compat.v1.initializers.lecun_uniform`.

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

    Returns:
      The initializer.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.initializers.lecun_uniform()
      VarianceScaling(scale=1.0, mode='fan_in', distribution='uniform', seed=None, dtype=tf.float32)

    Source: LeCun et al., 1998, http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf.
    """
    return VarianceScaling(scale=1.0, mode="fan_in", distribution="uniform", seed=seed)


def he_normal(seed: Seed = None) -> VarianceScaling:
    """Return an initializer that samples from a truncated normal of stddev sqrt(2 / fan_in).

    Mirrors `tf.compat.v1.initializers.he_normal`.

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

    Returns:
      The initializer.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.initializers.he_normal()
      VarianceScaling(scale=2.0, mode='fan_in', distribution='truncated_normal', seed=None, dtype=tf.float32)

    Source: He et al., 2015, https://arxiv.org/abs/1502.01852.
    """
    return VarianceScaling(scale=2.0, mode="fan_in", distribution="truncated_normal", seed=seed)


def he_uniform(seed: Seed = None) -> VarianceScaling:
    """Return an initializer that samples uniformly from [-limit, limit], limit = sqrt(6 / fan_in).

    Mirrors `tf.compat.v1.initializers.he_uniform`.

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

    Returns:
      The initializer.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.initializers.he_uniform()
      VarianceScaling(scale=2.0, mode='fan_in', distribution='uniform', seed=None, dtype=tf.float32)

    Source: He et al., 2015, https://arxiv.org/abs/1502.01852.
    """
    return VarianceScaling(scale=2.0, mode="fan_in", distribution="uniform", seed=seed)
