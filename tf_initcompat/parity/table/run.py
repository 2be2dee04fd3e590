"""Runs the cases of a plan in worker processes, so that this process never imports TensorFlow."""

import concurrent.futures
import functools
import importlib
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tf_initcompat._internal import workers
from tf_initcompat.parity.checks.base import REGISTRY
from tf_initcompat.parity.diagnosis.explanation import explain
from tf_initcompat.parity.execution.contexts import Context
from tf_initcompat.parity.results import Comparison, Run
from tf_initcompat.parity.statistics.budget import with_verdicts
from tf_initcompat.parity.statistics.settings import Settings
from tf_initcompat.parity.table.plan import Case

#: Lines of a dead worker's output that are reported.
_LAST_LINES: Final = 15


class WorkerError(Exception):
    """A worker process failed; the message says how."""


def finished(comparisons: Sequence[Comparison], environment: dict[str, str], settings: Settings, seconds: float) -> Run:
    """Return a run with verdicts and causes.

    Args:
      comparisons: The comparisons without verdicts.
      environment: Versions of the packages that were compared.
      settings: The settings of the run.
      seconds: Duration in seconds.
    """
    decided = [explain(comparison) for comparison in with_verdicts(comparisons, settings.budget)]
    return Run(decided, environment, settings, seconds)


def run(
    cases: Sequence[Case],
    settings: Settings,
    jobs: int,
    on_start: Callable[[dict[str, str]], None],
    on_case: Callable[[Case], None],
) -> Run:
    """Run cases.

    Args:
      cases: The cases.
      settings: The settings of the run.
      jobs: Number of worker processes.
      on_start: Called with the environment as soon as TensorFlow is imported.
      on_case: Called after each case.

    Returns:
      The run.

    Raises:
      WorkerError: If a worker cannot import TensorFlow or a plugin, lacks a device, lacks or loses a cluster, or dies.
    """
    with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as scratch:
        pool = concurrent.futures.ProcessPoolExecutor(
            jobs, multiprocessing.get_context("spawn"), _start_worker, (scratch, REGISTRY.plugins())
        )
        try:
            return _run_in(pool, jobs, cases, settings, on_start, on_case)
        except concurrent.futures.BrokenExecutor as error:
            raise WorkerError(f"a worker process died. Its last output:\n{_last_output(scratch)}") from error
        except ImportError as error:
            raise WorkerError(str(error)) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _run_in(
    pool: concurrent.futures.Executor,
    jobs: int,
    cases: Sequence[Case],
    settings: Settings,
    on_start: Callable[[dict[str, str]], None],
    on_case: Callable[[Case], None],
) -> Run:
    contexts = tuple(dict.fromkeys(context for case in cases for context in case.contexts))
    # One task for each worker, so that all have imported TensorFlow before the time is measured.
    starting = [pool.submit(_prepare, contexts, settings.device) for _ in range(jobs)]
    environment, *_ = [future.result() for future in starting]
    on_start(environment)
    start = time.perf_counter()
    # Cases with much to compile first, so that no worker is left alone with them at the end.
    order = sorted(cases, key=lambda case: not case.has_compiled_freshness)
    futures = {pool.submit(_run_case, case, settings): case for case in order}
    by_number: dict[int, list[Comparison]] = {}
    for future in concurrent.futures.as_completed(futures):
        case = futures[future]
        by_number[case.number] = future.result()
        on_case(case)
    comparisons = [comparison for number in sorted(by_number) for comparison in by_number[number]]
    return finished(comparisons, environment, settings, time.perf_counter() - start)


def _start_worker(scratch: str, plugins: Sequence[str]) -> None:
    workers.end_with_parent(functools.partial(shutil.rmtree, scratch, ignore_errors=True))
    tempfile.tempdir = scratch  # tf.function writes generated code there
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_FAIL_FAST", "true")  # otherwise TensorFlow waits forever for a lost server
    for threads in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")  # the workers occupy all processors
    # The output of TensorFlow and its compilers on stderr would interrupt the progress bar.
    output = os.open(os.path.join(scratch, f"{os.getpid()}.log"), os.O_WRONLY | os.O_CREAT)
    os.dup2(output, 2)
    for plugin in plugins:
        importlib.import_module(plugin)


def _last_output(scratch: str) -> str:
    texts: list[str] = []
    for path in sorted(Path(scratch).glob("*.log")):
        with path.open(errors="replace") as file:
            texts.append("".join(file.readlines()[-_LAST_LINES:]))
    return "\n".join(texts)


def _prepare(contexts: Sequence[Context], device: str | None) -> dict[str, str]:
    from tf_initcompat.parity.execution.implementation import ContextUnavailableError
    from tf_initcompat.parity.table import sweep

    try:
        return sweep.prepare(contexts, device)
    except (ContextUnavailableError, ValueError) as error:  # a type that the other process can load without TensorFlow
        raise WorkerError(str(error)) from error


def _run_case(case: Case, settings: Settings) -> list[Comparison]:
    from tf_initcompat.parity.execution.implementation import ContextUnavailableError
    from tf_initcompat.parity.table import sweep

    try:
        return sweep.run_case(case, settings)
    except ContextUnavailableError as error:
        raise WorkerError(str(error)) from error
