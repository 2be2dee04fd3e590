"""`tf-initcompat convert`: rewrite the legacy configs inside a saved model."""

import argparse
import dataclasses
import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tf_initcompat._internal.plural import counted
from tf_initcompat.cli import console
from tf_initcompat.saved.targets import TARGETS, TargetName

if TYPE_CHECKING:
    from tf_initcompat.saved import Conversion
    from tf_initcompat.saved.changes import Change

_DESCRIPTION = """\
Rewrite a .h5, .hdf5, .keras or .json model, or a SavedModel directory of tf.keras, so that Keras 3
loads it. Legacy initializers become native ones, and old configs of layers their newer form.
Weights change only where Keras 3 computes a layer in another way; the output names them.
"""
_EPILOG = """\
examples:
  tf-initcompat convert --diff model.h5
  tf-initcompat convert model.h5 new.h5
  tf-initcompat convert --in-place model.keras     # keeps model.keras.orig
  tf-initcompat convert saved_model/               # writes saved_model.keras
  tf-initcompat convert --to shim --target-keras 3.0 model.json new.json

exit status:
  0  the file was converted, or needs no conversion
  1  the file would change (--check, --diff), or the result does not load, predicts differently or
     can run code or read other files
  2  an error occurred, and nothing was written
"""


#: Additions that a plugin can register for this subcommand.
PLUGINS: Final = "upgrades"


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `convert`.

    Attributes:
      source: The model.
      target: File to write; None derives its name from the source.
      to: What legacy initializers become.
      target_keras: Version of Keras that loads the result; None is the installed Keras 3, or else the newest.
      check: Whether only the number of changes is printed.
      diff: Whether only the changes are printed.
      in_place: Whether the source is replaced.
      force: Whether an existing target is overwritten.
      verify: Whether the result is loaded; None does so if TensorFlow is installed.
      keep_weights: Whether a function of this package is used instead of other weights.
    """

    source: Path
    target: Path | None = None
    to: Literal["native", "shim"] = "native"
    target_keras: TargetName | None = None
    check: bool = False
    diff: bool = False
    in_place: bool = False
    force: bool = False
    verify: bool | None = None
    keep_weights: bool = False


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    parser.description = _DESCRIPTION
    parser.epilog = _EPILOG
    parser.add_argument("source", type=Path, metavar="IN", help="model to convert")
    parser.add_argument(
        "target",
        type=Path,
        nargs="?",
        metavar="OUT",
        help="file to write (default: IN with .converted before its suffix; IN.keras for a directory)",
    )
    parser.add_argument(
        "--to",
        choices=("native", "shim"),
        default="native",
        help="replace legacy initializers by native ones of Keras (default) or by the wrappers of this package",
    )
    parser.add_argument(
        "--target-keras",
        choices=tuple(TARGETS),
        help="version of Keras that loads the result; 3.15 also stands for newer ones, 3.12 for those from 3.1 to 3.14 "
        "(default: that of the installed Keras 3, or 3.15)",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="print the number of changes and write nothing")
    mode.add_argument("--diff", action="store_true", help="print each config before and after, and write nothing")
    mode.add_argument("--in-place", action="store_true", help="replace IN, and keep the original as IN.orig")
    parser.add_argument("--force", action="store_true", help="overwrite OUT if it exists")
    parser.add_argument(
        "--keep-weights",
        action="store_true",
        help="leave weights as they are where a function of this package computes the same; a program that loads the "
        "result then has to import tf_initcompat",
    )
    parser.add_argument(
        "--verify",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="load the result in a fresh process and compare its predictions (default: if TensorFlow is installed)",
    )


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line."""
    return Options(
        source=namespace.source,
        target=namespace.target,
        to=namespace.to,
        target_keras=namespace.target_keras,
        check=namespace.check,
        diff=namespace.diff,
        in_place=namespace.in_place,
        force=namespace.force,
        verify=namespace.verify,
        keep_weights=namespace.keep_weights,
    )


@console.ends_cleanly()
def run(options: Options) -> int:
    """Run the subcommand.

    Args:
      options: The options.

    Returns:
      Exit status.

    Raises:
      UsageError: If the file cannot be converted, or the result cannot be written.
    """
    from tf_initcompat import saved

    source = options.source
    is_verified = _is_verified(options)
    try:
        conversion = saved.convert(
            source, to=options.to, target_keras=options.target_keras, keep_weights=options.keep_weights
        )
    except saved.FileError as error:
        raise console.UsageError(str(error)) from error
    except OSError as error:
        raise console.UsageError(f"{source}: {error.strerror or error}") from error
    if options.check or options.diff:
        if options.diff:
            print("".join(map(_diff, conversion.changes)), end="")
        _print_summary(conversion, "would change")
        return console.FINDINGS if conversion.is_needed or _is_doubtful(conversion) else console.CLEAN
    if not conversion.is_needed and options.target is None:
        _print_summary(conversion, "changed")
        print(f"nothing written: {source} needs no conversion", file=sys.stderr)
        return console.FINDINGS if _is_doubtful(conversion) else console.CLEAN
    target = _target(options, conversion)
    original = _write(conversion, target, options.in_place)
    _print_summary(conversion, "changed")
    print(f"wrote {target}" + (f"; the original is {original}" if options.in_place else ""), file=sys.stderr)
    is_passed = not is_verified or _verify(conversion, target, original)
    return console.CLEAN if is_passed and not _is_doubtful(conversion) else console.FINDINGS


def _is_doubtful(conversion: "Conversion") -> bool:
    """Return whether the result does not load, predicts differently or is dangerous, as far as the file shows."""
    return conversion.is_known_to_fail or bool(conversion.dangers)


def _is_verified(options: Options) -> bool:
    """Return whether the result has to be loaded."""
    if options.target and (options.check or options.diff):
        raise console.UsageError("--check and --diff write nothing; omit OUT")
    is_installed = importlib.util.find_spec("tensorflow") is not None
    if options.verify and not is_installed:
        raise console.UsageError("--verify needs TensorFlow: pip install 'tf-initcompat[tf]'")
    return is_installed if options.verify is None else options.verify


def _target(options: Options, conversion: "Conversion") -> Path:
    """Return the file to write."""
    from tf_initcompat.saved import containers

    source = options.source
    if options.in_place and options.target:
        raise console.UsageError("pass either OUT or --in-place")
    if options.in_place and conversion.container.is_directory:
        raise console.UsageError(f"{source}: a directory is not replaced by a file; pass OUT")
    target = options.target or _default_target(source, conversion)
    own = conversion.container.suffixes if options.in_place else conversion.suffixes
    others = {suffix for container in containers.REGISTRY for suffix in container.suffixes if suffix not in own}
    if target.suffix.lower() in others:
        raise console.UsageError(
            f"{target}: Keras chooses by the suffix how to load a file, and this one needs {' or '.join(own)}"
        )
    if options.in_place:
        return source
    if target.exists() and not target.is_file():
        raise console.UsageError(f"{target} is not a regular file; pass another OUT")
    if target.exists() and target.samefile(source):
        raise console.UsageError(f"{target} is IN itself; use --in-place")
    if target.exists() and not options.force:
        raise console.UsageError(f"{target} exists; pass another OUT, or --force")
    return target


def _default_target(source: Path, conversion: "Conversion") -> Path:
    """Return the file to write if the command line names none."""
    if conversion.container.is_directory:
        folder = source if source.name not in ("", "..") else source.resolve()
        return folder.with_name(f"{folder.name}{conversion.suffixes[0]}")
    return source.with_name(f"{source.stem}.converted{source.suffix}")


def _write(conversion: "Conversion", target: Path, in_place: bool) -> Path:
    """Write the result, and return the path of the original."""
    from tf_initcompat.saved import FileError

    try:
        if in_place:
            return conversion.replace_source()
        conversion.write(target)
        return conversion.source
    except FileError as error:
        raise console.UsageError(str(error)) from error
    except OSError as error:  # it names the temporary file
        raise console.UsageError(f"{target}: {error.strerror or error}") from error


def _verify(conversion: "Conversion", target: Path, original: Path) -> bool:
    """Load the result, print what was observed, and return whether the result passes."""
    from tf_initcompat.saved import FileError
    from tf_initcompat.saved.loading import verification

    try:
        observations = verification.verify(conversion, target, original)
    except FileError as error:
        raise console.UsageError(str(error)) from error
    for observation in observations:
        print(f"{target}: {_printable(str(observation))}")
    return verification.is_passed(observations)


def _print_summary(conversion: "Conversion", verb: str) -> None:
    initializers = {change.place for change in conversion.changes if change.is_initializer}
    others = {change.place for change in conversion.changes if not change.is_initializer}
    numbers = f"{counted(len(initializers), 'initializer')} and {counted(len(others), 'other config')}"
    print(f"{conversion.source}: {verb} {numbers}")
    for weights in conversion.weights:
        print(f"{conversion.source}: {_printable(str(weights))}")
    if conversion.uses_functions_of_this_package:
        print(f"{conversion.source}: a program that loads the result has to import tf_initcompat")
    for danger in conversion.dangers:
        print(f"{conversion.source}: DANGER: {_printable(str(danger))}")
    for note in conversion.notes:
        print(f"{conversion.source}: {note}")
    for difference in conversion.differences:
        print(f"{conversion.source}: {_printable(str(difference))}")


def _printable(text: str) -> str:
    """Return a text without characters by which a file could control the terminal."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def _diff(change: "Change") -> str:
    from tf_initcompat.saved.values import ABSENT

    place = _printable(change.place) or "top level"
    before = "" if change.before is ABSENT else f"- {json.dumps(change.before)}\n"
    return f"{place}: {change.upgrade}\n{before}+ {json.dumps(change.after)}\n"
