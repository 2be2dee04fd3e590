"""A worker of a TensorFlow 1 cluster: the legacy and the migrated program train, each from the other's checkpoint.

Usage: v1_training.py FOLDER
"""

import functools
import sys
from pathlib import Path
from typing import Any

import legacy
import task
import tensorflow as tf

from tf_initcompat import parity

v1 = tf.compat.v1


def dense(inputs: Any, units: int, initializer: Any, partitioner: Any, name: str) -> Any:
    """A layer as programs wrote it: variables from `get_variable`, in a scope that has the initializer."""
    with v1.variable_scope(name, initializer=initializer):
        kernel = v1.get_variable("kernel", [inputs.shape[-1], units], partitioner=partitioner)
        bias = v1.get_variable("bias", [units], initializer=v1.zeros_initializer())
    return tf.nn.relu(tf.matmul(inputs, tf.convert_to_tensor(kernel)) + bias)


def model(which: str) -> Any:
    """Builds the model and returns what trains it.

    Args:
      which: "real" for the legacy initializers, "mirrored" for the wrappers: the only difference.
    """
    find = functools.partial(getattr(legacy, which))
    words = tf.random.uniform([32], maxval=4096, dtype=tf.int32, seed=1)
    table = v1.get_variable(
        "table",
        [4096, 64],
        initializer=find("variance_scaling_initializer")(mode="fan_in"),
        partitioner=v1.fixed_size_partitioner(4),
    )
    hidden = v1.nn.embedding_lookup(list(table), words, partition_strategy="div")
    hidden = dense(hidden, 900, find("initializers.he_normal")(), v1.fixed_size_partitioner(3, axis=1), "columns")
    hidden = dense(hidden, 80, find("glorot_uniform_initializer")(), v1.variable_axis_size_partitioner(80_000), "rows")
    hidden = dense(
        hidden, 1000, find("uniform_unit_scaling_initializer")(factor=1.43),
        v1.min_max_variable_partitioner(max_partitions=4, min_slice_size=40_000), "bounded",
    )  # fmt: skip
    # An op seed: shards of one shape are equal then, which a migrated program has to keep.
    hidden = dense(
        hidden, 40, find("truncated_normal_initializer")(stddev=0.3, seed=5), v1.fixed_size_partitioner(2), "seeded"
    )
    loss = tf.reduce_mean(tf.square(hidden))
    return v1.train.GradientDescentOptimizer(0.01).minimize(loss, global_step=v1.train.get_or_create_global_step())


def values(session: Any) -> dict[str, Any]:
    """Describes every trainable variable."""
    variables = v1.trainable_variables()
    return {
        variable.op.name: task.described(value, variable.device)
        for variable, value in zip(variables, session.run(variables), strict=True)
    }


class Notes(v1.train.SessionRunHook):  # type: ignore[misc]  # Any base: TensorFlow is untyped
    """Notes the variables before the first step, initialized or restored, and after the last."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Called by the MonitoredTrainingSession."""
        del coord
        self.start = values(session)

    def end(self, session: Any) -> None:
        """Called by the MonitoredTrainingSession, before it closes."""
        self.values = values(session)


def train(which: str, folder: Path, steps: int, server: Any, cluster: Any) -> dict[str, Any]:
    """Trains until a step of the checkpoints in a folder; returns the variables at start and end."""
    v1.Session.reset(server.target)
    setter = v1.train.replica_device_setter(cluster=cluster, worker_device="/job:worker/task:0")
    with tf.Graph().as_default(), v1.device(setter):
        train_step = model(which)
        notes = Notes()
        with v1.train.MonitoredTrainingSession(
            master=server.target,
            is_chief=True,
            checkpoint_dir=str(folder),
            hooks=[notes, v1.train.StopAtStepHook(last_step=steps)],
            save_checkpoint_steps=1000,
            save_summaries_steps=None,
            save_summaries_secs=None,
        ) as session:
            while not session.should_stop():
                session.run(train_step)
    return {"start": notes.start, "end": notes.values}


def main(folder: Path) -> None:
    """Trains the legacy program and continues with the migrated one, and the other way round."""
    task.begin()
    cluster = task.cluster().cluster_spec()
    server = tf.distribute.Server(cluster, "worker", 0)
    report: dict[str, Any] = {}
    for first, second in (("real", "mirrored"), ("mirrored", "real")):
        report[first] = train(first, folder / first, 3, server, cluster)
        report[f"{second} after {first}"] = train(second, folder / first, 5, server, cluster)
    v1.Session.reset(server.target)
    comparison = parity.compare(
        legacy.real("variance_scaling_initializer"), legacy.mirrored("variance_scaling_initializer"),
        shape=(400, 90), contexts=("partitioned",), partitions=3,
    )  # fmt: skip
    report["parity"] = [comparison.verdict, comparison.contexts]
    task.end(report)


main(Path(sys.argv[1]))
