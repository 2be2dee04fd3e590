"""HDF5 files: the JSON in two attributes of the root; groups, datasets and all else are left alone."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tf_initcompat.saved import texts
from tf_initcompat.saved.errors import FileError

MODEL: Final = "model_config"
TRAINING: Final = "training_config"


def read(path: Path) -> dict[str, str]:
    """Returns the JSON texts of a model, by the name of their attribute.

    Raises:
      FileError: If the file is damaged, or holds no model; or h5py is missing.
    """
    with _opened(path, "r") as file:
        found = {name: _text(file.attrs[name], name) for name in (MODEL, TRAINING) if name in file.attrs}
    if MODEL not in found:
        raise FileError("it holds no model_config: weights alone need no conversion, other HDF5 files are no models")
    return found


def _text(value: Any, name: str) -> str:
    if not isinstance(value, (str, bytes)):
        raise FileError(f"its {name} is no text but {type(value).__name__}")
    return value if isinstance(value, str) else texts.decode(bytes(value), name)


def write(source: Path, target: Path, changed: dict[str, str]) -> None:
    """Copies a file and replaces attributes in the copy, in the storage type that they had.

    Raises:
      FileError: If the file is damaged; or h5py is missing.
    """
    shutil.copyfile(source, target)
    with _opened(target, "r+") as file:
        for name, text in changed.items():
            kind = file.attrs.get_id(name).get_type()
            data = text.encode("utf-8")
            if kind.is_variable_str():
                encoding = "utf-8" if kind.get_cset() else "ascii"
                if encoding == "ascii" and not text.isascii():
                    raise FileError(f"its {name} is not ASCII, although it says so")
                file.attrs.create(name, data, dtype=_h5py().string_dtype(encoding))
            else:
                file.attrs.create(name, data, dtype=f"S{len(data)}")


@contextlib.contextmanager
def _opened(path: Path, mode: str) -> Iterator[Any]:
    h5py = _h5py()
    try:
        with h5py.File(path, mode) as file:
            yield file
    except (OSError, RuntimeError, ValueError, KeyError, UnicodeDecodeError) as error:
        raise FileError(f"the HDF5 file is damaged or truncated: {error}") from error


def _h5py() -> Any:
    try:
        import h5py
    except ImportError as error:
        raise FileError("reading HDF5 needs h5py: pip install 'tf-initcompat[saved]'") from error
    return h5py
