"""Writes a file whole or not at all."""

import os
import stat
import tempfile
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Writes a file by atomic replacement, so that an error or a crash leaves what was there.

    Args:
      path: File to write. The target of a symbolic link is replaced, not the link; the file's permissions are kept.
      data: Its content.

    Raises:
      OSError: If it cannot be written.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():  # /dev/stdout and its kin
        target.write_bytes(data)
        return
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:32]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _mode(target: Path) -> int:
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def write_text(path: Path, text: str) -> None:
    """Writes a file in UTF-8; what it cannot hold, lone surrogates, becomes a question mark."""
    write(path, text.encode("utf-8", "replace"))
