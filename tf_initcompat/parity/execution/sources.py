"""Sources of evidence: they call both initializers and return what the checks receive."""

from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.parity.checks.evidence import Interface, Observations, Sample, Samples
from tf_initcompat.parity.execution import observation, programs
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.execution.contexts import Context
from tf_initcompat.parity.execution.identification import known_distribution, symbol_of
from tf_initcompat.parity.execution.sampling import sample
from tf_initcompat.parity.execution.subjects import Subject
from tf_initcompat.parity.statistics.distributions import KnownDistribution

#: Size of a sample of deterministic values.
_ONE_TENSOR: Final = 1


def _are_kernels(*subjects: Subject) -> bool:
    """Return whether one of the subjects is known to make convolution kernels."""
    return any(symbol is not None and bool(symbol.kernel_ranks) for symbol in map(_symbol_of, subjects))


def _symbol_of(subject: Subject) -> Symbol | None:
    try:
        return symbol_of(subject.first())
    except Exception:  # user code: the samples report any exception
        return None


class SampleSource:
    """Source of samples of both initializers for one configuration in one context.

    Args:
      legacy: The legacy initializer.
      migrated: The migrated one.
      configuration: Shape, dtype and partitions.
      context: The context of the calls.
      is_deterministic: Whether the legacy initializer always returns the same values.
      size: Number of values in each sample that is collected.
    """

    def __init__(
        self,
        legacy: Subject,
        migrated: Subject,
        configuration: Configuration,
        context: Context,
        *,
        is_deterministic: bool,
        size: int,
    ) -> None:
        self._subjects = legacy, migrated
        self._configuration, self._context = configuration, context
        self._is_deterministic = is_deterministic
        self._size = _ONE_TENSOR if is_deterministic else size
        self._distribution: KnownDistribution | None = None
        self._are_kernels = _are_kernels(legacy, migrated)
        # A strategy makes each shard a slice of the whole variable, which has the distribution of the whole.
        whole = configuration._replace(partitions=1) if context.is_strategy else configuration
        for subject in self._subjects:
            try:
                initializer = subject.first()
            except Exception:  # user code: the samples report any exception
                continue
            self._distribution = self._distribution or known_distribution(initializer, whole)
        symbols = tuple(map(_symbol_of, self._subjects))
        self._is_orthogonal = any(symbol is not None and symbol.is_orthogonal for symbol in symbols)

    def collect(self, seed: int) -> Samples:
        """Return new samples; the two initializers have different seeds."""
        legacy, migrated = (
            sample(
                subject,
                self._configuration,
                self._context,
                self._size,
                seed + number,
                are_kernels=self._are_kernels,
            )
            for number, subject in enumerate(self._subjects)
        )
        return self.evidence(legacy, migrated)

    def evidence(self, legacy: Sample, migrated: Sample) -> Samples:
        """Return samples that were drawn elsewhere as evidence."""
        return Samples(
            legacy,
            migrated,
            self._context,
            self._distribution,
            self._is_deterministic,
            self._is_orthogonal,
            self._are_kernels,
        )


class ObservationSource:
    """Source of observations of the freshness of both initializers in one context.

    Args:
      legacy: The legacy initializer.
      migrated: The migrated one.
      configuration: Shape, dtype and partitions.
      context: The context of the calls.
    """

    def __init__(self, legacy: Subject, migrated: Subject, configuration: Configuration, context: Context) -> None:
        self._subjects = legacy, migrated
        self._configuration, self._context = observation.reduced(configuration), context
        self._are_kernels = _are_kernels(legacy, migrated)

    def collect(self, seed: int) -> Observations:
        """Return new observations; the two initializers have equal seeds."""
        legacy, migrated = (
            observation.observe(subject, self._configuration, self._context, seed, are_kernels=self._are_kernels)
            for subject in self._subjects
        )
        return Observations(legacy, migrated, self._context)


class InterfaceSource:
    """Source of the initializers themselves.

    Args:
      legacy: The legacy initializer.
      migrated: The migrated one.
    """

    def __init__(self, legacy: Subject, migrated: Subject) -> None:
        self._subjects = legacy, migrated

    def collect(self, seed: int) -> Interface:
        """Return the initializers; a check of them runs with fixed seeds."""
        return Interface(*self._subjects, lambda: programs.fixed_seeds(seed))
