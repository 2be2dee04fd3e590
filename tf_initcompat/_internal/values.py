"""Checks of values that users pass on a command line."""

from pathlib import Path


def probability(text: str) -> float:
    """Parse a probability.

    Args:
      text: The number as text.

    Returns:
      The number.

    Raises:
      ValueError: If it is not a number between 0 and 1.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise ValueError(f"must be a number between 0 and 1, not {text!r}")
    return value


def require_writable(path: Path) -> None:
    """Check that a file can be written, so that a long run does not fail at its end.

    Args:
      path: The file; it need not exist.

    Raises:
      OSError: If the file cannot be written.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a directory")
    if path.exists():
        with path.open("ab"):
            pass
    else:
        import tempfile  # late: few commands need it

        tempfile.TemporaryFile(dir=path.parent).close()
