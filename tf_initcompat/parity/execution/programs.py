"""Programs in the contexts in which initializers are called: eager code, tf.function, XLA, Graph and Session."""

import functools
import importlib
import random
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from tf_initcompat.parity.execution import devices
from tf_initcompat.parity.execution.contexts import Context
from tf_initcompat.parity.execution.implementation import Implementation, Make, Program
from tf_initcompat.wrappers.tensorflow import np, tf

#: Number of seeds that every random number generator accepts.
_SEEDS: Final = 2**31


@contextmanager
def _eager(make: Make, seed: int | None) -> Generator[Program, None, None]:
    if seed is not None:
        tf.random.set_seed(seed)
    yield lambda: _arrays(make())


@contextmanager
def _function(make: Make, seed: int | None, jit_compile: bool | None = None) -> Generator[Program, None, None]:
    if seed is not None:
        tf.random.set_seed(seed)
    # Without autograph, which takes ten times as long: initializers have no Python control flow over tensors.
    function = tf.function(make, jit_compile=jit_compile, autograph=False)
    # The call is placed too, since a program that XLA compiled runs on the device of the call.
    yield lambda: _arrays(devices.placed(function)())


@contextmanager
def _xla(make: Make, seed: int | None) -> Generator[Program, None, None]:
    with _function(make, seed, jit_compile=True) as program:
        yield program


@contextmanager
def _graph(make: Make, seed: int | None) -> Generator[Program, None, None]:
    with tf.Graph().as_default() as graph:
        if seed is not None:
            tf.compat.v1.set_random_seed(seed)
        tensors = make()
    with tf.compat.v1.Session(graph=graph) as session:
        yield lambda: [np.asarray(array) for array in session.run(tensors)]


def _arrays(tensors: list[Any]) -> list[Any]:
    return [tensor.numpy() for tensor in tensors]


IMPLEMENTATIONS: Final = {
    "eager": Implementation(_eager),
    "function": Implementation(_function),
    "xla": Implementation(_xla),
    "graph": Implementation(_graph),
}


@functools.cache
def implementation(context: Context) -> Implementation:
    """Return the implementation of a context."""
    module = importlib.import_module(f"{__package__}.{context.module}")
    implementations: dict[str, Implementation] = module.IMPLEMENTATIONS
    return implementations[context.name]


def require(context: Context) -> None:
    """Start what a context needs.

    Args:
      context: The context.

    Raises:
      ContextUnavailableError: If it is not available in this process; the message says what to do.
    """
    implementation(context).require()


def program(context: Context, make: Make, seed: int | None = None) -> AbstractContextManager[Program]:
    """Build a program in a context.

    Args:
      context: The context.
      make: Makes the tensors that a run returns.
      seed: Global seed that is set before the program is built, or None.

    Returns:
      A context manager whose value runs the program.
    """
    built = implementation(context).program(devices.placed(make), None if seed is None else seed % _SEEDS)
    return _without_warnings(built)


@contextmanager
def _without_warnings(manager: AbstractContextManager[Program]) -> Generator[Program, None, None]:
    # TensorFlow warns about functions that are built again and again, which is intended here.
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        with manager as run:
            yield run
    finally:
        logger.setLevel(level)


def looped(make: Make, times: int) -> Make:
    """Return a function that makes the tensors many times, stacked, in a loop of the program.

    Args:
      make: Makes the tensors of one round.
      times: Number of rounds.
    """

    def make_round(number: Any) -> tuple[Any, ...]:
        del number
        return tuple(make())

    def make_all() -> list[Any]:
        dtypes = tuple(tensor.dtype for tensor in make())
        return list(tf.map_fn(make_round, tf.range(times), fn_output_signature=dtypes))

    return make_all


@contextmanager
def fixed_seeds(seed: int) -> Generator[None, None, None]:
    """Fix the seeds of native Keras initializers while the context is open, and TensorFlow's global seed for good.

    Args:
      seed: The seed. The generators of Python and NumPy, which Keras seeds too, are restored at the end.

    Yields:
      Nothing.
    """
    states = random.getstate(), np.random.get_state()
    tf.keras.utils.set_random_seed(seed % _SEEDS)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
