"""HDF5 files: the JSON in two attributes of the root. Of the datasets, only weights that have to change are written."""

import contextlib
import functools
import re
import shutil
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, cast

from tf_initcompat.saved.containers import (
    REGISTRY,
    Content,
    Document,
    Match,
    hdf5_check,
    hdf5_weights,
    isolation,
    json_text,
)
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.values import Json, JsonObject, as_list, as_object
from tf_initcompat.saved.weights.changes import WeightChange
from tf_initcompat.saved.weights.places import Group, StoredWeight
from tf_initcompat.saved.weights.recipes import Array

#: Attributes that hold the config, the training configuration, and the version and backend of Keras.
MODEL: Final = "model_config"
TRAINING: Final = "training_config"
VERSION: Final = "keras_version"
BACKEND: Final = "backend"
#: Reason given by the operating system, in a message of HDF5 that has two lines and the name of a temporary file.
_SYSTEM_ERROR: Final = re.compile(r"error message = '([^']*)'")
#: First bytes of a file.
SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
#: Size in bytes up to which text keeps a fixed length. HDF5 allows 64 KiB for a value with its header.
_MAX_FIXED_LENGTH: Final = 64_000


class _StorageType(Protocol):
    """The parts of `h5py.h5t.TypeID` that are used."""

    def is_variable_str(self) -> bool: ...
    def get_cset(self) -> int: ...


class _AttributeId(Protocol):
    """The parts of `h5py.h5a.AttrID` that are used."""

    def get_type(self) -> _StorageType: ...


class _Attributes(Protocol):
    """The parts of `h5py.AttributeManager` that are used."""

    def __contains__(self, name: object, /) -> bool: ...
    def __getitem__(self, name: str, /) -> object: ...
    def get(self, name: str, default: object, /) -> object: ...
    def create(self, name: str, data: bytes, *, dtype: object) -> None: ...
    def get_id(self, name: str) -> _AttributeId: ...


class _File(hdf5_weights.File, contextlib.AbstractContextManager["_File"], Protocol):
    """The parts of `h5py.File` that are used."""

    @property
    def attrs(self) -> _Attributes: ...


class _H5py(Protocol):
    """The parts of h5py, which has no types, that are used."""

    def File(self, name: Path, mode: str) -> _File: ...  # noqa: N802
    def string_dtype(self, encoding: str) -> object: ...


class Hdf5:
    """HDF5 files of Keras 1 to 3."""

    name = "hdf5"
    module = __name__
    order = 1
    suffixes: tuple[str, ...] = (".h5", ".hdf5")
    has_weights = True
    uses_legacy_loader = True
    is_directory = False

    def match(self, path: Path) -> Match:
        """Look for the signature at the start and after a user block, whose size is 512 bytes times a power of two."""
        size, position = path.stat().st_size, 0
        with path.open("rb") as file:
            while position < size:
                file.seek(position)
                if file.read(len(SIGNATURE)) == SIGNATURE:
                    return Match.AFTER_A_BLOCK if position else Match.SIGNATURE
                position = position * 2 or 512
        return Match.NONE

    def read(self, path: Path) -> Content:
        """Return the JSON in the attributes. Another process reads the file, since h5py hangs on some damaged ones."""
        answer = as_object(isolation.call(_read, path))
        texts = as_object(answer["texts"])
        training = str(texts.get(TRAINING, "null"))
        return Content(
            model=Document.parse(MODEL, str(texts[MODEL])),
            training=None if training.strip() == "null" else Document.parse(TRAINING, training),
            keras_version=str(answer["version"]),
            groups=functools.partial(_groups, as_object(answer["groups"])),
        )

    def write(self, source: Path, target: Path, texts: Mapping[str, str], weights: Sequence[WeightChange] = ()) -> None:
        """Copy the file and replace attributes and weights in the copy.

        Attributes keep their storage type if it can hold the text.
        """
        shutil.copyfile(source, target)
        with _writing(target, "r+") as file:
            for name, text in texts.items():
                old_type = file.attrs.get_id(name).get_type()
                file.attrs.create(name, text.encode("utf-8"), dtype=_storage_type(old_type, text))
            for change in weights:
                hdf5_weights.write(file, change)

    def pickles(self, path: Path) -> list[str]:
        """Return nothing: HDF5 files hold no pickled objects that Keras reads."""
        return []


REGISTRY.add(Hdf5())


def create(
    target: Path,
    texts: Mapping[str, str],
    layers: Mapping[str, Mapping[str, Callable[[], Array]]],
    weights: Sequence[WeightChange],
) -> None:
    """Write a new file in the form of Keras 2.

    Args:
      target: The file.
      texts: Texts of the attributes by name.
      layers: The weights of each layer: their names, and functions that return them.
      weights: Weights that change.

    Raises:
      FileError: If it cannot be written.
    """
    encoding = _import_h5py().string_dtype("utf-8")
    with _writing(target, "w") as file:
        for name, text in texts.items():
            file.attrs.create(name, text.encode("utf-8"), dtype=encoding)
        hdf5_weights.create(file, layers)
        for change in weights:
            hdf5_weights.write(file, change)


def check(path: Path) -> None:
    """Check everything in an HDF5 file, in another process, since h5py hangs on some damaged files.

    Args:
      path: The file.

    Raises:
      FileError: If it is damaged or dangerous.
    """
    isolation.call(_check, path)


def _check(path: str) -> Json:
    with _open_checked(Path(path)):
        return None


def _read(path: str) -> Json:
    """Return the texts, the version and the names of the weights, after a check of the whole file."""
    with _open_checked(Path(path)) as file:
        texts: JsonObject = {name: _text(file.attrs[name], name) for name in (MODEL, TRAINING) if name in file.attrs}
        if MODEL not in texts:
            raise FileError("the HDF5 file has no model_config; a file with weights only needs no conversion")
        version = file.attrs.get(VERSION, "")
        weights: JsonObject = {
            layer: [weight.name for weight in group.weights] for layer, group in hdf5_weights.groups(file).items()
        }
    if isinstance(version, bytes):
        version = version.decode("utf-8", "replace")
    return {"texts": texts, "version": str(version), "groups": weights}


def _groups(names: JsonObject) -> Mapping[str, Group]:
    return {
        layer: Group(f"{hdf5_weights.ROOT}/{layer}", tuple(StoredWeight(str(name)) for name in as_list(weights)))
        for layer, weights in names.items()
    }


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return json_text.decode(value.encode("utf-8", "surrogateescape"), name)
    if isinstance(value, bytes):
        return json_text.decode(bytes(value), name)
    raise FileError(f"{name} is not a string but {type(value).__name__}")


def _storage_type(old: _StorageType, text: str) -> object:
    """Return the storage type of a text that replaces a text of another type."""
    size = len(text.encode("utf-8"))
    if not old.is_variable_str() and size <= _MAX_FIXED_LENGTH:
        return f"S{size}"
    return _import_h5py().string_dtype("utf-8" if old.get_cset() or not text.isascii() else "ascii")


@contextlib.contextmanager
def _writing(path: Path, mode: str) -> Generator[_File, None, None]:
    try:
        with _import_h5py().File(path, mode) as file:
            yield file
    except (OSError, RuntimeError, ValueError, KeyError) as error:  # all that h5py raises
        system_error = _SYSTEM_ERROR.search(str(error))
        reason = system_error[1] if system_error else type(error).__name__
        raise FileError(f"the new HDF5 file cannot be written: {reason}") from error


@contextlib.contextmanager
def _open_checked(path: Path) -> Generator[_File, None, None]:
    """Open a context with an HDF5 file, after a check of everything in it.

    Args:
      path: The file.

    Yields:
      The file.

    Raises:
      FileError: If it is damaged or dangerous.
    """
    h5py = _import_h5py()
    try:
        with h5py.File(path, "r") as file:
            hdf5_check.check(file, path.stat().st_size)
            yield file
    except BlockingIOError as error:
        raise FileError("another process has it open for writing") from error
    except (OSError, RuntimeError, ValueError, KeyError, UnicodeDecodeError) as error:  # all that h5py raises
        raise FileError(f"the HDF5 file is damaged or truncated: {error}") from error


def _import_h5py() -> _H5py:
    try:
        import h5py  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
    except ImportError as error:
        raise FileError("reading HDF5 needs h5py: pip install 'tf-initcompat[saved]'") from error
    return cast(_H5py, h5py)
