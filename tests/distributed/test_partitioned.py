"""Partitioned variables of a TensorFlow 1 program: on a cluster, with checkpoints, and made by tf.layers."""

import dataclasses
import importlib
import math
from pathlib import Path
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf
from cluster import Cluster


@dataclasses.dataclass(frozen=True)
class Variable:
    """A partitioned variable of tests/programs/v1_training.py.

    Attributes:
      shape: Shape of the whole variable.
      stddev: Standard deviation of its distribution, by the definition of the initializer.
      shards: Number of shards.
      has_op_seed: Whether its initializer has an op seed, which makes shards of one shape equal.
    """

    shape: tuple[int, int]
    stddev: float
    shards: int
    has_op_seed: bool = False


VARIABLES = {
    "table": Variable((4096, 64), math.sqrt(1 / 4096), 4),
    "columns/kernel": Variable((64, 900), math.sqrt(2 / 64), 3),
    "rows/kernel": Variable((900, 80), math.sqrt(2 / 980), 4),
    "bounded/kernel": Variable((80, 1000), 1.43 / math.sqrt(80), 4),
    # 0.8796...: the standard deviation of a standard normal distribution truncated at two.
    "seeded/kernel": Variable((1000, 40), 0.3 * 0.8796256610342398, 2, has_op_seed=True),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report of the worker of a cluster."""
    folder = tmp_path_factory.mktemp("cluster")
    # In processes, since a parameter server and a worker are two.
    with Cluster(folder, ps=1, worker=1) as cluster:
        cluster.serve(ps=1)
        cluster.start("v1_training", "worker", 0, folder)
        return cluster.result("worker")


def shards_of(values: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the shards of a variable in a report."""
    return [values[shard] for shard in sorted(values) if shard.startswith(f"{name}/part_")]


@pytest.mark.parametrize("subject", ["real", "mirrored"])
@pytest.mark.parametrize("name", VARIABLES)
def test_shards_have_the_scale_of_the_whole(report: Any, name: str, subject: str) -> None:
    variable = VARIABLES[name]
    shards = shards_of(report[subject]["start"], name)
    assert len(shards) == variable.shards
    assert [shard["device"] for shard in shards if not shard["device"].startswith("/job:ps")] == []
    assert sum(math.prod(shard["shape"]) for shard in shards) == math.prod(variable.shape)
    for shard in shards:
        # Five standard errors for a kurtosis of at most 3; one false alarm in 100,000 runs of all these checks.
        assert abs(shard["stddev"] / variable.stddev - 1) < 5 / math.sqrt(2 * math.prod(shard["shape"]))


@pytest.mark.parametrize("subject", ["real", "mirrored"])
@pytest.mark.parametrize("name", VARIABLES)
def test_shards_are_equal_only_with_an_op_seed(report: Any, name: str, subject: str) -> None:
    variable = VARIABLES[name]
    different = {shard["hash"] for shard in shards_of(report[subject]["start"], name)}
    assert len(different) == (1 if variable.has_op_seed else variable.shards)


@pytest.mark.parametrize(("first", "second"), [("real", "mirrored"), ("mirrored", "real")])
def test_checkpoints_are_exchanged(report: Any, first: str, second: str) -> None:
    saved, restored = report[first]["end"], report[f"{second} after {first}"]["start"]
    assert saved == restored
    biases = len(VARIABLES) - 1  # the table has none
    assert len(saved) == sum(variable.shards for variable in VARIABLES.values()) + biases
    trained = report[f"{second} after {first}"]["end"]
    assert trained["table/part_0"]["hash"] != saved["table/part_0"]["hash"]


def test_parity_on_the_cluster(report: Any) -> None:
    assert report["parity"] == ["same", ["partitioned"]]


def v1_layers() -> Any:
    """Return `tf.compat.v1.layers`, or the package that keeps it."""
    return importlib.import_module(f"{legacy.V1_KERAS_PACKAGE}.src.legacy_tf_layers.core")


def run_program(subject: str, name: str, checkpoint: Path, restores: bool) -> list[np.ndarray]:
    """Return the shards of a kernel that tf.layers makes.

    Args:
      subject: "real" for the legacy initializer, "mirrored" for the wrapper.
      name: Name of the initializer.
      checkpoint: Checkpoint to restore, or to save.
      restores: Whether the variables are restored instead of initialized and saved.
    """
    with tf.Graph().as_default():
        initializer = getattr(legacy, subject)(name)()
        with tf.compat.v1.variable_scope("net", partitioner=tf.compat.v1.fixed_size_partitioner(2)):
            v1_layers().dense(tf.zeros([1, 300]), 50, kernel_initializer=initializer)
        variables = tf.compat.v1.global_variables("net/dense/kernel")
        assert [variable.shape for variable in variables] == [(150, 50), (150, 50)]
        saver = tf.compat.v1.train.Saver()
        with tf.compat.v1.Session() as session:
            if restores:
                saver.restore(session, str(checkpoint))
            else:
                session.run(tf.compat.v1.global_variables_initializer())
                saver.save(session, str(checkpoint))
            return list(session.run(variables))


@pytest.mark.filterwarnings("ignore:`tf.layers.dense` is deprecated")
@pytest.mark.parametrize(("subject", "other"), [("real", "mirrored"), ("mirrored", "real")])
@pytest.mark.parametrize("name", legacy.RANDOM_MATRICES)
def test_checkpoint_of_the_other_program(name: str, subject: str, other: str, tmp_path: Path) -> None:
    saved = run_program(subject, name, tmp_path, restores=False)
    restored = run_program(other, name, tmp_path, restores=True)
    assert [legacy.same(*pair) for pair in zip(saved, restored, strict=True)] == [True, True]


@pytest.mark.filterwarnings("ignore:`tf.layers.dense` is deprecated")
@pytest.mark.parametrize("name", legacy.RANDOM_MATRICES)
def test_layers_have_the_same_scale_in_both_programs(name: str, tmp_path: Path) -> None:
    real, mirrored = (
        run_program(subject, name, tmp_path / subject, restores=False) for subject in ("real", "mirrored")
    )
    ratio = np.std(real) / np.std(mirrored)
    assert abs(ratio - 1) < 5 / math.sqrt(15_000)  # five standard errors of a ratio of two samples of 15,000 values
    assert not legacy.same(*mirrored)
