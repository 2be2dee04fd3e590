"""The budget of false alarms: the threshold of each p-value of a run, and the verdicts that follow."""

import dataclasses
import math
from collections.abc import Sequence

from tf_initcompat.parity.results import Check, Comparison


def holm(p_values: Sequence[float], budget: float) -> list[float]:
    """Return the threshold of each p-value by Holm's step-down method.

    A check fails if its p-value is at most its threshold. The probability of any false alarm in the run is then at most
    the budget.

    Args:
      p_values: All p-values of the run.
      budget: Probability of any false alarm in the run.

    Returns:
      The thresholds, in the order of `p_values`.

    Source: Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6 (1979).

    Example:
      >>> holm([0.04, 0.01], budget=0.05)  # 0.01 <= 0.05 / 2, then 0.04 <= 0.05
      [0.05, 0.025]
    """
    thresholds = [0.0] * len(p_values)
    first_passed = math.inf
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        threshold = budget / (len(p_values) - rank)
        if p_values[index] > threshold and first_passed == math.inf:
            first_passed = threshold
        thresholds[index] = min(threshold, first_passed)  # every larger p-value passes too
    return thresholds


def with_verdicts(comparisons: Sequence[Comparison], budget: float) -> list[Comparison]:
    """Return the comparisons of a run with the thresholds and statuses of their statistical checks.

    Args:
      comparisons: All comparisons of the run.
      budget: Probability of any false alarm in the run.
    """
    p_values = [check.p_value for comparison in comparisons for check in comparison.checks if check.p_value is not None]
    thresholds = iter(holm(p_values, budget))
    return [
        dataclasses.replace(
            comparison,
            checks=tuple(
                check if check.p_value is None else _with_threshold(check, check.p_value, next(thresholds))
                for check in comparison.checks
            ),
            budget=budget,
        )
        for comparison in comparisons
    ]


def _with_threshold(check: Check, p_value: float, threshold: float) -> Check:
    return dataclasses.replace(check, threshold=threshold, status="failed" if p_value <= threshold else "passed")
