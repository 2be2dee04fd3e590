"""MultiWorkerMirroredStrategy on two processes: workers start equal and stay in step, and variables differ."""

from typing import Any

import legacy
import pytest
from cluster import Cluster

WORKERS = 2


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The reports of the workers of a cluster, each in a process."""
    with Cluster(tmp_path_factory.mktemp("workers"), worker=WORKERS) as cluster:
        for index in range(WORKERS):
            cluster.start("workers", "worker", index)
        return [cluster.result("worker", index) for index in range(WORKERS)]


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("name", legacy.RANDOM)
def test_workers_start_equal_and_variables_differ(reports: list[Any], name: str, seed: Any) -> None:
    assert [report["replicas"] for report in reports] == [WORKERS] * WORKERS
    first, second = (report["variables"][f"{name} {seed}"] for report in reports)
    assert first == second
    assert first[0] != first[1]


def test_workers_stay_in_step(reports: list[Any]) -> None:
    first, second = (report["trained"] for report in reports)
    assert first == second
    assert first["losses"][-1] < first["losses"][0]


def test_parity_on_the_cluster(reports: list[Any]) -> None:
    assert [report["parity"] for report in reports] == [["same", ["mirrored"]]] * WORKERS
