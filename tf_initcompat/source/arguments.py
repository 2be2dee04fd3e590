"""Checks of the arguments of the public functions: one clear error for a wrong value."""

import os
import typing
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tf_initcompat.source import rules
from tf_initcompat.source.process import NO_FILE, Target
from tf_initcompat.source.project import config, files

if TYPE_CHECKING:
    from tf_initcompat.catalog.missing import Installation

AnyPath = str | os.PathLike[str]


def installation(tensorflow: str | None) -> "Installation | None":
    """Return the installation with a version of TensorFlow; None for None."""
    from tf_initcompat.catalog import missing  # late, since `scan` rarely needs it

    try:
        return None if tensorflow is None else missing.of_version(tensorflow)
    except ValueError as error:
        raise ValueError(f"tensorflow {error}") from error


def checked_paths(paths: Iterable[AnyPath], exclude: Collection[str], jobs: int) -> tuple[list[Path], tuple[str, ...]]:
    """Return the paths and the roots of their trees, after a check of the arguments."""
    if jobs < 1:
        raise ValueError(f"jobs must be a positive number of processes, not {jobs!r}")
    if isinstance(paths, (str, bytes, os.PathLike)):  # the characters of a string would be paths
        raise ValueError(f"paths must be a list of paths, such as [{os.fspath(paths)!r}], not {paths!r}")
    if isinstance(exclude, str):
        raise ValueError(f"exclude must be a list of patterns, such as [{exclude!r}], not {exclude!r}")
    given = [Path(checked_path(path)) for path in paths]
    return given, tuple(sorted({str(files.root_of(path)) for path in given}))


def check_content(content: object) -> None:
    """Raise TypeError for what is not the content of a file."""
    if not isinstance(content, (str, bytes)):
        raise TypeError(f"content must be the text or the bytes of a file, not {type(content).__name__}")


def checked_path(path: AnyPath) -> str:
    """Return a path as text, after a check."""
    if not os.fspath(path):
        raise ValueError(f"path must not be empty: give the name of the file, or {NO_FILE!r} if there is none")
    return os.fspath(path)


def selected(select: Collection[str], ignore: Collection[str]) -> frozenset[str] | None:
    """Return the codes of the rules to report, or None for those that are on by default."""
    _require_keys("select", select)
    _require_keys("ignore", ignore)
    if not select and not ignore:
        return None
    return (rules.codes(select) if select else rules.default_codes()) - rules.codes(ignore)


def accepted(to: Target, accept: Iterable[str]) -> frozenset[str]:
    """Return the codes of the rules whose difference is accepted."""
    require("to", to, typing.get_args(Target))
    _require_keys("accept", accept)
    codes = rules.acceptable_codes(accept)
    if codes and to != "native":
        raise ValueError(f"accept must be empty with to={to!r}, since the wrappers do not differ; use to='native'")
    return codes


def checked_alias(alias: str) -> str:
    """Return a name for the import, after a check."""
    if not config.is_alias(alias):
        raise ValueError(f"alias must be a name of Python, such as 'tfi', not {alias!r}")
    return alias


def require(name: str, value: object, choices: Collection[object]) -> None:
    """Raise ValueError for a value outside of the choices."""
    if value not in choices:
        raise ValueError(f"{name} must be {' or '.join(map(repr, choices))}, not {value!r}")


def _require_keys(name: str, keys: Iterable[object]) -> None:
    if isinstance(keys, str):  # its characters would be the keys
        raise ValueError(f"{name} must be a list of rules, such as [{keys!r}], not {keys!r}")
    for key in keys:
        if not isinstance(key, str):
            raise ValueError(f"{name} must contain codes or names of rules, not {key!r}")
