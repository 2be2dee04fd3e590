"""`verify` on a cluster that a user has; and what tests start is gone when they end, however they end."""

from pathlib import Path

import pytest
from cluster import Cluster, listens

from tf_initcompat.parity import clusters


def fail(cluster: Cluster) -> None:
    """Fails while a task is running, as a test does."""
    with cluster:
        cluster.serve(ps=1)
        assert listens(cluster.spec["ps"][0])
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
        (process,) = cluster.serve(ps=1)
        assert process.stdin is not None
        process.stdin.close()  # as the system does it for a process that is killed
        assert process.wait(timeout=60) == 3
        assert not listens(cluster.spec["ps"][0])


def test_failure_of_any_task_is_told(tmp_path: Path) -> None:
    with Cluster(tmp_path, ps=1, worker=1) as cluster:
        cluster.start("server", "ps")
        cluster.start("v1_training", "worker")  # without its argument
        with pytest.raises(AssertionError, match=r"worker-0 ended with 1:(.|\n)*IndexError"):
            cluster.result("ps")


def test_verify_on_the_cluster_of_the_environment(tmp_path: Path) -> None:
    with Cluster(tmp_path, chief=1, worker=1, ps=2) as cluster:
        cluster.serve(ps=2, worker=1)
        cluster.start("verify_on_cluster", "chief", 0, tmp_path)
        status, found = cluster.result("chief")
    assert status == 0
    assert found == [["parameter-server", "same"], ["partitioned", "same"], ["same"]]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("{", "environment variable TF_CONFIG describes no cluster"),
        ('{"cluster": 3}', "environment variable TF_CONFIG describes no cluster"),
        (
            '{"cluster": {"ps": ["127.0.0.1:1"], "worker": ["127.0.0.1:2"]}}',
            "no server answers at '127.0.0.1:1', job 'ps'",
        ),
        ('{"cluster": {"ps": ["nowhere:x"], "worker": ["127.0.0.1:2"]}}', "no server answers at 'nowhere:x', job 'ps'"),
    ],
)
def test_bad_cluster_of_the_environment(config: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", config)
    with pytest.raises(clusters.EngineError, match=message):
        clusters.given(wait=True, patience=0.2)
