"""The contexts in which legacy programs call initializers: eager, tf.function, XLA, Graph and Session, and engines."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

from tf_initcompat.parity.execution import devices
from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.parity.execution.strategies import ENGINES
from tf_initcompat.parity.table import plan
from tf_initcompat.wrappers.tensorflow import np, tf

#: Makes tensors: a flat list.
Make = Callable[[], list[Any]]


class Program(Protocol):
    """A function that was built once and can be run many times; each run returns arrays."""

    def __call__(self) -> list[Any]:
        """Runs it."""
        ...


@contextmanager
def _eager(make: Make, seed: int | None) -> Iterator[Program]:
    if seed is not None:
        tf.random.set_seed(seed)
    yield lambda: _arrays(make())


@contextmanager
def _function(make: Make, seed: int | None, jit_compile: bool | None = None) -> Iterator[Program]:
    if seed is not None:
        tf.random.set_seed(seed)
    # Without autograph: initializers have no Python control flow over tensors, and it takes ten times as long.
    function = tf.function(make, jit_compile=jit_compile, autograph=False)
    # The call too: what XLA compiled runs where it is called.
    yield lambda: _arrays(devices.placed(function)())


@contextmanager
def _xla(make: Make, seed: int | None) -> Iterator[Program]:
    with _function(make, seed, jit_compile=True) as program:
        yield program


@contextmanager
def _graph(make: Make, seed: int | None) -> Iterator[Program]:
    with tf.Graph().as_default() as graph:
        if seed is not None:
            tf.compat.v1.set_random_seed(seed)
        tensors = make()
    with tf.compat.v1.Session(graph=graph) as session:
        yield lambda: [np.asarray(array) for array in session.run(tensors)]


_BUILDERS: Final = {"eager": _eager, "function": _function, "xla": _xla, "graph": _graph}

#: The contexts in which tensors can be drawn in a loop of the program; elsewhere each needs a call or a run.
LOOPED: Final = ("function", "xla", "graph")
#: The contexts whose programs run operation by operation.
EAGER: Final = ("eager", *plan.STRATEGIES)

#: What every generator takes as a seed.
_SEEDS: Final = 2**31

#: The names of the contexts in which an initializer is called; in those of `plan.ENGINES` variables are made.
CONTEXTS: Final = tuple(_BUILDERS)


def require(context: str) -> None:
    """Checks that a context can be had, and starts what it needs.

    Args:
      context: One of `CONTEXTS` or `plan.ENGINES`.

    Raises:
      clusters.EngineError: If not; the message says what to do.
    """
    if context in ENGINES:
        ENGINES[context].strategy()


def cell_of_law(context: str, cell: Cell) -> Cell:
    """Returns the cell whose law the values have in a context: the whole, where an engine slices it."""
    return cell._replace(partitions=1) if context in plan.STRATEGIES else cell


def program(context: str, make: Make, seed: int | None = None) -> Any:
    """Builds a program in a context.

    Args:
      context: One of `CONTEXTS` or `plan.ENGINES`.
      make: Makes the tensors that a run returns.
      seed: Global seed that is set before the program is built, or None.

    Returns:
      A context manager whose value runs the program.
    """
    build = ENGINES[context].program if context in ENGINES else _BUILDERS[context]
    return _quiet(build(devices.placed(make), None if seed is None else seed % _SEEDS))


@contextmanager
def _quiet(program: Any) -> Iterator[Program]:
    # TensorFlow warns of functions that are built again and again; here that is the point.
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        with program as run:
            yield run
    finally:
        logger.setLevel(level)


def _arrays(tensors: list[Any]) -> list[Any]:
    return [tensor.numpy() for tensor in tensors]


def looped(make: Make, times: int) -> Make:
    """Returns what makes the tensors many times over, stacked, in a loop of the graph.

    Args:
      make: Makes the tensors of one round.
      times: Number of rounds.
    """

    def make_all() -> list[Any]:
        first = make()
        rounds = tf.map_fn(
            lambda _: tuple(make()), tf.range(times), fn_output_signature=tuple(tensor.dtype for tensor in first)
        )
        return list(rounds)

    return make_all


@contextmanager
def fixed_seeds(seed: int) -> Iterator[None]:
    """Fixes the seeds of native Keras initializers while it is open, and TensorFlow's global seed from then on.

    Args:
      seed: The seed. Python's and NumPy's generators, which Keras sets as well, get back their state at the end.

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
