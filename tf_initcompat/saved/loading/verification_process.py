"""The program of the process that loads a converted model; `verification.verify` starts it."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from tf_initcompat.saved import containers
from tf_initcompat.saved.containers import Container
from tf_initcompat.saved.loading import installed, verification
from tf_initcompat.saved.loading.custom_objects import custom_objects
from tf_initcompat.saved.loading.verification import Observation, Outcome
from tf_initcompat.saved.targets import TARGETS, TargetName

#: Size substituted for unknown input dimensions, except the first, which counts examples.
_UNKNOWN_SIZE: Final = 4
_EXAMPLES: Final = 2
#: Maximum relative difference. Two models may add the same numbers in another order.
_TOLERANCE: Final = 1e-5


def _predict(model: Any) -> list[Any]:
    """Return the predictions on random input, an array for each output."""
    from tf_initcompat.wrappers.tensorflow import np

    random = np.random.RandomState(0)

    def sample(tensor: Any) -> Any:
        shape = [_EXAMPLES, *(_UNKNOWN_SIZE if size is None else size for size in tuple(tensor.shape)[1:])]
        is_float = "float" in str(tensor.dtype)
        return random.uniform(size=shape).astype("float32") if is_float else random.randint(0, 2, shape)

    inputs = [sample(tensor) for tensor in model.inputs]
    outputs = model(inputs[0] if len(inputs) == 1 else inputs, training=False)
    return [np.asarray(output) for output in installed.tensorflow().nest.flatten(outputs)]


def _difference(predicted: list[Any], expected: list[Any]) -> float:
    """Return the largest difference between the predictions of two models; infinity for another number of outputs."""
    if len(predicted) != len(expected):
        return float("inf")
    return max(map(_array_difference, expected, predicted), default=0.0)


def _array_difference(expected: Any, predicted: Any) -> float:
    """Return the largest difference, relative to values beyond 1; infinity for another shape."""
    from tf_initcompat.wrappers.tensorflow import np

    if expected.shape != predicted.shape:
        return float("inf")
    if expected.dtype.kind not in "fiub":
        return 0.0 if np.array_equal(expected, predicted) else float("inf")
    expected, predicted = expected.astype("float64"), predicted.astype("float64")
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    return float(np.max(np.abs(expected - predicted), initial=0.0)) / scale


def _reason(error: Exception) -> str:
    """Return the part of a Keras error that explains it."""
    reason = str(error).strip().rpartition("Exception encountered:")[2].strip().partition("\n")[0][:300]
    return f"{type(error).__name__}: {reason}"


def _load_original(path: Path) -> Any:
    """Load the original as it is; of a SavedModel its config and its weights."""
    container = containers.container_of(path)
    arguments = {"compile": False, "custom_objects": custom_objects()}
    if not container.is_directory:
        return installed.load(path, container, **arguments)
    with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as folder:
        copy = Path(folder, f"model{container.suffixes[0]}")
        container.write(path, copy, {})
        return installed.load(copy, container, **arguments)


def _observe(original: Path, converted: Path, container: Container) -> Iterator[Observation]:
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
        predicted = _predict(model)
    except Exception as error:
        yield Observation(Outcome.PREDICTION_FAILS, _reason(error))
        return
    try:
        expected = _predict(_load_original(original))
    except Exception as error:
        yield Observation(Outcome.ORIGINAL_FAILS, _reason(error))
        return
    difference = _difference(predicted, expected)
    outcome = Outcome.SAME if difference <= _TOLERANCE else Outcome.DIFFERENT
    yield Observation(outcome, f"{difference:.2g}")


def main(original: str, converted: str, version: TargetName) -> None:
    """Print the observations as JSON, on the last line."""
    is_keras_3 = installed.target().is_keras_3
    if is_keras_3 is not TARGETS[version].is_keras_3:
        reason = f"the file is for Keras {version}, and Keras {3 if is_keras_3 else 2} is installed"
        observations = [Observation(Outcome.OTHER_KERAS, reason)]
    else:
        path = Path(converted)
        observations = list(_observe(Path(original), path, containers.container_of(path)))
    print("\n" + verification.serialize(observations))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], cast(TargetName, sys.argv[3]))
