"""The run of `scan` and `migrate` over the files that the options name, with what it prints on stderr."""

import contextlib
import os
import sys
from collections.abc import Callable, Collection, Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tf_initcompat._internal import progress
from tf_initcompat._internal.plural import counted
from tf_initcompat.cli import console
from tf_initcompat.cli.source_options import STDIN, SourceOptions

if TYPE_CHECKING:
    from tf_initcompat.source import MigrateResult, ScanResult
    from tf_initcompat.source.migration import Result
    from tf_initcompat.source.process import Target
    from tf_initcompat.source.project.files import Search

#: Number of paths that a message lists.
_LISTED: Final = 5


def scan(
    options: SourceOptions,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    on_search: "Callable[[Search], None] | None" = None,
) -> "list[ScanResult]":
    """Scan the files that the options name.

    Args:
      options: The options.
      select: Codes of the rules to report; empty for all.
      ignore: Codes of the rules not to report.
      on_search: Called once with the files to read; by default, notes about them are printed.

    Raises:
      UsageError: If a path does not exist.
    """
    from tf_initcompat import source

    if options.is_stdin:
        content, path = _standard_input(), options.stdin_filename or STDIN
        return [source.scan(content, path=path, assume=options.assume, select=select, ignore=ignore)]
    paths = all_paths(options)
    with _reading(options) as on_file:
        return source.scan_tree(
            paths,
            assume=options.assume,
            select=select,
            ignore=ignore,
            exclude=options.exclude,
            exclude_base=options.exclude_base,
            tensorflow=options.compared_version,
            jobs=options.jobs,
            on_search=on_search or print_search,
            on_file=on_file,
        )


def migrate(
    options: SourceOptions, to: "Target", accept: Collection[str], alias: str = ""
) -> "list[MigrateResult[bytes]]":
    """Migrate the files that the options name. Nothing is written.

    Args:
      options: The options.
      to: What legacy initializers become.
      accept: Codes of the rules whose difference is accepted.
      alias: Name under which `tf_initcompat` is imported; "" for its own name.

    Raises:
      UsageError: If a path does not exist.
    """
    from tf_initcompat import source

    if options.is_stdin:
        content, path = _standard_input(), options.stdin_filename or STDIN
        return [source.migrate(content, path=path, to=to, assume=options.assume, accept=accept, alias=alias)]
    paths = all_paths(options)
    with _reading(options) as on_file:
        return source.migrate_tree(
            paths,
            to=to,
            assume=options.assume,
            accept=accept,
            alias=alias,
            exclude=options.exclude,
            exclude_base=options.exclude_base,
            tensorflow=options.compared_version,
            jobs=options.jobs,
            on_search=print_search,
            on_file=on_file,
        )


def _standard_input() -> bytes:
    """Return the content of standard input.

    Raises:
      UsageError: If it is closed.
    """
    if sys.stdin is None:
        raise console.UsageError("standard input is closed")
    return sys.stdin.buffer.read()


def print_search(search: "Search") -> None:
    """Print on stderr what would make a report look better than the code."""
    if not search.files:
        console.print_error("no Python files found")
    print_skipped(search)


def print_skipped(search: "Search") -> None:
    """Print on stderr what .gitignore leaves out."""
    if search.skipped:
        listed = ", ".join(map(str, search.skipped[:_LISTED])) + (", ..." if len(search.skipped) > _LISTED else "")
        console.print_error(f".gitignore leaves out {counted(len(search.skipped), 'path')}: {listed}")


@contextlib.contextmanager
def _reading(options: SourceOptions) -> "Generator[Callable[[int, int], None], None, None]":
    """Show a progress bar; yield its update. A missing path and a bad pattern are usage errors."""
    from tf_initcompat.source.project.gitignore import PatternError

    with progress.bar("reading", ticking=False) as update:
        try:
            yield lambda done, count: update(completed=done, total=count)
        except FileNotFoundError as error:
            raise console.UsageError(str(error)) from error
        except PatternError as error:
            file = os.path.join(options.exclude_base, "pyproject.toml")
            raise console.UsageError(
                f"{f'{file}: exclude' if options.exclude_base else '--exclude'}: {error}"
            ) from error


def all_paths(options: SourceOptions) -> list[Path]:
    """Return the paths of the command line and of the list of files."""
    return [*map(Path, options.paths), *(_listed(options.files_from) if options.files_from else ())]


def _listed(file: str) -> list[Path]:
    from tf_initcompat.source.project import files

    try:
        content = _standard_input() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise console.UsageError(f"cannot read --files-from {file!r}: {error.strerror or error}") from error
    return files.parse_list(content)


def print_errors(results: "Iterable[Result]", options: SourceOptions) -> bool:
    """Print the errors of files on stderr; return whether there are any."""
    failed = [result for result in results if result.error]
    for result in failed:
        if options.traceback:
            print(result.traceback, end="", file=sys.stderr)
        console.print_error(f"{result.path}: {result.error}")
    return bool(failed)
