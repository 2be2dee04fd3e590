"""Write tf_initcompat/catalog/missing_names.json: which public names of TensorFlow 1.15 newer installations lack.

Give interpreters with TensorFlow 2, `tf_keras` and, in the last one, `tf_slim`:

    python tests/source/make_missing_names.py tf215/bin/python tf216/bin/python newest/bin/python
"""

import importlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
RECORDED_API: Final = ROOT / "tests" / "tf1" / "recorded_api.json"
TABLE: Final = ROOT / "tf_initcompat" / "catalog" / "missing_names.json"
#: Continuations of contrib's modules in `tf_slim`.
_SLIM: Final = {
    "framework": "tf_slim",
    "layers": "tf_slim",
    "slim": "tf_slim",
    "losses": "tf_slim.losses",
    "metrics": "tf_slim.metrics",
    "training": "tf_slim.training",
}
#: First release that has Keras 3 as `tf.keras`, unless TF_USE_LEGACY_KERAS is set.
_KERAS_3: Final = (2, 16)


def has(module: ModuleType, name: str) -> bool:
    """Return whether a module has a member, given by a dotted name."""
    member: Any = module
    try:
        for part in name.split("."):
            member = getattr(member, part)
    except (AttributeError, ImportError):  # names of Keras 2 raise them with Keras 3
        return False
    return True


def observe() -> dict[str, Any]:
    """Return what the installed TensorFlow lacks: columns of `Namespace`, and the replacements of contrib's names."""
    import tensorflow as tf

    recorded = json.loads(RECORDED_API.read_text())
    major, minor = map(int, tf.__version__.split(".")[:2])
    is_keras_3 = (major, minor) >= _KERAS_3 and os.environ.get("TF_USE_LEGACY_KERAS") != "1"
    folder = os.path.join(os.path.dirname(tf.__file__), "python")
    return {
        "release": f"{major}.{minor}",
        "keras": 3 if is_keras_3 else 2,
        "tf": [name for name in recorded["names"] if not has(tf, name)],
        "v1": [name for name in recorded["names"] if not has(tf.compat.v1, name)],
        "private": [name for name in recorded["private"] if not _is_module(folder, name)],
        "replacements": dict(_replacements(tf, recorded["contrib"])),
    }


def _is_module(folder: str, name: str) -> bool:
    path = Path(folder, *name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _replacements(tf: ModuleType, contrib: dict[str, list[str]]) -> Iterable[tuple[str, str]]:
    """Yield names below contrib with the name that tf_upgrade_v2 or tf_slim has for them."""
    from tensorflow.tools.compatibility import all_renames_v2

    for old, new in sorted(all_renames_v2.symbol_renames.items()):
        if old.startswith("tf.contrib.") and has(tf, new.removeprefix("tf.")):
            yield old.removeprefix("tf.contrib."), new
    if importlib.util.find_spec("tf_slim"):
        for module, names in contrib.items():
            slim = importlib.import_module(_SLIM[module]) if names else None
            for name in names:
                if slim is not None and has(slim, name) and not isinstance(getattr(slim, name), ModuleType):
                    yield f"{module}.{name}", f"{_SLIM[module]}.{name}"


def _without_members(names: Iterable[str]) -> list[str]:
    """Return names without those inside another of them."""
    names = set(names)
    return sorted(n for n in names if not any(n[:i] in names for i, letter in enumerate(n) if letter == "."))


def table(observed: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the content of the table: names grouped by the columns that lack them."""
    columns = [f"{run['release']} keras{run['keras']} {space}" for run in observed for space in ("tf", "v1")]
    lacking = [_without_members(run[space]) for run in observed for space in ("tf", "v1")]
    groups: dict[tuple[int, ...], list[str]] = {}
    for name in sorted({name for names in lacking for name in names}):
        groups.setdefault(tuple(i for i, names in enumerate(lacking) if name in names), []).append(name)
    last = observed[-1]
    return {
        "columns": columns,
        "missing": [{"columns": list(key), "names": names} for key, names in sorted(groups.items())],
        "private": {run["release"]: _without_members(run["private"]) for run in observed},
        "replacements": {**observed[-2]["replacements"], **last["replacements"]},
    }


def main(interpreters: list[str]) -> None:
    """Observe each installation, with each Keras that it has, and write the table."""
    observed: dict[tuple[str, int], dict[str, Any]] = {}
    for interpreter in interpreters:
        for legacy in ("0", "1"):
            environment = os.environ | {"TF_USE_LEGACY_KERAS": legacy, "TF_CPP_MIN_LOG_LEVEL": "3"}
            done = subprocess.run([interpreter, __file__], env=environment, stdout=subprocess.PIPE, check=True)
            run = json.loads(done.stdout.splitlines()[-1])
            observed[run["release"], run["keras"]] = run
            if run["keras"] == 2:  # the only Keras of an older release
                break
    TABLE.write_text(json.dumps(table(list(observed.values())), indent=0) + "\n")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(sys.argv[1:])
    else:
        print(json.dumps(observe()))
