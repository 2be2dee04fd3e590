"""`compare` and `assert_parity`: one legacy initializer against a migrated one."""

import operator
from collections.abc import Collection, Mapping
from typing import Any

from tf_initcompat.parity.checks import diagnosis, engine
from tf_initcompat.parity.execution import contexts as known_contexts
from tf_initcompat.parity.execution import devices
from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.parity.execution.subjects import Side
from tf_initcompat.parity.results import CHECKS, FRESHNESS, LAW, Check, Comparison
from tf_initcompat.parity.statistics.settings import Settings, judged
from tf_initcompat.parity.table import plan
from tf_initcompat.wrappers import arguments as wrapper_arguments
from tf_initcompat.wrappers.tensorflow import np


def compare(
    legacy: Any,
    migrated: Any,
    *,
    shape: Any,
    dtype: Any = None,
    arguments: Mapping[str, Any] | None = None,
    migrated_arguments: Mapping[str, Any] | None = None,
    partitions: int = 1,
    contexts: Collection[str] = known_contexts.CONTEXTS,
    checks: Collection[str] = tuple(CHECKS),
    budget: float = 1e-3,
    power: float = 0.999,
    scale_error: float = 0.01,
    mean_error: float = 0.01,
    seed: int = 20_190_930,
    device: str | None = None,
    name: str = "",
) -> Comparison:
    """Compares a migrated initializer with the legacy one.

    The initializers are called many times, in every context, with fixed seeds: TensorFlow's global seed is another one
    afterwards. A check whose p-value is suspicious is repeated on fresh samples before it fails.

    Args:
      legacy: The legacy initializer: any callable that takes a shape, and a `dtype` if one is given here. Or a class,
        or with `arguments` any callable, that makes it; only then two instances can be compared for certain, and bad
        constructor arguments be tried.
      migrated: The migrated initializer, in the same forms.
      shape: Shape of the variable: integers, all known.
      dtype: Dtype that the calls ask for, as a DType, string or NumPy type; None leaves it to the initializers.
      arguments: Keyword arguments with which `legacy` and `migrated` make their initializers.
      migrated_arguments: Keyword arguments for `migrated`, where they differ.
      partitions: Number of shards along the first axis, made as `tf.compat.v1.get_variable` makes them: with
        `partition_info` where the initializer takes it.
      contexts: Where the initializers are called: of "eager", "function", "xla", "graph". Or which engine makes the
        variables: "partitioned" (a Graph's partitioner), "mirrored" (MirroredStrategy), "parameter-server"
        (ParameterServerStrategy): the one in whose scope this is called, else one of its own on this machine.
      checks: Names of the checks; `LAW`, `FRESHNESS` and `INTERFACE` are groups of them. By default all.
      budget: Probability of any false alarm in this comparison.
      power: Probability with which an error of the following sizes is found.
      scale_error: Relative error of the scale that has to be found.
      mean_error: Error of the mean that has to be found, in standard deviations.
      seed: Global seed of the first sample.
      device: Name of the device on which the tensors are made, "GPU:0" for example; by default TensorFlow's choice. Not
        with the contexts "mirrored" and "parameter-server", which place their variables themselves.
      name: What is compared, for messages; by default the legacy initializer's own name.

    Returns:
      The comparison. What an initializer does wrong, an error it raises among it, is a part of the verdict.

    Raises:
      TypeError: If `legacy` or `migrated` is not callable, or `shape` no shape.
      ValueError: If another argument is wrong; the message names it.
      RuntimeError: If a context cannot be had in this process; the message says what to do.
    """
    cell = _cell(shape, dtype, partitions)
    contexts = _names("contexts", contexts, known_contexts.CONTEXTS + plan.ENGINES)
    for context in contexts:
        if device is not None and context in plan.STRATEGIES:
            raise ValueError(
                f"Argument `device`: context {context!r} places its variables itself. Received: {device!r}"
            )
    checks = _names("checks", checks, tuple(CHECKS))
    seed = _integer("seed", seed)
    settings = Settings(
        budget=budget,
        tests=8 * len(contexts),
        power=power,
        scale_error=scale_error,
        mean_error=mean_error,
        seed=seed,
        checks=checks,
        device=device,
    )
    sides = Side(legacy, arguments), Side(migrated, arguments if migrated_arguments is None else migrated_arguments)
    with engine.quiet_arithmetic(), devices.on(device):
        for context in contexts:  # last: it may start a cluster
            known_contexts.require(context)
        return _compare(*sides, cell, contexts, settings, name or _name(legacy))


def _compare(
    legacy: Side, migrated: Side, cell: Cell, contexts: Collection[str], settings: Settings, name: str
) -> Comparison:
    clock = engine.Clock()
    found: list[Check] = engine.check_interface(legacy, migrated, settings)
    described: dict[str, Any] = {}
    sample_dtype = cell.dtype
    for context in contexts:
        if settings.wants(FRESHNESS):
            found += engine.check_freshness(legacy, migrated, cell, context, settings, clock)
        if settings.wants(LAW):
            with clock.sampling():
                deterministic = engine.is_deterministic(legacy, cell, context, settings.seed)
            values = engine.Values(legacy, migrated, cell, context, deterministic, settings)
            with clock.sampling():
                draws = values.draw(settings.seed)
            found += values.run(draws, clock)
            if not described and draws[1].first:
                described = values.describe(draws)
                sample_dtype = draws[1].first[0].dtype.name
    comparison = Comparison(
        name=name,
        arguments=", ".join(f"{key}={value!r}" for key, value in legacy.arguments.items()),
        shape=cell.shape,
        dtype=cell.dtype,
        partitions=cell.partitions,
        checks=tuple(dict.fromkeys(found)),
        power=settings.power,
        seconds=clock.seconds(),
        facts=engine.facts(legacy, migrated, cell) | {"dtype": sample_dtype},
        **described,
    )
    return diagnosis.explained(judged([comparison], settings.budget)[0])


def _names(argument: str, given: Any, known: Collection[str]) -> tuple[str, ...]:
    try:
        names = (given,) if isinstance(given, str) else tuple(given)
        unknown = [name for name in names if name not in known]
    except TypeError:
        names, unknown = (), [given]
    if unknown or not names:
        raise ValueError(f"Argument `{argument}` must hold some of {tuple(known)}. Received: {given!r}")
    return names


def _integer(argument: str, given: Any) -> int:
    try:
        return operator.index(given)
    except TypeError as error:
        raise TypeError(f"Argument `{argument}` must be an integer. Received: {given!r}") from error


def _cell(shape: Any, dtype: Any, partitions: int) -> Cell:
    try:
        static = wrapper_arguments.static_shape([shape] if isinstance(shape, (int, np.integer)) else shape)
    except wrapper_arguments.NoNativeCounterpartError as error:
        raise TypeError(f"Argument `shape` must be integers that are all known. Received: {shape!r}") from error
    partitions = _integer("partitions", partitions)
    if partitions < 1 or (partitions > 1 and (not static or static[0] < partitions)):
        raise ValueError(
            f"Argument `partitions` must be at least 1 and at most the first dimension of {static}. "
            f"Received: {partitions!r}"
        )
    return Cell(static, None if dtype is None else wrapper_arguments.as_dtype(dtype).name, partitions)


def _name(initializer: Any) -> str:
    named = initializer if hasattr(initializer, "__name__") else type(initializer)
    name = getattr(named, "__qualname__", named.__name__)
    module = getattr(named, "__module__", None)
    return f"{module}.{name}" if module else str(name)


def assert_parity(legacy: Any, migrated: Any, **keywords: Any) -> Comparison:
    """Compares like `compare`, and raises an error that says what differs and what to do.

    Args:
      legacy: The legacy initializer, or what makes it.
      migrated: The migrated one.
      **keywords: The arguments of `compare`.

    Returns:
      The comparison, whose verdict is "same".

    Raises:
      AssertionError: If a check failed, or if nothing could be compared.
    """
    comparison = compare(legacy, migrated, **keywords)
    if comparison.verdict != "same":
        raise AssertionError(diagnosis.message(comparison))
    return comparison
