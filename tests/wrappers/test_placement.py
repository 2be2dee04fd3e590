"""Large tensors are made in one function: with the same bits, as fresh, in the memory of one tensor."""

from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf

from tf_initcompat.wrappers import placement

SHAPE = (30, 20)


def two_calls(name: str, dtype: str, seed: Any) -> list[Any]:
    """Return the tensors of two calls of one initializer after the same global seed."""
    tf.random.set_seed(4)
    arguments = {"dtype": dtype} if legacy.row(name).parameter("dtype") else {}
    initializer = legacy.mirrored(name)(seed=seed, **arguments)
    return [initializer(legacy.shape_of(name, SHAPE), dtype=dtype) for _ in range(2)]


#: TensorFlow has no QR decomposition in bfloat16.
CASES = [
    (name, dtype)
    for name in legacy.RANDOM
    for dtype in ("float16", "bfloat16", "float32", "float64")
    if dtype != "bfloat16" or not legacy.row(name).is_orthogonal
]


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_large_tensors_have_the_same_bits(name: str, dtype: str, seed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small = two_calls(name, dtype, seed)
    monkeypatch.setattr(placement, "LARGE", 1)
    large = two_calls(name, dtype, seed)
    assert all(map(legacy.same, small, large))
    assert not legacy.same(*large)


def test_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placement, "LARGE", 1)
    stddev = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        sample = legacy.mirrored("random_normal_initializer")(stddev=tf.convert_to_tensor(stddev))(SHAPE)
        total = tf.reduce_sum(sample)
    gradient = tape.gradient(total, stddev)
    np.testing.assert_allclose(gradient, np.sum(sample) / 2.0, rtol=1e-4)


def test_functions_may_run_eagerly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placement, "LARGE", 1)
    tf.config.run_functions_eagerly(True)
    try:
        assert legacy.mirrored("random_normal_initializer")()(SHAPE).shape == SHAPE
    finally:
        tf.config.run_functions_eagerly(False)
