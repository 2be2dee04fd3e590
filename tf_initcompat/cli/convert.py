"""`tf-initcompat convert`: rewrite the legacy configs inside a saved model."""

import argparse
import dataclasses
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tf_initcompat._internal.plural import counted
from tf_initcompat.cli import console, conversions, convert_many
from tf_initcompat.saved.targets import TARGETS, TargetName

if TYPE_CHECKING:
    from tf_initcompat.saved import Conversion

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
  tf-initcompat convert model.json --weights weights.h5 new.keras
  tf-initcompat convert model.json --weights model.ckpt new.keras
  tf-initcompat convert models/ --out new_models/
  tf-initcompat convert --to shim --target-keras 3.0 model.json new.json

exit status:
  0  the file was converted, or needs no conversion
  1  the file would change (--check, --diff), or the result does not load, predicts differently or
      can run code or read other files
  2  an error occurred, and nothing was written; of many models at least one failed
  3  with --out: all were converted, and at least one result loads only with your code
"""


#: Additions that a plugin can register for this subcommand.
PLUGINS: Final = "upgrades"


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `convert`.

    Attributes:
      sources: The model, or several models and directories that hold them.
      target: File to write; None derives its name from the source.
      out: Directory to write; None if one model is converted.
      to: What legacy initializers become.
      target_keras: Version of Keras that loads the result; None is the installed Keras 3, or else the newest.
      check: Whether only the number of changes is printed.
      diff: Whether only the changes are printed.
      in_place: Whether the source is replaced.
      force: Whether an existing target is overwritten.
      verify: Whether the result is loaded; None does so if TensorFlow is installed.
      keep_weights: Whether a function of this package is used instead of other weights.
      weights: File or checkpoint with the weights of a .json file.
      scope: Name scope of the variables in the checkpoint; None if there is one model in it.
      unsaved_interpolation: Interpolation of UpSampling2D layers whose file does not name it.
    """

    sources: tuple[Path, ...]
    target: Path | None = None
    out: Path | None = None
    to: Literal["native", "shim"] = "native"
    target_keras: TargetName | None = None
    check: bool = False
    diff: bool = False
    in_place: bool = False
    force: bool = False
    verify: bool | None = None
    keep_weights: bool = False
    weights: Path | None = None
    scope: str | None = None
    unsaved_interpolation: Literal["nearest", "bilinear"] | None = None

    @property
    def source(self) -> Path:
        """The model, if it is one."""
        return self.sources[0]


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    parser.description = _DESCRIPTION
    parser.epilog = _EPILOG
    parser.add_argument("source", type=Path, metavar="IN", help="model to convert, or a directory of models")
    parser.add_argument(
        "others",
        type=Path,
        nargs="*",
        metavar="OUT",
        help="file to write (default: IN with .converted before its suffix; IN.keras for a SavedModel); "
        "with --out, another IN",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="directory for the results of many models")
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
        "--weights",
        type=Path,
        metavar="FILE",
        help="file or tf.train.Saver checkpoint with the weights of a .json file; the result is a .keras or .h5 file "
        "with both",
    )
    parser.add_argument(
        "--scope", metavar="NAME", help="name scope of the model's variables, if the checkpoint holds several models"
    )
    parser.add_argument(
        "--keep-weights",
        action="store_true",
        help="leave weights as they are where a function of this package computes the same; a program that loads the "
        "result then has to import tf_initcompat",
    )
    parser.add_argument(
        "--unsaved-interpolation",
        choices=("nearest", "bilinear"),
        help="interpolation of the UpSampling2D layers of TensorFlow 1.13 and 1.14, whose files do not name it "
        "(default: nearest, with a message)",
    )
    parser.add_argument(
        "--verify",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="load the result in a fresh process and compare its predictions (default: if TensorFlow is installed)",
    )


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line."""
    source: Path = namespace.source
    others: list[Path] = namespace.others
    if namespace.out is None and len(others) > 1:
        raise console.UsageError(f"{counted(len(others) + 1, 'file')}; pass --out DIR to convert several models")
    is_several = namespace.out is not None
    return Options(
        sources=(source, *others) if is_several else (source,),
        target=others[0] if others and not is_several else None,
        out=namespace.out,
        to=namespace.to,
        target_keras=namespace.target_keras,
        check=namespace.check,
        diff=namespace.diff,
        in_place=namespace.in_place,
        force=namespace.force,
        verify=namespace.verify,
        keep_weights=namespace.keep_weights,
        weights=namespace.weights,
        scope=namespace.scope,
        unsaved_interpolation=namespace.unsaved_interpolation,
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
    from tf_initcompat.saved import trees

    if options.scope is not None and options.weights is None:
        raise console.UsageError("--scope is for a checkpoint; pass it as --weights")
    source = options.source
    is_verified = _is_verified(options)
    if options.out is not None or trees.is_directory_of_models(source):
        _check_many(options)
        return convert_many.run(options, is_verified=is_verified)
    try:
        conversion = conversions.convert(source, options)
    except saved.FileError as error:
        raise console.UsageError(str(error)) from error
    except OSError as error:
        raise console.UsageError(f"{error.filename or source}: {error.strerror or error}") from error
    if options.check or options.diff:
        conversions.print_changes(conversion, options.diff)
        return console.FINDINGS if conversion.is_needed or conversions.is_doubtful(conversion) else console.CLEAN
    if not conversion.is_needed and options.target is None:
        conversions.print_summary(conversion, "changed")
        print(f"nothing written: {source} needs no conversion", file=sys.stderr)
        return console.FINDINGS if conversions.is_doubtful(conversion) else console.CLEAN
    target = _target(options, conversion)
    original = _write(conversion, target, options.in_place)
    conversions.print_summary(conversion, "changed")
    print(f"wrote {target}" + (f"; the original is {original}" if options.in_place else ""), file=sys.stderr)
    is_passed = not is_verified or conversions.verify(conversion, target, original)
    return console.CLEAN if is_passed and not conversions.is_doubtful(conversion) else console.FINDINGS


def _check_many(options: Options) -> None:
    """Raise UsageError if an option is for one model only."""
    if options.in_place or options.weights is not None or options.target is not None:
        raise console.UsageError("OUT, --in-place and --weights are for one model; pass --out DIR for a directory")
    if options.out is None and not options.check and not options.diff:
        raise console.UsageError(
            f"{options.source}: a directory, not a SavedModel; to convert the models in it, pass --out DIR, or --check"
        )
    if options.out is not None and (options.check or options.diff):
        raise console.UsageError("--check and --diff write nothing; omit --out")
    if options.out is not None and options.out.exists() and not options.out.is_dir():
        raise console.UsageError(f"{options.out} is not a directory; pass another --out")


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
    if options.in_place and not conversion.container.is_replaceable:
        raise console.UsageError(f"{source}: the result is a file of another kind; pass OUT")
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
    if not conversion.container.is_replaceable:
        return source.with_suffix(conversion.suffixes[0])
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
