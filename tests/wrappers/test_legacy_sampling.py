"""Under legacy sampling the weights are bit for bit those of the real symbol."""

import inspect
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
]


def program(make: Callable[..., Any], arguments: dict[str, Any], seed: Any) -> Callable[[], Any]:
    takes_seed = "seed" in inspect.signature(make).parameters
    initializer = make(**arguments, **({"seed": seed} if takes_seed else {}))
    return lambda: [initializer(SHAPE), initializer(SHAPE)]


@pytest.mark.parametrize("context", legacy.CONTEXTS)
@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize(("name", "arguments"), ARGUMENTS)
def test_bits_are_the_real_ones(name: str, arguments: dict[str, Any], seed: Any, context: str) -> None:
    def run(make: Callable[..., Any]) -> list[Any]:
        if context == "graph":
            return legacy.in_graph(program(make, arguments, seed), seed=5)
        tf.random.set_seed(5)
        return legacy.CONTEXTS[context](program(make, arguments, seed))

    wanted = run(legacy.real(name))
    with tf_initcompat.legacy_sampling():
        found = run(legacy.mirrored(name))
    assert all(map(legacy.same, found, wanted))


def test_bits_of_a_graph_with_partitioned_variables() -> None:
    def run(make: Callable[..., Any]) -> list[Any]:
        with tf.Graph().as_default():
            tf.compat.v1.set_random_seed(3)
            for name in ("a", "b"):
                tf.compat.v1.get_variable(
                    name, (10, 4), initializer=make(), partitioner=tf.compat.v1.fixed_size_partitioner(3)
                )
            with tf.compat.v1.Session() as session:
                session.run(tf.compat.v1.global_variables_initializer())
                return session.run(tf.compat.v1.global_variables())

    for name in legacy.RANDOM:
        wanted = run(legacy.real(name))
        with tf_initcompat.legacy_sampling():
            assert all(map(legacy.same, run(legacy.mirrored(name)), wanted)), name
        assert len(wanted) == 6


def test_native_sampling_gives_other_bits() -> None:
    seeds = [tf.random.set_seed, tf.random.set_seed]
    init = legacy.mirrored("random_normal_initializer")()
    seeds[0](1)
    native = init(SHAPE)
    seeds[1](1)
    with tf_initcompat.legacy_sampling():
        assert not legacy.same(init(SHAPE), native)


def test_contexts_nest_hold_for_all_threads_and_end_with_an_error() -> None:
    seen: list[bool] = []
    with tf_initcompat.legacy_sampling():
        with pytest.raises(KeyError), tf_initcompat.legacy_sampling():
            raise KeyError
        thread = threading.Thread(target=lambda: seen.append(sampling.is_legacy()))
        thread.start()
        thread.join()
    assert seen == [True]
    assert not sampling.is_legacy()


def test_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    init = legacy.mirrored("random_normal_initializer")(seed=1)
    for value, legacy_bits in (("legacy", True), ("native", False), ("", False)):
        monkeypatch.setenv("TF_INITCOMPAT_SAMPLING", value)
        tf.random.set_seed(1)
        real = legacy.real("random_normal_initializer")(seed=1)(SHAPE)
        tf.random.set_seed(1)
        assert legacy.same(init(SHAPE), real) == legacy_bits
    monkeypatch.setenv("TF_INITCOMPAT_SAMPLING", "legcy")
    with pytest.raises(ValueError, match=r"TF_INITCOMPAT_SAMPLING must be one of 'native', 'legacy'.*'legcy'"):
        init(SHAPE)


def test_real_symbols_may_be_replaced_by_the_wrappers(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {}
    for name in legacy.INITIALIZERS:
        tf.random.set_seed(1)
        wanted[name] = legacy.real(name)()(SHAPE)
    for path in ("", "initializers"):
        for name in symbols.names_in(path):
            replacement = legacy.mirrored(f"{path}.{name}".lstrip("."))
            monkeypatch.setattr(legacy.namespace(path), name, replacement)
    with tf_initcompat.legacy_sampling():
        for name, tensor in wanted.items():
            tf.random.set_seed(1)
            assert legacy.same(legacy.mirrored(name)()(SHAPE), tensor), name
