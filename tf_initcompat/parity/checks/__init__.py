"""The checks of a comparison: one module for each check or tight family of checks, found by importing them.

A module outside the package adds a check in the same way. Import it before `compare` is called, or name it with
`tf-initcompat verify --plugin`:

    >>> import numpy as np
    >>> from scipy import stats
    >>> from tf_initcompat.parity import checks
    >>> @checks.register(
    ...     "median",
    ...     groups=(checks.DISTRIBUTION,),
    ...     failure="the medians differ",
    ...     needs={checks.Need.RANDOM_VALUES},
    ...     p_values=1,
    ...     causes=checks.fixed_cause("`mean`: the values are shifted"),
    ... )
    ... def median(samples: checks.Samples) -> checks.Outcome:
    ...     result = stats.median_test(*samples.finite)
    ...     medians = [float(np.median(values)) for values in samples.finite]
    ...     return checks.tested(result.statistic, result.pvalue, f"{medians[0]:.6g} and {medians[1]:.6g}")
    >>> "median" in checks.CHECKS
    True
    >>> checks.REGISTRY.remove("median")
"""

from tf_initcompat.parity.checks.base import (
    CHECKS,
    DISTRIBUTION,
    FRESHNESS,
    GROUPS,
    INTERFACE,
    REGISTRY,
    Aspect,
    Definition,
    Evidence,
    Group,
    Need,
    register,
)
from tf_initcompat.parity.checks.evidence import (
    CallError,
    Interface,
    Observation,
    Observations,
    Question,
    Sample,
    Samples,
)
from tf_initcompat.parity.checks.outcome import Cause, Outcome, failed, fixed_cause, passed, skipped, tested

__all__ = [
    "CHECKS",
    "DISTRIBUTION",
    "FRESHNESS",
    "GROUPS",
    "INTERFACE",
    "REGISTRY",
    "Aspect",
    "CallError",
    "Cause",
    "Definition",
    "Evidence",
    "Group",
    "Interface",
    "Need",
    "Observation",
    "Observations",
    "Outcome",
    "Question",
    "Sample",
    "Samples",
    "failed",
    "fixed_cause",
    "passed",
    "register",
    "skipped",
    "tested",
]
