"""The hypothesis tests behind the checks: each returns its statistic and p-value.

Samples are flat float64 arrays. A p-value is the probability of a statistic at least this extreme if both samples have
the same distribution, or an upper bound of that probability.
"""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from tf_initcompat.parity.statistics.numeric import Array, special, stats

#: Largest number of values that the tests of the whole distribution and of correlation use; the others use all values.
DISTRIBUTION_SIZE: Final = 1 << 16
_CORRELATION_SIZE: Final = 1 << 14
#: Smallest sample with a usable estimate of its own kurtosis.
SMALLEST_SAMPLE: Final = 100
#: Number of different values up to which a sample counts as discrete.
_FEW_VALUES: Final = 64
#: Kurtosis above which tails are heavy.
_HEAVY_TAILS: Final = 10
#: Smallest expected count of a category in the chi square test; rarer categories are merged.
_SMALLEST_EXPECTED_COUNT: Final = 5
#: Sample size up to which the Kolmogorov-Smirnov tests are exact.
_EXACT_SIZE: Final = 1000


class Result(NamedTuple):
    """Result of one test.

    Attributes:
      statistic: The test's statistic.
      p_value: Its p-value.
    """

    statistic: float
    p_value: float


def subsample(sample: Array, size: int) -> Array:
    """Return at most `size` values, evenly spaced in the sample."""
    if sample.size <= size:
        return sample
    values: Array = sample[np.linspace(0, sample.size - 1, size).astype(np.intp)]
    return values


def mean(legacy: Array, migrated: Array) -> Result:
    """Compare the means of two samples with Welch's test.

    Args:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.

    Returns:
      Welch's t and its p-value.
    """
    spreads = _spread_and_kurtosis(legacy)[0], _spread_and_kurtosis(migrated)[0]
    if not any(spreads):
        are_equal = legacy[0] == migrated[0]
        return Result(0.0 if are_equal else math.inf, float(are_equal))
    unit = max(spreads)
    means = legacy.mean() / unit, migrated.mean() / unit
    welch = stats.ttest_ind_from_stats(
        means[1], spreads[1] / unit, migrated.size, means[0], spreads[0] / unit, legacy.size, equal_var=False
    )
    return Result(float(welch.statistic), float(welch.pvalue))


def missing_moments(legacy: Array, migrated: Array) -> str:
    """Return why the means and standard deviations of two samples cannot be tested, or an empty string.

    The tests assume that sums are normally distributed. That takes many values, and more of them for heavier tails.

    Args:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.
    """
    size = min(legacy.size, migrated.size)
    if size < SMALLEST_SAMPLE:
        return f"too few values ({legacy.size:,} and {migrated.size:,})"
    kurtosis = max(_spread_and_kurtosis(legacy)[1], _spread_and_kurtosis(migrated)[1])
    if kurtosis > _HEAVY_TAILS and size / kurtosis < SMALLEST_SAMPLE * _HEAVY_TAILS:
        return f"the tails are too heavy for {size:,} values (kurtosis {kurtosis:.0f})"
    return ""


def _spread_and_kurtosis(sample: Array) -> tuple[float, float]:
    """Return standard deviation and kurtosis, without overflow or underflow of the squares."""
    deviations = sample - sample.mean()
    largest = float(np.abs(deviations).max())
    if largest == 0:
        return 0.0, 0.0
    squares = (deviations / largest) ** 2
    variance = float(squares.mean())
    return largest * math.sqrt(variance), float((squares * squares).mean()) / variance**2


def log_stddev_error(sample: Array) -> float:
    """Return the standard error of the logarithm of the sample's standard deviation."""
    return _log_error(_spread_and_kurtosis(sample)[1], sample.size)


def _log_error(kurtosis: float, size: int) -> float:
    return math.sqrt(max(kurtosis - 1, 0.0) / 4 / size)


def stddev(legacy: Array, migrated: Array) -> Result:
    """Compare the standard deviations of two samples by the difference of their logarithms.

    Args:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.

    Returns:
      The ratio migrated / legacy of the standard deviations and the p-value of its logarithm. The standard error of the
      logarithm is computed from the kurtosis of each sample.
    """
    spreads, kurtoses = zip(_spread_and_kurtosis(legacy), _spread_and_kurtosis(migrated), strict=True)
    if spreads[0] == spreads[1]:
        return Result(1.0, 1.0)
    if 0.0 in spreads:
        return Result(math.inf if spreads[0] == 0 else 0.0, 0.0)
    ratio = spreads[1] / spreads[0]
    error = math.hypot(*map(_log_error, kurtoses, (legacy.size, migrated.size)))
    p_value = 2 * stats.norm.sf(abs(math.log(ratio)) / error) if error else 0.0
    return Result(ratio, float(p_value))


def support(legacy: Array, migrated: Array) -> Result:
    """Compare the edges of the supports with Rosenbaum's exceedance test.

    If both samples have the same distribution, chance decides which sample the k largest values belong to. For samples
    of equal size, all k belong to the same sample with a probability of about 2 ** -k. If the density ends abruptly,
    this test detects a wrong scale long before the standard deviation does.

    Args:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.

    Returns:
      The number of values of one sample beyond the other's edge, for the least probable combination of sample and
      edge; negative if they are legacy values. The p-value is corrected for the four combinations.

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
    """Compare the whole distributions of two samples.

    Uses the two-sample Kolmogorov-Smirnov test, or a chi square test of counts if there are few different values.

    Args:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.

    Returns:
      The largest distance between the two empirical distribution functions, or chi square, and its p-value.
    """
    legacy, migrated = subsample(legacy, DISTRIBUTION_SIZE), subsample(migrated, DISTRIBUTION_SIZE)
    different = np.unique(np.concatenate((legacy[:_EXACT_SIZE], migrated[:_EXACT_SIZE])))
    if different.size <= _FEW_VALUES and min(legacy.size, migrated.size) > _EXACT_SIZE:
        return _chi_square(legacy, migrated)
    if max(legacy.size, migrated.size) <= _EXACT_SIZE:
        result = stats.ks_2samp(legacy, migrated, method="exact")
    else:
        # For samples of equal size the distance is a multiple of 1 / size, and p-values are not uniform.
        if migrated.size == legacy.size:
            migrated = migrated[:-1]
        result = stats.ks_2samp(legacy, migrated, method="asymp")
    return Result(float(result.statistic), float(result.pvalue))


def _chi_square(legacy: Array, migrated: Array) -> Result:
    values, indices = np.unique(np.concatenate((legacy, migrated)), return_inverse=True)
    if values.size == 1:
        return Result(0.0, 1.0)
    counts = np.stack([np.bincount(half, minlength=values.size) for half in np.split(indices, [legacy.size])])
    smaller, total = min(legacy.size, migrated.size), counts.sum()
    rare = counts.sum(axis=0) * smaller / total < _SMALLEST_EXPECTED_COUNT
    if rare.any():
        counts = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
        if counts[:, -1].sum() * smaller / total < _SMALLEST_EXPECTED_COUNT:
            counts = counts[:, :-1]  # still too rare to carry information
    if counts.shape[1] < 2:
        return Result(0.0, 1.0)
    result = stats.chi2_contingency(counts)
    return Result(float(result.statistic), float(result.pvalue))


def goodness_of_fit(sample: Array, cdf: Callable[[Array], Array]) -> Result:
    """Compare a sample with a known distribution by the Kolmogorov-Smirnov test.

    Args:
      sample: Sample of the migrated initializer.
      cdf: Cumulative distribution function.

    Returns:
      The largest distance between the empirical and the known distribution function, and its p-value.
    """
    method = "asymp" if sample.size > _EXACT_SIZE else "exact"
    result = stats.kstest(subsample(sample, DISTRIBUTION_SIZE), cdf, method=method)
    return Result(float(result.statistic), float(result.pvalue))


def correlation(first: Array, second: Array) -> Result:
    """Test two arrays of equal size for correlation at any lag, so that a shifted copy is detected too.

    Args:
      first: Values of one call or shard.
      second: Values of the next one.

    Returns:
      The circular rank correlation coefficient of largest absolute value, over all lags, with its p-value.
    """
    # Ranks limit the influence of single values in heavy tails.
    first, second = (stats.rankdata(values[:_CORRELATION_SIZE]) for values in (first, second))
    spectra = [np.fft.rfft(values - values.mean()) for values in (first, second)]
    norm = first.size * first.std() * second.std()
    if norm == 0:
        return Result(0.0, 1.0)
    coefficients = np.fft.irfft(np.conj(spectra[0]) * spectra[1], n=first.size) / norm
    strongest = float(coefficients[np.argmax(np.abs(coefficients))])
    # The p-value for one lag, exact for normal values, then Šidák's correction for all lags.
    shape = first.size / 2 - 1
    single = float(2 * stats.beta.sf(min(abs(strongest), 1.0), shape, shape, loc=-1, scale=2))
    return Result(strongest, float(-math.expm1(first.size * math.log1p(-single)) if single < 1 else 1.0))
