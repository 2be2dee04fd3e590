"""The outcome of a check, and the likely causes of a failure."""

import dataclasses
import math
from collections.abc import Callable, Iterable
from typing import TypeAlias

from tf_initcompat.parity.results import Comparison, Status


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome of one run of a check.

    Attributes:
      message: The result with its figures, or why the check was skipped.
      status: The status; that of a statistical check is set once all p-values of the run are known.
      statistic: The test's statistic, if the check is statistical.
      p_value: Its p-value.
      reason: Why the check was skipped, without details.

    Example:
      >>> Outcome("0.1 and 0.1").status
      'passed'
    """

    message: str
    status: Status = "passed"
    statistic: float | None = None
    p_value: float | None = None
    reason: str = ""


def passed(message: str) -> Outcome:
    """Return the outcome of a check that passed.

    Args:
      message: The result with its figures.

    Example:
      >>> passed("float32").status
      'passed'
    """
    return Outcome(message)


def failed(message: str) -> Outcome:
    """Return the outcome of a check that failed.

    Args:
      message: The result with its figures.

    Example:
      >>> failed("float32 and float64").status
      'failed'
    """
    return Outcome(message, "failed")


def skipped(message: str, reason: str = "") -> Outcome:
    """Return the outcome of a check that was skipped.

    Args:
      message: Why.
      reason: The same without details, so that equal reasons can be counted; by default the message.

    Example:
      >>> skipped("only 12 values", "too few values").reason
      'too few values'
    """
    return Outcome(message, "skipped", reason=reason or message)


def tested(statistic: float, p_value: float, message: str) -> Outcome:
    """Return the outcome of a statistical check; skipped if there is no p-value.

    Args:
      statistic: The test's statistic.
      p_value: Its p-value.
      message: The figures that were compared.

    Example:
      >>> tested(0.1, 0.3, "0 and 0.01").p_value
      0.3
      >>> tested(0.1, float("nan"), "0 and 0").status
      'skipped'
    """
    if math.isnan(p_value):
        return skipped(f"{message}: no p-value", "no p-value")
    return Outcome(message, statistic=float(statistic), p_value=float(p_value))


@dataclasses.dataclass(frozen=True)
class Cause:
    """A likely cause of a difference.

    Attributes:
      text: The cause.
      repair: Factor by which the migrated values have to be multiplied to have the legacy scale, or None.
      is_measured: Whether the figures of the comparison point to this cause. Such causes are listed first.

    Example:
      >>> Cause("`stddev`: 0.05 in place of 1.0", repair=20.0).repair
      20.0
    """

    text: str
    repair: float | None = None
    is_measured: bool = False


#: Yields the likely causes of a failed check, from the comparison.
Causes: TypeAlias = Callable[[Comparison], Iterable[Cause]]


def fixed_cause(text: str) -> Causes:
    """Return the causes of a check whose failures have one likely cause.

    Args:
      text: The cause.

    Example:
      >>> from tf_initcompat import parity
      >>> causes = fixed_cause("`mean`: the values are shifted")
      >>> [cause.text for cause in causes(parity.Comparison("name", (2,), None, ()))]
      ['`mean`: the values are shifted']
    """
    return lambda comparison: (Cause(text),)
