"""Runs over many files, in several processes."""

import contextlib
import functools
import gc
import importlib
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from tf_initcompat.source import rules
from tf_initcompat.source.process import Settings, level_of
from tf_initcompat.source.project import files, levels
from tf_initcompat.source.rules import api_level

if TYPE_CHECKING:
    from tf_initcompat.source.migration import Result

#: Size of all files to parse, in bytes, above which several processes are faster than one.
WORTH_PROCESSES: Final = 300_000
#: Allocations between two runs of the garbage collector: syntax trees are many objects and no garbage.
_COLLECT_EVERY: Final = 500_000
#: Smallest number of files that decide for the other files of their directory.
_FEWEST: Final = 3
_TENSORFLOW: Final = b"tensorflow"
_T = TypeVar("_T")
_Item = TypeVar("_Item")
AnyResult = TypeVar("AnyResult", bound="Result")


#: Makes the result of a file from its path and content. Runs in worker processes, so it must be picklable.
Process = Callable[[str, bytes, Settings], AnyResult]
#: Makes the result of a file that cannot be read from its path and the error. Must be picklable, too.
Failed = Callable[[str, str], AnyResult]


def run(
    paths: Iterable[Path],
    process: Process[AnyResult],
    failed: Failed[AnyResult],
    settings: Settings,
    jobs: int = 1,
    on_file: Callable[[int, int], None] = lambda done, count: None,
) -> list[AnyResult]:
    """Process files.

    Args:
      paths: The files.
      process: Makes the result of a file.
      failed: Makes the result of a file that cannot be read.
      settings: Facts about the tree.
      jobs: Number of processes.
      on_file: Called after each file with the number of files done and the number of all files.

    Returns:
      Results of the files that may use a legacy initializer or that cannot be read, ordered by path.
    """
    results: list[AnyResult] = []
    sizes: dict[str, int] = {}
    mentioning: list[str] = []
    for path in map(str, paths):
        try:
            content = _read(path)
        except OSError as error:
            results.append(failed(path, f"cannot be read: {error.strerror or error}"))
            continue
        if _TENSORFLOW in content:
            mentioning.append(path)
        if not files.can_match(content):
            continue
        if os.path.isfile(path):
            sizes[path] = len(content)
        else:  # a pipe, which can be read only once
            results.append(process(path, content, settings))
    processed: dict[str, AnyResult] = {}
    largest_first = sorted(sizes, key=sizes.__getitem__, reverse=True)  # so that no process ends late
    jobs = jobs if sum(sizes.values()) > WORTH_PROCESSES else 1
    for result in in_processes(functools.partial(_process_path, process, failed, settings), largest_first, jobs):
        processed[result.path] = result
        on_file(len(processed), len(sizes))
    undecided = [path for path, result in processed.items() if api_level.is_open(result.findings)]
    if undecided:
        folders = _by_folder(undecided)
        neighbours = [path for path in mentioning if os.path.dirname(path) in folders]
        levels_of = dict(zip(neighbours, in_processes(level_of, neighbours, jobs), strict=True))
        for folder, paths_in_folder in _by_folder(neighbours).items():
            fallback = _common(map(levels_of.__getitem__, paths_in_folder))
            if fallback.level:
                process_again = functools.partial(_process_path, process, failed, settings._replace(fallback=fallback))
                for result in in_processes(process_again, folders[folder], jobs):
                    processed[result.path] = result
    return sorted([*results, *processed.values()], key=lambda result: result.path)


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(os.path.dirname(path), []).append(path)
    return folders


def _process_path(process: Process[AnyResult], failed: Failed[AnyResult], settings: Settings, path: str) -> AnyResult:
    try:
        content = _read(path)
    except OSError as error:
        return failed(path, f"cannot be read: {error.strerror or error}")
    return process(path, content, settings)


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _common(decisions: Iterable[levels.Decision]) -> levels.Decision:
    """Return the API level on which the files of a directory agree, for those that do not decide themselves."""
    decided = [decision.level for decision in decisions if decision.level]
    if len(decided) < _FEWEST or len(set(decided)) > 1:
        return levels.UNDECIDED
    return levels.Decision(decided[0], f"{len(decided)} files of its directory use it")


def in_processes(function: Callable[[_Item], _T], items: Sequence[_Item], jobs: int) -> Iterator[_T]:
    """Yield the result of a function for each item, in order, from several processes.

    Args:
      function: The function. Like the items, it must be picklable.
      items: The items.
      jobs: Number of processes.
    """
    if jobs < 2 or len(items) < 2:
        with _few_collections():
            yield from map(function, items)
        return
    import concurrent.futures
    import multiprocessing

    # A forked process has all modules already; on other systems, forking is not safe or not available.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    workers = min(jobs, len(items))
    with concurrent.futures.ProcessPoolExecutor(workers, context, _start_worker, (rules.plugins(),)) as pool:
        yield from pool.map(function, items, chunksize=max(1, len(items) // jobs // 8))


def _start_worker(plugins: Iterable[str] = ()) -> None:
    from tf_initcompat._internal import workers  # late, since most runs have one process

    workers.end_with_parent()
    gc.set_threshold(_COLLECT_EVERY)
    for module in plugins:
        importlib.import_module(module)


@contextlib.contextmanager
def _few_collections() -> Generator[None, None, None]:
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_EVERY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
