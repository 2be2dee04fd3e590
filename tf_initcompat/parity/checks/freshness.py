"""Which calls draw new values, and which repeat them: legacy's pattern against the migrated one.

The pattern is that of the freshness matrix: whether two calls, two instances, two runs of a program or two shards have
the same values, and whether the global seed and the op seed reproduce them. Both sides have to answer alike.
"""

import math
from collections.abc import Callable
from typing import Any, Final

from tf_initcompat.parity.checks import values
from tf_initcompat.parity.execution import contexts
from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.parity.execution.samples import failed, same
from tf_initcompat.parity.execution.subjects import Side
from tf_initcompat.parity.results import Check
from tf_initcompat.parity.statistics import tests as statistics
from tf_initcompat.parity.statistics.tests import part
from tf_initcompat.wrappers.tensorflow import np, tf

#: A pattern: of each question, whether the values are the same.
Pattern = dict[str, bool]

#: So many values make an accidental equality impossible in every dtype; smaller tensors are drawn more than once.
_ENOUGH: Final = 64
_MOST_CALLS: Final = 8
_LEAST_FOR_CORRELATION: Final = 64
#: Share of one value beyond which a tensor is too sparse for a correlation, and legacy's p-value that excuses one.
_MOSTLY: Final = 0.9
_CORRELATED: Final = 1e-6

_QUESTIONS: Final = {
    "calls": "two calls of one initializer",
    "instances": "calls of two initializers with the same arguments",
    "runs": "two runs of one program",
    "shards": "two shards of one variable",
    "global seed": "calls after the same global seed",
    "other global seed": "calls after two different global seeds",
    "op seed": "calls that only the initializer's own seed can make the same",
}


class Observed:
    """What was observed of one side: its pattern and pairs of values that should be independent."""

    def __init__(self) -> None:
        self.pattern: Pattern = {}
        self.pairs: dict[str, tuple[Any, Any]] = {}
        self.error = ""

    @property
    def always_the_same(self) -> bool:
        """Returns whether nothing changed its values: they are a constant."""
        return not self.error and all(same for name, same in self.pattern.items() if name != "shards")


def observe(side: Side, cell: Cell, context: str, seed: int) -> Observed:
    """Observes the pattern of one side in one context.

    Args:
      side: The side.
      cell: Shape, dtype and partitions; with partitions, shards are compared too.
      context: Where the initializer is called.
      seed: Global seed.

    Returns:
      The pattern. An error of the initializer is a part of it.
    """
    observed = Observed()
    try:
        with contexts.fixed_seeds(seed):
            observe_in = _eager if context in contexts.EAGER else _program
            observe_in(side.within(context), cell, context, seed, observed)
    except (Exception, SystemExit) as error:
        observed.error = failed(error).error
    return observed


def _times(cell: Cell) -> int:
    return min(_MOST_CALLS, -(-_ENOUGH // max(1, math.prod(cell.shape))))


def _note_first_program(observed: Observed, calls: list[list[Any]], other: list[Any], cell: Cell) -> None:
    """Notes what one program shows: two packs of calls of an initializer, and one of another instance."""
    observed.pattern["calls"] = same(*calls)
    observed.pattern["instances"] = same(calls[0], other)
    if len(calls[0]) > _times(cell):  # as many shards as the engine makes
        first, second = (np.asarray(array).ravel() for array in calls[0][:2])
        size = min(first.size, second.size)
        observed.pattern["shards"] = bool(np.array_equal(first[:size], second[:size]))
        observed.pairs["shard correlation"] = (first[:size], second[:size])
    one, two = (np.concatenate([np.asarray(array).ravel() for array in pack]) for pack in calls)
    observed.pairs["call correlation"] = (one, two)


def _packs(side: Side, cell: Cell) -> Callable[[], list[Any]]:
    """Returns what calls a new initializer twice and another one once, each call repeated for small shapes."""
    first, other = side.first(), side.new()
    times = _times(cell)
    return lambda: [
        tensor
        for initializer in (first, first, other)
        for _ in range(times)
        for tensor in side.tensors(initializer, cell)
    ]


def _split(arrays: list[Any]) -> tuple[list[list[Any]], list[Any]]:
    third = len(arrays) // 3
    return [arrays[:third], arrays[third : 2 * third]], arrays[2 * third :]


def _eager(side: Side, cell: Cell, context: str, seed: int, observed: Observed) -> None:
    def run(global_seed: int, draws_before: int = 0) -> list[Any]:
        # Python and Keras seeds stand still meanwhile: tf.random.set_seed alone has to reproduce the values.
        with contexts.program(context, _packs(side, cell), global_seed) as program:
            for _ in range(draws_before):
                tf.random.uniform(())
            return list(program())

    arrays = run(seed)
    calls, other = _split(arrays)
    _note_first_program(observed, calls, other, cell)
    observed.pattern["global seed"] = same(arrays, run(seed))
    observed.pattern["other global seed"] = same(arrays, run(seed + 1))
    # Other draws advance the stream of unseeded initializers, not that of an op seed.
    observed.pattern["op seed"] = same(arrays, run(seed, draws_before=3))


def _program(side: Side, cell: Cell, context: str, seed: int, observed: Observed) -> None:
    def run(global_seed: int | None, draws_before: int = 0) -> tuple[list[Any], list[Any]]:
        packs = _packs(side, cell)

        def make() -> list[Any]:
            for _ in range(draws_before):
                tf.random.uniform(())  # counts as an operation, from whose number unseeded ones take their seed
            return packs()

        with contexts.program(context, make, global_seed) as program:
            return list(program()), list(program())

    arrays, again = run(seed)
    calls, other = _split(arrays)
    _note_first_program(observed, calls, other, cell)
    observed.pattern["runs"] = same(arrays, again)
    observed.pattern["global seed"] = same(arrays, run(seed)[0])
    if context in ("graph", "partitioned"):  # a function would have to be compiled for each
        observed.pattern["other global seed"] = same(arrays, run(seed + 1)[0])
        observed.pattern["op seed"] = same(run(None)[0], run(None, draws_before=3)[0])


def check_freshness(legacy: Observed, migrated: Observed, context: str) -> list[Check]:
    """Compares two patterns, and tests what is fresh for correlation.

    Args:
      legacy: What was observed of the legacy initializer.
      migrated: What was observed of the migrated one.
      context: Where.

    Returns:
      The checks; statistical ones have no verdict yet.
    """
    if legacy.error or migrated.error:
        return [values.call_check(legacy.error, migrated.error, context)]
    checks = []
    for name, question in _QUESTIONS.items():
        if name not in legacy.pattern:
            continue
        answers = [
            "have the same values" if side.pattern[name] else "have values of their own" for side in (legacy, migrated)
        ]
        if answers[0] == answers[1]:
            checks.append(Check(name, context, f"{question} {answers[0]} on both sides"))
        else:
            message = f"{question} {answers[0]} with the legacy initializer, but {answers[1]} with the migrated one"
            checks.append(Check(name, context, message, "failed"))
    for name in migrated.pairs:
        if legacy.pattern[f"{name.split()[0]}s"] or migrated.pattern[f"{name.split()[0]}s"]:
            continue  # equal values have been judged above
        checks += _correlation(name, legacy.pairs[name], migrated.pairs[name], context)
    return checks


def _correlation(name: str, legacy: Any, migrated: Any, context: str) -> list[Check]:
    """Tests a pair of migrated tensors, unless the legacy ones are correlated too: by a pattern of positions, say."""
    results = []
    for pair in (legacy, migrated):
        first, second = (part(np.asarray(values).real.astype(np.float64), 1 << 14) for values in pair)
        if first.size < _LEAST_FOR_CORRELATION or not np.isfinite([first, second]).all():
            return []
        if max(np.unique(values, return_counts=True)[1].max() / values.size for values in (first, second)) > _MOSTLY:
            return []  # one value nearly everywhere: too few others for a correlation
        results.append(statistics.correlation(first, second))
    message = f"largest correlation {results[1].statistic:.3f} over all lags of {first.size:,} values"
    if results[0].p_value < _CORRELATED:
        return [Check(name, context, f"not judged, legacy's is {results[0].statistic:.3f}: {message}", "skipped")]
    return [Check(name, context, message, statistic=results[1].statistic, p_value=results[1].p_value)]
