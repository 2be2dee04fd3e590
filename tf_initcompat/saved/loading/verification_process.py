"""The program of the process that loads a converted model; `verification.verify` starts it."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from tf_initcompat.saved import containers
from tf_initcompat.saved.containers import Container
from tf_initcompat.saved.context import Interpolation
from tf_initcompat.saved.conversion import Conversion, convert_file
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.loading import comparison, installed, verification
from tf_initcompat.saved.loading.comparison import Inputs
from tf_initcompat.saved.loading.custom_objects import custom_objects
from tf_initcompat.saved.loading.verification import Observation, Outcome
from tf_initcompat.saved.targets import TARGETS, TargetName


def _reason(error: Exception) -> str:
    """Return the part of a Keras error that explains it."""
    reason = str(error).strip().rpartition("Exception encountered:")[2].strip().partition("\n")[0][:300]
    return f"{type(error).__name__}: {reason}"


def _as_it_is(original: Conversion) -> Any:
    """Load the original as it is, with custom objects; of a SavedModel its config and its weights."""
    container, path = original.container, original.source
    arguments = {"compile": False, "custom_objects": custom_objects()}
    if not container.is_directory:
        return installed.load(path, container, **arguments)
    with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as folder:
        copy = Path(folder, f"model{container.suffixes[0]}")
        container.write(path, copy, {})
        return installed.load(copy, container, **arguments)


def _upgraded(original: Conversion) -> Any:
    """Load a copy of the original with the wrappers, and its weights as they are wherever that is possible."""
    with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as folder:
        copy = Path(folder, f"model{original.container.suffixes[0]}")
        original.write(copy)
        return installed.load(copy, original.container, compile=False)


def _compare(original: Conversion, inputs: Inputs, predicted: list[Any]) -> Observation:
    """Compare predictions with those of the original, in the first way in which it loads and predicts.

    The original is not loaded as it is where this Keras might load it and compute something else: a layer or an
    activation that this package replaces, or weights that have to be changed and might fit by chance.
    """
    ways: list[tuple[Callable[[Conversion], Any], Outcome, Outcome]] = [
        (_upgraded, Outcome.SAME_AS_UPGRADED, Outcome.DIFFERENT_FROM_UPGRADED)
    ]
    if not original.weights and not original.uses_this_package:
        ways.insert(0, (_as_it_is, Outcome.SAME, Outcome.DIFFERENT))
    errors: list[Exception] = []
    for load, same, different in ways:
        try:
            model = load(original)
            expected = comparison.predict(model, inputs)
        except Exception as error:  # Keras raises exceptions of any type for what it does not load or call
            errors.append(error)
            continue
        difference = comparison.difference(predicted, expected)
        is_same = difference <= comparison.tolerance(model, inputs, expected, difference)
        return Observation(same if is_same else different, f"{difference:.2g}")
    return Observation(Outcome.ORIGINAL_FAILS, _reason(errors[0]))


def _observe(
    original: Path, converted: Path, container: Container, interpolation: Interpolation | None
) -> Iterator[Observation]:
    """Load both files and compare them. Keras raises exceptions of any type for what it does not load or call."""
    if not container.has_weights:
        try:
            installed.load(converted, container)
        except Exception as error:
            yield Observation(Outcome.FAILS, _reason(error))
        else:
            yield Observation(Outcome.WITHOUT_WEIGHTS)
        return
    try:
        model = installed.load(converted, container)
    except Exception as error:
        compile_error = _reason(error)
        try:
            model = installed.load(converted, container, compile=False)
        except Exception as error:
            yield Observation(Outcome.FAILS, _reason(error))
            return
        yield Observation(Outcome.TRAINING_FAILS, compile_error)
    try:
        inputs, predicted = comparison.first_prediction(model)
    except Exception as error:
        yield Observation(Outcome.PREDICTION_FAILS, _reason(error))
        return
    yield _compare(
        convert_file(original, installed.target(), Form.SHIM, True, unsaved_interpolation=interpolation),
        inputs,
        predicted,
    )


def main(original: str, converted: str, version: TargetName, interpolation: str = "") -> None:
    """Print the observations as JSON, on the last line."""
    is_keras_3 = installed.target().is_keras_3
    if is_keras_3 is not TARGETS[version].is_keras_3:
        reason = f"the file is for Keras {version}, and Keras {3 if is_keras_3 else 2} is installed"
        observations = [Observation(Outcome.OTHER_KERAS, reason)]
    else:
        path, unsaved = Path(converted), Interpolation(interpolation) if interpolation else None
        observations = list(_observe(Path(original), path, containers.container_of(path), unsaved))
    print("\n" + verification.serialize(observations))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], cast(TargetName, sys.argv[3]), *sys.argv[4:])
