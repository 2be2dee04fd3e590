"""Patterns of .gitignore files, applied as git applies them."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

FILE_NAME = ".gitignore"


class Patterns(NamedTuple):
    """Patterns that apply below a directory.

    Attributes:
      folder: Absolute path of the directory.
      spec: The compiled patterns.
    """

    folder: str
    spec: "GitIgnoreSpec"


def compiled(folder: str, lines: Iterable[str]) -> Patterns:
    """Return compiled patterns. Like git, skip lines that are not valid."""
    from pathspec import GitIgnoreSpec

    valid: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        valid.append(line)
    return Patterns(folder, GitIgnoreSpec.from_lines(valid))


def read(folder: str, file: str) -> Patterns:
    """Return the patterns of a file, which apply below a directory."""
    with open(file, encoding="utf-8", errors="replace") as stream:
        return compiled(folder, stream.read().splitlines())


def inherited(top: str) -> list[Patterns]:
    """Return the patterns of the .gitignore files above a directory, up to the root of its repository."""
    patterns: list[Patterns] = []
    folder = top
    while not os.path.exists(os.path.join(folder, ".git")):  # .git is a file in worktrees and submodules
        parent = os.path.dirname(folder)
        if parent == folder:
            return []  # not in a repository
        folder = parent
        if os.path.isfile(file := os.path.join(folder, FILE_NAME)):
            patterns.insert(0, read(folder, file))
    if os.path.isfile(file := os.path.join(folder, ".git", "info", "exclude")):
        patterns.insert(0, read(folder, file))
    return patterns


def is_ignored(path: str, patterns: Iterable[Patterns]) -> bool:
    """Return whether patterns ignore a path; later patterns override earlier ones.

    Args:
      path: Absolute path; that of a directory ends with a separator.
      patterns: Patterns from the outermost directory to the innermost.
    """
    ignored = False
    for folder, spec in patterns:
        relative = os.path.relpath(path, folder).replace(os.sep, "/") + ("/" if path.endswith(os.sep) else "")
        decision = spec.check_file(relative).include
        ignored = ignored if decision is None else decision
    return ignored
