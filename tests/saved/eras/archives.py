"""The models of the makers: their files, inputs and predictions, read from the archives once."""

import functools
import io
import json
import tarfile
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from saved.eras.make import FILES, MAKERS

Array: TypeAlias = "np.ndarray[Any, Any]"


@functools.cache
def files(maker: str) -> dict[str, bytes]:
    """Return the files of an archive by name."""
    with tarfile.open(FILES / f"{maker}.tar.xz") as archive:
        members = [member for member in archive if member.isfile()]
        return {member.name: archive.extractfile(member).read() for member in members}  # type: ignore[union-attr]


def directory(maker: str, name: str, folder: Path) -> Path:
    """Write the SavedModel of a model into a folder."""
    for path, content in files(maker).items():
        if path.startswith(f"{name}/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    return folder / name


@functools.cache
def _arrays(maker: str) -> dict[str, list[Array]]:
    """Return the inputs and predictions of all models."""
    found: dict[str, list[Array]] = {}
    with np.load(io.BytesIO(files(maker)["arrays.npz"])) as loaded:
        for key in loaded:
            found.setdefault(key.rpartition("/")[0], []).append(loaded[key])
    return found


def inputs(maker: str, name: str) -> list[Array]:
    """Return the inputs of a model."""
    return _arrays(maker)[f"{name}/input"]


def predictions(maker: str, name: str) -> list[Array]:
    """Return what the maker predicted for the inputs."""
    return _arrays(maker)[f"{name}/output"]


@functools.cache
def made(maker: str) -> dict[str, Any]:
    """Return the versions of a maker, and the forms of its models."""
    record: dict[str, Any] = json.loads(files(maker)["made.json"])
    return record


def everything() -> list[tuple[str, str]]:
    """Return the maker and the name of every model."""
    return [(maker, name) for maker in MAKERS for name in made(maker)["forms"]]


def one_of_each_kind() -> list[tuple[str, str]]:
    """Return the maker and the name of a model of each kind, of the makers in turn."""
    kinds: dict[str, list[str]] = {}
    for maker, name in everything():
        kinds.setdefault(name, []).append(maker)
    return [(makers[number % len(makers)], name) for number, (name, makers) in enumerate(sorted(kinds.items()))]
