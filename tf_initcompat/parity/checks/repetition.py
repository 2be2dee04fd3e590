"""The checks of repetition: both initializers repeat their values in the same cases."""

import functools

from tf_initcompat.parity.checks.base import FRESHNESS, Need, register
from tf_initcompat.parity.checks.evidence import Observations, Question
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, passed


def _compare(observations: Observations, *, question: Question) -> Outcome | None:
    """Compare the answers to one question, if the context allows to ask it."""
    if question not in observations.legacy.pattern:
        return None
    are_same = [observation.pattern[question] for observation in (observations.legacy, observations.migrated)]
    legacy, migrated = ("equal values" if same else "different values" for same in are_same)
    if legacy == migrated:
        return passed(f"{question.value} return {legacy} with both initializers")
    return failed(f"{question.value} return {legacy} with the legacy initializer, but {migrated} with the migrated one")


def _register(question: Question, name: str, summary: str, failure: str, cause: str, order: int) -> None:
    runner = functools.partial(_compare, question=question)
    register(
        name,
        groups=(FRESHNESS,),
        failure=failure,
        summary=summary,
        needs={Need.TENSORS, Need.SHARDS} if question is Question.SHARDS else {Need.TENSORS},
        causes=fixed_cause(cause),
        states_failure=True,
        order=order,
    )(functools.update_wrapper(runner, _compare))


_register(
    Question.CALLS,
    "calls",
    "Compare whether two calls return equal values.",
    "repeated calls of one initializer repeat values for one of the initializers only",
    "`seed`, or a shared native instance: a native initializer repeats its values in every call, so each variable "
    "needs an instance of its own",
    order=300,
)
_register(
    Question.INSTANCES,
    "instances",
    "Compare whether two instances with the same arguments return equal values.",
    "two instances with the same arguments repeat values for one of the initializers only",
    "`seed`: two instances with one seed return the same values for one of the initializers only",
    order=310,
)
_register(
    Question.RUNS,
    "runs",
    "Compare whether two runs of a program return equal values; not in eager code.",
    "repeated runs of one program repeat values for one of the initializers only",
    "`seed`: a native initializer is a constant of the program",
    order=320,
)
_register(
    Question.SHARDS,
    "shards",
    "Compare whether two shards have equal values.",
    "shards repeat values for one of the initializers only",
    "`partition_info`: every shard is sampled with the same seed",
    order=330,
)
_register(
    Question.GLOBAL_SEED,
    "global seed",
    "Compare whether `tf.random.set_seed` reproduces the values.",
    "setting the global seed again reproduces the values of one of the initializers only",
    "`seed`: the values do not come from TensorFlow's own random stream, so `tf.random.set_seed` does not affect them",
    order=340,
)
_register(
    Question.OTHER_GLOBAL_SEED,
    "other global seed",
    "Compare whether another global seed changes the values, in eager code and in a Graph.",
    "another global seed changes the values of one of the initializers only",
    "`seed`: the values do not depend on `tf.random.set_seed`",
    order=350,
)
_register(
    Question.OP_SEED,
    "op seed",
    "Compare whether the initializer's own seed is respected, in eager code and in a Graph.",
    "the initializer's own seed is respected by one of the initializers only",
    "`seed` is ignored or added",
    order=360,
)
