"""Numbers that a native initializer would change: whether it does, and initializers that keep them.

Keras 3 converts the bounds of a uniform distribution to float32 before it casts them to the dtype of the call. Native
initializers do not change the mean, stddev and gain of other distributions.
"""

import numbers
from typing import Final

from tf_initcompat.typing import DType, Scalar, Seed
from tf_initcompat.wrappers import arguments, native, seeds
from tf_initcompat.wrappers.tensorflow import np, tf

#: Largest error of a float64 bound that Keras may make, as a fraction of the distance of the bounds.
_TOLERANCE: Final = 2.0**-20

_TINY: Final = float(np.finfo(np.float32).tiny)

#: Scales whose products with factors and fans neither overflow nor underflow in float64.
_SMALLEST_SCALE: Final = 2.0**-900
_LARGEST_SCALE: Final = 2.0**900

#: Integers up to here are numbers of float64.
_LARGEST_INTEGER: Final = 2**53


def uniform(minval: Scalar, maxval: Scalar, op_seed: Seed, dtype: DType) -> native.NativeInitializer:
    """Return the native RandomUniform of one call, with bounds that it does not round.

    Args:
      minval: Lower bound.
      maxval: Upper bound.
      op_seed: Seed of the wrapper.
      dtype: Dtype that will be sampled.

    Raises:
      NoNativeCounterpartError: If a bound is not a plain number, such as a tensor: Keras 3 casts tensors, and the
        legacy class accepts no other dtype than that of the call.
    """
    if not (_is_plain(minval) and _is_plain(maxval)):
        raise arguments.NoNativeCounterpartError
    if not represents_bounds(minval, maxval, dtype):
        minval, maxval = (tf.convert_to_tensor(bound, dtype) for bound in (minval, maxval))  # as the legacy operation
    seed = seeds.call_seed(op_seed, "uniform", dtype)
    return native.initializers().RandomUniform(minval=minval, maxval=maxval, seed=seed)


def _is_plain(bound: object) -> bool:
    """Return whether TensorFlow converts a bound to every dtype in the same way, in eager code and in graphs."""
    if isinstance(bound, int):
        return not isinstance(bound, bool) and abs(bound) <= _LARGEST_INTEGER
    return isinstance(bound, numbers.Real)


def represents_bounds(minval: Scalar, maxval: Scalar, dtype: DType) -> bool:
    """Return whether the native initializers sample between these bounds, and not between rounded ones.

    Args:
      minval: Lower bound.
      maxval: Upper bound.
      dtype: Dtype that will be sampled.

    Example:
      >>> import tensorflow as tf
      >>> represents_bounds(-0.05, 0.05, tf.float64)
      True
      >>> represents_bounds(2049.0, 2050.0, tf.float32)
      True
    """
    if not native.is_keras_3() or dtype == tf.float32 or dtype == tf.bfloat16:  # NumPy rounds bfloat16 twice, too
        return True
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # invalid: the distance of infinite bounds
        bounds = np.array([minval, maxval], np.float64)
        rounded = bounds.astype(np.float32)
        if dtype == tf.float16:
            return bool(np.array_equal(rounded.astype(np.float16), bounds.astype(np.float16), equal_nan=True))
        rounded = np.where(abs(rounded) < _TINY, 0.0, rounded)  # TensorFlow flushes subnormal numbers to zero
        return bool(np.all(abs(rounded - bounds) <= _TOLERANCE * abs(bounds[1] - bounds[0])))


def require_scale(scale: Scalar) -> None:
    """Check that a scale can be multiplied and divided without overflow and loss of bits.

    Raises:
      NoNativeCounterpartError: If it cannot. The legacy symbols multiply in another order.
    """
    if not _SMALLEST_SCALE < scale < _LARGEST_SCALE:
        raise arguments.NoNativeCounterpartError
