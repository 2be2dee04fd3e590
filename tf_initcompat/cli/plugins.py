"""The option `--plugin`: modules of the user that register rules, formats, checks, reports or upgrades."""

import argparse
import importlib
from collections.abc import Iterable

from tf_initcompat.cli import console


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add the option to the parser of a subcommand."""
    parser.add_argument(
        "--plugin",
        action="append",
        default=[],
        metavar="MODULE",
        help="import this module, which registers rules, checks, formats or upgrades of your own; repeatable",
    )


def load(modules: Iterable[str]) -> None:
    """Import the modules.

    Args:
      modules: Their names.

    Raises:
      UsageError: If a module cannot be imported.
    """
    for module in modules:
        try:
            importlib.import_module(module)
        except ImportError as error:
            raise console.UsageError(f"--plugin {module}: {error}") from error
        except Exception as error:  # the user's code can raise anything
            raise console.UsageError(f"--plugin {module}: {type(error).__name__}: {error}") from error
