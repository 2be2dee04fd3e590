"""Samples of convolution kernels: each kernel gives one value, since the values of one depend on each other."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from tf_initcompat.parity.statistics.numeric import Array, dtype_name

#: Number of kernels in a sample, and in a sample of kernels that take long to make.
_MOST: Final = 512
_FEW: Final = 64
#: Number of elements from which a kernel takes long to make.
_LARGE: Final = 1 << 14
#: Number of decimals of a kernel of norm 1 that rounding leaves alone, by dtype; others have more.
_DECIMALS: Final = {"float16": 2, "bfloat16": 1}
_MOST_DECIMALS: Final = 4


def sample_size(shape: Sequence[int], size: int) -> int:
    """Return how many kernels a sample has.

    Args:
      shape: Shape of a kernel.
      size: Number of values that would be a sample if they were independent.

    Example:
      >>> sample_size((3, 3, 8, 8), 1_000_000), sample_size((3, 3, 64, 64), 1_000_000)
      (512, 64)
    """
    return min(size, _MOST if math.prod(shape) < _LARGE else _FEW)


def entries(kernels: Array, start: int = 0) -> Array:
    """Return a value of each kernel: that of its first channels, at the next position for each kernel.

    Args:
      kernels: Kernels, along the first axis.
      start: Number of kernels before them.

    Returns:
      The values, rounded to the precision of the dtype: values that are zero up to rounding are zero.

    Example:
      >>> entries(np.arange(8.0).reshape(2, 2, 1, 2)).tolist()
      [0.0, 6.0]
    """
    values: Array = np.reshape(kernels[..., 0, 0].astype(np.float64), (len(kernels), -1))
    positions = np.arange(start, start + len(kernels)) % values.shape[1]
    norms: Array = np.sum(_energies(kernels), 1)
    norm = math.sqrt(float(np.mean(norms)))
    # Norms are roots of integers times a gain. A quarter keeps their rounding errors from changing the decimals.
    exponent = math.floor(math.log10(norm) + 0.25) if 0 < norm < math.inf else 0
    decimals = _decimals(kernels) - exponent
    rounded: Array = np.round(values[np.arange(len(kernels)), positions], decimals)
    return rounded


def middle(kernel: Array) -> Array:
    """Return the values at the middle position, which alone are as independent as those of an orthogonal matrix.

    Example:
      >>> middle(np.arange(6.0).reshape(3, 1, 2)).tolist()
      [2.0, 3.0]
    """
    values: Array = kernel[tuple((size - 1) // 2 for size in kernel.shape[:-2])].ravel()
    return values


def shares(kernels: Array) -> Array:
    """Return the share of the first position in the squared norm of each kernel.

    Args:
      kernels: Kernels, along the first axis.

    Example:
      >>> shares(np.array([3.0, 0.0, 4.0, 0.0]).reshape(1, 2, 1, 2)).tolist()
      [0.36]
    """
    energies = _energies(kernels)
    totals: Array = np.maximum(energies.sum(1), np.finfo(float).tiny)
    rounded: Array = np.round(energies[:, 0] / totals, _decimals(kernels))
    return rounded


def are_kernels(arrays: Sequence[Array]) -> bool:
    """Return whether all arrays are kernels with elements, so that they have entries and shares."""
    return all(array.ndim > 2 and math.prod(array.shape) for array in arrays)


def _energies(kernels: Array) -> Array:
    """Return the squared norm at each position of each kernel."""
    squares: Array = kernels.astype(np.float64) ** 2
    energies: Array = np.reshape(np.sum(squares, (-2, -1)), (len(kernels), -1))
    return energies


def _decimals(kernels: Array) -> int:
    return _DECIMALS.get(dtype_name(kernels), _MOST_DECIMALS)
