"""The registry of checks, and the declaration that each check makes of itself."""

import dataclasses
import enum
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Generic, Protocol, TypeVar, cast, overload

from tf_initcompat._internal.registry import Registry
from tf_initcompat.parity.checks.outcome import Causes, Outcome
from tf_initcompat.parity.results import Kind

if TYPE_CHECKING:
    from tf_initcompat.parity.checks.evidence import Interface, Observations, Samples


@enum.unique
class Need(enum.Enum):
    """A condition under which a check applies. It is skipped silently where the condition is not met.

    Example:
      >>> Need.SHARDS.value
      'the variable has several shards'
    """

    TENSORS = "both initializers return tensors"
    EQUAL_SHAPES = "the tensors have equal shapes"
    EXACT_VALUES = "the legacy initializer is deterministic, or its values are not numbers"
    NON_FINITE_VALUES = "the values are random, and some are NaN or infinite"
    RANDOM_VALUES = "the values are random, and both samples have finite ones"
    MOMENTS = "the samples are large enough for their tails, so that means and standard deviations can be tested"
    ORTHOGONALITY = "the legacy initializer makes orthogonal matrices or convolutions"
    KNOWN_DISTRIBUTION = "the distribution is known, and the dtype is fine enough to compare with it"
    SHARDS = "the variable has several shards"

    @property
    def is_exceptional(self) -> bool:
        """Whether no symbol of the table meets the condition, so that a run over the table need not plan for it."""
        return self is Need.NON_FINITE_VALUES


@enum.unique
class Aspect(enum.Enum):
    """The aspect of a distribution that a check compares. The diagnosis combines the aspects that differ.

    Example:
      >>> REGISTRY["stddev"].aspect is Aspect.SCALE
      True
    """

    LOCATION = "location"
    SCALE = "scale"
    EDGES = "edges of the support"
    FORM = "form"


class Evidence(Protocol):
    """The results of calling both initializers, which the checks of one kind receive.

    Attributes:
      kind: Kind of the evidence, which decides the checks that receive it.
      context: Name of the context of the calls; empty if there is none.

    Example:
      >>> from tf_initcompat.parity import checks
      >>> checks.Samples.kind.value, checks.Observations.kind.value, checks.Interface.kind.value
      ('distribution', 'freshness', 'interface')
    """

    kind: ClassVar[Kind]

    @property
    def context(self) -> str: ...  # noqa: D102 (documented above)

    def meets(self, need: Need) -> bool:
        """Return whether a condition is met."""
        ...

    def apply(self, run: "Runner[Evidence]") -> Outcome | None:
        """Run a check on this evidence."""
        ...


E = TypeVar("E")
E_contra = TypeVar("E_contra", contravariant=True)
E_co = TypeVar("E_co", covariant=True)


class Runner(Protocol[E_contra]):
    """A function that runs one check; it returns None if the check does not apply."""

    __module__: str

    def __call__(self, evidence: E_contra, /) -> Outcome | None:
        """Run the check."""
        ...


class Group(Sequence[str], Generic[E_co]):
    """The names of the registered checks of one kind, for `compare(checks=...)`.

    The order is that of reports. Slices and sums are tuples.

    Args:
      kind: The kind.
      summary: What the checks compare.

    Example:
      >>> "config" in INTERFACE
      True
      >>> sorted(INTERFACE)
      ['config', 'errors']
      >>> (INTERFACE + FRESHNESS)[:2]
      ('config', 'errors')
    """

    def __init__(self, kind: Kind, summary: str) -> None:
        self.kind = kind
        self.summary = summary

    @property
    def definitions(self) -> "tuple[Definition, ...]":
        """The registered checks of the group."""
        return tuple(definition for definition in REGISTRY if self in definition.groups)

    def p_values(self, *, include_exceptional: bool = True) -> int:
        """Return the largest number of p-values that the group contributes to one comparison in one context.

        Args:
          include_exceptional: Whether checks count whose needs no symbol of the table meets.
        """
        return sum(
            definition.p_values
            for definition in self.definitions
            if include_exceptional or not definition.is_exceptional
        )

    def __iter__(self) -> Iterator[str]:
        return (definition.name for definition in self.definitions)

    def __len__(self) -> int:
        return len(self.definitions)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...

    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return tuple(self)[index]

    def __add__(self, other: Sequence[str]) -> tuple[str, ...]:
        return NotImplemented if isinstance(other, str) else (*self, *other)

    def __radd__(self, other: Sequence[str]) -> tuple[str, ...]:
        return NotImplemented if isinstance(other, str) else (*other, *self)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)

    def __repr__(self) -> str:
        return f"<group {self.kind.value!r} of {len(self)} checks>"


@dataclasses.dataclass(frozen=True)
class Definition:
    """The declaration of a check.

    Attributes:
      name: Name of the check.
      groups: Groups that the check belongs to; it receives the evidence of each.
      failure: Meaning of a failure.
      summary: What the check compares, and how.
      run: Runs the check.
      needs: Conditions under which it applies.
      p_values: Number of p-values that it contributes to one comparison in one context: 1 if it is statistical.
      causes: Yields the likely causes of a failure, with their repairs.
      aspect: Aspect of the distribution that is compared, if any.
      states_failure: Whether the message of a failure says what differs, so that `failure` need not precede it.
      module: Module that registers the check.
      order: Position in reports and messages.

    Example:
      >>> REGISTRY["mean"].summary
      "Compare the means by Welch's test."
    """

    name: str
    groups: "tuple[Group[object], ...]"
    failure: str
    summary: str
    run: Runner[Evidence]
    needs: frozenset[Need]
    p_values: int
    causes: Causes
    aspect: Aspect | None
    states_failure: bool
    module: str
    order: int

    @property
    def is_exceptional(self) -> bool:
        """Whether the check applies to no symbol of the table."""
        return any(need.is_exceptional for need in self.needs)

    def receives(self, kind: Kind) -> bool:
        """Return whether the check receives evidence of a kind."""
        return any(group.kind is kind for group in self.groups)


#: The registered checks.
REGISTRY: Final = Registry[Definition]("check", __package__ or "")

#: The groups of checks, by the evidence that they receive.
DISTRIBUTION: Final[Group["Samples"]] = Group(Kind.DISTRIBUTION, "dtype, shape and distribution of the values")
FRESHNESS: Final[Group["Observations"]] = Group(Kind.FRESHNESS, "which calls draw new values and which repeat them")
INTERFACE: Final[Group["Interface"]] = Group(Kind.INTERFACE, "configuration and errors")
GROUPS: Final = (DISTRIBUTION, FRESHNESS, INTERFACE)

#: The former name of `DISTRIBUTION`.
LAW: Final = DISTRIBUTION

#: Names of checks by their former names, which `compare` still accepts.
FORMER_NAMES: Final[Mapping[str, str]] = {"law": "goodness of fit"}


class _Failures(Mapping[str, str]):
    """The names of the registered checks with the meaning of their failure."""

    def __getitem__(self, name: str) -> str:
        return REGISTRY[name].failure

    def __iter__(self) -> Iterator[str]:
        return (definition.name for definition in REGISTRY)

    def __len__(self) -> int:
        return len(REGISTRY)


#: The meaning of a failure of each check, by the check's name; in the order of reports and messages.
CHECKS: Final[Mapping[str, str]] = _Failures()


def register(
    name: str,
    *,
    groups: Collection[Group[E]],
    failure: str,
    causes: Causes,
    needs: Collection[Need] = (),
    p_values: int = 0,
    summary: str = "",
    aspect: Aspect | None = None,
    states_failure: bool = False,
    order: int = 1000,
) -> Callable[[Runner[E]], Runner[E]]:
    """Return a decorator that registers a function as the runner of a check.

    Args:
      name: Name of the check.
      groups: Groups that it belongs to. They decide the evidence that the function receives: `Samples` for
        `DISTRIBUTION`, `Observations` for `FRESHNESS`, `Interface` for `INTERFACE`.
      failure: Meaning of a failure, for reports and messages.
      causes: Yields the likely causes of a failure, with their repairs; see `fixed_cause`.
      needs: Conditions under which the check applies.
      p_values: Number of p-values that the check contributes to one comparison in one context. The power of all checks
        is computed from it.
      summary: What the check compares, and how; by default the first line of the function's docstring.
      aspect: Aspect of the distribution that is compared, if any.
      states_failure: Whether the message of a failure says what differs, so that `failure` need not precede it.
      order: Position in reports and messages; the built-in checks come before 1000.

    Returns:
      The decorator.

    Example:
      >>> @register("sign", groups=(DISTRIBUTION,), failure="the signs differ", causes=lambda facts, outcome: [])
      ... def sign(samples):
      ...     '''Compare the numbers of negative values.'''
      >>> REGISTRY["sign"].summary
      'Compare the numbers of negative values.'
      >>> REGISTRY.remove("sign")
    """

    def decorate(run: Runner[E]) -> Runner[E]:
        REGISTRY.add(
            Definition(
                name=name,
                groups=tuple(groups),
                failure=failure,
                summary=summary or inspect.cleandoc(run.__doc__ or name).splitlines()[0],
                # The loop over the checks gives a runner only evidence of the groups that it is registered for.
                run=cast(Runner[Evidence], run),
                needs=frozenset(needs),
                p_values=p_values,
                causes=causes,
                aspect=aspect,
                states_failure=states_failure,
                module=run.__module__,
                order=order,
            )
        )
        return run

    return decorate
