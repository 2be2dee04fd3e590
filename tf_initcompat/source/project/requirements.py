"""The TensorFlow version that a project or a notebook requires."""

import codecs
import functools
import os
import re
from collections.abc import Iterable, Iterator
from typing import Final

from tf_initcompat._internal import regular
from tf_initcompat.source.project import files
from tf_initcompat.source.project.levels import UNDECIDED, Decision, Level

#: Files that name requirements, in a directory and in its folder `requirements`.
_FILES: Final = re.compile(
    r"setup\.(py|cfg)|pyproject\.toml|Pipfile|environment[\w.-]*\.ya?ml|[\w.-]*requirements?[\w.-]*\.txt"
    r"|(?:[\w-]+\.)?Dockerfile(?:\.[\w-]+)?"
)
_FOLDER: Final = "requirements"
#: Packages that install `tensorflow`, as pip reads their names: in any case.
_PACKAGE: Final = rb"(?:intel[-_])?tensorflow(?:[-_](?:gpu|cpu|macos|intel|rocm|aarch64|cpu[-_]aws))?"
_REQUIREMENT: Final = re.compile(
    rb"""(?:(?<![\w.-])(?i:%s)(?:\[[\w,-]*\])?['"]?\s*(?:[=,]\s*['"])?"""
    rb"""|\b(?:TF|TENSORFLOW)_?\w*\s*=\s*['"])\s*(?P<version>(?:[<>=!~^]=?=?\s*[\d.*]+\s*,?\s*)+)"""
    # Images of Docker, such as tensorflow/tensorflow:1.15.0-gpu-py3 and nvcr.io/nvidia/tensorflow:20.03-tf1-py3.
    rb"""|\btensorflow/tensorflow:(?P<image>\d+\.\d+)|\bnvidia/tensorflow:[\w.]+-tf(?P<nvidia>[12])\b"""
    rb"""|%%tensorflow_version\s+(?P<magic>[12])\b""" % _PACKAGE
)
#: A requirement of TensorFlow in any version. The file then speaks for its directory, and none further up does.
_MENTION: Final = re.compile(
    rb"(?m)(?:^|['\"\s])(?:(?i:%s|tf[-_]nightly[\w-]*)(?=['\"\s,;\[@]|$)|tensorflow/tensorflow(?=[:\s]|$))" % _PACKAGE
)
#: Comment of a line, in the formats of requirements that have such comments. Most others have none.
_COMMENT: Final = re.compile(rb"(?m)(?:^|(?<=\s))#.*$")
_BOUND: Final = re.compile(rb"([<>=!~^]=?=?)\s*(\d+)(?:\.(\d+))?")


def level(folder: str) -> Decision:
    """Return the API level that the nearest requirement of TensorFlow around a folder names.

    Args:
      folder: Absolute path. The search goes up to the top of its repository.

    Returns:
      The level; undecided if the nearest requirement allows both, or nothing is required.
    """
    reasons: dict[Level, str] = {}
    for name, content in _nearest(folder):
        for required, text in _required(content):
            reasons.setdefault(required, f"{name} requires {text}")
    return _decided(reasons)


def level_of_magics(magics: str) -> Decision:
    """Return the API level that the magics of a notebook choose, such as `!pip install tensorflow==1.15`."""
    reasons = dict(_required(magics.encode("utf-8", "surrogatepass")))
    return _decided({level: f"the notebook has {text}" for level, text in reasons.items()})


def oldest_version(folder: str) -> str:
    """Return the oldest version that the nearest requirements of TensorFlow around a folder allow.

    Args:
      folder: Absolute path, see `level`.

    Returns:
      The version, such as "1.8"; "" if no requirement has a lower bound.
    """
    return _oldest(content for _, content in _nearest(folder))


def oldest_version_of_magics(magics: str) -> str:
    """Return the oldest version that the magics of a notebook allow; "" if none has a lower bound."""
    return _oldest([magics.encode("utf-8", "surrogatepass")])


def forget() -> None:
    """Forget what was read from files, which may have changed since."""
    _nearest.cache_clear()


@functools.cache
def _nearest(folder: str) -> tuple[tuple[str, bytes], ...]:
    """Return names and contents of the files in the nearest directory in which a file requires TensorFlow."""
    names = set(os.listdir(folder)) if os.path.isdir(folder) else set[str]()
    required: list[tuple[str, bytes]] = []
    for name in _requirement_files(folder, names):
        try:
            content = _COMMENT.sub(b"", _decoded(regular.read(os.path.join(folder, name))))
        except OSError:
            continue  # the file would only be a hint
        if _REQUIREMENT.search(content) or _MENTION.search(content):
            required.append((name, content))
    parent = os.path.dirname(folder)
    is_top = parent == folder or not names.isdisjoint(files.REPOSITORY_FOLDERS)
    return tuple(required) if required or is_top else _nearest(parent)


def _decoded(content: bytes) -> bytes:
    """Return the content of a file in UTF-8. PowerShell writes `pip freeze > requirements.txt` in UTF-16."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    return content


def _requirement_files(folder: str, names: set[str]) -> Iterator[str]:
    """Yield the files of a directory, and of its folder `requirements`, that may name requirements."""
    yield from sorted(name for name in names if _FILES.fullmatch(name))
    inner = os.path.join(folder, _FOLDER)
    if _FOLDER in names and os.path.isdir(inner):
        yield from sorted(os.path.join(_FOLDER, name) for name in os.listdir(inner) if name.endswith(".txt"))


def _required(content: bytes) -> Iterator[tuple[Level, str]]:
    """Yield the levels that requirements name, each with the requirement."""
    for match in _REQUIREMENT.finditer(content):
        version, major = match["version"], match["image"] or match["nvidia"] or match["magic"]
        if major:
            required: Level | None = Level.TF1 if major.startswith(b"1") else Level.TF2
            text = match[0].decode(errors="replace")
        else:
            required = _required_level(version)
            text = "tensorflow" + version.decode(errors="replace").strip().rstrip(",")
        if required:
            yield required, text


def _decided(reasons: dict[Level, str]) -> Decision:
    return Decision(*reasons.popitem()) if len(reasons) == 1 else UNDECIDED


def _required_level(version: bytes) -> Level | None:
    """Return the level that a version specifier such as ">=1.15,<2" allows; None if it allows both."""
    for operator, major, minor in _BOUND.findall(version):
        is_below_2 = int(major) < 2 or (operator == b"<" and int(major) == 2 and int(minor or 0) == 0)
        if operator.startswith((b"<", b"==", b"~", b"^")) and is_below_2:
            return Level.TF1
        if operator == b"=" and int(major) < 2:  # conda
            return Level.TF1
        if operator in (b">=", b">", b"=", b"==", b"~=", b"^", b"===") and int(major) >= 2:
            return Level.TF2
    return None


def _oldest(contents: Iterable[bytes]) -> str:
    matches = [match for content in contents for match in _REQUIREMENT.finditer(content)]
    bounds = [
        bound for match in matches if (bound := _lower_bound(match["version"] or b"==" + (match["image"] or b"")))
    ]
    return "{}.{}".format(*min(bounds)) if bounds else ""


def _lower_bound(version: bytes) -> tuple[int, int] | None:
    """Return the oldest version that a version specifier allows; None if it has no lower bound."""
    bounds = [
        (int(major), int(minor or 0))
        for operator, major, minor in _BOUND.findall(version)
        if operator in (b">=", b">", b"=", b"==", b"~=", b"^", b"===")
    ]
    return max(bounds, default=None)
