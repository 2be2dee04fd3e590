"""Each random wrapper samples the distribution of the real symbol.

Each sample has a million values. The standard deviations may differ by five standard errors, which is 0.5 % at most:
a scale that is 1 % wrong is found with a probability above 0.999. The supports of bounded distributions may differ by
0.1 %, which finds the 0.29 % of a stddev after instead of before truncation. Kolmogorov and Smirnov's test compares the
whole distributions at p = 1e-6. New seeds would give about one false alarm in 1e6 comparisons; the seeds are fixed.
"""

from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

SHAPE = (20, 50, 20, 50)  # its fans differ from each other, and from those of the flat matrix
MATRIX = (1000, 1000)

ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "variance_scaling_initializer": [
        {"scale": scale, "mode": mode, "distribution": distribution}
        for scale, mode in ((2.5, "fan_in"), (0.1, "fan_out"), (1.0, "fan_avg"))
        for distribution in ("normal", "uniform", "truncated_normal", "untruncated_normal", "UNIFORM")
    ],
    "uniform_unit_scaling_initializer": [{"factor": 1.4}, {"factor": -0.3}],
    "contrib.layers.variance_scaling_initializer": [
        {"factor": factor, "mode": mode, "uniform": uniform}
        for factor, mode in ((2.0, "FAN_IN"), (0.5, "FAN_OUT"), (1.0, "FAN_AVG"))
        for uniform in (False, True)
    ],
    "contrib.layers.xavier_initializer": [{"uniform": False}, {"uniform": True}],
    "random_normal_initializer": [{"mean": 3.0, "stddev": 0.2}],
    "truncated_normal_initializer": [{"mean": -1.0, "stddev": 0.2}],
    "random_uniform_initializer": [{"minval": -2, "maxval": 5}, {"minval": 4.0}],
}
#: Without kernels, whose values depend on each other: test_convolution.py compares many kernels.
CASES = [(name, arguments) for name in legacy.RANDOM_MATRICES for arguments in [{}, *ARGUMENTS.get(name, [])]]


def compare(real: Any, mirrored: Any) -> None:
    """Raise an AssertionError if two samples are not from one distribution."""
    real, mirrored = (np.asarray(sample, np.float64).ravel() for sample in (real, mirrored))
    assert real.size == mirrored.size >= 1e6
    spread = real.std()
    kurtosis = stats.kurtosis(real, fisher=False)
    error = np.sqrt((kurtosis - 1) / 2 / real.size)  # of the difference of the logarithms of two standard deviations
    assert abs(np.log(mirrored.std() / spread)) < 5 * error < 0.006
    assert abs(mirrored.mean() - real.mean()) < 5 * spread * np.sqrt(2 / real.size)
    if kurtosis < 2.8:  # a bounded distribution: 1.8 for a uniform, 2.37 for a truncated normal
        assert abs(np.ptp(mirrored) / np.ptp(real) - 1) < 1e-3
    assert stats.ks_2samp(real, mirrored, method="asymp").pvalue > 1e-6


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_values(name: str, arguments: dict[str, Any]) -> None:
    compare(*(make(name)(**arguments)(SHAPE) for make in (legacy.real, legacy.mirrored)))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize(
    "name", ["variance_scaling_initializer", "random_normal_initializer", "random_uniform_initializer"]
)
def test_values_in_other_dtypes(name: str, dtype: str) -> None:
    real, mirrored = (make(name)(dtype=dtype)(MATRIX) for make in (legacy.real, legacy.mirrored))
    assert mirrored.dtype == real.dtype
    compare(real, mirrored)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_integers(dtype: str) -> None:
    arguments = {"minval": -3, "maxval": 7, "dtype": dtype}
    real, mirrored = (
        make("random_uniform_initializer")(**arguments)(MATRIX) for make in (legacy.real, legacy.mirrored)
    )
    assert mirrored.dtype == real.dtype
    counts = [np.bincount(np.ravel(sample) + 3, minlength=10) for sample in (real, mirrored)]
    assert len(counts[1]) == 10
    assert stats.chi2_contingency(counts).pvalue > 1e-6


@pytest.mark.parametrize("name", [name for name in legacy.RANDOM if not legacy.row(name).is_orthogonal])
@pytest.mark.parametrize("shape", [(1_000_000,), (1000, 1000, 1), (1, 1, 1000, 1000)])
def test_fan_of_vectors_and_small_kernels(name: str, shape: tuple[int, ...]) -> None:
    compare(*(make(name)()(shape) for make in (legacy.real, legacy.mirrored)))


BOTH = pytest.mark.parametrize("make", [legacy.real, legacy.mirrored], ids=["real", "mirrored"])


@BOTH
def test_orthogonal_rejects_vectors(make: Any) -> None:
    with pytest.raises(ValueError, match="must be at least two-dimensional"):
        make("orthogonal_initializer")()((1_000_000,))


@BOTH
@pytest.mark.parametrize("shape", [(1000, 1000, 1), (1, 1, 1000, 1000)])
def test_orthogonal_kernels_are_flattened(make: Any, shape: tuple[int, ...]) -> None:
    # The columns of the flat matrix are orthonormal: one column of a million values, or a thousand of a thousand.
    tensor = make("orthogonal_initializer")()(shape, dtype=tf.float64)  # float32 rounds a column of a million
    assert tensor.shape == shape
    matrix = np.reshape(tensor, (-1, shape[-1]))
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(shape[-1]), atol=1e-9)


@pytest.mark.parametrize("shape", [(7, 3), (3, 7), (2, 3, 4), (5, 5)])
def test_orthogonal_matrices_are_orthogonal(shape: tuple[int, ...]) -> None:
    matrix = np.reshape(legacy.mirrored("orthogonal_initializer")(gain=2.0)(shape), (-1, shape[-1])) / 2
    small = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(small, np.eye(small.shape[0]), atol=1e-6)


def test_orthogonal_matrices_are_uniformly_distributed() -> None:
    # Without the sign correction of the QR decomposition, all elements of the diagonal would have one sign.
    real, mirrored = (
        np.array([np.diag(initializer((3, 3))) for _ in range(1500)]).ravel()
        for initializer in (legacy.real("orthogonal_initializer")(), legacy.mirrored("orthogonal_initializer")())
    )
    assert stats.ks_2samp(real, mirrored).pvalue > 1e-6


@pytest.mark.parametrize("wrong", [lambda sample: 1.01 * sample, lambda sample: sample + 0.01 * np.std(sample)])
def test_one_percent_is_found(wrong: Any) -> None:
    first, second = (tf.compat.v1.truncated_normal_initializer()(MATRIX) for _ in range(2))
    with pytest.raises(AssertionError):
        compare(first, wrong(second))
