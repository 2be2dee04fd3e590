"""The process that loads a converted model; `checking.check` starts it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tf_initcompat.saved.loading.checking import Check

#: Of an input dimension that the model leaves open.
_OPEN: Final = 4
#: Two processes may add in another order.
_TOLERANCE: Final = 1e-5


def _load(path: str, kind: str, **arguments: Any) -> Any:
    from tf_initcompat.wrappers.tensorflow import tf

    if kind == "json":
        return tf.keras.models.model_from_json(Path(path).read_text("utf-8"))
    return tf.keras.models.load_model(path, **arguments)


def _predict(model: Any) -> list[Any]:
    """Returns the predictions on random input, each output's."""
    from tf_initcompat.wrappers.tensorflow import np, tf

    random = np.random.RandomState(0)

    def sample(tensor: Any) -> Any:
        shape = [2, *(_OPEN if one is None else one for one in tuple(tensor.shape)[1:])]
        is_float = "float" in str(tensor.dtype)
        return random.uniform(size=shape).astype("float32") if is_float else random.randint(0, 2, shape)

    inputs = [sample(tensor) for tensor in model.inputs]
    outputs = model(inputs[0] if len(inputs) == 1 else inputs, training=False)
    return [np.asarray(one) for one in tf.nest.flatten(outputs)]


def _difference(one: Any, other: Any) -> float:
    """Returns the largest difference, relative to values beyond 1; infinity for another shape."""
    from tf_initcompat.wrappers.tensorflow import np

    if one.shape != other.shape:
        return float("inf")
    if one.dtype.kind not in "fiub":
        return 0.0 if np.array_equal(one, other) else float("inf")
    one, other = one.astype("float64"), other.astype("float64")
    scale = max(1.0, float(np.max(np.abs(one), initial=0.0)))
    return float(np.max(np.abs(one - other), initial=0.0)) / scale


def _reason(error: Exception) -> str:
    """Returns the sentence of a Keras error that says why."""
    reason = str(error).strip().rpartition("Exception encountered:")[2].strip().partition("\n")[0][:300]
    return f"{type(error).__name__}: {reason}"


def _see(source: str, target_file: str, kind: str) -> Iterator[tuple[bool, str]]:
    """Loads both files and compares them; yields whether what is seen is as it should be, and what it is."""
    from tf_initcompat.saved.loading.objects import custom_objects

    try:
        try:
            model = _load(target_file, kind)
        except Exception as error:
            if kind == "json":
                raise
            model = _load(target_file, kind, compile=False)
            yield False, f"loads with compile=False only, its training configuration does not: {_reason(error)}"
    except Exception as error:
        yield False, f"does not load: {_reason(error)}"
        return
    if kind == "json":
        yield True, "loads; a .json file holds no weights, so there are no predictions"
        return
    try:
        made = _predict(model)
    except Exception as error:
        yield False, f"loads; predictions could not be made: {_reason(error)}"
        return
    try:
        before = _predict(_load(source, kind, compile=False, custom_objects=custom_objects()))
    except Exception as error:
        reason = _reason(error)
        yield (
            True,
            f"loads and predicts; the original does not, even with custom_objects: nothing was compared: {reason}",
        )
        return
    difference = max(map(_difference, before, made), default=0.0) if len(before) == len(made) else float("inf")
    is_same = difference <= _TOLERANCE
    verdict = "predicts as" if is_same else "PREDICTS DIFFERENTLY from what"
    yield (
        is_same,
        f"loads, and {verdict} the original does in this Keras with custom_objects (difference {difference:.2g})",
    )


def main(source: str, target_file: str, kind: str, version: str) -> None:
    """Prints what is seen, as JSON."""
    import tf_initcompat  # noqa: F401  registers the wrappers with Keras
    from tf_initcompat.wrappers import seeds

    if seeds.is_keras_3() is (version == "2"):
        installed = 3 if version == "2" else 2
        seen = [(True, f"not loaded: it is for Keras {version}, installed is Keras {installed}")]
    else:
        seen = list(_see(source, target_file, kind))
    print("\n" + json.dumps(Check(all(passed for passed, _ in seen), [message for _, message in seen])._asdict()))


if __name__ == "__main__":
    main(*sys.argv[1:])
