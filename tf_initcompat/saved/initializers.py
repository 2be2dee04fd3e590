"""One initializer config: is it one, what does it mean, and how is it written for a version of Keras."""

import functools
from typing import Any, Final, NamedTuple

from tf_initcompat.catalog import class_names, symbols
from tf_initcompat.saved import builtin
from tf_initcompat.saved.targets import AXES, Target

_CORE: Final = "tensorflow.python.ops.init_ops"
_NATIVE: Final = ("keras.initializers", "keras.src.initializers")
#: Modules of the initializers of TensorFlow, Keras and this package. A class of another module is the user's own.
_MODULES: Final = (
    _CORE,
    "tensorflow.python.ops.init_ops_v2",
    "tf_initcompat",
    *_NATIVE,
    "tf_keras.src.initializers",
    "tf_keras.initializers",
    "tensorflow.keras.initializers",
    "tensorflow.python.keras",
)
#: The keys of what Keras writes for an object. A dict with others is something else.
_KEYS: Final = frozenset({"class_name", "config", "module", "registered_name", "shared_object_id", "build_config"})
_NO_LAW: Final = ("dtype", "verify_shape")
_DISTRIBUTIONS: Final = {"normal": "truncated_normal"}


class Native(NamedTuple):
    """A native initializer: its class and the part of its config that is not the default."""

    class_name: str
    config: dict[str, Any]


@functools.cache
def _rows(of_keras: bool) -> dict[str, symbols.Symbol]:
    return class_names.rows(of_keras)


def row_of(node: dict[str, Any]) -> symbols.Symbol | None:
    """Returns the row of the initializer that a dict describes; None if it describes none of them."""
    name, module, registered = node.get("class_name"), node.get("module"), node.get("registered_name")
    config = node.get("config")
    if not isinstance(name, str) or "config" not in node or not isinstance(config, dict | None) or node.keys() - _KEYS:
        return None
    known = next((one for one in (registered, name) if isinstance(one, str) and ">" in one), None)
    if known is not None:
        symbol = class_names.wrappers().get(known)
    elif module is not None and not builtin.is_inside(module, _MODULES):
        return None
    else:
        symbol = _rows(module != _CORE).get(name)
    # A layer of the same name, such as Identity, has other keys.
    return symbol if symbol and set(config or {}) <= {*_keys(symbol), *_NO_LAW, *AXES} else None


def _keys(symbol: symbols.Symbol) -> list[str]:
    return [parameter.name for parameter in symbol.parameters]


def native(symbol: symbols.Symbol, config: dict[str, Any]) -> Native:
    """Returns the native initializer that draws from the same law.

    Args:
      symbol: Row of the legacy symbol.
      config: Its config; what is missing has the legacy default.

    Returns:
      The native class and its config. Native defaults are left out if `config` does not give them.
    """
    values = {one.name: config.get(one.name, one.default) for one in symbol.parameters if one.name not in _NO_LAW}
    if "factor" in values:
        return Native(symbol.native, _scaled(values))
    known = class_names.class_name(symbol)
    name = known if values.keys() <= {"seed"} and symbol.native == "VarianceScaling" else symbol.native
    if values.get("maxval", 0) is None:
        values["maxval"] = 1.0
    if isinstance(given := values.get("distribution"), str):
        values["distribution"] = _DISTRIBUTIONS.get(given.lower(), given.lower())
    defaults = {one.name: one.default for one in _rows(True)[name].parameters}
    kept = {key for key in values if key in config or values[key] != defaults[key] or name == "Constant"}
    return Native(name, {key: value for key, value in values.items() if key in kept})


def _scaled(values: dict[str, Any]) -> dict[str, Any]:
    """Returns the config of VarianceScaling for a law that has a factor."""
    factor, seed = float(values["factor"]), values["seed"]
    if "uniform" not in values:  # uniform_unit_scaling
        return {"scale": factor**2, "mode": "fan_in", "distribution": "uniform", "seed": seed}
    uniform = values["uniform"]
    variance = 1.0 if uniform else symbols.CONTRIB_VARIANCE * symbols.TRUNCATED_STDDEV**2
    distribution = "uniform" if uniform else "truncated_normal"
    return {"scale": factor * variance, "mode": values["mode"].lower(), "distribution": distribution, "seed": seed}


def rewritten(node: dict[str, Any], target: Target, to: str = "native") -> dict[str, Any] | None:
    """Returns what a dict becomes.

    Args:
      node: A dict from a saved file.
      target: The Keras that has to load it.
      to: "native", or "shim" for the wrappers.

    Returns:
      The new dict; None if the dict is no initializer, or one that the target loads as it is.
    """
    symbol = row_of(node)
    if symbol is None:
        return None
    config = node.get("config") or {}
    found = native(symbol, config)
    axes = {key: config[key] for key in AXES if key in config and (target.axes or config[key] is not None)}
    wanted = Native(target.names(found.class_name)[0], {**found.config, **axes})
    is_native = config == wanted.config and node["class_name"] in target.names(found.class_name) and _is_native(node)
    if found.class_name in target.missing or (to == "shim" and not is_native and config.keys().isdisjoint(AXES)):
        return None if ">" in f"{node['class_name']}{node.get('registered_name')}" else _wrapper(symbol, node, target)
    if is_native and (target.has_modules or "module" not in node):
        return None
    if not target.has_modules:
        return wanted._asdict()
    return {"module": _NATIVE[0], **wanted._asdict(), "registered_name": None}


def _is_native(node: dict[str, Any]) -> bool:
    """Returns whether the keys beside class_name and config are those that Keras 3 or Keras 2 write."""
    module = node.get("module", _NATIVE[0])
    return builtin.is_inside(module, _NATIVE) and node.get("registered_name") in (None, node["class_name"])


def _wrapper(symbol: symbols.Symbol, node: dict[str, Any], target: Target) -> dict[str, Any]:
    config = node.get("config") or {}
    known = {key: config[key] for key in _keys(symbol) if key in config and key != "verify_shape"}
    registered = class_names.registered_name(symbol)
    shared = {"shared_object_id": node["shared_object_id"]} if "shared_object_id" in node else {}
    if not target.has_modules:
        return {"class_name": registered, "config": known, **shared}
    return {
        "module": class_names.module(symbol),
        "class_name": class_names.class_name(symbol),
        "config": known,
        "registered_name": registered,
        **shared,
    }


def rewritten_name(name: str, target: Target, to: str = "native") -> Any:
    """Returns what an initializer that is given by its name alone becomes.

    Args:
      name: A string from a saved file.
      target: The Keras that has to load it.
      to: "native" or "shim".

    Returns:
      A name or dict; None if the string names no initializer, or the target knows it.
    """
    symbol = _rows(True).get(name)
    if symbol is None:
        return None
    found = native(symbol, {})
    snake = class_names.snake_case(found.class_name)
    short = {one for one, known in class_names.SHORT_NAMES.items() if known == found.class_name}
    known = {one + end for one in (*target.names(found.class_name), snake) for end in ("", target.suffix)}
    # Constant always has a config: Keras 3 does not load it without a value.
    if name in known | short and not (found.config and target.has_modules) and found.class_name not in target.missing:
        return None
    if found.config or to == "shim" or found.class_name in target.missing:
        return rewritten({"class_name": name, "config": {}}, target, to)
    return snake
