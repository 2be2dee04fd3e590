"""The tests' own statistics: p-values are uniform where there is nothing to find, and errors are found as promised."""

import math

import numpy as np
import pytest
from scipy import stats

from tf_initcompat.parity.checks.values import smallest_scale_error
from tf_initcompat.parity.results import Check, Comparison
from tf_initcompat.parity.statistics import settings
from tf_initcompat.parity.statistics import tests as statistics
from tf_initcompat.parity.statistics.distributions import Law

LAWS = {
    "normal": stats.norm(0.3, 2.0),
    "uniform": stats.uniform(-1, 2),
    "truncated": stats.truncnorm(-2, 2),
}
TWO_SAMPLE = {
    "mean": statistics.mean,
    "stddev": statistics.stddev,
    "distribution": statistics.distribution,
    "correlation": statistics.correlation,
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("test", TWO_SAMPLE)
def test_p_values_of_equal_laws_are_uniform(law: str, test: str) -> None:
    # 400 comparisons each; a false alarm of this test has a probability of 1e-3 for each of its 12 cases.
    generator = np.random.default_rng(11)
    p_values = [
        TWO_SAMPLE[test](*(LAWS[law].rvs(3000, random_state=generator) for _ in range(2))).p_value for _ in range(400)
    ]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_support_p_values_are_never_too_small() -> None:
    generator = np.random.default_rng(2)
    p_values = np.array([statistics.support(*generator.random((2, 500))).p_value for _ in range(5000)])
    for level in (0.5, 0.1, 0.01, 0.001):
        # Five standard errors of 5,000 tries.
        assert np.mean(p_values <= level) <= level + 5 * math.sqrt(level / 5000)
    assert np.mean(p_values <= 0.1) > 0.02  # and not always 1 either


def test_support_counts_exceedances_exactly() -> None:
    inner, outer = np.arange(10.0), np.concatenate([np.arange(8.0), [20.0, 30.0]])
    result = statistics.support(inner, outer)
    assert result.statistic == 2
    # Both of the two largest of 20 values in one given half: 10 / 20 * 9 / 19, times two halves and two edges.
    assert result.p_value == pytest.approx(4 * 10 / 20 * 9 / 19)
    assert statistics.support(outer, inner).statistic == -2


def test_law_p_values_are_uniform() -> None:
    generator = np.random.default_rng(3)
    p_values = [statistics.law(generator.normal(size=3000), stats.norm.cdf).p_value for _ in range(400)]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_correlation_finds_a_shifted_copy() -> None:
    values = np.random.default_rng(4).normal(size=4096)
    result = statistics.correlation(values, np.roll(values, 100))
    assert result.statistic == pytest.approx(1)
    assert result.p_value < 1e-100
    half = statistics.correlation(values, 0.2 * np.roll(values, 7) + np.random.default_rng(5).normal(size=4096))
    assert half.p_value < 1e-6


def test_few_values_are_compared_by_counts() -> None:
    generator = np.random.default_rng(6)
    same = [statistics.distribution(*generator.integers(0, 5, (2, 4000)).astype(float)).p_value for _ in range(300)]
    assert stats.kstest(same, "uniform").pvalue > 1e-3
    assert (
        statistics.distribution(generator.integers(0, 5, 4000) * 1.0, generator.integers(0, 6, 4000) * 1.0)[1] < 1e-50
    )


def test_constants_have_no_spread() -> None:
    ones = np.ones(1000)
    for test in (statistics.mean, statistics.stddev, statistics.support, statistics.distribution):
        assert test(ones, ones).p_value == 1
    assert statistics.mean(ones, 2 * ones).p_value == 0
    assert statistics.stddev(ones, np.random.default_rng(0).normal(size=1000)).p_value == 0
    assert statistics.correlation(ones, ones).p_value == 1


def test_holm_is_the_textbook_method() -> None:
    p_values = [0.01, 0.04, 0.03, 0.005]
    thresholds = statistics.holm(p_values, 0.05)
    # 0.005 <= 0.05 / 4 and 0.01 <= 0.05 / 3 fail; 0.03 > 0.05 / 2 stops there, and 0.04 passes with it.
    assert [p <= threshold for p, threshold in zip(p_values, thresholds, strict=True)] == [True, False, False, True]
    assert thresholds[3] == 0.05 / 4
    assert thresholds[0] == pytest.approx(0.05 / 3)
    assert statistics.holm([], 0.05) == []


def test_holm_keeps_the_budget() -> None:
    # 2,000 runs of 20 true null hypotheses: with a budget of 5 %, 100 runs with false alarms, and at most 150.
    generator = np.random.default_rng(7)
    alarms = 0
    for _ in range(2000):
        p_values = list(generator.random(20))
        alarms += any(p <= t for p, t in zip(p_values, statistics.holm(p_values, 0.05), strict=True))
    assert 50 < alarms < 150


@pytest.mark.parametrize(("error", "mean"), [(0.01, 0.0), (0.0, 0.01)])
def test_sample_size_has_the_power_that_was_asked_for(error: float, mean: float) -> None:
    # Power 0.9 at a size for 0.9: of 300 tries 270 are found, give or take five standard errors.
    chosen = settings.Settings(power=0.9, tests=10)
    errors = settings.errors_to_find(chosen.threshold, chosen.budget, chosen.power)
    size = statistics.sample_size(error or 10, mean or 10, errors, kurtosis=3)
    generator = np.random.default_rng(8)
    test = statistics.stddev if error else statistics.mean
    found = 0
    for _ in range(300):
        # The sampling distributions of normal samples of this size, in place of 400 million values.
        result = _of_moments(test, size, error, mean, generator)
        found += result <= chosen.threshold and _of_moments(test, size, error, mean, generator) <= chosen.budget
    assert abs(found - 270) < 5 * math.sqrt(300 * 0.9 * 0.1)


def _of_moments(test: object, size: int, error: float, mean: float, generator: np.random.Generator) -> float:
    if test is statistics.mean:
        shift = generator.normal(mean, math.sqrt(2 / size))
        return float(2 * stats.norm.sf(abs(shift) / math.sqrt(2 / size)))
    spreads = np.sqrt(generator.chisquare(size - 1, 2) / (size - 1)) * [1, 1 + error]
    return float(2 * stats.norm.sf(abs(np.log(spreads[1] / spreads[0])) * math.sqrt(size)))


@pytest.mark.parametrize("law", [Law("u", stats.uniform, (-1, 2)), Law("t", stats.truncnorm, (-2, 2))])
def test_stated_scale_error_is_found(law: Law) -> None:
    # The support finds it with a power of 0.999: a miss in 200 tries has a probability of 0.18, three of 0.001.
    size, threshold = 20_000, 1e-6
    error = smallest_scale_error(law, size, 1.0, 5.0, threshold, 0.999)
    assert 0 < error < 0.05
    generator = np.random.default_rng(9)
    missed = 0
    for _ in range(200):
        legacy, migrated = (law.family.rvs(*law.parameters, size=size, random_state=generator) for _ in range(2))
        missed += statistics.support(legacy, migrated * (1 + error)).p_value > threshold
    assert missed < 3


def test_verdict_of_a_run_is_shared() -> None:
    def comparison(*p_values: float) -> Comparison:
        checks = tuple(Check("mean", "eager", "", p_value=p_value, statistic=0.0) for p_value in p_values)
        return Comparison("name", (2,), None, checks)

    first, second = settings.judged([comparison(1e-5, 0.3), comparison(4e-4)], 1e-3)
    assert first.verdict == "different"
    assert second.verdict == "different"  # 4e-4 <= 1e-3 / 2, since only two are left
    assert settings.judged([comparison(4e-4, 0.5, 0.6, 0.7)], 1e-3)[0].verdict == "same"
    assert Comparison.from_dict(first.as_dict()).as_dict() == first.as_dict()


@pytest.mark.parametrize(
    ("argument", "value"), [("budget", 0.0), ("power", 1.0), ("scale_error", -0.1), ("checks", ["scale"])]
)
def test_bad_settings(argument: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"`{argument}`.*Received"):
        settings.Settings(**{argument: value})  # type: ignore[arg-type]
