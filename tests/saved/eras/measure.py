"""Measure how the installed Keras loads the models of all makers, before and after conversion.

    python tests/saved/eras/measure.py

writes its part of `docs/eras.json`, from which `docs/tables.py` makes the table of the documentation. The tests convert
the same models and compare them with this record.
"""

import dataclasses
import enum
import functools
import json
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
from tf_initcompat.saved.loading import installed, verification, verification_process

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
        conversion = saved.convert(source(maker, name, folder))
        conversion.write(target)
    except saved.FileError as error:
        return Converted(Outcome.FAILS, (str(error).partition(": ")[2],))
    return Converted(
        loaded(target, maker, name), tuple(dict.fromkeys(each.rule.name for each in conversion.differences))
    )


def is_verified(maker: str, name: str, folder: Path) -> bool:
    """Return whether a converted file passes the verification of the command line."""
    path = folder / f"{name}.h5"
    conversion = saved.convert(path)
    observe = verification_process.observe
    return verification.is_passed(list(observe(path, folder / f"new.{name}.h5", conversion.container)))


def measure(maker: str, folder: Path) -> dict[str, Any]:
    """Return the figures of a maker, and the models that are not as its own."""
    names = list(archives.made(maker)["forms"])
    plain = {name: loaded(source(maker, name, folder), maker, name) for name in names}
    new = {name: converted(maker, name, folder) for name in names}
    same = [name for name in names if new[name].outcome is Outcome.SAME]
    return {
        "models": len(names),
        "plain": {
            "loads": len(names) - list(plain.values()).count(Outcome.FAILS),
            "same": list(plain.values()).count(Outcome.SAME),
        },
        "others": {
            name: [each.outcome.value, *each.reported] for name, each in new.items() if each != Converted(Outcome.SAME)
        },
        "not_verified": [name for name in same if not is_verified(maker, name, folder)],
    }


@functools.cache
def record() -> dict[str, Any]:
    """Return the record by the version of Keras that stands for the installations."""
    found: dict[str, Any] = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    return found


def read() -> dict[str, Any]:
    """Return the record of the installed Keras by the maker."""
    found: dict[str, Any] = record()[installed.target().version]["makers"]
    return found


def main() -> None:
    """Measure all makers and write the record."""
    makers: dict[str, Any] = {}
    for maker in MAKERS:
        with tempfile.TemporaryDirectory() as folder:
            makers[maker] = measure(maker, Path(folder))
        print(maker, makers[maker], flush=True)
    module = tf.keras.Model.__module__.partition(".")[0]
    new = {"keras": f"{module} {sys.modules[module].__version__}", "makers": makers}
    RECORD.write_text(json.dumps({**record(), installed.target().version: new}, indent=1) + "\n")


if __name__ == "__main__":
    main()
