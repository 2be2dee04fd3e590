"""What most likely causes a difference, and what repairs it."""

import dataclasses
import math
from collections.abc import Iterator
from typing import Any, Final

from tf_initcompat.catalog import symbols
from tf_initcompat.parity.checks import causes
from tf_initcompat.parity.results import CHECKS, Check, Comparison

_FRESH: Final = {
    "calls": "`seed`, or a shared native instance: a native initializer repeats its values in every call, so each "
    "variable needs an instance of its own",
    "instances": "`seed`: two instances with one seed are the same on one side only",
    "runs": "`seed`: a native initializer is a constant of the program",
    "shards": "`partition_info`: every shard is drawn from the same seed",
    "global seed": "`seed`: the values are not drawn from TensorFlow's own stream, so `tf.random.set_seed` has no "
    "hold on them",
    "other global seed": "`seed`: the values do not depend on `tf.random.set_seed`",
    "op seed": "`seed` is ignored or added",
    "call correlation": "`seed`: successive calls share a part of their random stream",
    "shard correlation": "`partition_info`: shards share a part of their random stream",
}
_OTHER: Final = {
    "call": "arguments of the call that the migrated initializer does not take",
    "dtype": "`dtype` of the constructor or of the call is ignored",
    "shape": "`shape` is not that of the call",
    "values": "`value`: its order, its reshaping or its conversion to the dtype",
    "orthogonality": "`gain`, or the matrix that is made orthogonal has another shape",
    "finite": "an overflow of the dtype, or a division by a fan of zero",
}
_INTERFACE: Final = {
    "config": "constructor arguments that `get_config` leaves out or renames",
    "errors": "arguments are not validated in the same way",
}


def explained(comparison: Comparison) -> Comparison:
    """Returns the comparison with cause and repair, where it found a difference."""
    if not comparison.failures:
        return comparison
    failed = {check.name for check in comparison.failures}
    ratio, error = _ratio(comparison, failed) or (None, 0.0)
    likely = [] if ratio is None else _scale_causes(comparison, ratio, error)
    if not likely and failed & {"distribution", "support", "law", "mean", "stddev"}:
        likely.append(_law_cause(comparison, failed))
    likely += [text for name, text in {**_OTHER, **_FRESH, **_INTERFACE}.items() if name in failed]
    return dataclasses.replace(comparison, cause="; ".join(likely[:3]), repair=None if ratio is None else 1 / ratio)


def _ratio(comparison: Comparison, failed: set[str]) -> tuple[float, float] | None:
    """Returns migrated / legacy of the scale with the uncertainty of its logarithm, if the scale is wrong."""
    legacy, migrated = comparison.legacy, comparison.migrated
    if legacy is None or migrated is None or not (legacy.stddev and migrated.stddev):
        return None
    error = 4 * math.sqrt(1 / min(legacy.size, migrated.size))
    spread = migrated.stddev / legacy.stddev
    if "stddev" in failed:
        return spread, error
    if "support" in failed and comparison.facts.get("dtype") in ("float32", "float64"):
        # The range tells a small error of a bounded law more exactly, if both laws have the same form.
        by_range = (migrated.maximum - migrated.minimum) / (legacy.maximum - legacy.minimum)
        if abs(math.log(by_range / spread)) < error:
            return by_range, 5e-4
    return None


def _scale_causes(comparison: Comparison, ratio: float, error: float) -> list[str]:
    near = []
    for expected, cause in causes.scale_mistakes(comparison.facts):
        distance = abs(math.log(ratio / expected))
        if distance <= max(error, 5e-4) and abs(math.log(expected)) > distance:
            near.append((round(distance, 3), cause))
    # Those that the sample cannot tell apart are all told, the nearest first; a named argument before a general rule.
    found = list(dict.fromkeys(cause for _, cause in sorted(near, key=lambda pair: pair[0])))[:3]
    return [" or ".join(found)] if found else []


def _law_cause(comparison: Comparison, failed: set[str]) -> str:
    legacy, migrated = comparison.legacy, comparison.migrated
    if legacy is None or migrated is None:
        return "the bounds at which values are cut off"
    forms = [_form(side) for side in (legacy, migrated)]
    if "mean" in failed:
        shift = (migrated.mean - legacy.mean) / (legacy.stddev or 1)
        return f"`mean`, or `minval` and `maxval`: the values are shifted by {shift:+.4f} standard deviations"
    if forms[0] != forms[1] and "distribution" in failed:
        return f"`distribution`: {forms[1]} in place of {forms[0]}"
    if "stddev" in failed:
        return "a factor of the scale that no known mistake has"
    return "`distribution`, or the bounds at which values are cut off"


def _form(side: Any) -> str:
    """Returns which of the usual laws a sample's range looks like."""
    reach = (side.maximum - side.minimum) / 2 / side.stddev if side.stddev else 0.0
    forms = {"a uniform distribution": math.sqrt(3), "a truncated normal": 2 / symbols.TRUNCATED_STDDEV}
    return next((name for name, known in forms.items() if abs(reach / known - 1) < 0.02), "an untruncated normal")


def message(comparison: Comparison) -> str:
    """Returns what a person needs to act on a comparison that is not "same".

    Args:
      comparison: The comparison.

    Returns:
      Several lines: what differs, by how much, the likely cause and the repair.
    """
    partitions = f", {comparison.partitions} partitions" if comparison.partitions > 1 else ""
    dtype = f", dtype {comparison.dtype}" if comparison.dtype else ""
    head = f"{comparison.name}({comparison.arguments}), shape {comparison.shape}{dtype}{partitions}"
    if comparison.verdict == "skipped":
        reasons = {f"  {_where(check)}: {check.message}" for check in comparison.checks}
        return "\n".join([f"{head}: nothing could be compared.", *sorted(reasons)])
    lines = [f"{head}: the migrated initializer differs from the legacy one."]
    lines += [f"  {line}" for line in _failures(comparison)]
    if comparison.cause:
        lines.append(f"  Most likely cause: {comparison.cause}.")
    if comparison.repair is not None:
        lines.append(f"  Repair: {_repair(comparison)}.")
    if comparison.scale_error is not None:
        lines.append(f"  {found(comparison)}")
    return "\n".join(lines)


def _failures(comparison: Comparison) -> Iterator[str]:
    """Yields a line for each kind of failed check; the figures are those of the first context that it failed in."""
    for name, meaning in CHECKS.items():
        failed = [check for check in comparison.failures if check.name == name]
        if not failed:
            continue
        contexts = ", ".join(check.context for check in failed if check.context)
        where = f"{name} [{contexts}]" if contexts else name
        meaning = "" if name in _FRESH else f"{meaning}: "
        yield f"{where}: {meaning}{failed[0].message}{_evidence(failed[0])}"


def _where(check: Check) -> str:
    return f"{check.name} [{check.context}]" if check.context else check.name


def _evidence(check: Check) -> str:
    if check.p_value is None:
        return ""
    fresh = ", on fresh samples" if check.repeated else ""
    return f" (p = {check.p_value:.2g}, threshold {check.threshold:.2g}{fresh})"


def _repair(comparison: Comparison) -> str:
    assert comparison.repair is not None
    text = f"multiply the migrated values by {comparison.repair:.5g}"
    migrated = comparison.facts.get("arguments", [{}, {}])[1]
    for name, power in causes.SCALE_ARGUMENTS.items():
        value = migrated.get(name)
        if isinstance(value, (int, float)):
            return f"{name}={value * comparison.repair**power:.6g} in place of {value:.6g} (that is, {text})"
    return text


def found(comparison: Comparison) -> str:
    """Returns the sentence about the smallest errors that the comparison would have found."""
    errors = [
        f"{name} of {value:.2%}"
        for name, value in (("of scale", comparison.scale_error), ("of mean", comparison.mean_error))
        if value is not None
    ]
    if not errors:
        return "No error of scale or mean can be found in this comparison."
    unit = " of a standard deviation" if comparison.mean_error is not None else ""
    return f"Found with a power of {comparison.power:.1%}: errors {' and '.join(errors)}{unit}."
