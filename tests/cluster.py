"""Clusters of TensorFlow processes on loopback ports, for tests."""

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

#: Below the ephemeral ports, so that no outgoing connection takes a chosen port.
PORTS = range(20_000, 32_000)

#: Seconds until a program must have ended. The slowest program takes a tenth of it on an idle machine.
TIMEOUT = 300


def free_port() -> int:
    """Return a port that no server listens on."""
    generator = random.SystemRandom()  # not the seeded one: the workers of a test run must choose different ports
    while True:
        port = generator.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("0.0.0.0", port))  # as TensorFlow's servers do
            except OSError:
                continue
        return port


def listens(address: str) -> bool:
    """Return whether a server listens at an address."""
    host, port = address.split(":")
    with socket.socket() as connection:
        return connection.connect_ex((host, int(port))) == 0


class Cluster:
    """The processes of a cluster. The end of the context ends all of them, also after an error.

    Args:
      folder: Folder for the output of the processes.
      **jobs: Number of tasks of each job.
    """

    def __init__(self, folder: Path, **jobs: int) -> None:
        self.folder = folder
        self.spec = {job: [f"127.0.0.1:{free_port()}" for _ in range(count)] for job, count in jobs.items()}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, program: str, job: str, task: int = 0, *arguments: object) -> subprocess.Popen[bytes]:
        """Start a program as a task of the cluster.

        Args:
          program: Name of a file in tests/programs, without its suffix.
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
            "TF_ENABLE_ONEDNN_OPTS": "0",  # its allocator keeps freed memory, which hides peaks
            "GRPC_VERBOSITY": "NONE",
            "GRPC_FAIL_FAST": "true",  # fail if a server is lost; TensorFlow would wait for it
            "TMPDIR": str(self.folder),  # killed processes leave files of tf.function here
            "PYTHONPATH": os.pathsep.join([str(PROGRAMS.parent), os.environ.get("PYTHONPATH", "")]),
        }
        with (self.folder / f"{name}.out").open("wb") as out, (self.folder / f"{name}.err").open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, PROGRAMS / f"{program}.py", *map(str, arguments)],
                stdin=subprocess.PIPE,  # the program ends when it is closed, even if the test is killed
                stdout=out,
                stderr=err,
                env=environment,
            )
        self.processes[name] = process
        return process

    def serve(self, **jobs: int) -> list[subprocess.Popen[bytes]]:
        """Start the servers of some jobs and wait until they listen.

        A client that starts before its servers retries after longer and longer waits.

        Args:
          **jobs: Number of tasks of each job.

        Raises:
          AssertionError: If a server fails, or does not listen in time.
        """
        started = {(job, task): self.start("server", job, task) for job, count in jobs.items() for task in range(count)}
        deadline = time.monotonic() + TIMEOUT
        for (job, task), process in started.items():
            while not listens(self.spec[job][task]):
                assert process.poll() is None, self._end_of_output(f"{job}-{task}")
                assert time.monotonic() < deadline, f"{job}-{task} takes longer than {TIMEOUT} s to start"
                time.sleep(0.05)
        return list(started.values())

    def result(self, job: str, task: int = 0, lost: Collection[str] = ()) -> Any:
        """Wait for a task and return the JSON document that it printed last.

        Args:
          job: Name of the task's job.
          task: Index of the task.
          lost: Tasks that are expected to be killed, for example "ps-1".

        Raises:
          AssertionError: If the task or another task fails, or if the task does not end in time.
        """
        name = f"{job}-{task}"
        deadline = time.monotonic() + TIMEOUT
        while self.processes[name].poll() is None:
            failed = [other for other, process in self.processes.items() if process.poll() and other not in lost]
            assert not failed, self._end_of_output(failed[0])
            assert time.monotonic() < deadline, f"{name} takes longer than {TIMEOUT} s\n{self._end_of_output(name)}"
            time.sleep(0.05)
        assert self.processes[name].returncode == 0, self._end_of_output(name)
        return json.loads((self.folder / f"{name}.out").read_text().splitlines()[-1])

    def _end_of_output(self, name: str) -> str:
        """Return the end of what a task wrote to stderr, with its exit status."""
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
