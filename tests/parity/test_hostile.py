"""Initializers that do everything wrong: a clear verdict, never "same" by accident, never an internal error."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat import parity

V1 = tf.compat.v1
EAGER = {"contexts": ("eager",), "scale_error": 0.05, "mean_error": 0.05}


def of(sample: Any) -> Any:
    """Return an initializer that returns `sample(shape)`."""
    return lambda shape, dtype=None: sample(shape)


class Forgetful(tf.keras.initializers.Initializer):  # type: ignore[misc]
    """An initializer whose configuration leaves its argument out."""

    def __init__(self, stddev: float = 0.05) -> None:
        self.stddev = stddev

    def __call__(self, shape: Any, dtype: Any = None, **keywords: Any) -> Any:
        return tf.random.normal(shape, stddev=self.stddev)


NORMAL = tf.random.normal
WITH_NAN = of(lambda shape: tf.where(tf.random.uniform(shape) < 0.01, np.nan, NORMAL(shape)))
DIFFERENT = {
    "arguments that the config leaves out": (Forgetful(), Forgetful(0.5), (64, 64)),
    "legacy with NaN": (WITH_NAN, of(NORMAL), (64, 64)),
    "both with NaN, other scale": (
        WITH_NAN,
        of(lambda shape: tf.where(tf.random.uniform(shape) < 0.01, np.nan, 5 * NORMAL(shape))),
        (64, 64),
    ),
    "more NaN": (
        WITH_NAN,
        of(lambda shape: tf.where(tf.random.uniform(shape) < 0.1, np.nan, NORMAL(shape))),
        (64, 64),
    ),
    "strings": (of(lambda shape: tf.fill(shape, "a")), of(lambda shape: tf.fill(shape, "b")), (3,)),
    "imaginary parts": (
        of(lambda shape: tf.complex(NORMAL(shape), NORMAL(shape))),
        of(lambda shape: tf.complex(NORMAL(shape), 5 * NORMAL(shape))),
        (64, 64),
    ),
    "large constant": (
        V1.constant_initializer(np.arange(2_000_000.0)),
        V1.constant_initializer(np.arange(2_000_000.0)[::-1]),
        (2_000_000,),
    ),
    "tiny scale": (
        of(lambda shape: 1e-200 * NORMAL(shape, dtype=tf.float64)),
        of(lambda shape: 2e-200 * NORMAL(shape, dtype=tf.float64)),
        (64, 64),
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_different(case: str) -> None:
    legacy, migrated, shape = DIFFERENT[case]
    assert parity.compare(legacy, migrated, shape=shape, checks=parity.DISTRIBUTION, **EAGER).verdict == "different"


def test_discrete_scalars_in_a_loop() -> None:
    legacy, migrated = (of(lambda shape, p=p: tf.cast(tf.random.uniform(shape) < p, tf.float32)) for p in (0.5, 0.9))
    comparison = parity.compare(
        legacy,
        migrated,
        shape=(),
        checks=parity.DISTRIBUTION,
        contexts=("function",),
        scale_error=0.05,
        mean_error=0.05,
    )
    assert comparison.verdict == "different"
    assert "distribution" in {check.name for check in comparison.failures}


SAME = {
    "positions": of(lambda shape: tf.eye(*shape) + 0.01 * NORMAL(shape)),
    "sparse": of(lambda shape: tf.where(tf.random.uniform(shape) < 0.01, NORMAL(shape), 0.0)),
    "rare": of(lambda shape: tf.cast(tf.random.uniform(shape) < 0.001, tf.float32)),
    "Cauchy": of(lambda shape: NORMAL(shape) / NORMAL(shape)),
    "lognormal": of(lambda shape: tf.exp(3 * NORMAL(shape))),
    "bool": of(lambda shape: tf.random.uniform(shape) < 0.5),
    "int8": of(lambda shape: tf.cast(tf.random.uniform(shape, -5, 5, tf.int32), tf.int8)),
    "bfloat16": of(lambda shape: NORMAL(shape, dtype=tf.bfloat16)),
    "tiny": of(lambda shape: 1e-200 * NORMAL(shape, dtype=tf.float64)),
    "huge": of(lambda shape: 1.7e308 * tf.random.uniform(shape, -1, 1, tf.float64)),
    "complex": of(lambda shape: tf.complex(NORMAL(shape), NORMAL(shape))),
    "NaN": WITH_NAN,
    "array": of(lambda shape: np.full(shape, 2.0)),
    "far from zero": V1.random_normal_initializer(1e8, 1.0),
    "orthogonal without gain": V1.orthogonal_initializer(gain=0.0),
    "infinite": V1.uniform_unit_scaling_initializer(1e200),
    "NaN constant": V1.constant_initializer(float("nan")),
}


@pytest.mark.parametrize("case", SAME)
def test_same_as_itself(case: str) -> None:
    checks = (*parity.DISTRIBUTION, "calls", "call correlation", "config")
    comparison = parity.compare(SAME[case], SAME[case], shape=(64, 64), checks=checks, **EAGER)
    assert comparison.verdict == "same", comparison.failures
    assert all(check.p_value is None or 0 <= check.p_value <= 1 for check in comparison.checks)


def exits(shape: Any) -> Any:
    raise SystemExit(3)


def takes_no_dtype(shape: Any) -> Any:
    return tf.zeros(shape)


SKIPPED = {
    "division by zero": (of(lambda shape: 1 / 0), {}),
    "None": (of(lambda shape: None), {}),
    "list": (of(lambda shape: [1.0]), {}),
    "ragged": (of(lambda shape: tf.ragged.constant([[1], [2, 3]])), {}),
    "no dtype": (takes_no_dtype, {"dtype": "float32"}),
    "exit": (exits, {}),
    "wrong rank": (V1.orthogonal_initializer(), {"shape": (5,)}),
    "unknown argument": (V1.random_normal_initializer, {"arguments": {"stdev": 1}}),
}


@pytest.mark.parametrize("case", SKIPPED)
def test_nothing_to_compare_is_not_parity(case: str) -> None:
    initializer, options = SKIPPED[case]
    comparison = parity.compare(initializer, initializer, **{"shape": (4, 4), **options, **EAGER})
    assert comparison.verdict == "skipped"
    with pytest.raises(AssertionError, match="nothing could be compared"):
        parity.assert_parity(initializer, initializer, **{"shape": (4, 4), **options, **EAGER})


@pytest.mark.parametrize(
    ("migrated", "error"),
    [
        (of(lambda shape: 1 / 0), "ZeroDivisionError: division by zero"),
        (exits, "SystemExit: 3"),
        (of(lambda shape: "no tensor"), "NoTensorError: returned str in place of a tensor: 'no tensor'"),
    ],
    ids=["division by zero", "exit", "string"],
)
def test_only_the_migrated_initializer_fails(migrated: Any, error: str) -> None:
    comparison = parity.compare(V1.zeros_initializer(), migrated, shape=(4, 4), **EAGER)
    messages = {check.message for check in comparison.failures if check.name == "call"}
    assert messages == {f"the migrated initializer fails: {error}"}


FAILURES = {
    "error": (of(lambda shape: 1 / 0), "ZeroDivisionError: division by zero"),
    "None": (of(lambda shape: None), "NoTensorError: returned NoneType in place of a tensor: None"),
    "list": (of(lambda shape: [1.0]), "NoTensorError: returned list in place of a tensor: [1.0]"),
    "sparse": (of(lambda shape: tf.sparse.from_dense(tf.eye(*shape))), "NoTensorError: returned SparseTensor"),
}


@pytest.mark.parametrize("context", ["eager", "graph"])
@pytest.mark.parametrize("case", FAILURES)
def test_one_initializer_fails(case: str, context: str) -> None:
    failing, error = FAILURES[case]
    options = {**EAGER, "shape": (64, 32), "contexts": (context,)}
    legacy_fails = parity.compare(failing, of(NORMAL), **options)
    messages = {check.message for check in legacy_fails.checks if check.name == "call"}
    assert {check.status for check in legacy_fails.checks if check.name == "call"} == {"skipped"}
    assert all(message.startswith(f"not compared, the legacy initializer fails: {error}") for message in messages)
    assert legacy_fails.facts.dtype == "float32"
    migrated_fails = parity.compare(of(NORMAL), failing, **options)
    (message,) = {check.message for check in migrated_fails.failures if check.name == "call"}
    assert message.startswith(f"the migrated initializer fails: {error}")
    assert migrated_fails.verdict == "different"
    assert migrated_fails.facts.dtype is None


@pytest.mark.parametrize("seed", [-1, 2**32 - 1, 2**40, np.int64(3)])
def test_any_integer_is_a_seed(seed: Any) -> None:
    comparison = parity.compare(
        V1.random_normal_initializer, tf_initcompat.random_normal_initializer, shape=np.int64(4096), seed=seed, **EAGER
    )
    assert comparison.verdict == "same"
    assert comparison.legacy is not None
