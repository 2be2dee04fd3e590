"""A worker of a TensorFlow 1 cluster: the legacy and the migrated program train from each other's checkpoints.

Usage: v1_training.py FOLDER
"""

import sys
from pathlib import Path
from typing import Any

import legacy
import task
import tensorflow as tf

from tf_initcompat import parity

v1 = tf.compat.v1


def dense(inputs: Any, units: int, initializer: Any, partitioner: Any, name: str) -> Any:
    """Return a dense layer as TensorFlow 1 programs wrote it: `get_variable` in a scope with an initializer."""
    with v1.variable_scope(name, initializer=initializer):
        kernel = v1.get_variable("kernel", [inputs.shape[-1], units], partitioner=partitioner)
        bias = v1.get_variable("bias", [units], initializer=v1.zeros_initializer())
    return tf.nn.relu(tf.matmul(inputs, tf.convert_to_tensor(kernel)) + bias)


def model(subject: str) -> Any:
    """Build the model and return its training operation.

    Args:
      subject: "real" for the legacy initializers, "mirrored" for the wrappers.
    """
    find = getattr(legacy, subject)
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
    # With an op seed, shards of one shape are equal. A migrated program must keep that.
    hidden = dense(
        hidden, 40, find("truncated_normal_initializer")(stddev=0.3, seed=5), v1.fixed_size_partitioner(2), "seeded"
    )
    loss = tf.reduce_mean(tf.square(hidden))
    return v1.train.GradientDescentOptimizer(0.01).minimize(loss, global_step=v1.train.get_or_create_global_step())


def values(session: Any) -> dict[str, Any]:
    """Describe every trainable variable."""
    variables = v1.trainable_variables()
    return {
        variable.op.name: task.described(value, variable.device)
        for variable, value in zip(variables, session.run(variables), strict=True)
    }


class Recorder(v1.train.SessionRunHook):  # type: ignore[misc]  # Any base: TensorFlow is untyped
    """Records the variables before the first step, initialized or restored, and after the last step."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Record the initial variables. Called by the MonitoredTrainingSession."""
        del coord
        self.start = values(session)

    def end(self, session: Any) -> None:
        """Record the trained variables. Called by the MonitoredTrainingSession before it closes."""
        self.end_values = values(session)


def train(subject: str, folder: Path, steps: int, server: Any, cluster: Any) -> dict[str, Any]:
    """Train up to a step, from the last checkpoint in a folder; return the variables at the start and the end."""
    v1.Session.reset(server.target)
    setter = v1.train.replica_device_setter(cluster=cluster, worker_device="/job:worker/task:0")
    with tf.Graph().as_default(), v1.device(setter):
        train_step = model(subject)
        recorder = Recorder()
        with v1.train.MonitoredTrainingSession(
            master=server.target,
            is_chief=True,
            checkpoint_dir=str(folder),
            hooks=[recorder, v1.train.StopAtStepHook(last_step=steps)],
            save_checkpoint_steps=1000,
            save_summaries_steps=None,
            save_summaries_secs=None,
        ) as session:
            while not session.should_stop():
                session.run(train_step)
    return {"start": recorder.start, "end": recorder.end_values}


def main(folder: Path) -> None:
    """Train the legacy program and continue with the migrated one, and the other way round."""
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
