"""Draws samples from an initializer, in bounded memory."""

import functools
import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tf_initcompat.parity.execution import clusters, contexts
from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.parity.execution.subjects import Side
from tf_initcompat.parity.statistics.tests import part
from tf_initcompat.parity.table import plan
from tf_initcompat.wrappers.tensorflow import np, tf

#: At most so many calls from Python, rounds of a loop in a graph, and values that one run returns.
_CALLS: Final = 2000
_ROUNDS: Final = 4096
_VALUES: Final = 1 << 20
#: So many scalars are drawn where many cells are drawn together.
_SCALARS: Final = {"eager": 64, "program": 512}
#: An engine takes so much longer for a variable than a call does.
_VARIABLES: Final = 200


class Draws(NamedTuple):
    """What an initializer returned for a cell.

    Attributes:
      sample: All values drawn, flat, in float64.
      first: The arrays of the first call, one for each shard.
      error: What went wrong instead, as "TypeError: message"; empty if nothing did.
    """

    sample: Any
    first: tuple[Any, ...] = ()
    error: str = ""


def failed(error: BaseException) -> Draws:
    """Returns the draws of an initializer that raised an error.

    Raises:
      EngineError: If it was not the initializer's: a server of the cluster is gone.
    """
    if isinstance(error, clusters.LOST):
        raise clusters.EngineError(f"the cluster has lost a server: {error}") from error
    lines = str(error).strip().splitlines() or [""]
    return Draws(np.zeros(0), error=f"{type(error).__name__}: {lines[0][:300]}")


def draw(side: Side, cell: Cell, context: str, size: int, seed: int) -> Draws:
    """Draws a sample from new initializers of one side.

    Args:
      side: The side.
      cell: Shape, dtype and partitions.
      context: Where the initializer is called.
      size: Number of values wanted. There are less where the initializer repeats its values, or would have to be called
        too often for it.
      seed: Global seed.

    Returns:
      The draws. An error of the initializer is a part of them.
    """
    try:
        with contexts.fixed_seeds(seed):
            draw_in = _eagerly if context in contexts.EAGER else _in_program
            return draw_in(side.within(context), cell, context, size, seed)
    except (Exception, SystemExit) as error:  # whatever an initializer raises is a finding, not a failure of the run
        return failed(error)


def draw_together(side: Side, cells: list[Cell], context: str, seed: int) -> list[Draws]:
    """Draws one tensor for each of many cells, in one program, since building a program costs more than running it.

    Args:
      side: The side.
      cells: Cells whose tensors are large enough to be a sample by themselves.
      context: Where the initializer is called.
      seed: Global seed.

    Returns:
      The draws of each cell. If the program cannot be built or run, each cell is tried in a program of its own.
    """
    counts = [len(cell.shards()) for cell in cells]
    rounds = [_rounds_together(cell, context) for cell in cells]
    try:
        with contexts.fixed_seeds(seed):
            initializer = side.first()
            tensors = side.within(context).tensors

            def make() -> list[Any]:
                return [
                    tensor
                    for cell, times in zip(cells, rounds, strict=True)
                    for tensor in _repeated(functools.partial(tensors, initializer, cell), times, context)()
                ]

            with contexts.program(context, make, seed) as run:
                arrays = iter(run())
    except Exception as error:
        if len(cells) == 1:
            return [failed(error)]
        return [draw_together(side, [cell], context, seed + index)[0] for index, cell in enumerate(cells)]
    shards = [tuple(next(arrays) for _ in range(count)) for count in counts]
    return [
        Draws(_flat(several), several if times == 1 else tuple(array[0] for array in several))
        for several, times in zip(shards, rounds, strict=True)
    ]


def _rounds_together(cell: Cell, context: str) -> int:
    """Returns how often a tensor that is no sample by itself is drawn: once, unless it is a scalar."""
    if cell.shape or context in plan.ENGINES:
        return 1
    return _SCALARS["program" if context in contexts.LOOPED else "eager"]


def _repeated(make: contexts.Make, times: int, context: str) -> contexts.Make:
    if times == 1:
        return make
    if context in contexts.LOOPED:
        return contexts.looped(make, times)
    return lambda: [tf.stack(several) for several in zip(*(make() for _ in range(times)), strict=True)]


def _flat(arrays: Any, size: int = _VALUES * 64) -> Any:
    """Returns at most about `size` values in float64; the rest of a large tensor is never converted."""
    share = -(-size // max(1, len(arrays)))
    flat = [part(np.asarray(array).ravel(), share) for array in arrays]
    if any(array.dtype.kind in "OSU" for array in flat):
        return np.zeros(0)
    parts = [piece for array in flat for piece in ((array.real, array.imag) if array.dtype.kind == "c" else (array,))]
    return np.concatenate([array.astype(np.float64) for array in parts])


def _calls(cell: Cell, size: int) -> int:
    elements = math.prod(cell.shape)
    return -(-size // elements) if elements else 1


def same(first: Any, second: Any) -> bool:
    """Returns whether two lists of arrays are bit for bit the same."""
    return all(
        np.array_equal(one, other) if one.dtype.kind == "O" else one.tobytes() == other.tobytes()
        for one, other in zip(first, second, strict=True)
    )


def _eagerly(side: Side, cell: Cell, context: str, size: int, seed: int) -> Draws:
    initializer = side.first()

    def make() -> list[Any]:
        return side.tensors(initializer, cell)

    with contexts.program(context, make, seed) as run:
        first = tuple(run())
        repeats = all(same(first, run()) for _ in range(_tries(cell)))
        if repeats:
            run = _with_new_instances(side, cell, context)  # a native initializer is a sample of its own
            if same(first, run()):
                return Draws(_flat(first), first)
        return Draws(_collect(run, first, min(_calls(cell, size), _most_calls(context)), size), first)


def _tries(cell: Cell) -> int:
    """Returns how often a tensor has to be the same before it is no accident, in any dtype."""
    return max(1, min(64, -(-64 // max(1, math.prod(cell.shape)))))


def _most_calls(context: str) -> int:
    return _VARIABLES if context in plan.ENGINES else _CALLS


def _with_new_instances(side: Side, cell: Cell, context: str) -> Callable[[], list[Any]]:
    def run() -> list[Any]:
        with contexts.program(context, lambda: side.tensors(side.new(), cell)) as program:
            return list(program())

    return run


def _in_program(side: Side, cell: Cell, context: str, size: int, seed: int) -> Draws:
    initializer = side.first()

    def make() -> list[Any]:
        return side.tensors(initializer, cell)

    rounds = min(_calls(cell, size), _ROUNDS, max(1, _VALUES // max(1, math.prod(cell.shape))))
    rounds = rounds if context in contexts.LOOPED else 1
    with contexts.program(context, make if rounds == 1 else contexts.looped(make, rounds), seed) as run:
        arrays = run()
        if rounds == 1:
            first = tuple(arrays)
            repeats = all(same(first, run()) for _ in range(_tries(cell)))
        else:
            first = tuple(array[0] for array in arrays)
            repeats = all(same(first, several) for several in zip(*arrays, strict=True))
        if repeats:
            return Draws(_flat(first), first)
        runs = min(-(-_calls(cell, size) // rounds), _most_calls(context))
        return Draws(_collect(run, arrays, runs, size), first)


def _collect(run: Callable[[], list[Any]], first: Any, runs: int, size: int) -> Any:
    """Returns the values of several runs; only as many as wanted of each are kept."""
    share = -(-size // runs)
    samples = [_flat(first, share)]
    samples += [_flat(run(), share) for _ in range(runs - 1)]
    return np.concatenate(samples)
