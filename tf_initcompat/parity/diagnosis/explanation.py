"""Adds the likely causes to a comparison, and writes the message that reports a difference."""

import dataclasses
from collections.abc import Iterator
from typing import Final

from tf_initcompat._internal.plugins import blamed, required
from tf_initcompat.parity.checks.base import REGISTRY, Definition
from tf_initcompat.parity.checks.outcome import Cause
from tf_initcompat.parity.diagnosis.scale import SCALE_ARGUMENTS
from tf_initcompat.parity.results import Check, Comparison

_MOST_CAUSES: Final = 3


def explain(comparison: Comparison) -> Comparison:
    """Return the comparison with the likely causes of its differences and their repair.

    Args:
      comparison: A comparison with verdicts.

    Raises:
      PluginError: If the code of a plugin fails.
    """
    failed = {check.name for check in comparison.failures}
    if not failed:
        return comparison
    definitions = [definition for definition in REGISTRY if definition.name in failed]
    causes = dict.fromkeys(cause for definition in definitions for cause in _causes(definition, comparison))
    likely = sorted(causes, key=lambda cause: not cause.is_measured)
    repair = next((cause.repair for cause in likely if cause.repair is not None), None)
    return dataclasses.replace(
        comparison, cause="; ".join(cause.text for cause in likely[:_MOST_CAUSES]), repair=repair
    )


def _causes(definition: Definition, comparison: Comparison) -> list[Cause]:
    with blamed(f"`causes` of check {definition.name!r}", definition.module):
        return [required(cause, Cause) for cause in definition.causes(comparison)]


def message(comparison: Comparison) -> str:
    """Return what a person needs to act on a comparison whose verdict is not "same".

    Args:
      comparison: The comparison.

    Returns:
      Several lines: the differences with figures, the likely cause and the repair.
    """
    partitions = f", {comparison.partitions} partitions" if comparison.partitions > 1 else ""
    dtype = f", dtype {comparison.dtype}" if comparison.dtype else ""
    head = f"{comparison.name}({comparison.arguments}), shape {comparison.shape}{dtype}{partitions}"
    if comparison.verdict == "skipped":
        reasons = {f"  {_label(check)}: {check.message}" for check in comparison.checks}
        return "\n".join([f"{head}: nothing could be compared.", *sorted(reasons)])
    lines = [f"{head}: the migrated initializer differs from the legacy one."]
    lines += [f"  {line}" for line in _failures(comparison)]
    if comparison.cause:
        lines.append(f"  Most likely cause: {comparison.cause}.")
    if comparison.repair is not None:
        lines.append(f"  Repair: {_repair(comparison, comparison.repair)}.")
    if comparison.scale_error is not None:
        lines.append(f"  {detectable_errors(comparison)}")
    return "\n".join(lines)


def _failures(comparison: Comparison) -> Iterator[str]:
    """Yield a line for each failed check, with the figures of the first context in which it failed."""
    for definition in REGISTRY:
        failures = [check for check in comparison.failures if check.name == definition.name]
        if not failures:
            continue
        contexts = ", ".join(check.context for check in failures if check.context)
        label = f"{definition.name} [{contexts}]" if contexts else definition.name
        meaning = "" if definition.states_failure else f"{definition.failure}: "
        yield f"{label}: {meaning}{failures[0].message}{_evidence(failures[0])}"


def _label(check: Check) -> str:
    return f"{check.name} [{check.context}]" if check.context else check.name


def _evidence(check: Check) -> str:
    if check.p_value is None:
        return ""
    fresh = ", on fresh samples" if check.repeated else ""
    return f" (p = {check.p_value:.2g}, threshold {check.threshold:.2g}{fresh})"


def _repair(comparison: Comparison, factor: float) -> str:
    text = f"multiply the migrated values by {factor:.5g}"
    migrated = comparison.facts.arguments[1]
    for name, power in SCALE_ARGUMENTS.items():
        value = migrated.get(name)
        if isinstance(value, (int, float)):
            return f"{name}={value * factor**power:.6g} in place of {value:.6g} (that is, {text})"
    return text


def detectable_errors(comparison: Comparison) -> str:
    """Return the sentence about the smallest errors that the comparison detects."""
    errors = [
        f"{name} of {error:.2%}"
        for name, error in (("the scale", comparison.scale_error), ("the mean", comparison.mean_error))
        if error is not None
    ]
    if not errors:
        return "The comparison cannot detect errors of the scale or the mean."
    unit = " of a standard deviation" if comparison.mean_error is not None else ""
    return f"Detectable with a power of {comparison.power:.1%}: errors of {' and of '.join(errors)}{unit}."
