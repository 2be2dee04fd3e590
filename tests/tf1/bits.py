"""Comparison of recorded tensors bit for bit, up to rounding where processors compute in another order."""

from typing import Any

import numpy as np
from tf1 import recordings

from tf_initcompat.catalog import symbols

__all__ = ["assert_same", "is_kernel", "values"]


def is_kernel(case: str) -> bool:
    """Return whether a tensor is the kernel of a convolution, whose values depend on each other."""
    return bool(symbols.by_name()[recordings.symbol_of(case)].kernel_ranks)


def values(text: str) -> Any:
    """Return a recorded tensor in float64."""
    return recordings.array(text).astype(np.float64)


def assert_same(case: str, recorded: str, found: str) -> None:
    """Assert that two recorded tensors are equal."""
    if "float16" in case and symbols.by_name()[recordings.symbol_of(case)].is_orthogonal:  # a QR decomposition
        np.testing.assert_allclose(values(found), values(recorded), atol=2e-3)
    elif is_kernel(case) and "delta" not in case:  # products of matrices
        np.testing.assert_allclose(values(found), values(recorded), rtol=2e-6, atol=2e-6)
    else:
        assert found == recorded
