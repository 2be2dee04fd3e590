"""Write tf_initcompat/catalog/api_levels.json: the names that only TensorFlow 1 has, and those that only 2 has.

A file that uses such a name shows which of the two its `tf` is. Run with the newest TensorFlow:

    python tests/source/make_api_levels.py
"""

import json
import types
from pathlib import Path

import tensorflow as tf

import tf_initcompat.catalog

#: Names of early TensorFlow 1 that tf.compat.v1 lacks, too.
_MISSING_IN_COMPAT_V1 = {
    "batch_matmul", "concat_v2", "contrib", "histogram_summary", "image_summary", "merge_all_summaries",
    "merge_summary", "mul", "neg", "pack", "scalar_summary", "select", "sub", "train.SummaryWriter", "unpack",
}  # fmt: skip
#: Modules that do not show the level: they differ between versions of TensorFlow, or hold the initializers themselves.
_SKIPPED = {"compat", "initializers", "keras", "estimator"}


def differences() -> dict[str, list[str]]:
    """Return the names, of up to two components, that exist at one API level only."""
    tf1, tf2 = _exclusive(tf.compat.v1, tf, "")
    tf1 = {name for name in tf1 if "initializer" not in name or name.startswith("global")} | _MISSING_IN_COMPAT_V1
    return {"tf1": sorted(tf1), "tf2": sorted(tf2)}


def _exclusive(first: types.ModuleType, second: types.ModuleType, prefix: str) -> tuple[set[str], set[str]]:
    """Return the public names that only the first module has, and those that only the second has."""
    only_first, only_second = set(), set()
    for name in {*dir(first), *dir(second)} - (_SKIPPED if not prefix else set()):
        if name.startswith("_"):
            continue
        if not hasattr(second, name):
            only_first.add(prefix + name)
        elif not hasattr(first, name):
            only_second.add(prefix + name)
        elif not prefix:
            members = getattr(first, name), getattr(second, name)
            if all(isinstance(member, types.ModuleType) for member in members):
                inner_first, inner_second = _exclusive(*members, f"{name}.")
                only_first |= inner_first
                only_second |= inner_second
    return only_first, only_second


if __name__ == "__main__":
    target = Path(tf_initcompat.catalog.__file__).with_name("api_levels.json")
    target.write_text(json.dumps(differences(), indent=0) + "\n")
