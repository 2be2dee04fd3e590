"""Makes tf_initcompat/catalog/api_levels.json: names by which a file shows whether its `tf` is TensorFlow 1 or 2.

python tests/source/make_api_levels.py
"""

import json
import types
from pathlib import Path
from typing import Any

import tensorflow as tf

import tf_initcompat.catalog

#: What TensorFlow 1 programs use that even tf.compat.v1 has no more.
_BEFORE_V1 = [
    "batch_matmul",
    "concat_v2",
    "contrib",
    "histogram_summary",
    "image_summary",
    "merge_all_summaries",
    "merge_summary",
    "mul",
    "neg",
    "pack",
    "scalar_summary",
    "select",
    "sub",
    "train.SummaryWriter",
    "unpack",
]
#: Versions of TensorFlow differ in these, or they are this project's own matter.
_SKIPPED = {"compat", "initializers", "keras", "estimator"}


def differences() -> dict[str, list[str]]:
    """Returns the names of one API level that the other does not have, up to two components."""
    only: dict[str, set[str]] = {"tf1": set(_BEFORE_V1), "tf2": set()}

    def walk(first: Any, second: Any, prefix: str) -> None:
        for name in {*dir(first), *dir(second)} - (_SKIPPED if not prefix else set()):
            if name.startswith("_"):
                continue
            if not hasattr(second, name):
                only["tf1"].add(prefix + name)
            elif not hasattr(first, name):
                only["tf2"].add(prefix + name)
            else:
                modules = getattr(first, name), getattr(second, name)
                if not prefix and all(isinstance(module, types.ModuleType) for module in modules):
                    walk(*modules, f"{name}.")

    walk(tf.compat.v1, tf, "")
    only["tf1"] = {name for name in only["tf1"] if "initializer" not in name or name.startswith("global")}
    return {level: sorted(names) for level, names in only.items()}


if __name__ == "__main__":
    target = Path(tf_initcompat.catalog.__file__).with_name("api_levels.json")
    target.write_text(json.dumps(differences(), indent=0) + "\n")
