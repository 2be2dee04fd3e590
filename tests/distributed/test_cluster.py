"""`verify` on the cluster in TF_CONFIG, its errors, and the end of the processes that tests start."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cluster import Cluster, listens

from tf_initcompat.parity.execution import clusters
from tf_initcompat.parity.execution.implementation import ContextUnavailableError


def lose_a_task(cluster: Cluster) -> None:
    """Wait for the result of a task while another task ends as if its test had been killed."""
    with cluster:
        killed, _ = cluster.serve(ps=2)
        assert killed.stdin is not None
        killed.stdin.close()  # as the system does when the test is killed
        assert killed.wait(timeout=60) == 3
        assert [listens(address) for address in cluster.spec["ps"]] == [False, True]
        cluster.result("ps", 1)


def test_nothing_is_left_when_a_test_is_killed_or_fails(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, ps=2)
    with pytest.raises(AssertionError, match="ps-0 ended with 3"):
        lose_a_task(cluster)
    assert cluster.processes["ps-1"].returncode is not None
    assert not listens(cluster.spec["ps"][1])


def test_failure_of_any_task_is_reported(tmp_path: Path) -> None:
    with Cluster(tmp_path, ps=1, worker=1) as cluster:
        cluster.start("server", "ps")
        cluster.start("v1_training", "worker")  # without its argument, which is an error
        with pytest.raises(AssertionError, match=r"worker-0 ended with 1:(.|\n)*IndexError"):
            cluster.result("ps")


def test_verify_on_the_cluster_of_the_environment(tmp_path: Path) -> None:
    with Cluster(tmp_path, chief=1, worker=1, ps=2) as cluster:
        cluster.serve(ps=2, worker=1)
        cluster.start("verify_on_cluster", "chief", 0, tmp_path)
        status, verdicts = cluster.result("chief")
    assert status == 0
    assert verdicts == [["parameter-server", "same"], ["partitioned", "same"], ["same"]]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("{", "environment variable TF_CONFIG describes no cluster"),
        ('{"cluster": 3}', "environment variable TF_CONFIG describes no cluster"),
        ("null", "describes no cluster: it has to be a JSON object, not null"),
        ("[1, 2]", r"describes no cluster: it has to be a JSON object, not \[1, 2\]"),
        (
            '{"cluster": {"ps": ["a:1"], "workers": ["b:1"]}}',
            r"a cluster without 'ps' or 'worker': it has \['ps', 'workers'\]",
        ),
        (
            '{"cluster": {"ps": ["127.0.0.1:1"], "worker": ["127.0.0.1:2"]}}',
            "no server answers at '127.0.0.1:1', job 'ps'",
        ),
        ('{"cluster": {"ps": ["nowhere:x"], "worker": ["127.0.0.1:2"]}}', "no server answers at 'nowhere:x', job 'ps'"),
    ],
)
def test_bad_cluster_of_the_environment(config: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", config)
    with pytest.raises(ContextUnavailableError, match=message):
        clusters.described(wait=True, patience=0.2)


def test_only_the_chief_compares(monkeypatch: pytest.MonkeyPatch) -> None:
    task = {"type": "worker", "index": 0}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": {"ps": ["a:1"], "worker": ["b:1"]}, "task": task}))
    with pytest.raises(ContextUnavailableError, match="makes this process a 'worker': compare as its 'chief'"):
        clusters.coordinated()


@pytest.mark.parametrize("protocol", ["silence", "HTTP"])
def test_a_server_that_is_not_tensorflow_is_reported(protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # TensorFlow would wait forever for an answer.
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        if protocol == "HTTP":
            threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{server.server_port}"
        monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": {"ps": [address], "worker": [address]}}))
        with pytest.raises(ContextUnavailableError, match=f"'{address}', job 'ps' of TF_CONFIG .*does not speak gRPC"):
            clusters.described(wait=True, patience=0.2)
        if protocol == "HTTP":
            server.shutdown()
