"""Kinds of files that hold a model, in a registry: one module of this package for each."""

import contextlib
import dataclasses
import enum
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from tf_initcompat._internal.plugins import blamed
from tf_initcompat._internal.registry import Registry
from tf_initcompat.saved.containers import json_text
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.values import JsonObject
from tf_initcompat.saved.weights.changes import WeightChange
from tf_initcompat.saved.weights.places import Group

__all__ = ["REGISTRY", "Container", "Content", "Document", "Match", "blamed_on", "container_of", "title_of"]


class Match(enum.IntEnum):
    """Quality of the match between the content of a file and a kind of container. The best match is chosen."""

    NONE = 0
    FALLBACK = 1
    CONTAINED = 2
    AFTER_A_BLOCK = 3
    SIGNATURE = 4


@dataclasses.dataclass(frozen=True)
class Document:
    """A JSON text inside a container.

    Attributes:
      name: Name of the attribute or member that holds it; "" if the container is the text itself.
      text: The text.
      value: The JSON object.
    """

    name: str
    text: str
    value: JsonObject

    @classmethod
    def parse(cls, name: str, text: str) -> "Document":
        """Return the document with a name and a text.

        Raises:
          FileError: If the text is not a JSON object.
        """
        return cls(name, text, json_text.parse(text, title_of(name)))


def title_of(name: str) -> str:
    """Return what error messages call a document.

    Args:
      name: Name of the document.

    >>> title_of("config.json"), title_of("")
    ("the JSON of 'config.json'", 'the file')
    """
    return f"the JSON of {name!r}" if name else "the file"


@dataclasses.dataclass(frozen=True)
class Content:
    """The content of a container, apart from weights.

    Attributes:
      model: Config of the model.
      training: Training configuration, if it is a document of its own.
      keras_version: Version of the Keras that wrote the container; "" if it is not recorded.
      groups: Returns the weights in the container by the layer of the model, in the order of the file; None if
        `Container.write` does not change weights.
    """

    model: Document
    training: Document | None = None
    keras_version: str = ""
    groups: Callable[[], Mapping[str, Group]] | None = None

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents."""
        return (self.model,) if self.training is None else (self.model, self.training)


class Container(Protocol):
    """A kind of file that holds a model.

    Attributes:
      name: Unique name.
      module: Module that registers it.
      order: Position among the other kinds of containers.
      suffixes: Suffixes of file names by which Keras chooses how to load a file, the usual one first.
      has_weights: Whether it holds weights, not only the config.
      uses_legacy_loader: Whether Keras 3 loads it by its code for HDF5, see `Context`.
      is_directory: Whether it is a directory, from which `write` makes a file.
      is_replaceable: Whether `write` makes a file of the same kind, which can replace the source.
    """

    name: str
    module: str
    order: int
    suffixes: tuple[str, ...]
    has_weights: bool
    uses_legacy_loader: bool
    is_directory: bool
    is_replaceable: bool

    def match(self, path: Path) -> Match:
        """Return how well the content of a file matches.

        Raises:
          OSError: If the file cannot be read.
        """
        ...

    def read(self, path: Path) -> Content:
        """Return the content of a file.

        Raises:
          FileError: If the file is not a model, is damaged or dangerous, or a package to read it is missing.
          OSError: If the file cannot be read.
        """
        ...

    def write(self, source: Path, target: Path, texts: Mapping[str, str], weights: Sequence[WeightChange] = ()) -> None:
        """Write a copy of a file in which some documents have another text.

        Args:
          source: File to copy.
          target: New file.
          texts: New texts by the name of the document; the others are copied.
          weights: Weights that change; the others are copied. There are none if `Content.groups` is None.

        Raises:
          FileError: If the source is damaged or dangerous, or the new file cannot be written.
          OSError: If a file cannot be read or written.
        """
        ...

    def pickles(self, path: Path) -> list[str]:
        """Return the members that Keras may read as pickled objects, which run code.

        Raises:
          FileError: If the file is damaged or dangerous.
        """
        ...


REGISTRY: Final = Registry[Container]("container", __name__)


def blamed_on(container: Container) -> contextlib.AbstractContextManager[None]:
    """Return a context that blames a plugin for the errors of its container, except those that it may raise.

    Args:
      container: The container.

    Raises:
      PluginError: If the code of a plugin fails.
    """
    return blamed(f"container {container.name!r}", container.module, FileError, OSError)


def container_of(path: Path) -> Container:
    """Return the kind of container that a file is, by its content.

    Raises:
      FileError: If it is neither a regular file nor a SavedModel directory.
      OSError: If it cannot be read.
      PluginError: If the code of a plugin fails.
    """
    is_directory = path.is_dir()
    if path.exists() and not path.is_file() and not is_directory:
        raise FileError("a pipe or a device, not a regular file; pass a file")
    candidates = [container for container in REGISTRY if container.is_directory is is_directory]
    best = max(candidates, key=lambda container: _match(container, path))
    if is_directory and _match(best, path) is Match.NONE:
        raise FileError("a directory without saved_model.pb, so it is no SavedModel; pass a .h5, .keras or .json file")
    return best


def _match(container: Container, path: Path) -> Match:
    with blamed_on(container):
        return container.match(path)
