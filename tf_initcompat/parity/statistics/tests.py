"""Two-sample tests, the false-alarm budget, and what a sample of a given size can see.

Samples are flat float64 arrays. Each test returns its statistic and p-value; a p-value is the probability of a value as
extreme as this one where both samples are from one law, or an upper bound of that probability.
"""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import optimize, special, stats

#: At most so many values do the tests of the whole distribution and of correlation use; the others use all.
DISTRIBUTION_SIZE: Final = 1 << 16
_CORRELATION_SIZE: Final = 1 << 14
#: Fewer values than this have no usable estimate of their own kurtosis.
SMALLEST_SAMPLE: Final = 100
_FEW_VALUES: Final = 64
_HEAVY_TAILS: Final = 10
#: Cells of a contingency table that expect fewer values than this are merged.
_SMALLEST_CELL: Final = 5

Array = np.ndarray[Any, Any]


class Result(NamedTuple):
    """Result of one statistical test.

    Attributes:
      statistic: The test's statistic.
      p_value: Its p-value.
    """

    statistic: float
    p_value: float


def part(sample: Array, size: int) -> Array:
    """Returns at most `size` values, taken evenly from the whole sample."""
    if sample.size <= size:
        return sample
    evenly: Array = sample[np.linspace(0, sample.size - 1, size).astype(np.intp)]
    return evenly


def mean(legacy: Array, migrated: Array) -> Result:
    """Compares means by Welch's test.

    Args:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.

    Returns:
      Welch's t and its p-value.
    """
    spreads = _spread(legacy)[0], _spread(migrated)[0]
    if not any(spreads):
        equal = legacy[0] == migrated[0]
        return Result(0.0 if equal else math.inf, float(equal))
    unit = max(spreads)
    means = legacy.mean() / unit, migrated.mean() / unit
    found = stats.ttest_ind_from_stats(
        means[1], spreads[1] / unit, migrated.size, means[0], spreads[0] / unit, legacy.size, equal_var=False
    )
    return Result(float(found.statistic), float(found.pvalue))


def no_moments(legacy: Array, migrated: Array) -> str:
    """Returns why means and standard deviations of two samples are not compared, or nothing.

    Their tests take sums for normal, which needs many values, and more of them the heavier the tails are.
    """
    size = min(legacy.size, migrated.size)
    if size < SMALLEST_SAMPLE:
        return f"too few values ({legacy.size:,} and {migrated.size:,})"
    heaviest = max(_spread(legacy)[1], _spread(migrated)[1])
    if heaviest > _HEAVY_TAILS and size / heaviest < SMALLEST_SAMPLE * _HEAVY_TAILS:
        return f"the tails are too heavy for {size:,} values (kurtosis {heaviest:.0f})"
    return ""


def _spread(sample: Array) -> tuple[float, float]:
    """Returns standard deviation and kurtosis, without overflow or underflow of the squares."""
    deviations = sample - sample.mean()
    largest = float(np.abs(deviations).max())
    if largest == 0:
        return 0.0, 0.0
    squares = (deviations / largest) ** 2
    variance = float(squares.mean())
    return largest * math.sqrt(variance), float((squares * squares).mean()) / variance**2


def log_stddev_error(sample: Array) -> float:
    """Returns the standard error of the logarithm of the sample's standard deviation."""
    return _log_error(_spread(sample)[1], sample.size)


def _log_error(kurtosis: float, size: int) -> float:
    return math.sqrt(max(kurtosis - 1, 0.0) / 4 / size)


def stddev(legacy: Array, migrated: Array) -> Result:
    """Compares standard deviations by the difference of their logarithms.

    Args:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.

    Returns:
      The ratio migrated / legacy of the standard deviations and the p-value of its logarithm, whose standard error is
      computed from the samples' kurtoses.
    """
    spreads, kurtoses = zip(_spread(legacy), _spread(migrated), strict=True)
    if spreads[0] == spreads[1]:
        return Result(1.0, 1.0)
    if 0.0 in spreads:
        return Result(math.inf if spreads[0] == 0 else 0.0, 0.0)
    ratio = spreads[1] / spreads[0]
    error = math.hypot(*map(_log_error, kurtoses, (legacy.size, migrated.size)))
    p_value = 2 * stats.norm.sf(abs(math.log(ratio)) / error) if error else 0.0
    return Result(ratio, float(p_value))


def support(legacy: Array, migrated: Array) -> Result:
    """Compares the edges of the supports by Rosenbaum's exceedance test.

    Where both samples are from one law, which of them the k largest of all values belong to is a matter of chance:
    all to the same one with a probability of about 2 ** -k for samples of one size. A law whose density ends abruptly
    shows a wrong scale here long before its standard deviation does.

    Args:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.

    Returns:
      The number of values of one sample beyond the other's edge, at the edge where it is most improbable; negative
      where they are legacy's. The p-value allows for both samples and both edges.

    Source: Rosenbaum, Tables for a nonparametric test of location, Ann. Math. Statist. 25 (1954).
    """
    best = Result(0.0, 1.0)
    for sign in (1, -1):
        for direction, inner, outer in ((1, legacy, migrated), (-1, migrated, legacy)):
            count = int(np.count_nonzero(sign * outer > (sign * inner).max()))
            if not count:
                continue
            total = inner.size + outer.size
            logarithm = (
                special.gammaln(outer.size + 1)
                - special.gammaln(outer.size - count + 1)
                - special.gammaln(total + 1)
                + special.gammaln(total - count + 1)
            )
            p_value = min(1.0, 4 * math.exp(logarithm))
            if p_value < best.p_value:
                best = Result(float(direction * count), p_value)
    return best


def distribution(legacy: Array, migrated: Array) -> Result:
    """Compares whole distributions: by Kolmogorov and Smirnov's test, or by counts where there are few values.

    Args:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.

    Returns:
      The largest distance of the two empirical distribution functions, or chi square.
    """
    legacy, migrated = part(legacy, DISTRIBUTION_SIZE), part(migrated, DISTRIBUTION_SIZE)
    few = np.unique(np.concatenate((legacy[:1000], migrated[:1000])))
    if few.size <= _FEW_VALUES and min(legacy.size, migrated.size) > 1000:
        return _chi_square(legacy, migrated)
    if max(legacy.size, migrated.size) <= 1000:
        found = stats.ks_2samp(legacy, migrated, method="exact")
    else:
        # Between samples of one size the distance is a multiple of 1 / size, and p-values are not uniform.
        if migrated.size == legacy.size:
            migrated = migrated[:-1]
        found = stats.ks_2samp(legacy, migrated, method="asymp")
    return Result(float(found.statistic), float(found.pvalue))


def _chi_square(legacy: Array, migrated: Array) -> Result:
    values, indices = np.unique(np.concatenate((legacy, migrated)), return_inverse=True)
    if values.size == 1:
        return Result(0.0, 1.0)
    counts = np.stack([np.bincount(half, minlength=values.size) for half in np.split(indices, [legacy.size])])
    expected = counts.sum(axis=0) * min(legacy.size, migrated.size) / counts.sum()
    rare = expected < _SMALLEST_CELL
    if rare.any():
        counts = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
        if counts[:, -1].sum() * min(legacy.size, migrated.size) / counts.sum() < _SMALLEST_CELL:
            counts = counts[:, :-1]  # so few that they say nothing
    if counts.shape[1] < 2:
        return Result(0.0, 1.0)
    found = stats.chi2_contingency(counts)
    return Result(float(found.statistic), float(found.pvalue))


def law(sample: Array, cdf: Any) -> Result:
    """Compares a sample with a known law by Kolmogorov and Smirnov's test.

    Args:
      sample: Sample of the migrated initializer.
      cdf: The law's cumulative distribution function, as scipy's frozen distributions have it.

    Returns:
      The largest distance of the empirical distribution function from the law's.
    """
    found = stats.kstest(part(sample, DISTRIBUTION_SIZE), cdf, method="asymp" if sample.size > 1000 else "exact")
    return Result(float(found.statistic), float(found.pvalue))


def correlation(first: Array, second: Array) -> Result:
    """Tests for correlation at any lag, so that a shifted copy is found as well.

    Args:
      first: Values of one call or shard.
      second: As many values of the next one.

    Returns:
      The circular correlation coefficient of largest absolute value, over all lags, with its p-value.
    """
    # Ranks, so that a few values of heavy tails do not decide alone.
    first, second = (stats.rankdata(values[:_CORRELATION_SIZE]) for values in (first, second))
    spectra = [np.fft.rfft(values - values.mean()) for values in (first, second)]
    norm = first.size * first.std() * second.std()
    if norm == 0:
        return Result(0.0, 1.0)
    coefficients = np.fft.irfft(np.conj(spectra[0]) * spectra[1], n=first.size) / norm
    strongest = float(coefficients[np.argmax(np.abs(coefficients))])
    # Of one lag, exact for normal values; of all lags by Šidák.
    shape = first.size / 2 - 1
    single = float(2 * stats.beta.sf(min(abs(strongest), 1.0), shape, shape, loc=-1, scale=2))
    return Result(strongest, float(-math.expm1(first.size * math.log1p(-single)) if single < 1 else 1.0))


def holm(p_values: Sequence[float], budget: float) -> list[float]:
    """Returns the threshold of each p-value by Holm's step-down method.

    A check fails if its p-value is not above its threshold; the probability of any false alarm in the whole run is then
    at most the budget.

    Args:
      p_values: All p-values of the run.
      budget: Probability of a false alarm in the whole run.

    Returns:
      The thresholds, in the order of `p_values`.

    Source: Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6 (1979).
    """
    thresholds = [0.0] * len(p_values)
    stopped = math.inf
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        threshold = budget / (len(p_values) - rank)
        if p_values[index] > threshold and stopped == math.inf:
            stopped = threshold
        thresholds[index] = min(threshold, stopped)  # after the first that passes, all pass
    return thresholds


def shift_in_errors(threshold: float, budget: float, power: float) -> float:
    """Returns how many standard errors a shift must have to be found.

    Args:
      threshold: Threshold of the p-value after a repetition on fresh samples.
      budget: Threshold for being suspicious, and so repeated.
      power: Probability with which the shift is found.

    Returns:
      The shift in standard errors at which both the first and the repeated test find it with the power.
    """
    limits = [float(stats.norm.isf(alpha / 2)) for alpha in (threshold, budget)]

    def missing(shift: float) -> float:
        return float(math.prod(stats.norm.cdf(shift - limit) for limit in limits)) - power

    return float(optimize.brentq(missing, 0, max(limits) + 40))


def sample_size(scale_error: float, mean_error: float, errors: float, kurtosis: float) -> int:
    """Returns how many values each sample needs.

    Args:
      scale_error: Relative error of the scale that has to be found.
      mean_error: Error of the mean that has to be found, in standard deviations.
      errors: Standard errors at which a shift is found, from `shift_in_errors`.
      kurtosis: Kurtosis of the law: 3 for a normal, 1.8 for a uniform one.

    Returns:
      The number of values.
    """
    for_scale = (errors / math.log1p(scale_error)) ** 2 * (kurtosis - 1) / 2
    for_mean = (errors / mean_error) ** 2 * 2
    return math.ceil(max(for_scale, for_mean))
