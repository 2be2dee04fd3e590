"""`tf-initcompat convert`: rewrites the initializer configs inside a saved model."""

import argparse
import importlib.util
import itertools
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tf_initcompat import atomic, command

if TYPE_CHECKING:
    from tf_initcompat.saved.formats import Conversion
    from tf_initcompat.saved.nested import Change

_EXAMPLES = """\
examples:
  tf-initcompat convert --diff model.h5
  tf-initcompat convert model.h5 new.h5
  tf-initcompat convert --in-place model.keras     # keeps model.keras.orig
  tf-initcompat convert --to shim --target-keras 3.0 model.json new.json

Exit status: 0 converted (or nothing to convert), 1 would change (--check, --diff), or the result does not load or
predicts differently, 2 an error.
"""


def add_to(commands: Any) -> None:
    """Adds the subcommand to a parser's subcommands."""
    parser = commands.add_parser(
        "convert",
        help="rewrite legacy initializers inside a saved model",
        description="Rewrites the initializer configs inside a .h5, .hdf5, .keras or model .json file to native Keras\n"
        "3 ones, and the old layer configs around them, so that Keras 3 loads it. No weight is changed.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("source", type=Path, metavar="IN", help="the model")
    parser.add_argument("target", type=Path, nargs="?", metavar="OUT", help="the new file; default: IN's name with "
        ".converted before its ending")  # fmt: skip
    parser.add_argument("--to", choices=("native", "shim"), default="native", help="plain Keras (default), or the "
        "wrappers, which start as the legacy initializers did")  # fmt: skip
    parser.add_argument("--target-keras", choices=("3.15", "3.0", "2"), default="3.15", help="default: 3.15")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="only say how much would change")
    how.add_argument("--diff", action="store_true", help="only show each config before and after")
    how.add_argument("--in-place", action="store_true", help="replace IN, and keep it as IN.orig")
    parser.add_argument("--force", action="store_true", help="overwrite OUT")
    parser.add_argument("--verify", action=argparse.BooleanOptionalAction, default=None, help="load the result in a "
        "fresh process and compare its predictions; default where TensorFlow is installed")  # fmt: skip
    parser.set_defaults(run=convert)


def convert(options: argparse.Namespace) -> int:
    """Runs the subcommand.

    Args:
      options: The parsed arguments.

    Returns:
      Exit status.

    Raises:
      UsageError: If the file cannot be converted, or the result cannot be written.
    """
    from tf_initcompat.saved import formats, targets
    from tf_initcompat.saved.errors import FileError

    source: Path = options.source
    try:
        conversion = formats.read(source, targets.TARGETS[options.target_keras], options.to)
        if options.check or options.diff:
            if options.diff:
                print("".join(_shown(change) for change in conversion.changes), end="")
            _say(conversion, "would change")
            return command.DIFFERENT if conversion.changes else command.SAME
        if not conversion.changes and options.target is None:
            _say(conversion, "changed")
            return command.SAME
        target = _target(options)
        original = _write(conversion, target, options.in_place)
    except FileError as error:
        raise command.UsageError(f"{source}: {error}") from error
    except OSError as error:
        raise command.UsageError(f"{error.filename or source}: {error.strerror or error}") from error
    _say(conversion, "changed")
    print(f"written {target}" + (f", the original is {original}" if options.in_place else ""), file=sys.stderr)
    return _verify(conversion._replace(source=original), target, options)


def _target(options: argparse.Namespace) -> Path:
    """Returns the file to write."""
    source: Path = options.source
    if options.in_place:
        if options.target:
            raise command.UsageError("give either OUT or --in-place")
        return source
    target: Path = options.target or source.with_name(f"{source.stem}.converted{source.suffix}")
    if target.exists() and target.samefile(source):
        raise command.UsageError(f"{target} is IN itself; use --in-place")
    if target.exists() and not options.force:
        raise command.UsageError(f"{target} exists; give another OUT or --force")
    return target


def _write(conversion: "Conversion", target: Path, in_place: bool) -> Path:
    """Writes the result and returns where the original is."""
    original = conversion.source
    with atomic.replacement(target) as new:
        conversion.write(new)
        if in_place:
            names = (f"{target.name}.orig{number or ''}" for number in itertools.count())
            original = next(path for name in names if not (path := target.with_name(name)).exists())
            shutil.copy2(target, original)
    return original


def _verify(conversion: "Conversion", target: Path, options: argparse.Namespace) -> int:
    from tf_initcompat.saved import loading, targets

    is_installed = importlib.util.find_spec("tensorflow") is not None
    if options.verify and not is_installed:
        raise command.UsageError("--verify needs TensorFlow: pip install 'tf-initcompat[tf]'")
    if not (is_installed if options.verify is None else options.verify):
        return command.SAME
    seen = loading.check(conversion, target, targets.TARGETS[options.target_keras])
    for message in seen.messages:
        print(f"{target}: {message}")
    return command.SAME if seen.passed else command.DIFFERENT


def _say(conversion: "Conversion", done: str) -> None:
    initializers = sum(change.what == "initializer" for change in conversion.changes)
    others = len(conversion.changes) - initializers
    print(f"{conversion.source}: {done} {initializers:,} initializers and {others:,} other configs")


def _shown(change: "Change") -> str:
    before, after = (json.dumps(value) for value in (change.before, change.after))
    return f"{change.place}\n- {before}\n+ {after}\n"
