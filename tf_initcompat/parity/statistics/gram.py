"""Gram matrices, which show the gain of an orthogonal matrix or convolution, and how far it is from orthogonal."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from tf_initcompat.parity.statistics.numeric import Array, dtype_name

#: Largest error that rounding explains if the legacy matrix has less; correlated rows have far more.
_ROUNDING: Final = 1e-5
#: The same for narrow dtypes: eight units in the last place. A gain that is 1 % wrong has a larger error in float16.
_NARROW: Final = {"float16": 8 * 2.0**-10, "bfloat16": 8 * 2.0**-7}


class Gram(NamedTuple):
    """Gain of a tensor, and its distance from an orthogonal one, by its Gram matrix.

    Attributes:
      gain: Root of the mean of its diagonal.
      error: Largest difference from the identity, after division by the square of the gain.
      rounding: Relative difference of the gain, and error, that the rounding of the dtype explains.
    """

    gain: float
    error: float
    rounding: float = _ROUNDING

    @property
    def tolerance(self) -> float:
        """Error of another tensor that rounding explains."""
        return max(4 * self.error, self.rounding)


def median(grams: Sequence[Gram]) -> Gram:
    """Return the medians of some Gram matrices: one QR decomposition of some thousands in float16 fails.

    Example:
      >>> median([Gram(1.0, 0.1), Gram(9.0, 0.9), Gram(1.0, 0.2)])
      Gram(gain=1.0, error=0.2, rounding=1e-05)
    """
    return Gram(
        float(np.median([each.gain for each in grams])),
        float(np.median([each.error for each in grams])),
        grams[0].rounding,
    )


def of_matrix(tensor: Array) -> Gram:
    """Return gain and error of a flattened tensor, by its Gram matrix along the shorter axis.

    Example:
      >>> of_matrix(np.array([[0.0, 2.0], [2.0, 0.0], [0.0, 0.0]]))
      Gram(gain=2.0, error=0.0, rounding=1e-05)
    """
    matrix: Array = np.reshape(tensor.astype(np.float64), (-1, tensor.shape[-1]))
    transposed: Array = np.transpose(matrix)
    products: Array = transposed @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ transposed
    return _gram(products, dtype_name(tensor))


def of_kernel(kernel: Array) -> Gram:
    """Return gain and error of a convolution, by the Gram matrices of each frequency along the axis of the inputs.

    Example:
      >>> of_kernel(np.array([[[3.0, 0.0]], [[0.0, 4.0]]]))  # each of the two outputs reads one position
      Gram(gain=5.0, error=0.0, rounding=1e-05)
    """
    axes = tuple(range(kernel.ndim - 2))
    # Twice the sizes, so that circular padding lets no position meet another one that it would not meet without.
    sizes = [2 * kernel.shape[axis] for axis in axes]
    matrices: Array = np.fft.fftn(kernel.astype(np.float64), sizes, axes)
    return _gram(matrices @ np.conj(np.swapaxes(matrices, -1, -2)), dtype_name(kernel))


def _gram(products: Array, dtype: str) -> Gram:
    """Return gain and error of Gram matrices, which are the last two axes."""
    size = products.shape[-1]
    traces: Array = np.real(np.trace(products, axis1=-2, axis2=-1))
    square = float(np.mean(traces)) / size
    error = float(np.abs(products / square - np.eye(size)).max()) if square else math.inf
    return Gram(math.sqrt(square), error, _NARROW.get(dtype, _ROUNDING))
