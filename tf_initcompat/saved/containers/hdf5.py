"""HDF5 files: the JSON in two attributes of the root. Of the datasets, only weights that have to change are written."""

import contextlib
import dataclasses
import functools
import re
import shutil
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, cast, runtime_checkable

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
from tf_initcompat.saved.errors import FileError, NotAModelError
from tf_initcompat.saved.values import Json, JsonObject, as_int, as_list, as_object
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
#: Group that holds the layers in a file of weights of Keras 3.
_WEIGHTS_OF_KERAS_3: Final = "layers"
#: Suffix by which Keras 3 recognizes its own files of weights.
_WEIGHTS_SUFFIX: Final = ".weights.h5"
#: First bytes of a file.
SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
#: Size in bytes up to which text keeps a fixed length. HDF5 allows 64 KiB for a value with its header.
_MAX_FIXED_LENGTH: Final = 64_000


@runtime_checkable
class _Array(Protocol):
    """The parts of a numpy array that are used."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    def tolist(self) -> list[object]: ...


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
    def __delitem__(self, name: str, /) -> None: ...
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
    is_replaceable = True

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
        if "advice" in answer:
            raise NotAModelError(str(answer["advice"]))
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

        Attributes keep their storage type if it can hold the text. One whose new text is empty is removed.
        """
        shutil.copyfile(source, target)
        with _writing(target, "r+") as file:
            for name, text in texts.items():
                if not text:
                    del file.attrs[name]
                    continue
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
        version = _version_of(file)
        if MODEL not in texts:
            return {"advice": _advice(file, Path(path), version)}
        groups: Mapping[str, Group] = {}
        if hdf5_weights.ROOT in file:
            groups = hdf5_weights.groups(file, hdf5_weights.ROOT)
    return {"texts": texts, "version": version, "groups": _names(groups)}


def _names(groups: Mapping[str, Group]) -> JsonObject:
    return {layer: [weight.name for weight in group.weights] for layer, group in groups.items()}


def _groups(names: JsonObject, root: str = hdf5_weights.ROOT) -> Mapping[str, Group]:
    return {
        layer: Group(f"{root}/{layer}", tuple(StoredWeight(str(name)) for name in as_list(weights)))
        for layer, weights in names.items()
    }


def _advice(file: hdf5_weights.File, path: Path, version: str) -> str:
    """Return what to do with a file without a config."""
    if hdf5_weights.root_of(file) is None and _WEIGHTS_OF_KERAS_3 in file:
        return "weights without the model, which Keras 3 wrote; build the model with its code and call load_weights"
    if hdf5_weights.root_of(file) is None:
        return "an HDF5 file with neither a model nor weights of Keras"
    pair = f"convert model.json --weights {path.name} new.keras"
    if version.partition(".")[0] in ("", "1"):
        return f"weights without the model, which Keras 1 wrote; convert them with the JSON of Model.to_json: {pair}"
    own = path.name
    rename = ""
    if own.endswith(_WEIGHTS_SUFFIX):
        own = f"{own.removesuffix(_WEIGHTS_SUFFIX)}.h5"
        rename = f"rename it to {own}, since Keras 3 takes {_WEIGHTS_SUFFIX} for a format of its own, "
    return (
        f"weights without the model; {rename}build the model with its code and call model.load_weights({own!r}), or "
        f"convert them with the JSON of Model.to_json: {pair}"
    )


def _version_of(file: hdf5_weights.File) -> str:
    """Return the version of the Keras that wrote a file; "" if it is not recorded."""
    version = file.attrs.get(VERSION, "")
    return version.decode("utf-8", "replace") if isinstance(version, bytes) else str(version)


@dataclasses.dataclass(frozen=True)
class StoredWeights:
    """Names and shapes of the weights in a file.

    Attributes:
      keras_version: Version of the Keras that wrote it; "" if it is not recorded.
      groups: Weights of each layer, in the order of the file.
      shapes: Shapes by the path in the file.
    """

    keras_version: str
    groups: Mapping[str, Group]
    shapes: Mapping[str, tuple[int, ...]]


def read_weights(path: Path) -> StoredWeights | None:
    """Return the weights in a file, which another process reads; None if it has none in the form of Keras 1 and 2.

    Args:
      path: The file.

    Raises:
      FileError: If it is damaged or dangerous.
      OSError: If it cannot be read.
    """
    answer = isolation.call(_read_weights, path)
    if answer is None:
        return None
    found = as_object(answer)
    return StoredWeights(
        keras_version=str(found["version"]),
        groups=_groups(as_object(found["groups"]), str(found["root"])),
        shapes={name: tuple(map(as_int, as_list(shape))) for name, shape in as_object(found["shapes"]).items()},
    )


def _read_weights(path: str) -> Json:
    with _open_checked(Path(path)) as file:
        root = hdf5_weights.root_of(file)
        if root is None:
            return None
        groups = hdf5_weights.groups(file, root)
        paths = [f"{group.path}/{weight.name}" for group in groups.values() for weight in group.weights]
        shapes: JsonObject = {name: list(file[name].shape) for name in paths}
        return {"root": root, "version": _version_of(file), "groups": _names(groups), "shapes": shapes}


def _text(value: object, name: str) -> str:
    if isinstance(value, _Array) and value.shape == (1,):  # as some programs that edit files write it
        (value,) = value.tolist()
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
def opened(path: Path) -> Generator[_File, None, None]:
    """Open a context with an HDF5 file that was checked before.

    Args:
      path: The file.

    Yields:
      The file.

    Raises:
      FileError: If it is damaged, another process writes it, or h5py is missing.
    """
    h5py = _import_h5py()
    try:
        with h5py.File(path, "r") as file:
            yield file
    except BlockingIOError as error:
        raise FileError("another process has it open for writing") from error
    except (OSError, RuntimeError, ValueError, KeyError, UnicodeDecodeError) as error:  # all that h5py raises
        raise FileError(f"the HDF5 file is damaged or truncated: {error}") from error


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
    with opened(path) as file:
        hdf5_check.check(file, path.stat().st_size)
        yield file


def _import_h5py() -> _H5py:
    try:
        import h5py  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
    except ImportError as error:
        raise FileError("reading HDF5 needs h5py: pip install 'tf-initcompat[saved]'") from error
    return cast(_H5py, h5py)
