"""What the subcommands and the pytest plugin share: exit statuses, the user's errors, and checks of options."""

import argparse
from pathlib import Path
from typing import Final

SAME: Final = 0
DIFFERENT: Final = 1
ERROR: Final = 2


class UsageError(Exception):
    """What the user asked for cannot be done; the message says what to do."""


def positive(text: str) -> int:
    """Returns the positive integer that an option's text means.

    Raises:
      argparse.ArgumentTypeError: If it is none.
    """
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"must be a positive integer, not {text!r}")
    return int(text)


def probability(text: str) -> float:
    """Returns the number that an option's text means.

    Raises:
      ValueError: If it is none between 0 and 1.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise ValueError(f"must be a number between 0 and 1, not {text!r}")
    return value


def require_writable(path: Path) -> None:
    """Checks that a report can be written; better before a run of minutes than after it.

    Raises:
      OSError: If it cannot.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a directory")
    if path.exists():
        with path.open("ab"):
            pass
    else:
        import tempfile  # late: few commands need it

        tempfile.TemporaryFile(dir=path.parent).close()
