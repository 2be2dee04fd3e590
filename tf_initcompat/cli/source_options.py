"""Options that the subcommands reading source files share, their defaults in pyproject.toml, and the run over files."""

import argparse
import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tf_initcompat.cli import console

if TYPE_CHECKING:
    from tf_initcompat.source.project.config import Settings
    from tf_initcompat.source.project.levels import LevelName

#: The path that stands for standard input.
STDIN: Final = "-"


@dataclasses.dataclass(frozen=True)
class SourceOptions:
    """Source files to read, and how.

    Attributes:
      paths: Files and directories as the user wrote them, or standard input alone.
      files_from: File with a list of further paths.
      assume: API level of a bare `tf`; None lets each file decide.
      exclude: Patterns of files that are not read, as in .gitignore.
      exclude_base: Directory that the patterns are relative to; empty for the current directory.
      jobs: Number of processes.
      stdin_filename: Path of standard input's content, to resolve its imports.
      traceback: Whether to print the Python traceback of a file's error.
      is_quiet: Whether to print findings and errors only.
      exit_zero: Whether findings leave the exit status 0.
      remaining: Whether to list the other names that a TensorFlow lacks.
      tensorflow: Version of that TensorFlow; None for the installed one.
    """

    paths: tuple[str, ...]
    files_from: str | None = None
    assume: "LevelName | None" = None
    exclude: tuple[str, ...] = ()
    exclude_base: str = ""
    jobs: int = 1
    stdin_filename: Path | None = None
    traceback: bool = False
    is_quiet: bool = False
    exit_zero: bool = False
    remaining: bool = False
    tensorflow: str | None = None

    @property
    def is_stdin(self) -> bool:
        """Whether standard input is the file to read."""
        return self.paths == (STDIN,)

    @property
    def compared_version(self) -> str | None:
        """Version of the TensorFlow whose missing names are listed; None without a list."""
        if not self.remaining or self.is_stdin:
            return None
        from tf_initcompat.catalog import missing

        return self.tensorflow or missing.installed().version


def add_to(parser: argparse.ArgumentParser, lists_remaining: bool) -> None:
    """Add the options to the parser of a subcommand.

    Args:
      parser: The parser.
      lists_remaining: Whether the subcommand lists remaining names by default.
    """
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
    default = "default" if lists_remaining else "off by default"
    parser.add_argument(
        "--remaining",
        action=argparse.BooleanOptionalAction,
        default=lists_remaining,
        help=f"list the other names that a newer TensorFlow lacks, and what to do about them ({default})",
    )
    parser.add_argument(
        "--tensorflow",
        metavar="VERSION",
        help="the TensorFlow 2 that remaining names are compared with (default: the "
        "installed one, or the newest known); implies --remaining",
    )
    parser.add_argument("--quiet", "-q", action="store_true", help="print findings and errors only")
    parser.add_argument("--exit-zero", action="store_true", help="exit with status 0 in spite of findings")


def load_settings(paths: Sequence[str], stdin_filename: Path | None = None) -> "Settings":
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


def of_arguments(namespace: argparse.Namespace, settings: "Settings") -> SourceOptions:
    """Return the options, with the settings of pyproject.toml where the command line has none.

    Args:
      namespace: Parsed arguments of `add_to`.
      settings: Settings of pyproject.toml.

    Raises:
      UsageError: If the options contradict each other.
    """
    options = make(
        namespace.paths,
        settings,
        files_from=namespace.files_from,
        assume=namespace.assume,
        exclude=namespace.exclude,
        jobs=namespace.jobs,
        stdin_filename=namespace.stdin_filename,
        traceback=namespace.traceback,
    )
    if namespace.tensorflow is not None:
        from tf_initcompat.catalog import missing

        try:
            missing.of_version(namespace.tensorflow)
        except ValueError as error:
            raise console.UsageError(f"--tensorflow {error}") from error
    return dataclasses.replace(
        options,
        is_quiet=namespace.quiet,
        exit_zero=namespace.exit_zero,
        remaining=namespace.remaining or namespace.tensorflow is not None,
        tensorflow=namespace.tensorflow,
    )


def make(
    paths: Sequence[str],
    settings: "Settings",
    *,
    files_from: str | None = None,
    assume: "LevelName | None" = None,
    exclude: Sequence[str] | None = None,
    jobs: int | None = None,
    stdin_filename: Path | None = None,
    traceback: bool = False,
) -> SourceOptions:
    """Return the options, with the settings of pyproject.toml for what is None.

    Args:
      paths: Files and directories.
      settings: Settings of pyproject.toml.
      files_from: File with a list of further paths.
      assume: API level of a bare `tf`.
      exclude: Patterns of files that are not read.
      jobs: Number of processes; by default one per CPU.
      stdin_filename: Path of standard input's content.
      traceback: Whether to print the Python traceback of a file's error.

    Raises:
      UsageError: If the options contradict each other.
    """
    if not paths and not files_from:
        raise console.UsageError("nothing to read. Give a PATH: . is this directory, - is standard input")
    if "" in paths:
        raise console.UsageError("PATH must not be empty; . is this directory")
    if STDIN in paths and (len(paths) > 1 or files_from):
        raise console.UsageError("- (standard input) cannot be combined with other paths")
    return SourceOptions(
        paths=tuple(paths),
        files_from=files_from,
        assume=assume or settings.assume,
        exclude=tuple(settings.exclude or () if exclude is None else exclude),
        exclude_base=settings.folder if exclude is None else "",
        jobs=jobs or settings.jobs or os.cpu_count() or 1,
        stdin_filename=stdin_filename,
        traceback=traceback,
    )


def option(name: str, given: object, settings: "Settings") -> str:
    """Return how messages call an option: as on the command line, or as a key of the pyproject.toml that sets it.

    Args:
      name: Name of the option.
      given: Its value on the command line.
      settings: Settings of pyproject.toml.
    """
    return f"--{name}" if given or not settings.folder else f"{os.path.join(settings.folder, 'pyproject.toml')}: {name}"


def codes(values: Sequence[str] | None, option: str) -> frozenset[str]:
    """Return the codes of the rules that an option selects.

    Args:
      values: Values of the option, each with one or more keys of rules, separated by commas.
      option: The option, for the error message.

    Raises:
      UsageError: If a key selects no rule.
    """
    from tf_initcompat.source import rules

    try:
        return rules.codes(_keys(values))
    except rules.UnknownRuleError as error:
        raise console.UsageError(f"{option}: {error}") from error


def acceptable_codes(values: Sequence[str] | None, option: str) -> frozenset[str]:
    """Return the codes of the rules that an option accepts.

    Args:
      values: Values of the option, each with one or more keys of rules, separated by commas.
      option: The option, for the error message.

    Raises:
      UsageError: If a key selects no rule that can be accepted.
    """
    from tf_initcompat.source import rules

    try:
        return rules.acceptable_codes(_keys(values))
    except ValueError as error:
        raise console.UsageError(f"{option}: {error}") from error


def _keys(values: Sequence[str] | None) -> list[str]:
    keys = [key.strip() for value in values or () for key in value.split(",")]
    return [key for key in keys if key]
