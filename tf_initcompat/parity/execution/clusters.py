"""The cluster on which engines make variables: that of TF_CONFIG, or one of this process."""

import itertools
import json
import os
import socket
import time
from typing import Any, Final

import grpc  # a requirement of TensorFlow

from tf_initcompat.wrappers.tensorflow import tf

#: Tasks of a cluster of this process.
_JOBS: Final = {"ps": 2, "worker": 1}
#: Its servers: they serve until the process ends.
_servers: Final[list[Any]] = []
#: Seconds within which a server that is there answers.
_ANSWER: Final = 5
#: What TensorFlow raises where a server is gone.
LOST: Final = (tf.errors.AbortedError, tf.errors.DeadlineExceededError, tf.errors.UnavailableError)
#: What a task that coordinates can be called in TF_CONFIG.
_COORDINATORS: Final = ("chief", "", None)


class EngineError(RuntimeError):
    """An engine cannot be had; the message says what to do."""


def given(wait: bool = False, patience: float = 60.0) -> Any:
    """Returns the cluster with parameter servers that `TF_CONFIG` describes, or None.

    Args:
      wait: Whether to wait until its servers listen. TensorFlow itself would wait for ever.
      patience: Seconds to wait.

    Raises:
      EngineError: If `TF_CONFIG` is no such description, or if a server does not answer.
    """
    text = os.environ.get("TF_CONFIG", "")
    try:
        config = json.loads(text or "{}")
        if not isinstance(config, dict):
            raise TypeError(f"it has to be a JSON object, not {text}")
        resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
        cluster = resolver.cluster_spec()
    except (AttributeError, TypeError, ValueError) as error:
        raise EngineError(f"environment variable TF_CONFIG describes no cluster: {error}") from error
    if not cluster.jobs:
        return None
    if not {"ps", "worker"} <= set(cluster.jobs):
        raise EngineError(
            f"environment variable TF_CONFIG describes a cluster without 'ps' or 'worker': it has {cluster.jobs}. "
            "Name its jobs so, or unset TF_CONFIG to compare on a cluster of this process"
        )
    deadline = time.monotonic() + patience
    for job in ("ps", "worker") if wait else ():
        for address in cluster.job_tasks(job):
            while reason := _connection_error(address):
                if time.monotonic() > deadline:
                    raise EngineError(
                        f"no server answers at {address!r}, job {job!r} of TF_CONFIG ({reason}). Start its tasks, or "
                        "unset TF_CONFIG to compare on a cluster of this process"
                    )
                time.sleep(0.1)
    return cluster


def _connection_error(address: str) -> str:
    """Returns why no TensorFlow server answers at an address, or an empty string."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=_ANSWER).close()  # for its reason: gRPC tells none
        with grpc.insecure_channel(address) as channel:
            grpc.channel_ready_future(channel).result(timeout=_ANSWER)
    except grpc.FutureTimeoutError:
        return "what listens there does not speak gRPC"
    except (OSError, OverflowError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def coordinated() -> Any:
    """Returns the resolver of the cluster that this process coordinates: that of `TF_CONFIG`, or one that it starts.

    Raises:
      EngineError: If `TF_CONFIG` gives another part to this process, or as `given` does.
    """
    resolvers = tf.distribute.cluster_resolver
    if not given():
        return resolvers.SimpleClusterResolver(_own(), rpc_layer="grpc")
    resolver = resolvers.TFConfigClusterResolver()
    if resolver.task_type not in _COORDINATORS:
        raise EngineError(
            f"environment variable TF_CONFIG makes this process a {resolver.task_type!r}: compare as its 'chief'"
        )
    given(wait=True)
    return resolver


def _own() -> Any:
    """Starts two parameter servers and a worker in this process, on loopback ports, and returns their cluster."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(sum(_JOBS.values()))]
    addresses = iter(["{}:{}".format(*each.getsockname()) for each in sockets])
    for each in sockets:
        each.close()
    cluster = tf.train.ClusterSpec({job: list(itertools.islice(addresses, count)) for job, count in _JOBS.items()})
    for job, count in _JOBS.items():
        _servers.extend(tf.distribute.Server(cluster, job_name=job, task_index=task) for task in range(count))
    return cluster
