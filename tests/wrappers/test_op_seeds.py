"""Op seeds of graphs under legacy sampling of the kind "tf1".

`tests/tf1/test_graph_seed.py` compares whole programs.
"""

import contextlib
import gc
import json
import os
import re
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework import random_seed

import tf_initcompat
from tf_initcompat._internal import recorded_seeds, sampling
from tf_initcompat.parity import compare
from tf_initcompat.recorder import op_seeds as recorder

v1 = tf.compat.v1

#: TensorFlow's counters of random operations, before any test replaces them.
COUNTERS = random_seed._graph_to_seed_dict


@pytest.fixture(autouse=True)
def _tensorflow_is_left_alone() -> Iterator[None]:
    """Check that a test leaves nothing in TensorFlow."""
    yield
    assert random_seed._graph_to_seed_dict is COUNTERS
    assert not sampling.is_legacy()


@contextlib.contextmanager
def seeded_graph() -> Iterator[Any]:
    """Open a graph with a graph seed and variables as in TensorFlow 1."""
    with tf.Graph().as_default() as graph, v1.variable_scope("", use_resource=False):
        v1.set_random_seed(7)
        yield graph


def op_seeds(graph: Any) -> dict[str, int]:
    """Return the op seeds of a graph by the names of random operations."""
    return {op.name: op.get_attr("seed2") for op in graph.get_operations() if "seed2" in op.node_def.attr}


def normal() -> Any:
    return legacy.mirrored("random_normal_initializer")()


def variable(name: str, shape: tuple[int, ...] = (2, 3), initializer: Any = None, shards: int = 1) -> Any:
    partitioner = v1.fixed_size_partitioner(shards) if shards > 1 else None
    return v1.get_variable(name, shape, initializer=initializer, partitioner=partitioner)


# Counted op seeds.


def normals(count: int) -> list[int]:
    """Return the op seeds of new normals; each has three constants before its random operation and two after it."""
    graph = tf.compat.v1.get_default_graph()
    before = op_seeds(graph)
    for _ in range(count):
        v1.random_normal([2])
    return [op_seed for name, op_seed in op_seeds(graph).items() if name not in before]


def test_op_seed_is_the_number_of_operations_while_the_context_is_open() -> None:
    with seeded_graph():
        assert normals(2) == [0, 1]
        with tf_initcompat.legacy_sampling("tf1"):
            assert normals(2) == [15, 21]
        assert normals(2) == [4, 5]  # as without the context


def uniform(**arguments: Any) -> None:
    v1.random_uniform([2], **arguments)


def uniform_and(operation: Any, name: str) -> None:
    """Add a uniform and an operation behind it, whose name could be that of a part of the uniform."""
    value = v1.random_uniform([2])
    operation(x=value, y=value, name=name)


def raw_operations() -> None:
    """Add three operations; functions of TensorFlow 2 make the same ones together with others."""
    tf.raw_ops.Split(axis=tf.raw_ops.Placeholder(dtype=tf.int32), value=v1.placeholder(tf.float32, [2]), num_split=2)


def raw_uniform() -> None:
    """Add two operations, and give an op seed."""
    tf.raw_ops.RandomUniform(shape=v1.placeholder(tf.int32, [1]), dtype=tf.float32, seed=1, seed2=1)


def failing() -> None:
    """Add two operations, and one between them that fails: TensorFlow 1 counts it."""
    value = v1.placeholder(tf.float32, [2, 3])
    with contextlib.suppress(ValueError):
        tf.raw_ops.MatMul(a=value, b=value)
    v1.placeholder(tf.float32, [])


@pytest.mark.parametrize(
    ("function", "operations", "own"),
    # In TensorFlow 1: shape, min, max, RandomUniform, sub, mul and the sum. The op seed is the number before it: 3.
    [
        (uniform, 7, 3),
        (lambda: uniform(name="noise"), 7, 3),
        (lambda: uniform(maxval=5), 7, 3),
        (lambda: uniform(minval=1), 7, 3),
        (lambda: uniform(minval=0.0, maxval=1.0), 7, 3),
        (lambda: uniform(maxval=5, name="noise"), 7, 3),
        (lambda: uniform(maxval=v1.placeholder(tf.float32, [])), 7, 3),
        (lambda: uniform(minval=v1.placeholder(tf.float32, []), maxval=2.0), 7, 3),
        (lambda: uniform(maxval=v1.placeholder(tf.int32, []), dtype=tf.int32), 4, 3),
        (lambda: uniform_and(tf.raw_ops.Sub, "sub"), 8, 3),
        (lambda: uniform_and(tf.raw_ops.Mul, "Mul"), 8, 3),
        (raw_operations, 3, None),
        (raw_uniform, 2, None),
        (failing, 3, None),
    ],
)
def test_number_of_operations(function: Callable[[], None], operations: int, own: int | None) -> None:
    with seeded_graph() as graph, tf_initcompat.legacy_sampling("tf1"):
        function()
        assert own is None or [*op_seeds(graph).values()] == [own]
        assert normals(1) == [operations + 3]


def test_name_of_a_scope_does_not_matter() -> None:
    with seeded_graph(), tf_initcompat.legacy_sampling("tf1"), tf.name_scope("random_uniform"):
        assert normals(1) == [3]


def test_graphs_are_counted_by_themselves() -> None:
    with tf_initcompat.legacy_sampling("tf1"):
        for _ in range(2):
            with seeded_graph():
                assert normals(2) == [3, 9]
                with seeded_graph():
                    assert normals(1) == [3]
                assert normals(1) == [15]


def test_given_op_seeds_and_graphs_without_a_seed_are_as_before() -> None:
    with tf_initcompat.legacy_sampling("tf1"):
        with seeded_graph() as graph:
            v1.random_normal([2], seed=5)
            assert set(op_seeds(graph).values()) == {5}
        with tf.Graph().as_default() as graph:
            v1.random_normal([2])
            assert set(op_seeds(graph).values()) == {0}


def test_inner_context_has_effect() -> None:
    with seeded_graph(), tf_initcompat.legacy_sampling("tf1"):
        assert normals(1) == [3]
        with tf_initcompat.legacy_sampling():
            assert normals(1) == [1]
            with tf_initcompat.legacy_sampling("tf1", seeds={"a": 99}):
                variable("a")
                assert op_seeds(v1.get_default_graph())["a/Initializer/random_uniform/RandomUniform"] == 99
        assert normals(1)[0] > 12
    with seeded_graph(), tf_initcompat.legacy_sampling(), tf_initcompat.legacy_sampling("tf1"):
        assert normals(1) == [3]


def test_contexts_may_close_in_any_order() -> None:
    first, second = contextlib.ExitStack(), contextlib.ExitStack()
    first.enter_context(tf_initcompat.legacy_sampling("tf1"))
    second.enter_context(tf_initcompat.legacy_sampling())
    first.close()
    with seeded_graph():
        assert normals(1) == [0]
        first.enter_context(tf_initcompat.legacy_sampling("tf1"))
        second.close()
        assert normals(1) == [9]
    first.close()


def test_context_applies_to_all_threads_and_ends_with_an_error() -> None:
    seen: list[list[int]] = []

    def work() -> None:
        with seeded_graph():
            seen.append(normals(1))

    def in_thread() -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    with contextlib.suppress(KeyError), tf_initcompat.legacy_sampling("tf1"):
        in_thread()
        raise KeyError
    in_thread()
    assert seen == [[3], [0]]


def test_many_threads_open_contexts() -> None:
    failures: list[object] = []

    def work() -> None:
        for _ in range(50):
            with tf_initcompat.legacy_sampling("tf1"), seeded_graph():
                if normals(1) != [3]:
                    failures.append(threading.get_ident())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_function_has_a_graph_of_its_own() -> None:
    tf.random.set_seed(7)
    traced: list[int] = []

    @tf.function
    def sample() -> Any:
        result = normal()((2, 3))
        traced.extend(op_seeds(v1.get_default_graph()).values())
        return result

    with tf_initcompat.legacy_sampling("tf1"):
        sample()
        sample()
    assert traced == [3]


def test_unknown_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(random_seed, "_graph_to_seed_dict")
    with pytest.raises(RuntimeError, match=rf"'tf1' does not know how TensorFlow {tf.__version__}.*kind 'legacy'"):
        tf_initcompat.legacy_sampling("tf1").__enter__()


def test_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_INITCOMPAT_SAMPLING", "tf1")
    with seeded_graph() as graph:
        variable("a", initializer=normal())
        with tf_initcompat.legacy_sampling("tf1"):
            pass  # leaves the setting of the process as it is
        v1.random_normal([2])
        variable("b", initializer=normal())
        assert list(op_seeds(graph).values()) == [3, 12, 18]
    monkeypatch.undo()
    with tf_initcompat.legacy_sampling("tf1"):
        pass


@pytest.mark.parametrize("imports", ["import tensorflow, tf_initcompat", "import tf_initcompat, tensorflow"])
def test_environment_variable_needs_no_wrapper(imports: str) -> None:
    program = f"""
{imports}
import tensorflow.compat.v1 as tf
with tf.Graph().as_default() as graph:
    tf.set_random_seed(7)
    tf.random_normal([2])
    print([op.get_attr("seed2") for op in graph.get_operations() if "seed2" in op.node_def.attr])
"""
    environment = {**os.environ, "TF_INITCOMPAT_SAMPLING": "tf1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[3]\n"


def test_environment_variable_imports_no_tensorflow() -> None:
    program = "import sys, tf_initcompat; print('tensorflow' in sys.modules)"
    environment = {**os.environ, "TF_INITCOMPAT_SAMPLING": "tf1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_comparison_takes_the_kind_as_legacy_sampling() -> None:
    name = "truncated_normal_initializer"
    with tf_initcompat.legacy_sampling("tf1"):
        comparison = compare(legacy.real(name), legacy.mirrored(name), shape=(100, 100), contexts=("eager", "graph"))
    assert comparison.verdict == "same"


# Recorded op seeds.


def test_names_of_variables_find_op_seeds() -> None:
    seeds = {"scope/a": 11, "b/part_0": 12, "b/part_1": np.int64(13), "unused": 14}
    with tf_initcompat.legacy_sampling("tf1", seeds=seeds), seeded_graph() as graph:
        with v1.variable_scope("scope"):
            variable("a", initializer=normal())
            variable("zeros", initializer=legacy.mirrored("zeros_initializer")())
        variable("b", shards=2)
        variable("given", initializer=legacy.mirrored("glorot_uniform_initializer")(seed=5))
    assert list(op_seeds(graph).values()) == [11, 12, 13, 5]


def test_recorded_values_are_those_of_the_op_seeds() -> None:
    def run(initializer: Any) -> Any:
        with seeded_graph():
            a = variable("a", initializer=initializer)
            with v1.Session() as session:
                session.run(v1.global_variables_initializer())
                return session.run(a)

    with tf_initcompat.legacy_sampling("tf1", seeds={"a": 42}):
        assert legacy.same(run(normal()), run(legacy.real("random_normal_initializer")(seed=42)))


def make_wrapped() -> None:
    variable("scope/kernel", initializer=normal())


def make_default() -> None:
    variable("scope/kernel")


def make_callable() -> None:
    v1.Variable(lambda: v1.random_normal([2]), name="scope/kernel")


@pytest.mark.parametrize("make", [make_wrapped, make_default, make_callable])
def test_variable_without_an_op_seed(make: Callable[[], None]) -> None:
    message = (
        r"No op seed is recorded in the argument `seeds` for the variable 'scope/kernel'\. Record the op seeds again "
        r".*give the initializer an op seed.* The nearest name is 'scope/kernels'\."
    )
    seeds = {"scope/kernels": 1, "kernel": 2}
    with pytest.raises(ValueError, match=message), tf_initcompat.legacy_sampling("tf1", seeds=seeds), seeded_graph():
        make()


def test_shard_without_an_op_seed() -> None:
    with (
        pytest.raises(ValueError, match="for the variable 'table/part_1'"),
        tf_initcompat.legacy_sampling("tf1", seeds={"table/part_0": 1}),
        seeded_graph(),
    ):
        variable("table", initializer=legacy.mirrored("glorot_uniform_initializer")(), shards=2)


def test_variable_of_a_tensor_without_an_op_seed() -> None:
    def build() -> None:
        with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1}), seeded_graph():
            variable("a")
            v1.random_normal([2])  # not a variable's
            v1.Variable(2.0 * v1.random_normal([2]), name="w")
            v1.Variable(v1.random_normal([2], seed=3), name="seeded")
            v1.Variable(v1.truncated_normal([2]), name="x")

    with pytest.raises(ValueError, match=r"for the variables 'w', 'x'\. Record"):
        build()


#: Variables whose graph asks for no op seed, by its initializer.
UNASKED = {
    "zeros": lambda: legacy.mirrored("zeros_initializer")(),
    "seeded": lambda: legacy.mirrored("random_normal_initializer")(seed=3),
    "stateless": lambda: lambda shape, dtype: tf.random.stateless_normal(shape, (1, 2), dtype=dtype),
}


@pytest.mark.parametrize("initializer", UNASKED.values())
def test_variable_without_its_recorded_op_seed(initializer: Callable[[], Any]) -> None:
    def build() -> None:
        with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1, "b": 2, "absent": 3}), seeded_graph():
            variable("a")
            variable("b", initializer=initializer())

    with pytest.raises(ValueError, match=r"in the argument `seeds` is not the one of the variable 'b'\. The initial"):
        build()


@pytest.mark.parametrize("initializer", ["zeros", "seeded"])
def test_graph_in_which_nothing_asks_for_an_op_seed(initializer: str) -> None:
    def build() -> None:
        with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1}), seeded_graph():
            variable("a", initializer=UNASKED[initializer]())

    with pytest.raises(ValueError, match="is not the one of the variable 'a'"):
        build()


@pytest.mark.parametrize("initializer", UNASKED)
def test_context_in_a_graph_in_which_nothing_asks_for_an_op_seed(initializer: str) -> None:
    def build() -> None:
        with seeded_graph(), tf_initcompat.legacy_sampling("tf1", seeds={"a": 1}):
            variable("a", initializer=UNASKED[initializer]())

    with pytest.raises(ValueError, match="is not the one of the variable 'a'"):
        build()


def test_variables_before_the_context_are_not_checked() -> None:
    with seeded_graph():
        variable("a", initializer=UNASKED["seeded"]())
        variable("b")
        with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1, "b": 2, "c": 3}):
            variable("c")


@pytest.mark.parametrize("initializer", [normal, lambda: None])
def test_graph_without_a_graph_seed(initializer: Callable[[], Any]) -> None:
    def build() -> None:
        with tf.Graph().as_default(), tf_initcompat.legacy_sampling("tf1", seeds={"a": 1}):
            v1.get_variable("a", [2], initializer=initializer(), use_resource=False)

    message = (
        r"`seeds` have no effect for the variable 'a': the Graph has no seed\. Call tf\.compat\.v1\.set_random_seed"
    )
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize(
    ("graph_seed", "op_seed", "taken"), [(0, 0, 2**31 - 1), (0, 2**31 - 1, 2**31 - 1), (7, 2**31 - 1, 0)]
)
def test_op_seeds_that_tensorflow_replaces(graph_seed: int, op_seed: int, taken: int) -> None:
    with tf_initcompat.legacy_sampling("tf1", seeds={"a": op_seed}), seeded_graph() as graph:
        v1.set_random_seed(graph_seed)
        variable("a")
    assert [*op_seeds(graph).values()] == [taken]


def test_collections_may_have_other_objects() -> None:
    with tf_initcompat.legacy_sampling("tf1", seeds={"a/part_0": 1, "a/part_1": 2}), seeded_graph() as graph:
        shards = variable("a", shards=2)
        for value in (tf.constant(1.0), tf.SparseTensor([[0]], [1.0], [1]), shards):
            graph.add_to_collection(v1.GraphKeys.GLOBAL_VARIABLES, value)
        assert recorder.op_seeds()["variables"] == {"a/part_0": 1, "a/part_1": 2}


def test_local_variable_without_an_op_seed() -> None:
    def build() -> None:
        with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1}), seeded_graph():
            variable("a")
            v1.Variable(v1.random_normal([2]), name="local", collections=[v1.GraphKeys.LOCAL_VARIABLES])

    with pytest.raises(ValueError, match="for the variable 'local'"):
        build()


def test_given_op_seed_may_be_the_recorded_one() -> None:
    with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1, "b": 2}), seeded_graph():
        variable("a")
        variable("b", initializer=legacy.mirrored("random_normal_initializer")(seed=2))


def test_mirrored_variables_take_recorded_op_seeds() -> None:
    # Asking for their initializer adds an operation to the graph, unless it is finalized: then it is an error.
    with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1}), seeded_graph() as graph:
        with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
            v1.get_variable("a", (2, 3), initializer=normal())
        graph.finalize()
    assert [*op_seeds(graph).values()] == [1]


def test_mirrored_variable_without_its_recorded_op_seed() -> None:
    def build() -> None:
        strategy = tf.distribute.MirroredStrategy(["CPU:0"])
        with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1, "b": 2}), seeded_graph(), strategy.scope():
            variable("a")
            variable("b", initializer=legacy.mirrored("zeros_initializer")())

    with pytest.raises(ValueError, match="is not the one of the variable 'b'"):
        build()


def test_other_errors_are_not_hidden() -> None:
    def build() -> None:
        with tf_initcompat.legacy_sampling("tf1", seeds={}), seeded_graph():
            v1.Variable(v1.random_normal([2]), name="w")
            raise KeyError

    with pytest.raises(KeyError):
        build()


def test_masks_and_shuffles_need_no_op_seed() -> None:
    with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1}), seeded_graph() as graph:
        v1.nn.dropout(variable("a"), rate=0.5)
        v1.data.make_one_shot_iterator(v1.data.Dataset.range(4).shuffle(4)).get_next()
        v1.random_shuffle(tf.range(3))
    assert len(op_seeds(graph)) >= 3


def test_eager_code_has_no_recorded_op_seeds() -> None:
    with tf_initcompat.legacy_sampling("tf1", seeds={"a": 1}):
        assert legacy.mirrored("zeros_initializer")()((2,)).shape == (2,)
        legacy.mirrored("random_normal_initializer")(seed=1)((2,))
        with pytest.raises(ValueError, match=r"Recorded op seeds apply to the variables of a Graph.*eager code"):
            normal()((2,))


# Files.

DOCUMENT: dict[str, Any] = {
    "format": "tf_initcompat op seeds",
    "version": 1,
    "tensorflow": "1.15.5",
    "variables": {"a": 11, "w": 12},
    "operations": {"random_normal/RandomStandardNormal": 12, "RandomShuffle_1": 14, "RandomShuffle": 13},
}


def written(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "recorded.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


@pytest.mark.parametrize("as_path", [str, Path])
def test_names_of_operations_find_op_seeds(tmp_path: Path, as_path: Callable[[Path], Any]) -> None:
    path = written(tmp_path, DOCUMENT)
    with tf_initcompat.legacy_sampling("tf1", seeds=as_path(path)):
        for _ in range(2):  # each graph begins with the first shuffle
            with seeded_graph() as graph:
                variable("a")
                v1.random_shuffle(tf.range(3), seed=3)
                v1.random_shuffle(tf.range(3))
                v1.Variable(v1.random_normal([2]), name="w")
                v1.random_shuffle(tf.range(3))
                v1.random_shuffle(tf.range(3))  # has none
            *found, last = op_seeds(graph).values()
            assert (found, last > 20) == ([11, 3, 13, 12, 14], True)


def recorded_in(graph: Any) -> list[int]:
    """Return the op seeds of the shuffles of a graph."""
    return [op_seed for name, op_seed in op_seeds(graph).items() if "RandomShuffle" in name]


def test_consecutive_contexts_go_on_in_a_graph(tmp_path: Path) -> None:
    with seeded_graph() as graph:
        for _ in range(2):
            with tf_initcompat.legacy_sampling("tf1", seeds=written(tmp_path, DOCUMENT)):
                v1.random_shuffle(tf.range(3))
    assert recorded_in(graph) == [13, 14]


def test_functions_do_not_take_op_seeds_of_the_graph(tmp_path: Path) -> None:
    with tf_initcompat.legacy_sampling("tf1", seeds=written(tmp_path, DOCUMENT)), seeded_graph() as graph:

        @tf.function
        def shuffled() -> Any:
            return v1.random_shuffle(v1.placeholder_with_default([1, 2], [2]))

        found = recorded_in(shuffled.get_concrete_function().graph)
        v1.random_shuffle(tf.range(3))
    assert (found, recorded_in(graph)) == ([2], [13])  # as TensorFlow 1 counts: the constant and its default


def test_datasets_and_integers_take_op_seeds(tmp_path: Path) -> None:
    operations = {"seed2": 21, "RandomShuffle": 22, "seed2_1": 23, "scope/random_uniform/": 24, "RandomShuffle_1": 25}
    path = written(tmp_path, {**DOCUMENT, "operations": operations})
    with tf_initcompat.legacy_sampling("tf1", seeds=path), seeded_graph() as graph:
        datasets = [v1.data.Dataset.range(4).shuffle(4)]
        v1.random_shuffle(tf.range(3))
        datasets.append(v1.data.Dataset.range(4).shuffle(4))
        v1.data.make_one_shot_iterator(datasets[-1])
        with tf.name_scope("scope"):
            v1.random_uniform([2], maxval=9, dtype=tf.int32)
        v1.random_shuffle(tf.range(3))
        with v1.Session() as session:
            found = session.run([graph.get_tensor_by_name(name) for name in ("seed2:0", "seed2_1:0")])
    assert found == [21, 23]
    assert [*op_seeds(graph).values()] == [22, 24, 25]


@pytest.mark.parametrize("arguments", [{}, {"seeds": {"a": 1}}])
def test_graphs_are_not_kept(arguments: dict[str, Any]) -> None:
    with tf_initcompat.legacy_sampling("tf1", **arguments), seeded_graph() as graph:
        variable("a")
    kept = weakref.ref(graph)
    del graph
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ('{"a": 1, "a": 2}', "is not a recording of op seeds: the name 'a' occurs twice"),
        ('{"variables": {"b": 1, "a": 1, "a": 1}}', "is not a recording of op seeds: the name 'a' occurs twice"),
        ("\ufeff{}", "is not a recording of op seeds: Unexpected UTF-8 BOM"),
        ('{"format": ' + "9" * 5000 + "}", "is not a recording of op seeds: Exceeds the limit"),
        ("", r"recorded\.json is not a recording of op seeds: Expecting value"),
        ("{", "is not a recording of op seeds: Expecting property name"),
        ("[" * 100_000, "is not a recording of op seeds: maximum recursion depth"),
        ("\x00", "is not a recording of op seeds: Expecting value"),
        ([], "is not a recording of op seeds: it has no 'format': 'tf_initcompat op seeds'"),
        ({"a": 1}, "is not a recording of op seeds: it has no 'format'"),
        ({**DOCUMENT, "format": "other"}, "is not a recording of op seeds: it has no 'format'"),
        ({**DOCUMENT, "version": 2}, "has version 2 of the format; this package reads version 1"),
        ({**DOCUMENT, "version": None}, "has version None of the format"),
        ({**DOCUMENT, "variables": []}, "is malformed: 'variables' must be an object"),
        ({key: DOCUMENT[key] for key in ("format", "version", "variables")}, "'operations' must be an object"),
        ({**DOCUMENT, "variables": {"a": "1"}}, r"'variables' must have integers from 0 .* for 'a': '1'"),
        ({**DOCUMENT, "variables": {"a": True}}, r"for 'a': True"),
        ({**DOCUMENT, "variables": {"a": 1.5}}, r"for 'a': 1\.5"),
        ({**DOCUMENT, "variables": {"a": -1}}, r"for 'a': -1"),
        ({**DOCUMENT, "operations": {"b": 2**31}}, r"'operations' must have integers .* for 'b': 2147483648"),
        ({**DOCUMENT, "operations": {"b": [1]}}, r"for 'b': \[1\]"),
    ],
)
def test_malformed_file(document: object, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, document)
    with pytest.raises(ValueError, match=message) as raised:
        tf_initcompat.legacy_sampling("tf1", seeds=path).__enter__()
    assert str(path) in str(raised.value)


def test_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(ValueError, match=r"recorded\.json is not a recording of op seeds: 'utf-8' codec"):
        tf_initcompat.legacy_sampling("tf1", seeds=path).__enter__()


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.json"):
        tf_initcompat.legacy_sampling("tf1", seeds=tmp_path / "absent.json").__enter__()


@pytest.mark.parametrize("path", [".", os.devnull])
def test_no_regular_file(path: str) -> None:
    with pytest.raises(OSError, match=rf"^{re.escape(path)} cannot be read: it is not a regular file"):
        tf_initcompat.legacy_sampling("tf1", seeds=path).__enter__()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"kind": "tf2"}, ValueError, "Argument `kind` must be 'legacy' or 'tf1'. Received: 'tf2'"),
        ({"kind": "native"}, ValueError, "Argument `kind` must be 'legacy' or 'tf1'. Received: 'native'"),
        ({"kind": None}, ValueError, "Received: None"),
        ({"kind": ["tf1"]}, ValueError, r"Received: \['tf1'\]"),
        ({"seeds": {"a": 1}}, ValueError, "Argument `seeds` has an effect only for the kind 'tf1'.*kind 'legacy'"),
        ({"kind": "tf1", "seeds": 7}, TypeError, "Argument `seeds` must be the path .* or a mapping.*Received: 7"),
        ({"kind": "tf1", "seeds": b"path"}, TypeError, "Received: b'path'"),
        ({"kind": "tf1", "seeds": ["a"]}, TypeError, r"Received: \['a'\]"),
        ({"kind": "tf1", "seeds": {1: 1}}, ValueError, "Argument `seeds` must have names as keys. Received: 1"),
        ({"kind": "tf1", "seeds": {"a": None}}, ValueError, "must have integers from 0 .* for 'a': None"),
    ],
)
def test_wrong_arguments(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        tf_initcompat.legacy_sampling(**arguments).__enter__()


# The recorder; `tests/tf1` runs it in TensorFlow 1.


def test_recorder_writes_what_legacy_sampling_reads(tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    with seeded_graph() as graph, tf_initcompat.legacy_sampling("tf1"):
        variable("a")
        w = v1.Variable(v1.random_normal([2]), name="w")
        v1.Variable(w.initialized_value(), name="copy")
        v1.Variable(v1.random_normal([2]) * v1.truncated_normal([2]), name="product")
        v1.get_variable("local", [2], collections=[v1.GraphKeys.LOCAL_VARIABLES])
        v1.random_shuffle(tf.range(3), seed=12345)
        v1.random_shuffle(tf.range(3))
        recorder.write(str(path))
    recorded = recorded_seeds.load(path)
    by_name = op_seeds(graph)
    assert recorded.variables == {
        "a": by_name["a/Initializer/random_uniform/RandomUniform"],
        "w": by_name["random_normal/RandomStandardNormal"],
        "copy": by_name["random_normal/RandomStandardNormal"],
        "local": by_name["local/Initializer/random_uniform/RandomUniform"],
    }
    assert recorded.scopes == {
        "random_normal": (by_name["random_normal/RandomStandardNormal"],),
        "random_normal_1": (by_name["random_normal_1/RandomStandardNormal"],),
        "truncated_normal": (by_name["truncated_normal/TruncatedNormal"],),
        "": (by_name["RandomShuffle_1"],),
    }


def test_recorder_needs_a_graph_seed() -> None:
    with tf.Graph().as_default() as graph:
        variable("a")
        v1.set_random_seed(7)
        variable("b")
    with pytest.raises(ValueError, match=r"Variable a has no seed\. Call tf\.set_random_seed"):
        recorder.op_seeds(graph)


def shuffle(seed: int | None = None) -> None:
    v1.random_shuffle(v1.placeholder(tf.int32, [3]), seed=seed)


def after(operations: int, function: Callable[[], None]) -> Callable[[], None]:
    """Return a function that adds placeholders before it calls another."""

    def call() -> None:
        for _ in range(operations):
            v1.placeholder(tf.float32, [])
        function()

    return call


@pytest.mark.parametrize(
    ("function", "graph_seed", "operations"),
    [
        # Op seeds of the program.
        (after(50, lambda: shuffle(seed=40)), 7, {}),
        (after(50, lambda: shuffle(seed=54)), 7, {}),
        (after(50, lambda: v1.data.Dataset.range(5).shuffle(3, seed=30)), 7, {}),
        # No graph seed.
        (lambda: v1.data.Dataset.range(5).shuffle(3), None, {}),
        # Tensors that only have the name of a dataset's op seed.
        (after(4, lambda: v1.constant([4, 5], tf.int64, name="seed2")), 7, {}),
        (after(4, lambda: v1.constant(4, tf.int32, name="seed2")), 7, {}),
        (after(4, lambda: v1.constant(4, tf.int64, name="seed20")), 7, {}),
        # Op seeds of TensorFlow.
        (shuffle, 7, {"RandomShuffle": 1}),
        (after(5, lambda: v1.data.Dataset.range(5).shuffle(3)), 7, {"seed2": 10}),
        (after(5, lambda: uniform(maxval=9, dtype=tf.int32)), 7, {"random_uniform/": 8}),
        # Get_seed replaces the pair 0, 0.
        (lambda: v1.random_shuffle([1, 2]), 0, {"RandomShuffle": 2**31 - 1}),
        # The name of the variable finds it.
        (lambda: v1.get_variable("a", [2], tf.int32, v1.random_uniform_initializer(0, 9, dtype=tf.int32)), 7, {}),
    ],
)
def test_recorder_tells_whose_an_op_seed_is(
    function: Callable[[], None], graph_seed: int | None, operations: dict[str, int]
) -> None:
    with seeded_graph(), tf_initcompat.legacy_sampling("tf1"):
        v1.set_random_seed(graph_seed)
        function()
        assert recorder.op_seeds()["operations"] == operations
