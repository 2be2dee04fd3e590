"""The coordinator of a ParameterServerStrategy: variables, models and the memory that shards take.

Usage: coordinator.py PID...   (the processes of the parameter servers)
"""

import contextlib
import functools
import importlib
import os
import signal
import sys
from typing import Any

import legacy
import numpy as np
import task
import tensorflow as tf

import tf_initcompat
from tf_initcompat import parity
from tf_initcompat.parity.execution import implementation
from tf_initcompat.wrappers import seeds

partitioners = tf.distribute.experimental.partitioners

SHAPE = (1500, 100)
#: A shard of it, in bytes: 12.5 million values, as those of an embedding of 100 million rows in 64 shards.
TABLE, TABLE_SHARDS = (1_562_500 * 4, 8), 4
SHARD = 4 * 1_562_500 * 8


class Partitioner:
    """Calls whichever partitioner is chosen: a cluster has one strategy."""

    chosen: Any = partitioners.FixedShardsPartitioner(3)

    def __call__(self, shape: Any, dtype: Any, axis: int = 0) -> Any:
        return self.chosen(shape, dtype, axis)


def variable(initializer: Any, shape: tuple[int, ...] = SHAPE, form: str = "partition_shape") -> Any:
    """Makes a variable whose shards the strategy asks for in one of its forms."""
    if form == "shard_info":

        def initial_value(shard_info: Any) -> Any:
            return initializer(shape, tf.float32, shard_info=shard_info)

    elif form == "whole":

        def initial_value() -> Any:  # type: ignore[misc]  # the strategy slices it
            return initializer(shape, tf.float32)

    else:
        initial_value = functools.partial(initializer, shape, dtype=tf.float32)
    return tf.Variable(initial_value, shape=shape, dtype=tf.float32)


def plain_variables() -> dict[str, Any]:
    """Describes the shards of a variable for each initializer, seed and form."""
    report: dict[str, Any] = {}
    for name in legacy.INITIALIZERS:
        for which in ("real", "mirrored"):
            for seed in (None, 3) if name in legacy.RANDOM else (None,):
                for form in ("partition_shape", "shard_info", "whole") if which == "mirrored" else ("partition_shape",):
                    initializer = getattr(legacy, which)(name)(**({} if seed is None else {"seed": seed}))
                    if "orthogonal" in name and form == "shard_info":
                        continue  # the strategy falls back to the whole for partition_shape only
                    found = task.shards(variable(initializer, form=form))
                    report[f"{which} {name} {seed} {form}"] = found
    return report


def shared() -> dict[str, list[list[Any]]]:
    """Describes, twice from one global seed, the shards of two variables that share an initializer with an op seed."""
    report: dict[str, list[list[Any]]] = {}
    for name in legacy.RANDOM:
        for which in ("real", "mirrored"):
            found = report.setdefault(f"{which} {name}", [])
            for _ in range(2):
                tf.random.set_seed(5)
                initializer = getattr(legacy, which)(name)(seed=3)
                found.append(task.shards(variable(initializer)) + task.shards(variable(initializer)))
    return report


def lists() -> list[Any]:
    """Returns the shards of a constant list: of the whole, and of one that has the size of a shard."""
    values = np.arange(12.0).reshape(6, 2)
    whole = variable(legacy.mirrored("constant_initializer")(values.tolist()), (6, 2))
    report: list[Any] = [[shard.numpy().tolist() for shard in whole.variables]]
    try:
        variable(legacy.mirrored("constant_initializer")([1.0, 2.0, 3.0, 4.0]), (6, 2))
    except TypeError as error:
        report.append(str(error))
    return report


def legacy_sampling() -> list[bool]:
    """Says whether the shards are those of the unmigrated program, bit for bit, under legacy sampling."""
    equal = []
    for name in legacy.RANDOM:
        tensors = []
        for which in ("real", "mirrored"):
            tf.random.set_seed(5)
            with tf_initcompat.legacy_sampling():
                tensors.append([shard.numpy() for shard in variable(getattr(legacy, which)(name)()).variables])
        equal.append(all(map(legacy.same, *tensors)))
    return equal


def model(coordinator: Any) -> dict[str, Any]:
    """Trains a Keras 2 model with sharded embeddings; describes its variables as they were, and the losses.

    Keras 3 has no parameter servers; tf_keras stands beside it.
    """
    keras = importlib.import_module("tf_keras") if seeds.is_keras_3() else tf.keras
    shared = legacy.mirrored("keras.initializers.he_normal")(seed=2)
    network = keras.Sequential([
        keras.layers.Embedding(1500, 100, embeddings_initializer=legacy.mirrored("initializers.lecun_uniform")()),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(300, kernel_initializer=shared, activation="relu"),
        keras.layers.Dense(300, kernel_initializer=shared),
    ])  # fmt: skip
    network.build((None, 4))
    optimizer = keras.optimizers.SGD(0.5)
    before = {weight.name: task.described(weight.numpy(), weight.device) for weight in network.trainable_weights}

    def in_replica() -> Any:
        words = tf.random.uniform((8, 4), maxval=1500, dtype=tf.int32)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(network(words) - 1.0))
        gradients = tape.gradient(loss, network.trainable_weights)
        optimizer.apply_gradients(zip(gradients, network.trainable_weights, strict=True))
        return loss

    @tf.function
    def step() -> Any:
        return coordinator.strategy.run(in_replica)

    return {"before": before, "losses": [float(coordinator.schedule(step).fetch()) for _ in range(5)]}


def memory(processes: list[int]) -> dict[str, Any]:
    """Returns what a large table takes on the servers: held and at its peak, in shards."""
    Partitioner.chosen = partitioners.FixedShardsPartitioner(TABLE_SHARDS)
    before = [task.forget_peak(process) for process in processes]
    table = variable(legacy.mirrored("random_uniform_initializer")(-0.05, 0.05), TABLE)
    peaks = [task.peak_memory(process) - held for process, held in zip(processes, before, strict=True)]
    shards = [shard.shape.as_list() for shard in table.variables]
    return {"shards": shards, "peak": [peak / SHARD for peak in peaks]}


def lose(process: int) -> str:
    """Ends a server in the middle of a comparison, and returns the error of that."""

    class Fatal(tf_initcompat.zeros_initializer):  # type: ignore[misc]  # Any base: TensorFlow is untyped
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            return super().__call__(*args, **kwargs)

    try:
        parity.compare(tf.compat.v1.zeros_initializer, Fatal, shape=(400, 90), contexts=("parameter-server",))
    except implementation.ContextUnavailableError as error:
        return str(error)
    return "nothing"


def main(processes: list[int]) -> None:
    """Reports all of it."""
    task.begin()
    strategy = tf.distribute.ParameterServerStrategy(task.cluster(), variable_partitioner=Partitioner())
    report: dict[str, Any] = {}
    with strategy.scope():
        report["plain"] = plain_variables()
        report["shared"] = shared()
        report["lists"] = lists()
        report["legacy sampling"] = legacy_sampling()
        report["model"] = model(tf.distribute.coordinator.ClusterCoordinator(strategy))
        Partitioner.chosen = partitioners.MinSizePartitioner(min_shard_bytes=200_000, max_shards=5)
        report["min size"] = task.shards(variable(legacy.mirrored("glorot_uniform_initializer")()))
        Partitioner.chosen = partitioners.FixedShardsPartitioner(2)
        comparison = parity.compare(
            legacy.real("contrib.layers.xavier_initializer"), legacy.mirrored("contrib.layers.xavier_initializer"),
            arguments={}, shape=(400, 90), contexts=("parameter-server",), partitions=2,
        )  # fmt: skip
        report["parity"] = [comparison.verdict, comparison.contexts]
        report["memory"] = memory(processes)
        report["lost"] = lose(processes[-1])
    task.end(report)


main([int(argument) for argument in sys.argv[1:]])
