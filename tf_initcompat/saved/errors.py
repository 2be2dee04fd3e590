"""The error for a file that cannot be converted."""

import contextlib
import os
from collections.abc import Generator


class FileError(Exception):
    """A file is not a model, is damaged or is dangerous. The message says which and what to do.

    >>> import pathlib, tempfile, tf_initcompat
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "model.h5")
    >>> _ = path.write_text("not a model")
    >>> try:
    ...     tf_initcompat.saved.convert(path)
    ... except tf_initcompat.saved.FileError:
    ...     print("not converted")
    not converted
    >>> folder.cleanup()
    """


class NotAModelError(FileError):
    """A file holds no model of Keras, although it may be whole.

    >>> issubclass(NotAModelError, FileError)
    True
    """


@contextlib.contextmanager
def naming(path: str | os.PathLike[str]) -> Generator[None, None, None]:
    """Put the name of a file in front of the message of a FileError.

    >>> with naming("model.h5"):
    ...     raise FileError("the HDF5 file is damaged")
    Traceback (most recent call last):
      ...
    tf_initcompat.saved.errors.FileError: model.h5: the HDF5 file is damaged
    """
    try:
        yield
    except FileError as error:
        raise type(error)(f"{os.fspath(path)}: {error}") from error
