"""Calls that come again run a traced function: the same bits as operation by operation, and nothing is kept alive."""

import gc
import os
import subprocess
import sys
import textwrap
import threading
import types
import warnings
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat.wrappers import placement, tensorflow, traces
from tf_initcompat.wrappers.arguments import Partition

SHAPE = (30, 20)
NEVER = 1 << 62


@pytest.fixture(autouse=True)
def _no_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a cache of its own."""
    monkeypatch.setattr(traces, "functions", traces.Recent(traces.FUNCTIONS))
    monkeypatch.setattr(traces, "calls", traces.Recent(traces.COUNTED))


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the functions that are traced during the test."""
    made: list[Any] = []
    real = tf.compat.v1.wrap_function

    def wrap(*arguments: Any) -> Any:
        made.append(arguments[0].__name__)
        return real(*arguments)

    monkeypatch.setattr(tf.compat.v1, "wrap_function", wrap)
    return made


def calls(name: str, dtype: str, seed: Any, number: int = 4, **arguments: Any) -> list[Any]:
    """Return the tensors of some calls of one initializer after the same global seed."""
    tf.random.set_seed(4)
    if legacy.row(name).parameter("dtype"):
        arguments["dtype"] = dtype
    initializer = legacy.mirrored(name)(seed=seed, **arguments)
    return [initializer(legacy.shape_of(name, SHAPE), dtype=dtype) for _ in range(number)]


#: TensorFlow has no QR decomposition in bfloat16.
CASES = [
    (name, dtype)
    for name in legacy.RANDOM
    for dtype in ("float16", "bfloat16", "float32", "float64")
    if dtype != "bfloat16" or not legacy.row(name).is_orthogonal
]


@pytest.mark.parametrize("first", [1, 2, 3])
@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_bits_are_those_of_single_operations(
    name: str, dtype: str, seed: Any, first: int, monkeypatch: pytest.MonkeyPatch, traced: list[Any]
) -> None:
    monkeypatch.setattr(traces, "REPEATED", NEVER)
    expected = calls(name, dtype, seed)
    assert not traced
    monkeypatch.setattr(traces, "REPEATED", first)
    assert all(map(legacy.same, expected, calls(name, dtype, seed)))
    assert len(traced) == (0 if legacy.row(name).kernel_ranks else 1)


#: Numbers at the end of the range: a product or a sum that a rewriter leaves out would change a bit.
EDGES = [
    ("random_normal_initializer", {"mean": 0.0, "stddev": 1e-7}),
    ("random_normal_initializer", {"mean": 0.0, "stddev": 1.0}),
    ("truncated_normal_initializer", {"mean": 3, "stddev": 0.0}),
    ("random_uniform_initializer", {"minval": 0.0, "maxval": 1e-7}),
]


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize(("name", "arguments"), EDGES)
def test_bits_at_the_end_of_the_range(
    name: str, arguments: dict[str, Any], dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Single operations take the number 0.0 from a cache of TensorFlow, where -0.0 stands if that was used before.
    tensorflow.context.context()._clear_caches()
    expected = calls(name, dtype, 5, 2, **arguments)
    monkeypatch.setattr(traces, "REPEATED", 1)
    assert all(map(legacy.same, expected, calls(name, dtype, 5, 2, **arguments)))


def test_function_is_made_when_it_pays(traced: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "MEDIUM", 1000)
    monkeypatch.setattr(placement, "LARGE", 2000)
    initializer = legacy.mirrored("random_uniform_initializer")()
    for elements, number in ((10, traces.REPEATED), (999, traces.REPEATED), (1000, 2), (1999, 2), (2000, 1)):
        for _ in range(number - 1):
            initializer((elements,))
        assert not traced
        for _ in range(3):
            initializer((elements,))
        assert len(traced) == 1
        traced.clear()
    legacy.mirrored("zeros_initializer")()((2000,))  # needs no other memory than the tensor
    assert not traced


def test_different_calls_have_different_functions(traced: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    uniform = legacy.mirrored("random_uniform_initializer")

    def on_the_processor(initializer: Any) -> None:  # the executor depends on the device
        with tf.device("/CPU:0"):
            initializer((4, 2))

    makes: list[Callable[[], Any]] = [
        lambda: uniform(0.0, 1.0)((4, 2)),
        lambda: uniform(0.0, 2.0)((4, 2)),
        lambda: uniform(0.0, 2.0)((8,)),
        lambda: uniform(-0.0, 2.0)((8,)),
        lambda: uniform(0, 2.0)((8,)),
        lambda: uniform(0.0, np.float32(2.0))((8,)),
        lambda: uniform(0.0, 2.0)((8,), dtype="float64"),
        lambda: legacy.mirrored("keras.initializers.RandomUniform")(0.0, 2.0)((8,)),
        lambda: legacy.mirrored("glorot_uniform_initializer")()((4, 2)),
        lambda: legacy.mirrored("glorot_uniform_initializer")()((4, 2), partition_info=Partition([8, 2], [0, 0])),
        lambda: legacy.mirrored("glorot_uniform_initializer")()((4, 2), partition_info=Partition([80, 2], [0, 0])),
        lambda: on_the_processor(uniform(0.0, 1.0)),
    ]
    for number, make in enumerate(makes, start=1):
        make()
        make()
        assert len(traced) == number
    uniform(0.0, 1.0, seed=7)((4, 2))  # the seed is an input
    assert len(traced) == len(makes)


def test_changed_attribute_has_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    initializer = legacy.mirrored("random_uniform_initializer")(0.0, 1.0)
    assert np.max(initializer((100,))) <= 1.0
    initializer.minval, initializer.maxval = 5.0, 6.0
    assert np.min(initializer((100,))) >= 5.0


def test_subclass_of_the_user_runs_operation_by_operation(traced: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)

    class Growing(tf_initcompat.random_normal_initializer):
        stddevs = iter((1.0, 1000.0))

        @property
        def stddev(self) -> float:  # type: ignore[override]
            return next(self.stddevs)

        @stddev.setter
        def stddev(self, value: float) -> None:
            del value

    initializer = Growing()
    first, second = np.std(initializer((1000,))), np.std(initializer((1000,)))
    assert first < 2 < 500 < second  # 1 and 1000, each within 10 standard errors
    assert not traced


def test_replaced_native_class_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    initializer = legacy.mirrored("random_normal_initializer")()
    initializer(SHAPE)
    native: Any = tf.keras.initializers.RandomNormal
    made = []

    class Spy(native):  # type: ignore[misc]  # Any base: TensorFlow is untyped
        def __call__(self, shape: Any, dtype: Any = None) -> Any:
            made.append(shape)
            return super().__call__(shape, dtype)

    monkeypatch.setattr(tf.keras.initializers, "RandomNormal", Spy)
    initializer(SHAPE)
    assert made == [SHAPE]


@pytest.mark.parametrize("method", ["__init__", "__call__"])
def test_replaced_native_method_is_called(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    initializer = legacy.mirrored("random_normal_initializer")()
    initializer(SHAPE)
    native: Any = tf.keras.initializers.RandomNormal
    real = getattr(native, method)
    seen = []

    def spy(self: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(method)
        return real(self, *arguments, **options)

    monkeypatch.setattr(native, method, spy)
    initializer(SHAPE)
    assert seen == [method]


def test_call_that_cannot_be_traced_is_tried_once(traced: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 2)
    monkeypatch.setattr(placement, "LARGE", 2000)
    native: Any = tf.keras.initializers.RandomNormal

    class Eager(native):  # type: ignore[misc]  # Any base: TensorFlow is untyped
        def __call__(self, shape: Any, dtype: Any = None) -> Any:
            if not tf.executing_eagerly():
                raise NotImplementedError
            return super().__call__(shape, dtype)

    monkeypatch.setattr(tf.keras.initializers, "RandomNormal", Eager)
    initializer = legacy.mirrored("random_normal_initializer")()
    for shape in (SHAPE, (2000,)):
        assert len({np.asarray(initializer(shape)).tobytes() for _ in range(5)}) == 5
        assert len(traced) == 1
        traced.clear()


def test_native_class_that_reads_a_tensor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    offset = tf.fill(SHAPE, 1000.0)  # too large to become a constant of the function
    native: Any = tf.keras.initializers.RandomNormal

    class Moved(native):  # type: ignore[misc]  # Any base: TensorFlow is untyped
        def __call__(self, shape: Any, dtype: Any = None) -> Any:
            return super().__call__(shape, dtype) + offset

    monkeypatch.setattr(tf.keras.initializers, "RandomNormal", Moved)
    initializer = legacy.mirrored("random_normal_initializer")()
    assert all(np.min(initializer(SHAPE)) > 900 for _ in range(3))


def test_native_class_with_several_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function has one seed as its input; both tensors would be equal."""
    monkeypatch.setattr(traces, "REPEATED", 1)
    uniform = legacy.mirrored("random_uniform_initializer")()
    native: Any = tf.keras.initializers.RandomNormal

    class Difference(native):  # type: ignore[misc]  # Any base: TensorFlow is untyped
        def __call__(self, shape: Any, dtype: Any = None) -> Any:
            return uniform(shape, dtype=dtype) - uniform(shape, dtype=dtype)

    monkeypatch.setattr(tf.keras.initializers, "RandomNormal", Difference)
    initializer = legacy.mirrored("random_normal_initializer")()
    assert all(np.any(initializer(SHAPE)) for _ in range(3))


def test_number_of_a_class_of_the_user_is_not_compared_by_its_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stddev(float):
        def __repr__(self) -> str:
            return "Stddev"

    monkeypatch.setattr(traces, "REPEATED", 1)
    for stddev in (1.0, 1000.0):
        initializer = legacy.mirrored("random_normal_initializer")(stddev=Stddev(stddev))
        assert 0.75 < np.std(initializer((1000,))) / stddev < 1.25  # ten standard errors


def test_new_context_has_functions_of_its_own(traced: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    real = traces.context.context()

    class Context:
        """Has the id of another one that was deleted before, as any object may."""

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

    monkeypatch.setattr(traces, "REPEATED", 1)
    initializer = legacy.mirrored("random_normal_initializer")()
    for number in (1, 2, 3):
        context = Context()
        with monkeypatch.context() as patch:
            patch.setattr(traces, "context", types.SimpleNamespace(context=lambda context=context: context))
            initializer(SHAPE)
            initializer(SHAPE)
        assert len(traced) == number
        del context
        gc.collect()


@pytest.mark.parametrize("context", ["function", "graph"])
def test_no_function_in_graphs(context: str, traced: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    legacy.CONTEXTS[context](lambda: [legacy.mirrored("random_normal_initializer")()(SHAPE)])
    assert not traced


def test_legacy_sampling_has_priority(traced: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    initializer = legacy.mirrored("random_normal_initializer")(seed=3)
    native = initializer(SHAPE)
    tf.random.set_seed(4)
    expected = legacy.real("random_normal_initializer")(seed=3)(SHAPE)
    tf.random.set_seed(4)
    with tf_initcompat.legacy_sampling():
        assert legacy.same(initializer(SHAPE), expected)
    assert not legacy.same(native, expected)
    assert len(traced) == 1


def test_call_with_tensors_is_not_traced(traced: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    for stddev in (tf.constant(2.0), tf.constant(2000.0)):
        spread = np.std(legacy.mirrored("random_normal_initializer")(stddev=stddev)((1000,)))
        assert 0.75 < spread / float(stddev) < 1.25  # ten standard errors
    assert not traced


def test_rejected_call_uses_up_the_same_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    def after_a_rejected_call() -> Any:
        tf.random.set_seed(4)
        with pytest.raises((TypeError, ValueError)):
            legacy.mirrored("random_normal_initializer")(stddev="1")(SHAPE)
        return legacy.mirrored("random_normal_initializer")()(SHAPE)

    expected = after_a_rejected_call()
    monkeypatch.setattr(traces, "REPEATED", 1)
    assert legacy.same(after_a_rejected_call(), expected)


def test_nothing_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    monkeypatch.setattr(traces, "functions", traces.Recent(2))
    graphs: list[weakref.ref[Any]] = []
    real = tf.compat.v1.wrap_function

    def wrap(*arguments: Any) -> Any:
        function = real(*arguments)
        graphs.append(weakref.ref(function.graph))
        return function

    monkeypatch.setattr(tf.compat.v1, "wrap_function", wrap)
    initializer = legacy.mirrored("random_normal_initializer")()
    for length in range(1, 6):
        initializer((length,))
    instance = weakref.ref(initializer)
    del initializer
    gc.collect()
    assert instance() is None
    assert [graph() is not None for graph in graphs] == [False, False, False, True, True]


def test_functions_used_last_are_kept(monkeypatch: pytest.MonkeyPatch, traced: list[Any]) -> None:
    monkeypatch.setattr(traces, "REPEATED", 1)
    monkeypatch.setattr(traces, "functions", traces.Recent(2))
    initializer = legacy.mirrored("random_normal_initializer")()
    made = []
    for length in (1, 2, 1, 3, 1, 2):
        initializer((length,))
        made.append(len(traced))
    assert made == [1, 2, 2, 3, 3, 4]


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory of a process is read from Linux' /proc")
def test_many_shapes_need_no_memory(monkeypatch: pytest.MonkeyPatch, traced: list[Any]) -> None:
    # 300 more functions of 100 KB would be 30 MiB.
    monkeypatch.setattr(traces, "REPEATED", 1)
    monkeypatch.setattr(traces, "functions", traces.Recent(4))
    initializer = legacy.mirrored("random_normal_initializer")(seed=1)
    used = []
    for start in (1, 301, 601):
        for length in range(start, start + 300):
            initializer((length,))
        gc.collect()
        used.append(resident_mib())
    assert len(traced) == 900
    assert used[2] - used[1] < 6


def test_ten_thousand_shapes(traced: list[Any], capfd: pytest.CaptureFixture[str]) -> None:
    initializer = legacy.mirrored("random_normal_initializer")(seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for length in range(1, 10_001):
            initializer((length,))
    assert not traced
    assert len(traces.calls) == traces.COUNTED
    assert "retracing" not in capfd.readouterr().err


def test_threads(traced: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "REPEATED", 2)
    initializer = legacy.mirrored("random_normal_initializer")()
    tensors: list[Any] = []
    barrier = threading.Barrier(8)

    def run() -> None:
        barrier.wait()
        tensors.extend(initializer(SHAPE) for _ in range(20))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({np.asarray(tensor).tobytes() for tensor in tensors}) == 160
    assert len(traced) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_forked_process_waits_for_no_function() -> None:
    """A function would wait for threads that the new process does not have."""
    code = """
        import os
        import time
        import numpy as np
        import tf_initcompat

        initializer = tf_initcompat.random_normal_initializer()
        for _ in range(20):
            initializer((8, 8))
        child = os.fork()
        if not child:
            tensors = [initializer((8, 8)).numpy().tobytes() for _ in range(20)]
            os._exit(0 if len(set(tensors)) == 20 else 1)
        for _ in range(600):
            time.sleep(0.1)
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                print("status", status)
                break
        else:
            os.kill(child, 9)
    """
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["status", "0"]


@pytest.mark.parametrize("device", ["/CPU:0", "/job:localhost/replica:0/task:0/device:CPU:0"])
def test_bits_in_a_device_scope(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = calls("initializers.he_normal", "float32", None)
    monkeypatch.setattr(traces, "REPEATED", 2)
    with tf.device(device):
        tensors = calls("initializers.he_normal", "float32", None)
    assert all(map(legacy.same, expected, tensors))
    assert {tensor.device for tensor in tensors} == {tensor.device for tensor in expected}


@pytest.mark.parametrize("strategy", [tf.distribute.MirroredStrategy, tf.distribute.OneDeviceStrategy])
def test_bits_in_a_strategy(strategy: Any, monkeypatch: pytest.MonkeyPatch, traced: list[Any]) -> None:
    def values() -> list[Any]:
        tf.random.set_seed(4)
        initializer = legacy.mirrored("initializers.he_normal")()
        argument = "/CPU:0" if strategy is tf.distribute.OneDeviceStrategy else ["/CPU:0"]
        with strategy(argument).scope():
            return [tf.Variable(lambda: initializer(SHAPE)) for _ in range(3)]

    monkeypatch.setattr(traces, "REPEATED", NEVER)
    expected = values()
    monkeypatch.setattr(traces, "REPEATED", 2)
    assert all(map(legacy.same, expected, values()))
    assert len(traced) == 1
