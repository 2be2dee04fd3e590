"""The evidence that checks receive: samples, observations of freshness, and the initializers themselves."""

import contextlib
import dataclasses
import enum
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from tf_initcompat.parity.checks.base import Evidence, Need, Runner
from tf_initcompat.parity.checks.outcome import Outcome, skipped
from tf_initcompat.parity.execution.contexts import Context
from tf_initcompat.parity.results import Kind
from tf_initcompat.parity.statistics import gram, hypothesis_tests
from tf_initcompat.parity.statistics.numeric import Array, dtype_name

if TYPE_CHECKING:
    from tf_initcompat.parity.execution.subjects import Subject
    from tf_initcompat.parity.statistics.distributions import KnownDistribution

#: Dtypes that are fine enough to compare with a continuous distribution; narrower ones round visibly.
_FINE_DTYPES: Final = ("float32", "float64")


class CallError(NamedTuple):
    """An exception that an initializer raised.

    Attributes:
      type: Name of the exception's class.
      message: First line of its message.

    Example:
      >>> str(CallError("ValueError", "seed must be an integer"))
      'ValueError: seed must be an integer'
    """

    type: str
    message: str

    def __str__(self) -> str:
        return f"{self.type}: {self.message}"


class Sample(NamedTuple):
    """The values that one initializer returned for a configuration.

    Attributes:
      values: All sampled values, flat, in float64. The values of one convolution kernel depend on each other, so that
        each kernel has one value here.
      first: The arrays of the first call, one for each shard.
      error: The exception that the initializer raised instead, or None.
      shares: Share of the first position in the squared norm of each kernel; empty for other tensors.
      kernels: Some of the kernels.

    Example:
      >>> Sample(np.zeros(6), (np.zeros((2, 3), np.float32),)).first[0].shape
      (2, 3)
    """

    values: Array
    first: tuple[Array, ...] = ()
    error: CallError | None = None
    shares: Array = np.zeros(0)
    kernels: tuple[Array, ...] = ()


def are_identical(first: Sequence[Array], second: Sequence[Array]) -> bool:
    """Return whether two lists of arrays are equal bit for bit."""
    return all(
        np.array_equal(left, right) if left.dtype.kind == "O" else left.tobytes() == right.tobytes()
        for left, right in zip(first, second, strict=True)
    )


class Question(enum.Enum):
    """A question about freshness: do two calls return the same values?

    The value describes the two calls.

    Example:
      >>> Question.SHARDS.value
      'two shards of one variable'
    """

    CALLS = "two calls of one initializer"
    INSTANCES = "calls of two initializers with the same arguments"
    RUNS = "two runs of one program"
    SHARDS = "two shards of one variable"
    GLOBAL_SEED = "calls after the same global seed"
    OTHER_GLOBAL_SEED = "calls after two different global seeds"
    OP_SEED = "calls that only the initializer's own seed can make the same"


@dataclasses.dataclass
class Observation:
    """The observed freshness of one initializer.

    Attributes:
      pattern: For each question that is observed, whether the values are the same.
      pairs: Pairs of arrays that are independent unless the answer to the question is yes.
      error: The exception that the initializer raised instead, or None.

    Example:
      >>> Observation({Question.CALLS: True, Question.INSTANCES: False}).is_constant
      False
    """

    pattern: dict[Question, bool] = dataclasses.field(default_factory=dict[Question, bool])
    pairs: dict[Question, tuple[Array, Array]] = dataclasses.field(default_factory=dict[Question, tuple[Array, Array]])
    error: CallError | None = None

    @property
    def is_constant(self) -> bool:
        """Whether neither seeds nor instances nor calls changed the values."""
        return self.error is None and all(
            is_same for question, is_same in self.pattern.items() if question is not Question.SHARDS
        )


class _Result(Protocol):
    """The result of calling one initializer."""

    @property
    def error(self) -> CallError | None: ...


R = TypeVar("R", bound=_Result)


class EvidenceOfCalls(Evidence):
    """Evidence from calling both initializers."""

    @property
    def errors(self) -> tuple[CallError | None, CallError | None]:
        """The exceptions of the legacy and the migrated initializer."""
        raise NotImplementedError

    def apply(self, run: Runner[Evidence]) -> Outcome | None:
        """Run a check on this evidence."""
        return run(self)


@dataclasses.dataclass(frozen=True)
class _Results(EvidenceOfCalls, Generic[R]):
    """The results of calling both initializers in one context.

    Attributes:
      legacy: Result of the legacy initializer.
      migrated: Result of the migrated one.
      where: Context of the calls.
    """

    legacy: R
    migrated: R
    where: Context

    @property
    def context(self) -> str:
        """Name of the context."""
        return self.where.name

    @property
    def errors(self) -> tuple[CallError | None, CallError | None]:
        """The exceptions of the legacy and the migrated initializer."""
        return self.legacy.error, self.migrated.error


@dataclasses.dataclass(frozen=True)
class Samples(_Results[Sample]):
    """Samples of both initializers for one configuration in one context.

    Attributes:
      legacy: Sample of the legacy initializer.
      migrated: Sample of the migrated one.
      where: Context of the calls.
      distribution: The distribution, if it is known.
      is_deterministic: Whether the legacy initializer always returns the same values.
      is_orthogonal: Whether the legacy initializer makes orthogonal matrices or convolutions.
      are_kernels: Whether it makes convolution kernels.

    Example:
      >>> from tf_initcompat.parity.execution import contexts
      >>> sample = Sample(np.array([1.0, np.inf]), (np.array([1.0, np.inf]),))
      >>> samples = Samples(sample, sample, contexts.CONTEXTS[0])
      >>> samples.context, samples.non_finite_counts, samples.meets(Need.RANDOM_VALUES)
      ('eager', (1, 1), True)
    """

    kind: ClassVar[Kind] = Kind.DISTRIBUTION

    distribution: "KnownDistribution | None" = None
    is_deterministic: bool = False
    is_orthogonal: bool = False
    are_kernels: bool = False

    @property
    def dtypes(self) -> tuple[str, str]:
        """Names of the dtypes of both tensors."""
        return dtype_name(self.legacy.first[0]), dtype_name(self.migrated.first[0])

    @property
    def shapes(self) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
        """Shapes of the shards of both tensors."""
        legacy, migrated = ([array.shape for array in sample.first] for sample in (self.legacy, self.migrated))
        return legacy, migrated

    @functools.cached_property
    def _finite_masks(self) -> tuple[Array, Array]:
        return np.isfinite(self.legacy.values), np.isfinite(self.migrated.values)

    @property
    def non_finite_counts(self) -> tuple[int, int]:
        """Numbers of values that are NaN or infinite."""
        legacy, migrated = (mask.size - int(np.count_nonzero(mask)) for mask in self._finite_masks)
        return legacy, migrated

    @functools.cached_property
    def finite(self) -> tuple[Array, Array]:
        """The finite values of both samples."""
        legacy, migrated = (
            sample.values if mask.all() else sample.values[mask]
            for sample, mask in zip((self.legacy, self.migrated), self._finite_masks, strict=True)
        )
        return legacy, migrated

    @functools.cached_property
    def missing_moments(self) -> str:
        """Why means and standard deviations cannot be tested, or an empty string."""
        return hypothesis_tests.missing_moments(*self.finite)

    @functools.cached_property
    def grams(self) -> tuple[gram.Gram, gram.Gram] | None:
        """Gain and orthogonality of the first tensors, or of some kernels, if the legacy ones are orthogonal."""
        if not (self.is_orthogonal and self.has_finite_values):
            return None
        of = gram.of_kernel if self.are_kernels else gram.of_matrix
        legacy, migrated = (
            gram.median([*map(of, sample.kernels or sample.first[:1])]) for sample in (self.legacy, self.migrated)
        )
        return legacy, migrated

    def meets(self, need: Need) -> bool:
        """Return whether a condition is met."""
        return need in _CONDITIONS and _CONDITIONS[need](self)

    @functools.cached_property
    def has_equal_shapes(self) -> bool:
        """Whether both initializers return tensors of equal shapes."""
        return not any(self.errors) and self.shapes[0] == self.shapes[1]

    @functools.cached_property
    def has_exact_values(self) -> bool:
        """Whether values are compared bit for bit."""
        is_numeric = "O" not in {sample.first[0].dtype.kind for sample in (self.legacy, self.migrated)}
        return self.is_deterministic or not is_numeric

    @functools.cached_property
    def has_random_values(self) -> bool:
        """Whether the values are random numbers of equal shapes."""
        return (
            self.has_equal_shapes
            and not self.has_exact_values
            and bool(self.legacy.values.size and self.migrated.values.size)
        )

    @functools.cached_property
    def has_finite_values(self) -> bool:
        """Whether the values are random, and both samples have finite ones."""
        return self.has_random_values and all(values.size for values in self.finite)

    @property
    def has_known_distribution(self) -> bool:
        """Whether the distribution is known, and the dtype is fine enough to compare with it."""
        dtype = self.dtypes[1]
        return self.distribution is not None and dtype in _FINE_DTYPES and self.distribution.is_finer_than(dtype)


_CONDITIONS: Final[Mapping[Need, Callable[[Samples], bool]]] = {
    Need.TENSORS: lambda samples: not any(samples.errors),
    Need.EQUAL_SHAPES: lambda samples: samples.has_equal_shapes,
    Need.EXACT_VALUES: lambda samples: samples.has_equal_shapes and samples.has_exact_values,
    Need.NON_FINITE_VALUES: lambda samples: samples.has_random_values and any(samples.non_finite_counts),
    Need.RANDOM_VALUES: lambda samples: samples.has_finite_values,
    Need.MOMENTS: lambda samples: samples.has_finite_values and not samples.missing_moments,
    Need.ORTHOGONALITY: lambda samples: samples.grams is not None,
    Need.KNOWN_DISTRIBUTION: lambda samples: samples.has_finite_values and samples.has_known_distribution,
    Need.SHARDS: lambda samples: len(samples.legacy.first) > 1,
}


@dataclasses.dataclass(frozen=True)
class Observations(_Results[Observation]):
    """Observations of the freshness of both initializers in one context.

    Attributes:
      legacy: Observation of the legacy initializer.
      migrated: Observation of the migrated one.
      where: Context of the calls.

    Example:
      >>> from tf_initcompat.parity.execution import contexts
      >>> legacy, migrated = (Observation({Question.CALLS: is_same}) for is_same in (False, True))
      >>> Observations(legacy, migrated, contexts.CONTEXTS[0]).meets(Need.SHARDS)
      False
    """

    kind: ClassVar[Kind] = Kind.FRESHNESS

    def meets(self, need: Need) -> bool:
        """Return whether a condition is met."""
        if need is Need.TENSORS:
            return not any(self.errors)
        return need is Need.SHARDS and Question.SHARDS in self.legacy.pattern


@dataclasses.dataclass(frozen=True)
class Interface(Evidence):
    """The two initializers themselves, for the checks of their interface.

    Attributes:
      legacy: The legacy initializer.
      migrated: The migrated one.
      seeds: Fixes all seeds while a check runs.

    Example:
      >>> import tensorflow as tf
      >>> from tf_initcompat.parity.execution.subjects import Subject
      >>> subjects = [Subject(tf.keras.initializers.Zeros), Subject(tf.keras.initializers.Ones)]
      >>> Interface(*subjects).meets(Need.TENSORS)
      False
    """

    kind: ClassVar[Kind] = Kind.INTERFACE

    legacy: "Subject"
    migrated: "Subject"
    seeds: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext

    @property
    def context(self) -> str:
        """An empty string: the checks are independent of the context."""
        return ""

    def meets(self, need: Need) -> bool:
        """Return whether a condition is met; none is known before a call."""
        del need
        return False

    def apply(self, run: Runner[Evidence]) -> Outcome | None:
        """Run a check with fixed seeds; it is skipped if an initializer cannot be made or inspected."""
        try:
            with self.seeds():
                return run(self)
        except Exception as error:  # user code can raise anything; the checks of calls report whose code it is
            return skipped(f"not compared: {type(error).__name__}: {error}", f"not compared: {type(error).__name__}")
