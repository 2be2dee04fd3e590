"""Measure how the installed Keras loads the models of all makers, before and after conversion.

    python tests/saved/eras/measure.py [MAKER ...]

writes its part of `docs/eras.json`, from which `docs/tables.py` makes the table of the documentation. The tests convert
the same models and compare them with this record.
"""

import dataclasses
import enum
import functools
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import tensorflow as tf

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from saved.eras import archives
from saved.eras.make import MAKERS

from tf_initcompat import saved
from tf_initcompat.saved.loading import installed

RECORD: Final = Path(__file__).parents[3] / "docs" / "eras.json"
#: Maximum difference of predictions that are the maker's: two versions add the same numbers in another order.
TOLERANCE: Final = 1e-5


class Outcome(enum.Enum):
    """Result of loading a model and predicting."""

    SAME = "same"
    DIFFERENT = "different"
    FAILS = "fails"


@dataclasses.dataclass(frozen=True)
class Converted:
    """A converted model.

    Attributes:
      outcome: Result of loading it and predicting.
      reported: Names of the differences that the converter reports; the error of a file that it refuses.
    """

    outcome: Outcome
    reported: tuple[str, ...] = ()


def chosen() -> list[tuple[str, str]]:
    """Return the makers and names of the models that are loaded here.

    The newest Keras loads all of them, in about a minute. The others are slower. They load one model of each kind, of
    the makers in turn, so that each kind and each maker occurs. With `TF_INITCOMPAT_ERAS=all` they load all.
    """
    is_whole = os.environ.get("TF_INITCOMPAT_ERAS") == "all" or installation() == "3.15"
    return archives.everything() if is_whole else archives.one_of_each_kind()


def source(maker: str, name: str, folder: Path) -> Path:
    """Write the file of a model into a folder."""
    path = folder / f"{name}.h5"
    path.write_bytes(archives.files(maker)[path.name])
    return path


def loaded(path: Path, maker: str, name: str) -> Outcome:
    """Load a model with its training configuration and compare its predictions with the maker's.

    The Keras of each version raises other errors for files that it does not load or cannot call.
    """
    inputs, expected = archives.inputs(maker, name), archives.predictions(maker, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = tf.keras.models.load_model(path)
            outputs = tf.nest.flatten(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    except Exception:
        return Outcome.FAILS
    return Outcome.SAME if _difference(outputs, expected) < TOLERANCE else Outcome.DIFFERENT


def _difference(outputs: list[Any], expected: list[archives.Array]) -> float:
    """Return the largest difference; infinity for other shapes."""
    if [tuple(output.shape) for output in outputs] != [array.shape for array in expected]:
        return float("inf")
    return max(float(np.abs(np.asarray(new) - old).max()) for new, old in zip(outputs, expected, strict=True))


def converted(maker: str, name: str, folder: Path) -> Converted:
    """Convert a model, load it and compare its predictions with the maker's."""
    target = folder / f"new.{name}.h5"
    try:
        conversion = saved.convert(source(maker, name, folder), target_keras=installed.target().version)
        conversion.write(target)
    except saved.FileError as error:
        return Converted(Outcome.FAILS, (str(error).partition(": ")[2],))
    return Converted(
        loaded(target, maker, name), tuple(dict.fromkeys(each.rule.name for each in conversion.differences))
    )


def measure(maker: str, folder: Path, plain: dict[str, int] | None) -> dict[str, Any]:
    """Return the figures of a maker, and the models that are not as its own.

    Args:
      maker: The maker.
      folder: Folder for files.
      plain: Figures of the files as they are, if they are known: nothing but Keras changes them.
    """
    names = [name for own, name in chosen() if own == maker]
    if plain is None:
        outcomes = [loaded(source(maker, name, folder), maker, name) for name in names]
        plain = {"loads": len(names) - outcomes.count(Outcome.FAILS), "same": outcomes.count(Outcome.SAME)}
    new = {name: converted(maker, name, folder) for name in names}
    others = {name: each for name, each in new.items() if each != Converted(Outcome.SAME)}
    return {
        "models": len(names),
        "plain": plain,
        "others": {name: [each.outcome.value, *each.reported] for name, each in others.items()},
    }


@functools.cache
def record() -> dict[str, Any]:
    """Return the record by the version of Keras that stands for the installations."""
    found: dict[str, Any] = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    return found


def read() -> dict[str, Any]:
    """Return the record of the installed Keras by the maker; that of the newest Keras for one that is newer."""
    newest = max((name for name in record() if name.startswith("3.")), key=lambda name: int(name.partition(".")[2]))
    found: dict[str, Any] = record().get(installation(), record()[newest])["makers"]
    return found


def installation() -> str:
    """Return the name of the installed Keras in the record: its target, or "tf_keras"."""
    return "tf_keras" if tf.keras.Model.__module__.startswith("tf_keras") else installed.target().version


def main(*names: str) -> None:
    """Measure some makers, by default all, and write the record."""
    old = record().get(installation(), {"makers": {}})["makers"]
    makers = {maker: old[maker] for maker in MAKERS if maker in old}
    for maker in names or MAKERS:
        with tempfile.TemporaryDirectory() as folder:
            makers[maker] = measure(maker, Path(folder), old.get(maker, {}).get("plain"))
        print(maker, makers[maker], flush=True)
    module = tf.keras.Model.__module__.partition(".")[0]
    new = {"keras": f"{module} {sys.modules[module].__version__}", "makers": makers}
    RECORD.write_text(json.dumps({**record(), installation(): new}, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
