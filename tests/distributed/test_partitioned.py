"""Partitioned variables of a TensorFlow 1 program: on a cluster, with checkpoints, as tf.layers makes them."""

import math
from pathlib import Path
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf
from cluster import Cluster

#: Of each variable: its shape, the standard deviation of its whole, and the number of shards.
VARIABLES = {
    "table": ((4096, 64), math.sqrt(1 / 4096), 4),
    "columns/kernel": ((64, 900), math.sqrt(2 / 64), 3),
    "rows/kernel": ((900, 80), math.sqrt(2 / 980), 4),
    "bounded/kernel": ((80, 1000), 1.43 / math.sqrt(80), 4),
    "seeded/kernel": ((1000, 40), 0.3 * 0.8796256610342398, 2),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the worker of a cluster reports."""
    folder = tmp_path_factory.mktemp("cluster")
    # Processes: a parameter server and a worker are two by their nature.
    with Cluster(folder, ps=1, worker=1) as cluster:
        cluster.serve(ps=1)
        cluster.start("v1_training", "worker", 0, folder)
        return cluster.result("worker")


def shards(values: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [values[shard] for shard in sorted(values) if shard.startswith(f"{name}/part_")]


@pytest.mark.parametrize("which", ["real", "mirrored"])
@pytest.mark.parametrize("name", VARIABLES)
def test_shards_have_the_scale_of_the_whole(report: Any, name: str, which: str) -> None:
    shape, stddev, count = VARIABLES[name]
    found = shards(report[which]["start"], name)
    assert len(found) == count
    assert all(shard["device"].startswith("/job:ps") for shard in found)
    assert sum(math.prod(shard["shape"]) for shard in found) == math.prod(shape)
    for shard in found:
        # Five standard errors of a law whose kurtosis is 3 at most; one false alarm in 100,000 runs of all of these.
        assert abs(shard["stddev"] / stddev - 1) < 5 / math.sqrt(2 * math.prod(shard["shape"]))


@pytest.mark.parametrize("name", VARIABLES)
def test_shards_are_fresh_where_legacy_ones_are(report: Any, name: str) -> None:
    real, mirrored = (
        len({shard["hash"] for shard in shards(report[which]["start"], name)}) for which in ("real", "mirrored")
    )
    assert real == mirrored == (1 if name.startswith("seeded") else VARIABLES[name][2])


@pytest.mark.parametrize(("first", "second"), [("real", "mirrored"), ("mirrored", "real")])
def test_checkpoints_are_exchanged(report: Any, first: str, second: str) -> None:
    saved, restored = report[first]["end"], report[f"{second} after {first}"]["start"]
    assert saved == restored
    assert len(saved) == sum(count + 1 for _, _, count in VARIABLES.values()) - 1
    trained = report[f"{second} after {first}"]["end"]
    assert trained["table/part_0"]["hash"] != saved["table/part_0"]["hash"]


def test_parity_on_the_cluster(report: Any) -> None:
    assert report["parity"] == ["same", ["partitioned"]]


def v1_layers() -> Any:
    """Returns `tf.compat.v1.layers`, or the package that keeps it."""
    return __import__(f"{legacy.V1_KERAS_PACKAGE}.src.legacy_tf_layers.core", fromlist=["dense"])


@pytest.mark.filterwarnings("ignore:`tf.layers.dense` is deprecated")
@pytest.mark.parametrize("name", legacy.RANDOM)
def test_layers_and_checkpoint_in_one_process(name: str, tmp_path: Path) -> None:
    """The legacy program saves, the migrated one restores, and the other way round; by tf.layers themselves."""
    saved: dict[str, list[Any]] = {}
    for which, other in (("real", "mirrored"), ("mirrored", "real")):
        for program in (which, other):
            with tf.Graph().as_default():
                initializer = getattr(legacy, program)(name)()
                with tf.compat.v1.variable_scope("net", partitioner=tf.compat.v1.fixed_size_partitioner(2)):
                    v1_layers().dense(tf.zeros([1, 300]), 50, kernel_initializer=initializer)
                variables = tf.compat.v1.global_variables("net/dense/kernel")
                assert [variable.shape for variable in variables] == [(150, 50), (150, 50)]
                saver = tf.compat.v1.train.Saver()
                with tf.compat.v1.Session() as session:
                    if program == which:
                        session.run(tf.compat.v1.global_variables_initializer())
                        saved[which] = session.run(variables)
                        saver.save(session, str(tmp_path / which))
                    else:
                        saver.restore(session, str(tmp_path / which))
                        assert all(map(legacy.same, session.run(variables), saved[which]))
    ratio = np.std(saved["real"]) / np.std(saved["mirrored"])
    assert abs(ratio - 1) < 5 / math.sqrt(15_000)  # of two samples
    assert not legacy.same(*saved["mirrored"])
