"""Which TensorFlow a project says that it needs: in setup.py, its requirements, or pyproject.toml."""

import functools
import os
import re
from typing import Final

from tf_initcompat.source.project import files, levels

_PLACES: Final = re.compile(
    r"setup\.(py|cfg)|pyproject\.toml|Pipfile|environment\.ya?ml|[\w.-]*requirements?[\w.-]*\.txt"
)
_REQUIREMENT: Final = re.compile(
    rb"""(?:(?<![\w.-])tensorflow(?:[-_](?:gpu|cpu))?(?:\[[\w,-]*\])?['"]?\s*(?:[=,]\s*['"])?"""
    rb"""|\b(?:TF|TENSORFLOW)_?\w*\s*=\s*['"])\s*(?P<version>(?:[<>=!~^]=?=?\s*[\d.*]+\s*,?\s*)+)"""
)
_BOUND: Final = re.compile(rb"([<>=!~^]=?=?)\s*(\d+)(?:\.(\d+))?")


@functools.cache
def level(folder: str) -> levels.Decision:
    """Returns the API level that a folder's project requires, undecided where both are allowed or nothing is said.

    Args:
      folder: Absolute path; the project is the closest directory above it that has a file of `files.TOP`.
    """
    if any(os.path.exists(os.path.join(folder, name)) for name in files.TOP):
        return _in_folder(folder)
    parent = os.path.dirname(folder)
    return levels.UNDECIDED if parent == folder else level(parent)


def _in_folder(folder: str) -> levels.Decision:
    found: dict[levels.Level, str] = {}
    for name in sorted(os.listdir(folder)):
        if not _PLACES.fullmatch(name):
            continue
        try:
            content = files.read_regular(os.path.join(folder, name))
        except OSError:  # it only gives hints
            continue
        for match in _REQUIREMENT.finditer(content):
            version = match["version"]
            meant = _meant(version)
            if meant:
                text = version.decode(errors="replace").strip().rstrip(",")
                found.setdefault(meant, f"{name} requires tensorflow{text}")
    if len(found) != 1:
        return levels.UNDECIDED
    ((only, reason),) = found.items()
    return levels.Decision(only, reason)


def _meant(version: bytes) -> levels.Level | None:
    for operator, major, minor in _BOUND.findall(version):
        below_2 = int(major) < 2 or (operator == b"<" and int(major) == 2 and int(minor or 0) == 0)
        if operator.startswith((b"<", b"==", b"~", b"^")) and below_2:
            return "tf1"
        if operator in (b">=", b">", b"==", b"~=", b"^", b"===") and int(major) >= 2:
            return "tf2"
    return None
