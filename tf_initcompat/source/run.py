"""A run over many files, in several processes."""

import contextlib
import functools
import gc
import os
import sys
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from tf_initcompat.source.process import Options, Result, level_of, process
from tf_initcompat.source.project import files, levels

#: Fewer bytes in files that can match than this are not worth a second process.
_WORTH_PROCESSES = 300_000
#: Collections of Python's collector per so many new objects: syntax trees are many objects and no garbage.
_COLLECT_EVERY = 500_000
#: Share of a tree's files, and their number, that has to agree before it decides for a file that says nothing.
_MAJORITY = 0.8
_FEWEST = 3
_TENSORFLOW = b"tensorflow"
_T = TypeVar("_T")


def run(
    paths: Iterable[Path],
    options: Options,
    jobs: int = 1,
    on_file: Callable[[int, int], None] = lambda done, count: None,
) -> list[Result]:
    """Processes files.

    Args:
      paths: The files.
      options: What to do with each.
      jobs: Number of processes.
      on_file: Called with the number of files done and of all.

    Returns:
      The results of the files that can match, and of those that cannot be read, in order.
    """
    results: list[Result] = []
    matching: dict[str, int] = {}
    mentioning: list[str] = []
    for path in map(str, paths):
        try:
            content = _read(path)
        except OSError as error:
            results.append(Result(path, error=f"cannot be read: {error.strerror or error}"))
            continue
        if _TENSORFLOW in content:
            mentioning.append(path)
        if not files.can_match(content):
            continue
        if os.path.isfile(path):
            matching[path] = len(content)
        else:  # a pipe, which can be read only once
            results.append(process(path, content, options))
    fresh: list[Result] = []
    largest_first = sorted(matching, key=matching.__getitem__, reverse=True)  # so that no process ends late
    jobs = jobs if sum(matching.values()) > _WORTH_PROCESSES else 1
    for done, result in enumerate(_mapped(functools.partial(_process, options), largest_first, jobs), 1):
        fresh.append(result)
        on_file(done, len(matching))
    undecided = [one.path for one in fresh if any(finding.rule == "IC002" for finding in one.findings)]
    if undecided:
        fallback = _majority(_mapped(level_of, mentioning, jobs))
        if fallback.level:
            again = _mapped(functools.partial(_process, options, fallback=fallback), undecided, jobs)
            fresh = list(({one.path: one for one in fresh} | {one.path: one for one in again}).values())
    return sorted([*results, *fresh], key=lambda result: result.path)


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _majority(found: Iterable[levels.Decision]) -> levels.Decision:
    """Returns the API level of most files of the tree, which one that says nothing shares."""
    decided = [one.level for one in found if one.level]
    for level in typing.get_args(levels.Level):
        count = decided.count(level)
        if count >= max(_FEWEST, _MAJORITY * len(decided)):
            return levels.Decision(level, f"{count} of {len(decided)} files around it are")
    return levels.UNDECIDED


def _mapped(function: Callable[[str], _T], paths: list[str], jobs: int) -> Iterator[_T]:
    if jobs < 2 or len(paths) < 2:
        with _few_collections():
            yield from map(function, paths)
        return
    import concurrent.futures
    import multiprocessing

    # A fork has all modules already; elsewhere it is not safe, or not there.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with concurrent.futures.ProcessPoolExecutor(min(jobs, len(paths)), context, _start_worker) as pool:
        yield from pool.map(function, paths, chunksize=max(1, len(paths) // jobs // 8))


def _start_worker() -> None:
    from tf_initcompat._internal import workers  # late: most runs have one process

    workers.end_with_parent()
    _start()


def _start() -> None:
    gc.set_threshold(_COLLECT_EVERY)


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    before = gc.get_threshold()
    _start()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _process(options: Options, path: str, fallback: levels.Decision = levels.UNDECIDED) -> Result:
    try:
        content = _read(path)
    except OSError as error:
        return Result(path, error=f"cannot be read: {error.strerror or error}")
    return process(path, content, options, fallback)
