"""List the public names of TensorFlow 1 that look like initializers; for Python 2.7 too, see `observe.py`."""

import inspect
import re
import types

from prelude import tf

INITIALIZER = re.compile("initializer|orthogonal|glorot", re.IGNORECASE)


def public_names():
    """Return the kind of each public name that contains "initializer", "orthogonal" or "glorot"."""
    names = {}
    modules, visited = [(tf, "tf")], set()
    while modules:
        module, path = modules.pop(0)
        for name, member in public_members(module, path):
            qualified = path + "." + name
            if INITIALIZER.search(qualified):
                names[qualified] = kind_of_member(member)
            if isinstance(member, types.ModuleType):
                if is_public_module(member, path) and identity(member) not in visited:
                    visited.add(identity(member))
                    modules.append((member, qualified))
            elif inspect.isclass(member):
                attributes = [attribute for attribute in dir(member) if not attribute.startswith("_")]
                names.update(
                    (qualified + "." + attribute, "attribute")
                    for attribute in attributes
                    if INITIALIZER.search(attribute)
                )
    return names


def public_members(module, path):
    """Yield the public names of a module with their values."""
    names = getattr(module, "__all__", None) if path.startswith("tf.contrib") else None
    for name in sorted(set(names or dir(module))):
        if name.startswith("_") or name in ("python", "core", "tools"):
            continue
        try:
            member = getattr(module, name)
        except Exception:  # a lazy module whose own imports fail
            continue
        if type(member).__module__ != "__future__":
            yield name, member


def is_public_module(member, path):
    """Return whether a member of a public module is a public module too."""
    in_contrib = path.startswith("tf.contrib.")  # contrib's modules show what they import
    return bool(re.match("tensorflow(_core)?[.]contrib[.]" if in_contrib else "tensorflow", member.__name__))


def identity(module):
    """Return the identity of a module without the wrapper that reports deprecated names."""
    for wrapped in ("_tfmw_wrapped_module", "_dw_wrapped_module"):
        module = vars(module).get(wrapped, module)
    return id(module)


def kind_of_member(member):
    """Return "class", "module" or "function"; the type's name for anything else."""
    if inspect.isclass(member):
        return "class"
    if isinstance(member, types.ModuleType):
        return "module"
    return "function" if callable(member) else type(member).__name__
