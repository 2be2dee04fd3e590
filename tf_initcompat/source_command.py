"""What `scan` and `migrate` share: options, their defaults in pyproject.toml, the run over the files."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tf_initcompat import command, progress

STDIN: Final = "-"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say which files are searched, and how."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files and directories; - is standard input")
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
    from tf_initcompat.source import config

    first = Path(options.paths[0]) if options.paths[0] != STDIN else Path(options.stdin_filename or ".")
    try:
        settings = config.load(first)
    except config.ConfigError as error:
        raise command.UsageError(str(error)) from error
    for key, value in settings.items():
        if hasattr(options, key) and getattr(options, key) is None:
            setattr(options, key, value)
    options.jobs = options.jobs or os.cpu_count() or 1
    if options.assume not in (None, "tf1", "tf2"):
        raise command.UsageError(f"assume must be tf1 or tf2, not {options.assume!r}")
    if STDIN in options.paths and len(options.paths) > 1:
        raise command.UsageError("- (standard input) stands alone")


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
    from tf_initcompat.source import files, run
    from tf_initcompat.source.process import Options, process

    if options.paths == [STDIN]:
        content = sys.stdin.buffer.read()
        place = options.stdin_filename
        roots = (str(place.parent),) if place else ()
        return [
            process(str(place or STDIN), content, Options(roots, options.assume, **what), is_file=place is not None)
        ]
    paths = [Path(path) for path in options.paths]
    try:
        found = list(files.find(paths, options.exclude or ()))
    except FileNotFoundError as error:
        raise command.UsageError(str(error)) from error
    folders = [path if path.is_dir() else path.parent for path in paths]
    with progress.bar("reading", ticking=False) as update:
        return run.run(
            found,
            Options(tuple(map(str, folders)), options.assume, **what),
            options.jobs,
            lambda done, count: update(completed=done, total=count),
        )


def complain(found: Sequence[Any]) -> bool:
    """Prints the errors of files on stderr; returns whether there are any."""
    for result in found:
        if result.error:
            print(f"tf-initcompat: {result.path}: {result.error}", file=sys.stderr)
    return any(result.error for result in found)
