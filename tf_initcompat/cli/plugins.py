"""The option `--plugin` of every subcommand: modules that register rules, checks, formats or upgrades."""

import argparse
import importlib
import os
import sys
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
    """Import the modules, which may lie in the current directory.

    Args:
      modules: Their names.

    Raises:
      UsageError: If a module cannot be imported.
    """
    for module in modules:
        if os.getcwd() not in sys.path:  # a console script does not search it
            sys.path.append(os.getcwd())  # behind, so that a file of the user's replaces no module
        try:
            importlib.import_module(module)
        except ImportError as error:
            is_file = module.endswith(".py")
            hint = f"; give the module's name: {module.removesuffix('.py').replace(os.sep, '.')}" if is_file else ""
            raise console.UsageError(f"--plugin {module}: {error}{hint}") from error
        except SystemExit as error:
            raise console.UsageError(f"--plugin {module}: it ended the process with {error.code!r}") from error
        except Exception as error:  # the user's code can raise anything
            raise console.UsageError(f"--plugin {module}: {type(error).__name__}: {error}") from error
