"""MirroredStrategy, XLA in it, DTensor: replicas start equal, layers differ, layouts have the law."""

import math
from typing import Any

import legacy
import pytest
from cluster import Cluster
from reports import hashes, stddev

SHAPE = (600, 250)
#: A standard deviation from so many values is within 0.92 % at five standard errors, for a kurtosis of 3 at most: one
#: false alarm in 1,700,000 such checks.
TOLERANCE = 5 / math.sqrt(2 * math.prod(SHAPE))

#: What Keras 3 makes by operations that DTensor has not got.
NOT_ON_DTENSOR = ("orthogonal_initializer", "initializers.identity", "keras.initializers.Identity")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a process with two logical devices reports: they have to be made before TensorFlow is used."""
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
    assert abs(first[0]["stddev"] / stddev(name, SHAPE) - 1) < TOLERANCE < 0.01


def test_layers_that_share_an_initializer(report: Any) -> None:
    first, second = report["keras"]
    assert len(first) == len(second) == 2
    assert len(set(hashes(first))) == len(set(hashes(second))) == 1
    assert hashes(first) != hashes(second)


@pytest.mark.parametrize("seed", ["None", "3"])
def test_tensors_made_in_replicas_have_the_legacy_pattern(report: Any, seed: str) -> None:
    assert report["in replicas"][f"mirrored {seed}"] == report["in replicas"][f"real {seed}"]


def test_compiled_initial_value(report: Any) -> None:
    first, second = report["compiled"]
    assert first["hash"] == second["hash"]
    assert abs(first["stddev"] / stddev("glorot_uniform_initializer", SHAPE) - 1) < TOLERANCE


@pytest.mark.parametrize("kind", ["sharded", "replicated"])
@pytest.mark.parametrize("way", ["keyword", "call_with_layout", "variable", "legacy sampling"])
@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_dtensor(report: Any, name: str, way: str, kind: str) -> None:
    parts = report["layouts"][f"{name} {kind} {way}"]
    if name in NOT_ON_DTENSOR and way == "call_with_layout" and isinstance(parts, str):
        assert "initializer(shape, dtype, layout=layout)" in parts
        return
    rows = SHAPE[0] // 2 if kind == "sharded" else SHAPE[0]
    assert [part["shape"] for part in parts] == [[rows, SHAPE[1]]] * 2
    if name not in legacy.RANDOM:
        whole = legacy.np.asarray(legacy.real(name)()(SHAPE))
        assert [part["largest"] for part in parts] == [abs(piece).max() for piece in (whole[:rows], whole[-rows:])]
        return
    assert (parts[0]["hash"] == parts[1]["hash"]) == (kind == "replicated")
    mean_square = sum(part["stddev"] ** 2 for part in parts) / 2
    assert abs(math.sqrt(mean_square) / stddev(name, SHAPE) - 1) < TOLERANCE


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_function_on_dtensor_says_what_to_do(report: Any, name: str) -> None:
    found = report["layouts"][f"{name} sharded function"]
    if name in legacy.RANDOM:
        for error in (found, report["traced"][name]):
            assert (
                "Call the initializer in eager code, with its layout: initializer(shape, dtype, layout=layout)" in error
            )
    else:
        assert isinstance(found, list) or "initializer(shape, dtype, layout=layout)" in found


def test_what_the_mesh_cannot_make_is_made_as_a_whole(report: Any) -> None:
    assert report["wholes"] == [True, True, True]


def test_errors_of_bad_input_are_the_same_with_a_layout(report: Any) -> None:
    *bad_input, bad_layout = report["errors of layouts"]
    assert len(bad_input) == 4
    for without, with_layout in bad_input:
        assert with_layout == without
    assert bad_layout == ["Argument `layout` must be a tf.experimental.dtensor.Layout. Received: 'batch'"]


def test_dtensor_draws_from_the_global_seed(report: Any) -> None:
    first, second, again, _ = report["seeds of layouts"]
    assert first != second
    assert first == again


def test_comparison_on_a_device(report: Any) -> None:
    placed = report["placed"]
    assert all(placed[context].endswith("device:CPU:1") for context in ("eager", "function", "xla", "graph"))
    assert placed["verdict"] == "same"
    assert placed["names"] == ["/device:CPU:0", "/device:CPU:1", "/device:CPU:1", "/device:CPU:1"]
    assert placed["errors"] == [
        "unknown device 'CPU:7'; there are CPU:0, CPU:1",
        "unknown device 'CPU:0:1'; there are CPU:0, CPU:1",
        "unknown device '/job:worker/device:CPU:1'; there are CPU:0, CPU:1",
        "unknown device 1; there are CPU:0, CPU:1",
        "Argument `device`: context 'mirrored' places its variables itself. Received: 'CPU:1'",
    ]
