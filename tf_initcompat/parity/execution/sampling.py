"""Samples the values of an initializer, in bounded memory."""

import functools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from tf_initcompat.parity.checks.evidence import CallError, Sample, are_identical
from tf_initcompat.parity.execution import clusters, kernels, programs
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.execution.contexts import Context
from tf_initcompat.parity.execution.implementation import ContextUnavailableError, Make
from tf_initcompat.parity.execution.subjects import Subject
from tf_initcompat.parity.statistics.hypothesis_tests import subsample
from tf_initcompat.parity.statistics.numeric import Array
from tf_initcompat.wrappers.tensorflow import np, tf

#: Largest number of calls from Python for one sample.
_MOST_CALLS: Final = 2000
#: Variables created for one sample; creating one is about 10 times slower than a call.
_MOST_VARIABLES: Final = 200
#: Largest number of rounds of a loop in a program.
_MOST_ROUNDS: Final = 4096
#: Largest number of values that one run returns, and that one sample holds.
_VALUES_OF_A_RUN: Final = 1 << 20
_VALUES_OF_A_SAMPLE: Final = _VALUES_OF_A_RUN * 64
#: Number of scalars in a sample that is drawn together with others, by calls and in a loop.
_SCALARS_BY_CALLS: Final = 64
_SCALARS_IN_A_LOOP: Final = 512
#: Number of kernels in such a sample, by calls, which take long; in a loop as many as scalars.
_KERNELS_BY_CALLS: Final = 16
#: Number of values that makes accidental equality impossible in every dtype.
_ENOUGH_VALUES: Final = 64


def call_error(error: BaseException) -> CallError:
    """Return the description of an exception that an initializer raised.

    Args:
      error: The exception.

    Raises:
      ContextUnavailableError: If the initializer did not cause it, because the cluster has lost a server.
    """
    if isinstance(error, clusters.LOST):
        raise ContextUnavailableError(f"the cluster has lost a server: {error}") from error
    lines = str(error).strip().splitlines() or [""]
    return CallError(type(error).__name__, lines[0][:300])


def _failed(error: BaseException) -> Sample:
    return Sample(np.zeros(0), error=call_error(error))


def sample(
    subject: Subject, configuration: Configuration, context: Context, size: int, seed: int, *, are_kernels: bool = False
) -> Sample:
    """Sample the values of a new initializer.

    Args:
      subject: The initializer.
      configuration: Shape, dtype and partitions.
      context: The context of the calls.
      size: Number of values. There are fewer if the initializer repeats its values, or would have to be called too
        often.
      seed: Global seed.
      are_kernels: Whether the tensors are convolution kernels, each of which gives one value.

    Returns:
      The sample. An error of the initializer is a part of it.
    """
    try:
        with programs.fixed_seeds(seed):
            sample_in = _sample_eagerly if context.is_eager else _sample_program
            return sample_in(subject, configuration, context, size, seed, are_kernels)
    except (Exception, SystemExit) as error:  # user code: any exception of an initializer is a result
        return _failed(error)


def sample_together(
    subject: Subject,
    configurations: Sequence[Configuration],
    context: Context,
    seed: int,
    *,
    are_kernels: bool = False,
) -> list[Sample]:
    """Sample one tensor for each configuration in one program, since building a program costs more than running it.

    Args:
      subject: The initializer.
      configurations: Configurations whose tensors are large enough to be a sample.
      context: The context of the calls.
      seed: Global seed.
      are_kernels: Whether the tensors are convolution kernels, each of which gives one value.

    Returns:
      The sample of each configuration. If the program cannot be built or run, each configuration gets its own program.
    """
    rounds = [_rounds_together(configuration, context, are_kernels) for configuration in configurations]
    try:
        with programs.fixed_seeds(seed):
            initializer = subject.first()

            def make() -> list[Any]:
                return [
                    tensor
                    for configuration, times in zip(configurations, rounds, strict=True)
                    for tensor in _repeated(
                        functools.partial(subject.tensors, initializer, configuration, context), times, context
                    )()
                ]

            with programs.program(context, make, seed) as run:
                arrays = iter(run())
    except Exception as error:  # user code: any exception of an initializer is a result
        if len(configurations) == 1:
            return [_failed(error)]
        return [
            sample_together(subject, [configuration], context, seed + index, are_kernels=are_kernels)[0]
            for index, configuration in enumerate(configurations)
        ]
    shards = [tuple(next(arrays) for _ in configuration.shards()) for configuration in configurations]
    samples: list[Sample] = []
    for tensors, times in zip(shards, rounds, strict=True):
        first = tensors if times == 1 else tuple(tensor[0] for tensor in tensors)
        if are_kernels and kernels.are_kernels(first):
            samples.append(_sample_of_kernels([tensors if times > 1 else _single(tensors)], first))
        else:
            samples.append(Sample(_flat(tensors), first))
    return samples


def _rounds_together(configuration: Configuration, context: Context, are_kernels: bool) -> int:
    """Return how often a tensor is made: once, except for a scalar and a kernel, which are not a sample."""
    if (configuration.shape and not are_kernels) or context.makes_variables:
        return 1
    if context.supports_loops:
        return _SCALARS_IN_A_LOOP
    return _KERNELS_BY_CALLS if are_kernels else _SCALARS_BY_CALLS


def _repeated(make: Make, times: int, context: Context) -> Make:
    if times == 1:
        return make
    if context.supports_loops:
        return programs.looped(make, times)
    return lambda: [tf.stack(tensors) for tensors in zip(*(make() for _ in range(times)), strict=True)]


def _flat(arrays: Sequence[Any], size: int = _VALUES_OF_A_SAMPLE) -> Any:
    """Return at most about `size` values in float64; the other values of a large tensor are never converted."""
    share = -(-size // max(1, len(arrays)))
    flat = [subsample(np.asarray(array).ravel(), share) for array in arrays]
    if any(array.dtype.kind in "OSU" for array in flat):
        return np.zeros(0)
    parts: list[Array] = []
    for array in flat:
        parts += [np.real(array), np.imag(array)] if array.dtype.kind == "c" else [array]
    return np.concatenate([array.astype(np.float64) for array in parts])


def _calls(configuration: Configuration, size: int) -> int:
    """Return how many calls make a sample of a size."""
    elements = math.prod(configuration.shape)
    return -(-size // elements) if elements else 1


def _most_calls(context: Context) -> int:
    return _MOST_VARIABLES if context.makes_variables else _MOST_CALLS


def _comparisons(configuration: Configuration) -> int:
    """Return how many further calls have to return the same values before they count as repeated."""
    return max(1, min(_ENOUGH_VALUES, -(-_ENOUGH_VALUES // max(1, math.prod(configuration.shape)))))


def _sample_of_kernels(runs: Iterable[Sequence[Array]], first: tuple[Array, ...]) -> Sample:
    """Return the sample of kernels.

    Args:
      runs: Kernels of each run, along the first axis, by shard.
      first: Kernels of the first call, by shard.
    """
    values: list[Array] = []
    shares: list[Array] = []
    count = 0
    for shards in runs:
        values += [kernels.entries(shard, count) for shard in shards]
        shares += [kernels.shares(shard) for shard in shards]
        count += len(shards[0])
    return Sample(np.concatenate(values), first, shares=np.concatenate(shares))


def _single(tensors: Sequence[Array]) -> list[Array]:
    """Return tensors with a first axis of size 1."""
    return [tensor[np.newaxis] for tensor in tensors]


def _sample_eagerly(
    subject: Subject, configuration: Configuration, context: Context, size: int, seed: int, are_kernels: bool
) -> Sample:
    initializer = subject.first()

    def make() -> list[Any]:
        return subject.tensors(initializer, configuration, context)

    with programs.program(context, make, seed) as run:
        first = tuple(run())
        if all(are_identical(first, run()) for _ in range(_comparisons(configuration))):
            run = _with_new_instances(subject, configuration, context)  # instances of native initializers differ
            if are_identical(first, run()):
                return Sample(_flat(first), first)
        if are_kernels and kernels.are_kernels(first):
            calls = min(kernels.sample_size(configuration.shape, size), _most_calls(context))
            runs = (_single(first if number == 0 else run()) for number in range(calls))
            return _sample_of_kernels(runs, first)
        calls = min(_calls(configuration, size), _most_calls(context))
        return Sample(_values(run, first, calls, size), first)


def _with_new_instances(subject: Subject, configuration: Configuration, context: Context) -> Callable[[], list[Any]]:
    def run() -> list[Any]:
        def make() -> list[Any]:
            return subject.tensors(subject.new(), configuration, context)

        with programs.program(context, make) as program:
            return list(program())

    return run


def _sample_program(
    subject: Subject, configuration: Configuration, context: Context, size: int, seed: int, are_kernels: bool
) -> Sample:
    initializer = subject.first()

    def make() -> list[Any]:
        return subject.tensors(initializer, configuration, context)

    rounds = 1
    calls = kernels.sample_size(configuration.shape, size) if are_kernels else _calls(configuration, size)
    if context.supports_loops:
        elements = max(1, math.prod(configuration.shape))
        rounds = min(calls, _MOST_ROUNDS, max(1, _VALUES_OF_A_RUN // elements))
    with programs.program(context, make if rounds == 1 else programs.looped(make, rounds), seed) as run:
        arrays = run()
        if rounds == 1:
            first = tuple(arrays)
            is_repeated = all(are_identical(first, run()) for _ in range(_comparisons(configuration)))
        else:
            first = tuple(array[0] for array in arrays)
            is_repeated = all(are_identical(first, tensors) for tensors in zip(*arrays, strict=True))
        if is_repeated:
            return Sample(_flat(first), first)
        runs = min(-(-calls // rounds), _most_calls(context))
        if are_kernels and kernels.are_kernels(first):
            made = (arrays if number == 0 else run() for number in range(runs))
            return _sample_of_kernels(made if rounds > 1 else map(_single, made), first)
        return Sample(_values(run, arrays, runs, size), first)


def _values(run: Callable[[], list[Any]], first: Sequence[Any], runs: int, size: int) -> Any:
    """Return the values of several runs; only the share of each that is needed is held in memory."""
    share = -(-size // runs)
    samples = [_flat(first, share)]
    samples += [_flat(run(), share) for _ in range(runs - 1)]
    return np.concatenate(samples)
