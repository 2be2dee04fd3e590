"""Atomic replacement of files: a file is written completely or not at all."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Generator
from pathlib import Path


@contextlib.contextmanager
def replacement(path: Path, like: Path | None = None) -> Generator[Path, None, None]:
    """Open a context that fills a new file, which replaces another file at the end unless an error is raised.

    Args:
      path: File to replace. A symbolic link stays; its target is replaced. The permissions of the file are kept.
      like: File whose permissions the new file gets; by default the replaced file.

    Yields:
      The new file, in the same directory.

    Raises:
      OSError: If the file cannot be written.
    """
    target = Path(os.path.realpath(path))
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:32]}.", dir=target.parent)
    os.close(descriptor)
    try:
        yield Path(temporary)
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(like or target))
        os.replace(temporary, target)
    except BaseException:  # also after Ctrl-C, the temporary file must go
        os.unlink(temporary)
        raise


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


def _mode(target: Path) -> int:
    """Return the permissions of a file, or those of a new file if it does not exist."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
