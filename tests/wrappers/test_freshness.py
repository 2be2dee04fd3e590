"""Which calls give the same values and which give fresh ones, in every context, as the real symbols do.

Each test makes four or so tensors in a context and compares the pattern of equal ones with that of the real symbol.
"""

import itertools
from collections.abc import Callable
from typing import Any

import legacy
import numpy as np
import tensorflow as tf
from absl.testing import parameterized

SHAPE = (3, 2)

#: One row for each kind of native initializer and distribution: compiling each for XLA takes a second.
XLA = [
    ("variance_scaling_initializer", {"distribution": "truncated_normal"}),
    ("variance_scaling_initializer", {"distribution": "untruncated_normal"}),
    ("keras.initializers.he_uniform", {}),
    ("random_normal_initializer", {}),
    ("truncated_normal_initializer", {}),
    ("random_uniform_initializer", {}),
    ("contrib.layers.xavier_initializer", {}),
]


def pattern(tensors: list[Any]) -> list[bool]:
    """Returns for each pair whether its members are equal."""
    assert all(np.ptp(tensor) > 0 for tensor in tensors)
    return [bool(np.all(first == second)) for first, second in itertools.combinations(tensors, 2)]


def two_calls(make: Callable[..., Any]) -> Callable[[], Any]:
    initializer = make()
    return lambda: [initializer(SHAPE), initializer(SHAPE)]


def two_instances(make: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: [make()(SHAPE), make()(SHAPE)]


class FreshnessTest(parameterized.TestCase):
    @parameterized.product(
        name=legacy.RANDOM, seed=[None, 3, np.int64(5)], context=list(legacy.CONTEXTS), use=[two_calls, two_instances]
    )
    def test_matrix(self, name: str, seed: Any, context: str, use: Any) -> None:
        real, mirrored = (
            pattern(legacy.CONTEXTS[context](use(lambda make=make: make(name)(seed=seed))))
            for make in (legacy.real, legacy.mirrored)
        )
        self.assertEqual(mirrored, real)

    @parameterized.product(case=XLA, seed=[None, 3])
    def test_matrix_under_xla(self, case: tuple[str, dict[str, Any]], seed: Any) -> None:
        name, arguments = case
        real, mirrored = (
            pattern(legacy.in_xla(two_calls(lambda make=make: make(name)(seed=seed, **arguments))))
            for make in (legacy.real, legacy.mirrored)
        )
        self.assertEqual(mirrored, real)
        self.assertFalse(any(mirrored))

    @parameterized.product(name=legacy.RANDOM, seed=[None, 3], context=["eager", "function"])
    def test_global_seed_reproduces_calls_that_are_fresh(self, name: str, seed: Any, context: str) -> None:
        for set_seed in (tf.random.set_seed, tf.compat.v1.set_random_seed):
            runs = []
            for _ in range(2):
                set_seed(7)
                runs.append(legacy.CONTEXTS[context](two_calls(lambda: legacy.mirrored(name)(seed=seed))))
            self.assertTrue(all(map(legacy.same, *runs)))
            set_seed(8)
            other = legacy.CONTEXTS[context](two_calls(lambda: legacy.mirrored(name)(seed=seed)))
            self.assertFalse(any(map(legacy.same, runs[0], other)))
        set_seed(7)
        real = legacy.CONTEXTS[context](two_calls(lambda: legacy.real(name)(seed=seed)))
        self.assertEqual(pattern(runs[0]), pattern(real))

    @parameterized.product(name=legacy.RANDOM, seed=[None, 3])
    def test_global_seed_reproduces_a_graph(self, name: str, seed: Any) -> None:
        use = two_calls(lambda: legacy.mirrored(name)(seed=seed))
        first, second, other = (legacy.in_graph(use, graph_seed) for graph_seed in (7, 7, 8))
        self.assertTrue(all(map(legacy.same, first, second)))
        self.assertFalse(any(map(legacy.same, first, other)))
        real = legacy.in_graph(two_calls(lambda: legacy.real(name)(seed=seed)), 7)
        self.assertEqual(pattern(first), pattern(real))

    @parameterized.parameters(*legacy.RANDOM)
    def test_seeds_differ_from_each_other(self, name: str) -> None:
        tensors = [legacy.mirrored(name)(seed=seed)(SHAPE) for seed in range(20)]
        self.assertFalse(any(pattern(tensors)))

    @parameterized.parameters(*legacy.RANDOM)
    def test_keras_global_seed_reproduces_too(self, name: str) -> None:
        runs = []
        for _ in range(2):
            tf.keras.utils.set_random_seed(11)
            runs.append(legacy.mirrored(name)()(SHAPE))
        self.assertTrue(legacy.same(*runs))

    def test_successive_calls_are_uncorrelated(self) -> None:
        initializer = legacy.mirrored("random_normal_initializer")(seed=1)
        samples = np.stack([np.ravel(initializer((500, 500))) for _ in range(6)])
        correlations = np.corrcoef(samples)[np.triu_indices(6, 1)]
        self.assertLess(np.abs(correlations).max(), 5 / 500)  # five standard errors

    def test_keras_test_tool_reaches_the_wrapper_s_seed(self) -> None:
        # Keras' migration tool replaces TensorFlow's get_seed: operations in one order get one stream of seeds.
        tool_class = legacy.keras_test_tool()
        runs = []
        for _ in range(2):
            tool = tool_class(mode="num_random_ops")
            with tool.scope():
                runs.append([legacy.mirrored("glorot_uniform_initializer")()(SHAPE) for _ in range(3)])
            self.assertEqual(tool.operation_seed, 3)
        self.assertTrue(all(map(legacy.same, *runs)))
        self.assertFalse(any(pattern(runs[0])))

    def test_seeded_calls_of_other_laws_do_not_disturb_a_stream(self) -> None:
        def others(find: Callable[[str], Any]) -> list[Callable[[], Any]]:
            return [
                lambda: None,
                lambda: find("random_normal_initializer")(seed=7)(SHAPE),
                lambda: find("random_uniform_initializer")(seed=7)(SHAPE),
                lambda: find("orthogonal_initializer")(seed=7)(SHAPE),
                lambda: find("truncated_normal_initializer")(seed=7)(SHAPE, dtype=tf.float64),
                lambda: tf.random.uniform((2,), 0, 10, tf.int32, seed=7),
                lambda: find("initializers.he_normal")(seed=7)(SHAPE),
            ]

        for find in (legacy.real, legacy.mirrored):
            tensors = []
            for other in others(find):
                tf.random.set_seed(1)
                other()
                tensors.append(find("truncated_normal_initializer")(seed=7)(SHAPE))
            self.assertTrue(all(legacy.same(tensor, tensors[0]) for tensor in tensors[:-1]))
            self.assertFalse(legacy.same(tensors[-1], tensors[0]))  # the same kind of operation
