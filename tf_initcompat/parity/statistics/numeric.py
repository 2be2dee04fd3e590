"""The numeric libraries with types: arrays of NumPy, and scipy, which has no types of its own."""

from typing import Any, Final, TypeAlias

import numpy.typing as npt
from scipy import optimize as _optimize  # pyright: ignore[reportMissingTypeStubs]
from scipy import special as _special  # pyright: ignore[reportMissingTypeStubs]
from scipy import stats as _stats  # pyright: ignore[reportMissingTypeStubs]

#: An array of any shape and dtype.
Array: TypeAlias = npt.NDArray[Any]

optimize: Final[Any] = _optimize
special: Final[Any] = _special
stats: Final[Any] = _stats


def dtype_name(array: Array) -> str:
    """Return the name of an array's dtype."""
    dtype: Any = array.dtype
    return str(dtype.name)
