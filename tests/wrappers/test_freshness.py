"""Which calls give equal values and which give fresh ones, in every context, as for the real symbols.

Each test makes a few tensors in a context and compares the pattern of equal ones with that of the real symbol.
"""

import itertools
from collections.abc import Callable
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf

SHAPE = (3, 2)
SEED = 7

#: One row for each kind of native initializer and distribution: compiling each for XLA takes a second.
XLA = [
    ("variance_scaling_initializer", {"distribution": "truncated_normal"}),
    ("variance_scaling_initializer", {"distribution": "untruncated_normal"}),
    ("keras.initializers.he_uniform", {}),
    ("random_normal_initializer", {}),
    ("truncated_normal_initializer", {}),
    ("random_uniform_initializer", {}),
    ("contrib.layers.xavier_initializer", {}),
    ("contrib.framework.convolutional_delta_orthogonal", {}),
    ("contrib.framework.convolutional_orthogonal_1d", {}),
]

Make = Callable[[], Any]


def pattern(tensors: list[Any]) -> list[bool]:
    """Return for each pair of tensors whether they are equal."""
    assert all(np.ptp(tensor) > 0 for tensor in tensors)
    return [bool(np.all(first == second)) for first, second in itertools.combinations(tensors, 2)]


def two_calls(make: Make, shape: tuple[int, ...]) -> Make:
    initializer = make()
    return lambda: [initializer(shape), initializer(shape)]


def two_instances(make: Make, shape: tuple[int, ...]) -> Make:
    return lambda: [make()(shape), make()(shape)]


@pytest.mark.parametrize("use", [two_calls, two_instances])
@pytest.mark.parametrize("context", legacy.CONTEXTS)
@pytest.mark.parametrize("seed", [None, 3, np.int64(5)], ids=repr)
@pytest.mark.parametrize("name", legacy.RANDOM)
def test_pattern(name: str, seed: Any, context: str, use: Callable[[Make, tuple[int, ...]], Make]) -> None:
    shape = legacy.shape_of(name, SHAPE)
    real, mirrored = (
        pattern(legacy.CONTEXTS[context](use(lambda find=find: find(name)(seed=seed), shape)))
        for find in (legacy.real, legacy.mirrored)
    )
    assert mirrored == real


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize(("name", "arguments"), XLA)
def test_pattern_under_xla(name: str, arguments: dict[str, Any], seed: Any) -> None:
    real, mirrored = (
        pattern(
            legacy.in_xla(two_calls(lambda find=find: find(name)(seed=seed, **arguments), legacy.shape_of(name, SHAPE)))
        )
        for find in (legacy.real, legacy.mirrored)
    )
    assert mirrored == real
    assert not any(mirrored)


@pytest.mark.parametrize("set_seed", [tf.random.set_seed, tf.compat.v1.set_random_seed])
@pytest.mark.parametrize("context", ["eager", "function"])
@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("name", legacy.RANDOM)
def test_global_seed_reproduces_calls_that_are_fresh(
    name: str, seed: Any, context: str, set_seed: Callable[[int], None]
) -> None:
    def run(find: Callable[[str], Any], global_seed: int) -> list[Any]:
        set_seed(global_seed)
        return legacy.CONTEXTS[context](two_calls(lambda: find(name)(seed=seed), legacy.shape_of(name, SHAPE)))

    first, second, other = (run(legacy.mirrored, global_seed) for global_seed in (SEED, SEED, SEED + 1))
    assert all(map(legacy.same, first, second))
    assert not any(map(legacy.same, first, other))
    assert pattern(first) == pattern(run(legacy.real, SEED))


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("name", legacy.RANDOM)
def test_global_seed_reproduces_a_graph(name: str, seed: Any) -> None:
    def run(find: Callable[[str], Any], graph_seed: int) -> list[Any]:
        return legacy.in_graph(two_calls(lambda: find(name)(seed=seed), legacy.shape_of(name, SHAPE)), graph_seed)

    first, second, other = (run(legacy.mirrored, graph_seed) for graph_seed in (SEED, SEED, SEED + 1))
    assert all(map(legacy.same, first, second))
    assert not any(map(legacy.same, first, other))
    assert pattern(first) == pattern(run(legacy.real, SEED))


@pytest.mark.parametrize("name", legacy.RANDOM)
def test_seeds_differ_from_each_other(name: str) -> None:
    tensors = [legacy.mirrored(name)(seed=seed)(legacy.shape_of(name, SHAPE)) for seed in range(20)]
    assert not any(pattern(tensors))


@pytest.mark.parametrize("name", legacy.RANDOM)
def test_global_seed_of_keras_reproduces_too(name: str) -> None:
    tensors = []
    for _ in range(2):
        tf.keras.utils.set_random_seed(11)
        tensors.append(legacy.mirrored(name)()(legacy.shape_of(name, SHAPE)))
    assert legacy.same(*tensors)


def test_successive_calls_are_uncorrelated() -> None:
    initializer = legacy.mirrored("random_normal_initializer")(seed=1)
    samples = np.stack([np.ravel(initializer((500, 500))) for _ in range(6)])
    correlations = np.corrcoef(samples)[np.triu_indices(6, 1)]
    assert np.abs(correlations).max() < 5 / 500  # five standard errors


def test_test_tool_of_keras_reaches_the_seed_of_the_wrapper() -> None:
    # Keras' migration tool replaces TensorFlow's get_seed: operations in one order get one stream of seeds.
    tool_class = legacy.keras_test_tool()
    runs = []
    for _ in range(2):
        tool = tool_class(mode="num_random_ops")
        with tool.scope():
            runs.append([legacy.mirrored("glorot_uniform_initializer")()(SHAPE) for _ in range(3)])
        assert tool.operation_seed == 3
    assert all(map(legacy.same, *runs))
    assert not any(pattern(runs[0]))


def sample_after(find: Callable[[str], Any], other: Callable[[Callable[[str], Any]], Any]) -> Any:
    """Return the seeded sample of a truncated normal after another operation with the same seed."""
    tf.random.set_seed(1)
    other(find)
    return find("truncated_normal_initializer")(seed=SEED)(SHAPE)


@pytest.mark.parametrize("find", [legacy.real, legacy.mirrored])
@pytest.mark.parametrize(
    "other",
    [
        lambda find: find("random_normal_initializer")(seed=SEED)(SHAPE),
        lambda find: find("random_uniform_initializer")(seed=SEED)(SHAPE),
        lambda find: find("orthogonal_initializer")(seed=SEED)(SHAPE),
        lambda find: find("truncated_normal_initializer")(seed=SEED)(SHAPE, dtype=tf.float64),
        lambda find: tf.random.uniform((2,), 0, 10, tf.int32, seed=SEED),
    ],
    ids=["normal", "uniform", "orthogonal", "float64", "uniform integers"],
)
def test_seeded_calls_of_another_kind_do_not_advance_a_stream(find: Any, other: Any) -> None:
    assert legacy.same(sample_after(find, other), sample_after(find, lambda find: None))


@pytest.mark.parametrize("find", [legacy.real, legacy.mirrored])
def test_seeded_calls_of_one_kind_advance_their_stream(find: Any) -> None:
    # He normal is the same kind of operation, a truncated normal in float32.
    after = sample_after(find, lambda find: find("initializers.he_normal")(seed=SEED)(SHAPE))
    assert not legacy.same(after, sample_after(find, lambda find: None))
