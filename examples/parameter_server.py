"""An embedding table in shards on parameter servers, on a cluster of processes on this machine.

Starts two parameter servers and a worker, trains a small model, and compares the shards with those of TensorFlow's own
symbol on the same cluster.

Usage: python examples/parameter_server.py    # needs pip install 'tf-initcompat[tf,parity]'
"""

import functools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

import tf_initcompat

WORDS, SIZE, SHARDS = 9_000, 32, 3
TIMEOUT = 120  # seconds until the tasks must have started


def listens(address: str) -> bool:
    """Return whether a server listens at an address."""
    host, port = address.split(":")
    with socket.socket() as connection:
        return connection.connect_ex((host, int(port))) == 0


@contextmanager
def cluster(**jobs: int) -> Iterator[Any]:
    """Start the tasks of a cluster on loopback ports, and end them with the context."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(sum(jobs.values()) + 1)]
    addresses = iter([f"127.0.0.1:{server.getsockname()[1]}" for server in sockets])
    spec = {job: [next(addresses) for _ in range(count)] for job, count in {**jobs, "chief": 1}.items()}
    for server in sockets:
        server.close()
    processes = []
    try:
        for job, count in jobs.items():
            for index in range(count):
                config = json.dumps({"cluster": spec, "task": {"type": job, "index": index}})
                command = [sys.executable, __file__, "task"]
                # A task ends when its standard input is closed, so also when this process is killed.
                processes.append(
                    subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, "TF_CONFIG": config})
                )
        deadline = time.monotonic() + TIMEOUT
        for address in (address for job in jobs for address in spec[job]):
            while not listens(address):
                if time.monotonic() > deadline or any(process.poll() is not None for process in processes):
                    raise RuntimeError(f"the task at {address} did not start")
                time.sleep(0.1)
        yield tf.distribute.cluster_resolver.SimpleClusterResolver(
            tf.train.ClusterSpec(spec), task_type="chief", task_id=0, rpc_layer="grpc"
        )
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def serve() -> None:
    """Run one task of the cluster."""
    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    server = tf.distribute.Server(
        resolver.cluster_spec(), job_name=resolver.task_type, task_index=resolver.task_id, protocol="grpc"
    )
    sys.stdin.read()
    del server
    os._exit(0)  # at once, since there is nothing to save


def train(strategy: Any, table: Any, dense: Any) -> list[float]:
    """Train a number for each word, on the worker; return the losses."""
    coordinator = tf.distribute.coordinator.ClusterCoordinator(strategy)
    variables = [*table.variables, dense]

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def step() -> Any:
        words = tf.random.uniform((256,), maxval=WORDS, dtype=tf.int32)
        target = tf.cast(words % 10, tf.float32) / 10.0
        with tf.GradientTape() as tape:
            prediction = tf.linalg.matvec(tf.nn.embedding_lookup(table, words), dense)
            loss = tf.reduce_mean(tf.square(prediction - target))
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(10.0 * tf.convert_to_tensor(gradient))
        return loss

    results = [coordinator.schedule(step) for _ in range(100)]
    coordinator.join()
    return [float(result.fetch()) for result in results]


def main() -> None:
    """Create the table, print its shards and their parity, and train."""
    from tf_initcompat import parity  # late: the tasks do not need it

    with cluster(ps=2, worker=1) as resolver:
        # Variables smaller than two shards of this size are not divided.
        partitioner = tf.distribute.experimental.partitioners.MinSizePartitioner(256 << 10, max_shards=SHARDS)
        strategy = tf.distribute.ParameterServerStrategy(resolver, variable_partitioner=partitioner)
        with strategy.scope():
            # Each server asks the wrapper for one shard at a time. No server makes the whole table.
            initializer = tf_initcompat.variance_scaling_initializer(mode="fan_in", seed=7)
            table = tf.Variable(
                functools.partial(initializer, (WORDS, SIZE), dtype=tf.float32), shape=(WORDS, SIZE), dtype=tf.float32
            )
            dense = tf.Variable(lambda: tf_initcompat.initializers.he_normal()((SIZE,)))
            comparison = parity.compare(
                tf.compat.v1.variance_scaling_initializer,
                tf_initcompat.variance_scaling_initializer,
                arguments={"mode": "fan_in"},
                shape=(WORDS, SIZE),
                contexts=("parameter-server",),
            )
        for shard in table.variables:
            values = shard.numpy()
            task = tf.DeviceSpec.from_string(shard.device)
            print(
                f"shard {values.shape} on {task.job} {task.task}: stddev {values.std():.5f}, first {values[0, 0]:+.5f}"
            )
        print(f"expected for the whole table: {np.sqrt(1 / WORDS):.5f}")
        print(f"parity of the shards: {comparison.verdict}, {len(comparison.checks)} checks")
        losses = train(strategy, table, dense)
        print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["task"]:
        serve()
    else:
        main()
