"""Loads a converted model in a fresh process, and says what else prevents that.

`check` starts the process and needs no TensorFlow; run as a module, this is that process.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from tf_initcompat.saved import envelopes, formats, nested, texts
from tf_initcompat.saved.formats import Conversion
from tf_initcompat.saved.targets import Target

#: Modules that loading may import. Keras 2 imports whatever a file names.
_KNOWN: Final = ("keras", "tf_keras", "tensorflow", "tf_initcompat", "builtins")
#: Of an input dimension that the model leaves open.
_OPEN: Final = 4
#: Two processes may add in another order.
_TOLERANCE: Final = 1e-5


class Check(NamedTuple):
    """What was seen when a file was loaded.

    Attributes:
      passed: Whether it loads, and predicts as before where that could be compared.
      messages: What to tell, a sentence each.
    """

    passed: bool
    messages: list[str]


def obstacles(conversion: Conversion) -> Iterator[str]:
    """Yields what in a file a process without the user's code cannot or must not load."""
    for node in nested.walk(conversion.roots):
        value = node.value
        if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
            continue
        name, module, where = value["class_name"], value.get("module"), node.place.lstrip(".")
        if name in ("Lambda", "__lambda__"):
            yield f"{where} is a Lambda layer, which holds Python code: Keras loads it only with safe_mode=False"
        elif module is not None and str(module).partition(".")[0] not in _KNOWN:
            yield f"{where} is {module}.{name}, a class of your own: pass it in custom_objects"


def check(conversion: Conversion, target_file: Path, target: Target) -> Check:
    """Loads a converted file, and the source with `custom_objects`, and compares their predictions.

    Args:
      conversion: What was converted.
      target_file: The result.
      target: The Keras for which it is.

    Returns:
      What was seen.
    """
    if found := list(dict.fromkeys(obstacles(conversion))):
        return Check(False, [f"not loaded: {one}" for one in found])
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if not target.has_modules and importlib.util.find_spec("tf_keras"):
        environment["TF_USE_LEGACY_KERAS"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(conversion.source), str(target_file), conversion.kind, target.version],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    answer = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not answer.startswith("{"):
        reason = done.stderr.strip().rpartition("\n")[2] or f"exit status {done.returncode}"
        return Check(False, [f"the process that loads the model has failed: {reason}"])
    return Check(**json.loads(answer))


def _load(path: str, kind: str, **arguments: Any) -> Any:
    from tf_initcompat.wrappers.tensorflow import tf

    if kind == "json":
        text = Path(path).read_text("utf-8")
        return tf.keras.models.model_from_json(text, custom_objects=arguments.get("custom_objects"))
    return tf.keras.models.load_model(path, **arguments)


def _predict(model: Any) -> Any:
    """Returns the predictions on random input."""
    from tf_initcompat.wrappers.tensorflow import np

    random = np.random.RandomState(0)

    def sample(tensor: Any) -> Any:
        shape = [2, *(_OPEN if one is None else one for one in tuple(tensor.shape)[1:])]
        is_float = "float" in str(tensor.dtype)
        return random.uniform(size=shape).astype("float32") if is_float else random.randint(0, 2, shape)

    inputs = [sample(tensor) for tensor in model.inputs]
    outputs = model.predict(inputs[0] if len(inputs) == 1 else inputs, verbose=0)
    return [np.asarray(one) for one in (outputs if isinstance(outputs, list | tuple) else [outputs])]


def _reason(error: Exception) -> str:
    """Returns the sentence of a Keras error that says why."""
    reason = str(error).strip().rpartition("Exception encountered:")[2].strip().partition("\n")[0][:300]
    return f"{type(error).__name__}: {reason}"


def _unknown(path: str) -> str:
    """Returns what to do about the layers in a file that the installed Keras does not have; Keras itself is vague."""
    from tf_initcompat.wrappers.tensorflow import tf

    known = {*dir(tf.keras.layers), *dir(tf.keras), *tf.keras.utils.get_custom_objects(), "Functional"}
    roots = {key: texts.parse(text, key) for key, text in formats.texts_of(Path(path))[1].items()}
    names = [node.value["class_name"] for node in nested.walk(roots) if envelopes.is_layer(node)]
    missing = ", ".join(dict.fromkeys(name for name in names if name not in known))
    return f" ({missing} is unknown to this Keras: pass a class of your own in custom_objects)" if missing else ""


def _see(source: str, target_file: str, kind: str) -> Check:
    """Loads both files and compares them."""
    from tf_initcompat.saved.objects import custom_objects
    from tf_initcompat.wrappers.tensorflow import np

    messages = []
    try:
        try:
            model = _load(target_file, kind)
        except Exception as error:
            if kind == "json":
                raise
            model = _load(target_file, kind, compile=False)
            messages.append(f"loads with compile=False only, its training configuration does not: {_reason(error)}")
    except Exception as error:
        return Check(False, [f"does not load: {_reason(error)}{_unknown(target_file)}"])
    if kind == "json":
        return Check(True, ["loads; a .json file holds no weights, so there are no predictions to compare"])
    try:
        before = _load(source, kind, compile=False, custom_objects=custom_objects())
    except Exception as error:
        note = f"loads; the original does not, even with custom_objects, so nothing was compared: {_reason(error)}"
        return Check(not messages, [*messages, note])
    try:
        pairs = list(zip(_predict(before), _predict(model), strict=True))
    except Exception as error:
        return Check(not messages, [*messages, f"loads; predictions could not be made: {_reason(error)}"])
    difference = max((float(np.max(np.abs(one - other), initial=0.0)) for one, other in pairs), default=0.0)
    is_same = difference <= _TOLERANCE * max(1.0, *(float(np.max(np.abs(one), initial=0.0)) for one, _ in pairs))
    verdict = "predicts as before" if is_same else "PREDICTS DIFFERENTLY"
    return Check(is_same and not messages, [*messages, f"loads, and {verdict} (largest difference {difference:.2g})"])


def main(source: str, target_file: str, kind: str, version: str) -> None:
    """Prints what is seen, as JSON."""
    import tf_initcompat  # noqa: F401  registers the wrappers with Keras
    from tf_initcompat.wrappers import seeds

    if seeds.is_keras_3() is (version == "2"):
        seen = Check(True, [f"not loaded: it is for Keras {version}, installed is Keras {3 if version == '2' else 2}"])
    else:
        seen = _see(source, target_file, kind)
    print("\n" + json.dumps(seen._asdict()))


if __name__ == "__main__":
    main(*sys.argv[1:])
