"""Summaries of samples, with histograms and quantiles for reports."""

from typing import Final

import numpy as np

from tf_initcompat.parity.results import Summary
from tf_initcompat.parity.statistics.hypothesis_tests import subsample
from tf_initcompat.parity.statistics.numeric import Array

_BINS: Final = 24
_PROBABILITIES: Final = np.linspace(0, 1, 33)
#: Number of values from which quantiles are estimated.
_QUANTILE_SIZE: Final = 1 << 14


def histogram_edges(legacy: Array, migrated: Array) -> tuple[float, float]:
    """Return the first and last edge of the histograms of both samples."""
    low, high = min(legacy.min(), migrated.min()), max(legacy.max(), migrated.max())
    return float(low), float(high if high > low else low + 1)


def summarize(sample: Array, edges: tuple[float, float], *, with_pictures: bool) -> Summary:
    """Return the summary of a sample.

    Args:
      sample: The values.
      edges: First and last edge of the histogram.
      with_pictures: Whether the histogram and the quantiles are needed.
    """
    return Summary(
        size=int(sample.size),
        mean=float(sample.mean()),
        stddev=float(sample.std()),
        minimum=float(sample.min()),
        maximum=float(sample.max()),
        quantiles=_quantiles(sample) if with_pictures else (),
        counts=_counts(sample, edges) if with_pictures else (),
    )


def _quantiles(sample: Array) -> tuple[float, ...]:
    return tuple(map(float, np.quantile(subsample(sample, _QUANTILE_SIZE), _PROBABILITIES)))


def _counts(sample: Array, edges: tuple[float, float]) -> tuple[int, ...]:
    unit = max(map(abs, edges))  # avoids an overflow of the range of huge values
    try:
        counts: Array = np.histogram(sample / unit, _BINS, (edges[0] / unit, edges[1] / unit))[0]
    except (ValueError, IndexError):  # the range is as narrow as one step of float64
        return ()
    return tuple(map(int, counts))
