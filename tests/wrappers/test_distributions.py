"""Each wrapper draws from the law of the real symbol.

Samples of a million values on each side. The standard deviations may differ by five standard errors, which is 0.5 % at
most, so that a scale that is 1 % wrong is found with a probability above 0.999; the supports of bounded laws by 0.1 %,
which finds the 0.29 % of a stddev that is meant after instead of before truncation. The whole distribution is compared
by Kolmogorov and Smirnov's test at p = 1e-6. With new seeds, about one in 1e6 comparisons would be a false alarm; the
seeds are fixed.
"""

from typing import Any

import legacy
import numpy as np
import tensorflow as tf
from absl.testing import parameterized
from scipy import stats

SHAPE = (20, 50, 20, 50)  # the fans differ, and from those of the flat matrix
MATRIX = (1000, 1000)

VARIANCE_SCALING = [
    {"scale": scale, "mode": mode, "distribution": distribution}
    for scale, mode in ((2.5, "fan_in"), (0.1, "fan_out"), (1.0, "fan_avg"))
    for distribution in ("normal", "uniform", "truncated_normal", "untruncated_normal", "UNIFORM")
]
ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "variance_scaling_initializer": VARIANCE_SCALING,
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
CASES = [(name, {}) for name in legacy.RANDOM] + [
    (name, arguments) for name, several in ARGUMENTS.items() for arguments in several
]


def compare(real: Any, mirrored: Any) -> None:
    """Raises an AssertionError where two samples are not from one law."""
    real, mirrored = (np.asarray(sample, np.float64).ravel() for sample in (real, mirrored))
    assert real.size == mirrored.size >= 1e6
    spread = real.std()
    kurtosis = stats.kurtosis(real, fisher=False)
    error = np.sqrt((kurtosis - 1) / 2 / real.size)  # of the difference of the logarithms of two standard deviations
    assert abs(np.log(mirrored.std() / spread)) < 5 * error < 0.006
    assert abs(mirrored.mean() - real.mean()) < 5 * spread * np.sqrt(2 / real.size)
    if kurtosis < 2.8:  # a bounded law: uniform 1.8, truncated normal 2.37
        assert abs(np.ptp(mirrored) / np.ptp(real) - 1) < 1e-3
    assert stats.ks_2samp(real, mirrored, method="asymp").pvalue > 1e-6


class LawTest(parameterized.TestCase):
    @parameterized.parameters(*CASES)
    def test_law(self, name: str, arguments: dict[str, Any]) -> None:
        real, mirrored = (make(name)(**arguments)(SHAPE) for make in (legacy.real, legacy.mirrored))
        if "orthogonal" in name:
            real, mirrored = (sample * np.sqrt(20_000) for sample in (real, mirrored))
        compare(real, mirrored)

    @parameterized.product(
        name=["variance_scaling_initializer", "random_normal_initializer", "random_uniform_initializer"],
        dtype=["float16", "bfloat16", "float64"],
    )
    def test_law_in_other_dtypes(self, name: str, dtype: str) -> None:
        real, mirrored = (make(name)(dtype=dtype)(MATRIX) for make in (legacy.real, legacy.mirrored))
        self.assertEqual(mirrored.dtype, real.dtype)
        compare(real, mirrored)

    @parameterized.parameters("int32", "int64")
    def test_law_of_integers(self, dtype: str) -> None:
        arguments = {"minval": -3, "maxval": 7, "dtype": dtype}
        real, mirrored = (
            make("random_uniform_initializer")(**arguments)(MATRIX) for make in (legacy.real, legacy.mirrored)
        )
        self.assertEqual(mirrored.dtype, real.dtype)
        counts = [np.bincount(np.ravel(sample) + 3, minlength=10) for sample in (real, mirrored)]
        self.assertLen(counts[1], 10)
        self.assertGreater(stats.chi2_contingency(counts).pvalue, 1e-6)

    @parameterized.parameters(*legacy.RANDOM)
    def test_fan_of_vectors_and_small_kernels(self, name: str) -> None:
        # The range of a million values says the scale to 0.1 % where the law is bounded, the stddev else.
        for shape in ((1_000_000,), (1000, 1000, 1), (1, 1, 1000, 1000)):
            if "orthogonal" in name:
                continue
            real, mirrored = (make(name)()(shape) for make in (legacy.real, legacy.mirrored))
            compare(real, mirrored)

    def test_orthogonal_matrices_are_orthogonal_and_uniformly_distributed(self) -> None:
        for shape in ((7, 3), (3, 7), (2, 3, 4), (5, 5)):
            matrix = np.reshape(legacy.mirrored("orthogonal_initializer")(gain=2.0)(shape), (-1, shape[-1])) / 2
            small = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
            np.testing.assert_allclose(small, np.eye(small.shape[0]), atol=1e-6)
        # Without the sign correction of the QR decomposition the diagonal would have one sign.
        real, mirrored = (
            np.array([np.diag(init((3, 3))) for _ in range(1500)]).ravel()
            for init in (legacy.real("orthogonal_initializer")(), legacy.mirrored("orthogonal_initializer")())
        )
        self.assertGreater(stats.ks_2samp(real, mirrored).pvalue, 1e-6)

    def test_one_percent_is_found(self) -> None:
        sample = tf.compat.v1.truncated_normal_initializer()(MATRIX)
        for wrong in (1.01 * sample, sample + 0.01 * np.std(sample)):
            with self.assertRaises(AssertionError):
                compare(tf.compat.v1.truncated_normal_initializer()(MATRIX), wrong)


class DeterministicTest(parameterized.TestCase):
    @parameterized.product(
        name=["zeros_initializer", "ones_initializer", "initializers.identity"],
        dtype=["float16", "bfloat16", "float32", "float64", "int32", "uint8", "bool", "complex64", "string"],
        shape=[(), (3,), (2, 3), (0, 3), (2, 1, 3)],
        context=["eager", "graph"],
    )
    def test_same_tensor(self, name: str, dtype: str, shape: tuple[int, ...], context: str) -> None:
        self.check(name, {}, shape, dtype, context)

    @parameterized.product(
        value=[
            1.5, 0.1, 1e-40, 5e-324, 1e-6, float("nan"), 7, 300, -1, 2**40, True, 1e10, 1j, "a", b"b", "", [], [1],
            [1, 2, 3, 4], (0.1, 0.2),
            [1, 2, 3, 4, 5], [[1, 2], [3, 4]], [True, False], [1, 2.5], [[1], [2, 3]], np.float64(0.1), np.int64(3),
            np.array([1.5, 2.5]), np.ones((2, 2)), np.array([1, 2], np.int8), np.array(3.0), np.array([True, False]),
        ],
        dtype=["float16", "bfloat16", "float64", "int32", "uint8", "bool", "string"],
        context=["eager", "graph"],
    )  # fmt: skip
    def test_constant(self, value: Any, dtype: str, context: str) -> None:
        for shape in ((2, 2), (2,), (), (0,), None):
            for verify_shape in (None, True):
                self.check(
                    "constant_initializer", {"value": value, "dtype": dtype}, shape, None, context,
                    verify_shape=verify_shape,
                )  # fmt: skip

    def check(self, name: str, arguments: dict[str, Any], shape: Any, dtype: Any, context: str, **of_call: Any) -> None:
        def run(make: Any) -> Any:
            try:
                initializer = make(name)(**arguments)
                return legacy.CONTEXTS[context](lambda: [initializer(shape, dtype=dtype, **of_call)])
            except Exception as error:
                return type(error)

        real, mirrored = run(legacy.real), run(legacy.mirrored)
        if isinstance(real, type):
            self.assertIs(mirrored, real)
        else:
            self.assertNotIsInstance(mirrored, type)
            self.assertTrue(all(map(legacy.same, real, mirrored)), (real, mirrored))
