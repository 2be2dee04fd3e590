"""Options that the subcommands reading source files share, their defaults in pyproject.toml, and the run over files."""

import argparse
import dataclasses
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tf_initcompat._internal import progress
from tf_initcompat.cli import console

if TYPE_CHECKING:
    from tf_initcompat.source.process import Result
    from tf_initcompat.source.project.levels import Level

#: The path that stands for standard input.
STDIN: Final = "-"


@dataclasses.dataclass(frozen=True)
class SourceOptions:
    """Which source files are read, and how.

    Attributes:
      paths: Files and directories as the user wrote them, or standard input alone.
      files_from: File with a list of further paths.
      assume: API level of a bare `tf`; None lets each file decide.
      exclude: Patterns of files that are not read, as in .gitignore.
      exclude_base: Directory that the patterns are relative to; empty for the current directory.
      jobs: Number of processes.
      stdin_filename: Path of standard input's content, to resolve its imports.
    """

    paths: tuple[str, ...]
    files_from: str | None = None
    assume: "Level | None" = None
    exclude: tuple[str, ...] = ()
    exclude_base: str = ""
    jobs: int = 1
    stdin_filename: Path | None = None

    @property
    def is_stdin(self) -> bool:
        """Whether standard input is the file to read."""
        return self.paths == (STDIN,)


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser of a subcommand."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories; - is standard input")
    parser.add_argument(
        "--files-from",
        metavar="FILE",
        help="read further paths from FILE, one per line or separated by null bytes; - is standard input",
    )
    parser.add_argument(
        "--assume", choices=("tf1", "tf2"), help="API level of a bare `tf`; by default each file's other names decide"
    )
    parser.add_argument(
        "--exclude", action="append", metavar="PATTERN", help="skip matching files, as .gitignore does; repeatable"
    )
    parser.add_argument("--jobs", type=console.positive, metavar="N", help="processes (default: one per CPU)")
    parser.add_argument(
        "--stdin-filename", type=Path, metavar="FILE", help="path of standard input's content, to resolve its imports"
    )


def load_settings(paths: Sequence[str], stdin_filename: Path | None = None) -> dict[str, Any]:
    """Return the settings in pyproject.toml that apply to the paths of the command line.

    Args:
      paths: The paths of the command line.
      stdin_filename: Path of standard input's content.

    Returns:
      The settings of the closest pyproject.toml that has any.

    Raises:
      UsageError: If the configuration is wrong.
    """
    from tf_initcompat.source.project import config

    is_elsewhere = not paths or list(paths) == [STDIN]
    try:
        return config.load(Path(stdin_filename or ".") if is_elsewhere else Path(paths[0]))
    except config.ConfigError as error:
        raise console.UsageError(str(error)) from error


def make(namespace: argparse.Namespace, settings: Mapping[str, Any]) -> SourceOptions:
    """Return the options, with the settings of pyproject.toml where the command line has none.

    Args:
      namespace: Parsed arguments of `add_to`.
      settings: Settings of pyproject.toml.

    Raises:
      UsageError: If the options contradict each other.
    """
    from tf_initcompat.source.project import config

    paths = namespace.paths
    if not paths and not namespace.files_from:
        raise console.UsageError("nothing to read. Give a PATH: . is this directory, - is standard input")
    if "" in paths:
        raise console.UsageError("PATH must not be empty; . is this directory")
    if STDIN in paths and (len(paths) > 1 or namespace.files_from):
        raise console.UsageError("- (standard input) cannot be combined with other paths")
    has_exclude = namespace.exclude is not None
    return SourceOptions(
        paths=tuple(paths),
        files_from=namespace.files_from,
        assume=namespace.assume or settings.get("assume"),
        exclude=tuple(namespace.exclude if has_exclude else settings.get("exclude", ())),
        exclude_base="" if has_exclude else settings.get(config.EXCLUDE_BASE, ""),
        jobs=namespace.jobs or settings.get("jobs") or os.cpu_count() or 1,
        stdin_filename=namespace.stdin_filename,
    )


def codes(keys: Sequence[str] | None, option: str) -> frozenset[str]:
    """Return the codes of the rules that an option names.

    Args:
      keys: Values of the option; each can hold several names, separated by commas.
      option: The option, for the error message.

    Raises:
      UsageError: If there is no such rule.
    """
    from tf_initcompat.source import rules

    names = [name.strip() for key in keys or () for name in key.split(",")]
    try:
        return frozenset(rules.rule(name).code for name in names if name)
    except rules.UnknownRuleError as error:
        raise console.UsageError(f"{option}: {error}") from error


def process_files(options: SourceOptions, **fields: Any) -> "list[Result]":
    """Process the files that the options name.

    Args:
      options: The options.
      **fields: Further fields of `process.Options`.

    Returns:
      The results of the files.

    Raises:
      UsageError: If a path does not exist.
    """
    from tf_initcompat.source import run
    from tf_initcompat.source.process import Options, process
    from tf_initcompat.source.project import files

    settings = Options(assume=options.assume, **fields)
    if options.is_stdin:
        place = options.stdin_filename
        settings = settings._replace(roots=(str(files.root_of(place)),) if place else ())
        return [process(str(place or STDIN), sys.stdin.buffer.read(), settings, is_file=place is not None)]
    paths = [Path(path) for path in options.paths]
    if options.files_from:
        paths += _listed(options.files_from)
    try:
        found = list(files.find(paths, options.exclude, options.exclude_base))
    except FileNotFoundError as error:
        raise console.UsageError(str(error)) from error
    settings = settings._replace(roots=tuple(sorted({str(files.root_of(path)) for path in paths})))
    with progress.bar("reading", ticking=False) as update:
        return run.run(found, settings, options.jobs, lambda done, count: update(completed=done, total=count))


def _listed(file: str) -> list[Path]:
    from tf_initcompat.source.project import files

    try:
        content = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise console.UsageError(f"cannot read --files-from {file!r}: {error.strerror or error}") from error
    return files.listed(content)


def print_errors(results: "Sequence[Result]") -> bool:
    """Print the errors of files on stderr; return whether there are any."""
    errors = [(result.path, result.error) for result in results if result.error]
    for path, error in errors:
        console.print_error(f"{path}: {error}")
    return bool(errors)
