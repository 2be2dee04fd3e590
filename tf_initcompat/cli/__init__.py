"""The command line: `tf-initcompat scan | migrate | verify | convert | explain`.

Only the module of the chosen subcommand is imported, and TensorFlow only in worker processes.
"""

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from tf_initcompat._internal.plugins import PluginError
from tf_initcompat.cli import console, plugins

#: Subcommands with their one-line help, in the order of `--help`. Each is a module of this package with a frozen
#: dataclass `Options`, the functions `add_to(parser)`, `make_options(namespace)` and `run(options)`, and the constant
#: `PLUGINS`, which says what a plugin can add.
SUBCOMMANDS: Final = {
    "scan": "find legacy initializers in source files and notebooks",
    "migrate": "rewrite legacy initializers in source files and notebooks",
    "verify": "prove the wrappers equal to the legacy symbols of the installed TensorFlow",
    "convert": "rewrite legacy initializers inside a saved model",
    "explain": "explain a rule, a symbol or an error message",
}


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise console.UsageError(f"{message}\n{self.format_usage().strip()}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
      arguments: The arguments, by default those of the process.

    Returns:
      Exit status: 0 for no findings, 1 for findings, 2 for an error.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # source lines print on any terminal
            stream.reconfigure(errors="backslashreplace")
    # Also covers errors raised while parsing. No option takes a value that starts with two dashes.
    shows_traceback = "--traceback" in given
    try:
        return _run(given)
    except (console.UsageError, PluginError) as error:
        console.print_error(str(error), error if shows_traceback else None)
        return console.ERROR
    except BrokenPipeError:  # the reader of the pipe stopped reading, for example `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return console.ERROR
    except KeyboardInterrupt as error:
        console.print_error("interrupted", error if shows_traceback else None)
        return console.INTERRUPTED
    except (OSError, MemoryError) as error:  # the machine's fault, for example a full disk
        message = f"{type(error).__name__}: {error}"
        console.print_error(message, error if shows_traceback else None)
        return console.ERROR
    except Exception as error:  # anything else is a bug; an exit status of 1 would mean "findings"
        console.print_error(console.bug_message(error), error if shows_traceback else None)
        return console.ERROR


def _run(arguments: Sequence[str]) -> int:
    # The options before the subcommand take no values.
    chosen = next((argument for argument in arguments if not argument.startswith("-")), None)
    if chosen is not None and chosen not in SUBCOMMANDS:
        hint = console.suggestion(chosen, SUBCOMMANDS) or f"; choose from {', '.join(SUBCOMMANDS)}"
        raise console.UsageError(f"unknown command {chosen!r}{hint}")
    parser, subparsers = _make_parser()
    if chosen is None:
        parser.parse_args(arguments)  # prints the help or the version, or raises
        raise AssertionError("a command is required")
    subcommand = importlib.import_module(f"{__name__}.{chosen}")
    subparser = subparsers[chosen]
    # First, since a plugin may add a choice to an option.
    plugins.load(_named_plugins(arguments))
    subcommand.add_to(subparser)
    plugins.add_option(subparser, subcommand.PLUGINS)
    subparser.add_argument("--traceback", action="store_true", help="show the Python traceback of an error")
    first, *others = arguments
    # Files may stand on both sides of an option. A parser with subcommands cannot do that.
    if first == chosen:
        namespace, unknown = subparser.parse_known_intermixed_args(others)
    else:
        namespace, unknown = parser.parse_known_args(arguments)
    if unknown:
        subparser.error(f"unrecognized arguments: {' '.join(unknown)}{_hint(unknown, subparser)}")
    status: int = subcommand.run(subcommand.make_options(namespace))
    return status


def _named_plugins(arguments: Sequence[str]) -> list[str]:
    """Return the values of `--plugin`."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    plugins.add_option(parser, "")
    try:
        modules: list[str] = parser.parse_known_args(arguments)[0].plugin
    except console.UsageError:  # the subcommand's own parser reports it
        return []
    return modules


def _make_parser() -> tuple[_Parser, dict[str, _Parser]]:
    """Return the parser of the command line and the parsers of its subcommands, without their arguments."""
    from tf_initcompat import __version__

    parser = _Parser(
        prog="tf-initcompat",
        description="Move TensorFlow 1 weight initializers to TensorFlow 2 and Keras 3.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    subparsers = {
        name: commands.add_parser(
            name, help=summary, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
        )
        for name, summary in SUBCOMMANDS.items()
    }
    return parser, subparsers


def _hint(unknown: Sequence[str], parser: _Parser) -> str:
    """Return a suggestion for the first misspelt option, or an empty string."""
    # The usage line is the public list of a parser's options.
    options = [word.strip("[]|(),") for word in parser.format_usage().split()]
    options = [word for word in options if word.startswith("--")]
    hints = (console.suggestion(word.partition("=")[0], options) for word in unknown if word.startswith("-"))
    return next(filter(None, hints), "")


if __name__ == "__main__":
    sys.exit(main())
