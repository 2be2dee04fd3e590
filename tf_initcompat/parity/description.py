"""Describes the samples of a comparison: summaries, the smallest errors that they detect, facts for the diagnosis."""

import math
from typing import Any, Final, TypedDict

from tf_initcompat.catalog import symbols
from tf_initcompat.parity.checks.base import REGISTRY, Aspect, Need
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.diagnosis.scale import SCALE_ARGUMENTS
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.execution.subjects import Subject
from tf_initcompat.parity.results import Facts, Summary
from tf_initcompat.parity.statistics import hypothesis_tests, power, summaries
from tf_initcompat.parity.statistics.settings import Settings
from tf_initcompat.wrappers.variance_scaling import fan

#: Attributes of initializers that the diagnosis reads.
_ATTRIBUTES: Final = (*SCALE_ARGUMENTS, "mode", "distribution", "uniform", "minval", "maxval", "mean")


class Description(TypedDict, total=False):
    """Fields of `Comparison` that describe the samples; absent if nothing was compared."""

    edges: tuple[float, float]
    legacy: Summary
    migrated: Summary
    scale_error: float
    mean_error: float


def describe(samples: Samples, settings: Settings) -> Description:
    """Return the description of two samples.

    Args:
      samples: The samples.
      settings: The settings of the run.
    """
    if any(samples.errors) or not all(values.size for values in samples.finite):
        return {}
    legacy, migrated = samples.finite
    edges = summaries.histogram_edges(legacy, migrated)
    description: Description = {
        "edges": edges,
        "legacy": summaries.summarize(legacy, edges, with_pictures=settings.pictures),
        "migrated": summaries.summarize(migrated, edges, with_pictures=settings.pictures),
    }
    definitions = [definition for definition in REGISTRY if definition.name in settings.checks]
    if samples.grams and any(Need.ORTHOGONALITY in definition.needs for definition in definitions):
        description["scale_error"] = samples.grams[0].tolerance
    size = min(legacy.size, migrated.size)
    has_spread = all(values.std() for values in samples.finite)
    if samples.is_deterministic or size < hypothesis_tests.SMALLEST_SAMPLE or not has_spread:
        return description
    aspects = {definition.aspect for definition in definitions}
    if Aspect.SCALE in aspects and "scale_error" not in description:
        log_error = math.hypot(*map(hypothesis_tests.log_stddev_error, samples.finite))
        description["scale_error"] = power.smallest_scale_error(
            samples.distribution, size, log_error, settings.detectable_shift, settings.threshold, settings.power
        )
    if Aspect.LOCATION in aspects:
        error = math.sqrt(sum(1 / values.size for values in samples.finite))
        description["mean_error"] = settings.detectable_shift * error
    return description


def facts(legacy: Subject, migrated: Subject, configuration: Configuration, dtype: str | None) -> Facts:
    """Return the facts that the diagnosis needs, as plain data.

    Args:
      legacy: The legacy initializer.
      migrated: The migrated one.
      configuration: Shape and partitions.
      dtype: Name of the dtype of the values, if it is known.
    """
    shapes = configuration.shape, configuration.shards()[0].shape
    of_variable, of_shard = ({mode: fan(shape, mode) for mode in symbols.MODES} for shape in shapes)
    return Facts(
        rank=len(configuration.shape),
        field=math.prod(configuration.shape[:-2]),
        fans=(of_variable, of_shard),
        arguments=(_arguments(legacy), _arguments(migrated)),
        dtype=dtype,
    )


def _arguments(subject: Subject) -> dict[str, Any]:
    try:
        initializer = subject.first()
    except Exception:  # user code: the checks report any exception
        return dict(subject.arguments)
    attributes = {name: getattr(initializer, name, None) for name in _ATTRIBUTES}
    scalars = {name: value for name, value in attributes.items() if isinstance(value, (int, float, str))}
    return {**subject.arguments, **scalars}
