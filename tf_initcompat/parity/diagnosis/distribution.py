"""Likely causes of a different distribution: a mistake of the scale, a shift, another form, other bounds."""

import math
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog import symbols
from tf_initcompat.parity.checks.base import REGISTRY, Aspect
from tf_initcompat.parity.checks.outcome import Cause
from tf_initcompat.parity.diagnosis import scale
from tf_initcompat.parity.results import Comparison, Summary

#: Number of scale mistakes that are listed if the sample cannot distinguish them.
_MOST_MISTAKES: Final = 3
#: Half the range of the common distributions, in standard deviations.
_REACH: Final = {"a uniform distribution": math.sqrt(3), "a truncated normal": 2 / symbols.TRUNCATED_STDDEV}
#: Uncertainty of the logarithm of a ratio that is measured at the edges of the support.
_EDGE_ERROR: Final = 5e-4


def causes(comparison: Comparison) -> Iterator[Cause]:
    """Yield the likely cause of all failed checks of the distribution.

    Args:
      comparison: A comparison with failed checks.
    """
    aspects = failed_aspects(comparison)
    ratio, error = _ratio(comparison, aspects) or (None, 0.0)
    repair = None if ratio is None else 1 / ratio
    mistakes = [] if ratio is None else _mistakes(comparison, ratio, error)
    text = " or ".join(mistakes) if mistakes else _other_cause(comparison, aspects)
    yield Cause(text, repair, is_measured=True)


def failed_aspects(comparison: Comparison) -> set[Aspect]:
    """Return the aspects of the distribution in which the initializers differ."""
    names = {check.name for check in comparison.failures}
    return {definition.aspect for definition in REGISTRY if definition.name in names and definition.aspect is not None}


def _ratio(comparison: Comparison, aspects: set[Aspect]) -> tuple[float, float] | None:
    """Return the ratio of the scales, migrated / legacy, and the uncertainty of its logarithm; None if they agree."""
    legacy, migrated = comparison.legacy, comparison.migrated
    if legacy is None or migrated is None or not (legacy.stddev and migrated.stddev):
        return None
    error = 4 * math.sqrt(1 / min(legacy.size, migrated.size))
    spread = migrated.stddev / legacy.stddev
    if Aspect.SCALE in aspects:
        return spread, error
    if Aspect.EDGES in aspects and comparison.facts.dtype in ("float32", "float64"):
        # If both distributions have the same form, the range measures a small error of the scale more exactly.
        by_range = (migrated.maximum - migrated.minimum) / (legacy.maximum - legacy.minimum)
        if abs(math.log(by_range / spread)) < error:
            return by_range, _EDGE_ERROR
    return None


def _mistakes(comparison: Comparison, ratio: float, error: float) -> list[str]:
    """Return the mistakes that explain a ratio of the scales, the nearest first."""
    near: list[tuple[float, str]] = []
    for mistake in scale.mistakes(comparison.facts):
        distance = abs(math.log(ratio / mistake.ratio))
        if distance <= max(error, _EDGE_ERROR) and abs(math.log(mistake.ratio)) > distance:
            near.append((round(distance, 3), mistake.cause))
    # The sort is stable: among equally near mistakes, a named argument precedes a general rule.
    return list(dict.fromkeys(cause for _, cause in sorted(near, key=lambda pair: pair[0])))[:_MOST_MISTAKES]


def _other_cause(comparison: Comparison, aspects: set[Aspect]) -> str:
    legacy, migrated = comparison.legacy, comparison.migrated
    if legacy is None or migrated is None:
        return "the bounds at which values are cut off"
    if Aspect.LOCATION in aspects:
        shift = (migrated.mean - legacy.mean) / (legacy.stddev or 1)
        return f"`mean`, or `minval` and `maxval`: the values are shifted by {shift:+.4f} standard deviations"
    forms = _form(legacy), _form(migrated)
    if forms[0] != forms[1] and Aspect.FORM in aspects:
        return f"`distribution`: {forms[1]} in place of {forms[0]}"
    if Aspect.SCALE in aspects:
        return "a factor of the scale that no common mistake explains"
    return "`distribution`, or the bounds at which values are cut off"


def _form(sample: Summary) -> str:
    """Return the common distribution whose range the sample has."""
    reach = (sample.maximum - sample.minimum) / 2 / sample.stddev if sample.stddev else 0.0
    matches = (form for form, expected in _REACH.items() if abs(reach / expected - 1) < 0.02)
    return next(matches, "an untruncated normal")
