"""Expected figures for the arrays that the tasks of a cluster describe."""

import math
from collections.abc import Callable
from typing import Any, Final

import legacy
import numpy as np
import tensorflow as tf

#: Standard deviation of a standard normal truncated at two sigma: sqrt(1 - 4 * pdf(2) / (cdf(2) - cdf(-2))).
_PDF_2: Final = math.exp(-2) / math.sqrt(2 * math.pi)
TRUNCATED: Final = math.sqrt(1 - 4 * _PDF_2 / math.erf(2 / math.sqrt(2)))


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field


def _fan_in(scale: float) -> Callable[[tuple[int, ...]], float]:
    return lambda shape: math.sqrt(scale / _fans(shape)[0])


def _fan_avg(shape: tuple[int, ...]) -> float:
    return math.sqrt(2 / sum(_fans(shape)))


#: Standard deviation of each random symbol with default arguments: the formulas of the papers, and those of the legacy
#: documentation.
_STDDEV: Final[dict[str, Callable[[tuple[int, ...]], float]]] = {
    "variance_scaling_initializer": _fan_in(1),
    "glorot_uniform_initializer": _fan_avg,
    "glorot_normal_initializer": _fan_avg,
    "initializers.he_normal": _fan_in(2),
    "initializers.he_uniform": _fan_in(2),
    "initializers.lecun_normal": _fan_in(1),
    "initializers.lecun_uniform": _fan_in(1),
    "keras.initializers.he_normal": _fan_in(2),
    "keras.initializers.he_uniform": _fan_in(2),
    "keras.initializers.lecun_normal": _fan_in(1),
    "keras.initializers.lecun_uniform": _fan_in(1),
    "uniform_unit_scaling_initializer": lambda shape: math.sqrt(1 / math.prod(shape[:-1])),
    # contrib multiplies the variance before truncation by 1.3.
    "contrib.layers.variance_scaling_initializer": lambda shape: TRUNCATED * math.sqrt(1.3) * _fan_in(2)(shape),
    "contrib.layers.xavier_initializer": _fan_avg,
    "random_normal_initializer": lambda shape: 1.0,
    "truncated_normal_initializer": lambda shape: TRUNCATED,
    "random_uniform_initializer": lambda shape: 1 / math.sqrt(12),
    "keras.initializers.RandomNormal": lambda shape: 0.05,
    "keras.initializers.TruncatedNormal": lambda shape: 0.05 * TRUNCATED,
    "keras.initializers.RandomUniform": lambda shape: 0.1 / math.sqrt(12),
    # The rows or columns have length 1, so that the mean square is one over the longer side.
    "orthogonal_initializer": lambda shape: 1 / math.sqrt(max(shape)),
    # The rows have length 1: the mean square is the number of inputs over that of all elements.
    **dict.fromkeys(legacy.KERNELS, lambda shape: math.sqrt(shape[-2] / math.prod(shape))),
}


def stddev(name: str, shape: tuple[int, ...]) -> float:
    """Return the standard deviation of an initializer with default arguments for a whole variable.

    It is estimated from the real legacy symbol if there is no formula for it here.
    """
    if name in _STDDEV:
        return _STDDEV[name](shape)
    initializer = legacy.real(name)()
    return float(np.std([np.asarray(initializer(shape, tf.float32)) for _ in range(100)]))


def hashes(arrays: list[dict[str, Any]]) -> list[str]:
    """Return the hash of each array."""
    return [array["hash"] for array in arrays]
