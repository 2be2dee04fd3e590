"""The cluster on which variables are made: the one that TF_CONFIG describes, or one that this process starts."""

import itertools
import json
import os
import socket
import time
from typing import Any, Final

import grpc  # a requirement of TensorFlow

from tf_initcompat.parity.execution.implementation import ContextUnavailableError
from tf_initcompat.wrappers.tensorflow import tf

#: Number of tasks of each job in a cluster that this process starts.
_JOBS: Final = {"ps": 2, "worker": 1}
#: The servers of that cluster: they run until the process ends.
_servers: Final[list[Any]] = []
#: Seconds within which a running server answers.
_ANSWER_SECONDS: Final = 5
#: Errors that TensorFlow raises if a server is lost.
LOST: Final = (tf.errors.AbortedError, tf.errors.DeadlineExceededError, tf.errors.UnavailableError)
#: Task types of TF_CONFIG that can coordinate a cluster.
_COORDINATORS: Final = ("chief", "", None)


def described(wait: bool = False, patience: float = 60.0) -> Any:
    """Return the cluster with parameter servers that `TF_CONFIG` describes, or None.

    Args:
      wait: Whether to wait until its servers listen. TensorFlow itself would wait forever.
      patience: Seconds to wait.

    Raises:
      ContextUnavailableError: If `TF_CONFIG` is malformed or has no parameter servers, or if a server does not answer.
    """
    text = os.environ.get("TF_CONFIG", "")
    try:
        config = json.loads(text or "{}")
        if not isinstance(config, dict):
            raise TypeError(f"it has to be a JSON object, not {text}")
        resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
        cluster = resolver.cluster_spec()
    except (AttributeError, TypeError, ValueError) as error:
        raise ContextUnavailableError(f"environment variable TF_CONFIG describes no cluster: {error}") from error
    if not cluster.jobs:
        return None
    if not {"ps", "worker"} <= set(cluster.jobs):
        raise ContextUnavailableError(
            f"environment variable TF_CONFIG describes a cluster without 'ps' or 'worker': it has {cluster.jobs}. "
            "Rename its jobs, or unset TF_CONFIG to compare on a cluster that this process starts"
        )
    if wait:
        _wait_for(cluster, time.monotonic() + patience)
    return cluster


def _wait_for(cluster: Any, deadline: float) -> None:
    for job in ("ps", "worker"):
        for address in cluster.job_tasks(job):
            while reason := _connection_error(address):
                if time.monotonic() > deadline:
                    raise ContextUnavailableError(
                        f"no server answers at {address!r}, job {job!r} of TF_CONFIG ({reason}). Start its tasks, or "
                        "unset TF_CONFIG to compare on a cluster that this process starts"
                    )
                time.sleep(0.1)


def _connection_error(address: str) -> str:
    """Return why no TensorFlow server answers at an address, or an empty string."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=_ANSWER_SECONDS).close()  # gRPC reports no reason
        with grpc.insecure_channel(address) as channel:
            grpc.channel_ready_future(channel).result(timeout=_ANSWER_SECONDS)
    except grpc.FutureTimeoutError:
        return "the process that listens there does not speak gRPC"
    except (OSError, OverflowError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def coordinated() -> Any:
    """Return the resolver of the cluster that this process coordinates.

    It is the cluster of `TF_CONFIG`, or one that this process starts.

    Raises:
      ContextUnavailableError: If `TF_CONFIG` gives this process another role, or as `described` does.
    """
    resolvers = tf.distribute.cluster_resolver
    if not described():
        return resolvers.SimpleClusterResolver(_start_cluster(), rpc_layer="grpc")
    resolver = resolvers.TFConfigClusterResolver()
    if resolver.task_type not in _COORDINATORS:
        raise ContextUnavailableError(
            f"environment variable TF_CONFIG makes this process a {resolver.task_type!r}: compare as its 'chief'"
        )
    described(wait=True)
    return resolver


def _start_cluster() -> Any:
    """Start two parameter servers and a worker in this process, on loopback ports, and return their cluster."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(sum(_JOBS.values()))]
    addresses = iter(["{}:{}".format(*listener.getsockname()) for listener in sockets])
    for listener in sockets:
        listener.close()
    cluster = tf.train.ClusterSpec({job: list(itertools.islice(addresses, count)) for job, count in _JOBS.items()})
    for job, count in _JOBS.items():
        _servers.extend(tf.distribute.Server(cluster, job_name=job, task_index=task) for task in range(count))
    return cluster
