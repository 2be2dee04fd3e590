"""What `convert` prints of the conversion of one file, and verifying the result."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tf_initcompat._internal.plural import counted
from tf_initcompat.cli import console

if TYPE_CHECKING:
    from tf_initcompat.cli.convert import Options
    from tf_initcompat.saved import Conversion
    from tf_initcompat.saved.changes import Change


def convert(source: Path, options: "Options") -> "Conversion":
    """Return the conversion of a model as the command line asks for it.

    Args:
      source: The model.
      options: The options.

    Raises:
      FileError: If it cannot be converted.
      OSError: If it cannot be read.
    """
    from tf_initcompat import saved

    return saved.convert(
        source,
        to=options.to,
        target_keras=options.target_keras,
        keep_weights=options.keep_weights,
        weights=options.weights,
        scope=options.scope,
        unsaved_interpolation=options.unsaved_interpolation,
    )


def is_doubtful(conversion: "Conversion") -> bool:
    """Return whether the result does not load, predicts differently or is dangerous, as far as the file shows."""
    return conversion.is_known_to_fail or bool(conversion.dangers)


def suffix_for(conversion: "Conversion") -> str:
    """Return the suffix of the result of a directory: that of an archive if the installed Keras can write it."""
    from tf_initcompat.saved.loading import installed

    try:
        is_writable = installed.target() is conversion.context.target and not conversion.obstacles
    except ImportError:
        is_writable = False
    return conversion.suffixes[0] if is_writable else conversion.container.suffixes[0]


def verify(conversion: "Conversion", target: Path, original: Path) -> bool:
    """Load the result, print what was observed, and return whether the result passes."""
    from tf_initcompat.saved import FileError
    from tf_initcompat.saved.loading import verification

    try:
        with conversion.comparable(original) as file:
            observations = verification.verify(conversion, target, file)
    except FileError as error:
        raise console.UsageError(str(error)) from error
    for observation in observations:
        print(f"{target}: {_printable(str(observation))}")
    return verification.is_passed(observations)


def print_changes(conversion: "Conversion", has_diff: bool) -> None:
    """Print what would change, with each config before and after if asked for."""
    if has_diff:
        print("".join(map(_diff, conversion.changes)), end="")
    print_summary(conversion, "would change")


def print_summary(conversion: "Conversion", verb: str) -> None:
    """Print what changes, and what the installed Keras does not load or computes differently."""
    initializers = {change.place for change in conversion.changes if change.is_initializer}
    others = {change.place for change in conversion.changes if not change.is_initializer}
    numbers = f"{counted(len(initializers), 'initializer')} and {counted(len(others), 'other config')}"
    print(f"{conversion.source}: {verb} {numbers}")
    for weights in conversion.weights:
        print(f"{conversion.source}: {_printable(str(weights))}")
    if conversion.uses_this_package:
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
