"""The TensorFlow version that a project requires, read from setup.py, requirements files or pyproject.toml."""

import functools
import os
import re
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.project import files
from tf_initcompat.source.project.levels import UNDECIDED, Decision, Level

_FILES: Final = re.compile(
    r"setup\.(py|cfg)|pyproject\.toml|Pipfile|environment\.ya?ml|[\w.-]*requirements?[\w.-]*\.txt"
)
_REQUIREMENT: Final = re.compile(
    rb"""(?:(?<![\w.-])tensorflow(?:[-_](?:gpu|cpu))?(?:\[[\w,-]*\])?['"]?\s*(?:[=,]\s*['"])?"""
    rb"""|\b(?:TF|TENSORFLOW)_?\w*\s*=\s*['"])\s*(?P<version>(?:[<>=!~^]=?=?\s*[\d.*]+\s*,?\s*)+)"""
)
_BOUND: Final = re.compile(rb"([<>=!~^]=?=?)\s*(\d+)(?:\.(\d+))?")


@functools.cache
def level(folder: str) -> Decision:
    """Return the API level that the project of a folder requires.

    Args:
      folder: Absolute path. Its project is the closest directory above it that has a file of `files.PROJECT_FILES`.

    Returns:
      The level; undecided if the project allows both or requires nothing.
    """
    if any(os.path.exists(os.path.join(folder, name)) for name in files.PROJECT_FILES):
        return _level_in(folder)
    parent = os.path.dirname(folder)
    return UNDECIDED if parent == folder else level(parent)


@functools.cache
def oldest_version(folder: str) -> str:
    """Return the oldest version of TensorFlow that the project of a folder allows.

    Args:
      folder: Absolute path, see `level`.

    Returns:
      The version, such as "1.8"; "" if the project requires none.
    """
    if any(os.path.exists(os.path.join(folder, name)) for name in files.PROJECT_FILES):
        bounds = [bound for _, version in _requirements(folder) if (bound := _lower_bound(version))]
        return "{}.{}".format(*min(bounds)) if bounds else ""
    parent = os.path.dirname(folder)
    return "" if parent == folder else oldest_version(parent)


def _level_in(folder: str) -> Decision:
    reasons: dict[Level, str] = {}
    for name, version in _requirements(folder):
        required = _required_level(version)
        if required:
            text = version.decode(errors="replace").strip().rstrip(",")
            reasons.setdefault(required, f"{name} requires tensorflow{text}")
    if len(reasons) != 1:
        return UNDECIDED
    return Decision(*reasons.popitem())


def _requirements(folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield the version specifiers of TensorFlow in the files of a folder, with the names of the files."""
    for name in sorted(os.listdir(folder)):
        if not _FILES.fullmatch(name):
            continue
        try:
            content = files.read_regular(os.path.join(folder, name))
        except OSError:
            continue  # the file would only be a hint
        yield from ((name, match["version"]) for match in _REQUIREMENT.finditer(content))


def _required_level(version: bytes) -> Level | None:
    """Return the level that a version specifier such as ">=1.15,<2" allows; None if it allows both."""
    for operator, major, minor in _BOUND.findall(version):
        is_below_2 = int(major) < 2 or (operator == b"<" and int(major) == 2 and int(minor or 0) == 0)
        if operator.startswith((b"<", b"==", b"~", b"^")) and is_below_2:
            return Level.TF1
        if operator in (b">=", b">", b"==", b"~=", b"^", b"===") and int(major) >= 2:
            return Level.TF2
    return None


def _lower_bound(version: bytes) -> tuple[int, int] | None:
    """Return the oldest version that a version specifier allows; None if it has no lower bound."""
    bounds = [
        (int(major), int(minor or 0))
        for operator, major, minor in _BOUND.findall(version)
        if operator in (b">=", b">", b"==", b"~=", b"^", b"===")
    ]
    return max(bounds, default=None)
