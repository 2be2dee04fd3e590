"""What a comparison found, and the verdict on a whole run. Plain data: no TensorFlow, no NumPy."""

import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

#: The checks by name, with what a failure means; reports and messages list them in this order.
CHECKS: Final[dict[str, str]] = {
    "call": "the migrated initializer raised an error where the legacy one did not",
    "dtype": "the tensors have another dtype",
    "shape": "the tensors have another shape",
    "finite": "the migrated tensors hold NaN or infinite values",
    "values": "a deterministic initializer returned other values",
    "orthogonality": "the matrices are not orthogonal in the same way",
    "support": "the smallest or largest values differ",
    "mean": "the means differ",
    "stddev": "the standard deviations differ",
    "distribution": "the whole distributions differ",
    "law": "the migrated values do not follow the law that is known of the initializer",
    "calls": "repeated calls of one initializer are fresh on one side and equal on the other",
    "instances": "two initializers with the same arguments are fresh on one side and equal on the other",
    "runs": "repeated runs of one program are fresh on one side and equal on the other",
    "shards": "shards are fresh on one side and equal on the other",
    "global seed": "setting the global seed again reproduces one side and not the other",
    "other global seed": "another global seed changes one side and not the other",
    "op seed": "the initializer's own seed is honoured on one side and not on the other",
    "call correlation": "successive calls are correlated",
    "shard correlation": "shards are correlated",
    "config": "the configurations differ",
    "errors": "bad input raises other errors",
}

#: Groups of checks, for `compare(checks=...)`.
LAW: Final = ("call", "dtype", "shape", "finite", "values", "orthogonality", "support", "mean", "stddev",
              "distribution", "law")  # fmt: skip
FRESHNESS: Final = ("call", "calls", "instances", "runs", "shards", "global seed", "other global seed", "op seed",
                    "call correlation", "shard correlation")  # fmt: skip
INTERFACE: Final = ("config", "errors")

Status = Literal["passed", "failed", "skipped"]


@dataclasses.dataclass(frozen=True)
class Check:
    """One check of a comparison.

    Attributes:
      name: A key of `CHECKS`.
      context: Where the initializers were called: "eager", "function", "xla", "graph"; empty where it does not matter.
      message: What was found, with figures, or why the check was skipped.
      status: "passed", "failed" or "skipped"; that of a statistical check is set by `decide`.
      statistic: The test's statistic, for a statistical check.
      p_value: Its p-value.
      threshold: The largest p-value at which it fails.
      repeated: Whether it was suspicious, so that all this is from fresh samples.
    """

    name: str
    context: str
    message: str
    status: Status = "passed"
    statistic: float | None = None
    p_value: float | None = None
    threshold: float | None = None
    repeated: bool = False


@dataclasses.dataclass(frozen=True)
class Summary:
    """Summary of one side's sample.

    Attributes:
      size: Number of values.
      mean: Their mean.
      stddev: Their standard deviation.
      minimum: The smallest value.
      maximum: The largest value.
      quantiles: Quantiles at evenly spaced probabilities, for the quantile-quantile picture.
      counts: Values in each of the bins of the comparison's `edges`.
    """

    size: int
    mean: float
    stddev: float
    minimum: float
    maximum: float
    quantiles: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Comparison:
    """A legacy initializer compared with a migrated one.

    Attributes:
      name: What was compared.
      arguments: The constructors' arguments, as text.
      shape: Shape of the variable.
      dtype: Name of the dtype that the calls asked for, or None.
      partitions: Number of shards.
      checks: All checks.
      legacy: Summary of the legacy sample of the first context in which samples were compared.
      migrated: Summary of the migrated sample.
      edges: First and last edge of the histograms.
      scale_error: The smallest relative error of the scale that would have been found, with the power; None where the
        law has no spread or nothing was compared.
      mean_error: The smallest error of the mean that would have been found, in standard deviations.
      power: Probability with which these errors are found.
      budget: Probability of any false alarm in the run.
      cause: The most likely cause of a difference, and what to do.
      repair: The factor by which the migrated values must be multiplied to have the legacy scale, or None.
      seconds: Time taken, and of it the time in which the initializers were called.
      facts: What `diagnosis` needs to know of the legacy side.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str | None
    checks: tuple[Check, ...]
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
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        """Returns what was compared and the verdict; all else is in the attributes."""
        where = f" in {', '.join(self.contexts)}" if self.contexts else ""
        return f"{self.name}({self.arguments}), shape {self.shape}: {self.verdict}{where}"

    @property
    def verdict(self) -> Literal["same", "different", "skipped"]:
        """Returns "different" if any check failed, "skipped" if all were skipped, else "same"."""
        # Errors that are alike prove nothing of the values, so they do not make up for contexts that all were skipped.
        of_values = [check for check in self.checks if check.context]
        statuses = {check.status for check in of_values or self.checks}
        if any(check.status == "failed" for check in self.checks):
            return "different"
        return "same" if "passed" in statuses else "skipped"

    @property
    def contexts(self) -> tuple[str, ...]:
        """The contexts of the checks, in their order."""
        return tuple(dict.fromkeys(check.context for check in self.checks if check.context))

    @property
    def failures(self) -> tuple[Check, ...]:
        """The failed checks."""
        return tuple(check for check in self.checks if check.status == "failed")

    def as_dict(self) -> dict[str, Any]:
        """Returns all of it as plain data that JSON can hold."""
        plain = {**dataclasses.asdict(self), "verdict": self.verdict, "contexts": self.contexts}
        result: dict[str, Any] = _json(plain)
        return result

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> "Comparison":
        """Makes a comparison from what `as_dict` returned, read back from JSON."""
        fields = {field.name: plain[field.name] for field in dataclasses.fields(cls)}
        fields["checks"] = tuple(
            Check(**_floats(check, "statistic", "p_value", "threshold")) for check in plain["checks"]
        )
        for side in ("legacy", "migrated"):
            if plain[side] is not None:
                lists = {name: tuple(plain[side][name]) for name in ("quantiles", "counts")}
                fields[side] = Summary(**_floats({**plain[side], **lists}, "mean", "stddev", "minimum", "maximum"))
        for name in ("shape", "edges", "seconds"):
            fields[name] = tuple(plain[name])
        return cls(**fields)


def _floats(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**fields, **{name: float(fields[name]) for name in names if isinstance(fields[name], str)}}


def _json(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON knows neither infinity nor NaN
    if isinstance(value, dict):
        return {str(key): _json(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(member) for member in value]
    return value if isinstance(value, (str, int, float, type(None))) else str(value)


def decide(comparisons: Sequence[Comparison], thresholds: Iterable[float], budget: float) -> list[Comparison]:
    """Sets the status of every statistical check of a run.

    Args:
      comparisons: The comparisons of the run.
      thresholds: The threshold of each p-value of the run, in order.
      budget: Probability of a false alarm in the whole run.

    Returns:
      The comparisons with thresholds and statuses.
    """
    remaining = iter(thresholds)
    decided = []
    for comparison in comparisons:
        checks = tuple(
            check if check.p_value is None else _decided(check, next(remaining)) for check in comparison.checks
        )
        decided.append(dataclasses.replace(comparison, checks=checks, budget=budget))
    return decided


def _decided(check: Check, threshold: float) -> Check:
    assert check.p_value is not None
    status: Status = "failed" if check.p_value <= threshold else "passed"
    return dataclasses.replace(check, threshold=threshold, status=status)


def p_values(comparisons: Iterable[Comparison]) -> list[float]:
    """Returns all p-values of a run, in order."""
    return [check.p_value for comparison in comparisons for check in comparison.checks if check.p_value is not None]
