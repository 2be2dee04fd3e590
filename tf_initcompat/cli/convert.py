"""`tf-initcompat convert`: rewrites the initializer configs inside a saved model."""

import argparse
import dataclasses
import importlib.util
import itertools
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tf_initcompat._internal import atomic
from tf_initcompat._internal.plural import counted
from tf_initcompat.cli import console

if TYPE_CHECKING:
    from tf_initcompat.saved.containers.formats import Conversion
    from tf_initcompat.saved.nested import Change

_EXAMPLES = """\
examples:
  tf-initcompat convert --diff model.h5
  tf-initcompat convert model.h5 new.h5
  tf-initcompat convert --in-place model.keras     # keeps model.keras.orig
  tf-initcompat convert --to shim --target-keras 3.0 model.json new.json

Exit status: 0 converted (or nothing to convert), 1 would change (--check, --diff), or the result is known or seen not
to load, or to predict differently, 2 an error, and nothing is written.
"""


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `convert`.

    Attributes:
      source: The model.
      target: File to write; None derives its name from the source.
      to: What legacy initializers become.
      target_keras: Version of Keras that loads the result.
      check: Whether only the number of changes is printed.
      diff: Whether only the changes are printed.
      in_place: Whether the source is replaced.
      force: Whether an existing target is overwritten.
      verify: Whether the result is loaded; None does so if TensorFlow is installed.
    """

    source: Path
    target: Path | None = None
    to: Literal["native", "shim"] = "native"
    target_keras: str = "3.15"
    check: bool = False
    diff: bool = False
    in_place: bool = False
    force: bool = False
    verify: bool | None = None


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    parser.description = (
        "Rewrite the initializer configs inside a .h5, .hdf5, .keras or model .json file to native Keras\n"
        "3 ones, and the old layer configs around them, so that Keras 3 loads it. No weight is changed."
    )
    parser.epilog = _EXAMPLES
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


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line."""
    return Options(**{field.name: getattr(namespace, field.name) for field in dataclasses.fields(Options)})


def run(options: Options) -> int:
    """Run the subcommand.

    Args:
      options: The options.

    Returns:
      Exit status.

    Raises:
      UsageError: If the file cannot be converted, or the result cannot be written.
    """
    from tf_initcompat.saved import targets
    from tf_initcompat.saved.containers import formats
    from tf_initcompat.saved.errors import FileError

    source = options.source
    is_verified = _is_verified(options)
    try:
        conversion = formats.read(source, targets.TARGETS[options.target_keras], options.to)
    except FileError as error:
        raise console.UsageError(f"{source}: {error}") from error
    except OSError as error:
        raise console.UsageError(f"{source}: {error.strerror or error}") from error
    if options.check or options.diff:
        if options.diff:
            print("".join(_shown(change) for change in conversion.changes), end="")
        _say(conversion, "would change")
        return console.FINDINGS if conversion.changes or conversion.differences else console.CLEAN
    if not conversion.changes and options.target is None:
        _say(conversion, "changed")
        print(f"nothing written: {source} needs no conversion", file=sys.stderr)
        return console.FINDINGS if conversion.differences else console.CLEAN
    target = _target(options, conversion.kind)
    try:
        original = _write(conversion, target, options.in_place)
    except FileError as error:
        raise console.UsageError(f"{source}: {error}") from error
    except OSError as error:  # the name in it is that of the temporary file
        raise console.UsageError(f"{target}: {error.strerror or error}") from error
    _say(conversion, "changed")
    print(f"written {target}" + (f", the original is {original}" if options.in_place else ""), file=sys.stderr)
    passed = not is_verified or _verify(conversion._replace(source=original), target, options.target_keras)
    return console.CLEAN if passed and not conversion.differences else console.FINDINGS


def _is_verified(options: Options) -> bool:
    """Returns whether the result has to be loaded."""
    if options.target and (options.check or options.diff):
        raise console.UsageError("--check and --diff write nothing: give no OUT")
    is_installed = importlib.util.find_spec("tensorflow") is not None
    if options.verify and not is_installed:
        raise console.UsageError("--verify needs TensorFlow: pip install 'tf-initcompat[tf]'")
    return is_installed if options.verify is None else bool(options.verify)


def _target(options: Options, kind: str) -> Path:
    """Returns the file to write."""
    from tf_initcompat.saved.containers import formats

    source = options.source
    if options.in_place and options.target:
        raise console.UsageError("give either OUT or --in-place")
    default = source if options.in_place else source.with_name(f"{source.stem}.converted{source.suffix}")
    target: Path = options.target or default
    endings = formats.ENDINGS[kind]
    if target.suffix.lower() in set().union(*formats.ENDINGS.values()) - set(endings):
        raise console.UsageError(
            f"{target}: Keras chooses by the ending how to load a file, and this one needs {' or '.join(endings)}"
        )
    if options.in_place:
        return source
    if target.exists() and not target.is_file():
        raise console.UsageError(f"{target} is no regular file; give another OUT")
    if target.exists() and target.samefile(source):
        raise console.UsageError(f"{target} is IN itself; use --in-place")
    if target.exists() and not options.force:
        raise console.UsageError(f"{target} exists; give another OUT or --force")
    return target


def _write(conversion: "Conversion", target: Path, in_place: bool) -> Path:
    """Writes the result and returns where the original is."""
    original = conversion.source
    with atomic.replacement(target) as new:
        conversion.write(new)
        if in_place:
            names = (f"{target.name}.orig{number or ''}" for number in itertools.count())
            original = next(path for name in names if not os.path.lexists(path := target.with_name(name)))
            with atomic.replacement(original, like=target) as backup:
                shutil.copy2(target, backup)
    return original


def _verify(conversion: "Conversion", target: Path, version: str) -> bool:
    """Loads the result, tells what is seen, and returns whether it is as it should be."""
    from tf_initcompat.saved import targets
    from tf_initcompat.saved.loading import checking

    seen = checking.check(conversion, target, targets.TARGETS[version])
    for message in seen.messages:
        print(f"{target}: {_printable(message)}")
    return seen.passed


def _say(conversion: "Conversion", done: str) -> None:
    initializers = sum(change.what == "initializer" for change in conversion.changes)
    others = len(conversion.changes) - initializers
    print(f"{conversion.source}: {done} {counted(initializers, 'initializer')} and {counted(others, 'other config')}")
    for difference in conversion.differences:
        print(f"{conversion.source}: {_printable(difference)}")


def _printable(text: str) -> str:
    """Returns a text without what a file could do to a terminal."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _shown(change: "Change") -> str:
    before, after = (json.dumps(value) for value in (change.before, change.after))
    return f"{_printable(change.place)}\n- {before}\n+ {after}\n"
