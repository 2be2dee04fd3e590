"""ParameterServerStrategy on a cluster of processes: the scale, independence and memory of shards."""

import math
from typing import Any

import legacy
import pytest
from cluster import Cluster
from reports import hashes, stddev

from tf_initcompat.catalog import symbols

SHAPE, SHARD = (1500, 100), (500, 100)
SHARDS = SHAPE[0] // SHARD[0]
#: Five standard errors of the standard deviation of 150,000 values with a kurtosis of at most 3: 0.91 %. One false
#: alarm in 1,700,000 checks.
TOLERANCE = 5 / math.sqrt(2 * math.prod(SHAPE))
FORMS = ("partition_shape", "shard_info", "whole")
CONSTANT = [symbol.names[0] for symbol in symbols.INITIALIZERS if not symbol.is_random]

#: Subjects with the forms in which the strategy asks them for shards. It slices the tensors of the legacy symbols.
SUBJECTS = [("real", "partition_shape"), *(("mirrored", form) for form in FORMS)]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report of the coordinator of a cluster of two parameter servers and a worker."""
    # In processes, since each task of a cluster is one.
    with Cluster(tmp_path_factory.mktemp("cluster"), chief=1, worker=1, ps=2) as cluster:
        *servers, _ = cluster.serve(ps=2, worker=1)
        cluster.start("coordinator", "chief", 0, *(server.pid for server in servers))
        return cluster.result("chief", lost=("ps-1",))


def rms(shards: list[dict[str, Any]]) -> float:
    """Return the standard deviation of all shards together. They are equally large, and their mean is close to zero."""
    return math.sqrt(sum(shard["stddev"] ** 2 for shard in shards) / len(shards))


@pytest.mark.parametrize(("subject", "form"), SUBJECTS)
@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("name", legacy.RANDOM_MATRICES)
def test_shards_are_independent_and_have_the_scale_of_the_whole(
    report: Any, name: str, seed: Any, subject: str, form: str
) -> None:
    if symbols.by_name()[name].is_orthogonal and form == "shard_info":
        pytest.skip("a slice of an orthogonal matrix is not orthogonal: the wrapper raises ValueError, as Keras 2 does")
    shards = report["plain"][f"{subject} {name} {seed} {form}"]
    assert [tuple(shard["shape"]) for shard in shards] == [SHARD] * SHARDS
    assert len({shard["device"] for shard in shards}) == 2
    assert len(set(hashes(shards))) == SHARDS
    assert abs(rms(shards) / stddev(name, SHAPE) - 1) < TOLERANCE


@pytest.mark.parametrize("name", legacy.RANDOM_MATRICES)
def test_variables_that_share_an_op_seed_are_equal_where_legacy_ones_are(report: Any, name: str) -> None:
    patterns = []
    for subject in ("real", "mirrored"):
        first, again = (hashes(shards) for shards in report["shared"][f"{subject} {name}"])
        assert len(set(first)) == 2 * SHARDS
        patterns.append([(first + again).index(shard) for shard in first + again])
    assert patterns[0] == patterns[1]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CONSTANT)
def test_constants_are_sliced(report: Any, name: str, form: str) -> None:
    legacy_shards = report["plain"][f"real {name} None partition_shape"]
    assert len(legacy_shards) == SHARDS
    assert hashes(report["plain"][f"mirrored {name} None {form}"]) == hashes(legacy_shards)


def test_constant_lists_belong_to_the_whole_variable(report: Any) -> None:
    shards, error = report["constant lists"]
    assert shards == [[[0, 1], [2, 3]], [[4, 5], [6, 7]], [[8, 9], [10, 11]]]
    assert "(shape=(6, 2)" in error


@pytest.mark.parametrize("name", legacy.RANDOM_MATRICES)
def test_legacy_sampling_gives_the_bits_of_the_unmigrated_program(report: Any, name: str) -> None:
    assert report["legacy sampling"][name]


def test_keras_model(report: Any) -> None:
    before = report["model"]["before"]
    embeddings = [weight for name, weight in before.items() if "embeddings" in name]
    assert [tuple(shard["shape"]) for shard in embeddings] == [SHARD] * SHARDS
    assert len(set(hashes(embeddings))) == SHARDS
    assert abs(rms(embeddings) / math.sqrt(1 / SHAPE[0]) - 1) < TOLERANCE  # lecun_uniform: 1 / sqrt(fan_in)
    kernels = [weight for name, weight in before.items() if "kernel" in name]
    assert len(set(hashes(kernels))) == len(kernels) == 2 * SHARDS
    losses = report["model"]["losses"]
    assert losses[-1] < losses[0]


def test_min_size_partitioner(report: Any) -> None:
    shards = report["min size"]
    assert [tuple(shard["shape"]) for shard in shards] == [SHARD] * SHARDS
    assert len(set(hashes(shards))) == SHARDS
    assert abs(rms(shards) / math.sqrt(2 / sum(SHAPE)) - 1) < TOLERANCE  # glorot_uniform: sqrt(2 / (fan_in + fan_out))


def test_parity_on_the_cluster(report: Any) -> None:
    assert report["parity"] == ["same", ["parameter-server"]]


def test_no_server_makes_the_whole_table(report: Any) -> None:
    assert report["memory"]["shards"] == [[1_562_500, 8]] * 4
    peaks = report["memory"]["peak"]
    assert len(peaks) == 2
    # Each server holds two shards at the end. It makes them one by one, with at most a tenth of a shard on top.
    assert [peak for peak in peaks if not 1.9 < peak < 2.1] == []


def test_a_lost_server_is_reported(report: Any) -> None:
    assert report["lost server"].startswith("the cluster has lost a server: ")
