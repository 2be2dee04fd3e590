"""The public functions `compare` and `assert_parity`: one legacy initializer against a migrated one."""

import operator
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import SupportsIndex

from tf_initcompat.parity import defaults
from tf_initcompat.parity.checks import runner
from tf_initcompat.parity.checks.base import CHECKS, DISTRIBUTION, FORMER_NAMES, FRESHNESS, GROUPS, INTERFACE
from tf_initcompat.parity.description import Description, describe, facts
from tf_initcompat.parity.diagnosis.explanation import explain, message
from tf_initcompat.parity.execution import contexts as known_contexts
from tf_initcompat.parity.execution import devices, observation, programs
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.execution.contexts import Context
from tf_initcompat.parity.execution.sources import InterfaceSource, ObservationSource, SampleSource
from tf_initcompat.parity.execution.subjects import InitializerOrMaker, Subject
from tf_initcompat.parity.results import Check, Comparison, Kind
from tf_initcompat.parity.statistics.budget import with_verdicts
from tf_initcompat.parity.statistics.numeric import dtype_name
from tf_initcompat.parity.statistics.settings import Settings
from tf_initcompat.typing import DTypeLike, ShapeLike
from tf_initcompat.wrappers import arguments as wrapper_arguments
from tf_initcompat.wrappers.tensorflow import np

#: A shape, or its only dimension.
Shape = SupportsIndex | ShapeLike


def compare(
    legacy: InitializerOrMaker,
    migrated: InitializerOrMaker,
    *,
    shape: Shape,
    dtype: DTypeLike | None = None,
    arguments: Mapping[str, object] | None = None,
    migrated_arguments: Mapping[str, object] | None = None,
    partitions: int = 1,
    contexts: Collection[str] = known_contexts.DEFAULT_NAMES,
    checks: Collection[str] | None = None,
    budget: float = defaults.BUDGET,
    power: float = defaults.POWER,
    scale_error: float = defaults.SCALE_ERROR,
    mean_error: float = defaults.MEAN_ERROR,
    seed: int = defaults.SEED,
    device: str | None = None,
    name: str = "",
) -> Comparison:
    """Compare a migrated initializer with the legacy one.

    The initializers are called many times, in every context, with fixed seeds. TensorFlow's global seed is changed. A
    check whose p-value is suspicious is repeated on fresh samples before it fails.

    Args:
      legacy: The legacy initializer: any callable that takes a shape, and a `dtype` if one is given here. Or its maker:
        a class or, if `arguments` are given, any callable. Only with makers can two instances be compared reliably,
        and bad constructor arguments be tried.
      migrated: The migrated initializer, in the same forms.
      shape: Shape of the variable, fully known.
      dtype: Dtype that the calls ask for, as a DType, string or NumPy type; None leaves it to the initializers.
      arguments: Keyword arguments for the makers.
      migrated_arguments: Keyword arguments for the maker of `migrated`, if they differ.
      partitions: Number of shards along the first axis. They are made as `tf.compat.v1.get_variable` makes them: with
        `partition_info` if the initializer accepts it.
      contexts: Names of the contexts. In "eager", "function", "graph" and "xla" the initializers are called. In
        "partitioned", "mirrored" and "parameter-server" TensorFlow makes variables with them: by the partitioner of a
        Graph, or by the MirroredStrategy or ParameterServerStrategy in whose scope this is called, otherwise by one on
        this machine.
      checks: Names of the checks, or the groups `DISTRIBUTION`, `FRESHNESS` and `INTERFACE`, which can be added; None
        for all. "law", the former name of "goodness of fit", is accepted, as is `LAW` for `DISTRIBUTION`.
      budget: Probability of any false alarm in this comparison.
      power: Probability of detecting errors of the following sizes.
      scale_error: Relative error of the scale to detect.
      mean_error: Error of the mean to detect, in standard deviations.
      seed: Global seed of the first sample.
      device: Name of the device on which the tensors are made, for example "GPU:0"; None lets TensorFlow choose. Not
        with "mirrored" and "parameter-server", which place their variables themselves.
      name: Name of the comparison in messages; by default that of the legacy initializer.

    Returns:
      The comparison. Errors that an initializer raises are a part of the verdict.

    Raises:
      TypeError: If `legacy` or `migrated` is not callable, or `shape` not a shape.
      ValueError: If another argument is invalid; the message names it.
      RuntimeError: If a context is not available in this process; the message says what to do.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> from tf_initcompat import parity
      >>> comparison = parity.compare(
      ...     tf.compat.v1.zeros_initializer,
      ...     tf_initcompat.ones_initializer,
      ...     shape=(2, 3),
      ...     contexts=["eager"],
      ...     checks=parity.DISTRIBUTION,
      ... )
      >>> comparison.verdict
      'different'
      >>> [check.name for check in comparison.failures]
      ['values']
    """
    configuration = _configuration(shape, dtype, partitions)
    compared_in = known_contexts.named(_names("contexts", contexts, known_contexts.NAMES))
    for context in compared_in:
        if device is not None and context.is_strategy:
            raise ValueError(
                f"Argument `device`: context {context.name!r} places its variables itself. Received: {device!r}"
            )
    settings = Settings(
        budget=budget,
        tests=len(compared_in) * sum(group.p_values() for group in GROUPS),
        power=power,
        scale_error=scale_error,
        mean_error=mean_error,
        seed=_integer("seed", seed),
        checks=tuple(CHECKS) if checks is None else _names("checks", checks, tuple(CHECKS), FORMER_NAMES),
        device=device,
    )
    subjects = (
        Subject(legacy, arguments),
        Subject(migrated, arguments if migrated_arguments is None else migrated_arguments),
    )
    with runner.quiet_arithmetic(), devices.on(device):
        for context in compared_in:  # last, since it may start a cluster
            programs.require(context)
        comparison = _compare(*subjects, configuration, compared_in, settings, name or _qualified_name(legacy))
    (decided,) = with_verdicts([comparison], budget)
    return explain(decided)


def _compare(
    legacy: Subject,
    migrated: Subject,
    configuration: Configuration,
    contexts: Collection[Context],
    settings: Settings,
    name: str,
) -> Comparison:
    clock = runner.Clock()
    checks: list[Check] = []
    description: Description = {}
    dtype = configuration.dtype
    if settings.wants(INTERFACE):
        checks += runner.run(InterfaceSource(legacy, migrated), settings, clock)
    for context in contexts:
        if settings.wants(FRESHNESS):
            checks += runner.run(ObservationSource(legacy, migrated, configuration, context), settings, clock)
        if settings.wants(DISTRIBUTION):
            with clock.sampling():
                is_deterministic = observation.is_deterministic(legacy, configuration, context, settings.seed)
            source = SampleSource(
                legacy,
                migrated,
                configuration,
                context,
                is_deterministic=is_deterministic,
                size=settings.sample_size,
            )
            with clock.sampling():
                samples = source.collect(settings.seed)
            checks += runner.run(source, settings, clock, samples)
            if not description and samples.migrated.first:
                description = describe(samples, settings)
                dtype = dtype_name(samples.migrated.first[0])  # the legacy initializer may have failed
    return Comparison(
        name=name,
        kind=_kind(settings),
        arguments=", ".join(f"{key}={value!r}" for key, value in legacy.arguments.items()),
        shape=configuration.shape,
        dtype=configuration.dtype,
        partitions=configuration.partitions,
        checks=tuple(dict.fromkeys(checks)),  # both kinds of evidence may report the same error
        power=settings.power,
        seconds=clock.seconds(),
        facts=facts(legacy, migrated, configuration, dtype),
        **description,
    )


def _kind(settings: Settings) -> Kind:
    kinds = [group.kind for group in GROUPS if set(settings.checks) <= set(group)]
    return kinds[0] if len(kinds) == 1 else Kind.ALL


def _names(
    argument: str,
    given: Collection[str],
    choices: Collection[str],
    former: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, ...]:
    try:
        names = (given,) if isinstance(given, str) else tuple(given)
        names = tuple(former.get(name, name) for name in names)
        unknown = [name for name in names if name not in choices]
    except TypeError:
        names, unknown = (), [str(given)]
    if unknown or not names:
        raise ValueError(f"Argument `{argument}` must hold some of {tuple(choices)}. Received: {given!r}")
    return names


def _integer(argument: str, given: SupportsIndex) -> int:
    try:
        return operator.index(given)
    except TypeError as error:
        raise TypeError(f"Argument `{argument}` must be an integer. Received: {given!r}") from error


def _configuration(shape: Shape, dtype: DTypeLike | None, partitions: int) -> Configuration:
    try:
        static = wrapper_arguments.static_shape([shape] if isinstance(shape, (int, np.integer)) else shape)
    except wrapper_arguments.NoNativeCounterpartError as error:
        raise TypeError(f"Argument `shape` must hold integers that are all known. Received: {shape!r}") from error
    configuration = Configuration(
        static,
        None if dtype is None else wrapper_arguments.as_dtype(dtype).name,
        _integer("partitions", partitions),
    )
    if configuration.partitions < 1 or not configuration.is_possible:
        raise ValueError(
            f"Argument `partitions` must be at least 1 and at most the first dimension of {static}. "
            f"Received: {partitions!r}"
        )
    return configuration


def _qualified_name(initializer: InitializerOrMaker) -> str:
    named = initializer if hasattr(initializer, "__name__") else type(initializer)
    name = getattr(named, "__qualname__", named.__name__)
    module = getattr(named, "__module__", None)
    return f"{module}.{name}" if module else str(name)


def assert_parity(
    legacy: InitializerOrMaker,
    migrated: InitializerOrMaker,
    *,
    shape: Shape,
    dtype: DTypeLike | None = None,
    arguments: Mapping[str, object] | None = None,
    migrated_arguments: Mapping[str, object] | None = None,
    partitions: int = 1,
    contexts: Collection[str] = known_contexts.DEFAULT_NAMES,
    checks: Collection[str] | None = None,
    budget: float = defaults.BUDGET,
    power: float = defaults.POWER,
    scale_error: float = defaults.SCALE_ERROR,
    mean_error: float = defaults.MEAN_ERROR,
    seed: int = defaults.SEED,
    device: str | None = None,
    name: str = "",
) -> Comparison:
    """Compare like `compare`, and raise an error that reports the differences, their likely cause and the repair.

    Args:
      legacy: The legacy initializer, or its maker.
      migrated: The migrated initializer, or its maker.
      shape: Shape of the variable.
      dtype: Dtype that the calls ask for.
      arguments: Keyword arguments for the makers.
      migrated_arguments: Keyword arguments for the maker of `migrated`, if they differ.
      partitions: Number of shards along the first axis.
      contexts: Names of the contexts.
      checks: Names of the checks, or a group; None for all.
      budget: Probability of any false alarm in this comparison.
      power: Probability of detecting errors of the following sizes.
      scale_error: Relative error of the scale to detect.
      mean_error: Error of the mean to detect, in standard deviations.
      seed: Global seed of the first sample.
      device: Name of the device on which the tensors are made.
      name: Name of the comparison in messages.

    Returns:
      The comparison, whose verdict is "same".

    Raises:
      AssertionError: If a check failed, or if nothing could be compared.
      TypeError: As `compare`.
      ValueError: As `compare`.
      RuntimeError: As `compare`.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> from tf_initcompat import parity
      >>> comparison = parity.assert_parity(
      ...     tf.compat.v1.random_normal_initializer,
      ...     tf_initcompat.random_normal_initializer,
      ...     arguments={"stddev": 0.02},
      ...     shape=(64, 32),
      ...     contexts=["eager"],
      ...     scale_error=0.1,
      ...     mean_error=0.1,
      ...     name="random_normal",
      ... )
      >>> print(comparison)
      random_normal(stddev=0.02), shape (64, 32): same in eager
    """
    comparison = compare(
        legacy,
        migrated,
        shape=shape,
        dtype=dtype,
        arguments=arguments,
        migrated_arguments=migrated_arguments,
        partitions=partitions,
        contexts=contexts,
        checks=checks,
        budget=budget,
        power=power,
        scale_error=scale_error,
        mean_error=mean_error,
        seed=seed,
        device=device,
        name=name,
    )
    if comparison.verdict != "same":
        raise AssertionError(message(comparison))
    return comparison
