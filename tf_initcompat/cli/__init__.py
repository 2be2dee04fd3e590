"""The command line: `tf-initcompat scan | migrate | verify | convert | explain`.

Each subcommand imports what it needs, and TensorFlow only in worker processes.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from tf_initcompat.cli import command


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise command.UsageError(f"{message}\n{self.format_usage().strip()}")


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the whole command line."""
    from tf_initcompat import __version__
    from tf_initcompat.cli import convert as convert_command
    from tf_initcompat.cli import explain as explain_command
    from tf_initcompat.cli import migrate as migrate_command
    from tf_initcompat.cli import scan as scan_command
    from tf_initcompat.cli import verify as verify_command

    made = _Parser(
        prog="tf-initcompat",
        description="Move TensorFlow 1 weight initializers to TensorFlow 2 and Keras 3.",
        allow_abbrev=False,
    )
    made.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = made.add_subparsers(metavar="COMMAND", required=True)
    for subcommand in (scan_command, migrate_command, verify_command, convert_command, explain_command):
        subcommand.add_to(commands)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
      arguments: The arguments, by default those of the process.

    Returns:
      Exit status: 0 for no finding, 1 for findings, 2 for an error.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a source line is printed whatever the terminal can show
            stream.reconfigure(errors="backslashreplace")
    try:
        parsed = parser().parse_args(arguments)
        status: int = parsed.run(parsed)
    except command.UsageError as error:
        _complain(str(error))
        return command.ERROR
    except BrokenPipeError:  # the reader of a pipe has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return command.ERROR
    except KeyboardInterrupt:
        _complain("interrupted")
        return 130
    except Exception as error:  # a status of 1 would say "different"
        _complain(f"{type(error).__name__}: {error}")
        return command.ERROR
    return status


def _complain(message: str) -> None:
    with contextlib.suppress(OSError, AttributeError):  # stderr may be closed
        print(f"tf-initcompat: {message}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
