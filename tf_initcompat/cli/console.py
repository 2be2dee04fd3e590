"""Conventions of the command line: exit statuses, errors and how they are printed, types of options."""

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Any, Final, TypeAlias

from tf_initcompat._internal import suggestions
from tf_initcompat._internal.bugs import ISSUES as ISSUES

#: Exit statuses.
CLEAN: Final = 0
FINDINGS: Final = 1
ERROR: Final = 2
#: Of `convert`: results that only your code loads.
NEEDS_CODE: Final = 3
INTERRUPTED: Final = 130


#: A handler of a signal, as `signal.signal` returns it.
Handler: TypeAlias = "Callable[[int, Any], Any] | int | None"


class UsageError(Exception):
    """A request that cannot be fulfilled. The message says what to do instead."""


def print_error(message: str, error: BaseException | None = None) -> None:
    """Print an error message on stderr.

    Args:
      message: The message.
      error: Exception whose traceback is printed before the message.
    """
    with contextlib.suppress(OSError, AttributeError, ValueError):  # stderr may be closed or missing
        if error is not None:
            import traceback

            traceback.print_exception(error, file=sys.stderr)
        print(f"tf-initcompat: {message}", file=sys.stderr)


def bug_message(error: BaseException) -> str:
    """Return the message for an unexpected exception.

    Args:
      error: The exception.
    """
    description = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return (
        f"bug in tf-initcompat: {description}\n"
        f"Please report it at {ISSUES}, with the output of the same command and --traceback."
    )


@contextlib.contextmanager
def ends_cleanly() -> Generator[None, None, None]:
    """Turn the signals that end a process into SystemExit, so that temporary files are removed.

    A signal that the process ignores, as under `nohup`, is still ignored.
    """
    previous: dict[int, Handler] = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows lacks SIGHUP
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                previous[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def suggestion(word: str, choices: Iterable[str]) -> str:
    """Return "; did you mean ...?" for the choice closest to a misspelt word, or an empty string."""
    match = suggestions.nearest(word, choices)
    return f"; did you mean {match}?" if match else ""


def positive(text: str) -> int:
    """Parse an option's value as a positive integer.

    Args:
      text: The value.

    Returns:
      The integer.

    Raises:
      argparse.ArgumentTypeError: If it is not a positive integer.
    """
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"must be a positive integer, not {text!r}")
    return int(text)
