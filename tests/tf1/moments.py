# ruff: noqa: UP032  # Python 2.7
"""Figures of a sample: moments, support and quantiles; for Python 2.7 too, without TensorFlow."""

import numpy as np

#: Probabilities of the quantiles, closer together at both ends, where the tails are.
PROBABILITIES = (1 - np.cos(np.linspace(0, np.pi, 129))) / 2


def rounded(number):
    """Return a number with seven significant digits."""
    return float("{:.7g}".format(number))


def moments(sample):
    """Return size, moments and support of a sample."""
    sample = np.asarray(sample, np.float64).ravel()
    mean, stddev = sample.mean(), sample.std()
    return {
        "size": sample.size,
        "mean": rounded(mean),
        "stddev": rounded(stddev),
        "kurtosis": rounded(np.mean((sample - mean) ** 4) / stddev**4),
        "min": rounded(sample.min()),
        "max": rounded(sample.max()),
    }


def moments_or_value(sample):
    """Return the only value of a sample, or its moments."""
    sample = np.asarray(sample, np.float64)
    return {"value": rounded(sample.flat[0])} if np.ptp(sample) == 0 else moments(sample)


def quantiles(sample):
    """Return the quantiles of a sample, the smallest and the largest value among them."""
    values = np.percentile(np.asarray(sample, np.float64), 100 * PROBABILITIES)
    return [float("{:.6g}".format(value)) for value in values]


def values_of(quantiles, uniform):
    """Return values of the distribution with these quantiles, for values that are uniform in [0, 1)."""
    return np.interp(uniform, PROBABILITIES, quantiles)
