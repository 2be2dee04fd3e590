"""Calls in another process, with limits on time and memory: libraries hang or crash on damaged files.

The process is started once and answers all calls. One that exceeds a limit is killed, and the next call starts another.
"""

import atexit
import contextlib
import dataclasses
import importlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.values import Json

__all__ = ["Limits", "call", "end"]

#: Function that reads a file. It is at the top level of a module, so that its name identifies it.
Reader = Callable[[str], Json]
#: Maximum time by the clock, in CPU seconds of the limits.
_PATIENCE: Final = 3


@dataclasses.dataclass(frozen=True)
class Limits:
    """Limits of a call.

    Attributes:
      seconds: CPU time in seconds. The call may take three times as long by the clock.
      memory: Memory in bytes that the process may allocate. Only Linux limits it.
    """

    seconds: int
    memory: int

    @classmethod
    def for_file(cls, size: int) -> "Limits":
        """Return limits that leave room for any intact file.

        Args:
          size: Size of the file in bytes.

        >>> Limits.for_file(10**9).seconds
        55
        """
        return cls(seconds=5 + size // (20 * 10**6), memory=4 * 2**30 + 2 * size)


def call(reader: Reader, path: Path) -> Json:
    """Return what a function reads in a file.

    Args:
      reader: The function. It returns JSON.
      path: The file.

    Raises:
      FileError: If the function raises one, exceeds the limits for a file of this size, or crashes.
      OSError: If there is no such file, or the process cannot be started.
    """
    limits = Limits.for_file(path.stat().st_size)
    question = [reader.__module__, reader.__name__, os.path.abspath(path), limits.seconds, limits.memory]
    try:
        result: dict[str, Json] = json.loads(_WORKER.answer(json.dumps(question), _PATIENCE * limits.seconds))
    except _EndedError as error:
        if error.status > 0:
            raise FileError(f"the process that reads it ends with status {error.status}") from error
        raise FileError(
            f"reading it crashes, or takes more than {limits.seconds} s or {limits.memory // 2**20:,} MiB, so it is "
            "damaged"
        ) from error
    if "error" in result:
        raise FileError(str(result["error"]))
    return result["value"]


class _EndedError(Exception):
    """The process ends without an answer.

    Args:
      status: Its exit status; a signal is negative.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Worker:
    """A process that answers calls. It starts with the first one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0

    def answer(self, question: str, seconds: int) -> str:
        """Return the line that answers a line.

        Raises:
          _EndedError: If the process ends without an answer, or is killed because it takes longer.
        """
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            timer = threading.Timer(seconds, process.kill)
            timer.daemon = True
            timer.start()
            try:
                with contextlib.suppress(BrokenPipeError):
                    print(question, file=process.stdin, flush=True)
                answer = process.stdout.readline()
            except BaseException:  # such as Ctrl-C
                process.kill()
                self.end()
                raise
            finally:
                timer.cancel()
            if not answer.endswith("\n"):
                self.end()
                raise _EndedError(process.returncode)
            return answer

    def end(self) -> None:
        """End the process, unless it belongs to the process from which this one was forked."""
        process, self._process = self._process, None
        if process and self._owner == os.getpid():
            with contextlib.suppress(BrokenPipeError):
                process.communicate()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # each thread takes memory
            )
            self._owner = os.getpid()
        return self._process


_WORKER: Final = _Worker()


@atexit.register
def end() -> None:
    """End the process. The next call starts another."""
    _WORKER.end()


def _limit(seconds: int, memory: int) -> None:
    """Limit the CPU time from now on, and the memory, of this process."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime) + 1 + seconds
    for kind, value in ((resource.RLIMIT_CPU, cpu), (resource.RLIMIT_DATA, memory)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _result(module: str, name: str, path: str) -> dict[str, Json]:
    reader: Reader = getattr(importlib.import_module(module), name)
    try:
        return {"value": reader(path)}
    except FileError as error:
        return {"error": str(error)}


def main() -> None:
    """Answer each call on stdin with a line on stdout."""
    output, sys.stdout = sys.stdout, sys.stderr  # a library may print
    for line in sys.stdin:
        module, name, path, seconds, memory = json.loads(line)
        _limit(seconds, memory)
        print(json.dumps(_result(module, name, path)), file=output, flush=True)


if __name__ == "__main__":
    main()
