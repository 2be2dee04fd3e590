"""Writes a file whole or not at all."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacement(path: Path, like: Path | None = None) -> Iterator[Path]:
    """Lets the caller fill a new file that then replaces another one, unless there was an error.

    Args:
      path: File to replace. The target of a symbolic link is replaced, not the link; the file's permissions are kept.
      like: File whose permissions the new one gets; by default those of the file that it replaces.

    Yields:
      The new file, in the same directory.

    Raises:
      OSError: If it cannot be written.
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
    except BaseException:
        os.unlink(temporary)
        raise


def write(path: Path, data: bytes) -> None:
    """Writes a file by atomic replacement, so that an error or a crash leaves what was there.

    Args:
      path: File to write, see `replacement`.
      data: Its content.

    Raises:
      OSError: If it cannot be written.
    """
    if path.exists() and not path.is_file():  # /dev/stdout and its kin
        path.write_bytes(data)
        return
    with replacement(path) as new:
        new.write_bytes(data)


def _mode(target: Path) -> int:
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def write_text(path: Path, text: str) -> None:
    """Writes a file in UTF-8; what it cannot hold, lone surrogates, becomes a question mark."""
    write(path, text.encode("utf-8", "replace"))
