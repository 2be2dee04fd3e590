"""Worker processes end when the process that started them is killed or terminated, and leave no files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

#: Seconds until a process must have started or ended.
TIMEOUT = 60

#: A program with a pool whose workers are busy for an hour. It prints their process ids.
POOL = """\
import concurrent.futures, multiprocessing, os, sys, time
from tf_initcompat.source import run
pool = concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context(sys.argv[1]), run._start_worker)
[pool.submit(time.sleep, 3600) for _ in range(2)]
print(*(process.pid for process in multiprocessing.active_children()), flush=True)
time.sleep(3600)
"""


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until a condition is true."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(process: int) -> bool:
    """Return whether a process exists and is not a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "XZ"
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc, which only Linux has")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_end_with_a_parent_that_is_killed(method: str) -> None:
    # In a process that is killed, with its workers.
    parent = subprocess.Popen([sys.executable, "-c", POOL, method], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        workers = [int(word) for word in parent.stdout.readline().split()]
        assert len(workers) == 2
        assert all(map(is_running, workers))
        parent.kill()
        parent.wait()
        wait_for(lambda: not any(map(is_running, workers)))


def test_terminated_verify_leaves_nothing(tmp_path: Path) -> None:
    # In a process that is terminated, with its workers.
    parent = subprocess.Popen(
        [sys.executable, "-m", "tf_initcompat", "verify", "--jobs", "2"],
        env={**os.environ, "TMPDIR": str(tmp_path)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: len(list(tmp_path.glob("*/*.log"))) == 2)
    workers = [int(log.stem) for log in tmp_path.glob("*/*.log")]
    parent.send_signal(signal.SIGTERM)
    assert parent.wait() == -signal.SIGTERM
    wait_for(lambda: not any(map(is_running, workers)))
    assert list(tmp_path.iterdir()) == []
