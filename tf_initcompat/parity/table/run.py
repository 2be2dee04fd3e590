"""Runs the cases of a plan in worker processes, so that this one never imports TensorFlow."""

import concurrent.futures
import dataclasses
import functools
import json
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tf_initcompat._internal import workers
from tf_initcompat.parity.checks import diagnosis
from tf_initcompat.parity.results import Comparison
from tf_initcompat.parity.statistics.settings import Settings, judged
from tf_initcompat.parity.table import plan

#: p-values of a comparison, at most, for the thresholds that sample sizes and power are computed with.
_TESTS_OF_A_CELL = 5


class WorkerError(Exception):
    """A worker process failed; the message says how."""


@dataclasses.dataclass(frozen=True)
class Run:
    """A run that is over.

    Attributes:
      comparisons: All comparisons, with their verdicts.
      environment: Versions of what was compared, by name.
      settings: How it was compared.
      seconds: Wall-clock time, without the workers' imports.
    """

    comparisons: list[Comparison]
    environment: dict[str, str]
    settings: Settings
    seconds: float

    @property
    def sampling(self) -> float:
        """The share of the comparisons' time in which initializers were called."""
        total, sampling = (sum(one.seconds[part] for one in self.comparisons) for part in (0, 1))
        return sampling / total if total else 0.0

    @property
    def different(self) -> list[Comparison]:
        """The comparisons that found a difference."""
        return [comparison for comparison in self.comparisons if comparison.verdict == "different"]

    @property
    def false_alarms(self) -> str:
        """The sentence about the budget."""
        tests = sum(check.p_value is not None for one in self.comparisons for check in one.checks)
        return (
            f"Expected false alarms: at most {self.settings.budget:g} per run, over {tests:,} statistical checks "
            "(Holm); a suspicious check is repeated on fresh samples before it counts."
        )

    def as_json(self) -> str:
        """Returns all of it as a JSON document."""
        return json.dumps(self.as_dict(), indent=1) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """Returns all of it as plain data that JSON can hold."""
        return {
            "environment": self.environment,
            "settings": {key: value for key, value in dataclasses.asdict(self.settings).items() if key != "checks"},
            "seconds": self.seconds,
            "sampling": self.sampling,
            "comparisons": [comparison.as_dict() for comparison in self.comparisons],
        }


def finished(comparisons: Sequence[Comparison], environment: dict[str, str], settings: Settings, seconds: float) -> Run:
    """Returns a run with verdicts and causes.

    Args:
      comparisons: The undecided comparisons.
      environment: Versions of what was compared.
      settings: How it was compared.
      seconds: Wall-clock time.
    """
    decided = [diagnosis.explained(comparison) for comparison in judged(list(comparisons), settings.budget)]
    return Run(decided, environment, settings, seconds)


def tests_in(cases: Sequence[plan.Case]) -> int:
    """Returns about how many p-values a run of the cases has."""
    cells = sum(len(list(case.cells(context))) + 4 for case in cases for context in case.contexts if case.random)
    return max(1, _TESTS_OF_A_CELL * cells)


def run(
    cases: Sequence[plan.Case],
    settings: Settings,
    jobs: int,
    on_start: Callable[[dict[str, str]], None],
    on_case: Callable[[plan.Case], None],
) -> Run:
    """Runs cases.

    Args:
      cases: The cases.
      settings: How to compare.
      jobs: Number of worker processes.
      on_start: Called with the environment as soon as TensorFlow is imported.
      on_case: Called after each case.

    Returns:
      The run.

    Raises:
      WorkerError: If a worker cannot import TensorFlow, lacks a device, lacks or loses a cluster, or dies.
    """
    with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as scratch:
        pool = concurrent.futures.ProcessPoolExecutor(
            jobs, multiprocessing.get_context("spawn"), _start_worker, (scratch,)
        )
        try:
            return _run_in(pool, jobs, cases, settings, on_start, on_case)
        except concurrent.futures.BrokenExecutor as error:
            raise WorkerError(f"a worker process died. Its last words:\n{_last_words(scratch)}") from error
        except ImportError as error:
            raise WorkerError(str(error)) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _run_in(
    pool: concurrent.futures.Executor,
    jobs: int,
    cases: Sequence[plan.Case],
    settings: Settings,
    on_start: Callable[[dict[str, str]], None],
    on_case: Callable[[plan.Case], None],
) -> Run:
    # One for each worker, so that all of them have imported TensorFlow before the clock starts.
    contexts = tuple(dict.fromkeys(context for case in cases for context in case.contexts))
    starting = [pool.submit(_prepare, contexts, settings.device) for _ in range(jobs)]
    environment, *_ = [each.result() for each in starting]
    on_start(environment)
    start = time.perf_counter()
    # Those that have much to compile first, so that no worker is left alone with them at the end.
    order = sorted(cases, key=lambda case: -case.xla_freshness)
    futures = {pool.submit(_run_case, case, settings): case for case in order}
    found: dict[int, list[Comparison]] = {}
    for future in concurrent.futures.as_completed(futures):
        case = futures[future]
        found[case.number] = future.result()
        on_case(case)
    comparisons = [comparison for number in sorted(found) for comparison in found[number]]
    return finished(comparisons, environment, settings, time.perf_counter() - start)


def _start_worker(scratch: str) -> None:
    workers.end_with_parent(functools.partial(shutil.rmtree, scratch, ignore_errors=True))
    tempfile.tempdir = scratch  # where tf.function writes the code that it makes
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_FAIL_FAST", "true")  # else TensorFlow waits for ever for a server that is gone
    for threads in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")  # the workers fill the machine
    # What TensorFlow and its compilers write to stderr would run through the progress bar.
    words = os.open(os.path.join(scratch, f"{os.getpid()}.log"), os.O_WRONLY | os.O_CREAT)
    os.dup2(words, 2)


def _last_words(scratch: str) -> str:
    texts = []
    for path in sorted(Path(scratch).glob("*.log")):
        with path.open(errors="replace") as file:
            texts.append("".join(file.readlines()[-15:]))
    return "\n".join(texts)


def _prepare(contexts: Sequence[str], device: str | None) -> dict[str, str]:
    from tf_initcompat.parity.execution.clusters import EngineError
    from tf_initcompat.parity.table import sweep

    try:
        return sweep.prepare(contexts, device)
    except (EngineError, ValueError) as error:  # of a type that the other process can read without TensorFlow
        raise WorkerError(str(error)) from error


def _run_case(case: plan.Case, settings: Settings) -> list[Comparison]:
    from tf_initcompat.parity.execution.clusters import EngineError
    from tf_initcompat.parity.table import sweep

    try:
        return sweep.run_case(case, settings)
    except EngineError as error:
        raise WorkerError(str(error)) from error
