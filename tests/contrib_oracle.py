"""Stand-in for `tf.contrib.layers`, which no TensorFlow 2 has: an oracle for tests that need a function to call.

`tests/tf1/test_contrib_oracle.py` compares it bit for bit with recordings of the real `tf.contrib.layers` of TensorFlow
1.15: values for every mode, rank and dtype, errors and signatures. The wrappers are compared with the recordings
directly, too; this module serves the tests of contexts that a recording does not have, such as XLA.
"""

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

__all__ = ["variance_scaling_initializer", "xavier_initializer", "xavier_initializer_conv2d"]

_COUNTS: dict[str, Callable[[float, float], float]] = {
    "FAN_IN": lambda fan_in, fan_out: fan_in,
    "FAN_OUT": lambda fan_in, fan_out: fan_out,
    "FAN_AVG": lambda fan_in, fan_out: (fan_in + fan_out) / 2.0,
}


def _require_floating(dtype: Any) -> None:
    if not dtype.is_floating:
        raise TypeError(f"not a floating dtype: {dtype}")


def variance_scaling_initializer(
    factor: Any = 2.0, mode: Any = "FAN_IN", uniform: bool = False, seed: Any = None, dtype: Any = tf.float32
) -> Callable[..., Any]:
    """Return a function that samples with variance factor / n, where n is a fan of the shape."""
    _require_floating(dtype)
    if mode not in list(_COUNTS):
        raise TypeError(f"unknown mode {mode}")

    def initializer(shape: Any, dtype: Any = dtype, partition_info: Any = None) -> Any:
        _require_floating(dtype)
        fan_in = fan_out = 1.0
        if shape:
            fan_in, fan_out = float(shape[-2 if len(shape) > 1 else -1]), float(shape[-1])
        receptive_field = math.prod(float(size) for size in shape[:-2])
        fan_in, fan_out = fan_in * receptive_field, fan_out * receptive_field
        n = _COUNTS[mode](fan_in, fan_out)
        if uniform:
            limit = math.sqrt(3.0 * factor / n)
            return tf.compat.v1.random_uniform(shape, -limit, limit, dtype, seed=seed)
        # The constant makes up for the truncation; the exact one is 1.2924.
        return tf.compat.v1.truncated_normal(shape, 0.0, math.sqrt(1.3 * factor / n), dtype, seed=seed)

    return initializer


def xavier_initializer(uniform: bool = True, seed: Any = None, dtype: Any = tf.float32) -> Callable[..., Any]:
    """Return a function that samples with variance 2 / (fan_in + fan_out)."""
    return variance_scaling_initializer(factor=1.0, mode="FAN_AVG", uniform=uniform, seed=seed, dtype=dtype)


xavier_initializer_conv2d = xavier_initializer
