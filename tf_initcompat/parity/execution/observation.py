"""Observes the freshness of an initializer: which calls draw new values, and which repeat them."""

import math
from collections.abc import Callable
from typing import Any, Final

from tf_initcompat.parity.checks.evidence import Observation, Question, are_identical
from tf_initcompat.parity.execution import kernels, programs
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.execution.contexts import Context
from tf_initcompat.parity.execution.sampling import call_error
from tf_initcompat.parity.execution.subjects import Subject
from tf_initcompat.wrappers.tensorflow import np, tf

#: Number of values that makes accidental equality impossible in every dtype; smaller tensors are made several times.
_ENOUGH_VALUES: Final = 64
_MOST_CALLS: Final = 8
#: Number of `tf.random` operations that advance the random stream of initializers without an op seed.
_OTHER_OPERATIONS: Final = 3
#: Number of elements of the largest variable that is observed, since several are in memory at once.
_LARGEST_VARIABLE: Final = 1 << 20


def reduced(configuration: Configuration) -> Configuration:
    """Return the configuration, with a smaller shape if it is too large to hold several tensors in memory."""
    shape = list(configuration.shape)
    while math.prod(shape) > _LARGEST_VARIABLE:
        largest = shape.index(max(shape))
        shape[largest] //= 2
    return configuration._replace(shape=tuple(shape))


def is_deterministic(subject: Subject, configuration: Configuration, context: Context, seed: int) -> bool:
    """Return whether an initializer always returns the same values, for any global seed and instance."""
    observation = observe(subject, reduced(configuration), context, seed)
    if observation.error and reduced(configuration) != configuration:  # a constant that only fits its own shape
        observation = observe(subject, configuration, context, seed)
    return observation.is_constant


def observe(
    subject: Subject, configuration: Configuration, context: Context, seed: int, *, are_kernels: bool = False
) -> Observation:
    """Observe an initializer in one context.

    Args:
      subject: The initializer.
      configuration: Shape, dtype and partitions. If there are several partitions, shards are compared too.
      context: The context of the calls.
      seed: Global seed.
      are_kernels: Whether the tensors are convolution kernels.

    Returns:
      The observation. An error of the initializer is a part of it.
    """
    try:
        with programs.fixed_seeds(seed):
            observe_in = _observe_eagerly if context.is_eager else _observe_program
            return observe_in(subject, configuration, context, seed, are_kernels)
    except (Exception, SystemExit) as error:  # user code: any exception of an initializer is a result
        return Observation(error=call_error(error))


def _repetitions(configuration: Configuration) -> int:
    return min(_MOST_CALLS, -(-_ENOUGH_VALUES // max(1, math.prod(configuration.shape))))


def _calls(subject: Subject, configuration: Configuration, context: Context) -> Callable[[], list[Any]]:
    """Return a function that calls a new initializer twice and another instance once.

    Each call is repeated for small shapes.
    """
    first, other = subject.first(), subject.new()
    repetitions = _repetitions(configuration)
    return lambda: [
        tensor
        for initializer in (first, first, other)
        for _ in range(repetitions)
        for tensor in subject.tensors(initializer, configuration, context)
    ]


def _observe_one_program(arrays: list[Any], configuration: Configuration, are_kernels: bool) -> Observation:
    """Return what the arrays of one run of `_calls` show."""
    independent = kernels.middle if are_kernels and kernels.are_kernels(arrays) else np.ravel
    third = len(arrays) // 3
    calls, other_instance = (arrays[:third], arrays[third : 2 * third]), arrays[2 * third :]
    observation = Observation()
    observation.pattern[Question.CALLS] = are_identical(*calls)
    observation.pattern[Question.INSTANCES] = are_identical(calls[0], other_instance)
    if third > _repetitions(configuration):  # several shards, whoever made them
        first, second = (independent(np.asarray(array)) for array in calls[0][:2])
        size = min(first.size, second.size)
        observation.pattern[Question.SHARDS] = bool(np.array_equal(first[:size], second[:size]))
        observation.pairs[Question.SHARDS] = (first[:size], second[:size])
    first, second = (np.concatenate([independent(np.asarray(array)) for array in call]) for call in calls)
    observation.pairs[Question.CALLS] = (first, second)
    return observation


def _draw_other_values(count: int) -> None:
    """Run other random operations, which advance the stream of unseeded initializers but not that of an op seed."""
    for _ in range(count):
        tf.random.uniform(())


def _observe_eagerly(
    subject: Subject, configuration: Configuration, context: Context, seed: int, are_kernels: bool
) -> Observation:
    def run(global_seed: int, other_operations: int = 0) -> list[Any]:
        # Only tf.random.set_seed is called between the runs; the seeds of Python and Keras stay as they are.
        with programs.program(context, _calls(subject, configuration, context), global_seed) as program:
            _draw_other_values(other_operations)
            return list(program())

    arrays = run(seed)
    observation = _observe_one_program(arrays, configuration, are_kernels)
    observation.pattern[Question.GLOBAL_SEED] = are_identical(arrays, run(seed))
    observation.pattern[Question.OTHER_GLOBAL_SEED] = are_identical(arrays, run(seed + 1))
    observation.pattern[Question.OP_SEED] = are_identical(arrays, run(seed, _OTHER_OPERATIONS))
    return observation


def _observe_program(
    subject: Subject, configuration: Configuration, context: Context, seed: int, are_kernels: bool
) -> Observation:
    def run(global_seed: int | None, other_operations: int = 0) -> tuple[list[Any], list[Any]]:
        calls = _calls(subject, configuration, context)

        def make() -> list[Any]:
            # The seed of an unseeded operation is the number of operations before it.
            _draw_other_values(other_operations)
            return calls()

        with programs.program(context, make, global_seed) as program:
            return list(program()), list(program())

    arrays, second_run = run(seed)
    observation = _observe_one_program(arrays, configuration, are_kernels)
    observation.pattern[Question.RUNS] = are_identical(arrays, second_run)
    observation.pattern[Question.GLOBAL_SEED] = are_identical(arrays, run(seed)[0])
    if context.is_graph:  # a function would have to be traced or compiled again for each seed
        observation.pattern[Question.OTHER_GLOBAL_SEED] = are_identical(arrays, run(seed + 1)[0])
        observation.pattern[Question.OP_SEED] = are_identical(run(None)[0], run(None, _OTHER_OPERATIONS)[0])
    return observation
