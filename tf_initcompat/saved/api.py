"""The public functions of `tf_initcompat.saved`. They import TensorFlow, Keras and h5py when they are called."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from tf_initcompat.saved import targets
from tf_initcompat.saved.containers.pair import Pair
from tf_initcompat.saved.context import Interpolation
from tf_initcompat.saved.conversion import Conversion, convert_file
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.loading.custom_objects import custom_objects, upgraded
from tf_initcompat.saved.loading.load_model import load_model
from tf_initcompat.saved.targets import TARGETS, TargetName

__all__ = ["Conversion", "FileError", "convert", "custom_objects", "load_model", "upgraded"]


def convert(
    path: str | os.PathLike[str],
    *,
    to: Literal["native", "shim"] = "native",
    target_keras: TargetName | None = None,
    keep_weights: bool = False,
    weights: str | os.PathLike[str] | None = None,
    scope: str | None = None,
    unsaved_interpolation: Literal["nearest", "bilinear"] | None = None,
) -> Conversion:
    """Convert a saved model for a version of Keras, without loading it.

    Nothing is written: the result has the changes, and writes them on request.

    Args:
      path: The .h5, .hdf5, .keras or .json file, or the SavedModel directory that tf.keras wrote. Its content decides
        which it is. The new file of a SavedModel is a .keras or .h5 file, and TensorFlow has to be installed.
      to: What legacy initializers become: "native" ones of Keras, or "shim", the wrappers of this package.
      target_keras: Version of Keras that has to load the result: "3.15", also for newer ones, "3.12" for those from
        3.1 to 3.14, "3.0" or "2". By default that of the installed Keras 3, and "3.15" if none is installed.
      keep_weights: Whether weights stay as they are where a function of this package can compute the same. A program
        that loads the result has to import `tf_initcompat`.
      weights: Weights of a .json file: the file that `save_weights` of Keras 1 or 2 wrote, or a checkpoint of
        `tf.train.Saver`. The new file is a .keras or .h5 file.
      scope: Name scope of the variables in a checkpoint that holds several models.
      unsaved_interpolation: Interpolation of the UpSampling2D layers of TensorFlow 1.13 and 1.14, whose files do not
        name it: "nearest" or "bilinear". By default "nearest", and a difference says so.

    Returns:
      The conversion. Its `changes`, `weights` and `differences` describe it, `write(path)` writes a new file, and
      `replace_source()` replaces the file and keeps a backup.

    Raises:
      FileError: If the file is not a model of Keras, is damaged or is dangerous, or if h5py is missing for an HDF5
        file.
      OSError: If the file cannot be read.
      ValueError: If `to`, `target_keras` or `unsaved_interpolation` is none of these values, or `scope` is passed
        without `weights`.

    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "model.json")
    >>> _ = path.write_text('{"class_name": "Dense", "config": {"kernel_initializer": "zeros_initializer"}}')
    >>> conversion = convert(path)
    >>> [(change.place, change.before, change.after) for change in conversion.changes]
    [('config.kernel_initializer', 'zeros_initializer', 'zeros')]
    >>> conversion.write(path.with_name("new.json"))
    >>> path.with_name("new.json").read_text()
    '{"class_name": "Dense", "config": {"kernel_initializer": "zeros"}}'
    >>> folder.cleanup()
    """
    forms = [form.value for form in Form]
    if to not in forms:
        raise ValueError(f"to must be {_alternatives(forms)}, not {to!r}")
    if target_keras is not None and target_keras not in tuple(TARGETS):
        raise ValueError(f"target_keras must be {_alternatives(TARGETS)}, not {target_keras!r}")
    interpolations = [interpolation.value for interpolation in Interpolation]
    if unsaved_interpolation is not None and unsaved_interpolation not in interpolations:
        raise ValueError(
            f"unsaved_interpolation must be {_alternatives(interpolations)}, not {unsaved_interpolation!r}"
        )
    target = targets.default() if target_keras is None else TARGETS[target_keras]
    if scope is not None and weights is None:
        raise ValueError("scope is the name scope in a checkpoint; pass the checkpoint as weights")
    pair = None if weights is None else Pair(Path(weights), scope)
    interpolation = None if unsaved_interpolation is None else Interpolation(unsaved_interpolation)
    return convert_file(Path(path), target, Form(to), keep_weights, pair=pair, unsaved_interpolation=interpolation)


def _alternatives(values: Iterable[str]) -> str:
    """Return a list of values such as "'a', 'b' or 'c'"."""
    *first, last = map(repr, values)
    return f"{', '.join(first)} or {last}"
