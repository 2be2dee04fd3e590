"""What tests start is gone when they end, however they end."""

import socket
import time
from pathlib import Path

import pytest
from cluster import Cluster


def listens(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as connection:
        return connection.connect_ex((host, int(port))) == 0


def started(cluster: Cluster) -> str:
    """Starts a server, waits until it listens, and returns its address."""
    process = cluster.start("server", "ps")
    (address,) = cluster.spec["ps"]
    deadline = time.monotonic() + 120
    while not listens(address):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return address


def fail(cluster: Cluster) -> None:
    """Fails while a task is running, as a test does."""
    with cluster:
        assert listens(started(cluster))
        raise ZeroDivisionError


def test_nothing_is_left_when_a_test_fails(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, ps=1)
    with pytest.raises(ZeroDivisionError):
        fail(cluster)
    (address,) = cluster.spec["ps"]
    assert cluster.processes["ps-0"].returncode is not None
    assert not listens(address)


def test_nothing_is_left_when_the_test_is_killed(tmp_path: Path) -> None:
    with Cluster(tmp_path, ps=1) as cluster:
        address = started(cluster)
        process = cluster.processes["ps-0"]
        assert process.stdin is not None
        process.stdin.close()  # as the system does it for a process that is killed
        assert process.wait(timeout=60) == 3
        assert not listens(address)


def test_failure_of_any_task_is_told(tmp_path: Path) -> None:
    with Cluster(tmp_path, ps=1, worker=1) as cluster:
        cluster.start("server", "ps")
        cluster.start("v1_training", "worker")  # without its argument
        with pytest.raises(AssertionError, match=r"worker-0 ended with 1:(.|\n)*IndexError"):
            cluster.result("ps")
