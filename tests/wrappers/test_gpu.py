"""Devices: where seeds and tensors are made, and what is copied. Tests that need a GPU run where there is one."""

import contextlib
import subprocess
import sys
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf

from tf_initcompat.wrappers import placement, seeds, traces

SHAPE = (30, 20)
HAS_GPU = bool(tf.config.list_physical_devices("GPU"))
needs_gpu = pytest.mark.skipif(not HAS_GPU, reason="TensorFlow sees no GPU")


@pytest.fixture(autouse=True)
def _no_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a cache of its own, whose functions are traced by the second call."""
    monkeypatch.setattr(traces, "functions", traces.Recent(traces.FUNCTIONS))
    monkeypatch.setattr(traces, "calls", traces.Recent(traces.COUNTED))
    monkeypatch.setattr(traces, "REPEATED", 2)


@pytest.fixture
def _without_soft_placement() -> Any:
    before = tf.config.get_soft_device_placement()
    tf.config.set_soft_device_placement(False)
    yield
    tf.config.set_soft_device_placement(before)


HOSTS = [
    (None, "CPU:0"),
    ("", "CPU:0"),
    ("/job:localhost/replica:0/task:0/device:GPU:0", "/job:localhost/replica:0/task:0/device:CPU:0"),
    ("/job:worker/replica:0/task:3/device:GPU:1", "/job:worker/replica:0/task:3/device:CPU:0"),
    ("/job:localhost/replica:0/task:0/device:CPU:1", None),
]


@pytest.mark.parametrize(("device", "host"), HOSTS)
def test_host_of_a_device(device: str | None, host: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def scope(spec: Any) -> contextlib.AbstractContextManager[None]:
        opened.append(spec if isinstance(spec, str) else spec.to_string())
        return contextlib.nullcontext()

    monkeypatch.setattr(placement, "has_gpu", lambda: True)
    monkeypatch.setattr(placement.context.context(), "_thread_local_data", Device(device))
    monkeypatch.setattr(tf, "device", scope)
    placement.of_seeds()
    assert [name.replace("/device:", "") if host == "CPU:0" else name for name in opened] == ([host] if host else [])


class Device:
    """Stands in for the thread's state of TensorFlow: eager, with a device scope."""

    is_eager = True

    def __init__(self, name: str | None) -> None:
        self.device_name = name


@pytest.mark.parametrize("name", [name for name in legacy.RANDOM if not legacy.row(name).kernel_ranks])
def test_function_reads_its_seed_only_and_names_no_device(name: str) -> None:
    # An int32 input of a function lies in the host's memory, where stateless operations read their seed.
    made: list[Any] = []
    real = tf.compat.v1.wrap_function

    def wrap(*arguments: Any) -> Any:
        made.append(real(*arguments))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tf.compat.v1, "wrap_function", wrap)
        for _ in range(2):
            legacy.mirrored(name)()(SHAPE)
    [function] = made
    assert [tensor.dtype for tensor in function.graph.inputs] == [tf.int32]
    assert not function.graph.captures
    assert {operation.device for operation in function.graph.get_operations()} <= {"", tf.constant(0).device}
    assert not any(
        operation.type in ("RandomUniformInt", "Placeholder_1") for operation in function.graph.get_operations()
    )


def test_graph_copies_nothing_between_devices() -> None:
    with tf.Graph().as_default():
        tensor = legacy.mirrored("initializers.he_normal")()(SHAPE)
        metadata = tf.compat.v1.RunMetadata()
        with tf.compat.v1.Session() as session:
            session.run(tensor, None, tf.compat.v1.RunOptions(output_partition_graphs=True), metadata)
    assert metadata.partition_graphs
    copies = [node for graph in metadata.partition_graphs for node in graph.node if node.op in ("_Send", "_HostSend")]
    assert len(copies) <= 1  # the result


@pytest.mark.usefixtures("_without_soft_placement")
@pytest.mark.parametrize("name", ["random_normal_initializer", "initializers.he_normal", "orthogonal_initializer"])
def test_without_soft_placement(name: str) -> None:
    with tf.device("/CPU:0"):
        tensors = [legacy.mirrored(name)()(SHAPE) for _ in range(3)]
    assert len({np.asarray(tensor).tobytes() for tensor in tensors}) == 3


@pytest.mark.usefixtures("_without_soft_placement")
def test_missing_device_is_the_error_of_the_legacy_symbol() -> None:
    errors = []
    for find in (legacy.real, legacy.mirrored):
        with tf.device("/GPU:7"), pytest.raises(Exception) as raised:  # noqa: PT011  # the types are compared below
            find("random_normal_initializer")()(SHAPE)
        errors.append(raised)
    assert errors[0].type is errors[1].type
    assert "GPU:7" in str(errors[1].value)


#: Compares the bits of single operations with those of traced functions.
DETERMINISM = """
import tensorflow as tf, tf_initcompat
from tf_initcompat.wrappers import traces
tf.config.experimental.enable_op_determinism()
def values(repeated):
    traces.REPEATED = repeated
    tf.random.set_seed(1)
    initializer = tf_initcompat.initializers.he_normal()
    return [initializer((300, 200)).numpy().tobytes() for _ in range(4)]
expected = values(1 << 60)
assert not len(traces.functions)
assert values(2) == expected
assert len(traces.functions) == 1 and len(set(expected)) == 4
"""

#: Prints a checksum of the tensor that a traced function makes of a fixed seed.
FIXED_SEED = """
import zlib, tensorflow as tf, tf_initcompat
from tf_initcompat.wrappers import native, seeds, traces
seed = tf.constant([1, 2] if native.is_keras_3() else 3)
seeds.Stream.draw = lambda self, op_seed: seed
traces.REPEATED = 1
print(zlib.crc32(tf_initcompat.initializers.he_normal()((300, 200)).numpy().tobytes()))
assert len(traces.functions) == 1
"""

#: Lets TensorFlow compile all functions with XLA, whose normal numbers are others.
COMPILED = "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit --tf_xla_min_cluster_size=1"


def test_bits_under_op_determinism() -> None:
    done = subprocess.run([sys.executable, "-c", DETERMINISM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_functions_are_not_compiled_automatically(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = []
    for flags in ("", COMPILED):
        monkeypatch.setenv("TF_XLA_FLAGS", flags)
        done = subprocess.run([sys.executable, "-c", FIXED_SEED], capture_output=True, text=True, check=True)
        printed.append(done.stdout)
    assert printed[0] == printed[1]


def test_unseeded_calls_under_determinism_are_an_error() -> None:
    program = DETERMINISM.replace("    tf.random.set_seed(1)\n", "")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "RuntimeError" in done.stderr
    assert "seed" in done.stderr.splitlines()[-1]


@needs_gpu
@pytest.mark.parametrize("name", legacy.RANDOM)
def test_tensor_is_on_the_gpu_and_its_seed_on_the_host(name: str) -> None:
    for _ in range(3):
        assert "GPU:0" in legacy.mirrored(name)()(legacy.shape_of(name, SHAPE)).device
    assert "CPU:0" in seeds.Stream("uniform", tf.float32).draw(None).device


@needs_gpu
@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("name", [name for name in legacy.RANDOM if not legacy.row(name).is_orthogonal])
def test_bits_on_the_gpu(name: str, first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def values(repeated: int) -> list[Any]:
        monkeypatch.setattr(traces, "REPEATED", repeated)
        tf.random.set_seed(4)
        initializer = legacy.mirrored(name)()
        return [initializer(SHAPE) for _ in range(4)]

    assert all(map(legacy.same, values(1 << 60), values(first)))


@needs_gpu
def test_peak_of_memory_on_the_gpu() -> None:
    initializer = legacy.mirrored("random_normal_initializer")()
    shape = (4096, 4096)
    del initializer  # one instance for each call, as in a model
    for _ in range(2):
        tf.config.experimental.reset_memory_stats("GPU:0")
        before = tf.config.experimental.get_memory_info("GPU:0")["current"]
        tensor = legacy.mirrored("random_normal_initializer")()(shape)
        peak = tf.config.experimental.get_memory_info("GPU:0")["peak"] - before
        assert peak < 1.1 * 4 * tensor.shape.num_elements()


@needs_gpu
@pytest.mark.usefixtures("_without_soft_placement")
@pytest.mark.parametrize("device", ["/GPU:0", "/CPU:0"])
def test_explicit_device(device: str) -> None:
    with tf.device(device):
        tensors = [legacy.mirrored("initializers.he_normal")()(SHAPE) for _ in range(3)]
    assert all(tensor.device.endswith(device[1:]) for tensor in tensors)
    assert len({np.asarray(tensor).tobytes() for tensor in tensors}) == 3


@needs_gpu
def test_xla_on_the_gpu() -> None:
    tensors = legacy.in_xla(lambda: [legacy.mirrored("initializers.he_normal")()(SHAPE) for _ in range(2)])
    assert len({tensor.tobytes() for tensor in tensors}) == 4


@needs_gpu
def test_mirrored_strategy_over_gpus() -> None:
    devices = [device.name for device in tf.config.list_logical_devices("GPU")]
    initializer = legacy.mirrored("initializers.he_normal")()
    with tf.distribute.MirroredStrategy(devices).scope():
        variables = [tf.Variable(lambda: initializer(SHAPE)) for _ in range(3)]
    assert len({np.asarray(variable).tobytes() for variable in variables}) == 3
    for variable in variables:
        assert len({np.asarray(part).tobytes() for part in getattr(variable, "values", (variable,))}) == 1
