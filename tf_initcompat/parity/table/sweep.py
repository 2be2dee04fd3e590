"""Compares one case of the plan with the installed TensorFlow, inside a worker process."""

import functools
import importlib
import platform
import time
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from tf_initcompat.parity.checks import runner
from tf_initcompat.parity.checks.base import DISTRIBUTION, FRESHNESS, INTERFACE
from tf_initcompat.parity.checks.evidence import Sample
from tf_initcompat.parity.description import describe, facts
from tf_initcompat.parity.execution import devices, programs
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.execution.contexts import Context, Coverage
from tf_initcompat.parity.execution.sampling import sample_together
from tf_initcompat.parity.execution.sources import InterfaceSource, ObservationSource, SampleSource
from tf_initcompat.parity.execution.subjects import Subject
from tf_initcompat.parity.results import Check, Comparison, Kind
from tf_initcompat.parity.statistics.settings import Settings
from tf_initcompat.parity.table.legacy import LegacyMissingError, keras_package, real
from tf_initcompat.parity.table.plan import Arguments, Case
from tf_initcompat.wrappers import native
from tf_initcompat.wrappers.tensorflow import tf

#: The configuration of a comparison that is independent of it.
_ANY: Final = Configuration(())
#: Difference between the seeds of two cases.
_SEEDS_OF_A_CASE: Final = 1000
#: Number of logical processors if a device is named, so that one of them can be.
_DEVICES: Final = 2
#: Length above which the text of an argument is shortened.
_LONGEST_ARGUMENT: Final = 29


def prepare(contexts: Collection[Context], device: str | None) -> dict[str, str]:
    """Start what a run needs in this process, before TensorFlow is used.

    Args:
      contexts: The contexts of the run.
      device: The device of the run.

    Returns:
      The versions of the packages that are compared, by name.

    Raises:
      ContextUnavailableError: If a context is not available.
      ValueError: If there is no such device.
    """
    count = max((context.devices for context in contexts), default=1)
    if device is not None:
        count = max(count, _DEVICES)
    if count > 1:
        devices.split_processor(count)
    with devices.on(device):
        for context in contexts:
            programs.require(context)
    return environment()


def environment() -> dict[str, str]:
    """Return the versions of the packages that are compared, by name."""
    keras = importlib.import_module("keras" if native.is_keras_3() else keras_package())
    return {
        "tf_initcompat": importlib.import_module("tf_initcompat").__version__,
        "TensorFlow": tf.__version__,
        keras.__name__: keras.__version__,
        "Python": platform.python_version(),
    }


def mirrored(name: str) -> Any:
    """Return the wrapper of a name below `tf_initcompat`."""
    return functools.reduce(getattr, name.split("."), importlib.import_module("tf_initcompat"))


def run_case(case: Case, settings: Settings) -> list[Comparison]:
    """Run all comparisons of a case.

    Args:
      case: The case.
      settings: The settings of the run.

    Returns:
      The comparisons. Statistical checks have no verdict until all p-values of the run are known.
    """
    try:
        legacy = Subject(real(case.name), dict(case.arguments))
    except LegacyMissingError as error:
        check = Check("call", "", str(error), "skipped", reason=str(error))
        return [_comparison(case, Kind.ALL, _ANY, [check], runner.Clock())]
    migrated = Subject(mirrored(case.name), dict(case.arguments))
    with runner.quiet_arithmetic(), devices.on(settings.device):
        return list(_Sweep(case, legacy, migrated, settings).comparisons())


def _comparison(
    case: Case,
    kind: Kind,
    configuration: Configuration,
    checks: list[Check],
    clock: runner.Clock,
    arguments: Arguments | None = None,
    **fields: Any,
) -> Comparison:
    pairs = case.arguments if arguments is None else arguments
    return Comparison(
        name=case.name,
        kind=kind,
        arguments=", ".join(f"{key}={_shortened(value)}" for key, value in pairs),
        shape=configuration.shape,
        dtype=configuration.dtype,
        partitions=configuration.partitions,
        checks=tuple(checks),
        seconds=clock.seconds(),
        **fields,
    )


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_ARGUMENT else f"{text[:25]}...)"


class _Sweep:
    """The comparisons of one case.

    Args:
      case: The case.
      legacy: The legacy initializer.
      migrated: The migrated one.
      settings: The settings of the run.
    """

    def __init__(self, case: Case, legacy: Subject, migrated: Subject, settings: Settings) -> None:
        self._case, self._legacy, self._migrated, self._settings = case, legacy, migrated, settings
        self._seed = settings.seed + _SEEDS_OF_A_CASE * case.number
        self._refused: set[Configuration] = set()

    def comparisons(self) -> Iterator[Comparison]:
        """Yield the comparisons: of the interface, then of values and freshness in each context."""
        if self._settings.wants(INTERFACE):
            clock = runner.Clock()
            checks = runner.run(InterfaceSource(self._legacy, self._migrated), self._settings, clock)
            yield _comparison(self._case, Kind.INTERFACE, _ANY, checks, clock)
        for context in self._case.contexts:
            if self._settings.wants(DISTRIBUTION):
                yield from self._values(context)
            if self._settings.wants(FRESHNESS):
                yield from self._freshness(context)

    def _values(self, context: Context) -> Iterator[Comparison]:
        configurations = [
            configuration for configuration in self._case.configurations(context) if configuration not in self._refused
        ]
        if configurations:
            yield from self._together(configurations, context)
        for configuration in self._case.precise_configurations(context):
            yield from self._together([configuration], context)

    def _together(self, configurations: Sequence[Configuration], context: Context) -> Iterator[Comparison]:
        start = time.perf_counter()
        legacy, migrated = (
            sample_together(
                subject,
                configurations,
                context,
                self._seed + number,
                are_kernels=bool(self._case.symbol.kernel_ranks),
            )
            for number, subject in enumerate((self._legacy, self._migrated))
        )
        share = (time.perf_counter() - start) / len(configurations)
        for configuration, *samples in zip(configurations, legacy, migrated, strict=True):
            if context.coverage is Coverage.FULL and all(sample.error for sample in samples):
                self._refused.add(configuration)
            yield self._compare(configuration, context, samples[0], samples[1], share)

    def _compare(
        self, configuration: Configuration, context: Context, legacy: Sample, migrated: Sample, sampling: float
    ) -> Comparison:
        clock = runner.Clock(sampling)
        source = SampleSource(
            self._legacy,
            self._migrated,
            configuration,
            context,
            is_deterministic=not self._case.symbol.is_random,
            size=legacy.values.size,
        )
        samples = source.evidence(legacy, migrated)
        return _comparison(
            self._case,
            Kind.DISTRIBUTION,
            configuration,
            runner.run(source, self._settings, clock, samples),
            clock,
            facts=facts(self._legacy, self._migrated, configuration, configuration.dtype),
            power=self._settings.power,
            **describe(samples, self._settings),
        )

    def _freshness(self, context: Context) -> Iterator[Comparison]:
        configuration = self._case.freshness_configuration(context)
        for seed in self._case.freshness_seeds(context):
            arguments = self._case.arguments if seed is None else (*self._case.arguments, ("seed", seed))
            clock = runner.Clock()
            legacy, migrated = (
                Subject(maker, dict(arguments))
                for maker in (self._legacy.factory, self._migrated.factory)
                if maker is not None
            )
            source = ObservationSource(legacy, migrated, configuration, context)
            checks = runner.run(source, self._settings, clock)
            yield _comparison(self._case, Kind.FRESHNESS, configuration, checks, clock, arguments)
