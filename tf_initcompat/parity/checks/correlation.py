"""The checks of correlation: values that are new are also independent of the earlier ones."""

import functools
from typing import Final

import numpy as np

from tf_initcompat.parity.checks.base import FRESHNESS, Need, register
from tf_initcompat.parity.checks.evidence import Observations, Question
from tf_initcompat.parity.checks.outcome import Outcome, fixed_cause, skipped, tested
from tf_initcompat.parity.statistics import hypothesis_tests
from tf_initcompat.parity.statistics.numeric import Array

_LARGEST_SIZE: Final = 1 << 14
_SMALLEST_SIZE: Final = 64
#: Share of one value above which a tensor is too sparse for a correlation.
_SPARSE: Final = 0.9
#: The legacy p-value below which legacy values count as correlated themselves.
_CORRELATED: Final = 1e-6


def _correlation(observations: Observations, *, question: Question) -> Outcome | None:
    """Test the migrated pair of a question, unless its values are equal or the legacy pair is correlated too."""
    both = observations.legacy, observations.migrated
    # Equal values are the subject of another check.
    if question not in observations.migrated.pairs or any(observation.pattern[question] for observation in both):
        return None
    pairs = [_as_floats(observation.pairs[question]) for observation in both]
    if not all(map(_is_testable, pairs)):
        return None
    legacy, migrated = (hypothesis_tests.correlation(*pair) for pair in pairs)
    message = f"largest correlation {migrated.statistic:.3f} over all lags of {pairs[1][0].size:,} values"
    if legacy.p_value < _CORRELATED:  # for example because the values depend on their positions
        reason = "not tested, legacy values are correlated"
        return skipped(f"{reason} ({legacy.statistic:.3f}): {message}", reason)
    return tested(migrated.statistic, migrated.p_value, message)


def _as_floats(pair: tuple[Array, Array]) -> tuple[Array, Array]:
    first, second = (hypothesis_tests.subsample(np.real(values).astype(np.float64), _LARGEST_SIZE) for values in pair)
    return first, second


def _is_testable(pair: tuple[Array, Array]) -> bool:
    if pair[0].size < _SMALLEST_SIZE or not np.isfinite(pair).all():
        return False
    return bool(max(np.unique(values, return_counts=True)[1].max() / values.size for values in pair) <= _SPARSE)


def _register(question: Question, name: str, summary: str, failure: str, cause: str, order: int) -> None:
    runner = functools.partial(_correlation, question=question)
    register(
        name,
        groups=(FRESHNESS,),
        failure=failure,
        summary=summary,
        needs={Need.TENSORS, Need.SHARDS} if question is Question.SHARDS else {Need.TENSORS},
        p_values=1,
        causes=fixed_cause(cause),
        states_failure=True,
        order=order,
    )(functools.update_wrapper(runner, _correlation))


_register(
    Question.CALLS,
    "call correlation",
    "Test the largest circular rank correlation of two calls over all lags, for 64 values or more.",
    "successive calls are correlated",
    "`seed`: successive calls share a part of their random stream",
    order=370,
)
_register(
    Question.SHARDS,
    "shard correlation",
    "Test the largest circular rank correlation of two shards over all lags, for 64 values or more.",
    "shards are correlated",
    "`partition_info`: shards share a part of their random stream",
    order=380,
)
