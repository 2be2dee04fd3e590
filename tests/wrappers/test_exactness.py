"""Wrappers sample between the bounds of the real symbol over the whole range of numbers.

Each sample has 20,000 values. Kolmogorov and Smirnov's test compares them at p = 1e-7, and the extremes may differ by
0.2 % of the width: a scale that is 1 % wrong always fails, and about one comparison in 1e7 would with new seeds. The
seeds are fixed.
"""

import math
import warnings
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tf_initcompat.wrappers import exactness, native, seeds

SHAPE = (200, 100)
FLOATS = ("float16", "bfloat16", "float32", "float64")
EXPONENTS = (5e-324, 1e-310, 1e-160, 1e-50, 1e-40, 1e-7, 1.0, 7e4, 1e9, 1e39, 1e154, 1e300)
INFINITE, NAN = math.inf, math.nan

UNIFORMS: list[tuple[str, dict[str, Any]]] = [
    *(
        (name, arguments)
        for size in EXPONENTS
        for name, arguments in (
            ("random_uniform_initializer", {"minval": 0, "maxval": size}),
            ("random_uniform_initializer", {"minval": -size, "maxval": size}),
            ("random_uniform_initializer", {"minval": size, "maxval": size * (1 + 1e-7)}),
            ("random_uniform_initializer", {"minval": size, "maxval": size + 1}),
            ("variance_scaling_initializer", {"scale": size, "distribution": "uniform"}),
            ("uniform_unit_scaling_initializer", {"factor": size}),
            ("uniform_unit_scaling_initializer", {"factor": -size}),
            ("contrib.layers.variance_scaling_initializer", {"factor": size, "uniform": True}),
        )
    ),
    *(
        ("random_uniform_initializer", {"minval": minval, "maxval": maxval})
        for minval, maxval in (
            (5.0, 1.0), (1.0, 1.0), (0.1, 0.1), (0, INFINITE), (-INFINITE, 0), (NAN, 1), (True, 2), (2**53, 2**53 + 8),
            (2**63, 2**64), (0.1, 0.1 + 1e-9), (1 + 2**-11 + 2**-40, 2.0), (1.0, 1 + 2**-11 + 2**-40), (2049, 2051),
            (np.float64(1e-50), np.float64(2e-50)), (0, 10**400),
        )
    ),
    *(("uniform_unit_scaling_initializer", {"factor": factor}) for factor in (0.0, INFINITE, NAN, -1.0)),
]  # fmt: skip

OTHERS: list[tuple[str, dict[str, Any]]] = [
    *(
        (name, arguments)
        for size in (*EXPONENTS, 0.0, -1.0, INFINITE, NAN)
        for name in ("random_normal_initializer", "truncated_normal_initializer")
        for arguments in ({"stddev": size}, {"mean": size})
    ),
    *(
        ("variance_scaling_initializer", {"scale": size, "distribution": distribution})
        for size in (*EXPONENTS, INFINITE, NAN)
        for distribution in ("truncated_normal", "untruncated_normal")
    ),
    *(("contrib.layers.variance_scaling_initializer", {"factor": size}) for size in (*EXPONENTS, 1.7e308)),
]


def sample(make: Any, name: str, arguments: dict[str, Any], dtype: str, context: str, seed: int) -> Any:
    """Return the values of one call, or the type of its error."""
    tf.random.set_seed(seed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of NumPy, about numbers that overflow
            return legacy.CONTEXTS[context](lambda: [make(name)(**arguments)(SHAPE, dtype=tf.as_dtype(dtype))])[0]
    except Exception as error:  # of any type: the test compares the types
        return type(error)


def compare(real: Any, mirrored: Any) -> None:
    """Raise an AssertionError if two results are not from one distribution, or not the same type of error."""
    if isinstance(real, type) or isinstance(mirrored, type):
        assert mirrored is real
        return
    assert mirrored.dtype == real.dtype
    real, mirrored = (np.asarray(values, np.float64).ravel() for values in (real, mirrored))
    for is_special in (np.isnan, np.isposinf, np.isneginf, lambda values: values == 0):
        rates = [is_special(values).mean() for values in (real, mirrored)]
        assert abs(rates[1] - rates[0]) < 6 * math.sqrt((rates[0] + 1e-4) / real.size)
    real, mirrored = (values[np.isfinite(values)] for values in (real, mirrored))
    if not real.size:
        return
    counts = [np.unique(values).size for values in (real, mirrored)]
    if min(counts) <= 3:
        assert set(real) == set(mirrored)
        return
    assert stats.ks_2samp(real, mirrored, method="asymp").pvalue > 1e-7
    assert 0.9 < counts[1] / counts[0] < 1.12
    unit = max(abs(real))
    real, mirrored = (values / unit - real[0] / unit for values in (real, mirrored))
    if stats.kurtosis(real / np.ptp(real), fisher=False) < 2:  # a uniform distribution
        width = np.ptp(real)
        assert abs(mirrored.min() - real.min()) < 2e-3 * width
        assert abs(mirrored.max() - real.max()) < 2e-3 * width


@pytest.mark.parametrize(
    ("dtype", "context"), [*((dtype, "eager") for dtype in FLOATS), ("float16", "function"), ("float64", "function")]
)
@pytest.mark.parametrize(("name", "arguments"), UNIFORMS, ids=repr)
def test_bounds(name: str, arguments: dict[str, Any], dtype: str, context: str) -> None:
    compare(*(sample(make, name, arguments, dtype, context, 1) for make in (legacy.real, legacy.mirrored)))


@pytest.mark.parametrize("dtype", ["float16", "float64"])
@pytest.mark.parametrize(("name", "arguments"), OTHERS, ids=repr)
def test_mean_and_stddev(name: str, arguments: dict[str, Any], dtype: str) -> None:
    compare(*(sample(make, name, arguments, dtype, "eager", 1) for make in (legacy.real, legacy.mirrored)))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64", "uint32"])
@pytest.mark.parametrize(
    "bounds", [(-3, 7), (0, 2**31 - 1), (-(2**63), 2**63 - 1), (5, 5), (5, 1), (0.5, 10), (0, None)]
)
def test_integers(dtype: str, bounds: tuple[Any, Any]) -> None:
    arguments = dict(zip(("minval", "maxval"), bounds, strict=True))
    name = "random_uniform_initializer"
    compare(*(sample(make, name, arguments, dtype, "eager", 1) for make in (legacy.real, legacy.mirrored)))


@pytest.mark.parametrize("wrong", [lambda values: values * 1.01, lambda values: values + 1e-52, np.zeros_like])
def test_wrong_bounds_are_found(wrong: Any) -> None:
    real, other = (
        sample(legacy.real, "random_uniform_initializer", {"maxval": 1e-50}, "float64", "eager", seed)
        for seed in (1, 2)
    )
    compare(real, other)
    with pytest.raises(AssertionError):
        compare(real, wrong(other))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("bounds", [(0, INFINITE), (-INFINITE, INFINITE), (NAN, 1), (-1e308, 1e308), (0, 5e-324)])
def test_bounds_are_compared_without_warnings(dtype: str, bounds: tuple[float, float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert exactness.represents_bounds(*bounds, tf.as_dtype(dtype)) in (True, False)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("bounds", [(-0.05, 0.05), (0.0, 1.0), (0, 0.1), (-2, 5), (4.0, 4.5), (-1e-20, 1e-20)])
def test_ordinary_bounds_have_the_bits_of_keras(dtype: str, bounds: tuple[float, float]) -> None:
    tf.random.set_seed(3)
    mirrored = legacy.mirrored("random_uniform_initializer")(*bounds, seed=5)(SHAPE, dtype=dtype)
    tf.random.set_seed(3)
    seed = seeds.call_seed(5, "uniform", tf.as_dtype(dtype))
    keras = native.initializers().RandomUniform(minval=bounds[0], maxval=bounds[1], seed=seed)
    assert legacy.same(mirrored, keras(SHAPE, dtype=dtype))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("scale", [1e-20, 0.1, 1 / 3, 2.0, 1e10])
def test_ordinary_scales_have_the_bits_of_keras(dtype: str, scale: float) -> None:
    tf.random.set_seed(3)
    arguments: dict[str, Any] = {"scale": scale, "mode": "fan_avg", "distribution": "uniform"}
    mirrored = legacy.mirrored("variance_scaling_initializer")(**arguments, seed=5)(SHAPE, dtype=dtype)
    tf.random.set_seed(3)
    seed = seeds.call_seed(5, "uniform", tf.as_dtype(dtype))
    keras = native.initializers().VarianceScaling(**arguments, seed=seed)
    assert legacy.same(mirrored, keras(SHAPE, dtype=dtype))


@pytest.mark.parametrize("seed", [None, 5])
def test_bounds_that_keras_rounds_give_fresh_values(seed: int | None) -> None:
    initializer = legacy.mirrored("random_uniform_initializer")(1e9, 1e9 + 1, seed=seed, dtype=tf.float64)
    tf.random.set_seed(3)
    first = [initializer(SHAPE) for _ in range(2)]
    tf.random.set_seed(3)
    again = [initializer(SHAPE) for _ in range(2)]
    assert not legacy.same(*first)
    assert all(map(legacy.same, first, again))
