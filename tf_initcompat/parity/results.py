"""Results: of one check, of one comparison, of a whole run. Plain data, without TensorFlow and NumPy."""

import dataclasses
import enum
import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from tf_initcompat.parity.statistics.settings import Settings

Status = Literal["passed", "failed", "skipped"]
Verdict = Literal["same", "different", "skipped"]


class Kind(enum.Enum):
    """The subject of a comparison.

    Attributes:
      DISTRIBUTION: Only the values.
      FRESHNESS: Only which calls repeat values.
      INTERFACE: Only configuration and errors.
      ALL: More than one of these.
    """

    DISTRIBUTION = "distribution"
    FRESHNESS = "freshness"
    INTERFACE = "interface"
    ALL = "all"


@dataclasses.dataclass(frozen=True)
class Check:
    """Result of one check in one context.

    Attributes:
      name: Name of the check, a key of `CHECKS`.
      context: Name of the context in which the initializers were called; empty if the check is independent of it.
      message: The result with its figures, or why the check was skipped.
      status: The status; that of a statistical check is set once all p-values of the run are known.
      statistic: The test's statistic, if the check is statistical.
      p_value: Its p-value.
      threshold: The largest p-value at which the check fails.
      repeated: Whether the result is from fresh samples, because the first p-value was suspicious.
      reason: Why the check was skipped, without details, so that equal reasons can be counted.

    Example:
      >>> from tf_initcompat import parity
      >>> parity.Check("dtype", "eager", "float32 became float64", "failed").status
      'failed'
    """

    name: str
    context: str
    message: str
    status: Status = "passed"
    statistic: float | None = None
    p_value: float | None = None
    threshold: float | None = None
    repeated: bool = False
    reason: str = ""


@dataclasses.dataclass(frozen=True)
class Summary:
    """Summary of the sample of one initializer.

    Attributes:
      size: Number of values.
      mean: Their mean.
      stddev: Their standard deviation.
      minimum: The smallest value.
      maximum: The largest value.
      quantiles: Quantiles at evenly spaced probabilities.
      counts: Number of values in each of the bins between the comparison's `edges`.

    Example:
      >>> from tf_initcompat import parity
      >>> summary = parity.Summary(size=4, mean=0.5, stddev=0.5, minimum=0.0, maximum=1.0, counts=(2, 2))
      >>> sum(summary.counts) == summary.size
      True
    """

    size: int
    mean: float
    stddev: float
    minimum: float
    maximum: float
    quantiles: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Summary":
        """Return the summary that was written as JSON."""
        lists = {name: tuple(plain[name]) for name in ("quantiles", "counts")}
        return cls(**_with_floats({**plain, **lists}, "mean", "stddev", "minimum", "maximum"))


Scalar = int | float | str
Fans = Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class Facts:
    """Facts about the two initializers that the diagnosis of a difference needs.

    Attributes:
      rank: Rank of the variable.
      field: Size of the receptive field of a kernel.
      fans: Fans by mode: of the full shape, and of the first shard.
      arguments: Scalar arguments and attributes by name: of the legacy initializer, and of the migrated one.
      dtype: Name of the dtype of the values, if it is known.
    """

    rank: int = 0
    field: int = 1
    fans: tuple[Fans, Fans] = ({}, {})
    arguments: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
    dtype: str | None = None

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Facts":
        """Return the facts that were written as JSON."""
        fans, arguments = ((plain[name][0], plain[name][1]) for name in ("fans", "arguments"))
        return cls(plain["rank"], plain["field"], fans, arguments, plain["dtype"])


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Result of comparing a legacy initializer with a migrated one.

    Attributes:
      name: Name of the legacy initializer.
      shape: Shape of the variable.
      dtype: Name of the dtype that the calls ask for, or None.
      checks: Results of all checks.
      kind: Subject of the comparison.
      arguments: Constructor arguments, as text.
      partitions: Number of shards.
      legacy: Summary of the legacy sample of the first context in which samples were compared.
      migrated: Summary of the migrated sample.
      edges: First and last edge of the histograms.
      scale_error: The smallest relative error of the scale that is detected with the power; None if the values have no
        spread or nothing was compared.
      mean_error: The smallest error of the mean that is detected, in standard deviations.
      power: Probability of detecting these errors.
      budget: Probability of any false alarm in the run.
      cause: The most likely causes of a difference.
      repair: Factor by which the migrated values have to be multiplied to have the legacy scale, or None.
      seconds: Duration in seconds, and the part of it in which the initializers were called.
      facts: Facts for the diagnosis.

    Example:
      >>> comparison = Comparison("zeros", (2, 3), None, (Check("shape", "eager", "(2, 3)"),))
      >>> comparison.verdict
      'same'
      >>> print(comparison)
      zeros(), shape (2, 3): same in eager
    """

    name: str
    shape: tuple[int, ...]
    dtype: str | None
    checks: tuple[Check, ...]
    kind: Kind = Kind.ALL
    arguments: str = ""
    partitions: int = 1
    legacy: Summary | None = None
    migrated: Summary | None = None
    edges: tuple[float, float] = (0.0, 0.0)
    scale_error: float | None = None
    mean_error: float | None = None
    power: float = 0.999
    budget: float = 0.0
    cause: str = ""
    repair: float | None = None
    seconds: tuple[float, float] = (0.0, 0.0)
    facts: Facts = dataclasses.field(default_factory=Facts)

    def __str__(self) -> str:
        """Return name, arguments, shape and verdict in one line."""
        where = f" in {', '.join(self.contexts)}" if self.contexts else ""
        return f"{self.name}({self.arguments}), shape {self.shape}: {self.verdict}{where}"

    @property
    def verdict(self) -> Verdict:
        """The verdict: "different" if any check failed, "skipped" if no check of a context passed, else "same"."""
        if self.failures:
            return "different"
        # Equal errors prove nothing about values: if every context was skipped, the comparison is skipped.
        in_contexts = [check for check in self.checks if check.context]
        statuses = {check.status for check in in_contexts or self.checks}
        return "same" if "passed" in statuses else "skipped"

    @property
    def is_evidence(self) -> bool:
        """Whether values were compared: a run without any such comparison proves nothing."""
        return bool(self.contexts) and self.verdict != "skipped"

    @property
    def contexts(self) -> tuple[str, ...]:
        """Names of the contexts of the checks, in their order."""
        return tuple(dict.fromkeys(check.context for check in self.checks if check.context))

    @property
    def failures(self) -> tuple[Check, ...]:
        """The failed checks."""
        return tuple(check for check in self.checks if check.status == "failed")

    def as_dict(self) -> dict[str, Any]:
        """Return all fields and properties as plain data that JSON can represent."""
        fields = {**dataclasses.asdict(self), "verdict": self.verdict, "contexts": self.contexts}
        plain: dict[str, Any] = _plain(fields)
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Comparison":
        """Return the comparison that `as_dict` made plain data of."""
        fields = {field.name: plain[field.name] for field in dataclasses.fields(cls)}
        fields["kind"] = Kind(plain["kind"])
        fields["checks"] = tuple(
            Check(**_with_floats(check, "statistic", "p_value", "threshold")) for check in plain["checks"]
        )
        for name in ("legacy", "migrated"):
            if plain[name] is not None:
                fields[name] = Summary.from_dict(plain[name])
        for name in ("shape", "edges", "seconds"):
            fields[name] = tuple(plain[name])
        fields["facts"] = Facts.from_dict(plain["facts"])
        return cls(**fields)


@dataclasses.dataclass(frozen=True)
class Run:
    """Result of a finished run.

    Attributes:
      comparisons: All comparisons, with their verdicts.
      environment: Versions of the packages that were compared, by name.
      settings: The settings of the run.
      seconds: Duration in seconds, without the imports of the workers.
    """

    comparisons: list[Comparison]
    environment: dict[str, str]
    settings: "Settings"
    seconds: float

    @property
    def sampling(self) -> float:
        """Share of the comparisons' time in which initializers were called."""
        total, sampling = (sum(comparison.seconds[part] for comparison in self.comparisons) for part in (0, 1))
        return sampling / total if total else 0.0

    @property
    def different(self) -> list[Comparison]:
        """The comparisons with a difference."""
        return [comparison for comparison in self.comparisons if comparison.verdict == "different"]

    @property
    def statistical_checks(self) -> int:
        """Number of p-values."""
        return sum(check.p_value is not None for comparison in self.comparisons for check in comparison.checks)

    def as_dict(self) -> dict[str, Any]:
        """Return the run as plain data that JSON can represent."""
        settings = dataclasses.asdict(self.settings)
        del settings["checks"]
        return {
            "environment": self.environment,
            "settings": settings,
            "seconds": self.seconds,
            "sampling": self.sampling,
            "comparisons": [comparison.as_dict() for comparison in self.comparisons],
        }

    def as_json(self) -> str:
        """Return the run as a JSON document."""
        return json.dumps(self.as_dict(), indent=1) + "\n"


def _with_floats(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the fields with infinities and NaN, which JSON represents as text, as floats again."""
    return {**fields, **{name: float(fields[name]) for name in names if isinstance(fields[name], str)}}


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has neither infinity nor NaN
    if isinstance(value, dict):
        return {str(key): _plain(member) for key, member in cast("dict[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in cast("Sequence[object]", value)]
    return value if isinstance(value, (str, int, float, type(None))) else str(value)
