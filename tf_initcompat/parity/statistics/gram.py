"""Gram matrices, which show the gain of an orthogonal matrix or convolution, and how far it is from orthogonal."""

import math
from typing import Final, NamedTuple

import numpy as np

from tf_initcompat.parity.statistics.numeric import Array

#: Largest error that rounding explains if the legacy matrix has less; correlated rows have far more.
_ROUNDING: Final = 1e-5


class Gram(NamedTuple):
    """What the Gram matrix of a tensor shows.

    Attributes:
      gain: Root of the mean of its diagonal.
      error: Largest difference from the identity, after division by the square of the gain.
    """

    gain: float
    error: float

    @property
    def tolerance(self) -> float:
        """Relative difference of the gain, and error, of another tensor that rounding explains."""
        return max(4 * self.error, _ROUNDING)


def of_matrix(tensor: Array) -> Gram:
    """Return what the Gram matrix of a flattened tensor shows, along the shorter axis.

    Example:
      >>> of_matrix(np.array([[0.0, 2.0], [2.0, 0.0], [0.0, 0.0]]))
      Gram(gain=2.0, error=0.0)
    """
    matrix: Array = np.reshape(tensor.astype(np.float64), (-1, tensor.shape[-1]))
    transposed: Array = np.transpose(matrix)
    return _gram(transposed @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ transposed)


def of_kernel(kernel: Array) -> Gram:
    """Return what the Gram matrices of a convolution show: those of each frequency, along the axis of the inputs.

    Example:
      >>> of_kernel(np.array([[[3.0, 0.0]], [[0.0, 4.0]]]))  # each of the two outputs reads one position
      Gram(gain=5.0, error=0.0)
    """
    axes = tuple(range(kernel.ndim - 2))
    # Twice the sizes, so that circular padding lets no position meet another one that it would not meet without.
    sizes = [2 * kernel.shape[axis] for axis in axes]
    matrices: Array = np.fft.fftn(kernel.astype(np.float64), sizes, axes)
    return _gram(matrices @ np.conj(np.swapaxes(matrices, -1, -2)))


def _gram(products: Array) -> Gram:
    """Return what Gram matrices, along the last two axes, show."""
    size = products.shape[-1]
    traces: Array = np.real(np.trace(products, axis1=-2, axis2=-1))
    square = float(np.mean(traces)) / size
    error = float(np.abs(products / square - np.eye(size)).max()) if square else math.inf
    return Gram(math.sqrt(square), error)
