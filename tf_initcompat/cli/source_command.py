"""What `scan` and `migrate` share: options, their defaults in pyproject.toml, the run over the files."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tf_initcompat._internal import progress
from tf_initcompat.cli import command

STDIN: Final = "-"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say which files are searched, and how."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories; - is standard input")
    parser.add_argument(
        "--files-from", metavar="FILE", help="a list of further paths, one a line or each ended by a null byte; - is "
        "standard input",
    )  # fmt: skip
    parser.add_argument(
        "--assume", choices=("tf1", "tf2"), help="what a bare `tf` is; by default each file's other names decide"
    )
    parser.add_argument(
        "--exclude", action="append", metavar="PATTERN", help="files not to search, as .gitignore has them; repeatable"
    )
    parser.add_argument("--jobs", type=command.positive, metavar="N", help="processes (default: one for each CPU)")
    parser.add_argument(
        "--stdin-filename", type=Path, metavar="FILE", help="where standard input belongs, to resolve its imports"
    )


def settle(options: argparse.Namespace) -> None:
    """Fills in what the command line leaves open from pyproject.toml, and checks it.

    Raises:
      UsageError: If an option or the configuration is wrong.
    """
    from tf_initcompat.source.project import config

    if not options.paths and not options.files_from:
        raise command.UsageError("what is to be read? Give a PATH: . is this directory, - is standard input")
    if "" in options.paths:
        raise command.UsageError("PATH must not be empty; . is this directory")
    if STDIN in options.paths and (len(options.paths) > 1 or options.files_from):
        raise command.UsageError("- (standard input) stands alone")
    first = Path(options.stdin_filename or ".") if options.paths in ([], [STDIN]) else Path(options.paths[0])
    try:
        settings = config.load(first)
    except config.ConfigError as error:
        raise command.UsageError(str(error)) from error
    base = settings.pop(config.EXCLUDE_BASE, "")
    options.exclude_base = base if options.exclude is None else ""
    for key, value in settings.items():
        if hasattr(options, key) and getattr(options, key) is None:
            setattr(options, key, value)
    options.jobs = options.jobs or os.cpu_count() or 1


def codes(keys: Sequence[str] | None, option: str) -> set[str]:
    """Returns the codes of the rules that an option names.

    Raises:
      UsageError: If there is no such rule.
    """
    from tf_initcompat.source import rules

    try:
        return {rules.rule(key.strip()).code for several in keys or () for key in several.split(",") if key.strip()}
    except rules.UnknownRuleError as error:
        raise command.UsageError(f"{option}: {error}") from error


def results(options: argparse.Namespace, **what: Any) -> list[Any]:
    """Processes the files that the options name.

    Args:
      options: The options, settled.
      **what: Further fields of `process.Options`.

    Returns:
      The results of the files.

    Raises:
      UsageError: If a path does not exist.
    """
    from tf_initcompat.source import run
    from tf_initcompat.source.process import Options, process
    from tf_initcompat.source.project import files

    how = Options(assume=options.assume, **what)
    if options.paths == [STDIN]:
        place = options.stdin_filename
        how = how._replace(roots=(str(files.root_of(place)),) if place else ())
        return [process(str(place or STDIN), sys.stdin.buffer.read(), how, is_file=place is not None)]
    paths = [Path(path) for path in options.paths]
    if options.files_from:
        paths += _listed(options.files_from)
    try:
        found = list(files.find(paths, options.exclude or (), options.exclude_base))
    except FileNotFoundError as error:
        raise command.UsageError(str(error)) from error
    how = how._replace(roots=tuple(sorted({str(files.root_of(path)) for path in paths})))
    with progress.bar("reading", ticking=False) as update:
        return run.run(found, how, options.jobs, lambda done, count: update(completed=done, total=count))


def _listed(file: str) -> list[Path]:
    from tf_initcompat.source.project import files

    try:
        content = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise command.UsageError(f"cannot read --files-from {file!r}: {error.strerror or error}") from error
    return files.listed(content)


def complain(found: Sequence[Any]) -> bool:
    """Prints the errors of files on stderr; returns whether there are any."""
    for result in found:
        if result.error:
            print(f"tf-initcompat: {result.path}: {result.error}", file=sys.stderr)
    return any(result.error for result in found)
