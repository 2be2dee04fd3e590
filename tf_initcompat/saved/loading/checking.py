"""Whether a converted model may be loaded, and the process that loads it; `loading` is what that process runs."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from tf_initcompat.saved import builtin, nested
from tf_initcompat.saved.containers import archive

if TYPE_CHECKING:
    from pathlib import Path

    from tf_initcompat.saved.containers.formats import Conversion
    from tf_initcompat.saved.targets import Target


class Check(NamedTuple):
    """What was seen when a file was loaded.

    Attributes:
      passed: Whether it loads, and predicts as the original does where that could be compared.
      messages: What to tell, a sentence each.
    """

    passed: bool
    messages: list[str]


def obstacles(conversion: "Conversion") -> Iterator[str]:
    """Yields what in a file a process without the user's code cannot or must not load.

    Only classes of Keras are loaded that are known to do nothing but what their config says.
    """
    if conversion.kind == "archive":
        for name in archive.pickled(conversion.source):
            yield f"{name} may hold pickled objects, which run code when they are read"
    for node in nested.walk(conversion.roots):
        if isinstance(node.value, dict) and "class_name" in node.value and (found := _obstacle(node.value)):
            yield f"{node.place} is {found}"


def _obstacle(value: dict[str, Any]) -> str:
    name, module, config = value["class_name"], value.get("module"), value.get("config")
    if not isinstance(name, str):
        return "no class"
    if name in ("Lambda", "__lambda__"):
        return "a Lambda layer, which holds Python code: Keras loads it only with safe_mode=False"
    if not builtin.is_known(value):
        what = name if module is None or builtin.is_inside(module) else f"{module}.{name}"
        return f"{what}, which is none of the classes of Keras that are loaded here: load it with your code"
    if isinstance(config, dict) and isinstance(config.get("vocabulary"), str):
        return f"a {name} layer whose vocabulary is another file"
    return ""


def check(conversion: "Conversion", target_file: "Path", target: "Target") -> Check:
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
    module = f"{__package__}.process"
    done = subprocess.run(
        [sys.executable, "-m", module, str(conversion.source), str(target_file), conversion.kind, target.version],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    answer = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not answer.startswith("{"):
        reason = done.stderr.strip().rpartition("\n")[2] or f"exit status {done.returncode}"
        return Check(False, [f"the process that loads the model has failed: {reason}"])
    return Check(**json.loads(answer))
