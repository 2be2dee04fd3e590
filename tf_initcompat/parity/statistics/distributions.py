"""Known distributions with their parameters, as scipy implements them."""

import math
from typing import NamedTuple, SupportsFloat, cast

import numpy as np

from tf_initcompat.catalog import symbols
from tf_initcompat.parity.statistics.numeric import Array, Family, stats


class KnownDistribution(NamedTuple):
    """A distribution with parameters.

    Attributes:
      name: Name and parameters, for messages.
      family: The scipy distribution.
      parameters: Its parameters; the last one is scipy's scale.

    Example:
      >>> uniform(-1, 1).name
      'uniform(-1, 1)'
      >>> float(uniform(-1, 1).cdf(0.5))
      0.75
    """

    name: str
    family: Family
    parameters: tuple[float, ...]

    def cdf(self, values: Array) -> Array:
        """Return the cumulative distribution function."""
        return self.family.cdf(values, *self.parameters)

    @property
    def has_spread(self) -> bool:
        """Whether the scale is positive and finite."""
        return 0 < self.parameters[-1] < math.inf

    def is_finer_than(self, dtype: str) -> bool:
        """Return whether the spread is far larger than the dtype's steps, so that rounding is invisible."""
        largest = max(abs(float(self.family.mean(*self.parameters))), 1e-300)
        step = float(cast("SupportsFloat", np.finfo(dtype).eps))
        return self.parameters[-1] / largest > 1e5 * step

    def edge_density(self) -> float | None:
        """Return the density at the upper edge of the support times the distance from the mean to the edge.

        It is the share of values that a relative error of the scale moves beyond the edge, divided by the error. None
        if the support is unbounded.
        """
        edge, center = float(self.family.support(*self.parameters)[1]), float(self.family.mean(*self.parameters))
        if not math.isfinite(edge):
            return None
        return float(self.family.pdf(edge - 1e-9 * (edge - center), *self.parameters)) * (edge - center)


def uniform(low: float, high: float) -> KnownDistribution:
    """Return a uniform distribution between two edges."""
    low, high = float(low), float(high)
    return KnownDistribution(f"uniform({low:.6g}, {high:.6g})", stats.uniform, (low, high - low))


def normal(mean: float, stddev: float) -> KnownDistribution:
    """Return a normal distribution."""
    mean, stddev = float(mean), float(stddev)
    return KnownDistribution(f"normal({mean:.6g}, {stddev:.6g})", stats.norm, (mean, stddev))


def truncated_normal(mean: float, stddev: float) -> KnownDistribution:
    """Return a normal distribution truncated at two sigma; `stddev` is the one before the truncation."""
    mean, stddev = float(mean), float(stddev)
    name = f"normal({mean:.6g}, {stddev:.6g}) truncated at 2 sigma"
    return KnownDistribution(name, stats.truncnorm, (-2, 2, mean, stddev))


def scaled(variance: float, distribution: str) -> KnownDistribution:
    """Return the distribution of a scaling initializer.

    Args:
      variance: Variance of the values.
      distribution: "uniform", "untruncated_normal", or "truncated_normal" or its alias "normal".
    """
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return uniform(-limit, limit)
    if distribution == "untruncated_normal":
        return normal(0.0, math.sqrt(variance))
    return truncated_normal(0.0, math.sqrt(variance) / symbols.TRUNCATED_STDDEV)
