"""Under legacy sampling, the weights are bit for bit those of the real symbol."""

import threading
from collections.abc import Callable
from typing import Any

import legacy
import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat._internal import sampling
from tf_initcompat.catalog import symbols

SHAPE = (4, 3)
ARGUMENTS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in legacy.INITIALIZERS),
    *(
        ("variance_scaling_initializer", {"scale": 2.5, "mode": mode, "distribution": distribution})
        for mode in ("fan_in", "fan_out", "fan_avg")
        for distribution in ("normal", "uniform", "untruncated_normal")
    ),
    *(
        ("contrib.layers.variance_scaling_initializer", {"factor": 1.7, "mode": mode, "uniform": uniform})
        for mode in ("FAN_IN", "FAN_OUT", "FAN_AVG")
        for uniform in (True, False)
    ),
    ("contrib.layers.xavier_initializer", {"uniform": False}),
    ("uniform_unit_scaling_initializer", {"factor": 1.43}),
    ("random_uniform_initializer", {"minval": 0, "maxval": 9, "dtype": tf.int32}),
    ("random_normal_initializer", {"mean": 1.0, "stddev": 0.1, "dtype": tf.float64}),
    ("constant_initializer", {"value": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}),
    *((name, {"gain": 4.0, "dtype": tf.float64}) for name in legacy.KERNELS),
]


@pytest.mark.parametrize("context", legacy.CONTEXTS)
@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize(("name", "arguments"), ARGUMENTS)
def test_bits_are_the_real_ones(name: str, arguments: dict[str, Any], seed: Any, context: str) -> None:
    shape = legacy.shape_of(name, SHAPE)
    if name in legacy.RANDOM:
        arguments = {**arguments, "seed": seed}

    def run(make: Callable[..., Any]) -> list[Any]:
        initializer = make(**arguments)

        def two_calls() -> list[Any]:
            return [initializer(shape), initializer(shape)]

        if context == "graph":
            return legacy.in_graph(two_calls, seed=5)
        tf.random.set_seed(5)
        return legacy.CONTEXTS[context](two_calls)

    real = run(legacy.real(name))
    with tf_initcompat.legacy_sampling():
        mirrored = run(legacy.mirrored(name))
    assert all(map(legacy.same, mirrored, real))


@pytest.mark.parametrize("name", legacy.RANDOM)
def test_bits_of_a_graph_with_partitioned_variables(name: str) -> None:
    shape, axis = legacy.partitioned_shape_of(name, (10, 4))
    partitioner = tf.compat.v1.fixed_size_partitioner(3, axis=axis)

    def run(make: Callable[..., Any]) -> list[Any]:
        with tf.Graph().as_default():
            tf.compat.v1.set_random_seed(3)
            for letter in "ab":
                tf.compat.v1.get_variable(letter, shape, initializer=make(), partitioner=partitioner)
            with tf.compat.v1.Session() as session:
                session.run(tf.compat.v1.global_variables_initializer())
                return session.run(tf.compat.v1.global_variables())

    real = run(legacy.real(name))
    with tf_initcompat.legacy_sampling():
        mirrored = run(legacy.mirrored(name))
    assert len(real) == 6
    assert all(map(legacy.same, mirrored, real))


def test_native_sampling_gives_other_bits() -> None:
    initializer = legacy.mirrored("random_normal_initializer")()
    tf.random.set_seed(1)
    native = initializer(SHAPE)
    tf.random.set_seed(1)
    with tf_initcompat.legacy_sampling():
        assert not legacy.same(initializer(SHAPE), native)


def test_contexts_nest_apply_to_all_threads_and_end_with_an_error() -> None:
    seen: list[bool] = []
    with tf_initcompat.legacy_sampling():
        with pytest.raises(KeyError), tf_initcompat.legacy_sampling():
            raise KeyError
        thread = threading.Thread(target=lambda: seen.append(sampling.is_legacy()))
        thread.start()
        thread.join()
    assert seen == [True]
    assert not sampling.is_legacy()


@pytest.mark.parametrize(("value", "is_legacy"), [("legacy", True), ("native", False), ("", False)])
def test_environment_variable(value: str, is_legacy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_INITCOMPAT_SAMPLING", value)
    tensors = []
    for find in (legacy.real, legacy.mirrored):
        tf.random.set_seed(1)
        tensors.append(find("random_normal_initializer")(seed=1)(SHAPE))
    assert legacy.same(*tensors) == is_legacy


def test_wrong_value_of_the_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_INITCOMPAT_SAMPLING", "legcy")
    with pytest.raises(ValueError, match=r"TF_INITCOMPAT_SAMPLING must be one of 'native', 'legacy'.*'legcy'"):
        legacy.mirrored("random_normal_initializer")()(SHAPE)


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_real_symbols_may_be_replaced_by_the_wrappers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shape = legacy.shape_of(name, SHAPE)
    tf.random.set_seed(1)
    real = legacy.real(name)()(shape)
    for path in ("", "initializers"):
        for member in symbols.names_in(path):
            replacement = legacy.mirrored(f"{path}.{member}".lstrip("."))
            monkeypatch.setattr(legacy.namespace(path), member, replacement)
    tf.random.set_seed(1)
    with tf_initcompat.legacy_sampling():
        assert legacy.same(legacy.mirrored(name)()(shape), real)
