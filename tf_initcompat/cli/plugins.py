"""The option `--plugin`, by which a user names modules that register rules of their own."""

import argparse
import importlib
from collections.abc import Iterable

from tf_initcompat.cli import console


def add_option(parser: argparse.ArgumentParser, registered: str) -> None:
    """Add the option to the parser of a subcommand.

    Args:
      parser: The parser.
      registered: What a plugin can register, for the help.
    """
    parser.add_argument(
        "--plugin",
        action="append",
        default=[],
        metavar="MODULE",
        help=f"import this module, which registers further {registered}; repeatable",
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
