"""Compares one case of the plan with the installed TensorFlow; runs inside the worker processes."""

import importlib
import platform
import time
from collections.abc import Collection
from typing import Any, Final

from tf_initcompat.parity.checks import engine
from tf_initcompat.parity.execution import contexts as known_contexts
from tf_initcompat.parity.execution import devices
from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.parity.execution.samples import Draws, draw_together
from tf_initcompat.parity.execution.subjects import Side
from tf_initcompat.parity.results import FRESHNESS, INTERFACE, LAW, Check, Comparison
from tf_initcompat.parity.statistics.settings import Settings
from tf_initcompat.parity.table import plan
from tf_initcompat.parity.table.legacy import LegacyMissingError, keras_package, real
from tf_initcompat.wrappers import seeds
from tf_initcompat.wrappers.tensorflow import tf

_SEED: Final = 3


def prepare(contexts: Collection[str], device: str | None) -> dict[str, str]:
    """Starts what a run needs in this process, before TensorFlow has been used.

    Args:
      contexts: The contexts of the run.
      device: The device of the run.

    Returns:
      The versions of what is compared, by name.

    Raises:
      EngineError: If a context cannot be had.
      ValueError: If there is no such device.
    """
    if device is not None or "mirrored" in contexts:
        devices.two_processors()
    with devices.on(device):
        for context in contexts:
            known_contexts.require(context)
    return environment()


def environment() -> dict[str, str]:
    """Returns the versions of what is compared, by name."""
    keras = importlib.import_module("keras" if seeds.is_keras_3() else keras_package())
    return {
        "tf_initcompat": importlib.import_module("tf_initcompat").__version__,
        "TensorFlow": tf.__version__,
        keras.__name__: keras.__version__,
        "Python": platform.python_version(),
    }


def mirrored(name: str) -> Any:
    """Returns the wrapper of a name below `tf_initcompat`."""
    found: Any = importlib.import_module("tf_initcompat")
    for part in name.split("."):
        found = getattr(found, part)
    return found


def run_case(case: plan.Case, settings: Settings) -> list[Comparison]:
    """Runs all comparisons of a case.

    Args:
      case: The case.
      settings: How to compare.

    Returns:
      The comparisons, undecided as long as not all of the run are there.
    """
    try:
        legacy = Side(real(case.name), dict(case.arguments))
    except LegacyMissingError as error:
        return [_comparison(case, Cell(()), [Check("call", "", str(error), "skipped")], engine.Clock())]
    with engine.quiet_arithmetic(), devices.on(settings.device):
        return _Runner(case, legacy, Side(mirrored(case.name), dict(case.arguments)), settings).run()


def _comparison(
    case: plan.Case, cell: Cell, checks: list[Check], clock: engine.Clock, seed: int | None = None, **fields: Any
) -> Comparison:
    arguments = case.arguments if seed is None else (*case.arguments, ("seed", seed))
    return Comparison(
        name=case.name,
        arguments=", ".join(f"{key}={_short(value)}" for key, value in arguments),
        shape=cell.shape,
        dtype=cell.dtype,
        partitions=cell.partitions,
        checks=tuple(checks),
        seconds=clock.seconds(),
        **fields,
    )


def _short(value: Any) -> str:
    return repr(value) if len(repr(value)) < 30 else f"{repr(value)[:25]}...)"


class _Runner:
    """Runs one case."""

    def __init__(self, case: plan.Case, legacy: Side, migrated: Side, settings: Settings) -> None:
        self.case, self.legacy, self.migrated, self.settings = case, legacy, migrated, settings
        self.seed = settings.seed + 1000 * case.number
        self._refused: set[Cell] = set()

    def run(self) -> list[Comparison]:
        found: list[Comparison] = []
        if self.settings.wants(INTERFACE):
            clock = engine.Clock()
            checks = engine.check_interface(self.legacy, self.migrated, self.settings)
            found.append(_comparison(self.case, Cell(()), checks, clock))
        for context in self.case.contexts:
            if self.settings.wants(LAW):
                found += self._values(context)
            if self.case.freshness and self.settings.wants(FRESHNESS) and (context != "xla" or self.case.xla_freshness):
                found += self._freshness(context)
        return found

    def _values(self, context: str) -> list[Comparison]:
        # What eager code refuses on both sides, and rightly so, is not tried again in every other context.
        cells = [cell for cell in (Cell(*cell) for cell in self.case.cells(context)) if cell not in self._refused]
        found = self._together(cells, context) if cells else []
        if self.case.precise and context == "eager":
            for count in self.case.partitions:
                found += self._together([Cell(plan.PRECISE_SHAPE, "float32", count)], context)
        return found

    def _together(self, cells: list[Cell], context: str) -> list[Comparison]:
        start = time.perf_counter()
        draws = [
            draw_together(side, cells, context, self.seed + number)
            for number, side in enumerate((self.legacy, self.migrated))
        ]
        share = (time.perf_counter() - start) / len(cells)
        if context == "eager":
            self._refused |= {
                cell for cell, *both in zip(cells, *draws, strict=True) if all(side.error for side in both)
            }
        return [self._judge(cell, context, both, share) for cell, *both in zip(cells, *draws, strict=True)]

    def _judge(self, cell: Cell, context: str, draws: list[Draws], share: float) -> Comparison:
        clock = engine.Clock(share)
        values = engine.Values(
            self.legacy, self.migrated, cell, context, not self.case.random, self.settings, draws[0].sample.size
        )
        both = draws[0], draws[1]
        checks = values.run(both, clock)
        facts = engine.facts(self.legacy, self.migrated, cell) | {"dtype": cell.dtype}
        return _comparison(
            self.case, cell, checks, clock, facts=facts, power=self.settings.power, **values.describe(both)
        )

    def _freshness(self, context: str) -> list[Comparison]:
        found = []
        for seed in self._seeds(context):
            seeded = dict(self.case.arguments) | ({} if seed is None else {"seed": seed})
            clock = engine.Clock()
            legacy, migrated = (Side(side.factory, seeded) for side in (self.legacy, self.migrated))
            shape = (
                plan.FRESHNESS_SHAPES.get(context, plan.FRESHNESS_SHAPE) if self.case.random else self.case.shapes[0]
            )
            shards = plan.ENGINE_SHARDS if context in plan.ENGINES else 2
            cell = Cell(shape, None, shards if shape else 1)
            checks = engine.check_freshness(legacy, migrated, cell, context, self.settings, clock)
            found.append(_comparison(self.case, cell, checks, clock, seed))
        return found

    def _seeds(self, context: str) -> tuple[int | None, ...]:
        if "seed" not in {parameter.name for parameter in plan.find(self.case.name).parameters}:
            return (None,)
        if context == "xla" and not self.case.in_full:  # compiling takes long: the cases take turns
            return ((None, _SEED)[self.case.number % 2],)
        return (None, _SEED)
