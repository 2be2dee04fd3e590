"""Patterns of .gitignore files, applied as git applies them."""

import contextlib
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from tf_initcompat._internal import regular

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

FILE_NAME: Final = ".gitignore"
_MOST_ASTERISKS: Final = 4


class Patterns(NamedTuple):
    """Patterns that apply below a directory.

    Attributes:
      folder: Absolute path of the directory.
      spec: The compiled patterns.
    """

    folder: str
    spec: "GitIgnoreSpec"


class PatternError(ValueError):
    """A pattern that is not valid. The message names it."""


def compiled(folder: str, lines: Iterable[str]) -> Patterns:
    """Return compiled patterns.

    Args:
      folder: Directory that the patterns are relative to.
      lines: The patterns.

    Raises:
      PatternError: If a pattern is not valid.
    """
    return Patterns(folder, _joined(map(_compiled, lines)))


def read(folder: str, file: str) -> Patterns:
    """Return the patterns of a file, which apply below a directory. Like git, skip lines that are not valid.

    A file that cannot be read has no patterns.
    """
    try:
        lines = regular.read(file).decode("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    valid: list[GitIgnoreSpec] = []
    for line in lines:
        with contextlib.suppress(PatternError):
            valid.append(_compiled(line))
    return Patterns(folder, _joined(valid))


def _joined(lines: "Iterable[GitIgnoreSpec]") -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # late, since many runs have no patterns

    return GitIgnoreSpec([pattern for line in lines for pattern in line.patterns])


def _compiled(line: str) -> "GitIgnoreSpec":
    """Return the compiled pattern of a line.

    Raises:
      PatternError: If the pattern is not valid, or takes unbounded time.
    """
    from pathspec import GitIgnoreSpec

    # The time to match a name grows with the power of the number of asterisks.
    if any(len(re.findall(r"\*+", part)) > _MOST_ASTERISKS for part in line.split("/")):
        raise PatternError(f"the pattern {line!r} has more than {_MOST_ASTERISKS} asterisks between two slashes")
    try:
        return GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error) as error:  # a range such as [z-a] is an error of the regular expression
        raise PatternError(f"the pattern {line!r} is not valid: {error}") from error


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
