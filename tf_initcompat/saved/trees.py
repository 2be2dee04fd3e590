"""Finds the models in directories."""

import dataclasses
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tf_initcompat.saved import containers
from tf_initcompat.saved.containers import Match

__all__ = ["Candidate", "find", "is_directory_of_models"]


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A file or a SavedModel directory that may be a model.

    Attributes:
      path: The file or directory.
      relative: Its path below the directory that was searched; its name if it was named itself.
      is_named: Whether it was named itself.
    """

    path: Path
    relative: Path
    is_named: bool


def is_directory_of_models(path: Path) -> bool:
    """Return whether a path is a directory to search, not a SavedModel."""
    return path.is_dir() and not _is_saved_model(path)


def find(paths: Iterable[Path], exclude: Path | None = None) -> Iterator[Candidate]:
    """Yield what may be a model, sorted by the name within each directory.

    The content of a file decides, and for text the suffix. A SavedModel directory is one model. Links to directories
    are not followed.

    Args:
      paths: Files, SavedModels, and directories to search.
      exclude: Directory that is not searched.

    Raises:
      OSError: If a file or directory cannot be read.
    """
    for path in paths:
        if is_directory_of_models(path):
            yield from _find_below(path, exclude)
        else:
            yield Candidate(path, Path(path.name or path.resolve().name), is_named=True)


def _find_below(root: Path, exclude: Path | None) -> Iterator[Candidate]:
    for folder, folders, names in os.walk(root, onerror=_raise):
        inner = [Path(folder, name) for name in sorted(folders)]
        models = [path for path in inner if _is_saved_model(path)]
        folders[:] = [path.name for path in inner if path not in models and not _is_same(path, exclude)]
        files = [path for path in (Path(folder, name) for name in sorted(names)) if _may_be_model(path)]
        for path in models + files:
            yield Candidate(path, path.relative_to(root), is_named=False)


def _raise(error: OSError) -> None:
    raise error


def _is_same(path: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and path.samefile(other)


def _is_saved_model(path: Path) -> bool:
    kinds = [container for container in containers.REGISTRY if container.is_directory]
    return any(container.match(path) is not Match.NONE for container in kinds)


def _may_be_model(path: Path) -> bool:
    if not path.is_file():
        return False
    for container in containers.REGISTRY:
        if not container.is_directory:
            match = container.match(path)
            if match > Match.FALLBACK or (match is Match.FALLBACK and path.suffix.lower() in container.suffixes):
                return True
    return False
