"""Runs the checks of one comparison; `compare` and the sweep are made of these parts."""

import dataclasses
import math
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from tf_initcompat.parity.checks import causes, freshness, interface, values
from tf_initcompat.parity.execution import contexts
from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.parity.execution.samples import Draws, draw
from tf_initcompat.parity.execution.subjects import Side
from tf_initcompat.parity.results import INTERFACE, Check
from tf_initcompat.parity.statistics import distributions as laws
from tf_initcompat.parity.statistics import tests as statistics
from tf_initcompat.parity.statistics.settings import Settings, errors_to_find, sample_size
from tf_initcompat.wrappers import orthogonal, real, variance_scaling
from tf_initcompat.wrappers.tensorflow import np

#: A larger variable's pattern is observed on a smaller one: three tensors at once would not be bounded memory.
_LARGEST_PROBE: Final = 1 << 20
#: Repetitions start from seeds of their own.
_REPEAT: Final = 7919


class Clock:
    """Measures the time of a comparison, and the part of it that the initializers took.

    Args:
      sampling: Seconds of sampling before the clock was started.
    """

    def __init__(self, sampling: float = 0.0) -> None:
        self._start = time.perf_counter() - sampling
        self._sampling = sampling

    @contextmanager
    def sampling(self) -> Iterator[None]:
        """Counts what happens inside as sampling."""
        start = time.perf_counter()
        yield
        self._sampling += time.perf_counter() - start

    def seconds(self) -> tuple[float, float]:
        """Returns the time since the beginning and the part of it that is sampling."""
        return time.perf_counter() - self._start, self._sampling


@contextmanager
def quiet_arithmetic() -> Iterator[None]:
    """Keeps the warnings of NumPy, scipy and Keras silent: what they warn of is told by the checks."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def repeated(checks: list[Check], again: Callable[[], list[Check]], budget: float) -> list[Check]:
    """Repeats a comparison on fresh samples if one of its checks is suspicious.

    A suspicious check counts with the p-value of the repetition alone, which is independent of the first: so it is a
    p-value still, and a false alarm needs two accidents.

    Args:
      checks: The checks of the first attempt.
      again: Runs the comparison on fresh samples.
      budget: The largest p-value that is suspicious: no threshold of the run is larger.

    Returns:
      The checks, the suspicious ones from the repetition.
    """
    suspicious = {check.name for check in checks if check.p_value is not None and check.p_value <= budget}
    if not suspicious:
        return checks
    fresh = {check.name: dataclasses.replace(check, repeated=True) for check in again()}
    return [fresh.get(check.name, check) if check.name in suspicious else check for check in checks]


class Values:
    """Compares the values of two sides for one cell in one context.

    Args:
      legacy: The legacy side.
      migrated: The migrated one.
      cell: Shape, dtype and partitions.
      context: Where the initializers are called.
      deterministic: Whether the legacy initializer always returns the same values.
      settings: How to compare.
      size: Values in each sample that is drawn; by default as many as the settings need.
    """

    def __init__(
        self,
        legacy: Side,
        migrated: Side,
        cell: Cell,
        context: str,
        deterministic: bool,
        settings: Settings,
        size: int | None = None,
    ) -> None:
        self.sides = legacy, migrated
        self.cell, self.context, self.deterministic, self.settings = cell, context, deterministic, settings
        self.size = sample_size(settings) if size is None else size
        self.law: laws.Law | None = None
        self.orthogonal = False
        for side in self.sides:
            try:
                initializer = side.first()
            except Exception:  # the draws will say so
                continue
            self.law = self.law or laws.known_law(initializer, contexts.cell_of_law(context, cell))
            self.orthogonal |= isinstance(initializer, (orthogonal.Orthogonal, real.Orthogonal))

    def draw(self, seed: int) -> tuple[Draws, Draws]:
        """Draws a sample on each side, with seeds of their own."""
        size = 1 if self.deterministic else self.size
        legacy, migrated = (
            draw(side, self.cell, self.context, size, seed + number) for number, side in enumerate(self.sides)
        )
        return legacy, migrated

    def compare(self, legacy: Draws, migrated: Draws) -> list[Check]:
        """Returns the wanted checks of two draws."""
        found = values.check_values(legacy, migrated, self.context, self.law, self.deterministic, self.orthogonal)
        return [check for check in found if check.name in self.settings.checks]

    def run(self, draws: tuple[Draws, Draws], clock: Clock) -> list[Check]:
        """Returns the checks of the draws, repeated on fresh samples where they are suspicious."""

        def again() -> list[Check]:
            with clock.sampling():
                fresh = self.draw(self.settings.seed + _REPEAT)
            return self.compare(*fresh)

        return repeated(self.compare(*draws), again, self.settings.budget)

    def describe(self, draws: tuple[Draws, Draws]) -> dict[str, Any]:
        """Returns the fields of `Comparison` that describe the samples and what they would have shown."""
        samples = [side.sample[np.isfinite(side.sample)] for side in draws]
        if any(side.error for side in draws) or not all(sample.size for sample in samples):
            return {}
        edges = values.histogram_edges(*samples)
        described: dict[str, Any] = {"edges": edges}
        described["legacy"], described["migrated"] = (
            values.summarize(sample, edges, self.settings.pictures) for sample in samples
        )
        sizes = [sample.size for sample in samples]
        if self.deterministic or min(sizes) < statistics.SMALLEST_SAMPLE or not all(sample.std() for sample in samples):
            return described
        settings = self.settings
        errors = errors_to_find(settings.threshold, settings.budget, settings.power)
        log_error = math.hypot(*map(statistics.log_stddev_error, samples))
        if "stddev" in settings.checks:
            described["scale_error"] = values.smallest_scale_error(
                self.law, min(sizes), log_error, errors, settings.threshold, settings.power
            )
        if "mean" in settings.checks:
            described["mean_error"] = errors * math.sqrt(sum(1 / size for size in sizes))
        return described


def check_freshness(
    legacy: Side, migrated: Side, cell: Cell, context: str, settings: Settings, clock: Clock
) -> list[Check]:
    """Compares the freshness patterns of two sides in one context.

    Args:
      legacy: The legacy side.
      migrated: The migrated one.
      cell: Shape, dtype and partitions.
      context: Where the initializers are called.
      settings: How to compare.
      clock: Measures the time.

    Returns:
      The wanted checks.
    """
    cell = probe(cell)

    def attempt(seed: int) -> list[Check]:
        with clock.sampling():
            observed, other = (freshness.observe(side, cell, context, seed) for side in (legacy, migrated))
        checks = freshness.check_freshness(observed, other, context)
        return [check for check in checks if check.name in settings.checks]

    return repeated(attempt(settings.seed), lambda: attempt(settings.seed + _REPEAT), settings.budget)


def is_deterministic(side: Side, cell: Cell, context: str, seed: int) -> bool:
    """Returns whether an initializer always returns the same values, whatever the global seed and the instance."""
    observed = freshness.observe(side, probe(cell), context, seed)
    if observed.error and probe(cell) != cell:  # a constant that fits its own shape only
        observed = freshness.observe(side, cell, context, seed)
    return observed.always_the_same


def probe(cell: Cell) -> Cell:
    """Returns the cell, or a smaller one in its place where it is too large for many tensors at once."""
    shape = list(cell.shape)
    while math.prod(shape) > _LARGEST_PROBE:
        largest = shape.index(max(shape))
        shape[largest] //= 2
    return cell._replace(shape=tuple(shape))


def check_interface(legacy: Side, migrated: Side, settings: Settings) -> list[Check]:
    """Compares configurations and errors, as far as they are wanted."""
    checks = {"config": interface.check_config, "errors": interface.check_errors}
    assert checks.keys() == set(INTERFACE)
    found = []
    for name, check in checks.items():
        if name not in settings.checks:
            continue
        try:
            with contexts.fixed_seeds(settings.seed):
                found.append(check(legacy, migrated))
        except Exception as error:  # an initializer that cannot even be made; the calls say whose it is
            found.append(Check(name, "", f"not compared: {type(error).__name__}: {error}", "skipped"))
    return found


def facts(legacy: Side, migrated: Side, cell: Cell) -> dict[str, Any]:
    """Returns what a diagnosis needs to know of a comparison, as plain data."""
    shard = cell.shards()[0][0]
    modes = ("fan_in", "fan_out", "fan_avg")
    return {
        "rank": len(cell.shape),
        "field": math.prod(cell.shape[:-2]),
        "fans": [{mode: variance_scaling.fan(shape, mode) for mode in modes} for shape in (cell.shape, shard)],
        "arguments": [{**side.arguments, **_attributes(side)} for side in (legacy, migrated)],
    }


def _attributes(side: Side) -> dict[str, Any]:
    try:
        initializer = side.first()
    except Exception:  # the comparison has said so
        return {}
    names = (*causes.SCALE_ARGUMENTS, "mode", "distribution", "uniform", "minval", "maxval", "mean")
    found = {name: getattr(initializer, name, None) for name in names}
    return {name: value for name, value in found.items() if isinstance(value, (int, float, str))}
