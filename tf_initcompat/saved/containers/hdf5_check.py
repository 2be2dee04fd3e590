"""Check of an HDF5 file: everything that Keras may read in it is inside of it, intact, and no larger than it."""

import importlib
from typing import Any, Final

from tf_initcompat.saved.errors import FileError

__all__ = ["check"]

#: Maximum size in bytes of all datasets in memory: this factor times the size of the file, plus this number of bytes.
#: Keras does not compress.
_MAX_RATIO: Final = 100
_MAX_SLACK: Final = 64 * 2**20


def check(file: Any, size: int) -> None:
    """Read all names, attributes and compressed data of a file.

    Args:
      file: The open `h5py.File`.
      size: Its size in bytes.

    Raises:
      FileError: If something in it is another file's, or much larger than the file. h5py raises exceptions of several
        types for a damaged file.
    """
    h5py: Any = importlib.import_module("h5py")  # it has no types
    declared = 0

    def visit(name: str, item: Any) -> None:
        nonlocal declared
        list(item.attrs.keys())
        for attribute in item.attrs.values():
            declared += getattr(attribute, "nbytes", 0)
        if isinstance(item, h5py.Group):
            _check_links(name, item, h5py)
            return
        if not isinstance(item, h5py.Dataset):
            return
        if item.external:
            raise FileError(f"the dataset {name!r} is the file {item.external[0][0]!r}")
        if item.is_virtual:
            raise FileError(f"the dataset {name!r} is a part of the file {item.virtual_sources()[0].file_name!r}")
        declared += item.nbytes
        if declared > size * _MAX_RATIO + _MAX_SLACK:
            raise FileError(
                f"the HDF5 file of {size:,} bytes declares datasets of {declared:,} bytes, more than any Keras model"
            )
        if item.chunks:
            for chunk in item.iter_chunks():
                item[chunk]

    visit("/", file)
    file.visititems(visit)


def _check_links(name: str, group: Any, h5py: Any) -> None:
    for key in group:
        link = group.get(key, getlink=True)
        place = f"{name.rstrip('/')}/{key}".lstrip("/")
        if isinstance(link, h5py.ExternalLink):
            raise FileError(f"{place!r} is a link to the file {link.filename!r}")
        if not isinstance(link, h5py.HardLink):
            raise FileError(
                f"{place!r} is a link to {getattr(link, 'path', 'something else')!r}, which Keras never writes"
            )
