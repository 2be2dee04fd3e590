"""Print the public names of TensorFlow 1.15 as JSON.

The tests read the recorded names, so that they need no TensorFlow 1:

python3.7 tests/tf1/public_api.py > tests/tf1/recorded_api.json
"""

import json
import os
import sys
import types

import tensorflow as tf

#: Modules of contrib that `tf_slim` continues.
_CONTINUED = ("framework", "layers", "losses", "metrics", "slim", "training")


def _is_public(module):
    """Return whether a module is part of the public API."""
    name = getattr(module, "__name__", "")
    return any(part in name for part in ("_api.", "estimator", "keras.api"))


def public_names(module, prefix, depth=4):
    """Yield the public names in a module, and in the public modules inside it."""
    for name in sorted(dir(module)):
        if name.startswith("_") or (
            not prefix and name in ("contrib", "compat", "python", "core", "tools", "examples")
        ):
            continue
        try:
            member = getattr(module, name)
        except (AttributeError, ImportError):
            continue
        yield prefix + name
        if isinstance(member, types.ModuleType) and _is_public(member) and depth:
            yield from public_names(member, prefix + name + ".", depth - 1)


def private_modules():
    """Yield the modules below `tensorflow.python`."""
    top = os.path.dirname(sys.modules["tensorflow.python"].__file__)
    for folder, _, files in os.walk(top):
        for name in files:
            stem, _, suffix = name.partition(".")
            if suffix != "py" or stem.endswith("_test"):
                continue
            path = os.path.relpath(os.path.join(folder, stem), top).replace(os.sep, ".")
            yield path[: -len(".__init__")] if path.endswith(".__init__") else path


def main():
    """Print the names."""
    contrib = {
        module: sorted(name for name in dir(getattr(tf.contrib, module)) if not name.startswith("_"))
        for module in sorted(dir(tf.contrib))
        if isinstance(getattr(tf.contrib, module, None), types.ModuleType) and not module.startswith("_")
    }
    recorded = {
        "version": tf.__version__,
        "names": sorted(set(public_names(tf, ""))),
        "contrib": {module: names if module in _CONTINUED else [] for module, names in contrib.items()},
        "private": sorted(set(private_modules()) - {"__init__"}),
    }
    json.dump(recorded, sys.stdout, indent=0, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
