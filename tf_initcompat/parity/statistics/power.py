"""The power of the tests: how many values they need, and the smallest errors that they detect."""

import functools
import math
from typing import Final

from tf_initcompat.parity.statistics.distributions import KnownDistribution
from tf_initcompat.parity.statistics.numeric import optimize, stats

#: Kurtosis of a normal distribution, for which samples are sized.
NORMAL_KURTOSIS: Final = 3.0


@functools.cache  # the root search takes milliseconds, and a run asks for the same figures thousands of times
def detectable_shift(threshold: float, budget: float, power: float) -> float:
    """Return the smallest shift that is detected, in standard errors.

    A shift is detected if both the first test and its repetition on fresh samples detect it.

    Args:
      threshold: Threshold of the p-value after a repetition.
      budget: Threshold of the p-value that causes a repetition.
      power: Probability of detecting the shift.
    """
    limits = [float(stats.norm.isf(level / 2)) for level in (threshold, budget)]

    def missing_power(shift: float) -> float:
        return float(math.prod(stats.norm.cdf(shift - limit) for limit in limits)) - power

    return float(optimize.brentq(missing_power, 0, max(limits) + 40))


def sample_size(scale_error: float, mean_error: float, shift: float, kurtosis: float) -> int:
    """Return how many values each sample needs.

    Args:
      scale_error: Relative error of the scale to detect.
      mean_error: Error of the mean to detect, in standard deviations.
      shift: Detectable shift in standard errors, from `detectable_shift`.
      kurtosis: Kurtosis of the distribution: 3 if it is normal, 1.8 if it is uniform.
    """
    for_scale = (shift / math.log1p(scale_error)) ** 2 * (kurtosis - 1) / 2
    for_mean = (shift / mean_error) ** 2 * 2
    return math.ceil(max(for_scale, for_mean))


def smallest_scale_error(
    distribution: KnownDistribution | None, size: int, log_error: float, shift: float, threshold: float, power: float
) -> float:
    """Return the smallest relative error of the scale that is detected.

    The check of the standard deviation detects it, or that of the support if the density ends abruptly there.

    Args:
      distribution: The distribution, if it is known.
      size: Number of values in each sample.
      log_error: Standard error of the difference between the logarithms of both standard deviations.
      shift: Detectable shift in standard errors, from `detectable_shift`.
      threshold: Threshold of the p-values.
      power: Probability of detecting the error.
    """
    by_stddev = math.expm1(shift * log_error)
    density = None if distribution is None else distribution.edge_density()
    if density is None:
        return by_stddev
    # The number of values beyond the other sample's edge has a Poisson distribution. The p-value of k values is about
    # 4 * 2 ** -k and has to be below the threshold.
    needed = math.ceil(math.log2(4 / threshold))
    return min(by_stddev, float(stats.gamma.ppf(power, needed)) / (size * density))
