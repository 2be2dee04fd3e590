"""The settings of a run: the errors to detect, the budget of false alarms, the checks."""

import dataclasses
from collections.abc import Collection
from typing import Final

from tf_initcompat.parity import defaults
from tf_initcompat.parity.checks.base import CHECKS, Group
from tf_initcompat.parity.statistics import power as power_of_tests

#: Limits of the settings; the arithmetic of tails is inexact beyond them.
_LIMITS: Final = {
    "budget": (1e-12, 0.5),
    "power": (0.5, 1 - 1e-9),
    "scale_error": (1e-6, 10.0),
    "mean_error": (1e-6, 10.0),
}

#: Number of values in the largest sample: 128 MiB in float64.
_LARGEST_SAMPLE: Final = 1 << 24


@dataclasses.dataclass(frozen=True)
class Settings:
    """The settings of a run.

    Attributes:
      budget: Probability of any false alarm in the whole run.
      tests: Expected number of p-values in the run; the thresholds are estimated from it.
      power: Probability of detecting the errors below.
      scale_error: Relative error of the scale to detect.
      mean_error: Error of the mean to detect, in standard deviations.
      seed: Global seed; a run with the same seed gives the same result.
      checks: Names of the checks to run.
      pictures: Whether reports show histograms and quantiles.
      device: Name of the device on which tensors are made; None lets TensorFlow choose.
    """

    budget: float = defaults.BUDGET
    tests: int = 50
    power: float = defaults.POWER
    scale_error: float = defaults.SCALE_ERROR
    mean_error: float = defaults.MEAN_ERROR
    seed: int = defaults.SEED
    checks: Collection[str] = dataclasses.field(default_factory=lambda: tuple(CHECKS))
    pictures: bool = True
    device: str | None = None

    def __post_init__(self) -> None:
        for name, (least, most) in _LIMITS.items():
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

    @property
    def detectable_shift(self) -> float:
        """The smallest shift that is detected, in standard errors."""
        return power_of_tests.detectable_shift(self.threshold, self.budget, self.power)

    @property
    def sample_size(self) -> int:
        """Number of values in each sample that detects the errors in a normal distribution.

        Bounded to limit memory; each comparison reports the errors that its samples detect.
        """
        size = power_of_tests.sample_size(
            self.scale_error, self.mean_error, self.detectable_shift, power_of_tests.NORMAL_KURTOSIS
        )
        return min(_LARGEST_SAMPLE, size)

    def wants(self, group: Group[object]) -> bool:
        """Return whether any check of a group is to be run."""
        return not set(self.checks).isdisjoint(group)
