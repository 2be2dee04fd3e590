"""HDF5 files: the JSON in two attributes of the root; groups, datasets and all else are left alone."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tf_initcompat.saved.containers import texts
from tf_initcompat.saved.errors import FileError

MODEL: Final = "model_config"
TRAINING: Final = "training_config"
_VERSION: Final = "keras_version"
#: What the system said, in the message of HDF5, which has two lines and the name of the temporary file.
_OF_SYSTEM: Final = re.compile(r"error message = '([^']*)'")
_SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
#: What HDF5 allows for a value in an object's header is 64 KiB, with the header.
_LARGEST_FIXED: Final = 64_000


def is_one(path: Path) -> bool:
    """Returns whether a file is HDF5: its signature may stand behind a block of the user's, of 512 bytes or a double.

    Raises:
      OSError: If it cannot be read.
    """
    size, place = path.stat().st_size, 0
    with path.open("rb") as file:
        while place < size:
            file.seek(place)
            if file.read(len(_SIGNATURE)) == _SIGNATURE:
                return True
            place = place * 2 or 512
    return False


def read(path: Path) -> dict[str, str]:
    """Returns the JSON texts of a model, by the name of their attribute.

    Raises:
      FileError: If the file is damaged, or holds no model; or h5py is missing.
    """
    with _opened(path) as file:
        found = {name: _text(file.attrs[name], name) for name in (MODEL, TRAINING) if name in file.attrs}
    if MODEL not in found:
        raise FileError("it holds no model_config: weights alone need no conversion, other HDF5 files are no models")
    return {name: text for name, text in found.items() if name == MODEL or text.strip() != "null"}


def version(path: Path) -> str:
    """Returns the version of the Keras that wrote a file; "" if it does not say.

    Raises:
      FileError: If the file is damaged; or h5py is missing.
    """
    with _opened(path) as file:
        value = file.attrs.get(_VERSION, "")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, (str, bytes)):
        raise FileError(f"its {name} is no text but {type(value).__name__}")
    return texts.decode(value.encode("utf-8", "surrogateescape") if isinstance(value, str) else bytes(value), name)


def write(source: Path, target: Path, changed: dict[str, str]) -> None:
    """Copies a file and replaces attributes in the copy, in the storage type that they had where it can hold the text.

    Raises:
      FileError: If the result cannot be written; or h5py is missing.
      OSError: If the file cannot be copied.
    """
    h5py = _h5py()
    shutil.copyfile(source, target)
    try:
        with h5py.File(target, "r+") as file:
            for name, text in changed.items():
                file.attrs.create(name, text.encode("utf-8"), dtype=_type(file.attrs.get_id(name).get_type(), text))
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        said = _OF_SYSTEM.search(str(error))
        raise FileError(f"the new HDF5 file cannot be written: {said[1] if said else type(error).__name__}") from error


def _type(kind: Any, text: str) -> Any:
    """Returns the storage type for a text in place of one of another type."""
    size = len(text.encode("utf-8"))
    if not kind.is_variable_str() and size <= _LARGEST_FIXED:
        return f"S{size}"
    return _h5py().string_dtype("utf-8" if kind.get_cset() or not text.isascii() else "ascii")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    h5py = _h5py()
    try:
        with h5py.File(path, "r") as file:
            yield file
    except BlockingIOError as error:
        raise FileError("another process has it open for writing") from error
    except (OSError, RuntimeError, ValueError, KeyError, UnicodeDecodeError) as error:
        raise FileError(f"the HDF5 file is damaged or truncated: {error}") from error


def _h5py() -> Any:
    try:
        import h5py
    except ImportError as error:
        raise FileError("reading HDF5 needs h5py: pip install 'tf-initcompat[saved]'") from error
    return h5py
