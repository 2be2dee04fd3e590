"""The statistics: p-values are uniform for equal samples, and errors are detected with the stated power."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from tf_initcompat.parity.results import Check, Comparison
from tf_initcompat.parity.statistics import budget, distributions, hypothesis_tests, power
from tf_initcompat.parity.statistics.distributions import KnownDistribution
from tf_initcompat.parity.statistics.settings import Settings

DISTRIBUTIONS = {
    "normal": stats.norm(0.3, 2.0),
    "uniform": stats.uniform(-1, 2),
    "truncated": stats.truncnorm(-2, 2),
}
TWO_SAMPLE_TESTS = {
    "mean": hypothesis_tests.mean,
    "stddev": hypothesis_tests.stddev,
    "distribution": hypothesis_tests.distribution,
    "correlation": hypothesis_tests.correlation,
}
ONES = np.ones(1000)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("test", TWO_SAMPLE_TESTS)
def test_p_values_of_equal_distributions_are_uniform(distribution: str, test: str) -> None:
    # 400 comparisons; a false alarm of this test has a probability of 1e-3 for each of its 12 cases.
    generator = np.random.default_rng(11)
    family = DISTRIBUTIONS[distribution]
    p_values = [
        TWO_SAMPLE_TESTS[test](*(family.rvs(3000, random_state=generator) for _ in range(2))).p_value
        for _ in range(400)
    ]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


@pytest.fixture(scope="module")
def support_p_values() -> np.ndarray:
    generator = np.random.default_rng(2)
    return np.array([hypothesis_tests.support(*generator.random((2, 500))).p_value for _ in range(5000)])


@pytest.mark.parametrize("level", [0.5, 0.1, 0.01, 0.001])
def test_support_p_values_are_never_too_small(support_p_values: np.ndarray, level: float) -> None:
    # Five standard errors of 5,000 tries.
    assert np.mean(support_p_values <= level) <= level + 5 * math.sqrt(level / 5000)


def test_support_p_values_are_not_always_large(support_p_values: np.ndarray) -> None:
    assert np.mean(support_p_values <= 0.1) > 0.02


def test_support_counts_exceedances_exactly() -> None:
    inner, outer = np.arange(10.0), np.concatenate([np.arange(8.0), [20.0, 30.0]])
    result = hypothesis_tests.support(inner, outer)
    assert result.statistic == 2
    # Both of the two largest of 20 values in one given half: 10 / 20 * 9 / 19, times two halves and two edges.
    assert result.p_value == pytest.approx(4 * 10 / 20 * 9 / 19)
    assert hypothesis_tests.support(outer, inner).statistic == -2


def test_goodness_of_fit_p_values_are_uniform() -> None:
    generator = np.random.default_rng(3)
    p_values = [
        hypothesis_tests.goodness_of_fit(generator.normal(size=3000), stats.norm.cdf).p_value for _ in range(400)
    ]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_correlation_detects_a_shifted_copy() -> None:
    values = np.random.default_rng(4).normal(size=4096)
    result = hypothesis_tests.correlation(values, np.roll(values, 100))
    assert result.statistic == pytest.approx(1)
    assert result.p_value < 1e-100


def test_correlation_detects_a_partial_copy() -> None:
    values, noise = (np.random.default_rng(seed).normal(size=4096) for seed in (4, 5))
    assert hypothesis_tests.correlation(values, 0.2 * np.roll(values, 7) + noise).p_value < 1e-6


def test_discrete_values_are_compared_by_counts() -> None:
    generator = np.random.default_rng(6)
    p_values = [
        hypothesis_tests.distribution(*generator.integers(0, 5, (2, 4000)).astype(float)).p_value for _ in range(300)
    ]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_different_counts_are_detected() -> None:
    generator = np.random.default_rng(6)
    five, six = (generator.integers(0, count, 4000).astype(float) for count in (5, 6))
    assert hypothesis_tests.distribution(five, six).p_value < 1e-50


@pytest.mark.parametrize(
    "test",
    [
        hypothesis_tests.mean,
        hypothesis_tests.stddev,
        hypothesis_tests.support,
        hypothesis_tests.distribution,
        hypothesis_tests.correlation,
    ],
)
def test_equal_constants_are_the_same(test: Callable[..., hypothesis_tests.Result]) -> None:
    assert test(ONES, ONES).p_value == 1


@pytest.mark.parametrize(
    ("test", "other"),
    [(hypothesis_tests.mean, 2 * ONES), (hypothesis_tests.stddev, np.random.default_rng(0).normal(size=1000))],
    ids=["mean", "stddev"],
)
def test_constant_differs_from_other_values(test: Callable[..., hypothesis_tests.Result], other: np.ndarray) -> None:
    assert test(ONES, other).p_value == 0


def _one_and_zeros(size: int) -> np.ndarray:
    sample = np.zeros(size)
    sample[0] = 1
    return sample


@pytest.mark.parametrize(
    ("legacy", "migrated", "reason"),
    [
        (np.arange(1000.0), np.arange(1000.0), ""),
        (np.arange(99.0), np.arange(1000.0), "too few values (99 and 1,000)"),
        # The kurtosis of a one and n - 1 zeros is n - 2 + 1 / (n - 1).
        (np.arange(1000.0), _one_and_zeros(1000), "the tails are too heavy for 1,000 values (kurtosis 998)"),
    ],
    ids=["enough", "few", "heavy"],
)
def test_missing_moments(legacy: np.ndarray, migrated: np.ndarray, reason: str) -> None:
    assert hypothesis_tests.missing_moments(legacy, migrated) == reason


def test_holm_is_the_textbook_method() -> None:
    p_values = [0.01, 0.04, 0.03, 0.005]
    thresholds = budget.holm(p_values, 0.05)
    # 0.005 <= 0.05 / 4 and 0.01 <= 0.05 / 3 fail; 0.03 > 0.05 / 2 stops there, and 0.04 passes with it.
    assert [p <= threshold for p, threshold in zip(p_values, thresholds, strict=True)] == [True, False, False, True]
    assert thresholds[3] == 0.05 / 4
    assert thresholds[0] == pytest.approx(0.05 / 3)


def test_holm_without_p_values() -> None:
    assert budget.holm([], 0.05) == []


def test_holm_stays_within_the_budget() -> None:
    # 2,000 runs of 20 true null hypotheses: with a budget of 5 %, about 100 runs have false alarms.
    generator = np.random.default_rng(7)
    alarms = 0
    for _ in range(2000):
        p_values = list(generator.random(20))
        alarms += any(p <= t for p, t in zip(p_values, budget.holm(p_values, 0.05), strict=True))
    assert 50 < alarms < 150


@pytest.mark.parametrize(("scale_error", "mean_error"), [(0.01, 0.0), (0.0, 0.01)])
def test_sample_size_has_the_requested_power(scale_error: float, mean_error: float) -> None:
    # Power 0.9 at a size for 0.9: of 300 tries 270 are detected, give or take five standard errors.
    settings = Settings(power=0.9, tests=10)
    size = power.sample_size(scale_error or 10, mean_error or 10, settings.detectable_shift, kurtosis=3)
    generator = np.random.default_rng(8)
    p_value = _p_value_of_stddevs if scale_error else _p_value_of_means
    detected = 0
    for _ in range(300):
        first, second = (p_value(size, scale_error or mean_error, generator) for _ in range(2))
        detected += first <= settings.threshold and second <= settings.budget
    assert abs(detected - 270) < 5 * math.sqrt(300 * 0.9 * 0.1)


def _p_value_of_means(size: int, error: float, generator: np.random.Generator) -> float:
    """Return the p-value of two samples, from the distribution of their means in place of 400 million values."""
    shift = generator.normal(error, math.sqrt(2 / size))
    return float(2 * stats.norm.sf(abs(shift) / math.sqrt(2 / size)))


def _p_value_of_stddevs(size: int, error: float, generator: np.random.Generator) -> float:
    """Return the p-value of two samples, from the distribution of their standard deviations."""
    spreads = np.sqrt(generator.chisquare(size - 1, 2) / (size - 1)) * [1, 1 + error]
    return float(2 * stats.norm.sf(abs(np.log(spreads[1] / spreads[0])) * math.sqrt(size)))


@pytest.mark.parametrize(
    "distribution",
    [
        KnownDistribution("uniform", stats.uniform, (-1, 2)),
        KnownDistribution("truncated", stats.truncnorm, (-2, 2, 0, 1)),
    ],
    ids=lambda distribution: distribution.name,
)
def test_stated_scale_error_is_detected(distribution: KnownDistribution) -> None:
    # The support detects it with a power of 0.999: a miss in 200 tries has a probability of 0.18, three of 0.001.
    size, threshold = 20_000, 1e-6
    error = power.smallest_scale_error(distribution, size, 1.0, 5.0, threshold, 0.999)
    assert 0 < error < 0.05
    generator = np.random.default_rng(9)
    family = {"uniform": stats.uniform, "truncated": stats.truncnorm}[distribution.name]
    missed = 0
    for _ in range(200):
        legacy, migrated = (family.rvs(*distribution.parameters, size=size, random_state=generator) for _ in range(2))
        missed += hypothesis_tests.support(legacy, migrated * (1 + error)).p_value > threshold
    assert missed < 3


@pytest.mark.parametrize(
    ("distribution", "density"),
    [
        (distributions.uniform(-1, 1), 0.5),  # 1 / 2, times a distance of 1
        (distributions.uniform(2, 6), 0.5),  # 1 / 4, times a distance of 2
        (distributions.normal(0, 1), None),
        # pdf(2) / (cdf(2) - cdf(-2)), times a distance of 2
        (distributions.truncated_normal(0, 3), 2 * 0.05399096651 / 0.95449973610),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_edge_density(distribution: KnownDistribution, density: float | None) -> None:
    assert distribution.edge_density() == (None if density is None else pytest.approx(density, rel=1e-6))


def _comparison(*p_values: float) -> Comparison:
    checks = tuple(Check("mean", "eager", "", p_value=p_value, statistic=0.0) for p_value in p_values)
    return Comparison("name", (2,), None, checks)


@pytest.mark.parametrize(
    ("p_values", "verdicts"),
    [
        ([(1e-5, 0.3), (4e-4,)], ["different", "different"]),  # 4e-4 <= 1e-3 / 2, since two are left
        ([(4e-4, 0.5, 0.6, 0.7)], ["same"]),
        ([(0.5,), (1e-4,)], ["same", "different"]),
    ],
)
def test_comparisons_of_a_run_share_the_budget(p_values: list[tuple[float, ...]], verdicts: list[str]) -> None:
    comparisons = budget.with_verdicts([_comparison(*group) for group in p_values], 1e-3)
    assert [comparison.verdict for comparison in comparisons] == verdicts


def test_comparison_survives_json() -> None:
    (comparison,) = budget.with_verdicts([_comparison(1e-5, math.inf)], 1e-3)
    assert Comparison.from_dict(comparison.as_dict()) == comparison


@pytest.mark.parametrize(
    ("argument", "value"), [("budget", 0.0), ("power", 1.0), ("scale_error", -0.1), ("checks", ["scale"])]
)
def test_bad_settings(argument: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"`{argument}`.*Received"):
        Settings(**{argument: value})  # type: ignore[arg-type]
