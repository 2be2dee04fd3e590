"""The law that a known initializer draws from, as scipy has it."""

import math
from typing import Any, NamedTuple

from scipy import stats

from tf_initcompat.catalog import symbols
from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.wrappers import contrib, random, real, variance_scaling
from tf_initcompat.wrappers.tensorflow import np


class Law(NamedTuple):
    """A law of the values of a tensor.

    Attributes:
      name: Its name for people, in which the parameters belong.
      family: scipy's distribution.
      parameters: Its parameters.
    """

    name: str
    family: Any
    parameters: tuple[float, ...]

    def cdf(self, values: Any) -> Any:
        """Returns the cumulative distribution function."""
        return self.family.cdf(values, *self.parameters)

    def is_finer_than(self, dtype: str) -> bool:
        """Returns whether the dtype's steps are far smaller than the spread, so that rounding cannot be seen."""
        largest = max(abs(float(self.family.mean(*self.parameters))), 1e-300)
        return bool(self.parameters[-1] / largest > 1e5 * np.finfo(dtype).eps)

    def edge_density(self) -> float | None:
        """Returns the density at the upper edge times the distance of the edge from the centre.

        It says how many values a wrong scale moves beyond the edge; None where the support has none.
        """
        edge, centre = float(self.family.support(*self.parameters)[1]), float(self.family.mean(*self.parameters))
        if not math.isfinite(edge):
            return None
        return float(self.family.pdf(edge - 1e-9 * (edge - centre), *self.parameters)) * (edge - centre)


def known_law(initializer: Any, cell: Cell) -> Law | None:
    """Returns the law of an initializer, where it is one of the wrappers or of the real legacy classes.

    Args:
      initializer: Any initializer.
      cell: Shape, dtype and partitions.

    Returns:
      The law of floating values; None for deterministic initializers, orthogonal ones, those that are not known, and
      where shards have different laws.
    """
    try:
        found = {_law(initializer, shape, cell.shape) for shape, _ in cell.shards()}
    except (TypeError, ValueError, ArithmeticError):  # parameters that are no numbers: tensors of a Graph, for example
        return None
    law = found.pop() if len(found) == 1 else None
    # The last parameter is scipy's scale: a law of no or negative spread is none.
    return law if law is not None and 0 < law.parameters[-1] < math.inf else None


def _law(initializer: Any, shape: tuple[int, ...], full_shape: tuple[int, ...]) -> Law | None:
    if isinstance(initializer, (variance_scaling.VarianceScaling, real.VarianceScaling)):
        n = variance_scaling.fan(full_shape, initializer.mode)
        return _scaled(initializer.scale / n, initializer.distribution)
    if isinstance(initializer, (variance_scaling.UniformUnitScaling, real.UniformUnitScaling)):
        n = max(1, math.prod(full_shape[:-1]))
        return _scaled(initializer.factor**2 / n, "uniform")
    if isinstance(initializer, contrib.ContribVarianceScaling):
        variance = initializer.factor / variance_scaling.fan(shape, initializer.mode.lower())
        return (
            _scaled(variance, "uniform")
            if initializer.uniform
            else _truncated(0.0, math.sqrt(symbols.CONTRIB_VARIANCE * variance))
        )
    if isinstance(initializer, (random.TruncatedNormal, real.TruncatedNormal)):
        return _truncated(initializer.mean, initializer.stddev)
    if isinstance(initializer, (random.RandomNormal, real.RandomNormal)):
        return _normal(initializer.mean, initializer.stddev)
    if isinstance(initializer, (random.RandomUniform, real.RandomUniform)):
        return _uniform(initializer.minval, 1.0 if initializer.maxval is None else initializer.maxval)
    return None


def _scaled(variance: float, distribution: str) -> Law:
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return _uniform(-limit, limit)
    if distribution == "untruncated_normal":
        return _normal(0.0, math.sqrt(variance))
    return _truncated(0.0, math.sqrt(variance) / symbols.TRUNCATED_STDDEV)


def _uniform(low: Any, high: Any) -> Law:
    low, high = float(low), float(high)
    return Law(f"uniform({low:.6g}, {high:.6g})", stats.uniform, (low, high - low))


def _normal(mean: Any, stddev: Any) -> Law:
    mean, stddev = float(mean), float(stddev)
    return Law(f"normal({mean:.6g}, {stddev:.6g})", stats.norm, (mean, stddev))


def _truncated(mean: Any, stddev: Any) -> Law:
    mean, stddev = float(mean), float(stddev)
    return Law(f"normal({mean:.6g}, {stddev:.6g}) truncated at 2 sigma", stats.truncnorm, (-2, 2, mean, stddev))
