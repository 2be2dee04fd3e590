"""MirroredStrategy, XLA in it, and DTensor: which replicas, shards and variables are equal, and their scale."""

import math
from typing import Any

import legacy
import numpy as np
import pytest
from cluster import Cluster
from reports import hashes, stddev

from tf_initcompat.catalog import symbols
from tf_initcompat.wrappers import native

SHAPE = (600, 250)
#: Channels of the kernels in the program.
CHANNELS = (60, 25)
#: Five standard errors of the standard deviation of 150,000 values with a kurtosis of at most 3: 0.91 %. One false
#: alarm in 1,700,000 checks.
TOLERANCE = 5 / math.sqrt(2 * math.prod(SHAPE))

CONSTANT = [symbol.names[0] for symbol in symbols.INITIALIZERS if not symbol.is_random]
USE_LAYOUT = "initializer(shape, dtype, layout=layout)"


def shape_of(name: str) -> tuple[int, ...]:
    """Return the shape of the variables of an initializer in the program."""
    return legacy.shape_of(name, CHANNELS if name in legacy.KERNELS else SHAPE)


def needs_the_whole(name: str) -> bool:
    """Return whether Keras makes the initializer's tensors by operations that DTensor does not have."""
    symbol = symbols.by_name()[name]
    if symbol.is_orthogonal:
        return native.is_keras_3() or bool(symbol.kernel_ranks)
    return symbol.distribution is symbols.Distribution.IDENTITY


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report of a process with two logical devices, which must be created before TensorFlow is used."""
    with Cluster(tmp_path_factory.mktemp("replicas")) as cluster:
        cluster.start("replicas", "alone")
        return cluster.result("alone")


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("name", legacy.RANDOM)
def test_replicas_are_equal_and_variables_differ(report: Any, name: str, seed: Any) -> None:
    first, second = report["mirrored"][f"{name} {seed}"]
    assert [part["device"][-5:] for part in first] == ["CPU:0", "CPU:1"]
    assert len(set(hashes(first))) == len(set(hashes(second))) == 1
    assert hashes(first) != hashes(second)
    assert abs(first[0]["stddev"] / stddev(name, shape_of(name)) - 1) < TOLERANCE


def test_layers_that_share_an_initializer(report: Any) -> None:
    first, second = report["keras"]
    assert len(first) == len(second) == 2
    assert len(set(hashes(first))) == len(set(hashes(second))) == 1
    assert hashes(first) != hashes(second)


@pytest.mark.parametrize("seed", ["None", "3"])
def test_tensors_made_in_replicas_are_equal_where_legacy_ones_are(report: Any, seed: str) -> None:
    assert len(report["in replicas"][f"real {seed}"]) == 4
    assert report["in replicas"][f"mirrored {seed}"] == report["in replicas"][f"real {seed}"]


def test_compiled_initial_value(report: Any) -> None:
    first, second = report["compiled"]
    assert first["hash"] == second["hash"]
    assert abs(first["stddev"] / math.sqrt(2 / sum(SHAPE)) - 1) < TOLERANCE  # glorot_uniform


@pytest.mark.parametrize("kind", ["sharded", "replicated"])
@pytest.mark.parametrize("call", ["keyword", "call_with_layout", "variable", "legacy sampling"])
@pytest.mark.parametrize("name", legacy.RANDOM)
def test_random_dtensor(report: Any, name: str, call: str, kind: str) -> None:
    parts = report["layouts"][f"{name} {kind} {call}"]
    if call == "call_with_layout" and needs_the_whole(name):
        assert USE_LAYOUT in parts
        return
    first, *others = shape_of(name)
    assert [part["shape"] for part in parts] == [[first // 2 if kind == "sharded" else first, *others]] * 2
    assert (parts[0]["hash"] == parts[1]["hash"]) == (kind == "replicated")
    mean_square = sum(part["stddev"] ** 2 for part in parts) / 2
    assert abs(math.sqrt(mean_square) / stddev(name, shape_of(name)) - 1) < TOLERANCE


@pytest.mark.parametrize("kind", ["sharded", "replicated"])
@pytest.mark.parametrize("call", ["keyword", "call_with_layout", "variable", "legacy sampling"])
@pytest.mark.parametrize("name", CONSTANT)
def test_constant_dtensor(report: Any, name: str, call: str, kind: str) -> None:
    parts = report["layouts"][f"{name} {kind} {call}"]
    if call == "call_with_layout" and needs_the_whole(name):
        assert USE_LAYOUT in parts
        return
    rows = SHAPE[0] // 2 if kind == "sharded" else SHAPE[0]
    whole = np.asarray(legacy.real(name)()(SHAPE))
    assert [part["shape"] for part in parts] == [[rows, SHAPE[1]]] * 2
    assert [part["largest"] for part in parts] == [abs(piece).max() for piece in (whole[:rows], whole[-rows:])]


@pytest.mark.parametrize("name", legacy.RANDOM)
def test_random_function_on_dtensor_raises(report: Any, name: str) -> None:
    message = f"Call the initializer in eager code, with its layout: {USE_LAYOUT}"
    assert message in report["layouts"][f"{name} sharded function"]
    assert message in report["traced"][name]


@pytest.mark.parametrize("name", CONSTANT)
def test_constant_function_on_dtensor(report: Any, name: str) -> None:
    parts = report["layouts"][f"{name} sharded function"]
    assert [part["shape"] for part in parts] == [[SHAPE[0] // 2, SHAPE[1]]] * 2


@pytest.mark.parametrize("case", ["constant list", "integers", "legacy sampling"])
def test_tensors_that_the_mesh_cannot_make_are_parts_of_the_whole(report: Any, case: str) -> None:
    assert report["parts of the whole"][case] is True


@pytest.mark.parametrize("case", ["negative size", "integers", "no shape", "vector"])
def test_errors_of_bad_input_are_the_same_with_a_layout(report: Any, case: str) -> None:
    without_layout, with_layout = report["bad input"][case]
    assert with_layout == without_layout


def test_bad_layout(report: Any) -> None:
    assert report["bad layout"] == "Argument `layout` must be a tf.experimental.dtensor.Layout. Received: 'batch'"


def test_dtensor_uses_the_global_seed(report: Any) -> None:
    first, second, *again = report["seeds of layouts"]
    assert first != second
    assert again == [first, second]


@pytest.mark.parametrize("context", ["eager", "function", "xla", "graph"])
def test_tensors_are_made_on_a_device(report: Any, context: str) -> None:
    assert report["devices"][context].endswith("device:CPU:1")


def test_names_of_devices(report: Any) -> None:
    assert report["names of devices"] == ["/device:CPU:0", "/device:CPU:1", "/device:CPU:1", "/device:CPU:1"]


def test_comparison_on_a_device(report: Any) -> None:
    assert report["comparison"]["verdict"] == "same"
    assert report["comparison"]["errors"] == [
        "unknown device 'CPU:7'; there are CPU:0, CPU:1",
        "unknown device 'CPU:0:1'; there are CPU:0, CPU:1",
        "unknown device '/job:worker/device:CPU:1'; there are CPU:0, CPU:1",
        "unknown device 1; there are CPU:0, CPU:1",
        "Argument `device`: context 'mirrored' places its variables itself. Received: 'CPU:1'",
    ]
