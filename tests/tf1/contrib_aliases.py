"""Print the public names of the objects that `tf.contrib` has as well, and the members of `tf.contrib.slim`'s modules.

Run it in TensorFlow 1.15, and keep the result, from which `tests/source/make_missing_names.py` makes a table:

    python3.7 tests/tf1/contrib_aliases.py > tests/tf1/recorded_aliases.json
"""

import contextlib
import json
import types
import warnings

warnings.simplefilter("ignore")
import tensorflow as tf  # noqa: E402

DEEPEST = 4
SLIM = ("evaluation", "learning", "losses", "metrics", "model_analyzer", "queues", "summaries", "utils")


def members(module):
    """Yield the names and values of a module's public members."""
    for name in sorted(dir(module)):
        if not name.startswith("_"):
            with contextlib.suppress(AttributeError, ImportError):
                yield name, getattr(module, name)


def public(module, prefix, depth, found, seen):
    """Collect the shortest public name of each class and function by its id; `found` keeps the objects alive."""
    if id(module) in seen or depth > DEEPEST:
        return
    seen.add(id(module))
    for name, value in members(module):
        if isinstance(value, types.ModuleType):
            if name not in ("contrib", "compat") and "tensorflow" in value.__name__:
                public(value, prefix + name + ".", depth + 1, found, seen)
        elif callable(value) and len(prefix + name) < len(found.get(id(value), ("x" * 999,))[0]):
            found[id(value)] = (prefix + name, value)


def main():
    """Print the result."""
    found = {}
    public(tf, "", 0, found, set())
    aliases = {}
    for module_name, module in members(tf.contrib):
        if isinstance(module, types.ModuleType):
            for name, value in members(module):
                if id(value) in found:
                    aliases[module_name + "." + name] = found[id(value)][0]
    slim = {
        name: [member for member, value in members(getattr(tf.contrib.slim, name)) if callable(value)] for name in SLIM
    }
    print(json.dumps({"aliases": aliases, "slim": slim}, indent=0, sort_keys=True))


if __name__ == "__main__":
    main()
