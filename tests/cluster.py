"""Clusters of TensorFlow processes on loopback ports, which a test starts and ends."""

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"

#: Below the ports that the system gives to outgoing connections: none of these can take a port that is chosen here.
PORTS = range(20_000, 32_000)

#: Seconds within which a program has to end; the slowest takes a tenth of it on an idle machine.
PATIENCE = 300


def free_port() -> int:
    """Returns a port that nothing listens on."""
    generator = random.SystemRandom()  # workers of one test run must not choose the same
    while True:
        port = generator.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("0.0.0.0", port))  # as TensorFlow's servers do
            except OSError:
                continue
        return port


def listens(address: str) -> bool:
    """Returns whether a server listens at an address."""
    host, port = address.split(":")
    with socket.socket() as connection:
        return connection.connect_ex((host, int(port))) == 0


class Cluster:
    """Processes of one cluster. Leaving the context ends all of them, whatever happened.

    Args:
      folder: Where their output is kept.
      **jobs: Number of tasks of each job.
    """

    def __init__(self, folder: Path, **jobs: int) -> None:
        self.folder = folder
        self.spec = {job: [f"127.0.0.1:{free_port()}" for _ in range(count)] for job, count in jobs.items()}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, program: str, job: str, task: int = 0, *arguments: object) -> subprocess.Popen[bytes]:
        """Starts a program as a task of the cluster.

        Args:
          program: Name of a file in the folder of programs, without suffix.
          job: Name of the task's job.
          task: Index of the task.
          *arguments: Arguments of the program.
        """
        name = f"{job}-{task}"
        config = {"cluster": self.spec, "task": {"type": job, "index": task}}
        environment = {
            **os.environ,
            "TF_CONFIG": json.dumps(config if self.spec else {}),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",  # on newer processors; its allocator keeps what is freed, which hides peaks
            "GRPC_VERBOSITY": "NONE",
            "GRPC_FAIL_FAST": "true",  # of a server that is gone; TensorFlow would wait for it
            "TMPDIR": str(self.folder),  # a process that is killed leaves the files of tf.function there
            "PYTHONPATH": os.pathsep.join([str(PROGRAMS.parent), os.environ.get("PYTHONPATH", "")]),
        }
        with (self.folder / f"{name}.out").open("wb") as out, (self.folder / f"{name}.err").open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, PROGRAMS / f"{program}.py", *map(str, arguments)],
                stdin=subprocess.PIPE,  # its end is the end of the program, even if the test is killed
                stdout=out,
                stderr=err,
                env=environment,
            )
        self.processes[name] = process
        return process

    def serve(self, **jobs: int) -> list[subprocess.Popen[bytes]]:
        """Starts servers for all tasks of some jobs, and waits until they listen.

        A client that is there before its servers tries again after ever longer times.

        Args:
          **jobs: Number of tasks of each job.

        Raises:
          AssertionError: If one of them fails, or if it takes too long.
        """
        started = {(job, task): self.start("server", job, task) for job, count in jobs.items() for task in range(count)}
        deadline = time.monotonic() + PATIENCE
        for (job, task), process in started.items():
            while not listens(self.spec[job][task]):
                assert process.poll() is None, self._last_words(f"{job}-{task}")
                assert time.monotonic() < deadline, f"{job}-{task} takes longer than {PATIENCE} s to start"
                time.sleep(0.05)
        return list(started.values())

    def result(self, job: str, task: int = 0, lost: Collection[str] = ()) -> Any:
        """Waits for a task and returns what it printed last, as JSON.

        Args:
          job: Name of the task's job.
          task: Index of the task.
          lost: Tasks that it ends itself, as "ps-1".

        Raises:
          AssertionError: If it, or a task that it may be waiting for, failed, or if it takes too long.
        """
        name = f"{job}-{task}"
        deadline = time.monotonic() + PATIENCE
        while self.processes[name].poll() is None:
            failed = [other for other, process in self.processes.items() if process.poll() and other not in lost]
            assert not failed, self._last_words(failed[0])
            assert time.monotonic() < deadline, f"{name} takes longer than {PATIENCE} s\n{self._last_words(name)}"
            time.sleep(0.05)
        assert self.processes[name].returncode == 0, self._last_words(name)
        return json.loads((self.folder / f"{name}.out").read_text().splitlines()[-1])

    def _last_words(self, name: str) -> str:
        text = (self.folder / f"{name}.err").read_text(errors="replace")
        return f"{name} ended with {self.processes[name].poll()}:\n{text[-3000:]}"

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
