"""How a run compares: the errors that have to be found, and the budget for false alarms. No TensorFlow."""

import dataclasses
import functools
from collections.abc import Collection
from typing import Final

from tf_initcompat.parity.results import CHECKS, Comparison, decide, p_values
from tf_initcompat.parity.statistics import tests as statistics

#: What the budget, the power and the errors can be; beyond it the arithmetic of tails ends.
_BOUNDS: Final = {
    "budget": (1e-12, 0.5),
    "power": (0.5, 1 - 1e-9),
    "scale_error": (1e-6, 10.0),
    "mean_error": (1e-6, 10.0),
}

#: The largest sample, 128 MiB on each side.
_MOST_VALUES: Final = 1 << 24


@dataclasses.dataclass(frozen=True)
class Settings:
    """How a run compares.

    Attributes:
      budget: Probability of any false alarm in the whole run.
      tests: Expected number of p-values in the run, which the thresholds are estimated from.
      power: Probability with which the errors below are found.
      scale_error: Relative error of the scale that has to be found.
      mean_error: Error of the mean that has to be found, in standard deviations.
      seed: Global seed; a run with the same seed gives the same result.
      checks: Names of the checks that are wanted.
      pictures: Whether reports will want histograms and quantiles.
      device: Name of the device on which tensors are made; by default where TensorFlow puts them.
    """

    budget: float = 1e-3
    tests: int = 50
    power: float = 0.999
    scale_error: float = 0.01
    mean_error: float = 0.01
    seed: int = 20_190_930
    checks: Collection[str] = tuple(CHECKS)
    pictures: bool = True
    device: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.seed, int):
            raise TypeError(f"Argument `seed` must be an integer. Received: {self.seed!r}")
        for name, (least, most) in _BOUNDS.items():
            value = getattr(self, name)
            if not (isinstance(value, (int, float)) and least <= value <= most):
                raise ValueError(f"Argument `{name}` must be a number from {least} to {most}. Received: {value!r}")
        unknown = set(self.checks) - CHECKS.keys()
        if unknown:
            raise ValueError(f"Argument `checks` must hold names from {list(CHECKS)}. Received: {sorted(unknown)}")

    @property
    def threshold(self) -> float:
        """The smallest threshold of a p-value in the run."""
        return self.budget / self.tests

    def wants(self, names: Collection[str]) -> bool:
        """Returns whether any of the checks is wanted."""
        return not set(self.checks).isdisjoint(names)


@functools.cache
def errors_to_find(threshold: float, budget: float, power: float) -> float:
    """Returns `statistics.shift_in_errors`, which takes long enough to be remembered."""
    return statistics.shift_in_errors(threshold, budget, power)


def sample_size(settings: Settings) -> int:
    """Returns how many values each side needs for the errors that the settings ask for, in a normal law.

    Memory is bounded: there are never more than `_MOST_VALUES`, and the comparison states the errors that these find.
    """
    errors = errors_to_find(settings.threshold, settings.budget, settings.power)
    return min(_MOST_VALUES, statistics.sample_size(settings.scale_error, settings.mean_error, errors, kurtosis=3))


def judged(comparisons: list[Comparison], budget: float) -> list[Comparison]:
    """Returns the comparisons of a run with their verdicts: one budget for all, by Holm's method."""
    return decide(comparisons, statistics.holm(p_values(comparisons), budget), budget)
