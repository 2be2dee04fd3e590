"""ParameterServerStrategy on a cluster of processes: shards with the law of the whole, independent, made one by one."""

import math
from typing import Any

import legacy
import pytest
from cluster import Cluster
from reports import hashes, stddev

SHAPE, SHARD = (1500, 100), (500, 100)
#: Five standard errors of 150,000 values with a kurtosis of 3 at most: 0.92 %; one false alarm in 1,700,000 checks.
TOLERANCE = 5 / math.sqrt(2 * math.prod(SHAPE))
FORMS = ("partition_shape", "shard_info", "whole")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the coordinator of a cluster of two parameter servers and a worker reports."""
    # Processes: a cluster has a task in each.
    with Cluster(tmp_path_factory.mktemp("cluster"), chief=1, worker=1, ps=2) as cluster:
        *servers, _ = cluster.serve(ps=2, worker=1)
        cluster.start("coordinator", "chief", 0, *(server.pid for server in servers))
        return cluster.result("chief", lost=("ps-1",))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("name", legacy.RANDOM)
def test_shards_are_independent_and_have_the_scale_of_the_whole(report: Any, name: str, seed: Any, form: str) -> None:
    if "orthogonal" in name and form == "shard_info":
        pytest.skip("a slice of an orthogonal matrix is none: the wrapper refuses, as Keras 2 does")
    for which in ("mirrored", "real") if form == "partition_shape" else ("mirrored",):
        shards = report["plain"][f"{which} {name} {seed} {form}"]
        assert [tuple(shard["shape"]) for shard in shards] == [SHARD] * 3
        assert len({shard["device"] for shard in shards}) == 2
        assert len(set(hashes(shards))) == 3
        found = math.sqrt(sum(shard["stddev"] ** 2 for shard in shards) / 3)
        assert abs(found / stddev(name, SHAPE) - 1) < TOLERANCE < 0.01


@pytest.mark.parametrize("name", legacy.RANDOM)
def test_variables_that_share_an_op_seed_differ_as_before(report: Any, name: str) -> None:
    patterns = []
    for which in ("real", "mirrored"):
        first, again = (hashes(shards) for shards in report["shared"][f"{which} {name}"])
        assert len(set(first)) == 6
        patterns.append([(first + again).index(each) for each in first + again])
    assert patterns[0] == patterns[1]


@pytest.mark.parametrize("name", [name for name in legacy.INITIALIZERS if name not in legacy.RANDOM])
def test_constants_are_sliced(report: Any, name: str) -> None:
    wanted = hashes(report["plain"][f"real {name} None partition_shape"])
    assert all(hashes(report["plain"][f"mirrored {name} None {form}"]) == wanted for form in FORMS)


def test_constant_lists_are_those_of_the_whole(report: Any) -> None:
    shards, error = report["lists"]
    assert shards == [[[0, 1], [2, 3]], [[4, 5], [6, 7]], [[8, 9], [10, 11]]]
    assert "(shape=(6, 2)" in error


def test_legacy_sampling_gives_the_bits_of_the_unmigrated_program(report: Any) -> None:
    assert report["legacy sampling"] == [True] * len(legacy.RANDOM)


def test_keras_model(report: Any) -> None:
    before = report["model"]["before"]
    embeddings = [weight for name, weight in before.items() if "embeddings" in name]
    assert [tuple(shard["shape"]) for shard in embeddings] == [SHARD] * 3
    assert len(set(hashes(embeddings))) == 3
    found = math.sqrt(sum(shard["stddev"] ** 2 for shard in embeddings) / 3)
    assert abs(found / math.sqrt(1 / SHAPE[0]) - 1) < TOLERANCE
    kernels = [weight for name, weight in before.items() if "kernel" in name]
    assert len(set(hashes(kernels))) == len(kernels) == 6
    losses = report["model"]["losses"]
    assert losses[-1] < losses[0]


def test_min_size_partitioner(report: Any) -> None:
    shards = report["min size"]
    assert [tuple(shard["shape"]) for shard in shards] == [SHARD] * 3
    assert len(set(hashes(shards))) == 3
    found = math.sqrt(sum(shard["stddev"] ** 2 for shard in shards) / 3)
    assert abs(found / stddev("glorot_uniform_initializer", SHAPE) - 1) < TOLERANCE


def test_parity_on_the_cluster(report: Any) -> None:
    assert report["parity"] == ["same", ["parameter-server"]]


def test_no_server_makes_the_whole_table(report: Any) -> None:
    assert report["memory"]["shards"] == [[1_562_500, 8]] * 4
    # Each server holds two shards at the end; it has made them one by one, with a tenth of one on top at most.
    assert all(1.9 < peak < 2.1 for peak in report["memory"]["peak"])


def test_lost_server_is_told(report: Any) -> None:
    assert report["lost"].startswith("the cluster has lost a server: ")
