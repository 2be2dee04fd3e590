"""`compare` and `assert_parity` on real initializers: right ones pass, each mistake is found and named.

The full tables of mistakes and of true comparisons are run by `benchmarks/parity.py`; here is a part of each. With a
budget of 1e-3 for each comparison and a repetition of what is suspicious, a false alarm has a probability below 1e-6.
"""

import pkgutil
from typing import Any

import legacy
import mutants
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

import tf_initcompat
from tf_initcompat import parity

FAST = [mutant for mutant in mutants.MUTANTS if mutant.is_fast]


@pytest.mark.parametrize("mutant", FAST, ids=lambda mutant: mutant.name)
def test_mistake_is_found(mutant: mutants.Mutant) -> None:
    options = {"contexts": ("eager", "graph"), **mutant.options}
    comparison = parity.compare(
        mutant.legacy, mutant.migrated, shape=mutant.shape, arguments=mutant.arguments, **options
    )
    assert comparison.verdict == "different"
    assert set(mutant.checks) <= {check.name for check in comparison.failures}
    assert comparison.cause


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_wrapper_is_the_same(name: str) -> None:
    comparison = parity.assert_parity(
        legacy.real(name), legacy.mirrored(name), arguments={}, shape=(40, 25), contexts=("eager", "function"),
        scale_error=0.05, mean_error=0.05, name=name,
    )  # fmt: skip
    assert comparison.name == name
    assert comparison.contexts == ("eager", "function")
    if name in legacy.RANDOM:
        assert comparison.scale_error is not None
        assert comparison.scale_error < 0.05
        assert {"calls", "support", "stddev", "distribution"} <= {check.name for check in comparison.checks}
    else:
        assert "values" in {check.name for check in comparison.checks}


@pytest.mark.parametrize("context", ["xla", "graph"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (3, 3, 8, 8)])
def test_shapes_and_contexts(context: str, shape: tuple[int, ...]) -> None:
    comparison = parity.assert_parity(
        tf.compat.v1.random_uniform_initializer, tf_initcompat.random_uniform_initializer, shape=shape,
        contexts=(context,), scale_error=0.05, mean_error=0.05,
    )  # fmt: skip
    assert comparison.contexts == (context,)
    if 0 not in shape:
        assert comparison.legacy is not None
        assert comparison.legacy.size >= 4096


def test_message_says_what_to_do() -> None:
    with pytest.raises(AssertionError) as raised:
        parity.assert_parity(
            tf.compat.v1.uniform_unit_scaling_initializer,
            lambda factor: tf_initcompat.variance_scaling_initializer(scale=factor, distribution="uniform"),
            arguments={"factor": 1.4}, shape=(100, 30), contexts=("eager",), checks=parity.LAW,
        )  # fmt: skip
    message = str(raised.value)
    assert "factor=1.4" in message
    assert "scale = factor ** 2" in message
    assert "Repair: scale=1.9" in message
    assert "stddev [eager]" in message
    assert "power of 99.9%" in message
    repaired = tf_initcompat.variance_scaling_initializer(scale=1.4**2, distribution="uniform")
    parity.assert_parity(
        tf.compat.v1.uniform_unit_scaling_initializer(1.4), repaired, shape=(100, 30), contexts=("eager",),
        checks=parity.LAW,
    )  # fmt: skip


def test_native_initializer_has_the_law_but_repeats_itself() -> None:
    def compare(checks: Any) -> parity.Comparison:
        return parity.compare(
            tf.compat.v1.initializers.he_normal(), tf.keras.initializers.HeNormal(), shape=(100, 50),
            contexts=("eager",), checks=checks, scale_error=0.05, mean_error=0.05,
        )  # fmt: skip

    assert compare(parity.LAW).verdict == "same"
    names = {check.name for check in compare(parity.FRESHNESS).failures}
    assert {"calls", "global seed"} <= names


def test_plain_functions_can_be_compared() -> None:
    def ours(shape: Any, dtype: Any = tf.float32) -> Any:
        return 3 * tf.random.normal(shape, dtype=dtype)

    def theirs(shape: Any, dtype: Any = tf.float32) -> Any:
        return tf.random.normal(shape, stddev=3.0, dtype=dtype)

    assert parity.compare(ours, theirs, shape=(60, 50), checks=(*parity.LAW, *parity.FRESHNESS)).verdict == "same"
    arrays = parity.compare(
        lambda shape: np.zeros(shape, np.float32), lambda shape: np.zeros(shape, np.float64), shape=(2,),
        contexts=("eager",), checks=parity.LAW,
    )  # fmt: skip
    assert {check.name for check in arrays.failures} == {"dtype", "values"}
    assert str(arrays).endswith("(), shape (2,): different in eager")


def test_same_seed_gives_the_same_result_and_leaves_other_generators_alone() -> None:
    import random

    def run(seed: int) -> Any:
        comparison = parity.compare(
            tf.compat.v1.random_normal_initializer, tf_initcompat.random_normal_initializer, shape=(50, 50), seed=seed,
            contexts=("eager",), scale_error=0.05, mean_error=0.05,
        )  # fmt: skip
        return [(check.name, check.statistic, check.p_value) for check in comparison.checks]

    states = random.getstate(), np.random.get_state()[1].tolist()
    first = run(1)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states
    assert first == run(1)
    assert first != run(2)


def test_suspicious_check_is_repeated_before_it_fails() -> None:
    attempts: list[int] = []

    def unlucky(shape: Any, dtype: Any = tf.float32) -> Any:
        # Wrong in the first sample only: an accident, as fresh samples show.
        attempts.append(1)
        return tf.random.normal(shape, stddev=1.2 if len(attempts) == 1 else 1.0, dtype=dtype)

    comparison = parity.compare(
        lambda shape: tf.random.normal(shape), unlucky, shape=(1000, 200), contexts=("eager",),
        checks=("stddev",), scale_error=0.05, mean_error=0.05,
    )  # fmt: skip
    assert comparison.verdict == "same"
    assert [check.repeated for check in comparison.checks] == [True]


def test_memory_is_bounded() -> None:
    import tracemalloc

    # 400 MB of values are drawn; kept are a sample of a few MB and one tensor.
    shape = (5_000_000,)
    tracemalloc.start()
    parity.compare(
        lambda shape: tf.random.uniform(shape), lambda shape: tf.random.uniform(shape), shape=shape,
        contexts=("eager",), checks=("stddev", "support"),
    )  # fmt: skip
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6


def test_true_comparisons_pass_and_have_uniform_p_values() -> None:
    # A small part of `benchmarks/parity.py`: 200 comparisons. Its own false alarms have a probability of 4e-3.
    p_values: dict[str, list[float]] = {}
    for seed in range(200):
        comparison = parity.assert_parity(
            tf.compat.v1.truncated_normal_initializer, tf_initcompat.truncated_normal_initializer, shape=(70, 60),
            contexts=("eager",), checks=parity.LAW, scale_error=0.1, mean_error=0.1, seed=seed,
        )  # fmt: skip
        for check in comparison.checks:
            if check.p_value is not None:
                p_values.setdefault(check.name, []).append(check.p_value)
    assert set(p_values) == {"support", "mean", "stddev", "distribution", "law"}
    for name, values in p_values.items():
        alternative = "greater" if name == "support" else "two-sided"  # exceedances are discrete
        assert stats.kstest(values, "uniform", alternative=alternative).pvalue > 1e-3


def test_nothing_to_compare_is_no_parity() -> None:
    def broken(shape: Any) -> Any:
        raise ValueError("no")

    with pytest.raises(AssertionError, match=r"nothing could be compared(.|\n)*both fail: ValueError: no"):
        parity.assert_parity(broken, broken, shape=(3,), checks=parity.LAW)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"shape": (2, None)}, TypeError, "`shape`.*Received: .2, None"),
        ({"shape": (2,), "dtype": "floaty"}, TypeError, "`dtype`.*floaty"),
        ({"shape": (2,), "partitions": 3}, ValueError, "`partitions`.*Received: 3"),
        ({"shape": (2,), "contexts": ["gpu"]}, ValueError, "`contexts`.*gpu"),
        ({"shape": (2,), "checks": ["size"]}, ValueError, "`checks`.*size"),
        ({"shape": (2,), "power": 2}, ValueError, "`power`.*2"),
        ({"shape": (2,), "seed": "x"}, TypeError, "`seed`.*'x'"),
        ({"shape": (2,), "budget": "x"}, ValueError, "`budget`.*'x'"),
        ({"shape": (2,), "power": 1e-9}, ValueError, "`power`.*1e-09"),
        ({"shape": (2,), "partitions": 2.5}, TypeError, "`partitions`.*2.5"),
        ({"shape": (2,), "contexts": None}, ValueError, "`contexts`.*None"),
        ({"shape": (2,), "arguments": "abc"}, TypeError, "`arguments`.*abc"),
    ],
)
def test_bad_arguments(options: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        parity.compare(tf.zeros, tf.zeros, **options)
    with pytest.raises(TypeError, match="callable"):
        parity.compare(3, tf.zeros, shape=(2,))


def test_no_module_hides_a_name_of_the_package() -> None:
    # Importing a module sets its name in its package.
    assert not {module.name for module in pkgutil.iter_modules(parity.__path__)} & set(parity.__all__)
