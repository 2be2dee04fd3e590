"""Atomic replacement of files: a file is written completely or not at all."""

import contextlib
import os
import shutil
import stat
import sys
import uuid
from collections.abc import Generator, Iterable
from pathlib import Path


@contextlib.contextmanager
def replacement(path: Path, like: Path | None = None) -> Generator[Path, None, None]:
    """Open a context that fills a new file, which replaces another file at the end unless an error is raised.

    Args:
      path: File to replace. A symbolic link stays; its target is replaced. The permissions and extended attributes of
        the file are kept and, where this process may set it, the owner.
      like: File whose permissions and attributes the new file gets; by default the replaced file.

    Yields:
      The new file, in the same directory.

    Raises:
      OSError: If the file cannot be written.
    """
    target = Path(os.path.realpath(path))
    temporary = _unused_name(target)
    try:
        _create(temporary)
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        _copy_attributes(like or target, temporary)
        os.chmod(temporary, _mode(like or target))
        os.replace(temporary, target)
    except BaseException:  # also after Ctrl-C, the temporary file must go
        with contextlib.suppress(FileNotFoundError):  # an interrupt can come right after the replacement
            os.unlink(temporary)
        raise


def back_up(path: Path, names: Iterable[Path]) -> Path:
    """Copy a file to the first of some names that does not exist. The copy appears whole or not at all.

    Of two processes that copy one file at the same time, each takes another name.

    Args:
      path: The file.
      names: Names in its directory.

    Returns:
      The name of the copy.

    Raises:
      OSError: If the copy cannot be written.
    """
    temporary = _unused_name(path)
    try:
        _create(temporary)
        shutil.copy2(path, temporary)
        _copy_attributes(path, temporary)
        for name in names:
            with contextlib.suppress(FileExistsError):
                _rename_to_new(temporary, name)
                return name
        raise FileExistsError(f"all names for a copy of {path} exist")
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def write(path: Path, data: bytes) -> None:
    """Write a file by atomic replacement. After an error, the old file is unchanged.

    Args:
      path: File to write, see `replacement`.
      data: New content.

    Raises:
      OSError: If the file cannot be written.
    """
    if path.exists() and not path.is_file():  # for example /dev/stdout
        path.write_bytes(data)
        return
    with replacement(path) as new:
        new.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8 by atomic replacement. Lone surrogates become question marks."""
    write(path, text.encode("utf-8", "replace"))


def _unused_name(path: Path) -> Path:
    """Return a new name in the directory of a file.

    It is known before the file exists, so that no signal leaves the file behind.
    """
    return path.with_name(f".{path.name[:32]}.{uuid.uuid4().hex}")


def _create(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _rename_to_new(temporary: Path, name: Path) -> None:
    """Rename a file, or raise FileExistsError. The old name may stay."""
    try:
        os.link(temporary, name)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with open(name, "xb"):
            os.replace(temporary, name)


def _copy_attributes(source: Path, new: Path) -> None:
    """Give a new file the owner and the extended attributes of a file, as far as the system lets this process."""
    if not source.exists():
        return
    status = source.stat()
    if (status.st_uid, status.st_gid) != (os.stat(new).st_uid, os.stat(new).st_gid):
        with contextlib.suppress(OSError):
            os.chown(new, status.st_uid, status.st_gid)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a file system without extended attributes
            for name in os.listxattr(source):
                os.setxattr(new, name, os.getxattr(source, name))


def _mode(target: Path) -> int:
    """Return the permissions of a file, or those of a new file if it does not exist."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
