# ruff: noqa: UP032  # Python 2.7
"""Figures of a sample: moments and support; for Python 2.7 too, without TensorFlow."""

import numpy as np


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
