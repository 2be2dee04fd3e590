"""A run over many files, in several processes."""

import contextlib
import gc
import sys
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tf_initcompat.source import files, levels
from tf_initcompat.source.process import Options, Result, process

#: Fewer bytes in files that can match than this are not worth a second process.
_WORTH_PROCESSES = 300_000
#: Collections of Python's collector per so many new objects: syntax trees are many objects and no garbage.
_COLLECT_EVERY = 500_000
#: Share of a tree's files that has to agree before it decides for a file that says nothing.
_MAJORITY = 0.8


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
    for path in paths:
        try:
            with open(path, "rb") as stream:
                content = stream.read()
        except OSError as error:
            results.append(Result(str(path), error=f"cannot be read: {error.strerror or error}"))
            continue
        if files.can_match(content):
            matching[str(path)] = len(content)
    fresh: list[Result] = []
    jobs = jobs if sum(matching.values()) > _WORTH_PROCESSES else 1
    largest_first = sorted(matching, key=matching.__getitem__, reverse=True)  # so that no process ends late
    for done, result in enumerate(_processed(largest_first, options, jobs, levels.UNDECIDED), 1):
        fresh.append(result)
        on_file(done, len(matching))
    fallback = _majority(fresh)
    undecided = [one.path for one in fresh if any(finding.rule == "IC002" for finding in one.findings)]
    if fallback.level and undecided:
        again = {result.path: result for result in _processed(undecided, options, jobs, fallback)}
        fresh = [again.get(result.path, result) for result in fresh]
    return sorted([*results, *fresh], key=lambda result: result.path)


def _majority(results: list[Result]) -> levels.Decision:
    """Returns the API level of most files of the tree, which one that says nothing shares."""
    decided = [result.level.level for result in results if result.level.level]
    for level in typing.get_args(levels.Level):
        count = decided.count(level)
        if decided and count >= _MAJORITY * len(decided):
            reason = f"{count} of {len(decided)} files around it are"
            return levels.Decision(level, reason)
    return levels.UNDECIDED


def _processed(paths: list[str], options: Options, jobs: int, fallback: levels.Decision) -> Iterator[Result]:
    if jobs < 2 or len(paths) < 2:
        with _few_collections():
            yield from (_process(path, options, fallback) for path in paths)
        return
    import concurrent.futures
    import multiprocessing

    # A fork has all modules already; elsewhere it is not safe, or not there.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with concurrent.futures.ProcessPoolExecutor(min(jobs, len(paths)), context, _start) as pool:
        count = len(paths)
        yield from pool.map(
            _process, paths, [options] * count, [fallback] * count, chunksize=max(1, count // jobs // 8)
        )


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


def _process(path: str, options: Options, fallback: levels.Decision) -> Result:
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError as error:
        return Result(path, error=f"cannot be read: {error.strerror or error}")
    return process(path, content, options, fallback)
