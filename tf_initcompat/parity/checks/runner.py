"""The loop that runs the registered checks, for `compare` and for the sweep over the table alike."""

import dataclasses
import time
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar

import numpy as np

from tf_initcompat._internal.plugins import blamed, required
from tf_initcompat.parity.checks.base import REGISTRY, Evidence
from tf_initcompat.parity.checks.outcome import Outcome
from tf_initcompat.parity.results import Check
from tf_initcompat.parity.statistics.settings import Settings

#: Difference between the seeds of a repetition and of the first attempt.
_REPETITION: Final = 7919

E_co = TypeVar("E_co", bound=Evidence, covariant=True)


class Source(Protocol[E_co]):
    """A source of evidence."""

    def collect(self, seed: int) -> E_co:
        """Return new evidence.

        Args:
          seed: Global seed.
        """
        ...


class Clock:
    """Measures the duration of a comparison, and the part of it in which the initializers are called.

    Args:
      sampling: Seconds of sampling before the clock was started.
    """

    def __init__(self, sampling: float = 0.0) -> None:
        self._start = time.perf_counter() - sampling
        self._sampling = sampling

    @contextmanager
    def sampling(self) -> Generator[None, None, None]:
        """Count the duration of the context as sampling."""
        start = time.perf_counter()
        yield
        self._sampling += time.perf_counter() - start

    def seconds(self) -> tuple[float, float]:
        """Return the seconds since the start, and the seconds of sampling."""
        return time.perf_counter() - self._start, self._sampling


@contextmanager
def quiet_arithmetic() -> Generator[None, None, None]:
    """Silence the warnings of NumPy, scipy and Keras: the checks report their subjects."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def run(source: Source[Evidence], settings: Settings, clock: Clock, first: Evidence | None = None) -> list[Check]:
    """Run the wanted checks on the evidence of a source.

    If a p-value is suspicious, the checks are repeated on fresh evidence. A suspicious check counts with the p-value of
    the repetition alone, which is independent of the first one: it is a valid p-value, and a false alarm requires
    two independent rejections.

    Args:
      source: The source.
      settings: The settings of the run.
      clock: Measures the time of sampling.
      first: Evidence for the first attempt, if it was collected before.

    Returns:
      The results. Statistical checks have no verdict until all p-values of the run are known.

    Raises:
      PluginError: If the check of a plugin fails.
    """
    checks = _attempt(_collect(source, settings.seed, clock) if first is None else first, settings)
    # No threshold of the run is larger than the budget.
    suspicious = {check.name for check in checks if check.p_value is not None and check.p_value <= settings.budget}
    if not suspicious:
        return checks
    fresh = _attempt(_collect(source, settings.seed + _REPETITION, clock), settings)
    repeated = {check.name: dataclasses.replace(check, repeated=True) for check in fresh}
    return [repeated.get(check.name, check) if check.name in suspicious else check for check in checks]


def _collect(source: Source[Evidence], seed: int, clock: Clock) -> Evidence:
    with clock.sampling():
        return source.collect(seed)


def _attempt(evidence: Evidence, settings: Settings) -> list[Check]:
    checks: list[Check] = []
    for definition in REGISTRY:
        if definition.name not in settings.checks or not definition.receives(evidence.kind):
            continue
        if not all(map(evidence.meets, definition.needs)):
            continue
        with blamed(f"check {definition.name!r}", definition.module):
            outcome = evidence.apply(definition.run)
            if outcome is not None:
                outcome = required(outcome, Outcome)
                checks.append(Check(definition.name, evidence.context, **vars(outcome)))
    return checks
