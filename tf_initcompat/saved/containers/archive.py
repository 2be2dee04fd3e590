"""`.keras` archives: the JSON in the member config.json. Other members are copied."""

import contextlib
import errno
import lzma
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path, PureWindowsPath
from typing import Final

from tf_initcompat.saved import errors
from tf_initcompat.saved.containers import REGISTRY, Content, Document, Match, hdf5, json_text
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.weights.changes import WeightChange

_CONFIG: Final = "config.json"
_METADATA: Final = "metadata.json"
_SIGNATURES: Final = (b"PK\x03\x04", b"PK\x05\x06")
#: Suffixes of arrays that may hold pickled objects, and of pickled objects.
_PICKLED: Final = (".npz", ".npy", ".pkl", ".pickle")
_ENCRYPTED: Final = 0x1
#: Keras does not compress. An archive may grow by this factor plus this number of bytes when it is unpacked.
_MAX_RATIO: Final = 100
_MAX_SLACK: Final = 64 * 2**20
_CHUNK_BYTES: Final = 2**20
#: Exceptions of zipfile and the decompressors for a damaged archive.
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
)


class Archive:
    """Archives of Keras 2.12 and later."""

    name = "archive"
    module = __name__
    order = 2
    suffixes: tuple[str, ...] = (".keras",)
    has_weights = True
    uses_legacy_loader = False
    is_directory = False

    def match(self, path: Path) -> Match:
        """Look for a zip archive, which may follow other data. An archive of Keras holds an HDF5 file."""
        with path.open("rb") as file:
            if file.read(4) in _SIGNATURES:
                return Match.SIGNATURE
            return Match.CONTAINED if zipfile.is_zipfile(file) else Match.NONE

    def read(self, path: Path) -> Content:
        """Return the JSON in config.json."""
        with _open(path) as archive:
            names = archive.namelist()
            if _CONFIG not in names:
                raise FileError(f"a zip archive without {_CONFIG}, which Keras writes into every .keras file")
            config = _text(archive, _CONFIG)
            metadata = _text(archive, _METADATA) if _METADATA in names else "{}"
            _check_weights(archive)
        version = json_text.parse(metadata, _METADATA).get("keras_version", "")
        return Content(model=Document.parse(_CONFIG, config), keras_version=str(version))

    def write(self, source: Path, target: Path, texts: Mapping[str, str], weights: Sequence[WeightChange] = ()) -> None:
        """Copy the archive member by member, with new texts."""
        with _open(source) as archive, zipfile.ZipFile(target, "w") as copy:
            copy.comment = archive.comment
            for member in archive.infolist():
                with archive.open(member) as data, copy.open(_entry(member), "w", force_zip64=True) as copied:
                    if member.filename in texts:
                        copied.write(texts[member.filename].encode("utf-8"))
                    else:
                        shutil.copyfileobj(data, copied, _CHUNK_BYTES)

    def pickles(self, path: Path) -> list[str]:
        """Return the members that may hold pickled objects."""
        with _open(path) as archive:
            return [name for name in archive.namelist() if name.lower().endswith(_PICKLED)]


REGISTRY.add(Archive())


def _check_weights(archive: zipfile.ZipFile) -> None:
    """Check the HDF5 files in an archive, each of which another process reads."""
    for member in archive.infolist():
        with archive.open(member) as data:
            if data.read(len(hdf5.SIGNATURE)) != hdf5.SIGNATURE:
                continue
        with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as folder:
            copy = Path(folder, "weights.h5")
            with archive.open(member) as data, copy.open("wb") as copied:
                shutil.copyfileobj(data, copied, _CHUNK_BYTES)
            with errors.naming(member.filename):
                hdf5.check(copy)


def _text(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as member:
        return json_text.decode(member.read(json_text.MAX_BYTES + 1), name)


def _entry(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return a new entry with the name, date, compression and attributes of a member."""
    entry = zipfile.ZipInfo(member.filename, member.date_time)
    entry.compress_type, entry.external_attr, entry.comment = member.compress_type, member.external_attr, member.comment
    entry.create_system = member.create_system
    return entry


@contextlib.contextmanager
def _open(path: Path) -> Generator[zipfile.ZipFile, None, None]:
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive, path.stat().st_size)
            yield archive
    except _DAMAGED as error:
        raise FileError(f"the .keras archive is damaged: {error}") from error
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # raised by a decompressor, or for a negative position
            raise FileError(f"the .keras archive is damaged: {error}") from error
        raise


def _check(archive: zipfile.ZipFile, size: int) -> None:
    """Raise FileError if an archive holds what no model needs."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise FileError("the .keras archive holds two members of the same name")
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise FileError(f"the .keras archive holds {member.filename!r} encrypted, which Keras does not read")
        path = PureWindowsPath(member.filename)  # accepts the separators of all systems
        if path.drive or path.root or ".." in path.parts:
            raise FileError(f"the .keras archive holds {member.filename!r}, a path that leads out of it")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise FileError(f"the .keras archive holds {member.filename!r}, a symbolic link")
    unpacked = sum(member.file_size for member in members)
    if unpacked > size * _MAX_RATIO + _MAX_SLACK:
        raise FileError(
            f"the .keras archive of {size:,} bytes would unpack to {unpacked:,} bytes, more than any Keras model"
        )
