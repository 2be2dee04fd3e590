"""`.keras` archives: the JSON in `config.json`; the other members are copied as they are."""

import contextlib
import lzma
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Final

from tf_initcompat.saved.containers import texts
from tf_initcompat.saved.errors import FileError

CONFIG: Final = "config.json"
_METADATA: Final = "metadata.json"
#: Of arrays that may hold pickled objects, which run code when they are read.
_PICKLED: Final = (".npz", ".npy", ".pkl", ".pickle")
_ENCRYPTED: Final = 0x1
#: Keras does not compress. An archive may grow to this many times its size, and by this many bytes.
_RATIO: Final = 100
_SLACK: Final = 64 * 2**20
_CHUNK: Final = 2**20
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
)


def read(path: Path) -> dict[str, str]:
    """Returns the JSON text of a model, by the name of its member.

    Raises:
      FileError: If the archive is damaged or dangerous, or holds no model.
    """
    with _opened(path) as archive:
        if CONFIG not in archive.namelist():
            raise FileError(f"it is a zip archive without {CONFIG}: no model that Keras wrote")
        with archive.open(CONFIG) as member:
            return {CONFIG: texts.decode(member.read(texts.MAX_BYTES + 1), CONFIG)}


def version(path: Path) -> str:
    """Returns the version of the Keras that wrote an archive; "" if it does not say.

    Raises:
      FileError: If the archive is damaged or dangerous.
    """
    with _opened(path) as archive:
        if _METADATA not in archive.namelist():
            return ""
        with archive.open(_METADATA) as member:
            text = texts.decode(member.read(texts.MAX_BYTES + 1), _METADATA)
    return str(texts.parse(text, _METADATA).get("keras_version", ""))


def pickled(path: Path) -> list[str]:
    """Returns the members that Keras may read as pickled objects.

    Raises:
      FileError: If the archive is damaged or dangerous.
    """
    with _opened(path) as archive:
        return [name for name in archive.namelist() if name.lower().endswith(_PICKLED)]


def write(source: Path, target: Path, changed: dict[str, str]) -> None:
    """Copies an archive, member by member, and replaces the text of those that are changed.

    Raises:
      FileError: If the archive is damaged or dangerous.
    """
    with _opened(source) as archive, zipfile.ZipFile(target, "w") as made:
        made.comment = archive.comment
        for member in archive.infolist():
            with archive.open(member) as data, made.open(_same(member), "w", force_zip64=True) as copy:
                if member.filename in changed:
                    copy.write(changed[member.filename].encode("utf-8"))
                else:
                    shutil.copyfileobj(data, copy, _CHUNK)


def _same(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Returns a new entry with the name, date, compression and attributes of a member."""
    made = zipfile.ZipInfo(member.filename, member.date_time)
    made.compress_type, made.external_attr, made.comment = member.compress_type, member.external_attr, member.comment
    made.create_system = member.create_system
    return made


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive, path.stat().st_size)
            yield archive
    except _DAMAGED as error:
        raise FileError(f"the .keras archive is damaged: {error}") from error
    except OSError as error:
        if error.errno is None:  # of a decompressor, not of the system
            raise FileError(f"the .keras archive is damaged: {error}") from error
        raise


def _check(archive: zipfile.ZipFile, size: int) -> None:
    """Raises a FileError for an archive that is not only a model."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise FileError("the .keras archive holds two members of one name")
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise FileError(f"the .keras archive holds {member.filename!r} encrypted, which Keras does not read")
        path = PureWindowsPath(member.filename)  # knows the separators of all systems
        if path.drive or path.root or ".." in path.parts:
            raise FileError(f"the .keras archive holds {member.filename!r}, a path that leads out of it")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise FileError(f"the .keras archive holds {member.filename!r}, a symbolic link")
    unpacked = sum(member.file_size for member in members)
    if unpacked > size * _RATIO + _SLACK:
        raise FileError(f"the .keras archive of {size:,} bytes would unpack to {unpacked:,}: it is no model")
