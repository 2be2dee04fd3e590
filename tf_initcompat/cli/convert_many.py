"""`tf-initcompat convert DIR --out DIR`: many models, each with its result, and a summary."""

import dataclasses
import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tf_initcompat.cli import console, conversions

if TYPE_CHECKING:
    from tf_initcompat.cli.convert import Options
    from tf_initcompat.saved import Conversion
    from tf_initcompat.saved.trees import Candidate


class Status(enum.Enum):
    """Result for one model.

    Attributes:
      description: What the summary calls it.
      exit_status: Exit status if it is the worst result.
    """

    CONVERTED = "converted", console.CLEAN
    WOULD_CHANGE = "would change", console.FINDINGS
    LOADS = "needs no conversion", console.CLEAN
    NEEDS_CODE = "loads only with your code", console.NEEDS_CODE
    WRONG = "wrong or dangerous", console.FINDINGS
    FAILED = "failed", console.ERROR
    SKIPPED = "not a model", console.CLEAN

    def __init__(self, description: str, exit_status: int) -> None:
        self.description = description
        self.exit_status = exit_status


@dataclasses.dataclass(frozen=True)
class _Job:
    """A conversion, and the file that it writes."""

    conversion: "Conversion"
    target: Path


def run(options: "Options", *, is_verified: bool) -> int:
    """Convert all models in the directories and files of the command line.

    Args:
      options: The options.
      is_verified: Whether each result is loaded.

    Returns:
      Exit status: that of the worst result.

    Raises:
      UsageError: If two results would have the same name, or a file exists. Nothing is written then.
    """
    from tf_initcompat.saved import trees

    try:
        candidates = list(trees.find(options.sources, options.out))
    except OSError as error:
        raise console.UsageError(f"{error.filename}: {error.strerror or error}") from error
    if not candidates:
        raise console.UsageError(
            f"{options.source}: no models in this directory; pass .h5, .keras or .json files, a SavedModel, or a "
            "directory that holds them"
        )
    statuses: list[Status] = []
    jobs: list[_Job] = []
    for candidate in candidates:
        result = _read(candidate, options)
        if isinstance(result, Status):
            statuses.append(result)
        elif options.out is None:
            statuses.append(_show(result, options.diff))
        elif result.is_needed:
            jobs.append(_Job(result, options.out / _target(candidate, result)))
        else:
            conversions.print_summary(result, "changed")
            statuses.append(Status.WRONG if conversions.is_doubtful(result) else Status.LOADS)
    _check_targets(jobs, options.force)
    statuses += [_write(job, is_verified) for job in jobs]
    counts = {status: statuses.count(status) for status in Status}
    print(", ".join(f"{status.description}: {count}" for status, count in counts.items() if count))
    return _exit_status(statuses)


def _exit_status(statuses: list[Status]) -> int:
    """Return the exit status of the worst result: an error, then findings, then what only your code loads."""
    given = {status.exit_status for status in statuses}
    order = (console.ERROR, console.FINDINGS, console.NEEDS_CODE)
    return next((status for status in order if status in given), console.CLEAN)


def _read(candidate: "Candidate", options: "Options") -> "Conversion | Status":
    """Return the conversion of a model, or what it is instead of one."""
    from tf_initcompat.saved.errors import FileError, NotAModelError

    try:
        return conversions.convert(candidate.path, options)
    except NotAModelError as error:
        if not candidate.is_named:
            print(f"skipped {error}", file=sys.stderr)
            return Status.SKIPPED
        console.print_error(str(error))
    except FileError as error:
        console.print_error(str(error))
    except OSError as error:
        console.print_error(f"{candidate.path}: {error.strerror or error}")
    return Status.FAILED


def _show(conversion: "Conversion", has_diff: bool) -> Status:
    """Print what would change."""
    conversions.print_changes(conversion, has_diff)
    if conversions.is_doubtful(conversion):
        return Status.WRONG
    return Status.WOULD_CHANGE if conversion.is_needed else Status.LOADS


def _target(candidate: "Candidate", conversion: "Conversion") -> Path:
    """Return the path of the result below the new directory: that of the source, with a suffix that Keras accepts."""
    relative, suffixes = candidate.relative, conversion.container.suffixes
    if conversion.container.is_directory:
        return relative.with_name(f"{relative.name}{conversions.suffix_for(conversion)}")
    if relative.suffix.lower() in suffixes:
        return relative
    return relative.with_name(f"{relative.name}{suffixes[0]}")


def _check_targets(jobs: list[_Job], force: bool) -> None:
    """Raise UsageError if results would replace each other, a source or another file."""
    sources = {job.conversion.source.resolve() for job in jobs}
    by_target: dict[Path, Path] = {}
    for job in jobs:
        target, source = job.target.resolve(), job.conversion.source
        if target in by_target:
            raise console.UsageError(
                f"{by_target[target]} and {source} would both become {job.target}; convert one of them alone"
            )
        by_target[target] = source
        if target in sources:
            raise console.UsageError(f"{job.target} is a model to convert; pass another --out")
        if job.target.exists() and not job.target.is_file():
            raise console.UsageError(f"{job.target} is not a regular file; pass another --out")
        if job.target.exists() and not force:
            raise console.UsageError(f"{job.target} exists; pass another --out, or --force")


def _write(job: _Job, is_verified: bool) -> Status:
    from tf_initcompat.saved import FileError

    conversion, target = job.conversion, job.target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        conversion.write(target)
        conversions.print_summary(conversion, "changed")
        print(f"wrote {target}", file=sys.stderr)
        needs_code = bool(conversion.obstacles)
        is_passed = not is_verified or conversions.verify(conversion, target, conversion.source)
    except (FileError, console.UsageError) as error:
        console.print_error(str(error))
        return Status.FAILED
    except OSError as error:  # it names the temporary file
        console.print_error(f"{target}: {error.strerror or error}")
        return Status.FAILED
    if conversions.is_doubtful(conversion):
        return Status.WRONG
    if needs_code:
        return Status.NEEDS_CODE
    return Status.CONVERTED if is_passed else Status.WRONG
