"""The coordinator of a ParameterServerStrategy: reports shards, a model, memory, and the error of a lost server.

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
from tf_initcompat.catalog import symbols
from tf_initcompat.parity.execution import implementation
from tf_initcompat.wrappers import native

partitioners = tf.distribute.experimental.partitioners

SHAPE = (1500, 100)
FORMS = ("partition_shape", "shard_info", "whole")

#: A table whose shards have 12.5 million values, as those of an embedding of 100 million rows in 64 shards.
TABLE_SHAPE, TABLE_SHARDS = (1_562_500 * 4, 8), 4
SHARD_BYTES = 4 * 1_562_500 * 8


class Partitioner:
    """A partitioner that calls the chosen one. A process can have only one strategy, and that only one partitioner."""

    chosen: Any = partitioners.FixedShardsPartitioner(3)

    def __call__(self, shape: Any, dtype: Any, axis: int = 0) -> Any:
        return self.chosen(shape, dtype, axis)


def variable(initializer: Any, shape: tuple[int, ...] = SHAPE, form: str = "partition_shape") -> Any:
    """Return a sharded variable.

    Args:
      initializer: The initializer of the variable.
      shape: Shape of the whole variable.
      form: How the strategy asks for a shard: by `partition_shape`, by `shard_info`, or by slicing the whole tensor.
    """
    if form == "shard_info":

        def initial_value(shard_info: Any) -> Any:
            return initializer(shape, tf.float32, shard_info=shard_info)

    elif form == "whole":

        def initial_value() -> Any:  # type: ignore[misc]  # one signature for each form
            return initializer(shape, tf.float32)

    else:
        initial_value = functools.partial(initializer, shape, dtype=tf.float32)
    return tf.Variable(initial_value, shape=shape, dtype=tf.float32)


def plain_variables() -> dict[str, Any]:
    """Describe the shards of a variable for each subject, initializer, seed and form.

    The legacy symbols know no form; TensorFlow slices their tensors. The wrapper of an orthogonal initializer refuses
    shards; the strategy then makes the whole tensor, but not if it passes `shard_info`.
    """
    report: dict[str, Any] = {}
    for name in (name for name in legacy.INITIALIZERS if name not in legacy.KERNELS):
        symbol = symbols.by_name()[name]
        for seed in (None, 3) if symbol.is_random else (None,):
            arguments = {} if seed is None else {"seed": seed}
            real = legacy.real(name)(**arguments)
            report[f"real {name} {seed} partition_shape"] = task.shards(variable(real))
            for form in FORMS:
                if symbol.is_orthogonal and form == "shard_info":
                    continue
                mirrored = legacy.mirrored(name)(**arguments)
                report[f"mirrored {name} {seed} {form}"] = task.shards(variable(mirrored, form=form))
    return report


def shared() -> dict[str, list[list[Any]]]:
    """Describe the shards of two variables that share an initializer with an op seed, twice with one global seed."""
    report: dict[str, list[list[Any]]] = {}
    for name in legacy.RANDOM_MATRICES:
        for subject in ("real", "mirrored"):
            runs = report.setdefault(f"{subject} {name}", [])
            for _ in range(2):
                tf.random.set_seed(5)
                initializer = getattr(legacy, subject)(name)(seed=3)
                runs.append(task.shards(variable(initializer)) + task.shards(variable(initializer)))
    return report


def constant_lists() -> list[Any]:
    """Return the shards of a constant list of the whole variable, and the error of a list as long as a shard."""
    values = np.arange(12.0).reshape(6, 2)
    whole = variable(legacy.mirrored("constant_initializer")(values.tolist()), (6, 2))
    report: list[Any] = [[shard.numpy().tolist() for shard in whole.variables]]
    try:
        variable(legacy.mirrored("constant_initializer")([1.0, 2.0, 3.0, 4.0]), (6, 2))
    except TypeError as error:
        report.append(str(error))
    return report


def legacy_sampling() -> dict[str, bool]:
    """Return, by initializer, whether legacy sampling gives the shards of the unmigrated program, bit for bit."""
    equal = {}
    for name in legacy.RANDOM_MATRICES:
        shards = []
        for subject in ("real", "mirrored"):
            tf.random.set_seed(5)
            with tf_initcompat.legacy_sampling():
                shards.append([shard.numpy() for shard in variable(getattr(legacy, subject)(name)()).variables])
        equal[name] = all(map(legacy.same, *shards))
    return equal


def model(coordinator: Any) -> dict[str, Any]:
    """Train a Keras 2 model with sharded embeddings; describe its variables before training, and the losses.

    Keras 3 does not support parameter servers, so the model comes from tf_keras there.
    """
    keras = importlib.import_module("tf_keras") if native.is_keras_3() else tf.keras
    shared_initializer = legacy.mirrored("keras.initializers.he_normal")(seed=2)
    network = keras.Sequential([
        keras.layers.Embedding(1500, 100, embeddings_initializer=legacy.mirrored("initializers.lecun_uniform")()),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(300, kernel_initializer=shared_initializer, activation="relu"),
        keras.layers.Dense(300, kernel_initializer=shared_initializer),
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
    """Return the shards of a large table, and the peak memory of each server while it was made, in shards."""
    Partitioner.chosen = partitioners.FixedShardsPartitioner(TABLE_SHARDS)
    before = [task.reset_peak(process) for process in processes]
    table = variable(legacy.mirrored("random_uniform_initializer")(-0.05, 0.05), TABLE_SHAPE)
    peaks = [task.peak_memory(process) - held for process, held in zip(processes, before, strict=True)]
    shards = [shard.shape.as_list() for shard in table.variables]
    return {"shards": shards, "peak": [peak / SHARD_BYTES for peak in peaks]}


def error_of_lost_server(process: int) -> str:
    """Kill a server in the middle of a comparison and return the error message; empty if there is no error."""

    class Fatal(tf_initcompat.zeros_initializer):  # type: ignore[misc]  # Any base: TensorFlow is untyped
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            return super().__call__(*args, **kwargs)

    try:
        parity.compare(tf.compat.v1.zeros_initializer, Fatal, shape=(400, 90), contexts=("parameter-server",))
    except implementation.ContextUnavailableError as error:
        return str(error)
    return ""


def main(processes: list[int]) -> None:
    """Report all of it."""
    task.begin()
    strategy = tf.distribute.ParameterServerStrategy(task.cluster(), variable_partitioner=Partitioner())
    report: dict[str, Any] = {}
    with strategy.scope():
        report["plain"] = plain_variables()
        report["shared"] = shared()
        report["constant lists"] = constant_lists()
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
        report["lost server"] = error_of_lost_server(processes[-1])
    task.end(report)


main([int(argument) for argument in sys.argv[1:]])
