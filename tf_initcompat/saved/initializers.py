"""The config of one initializer: which legacy symbol it describes, and how a version of Keras writes it."""

import enum
import functools
import math
from typing import Final, NamedTuple

from tf_initcompat.catalog import class_names, symbols
from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.values import Json, JsonObject, MalformedError, as_float, as_text


class Form(enum.Enum):
    """Replacement of legacy initializers: the values of `--to`."""

    NATIVE = "native"
    SHIM = "shim"


_CORE: Final = "tensorflow.python.ops.init_ops"
_KERAS_3: Final = ("keras.initializers", "keras.src.initializers")
#: Modules of the initializers of TensorFlow, Keras and this package. A class of another module is a user's own.
_MODULES: Final = (
    _CORE,
    "tensorflow.python.ops.init_ops_v2",
    "tf_initcompat",
    *_KERAS_3,
    "tf_keras.src.initializers",
    "tf_keras.initializers",
    "tensorflow.keras.initializers",
    "tensorflow.python.keras",
)
#: Keys that Keras writes for an object. A dict with other keys describes something else.
_KEYS: Final = frozenset({"class_name", "config", "module", "registered_name", "shared_object_id", "build_config"})
#: Keys of legacy configs that do not change the distribution, and that native configs do not have.
_LEGACY_ONLY: Final = frozenset({"dtype", "verify_shape"})
#: Keys that Keras 3.15 adds to the configs of variance scaling.
_AXES: Final[tuple[str, ...]] = ("input_axes", "output_axes")


class Native(NamedTuple):
    """A native initializer: its class, and the part of its config that differs from the default."""

    class_name: str
    config: JsonObject


@functools.cache
def _symbols_by_name(of_keras: bool) -> dict[str, symbols.Symbol]:
    return class_names.rows(of_keras)


def symbol_of(value: JsonObject) -> symbols.Symbol | None:
    """Return the symbol of the initializer that a dict describes, or None.

    >>> symbol_of({"class_name": "glorot_uniform", "config": {"dtype": "float32"}}).names[0]
    'glorot_uniform_initializer'
    >>> symbol_of({"class_name": "Identity", "config": {"name": "layer", "trainable": True}}) is None
    True
    """
    name, config, module = value.get("class_name"), value.get("config"), value.get("module")
    if not isinstance(name, str) or "config" not in value or not isinstance(config, dict | None):
        return None
    if value.keys() - _KEYS:
        return None
    if registered := _registered_name(value):
        symbol = class_names.wrappers().get(registered)
    elif module is not None and not keras_classes.is_inside(module, _MODULES):
        return None
    else:
        symbol = _symbols_by_name(module != _CORE).get(name)
    # A layer of the same name, such as Identity, has other keys.
    return symbol if symbol and set(config or {}) <= {*_parameters(symbol), *_LEGACY_ONLY, *_AXES} else None


def _registered_name(value: JsonObject) -> str:
    """Return the name "package>Class" by which a config names its class; "" if it names a class of Keras."""
    for name in (value.get("registered_name"), value.get("class_name")):
        if isinstance(name, str) and ">" in name:
            return name
    return ""


def _parameters(symbol: symbols.Symbol) -> list[str]:
    return [parameter.name for parameter in symbol.parameters]


def native_of(symbol: symbols.Symbol, config: JsonObject) -> Native:
    """Return the native initializer with the distribution of a legacy one.

    Args:
      symbol: A legacy symbol that has a native counterpart.
      config: Its config. A missing key has the legacy default.

    Returns:
      The native class and its config. A key that `config` lacks is left out if its value is the native default.
    """
    values = {
        parameter.name: config.get(parameter.name, _default(parameter))
        for parameter in symbol.parameters
        if parameter.name not in _LEGACY_ONLY
    }
    match symbol.distribution:
        case symbols.Distribution.UNIT_SCALING:
            return Native(symbol.native, _unit_scaling(values))
        case symbols.Distribution.CONTRIB_SCALING:
            return Native(symbol.native, _contrib_scaling(values))
        case symbols.Distribution.UNIFORM if values["maxval"] is None:
            values["maxval"] = 1.0
        case _:
            pass
    if isinstance(distribution := values.get("distribution"), str):
        values["distribution"] = symbols.DISTRIBUTION_ALIASES.get(distribution.lower(), distribution.lower())
    name = symbol.preset or symbol.native
    defaults = {parameter.name: _default(parameter) for parameter in _symbols_by_name(True)[name].parameters}
    # Keras 3 loads no Constant without a value.
    is_written = {key: key in config or value != defaults[key] or key == "value" for key, value in values.items()}
    return Native(name, {key: value for key, value in values.items() if is_written[key]})


def _default(parameter: symbols.Parameter) -> Json:
    default = parameter.default
    assert default is None or isinstance(default, str | int | float), "initializers have no required parameter"
    return default


def _unit_scaling(values: JsonObject) -> JsonObject:
    """Return the config of VarianceScaling for `uniform_unit_scaling_initializer`."""
    try:
        scale = as_float(values["factor"]) ** 2
    except OverflowError:
        scale = math.inf
    return _scaling(scale, "fan_in", "uniform", values["seed"])


def _contrib_scaling(values: JsonObject) -> JsonObject:
    """Return the config of VarianceScaling for contrib's `variance_scaling_initializer`."""
    factor, mode = as_float(values["factor"]), as_text(values["mode"]).lower()
    if values["uniform"]:
        return _scaling(factor, mode, "uniform", values["seed"])
    return _scaling(factor * symbols.CONTRIB_SCALE, mode, "truncated_normal", values["seed"])


def _scaling(scale: float, mode: str, distribution: str, seed: Json) -> JsonObject:
    if not math.isfinite(scale):
        raise MalformedError("the factor is too large")
    return {"scale": scale, "mode": mode, "distribution": distribution, "seed": seed}


def convert(value: JsonObject, target: Target, form: Form = Form.NATIVE) -> JsonObject | None:
    """Return the config that replaces the config of an initializer.

    Args:
      value: A dict from a saved file.
      target: Keras that has to load the result.
      form: Native initializers, or the wrappers of this package.

    Returns:
      The new config; None if the dict describes no initializer, or one that the target loads as it is.

    >>> from tf_initcompat.saved.targets import TARGETS
    >>> convert({"class_name": "GlorotUniform", "config": {"seed": 1, "dtype": "float32"}}, TARGETS["2"])
    {'class_name': 'GlorotUniform', 'config': {'seed': 1}}
    """
    symbol = symbol_of(value)
    if symbol is None:
        return None
    if not symbol.has_native_counterpart:
        return None if _registered_name(value) else _wrapper(symbol, value, target)
    config = _config(value)
    native = native_of(symbol, config)
    axes = {
        key: config[key]
        for key in _AXES
        if key in config and (target.accepts_initializer_axes or config[key] is not None)
    }
    names = target.names_of(native.class_name)
    wanted = Native(names[0], {**native.config, **axes})
    is_native = config == wanted.config and value["class_name"] in names and _has_native_keys(value, target)
    is_shim = form is Form.SHIM and not is_native and config.keys().isdisjoint(_AXES)
    if is_shim or native.class_name in target.missing_initializers:
        return None if _registered_name(value) else _wrapper(symbol, value, target)
    if is_native and (target.is_keras_3 or "module" not in value):
        return None
    if not target.is_keras_3:
        return {"class_name": wanted.class_name, "config": wanted.config}
    return {
        "module": _KERAS_3[0],
        "class_name": wanted.class_name,
        "config": wanted.config,
        "registered_name": None,
    }


def _config(value: JsonObject) -> JsonObject:
    config = value.get("config")
    return config if isinstance(config, dict) else {}


def _has_native_keys(value: JsonObject, target: Target) -> bool:
    """Return whether the module and the registered name are those that Keras 2 or Keras 3 writes, and are known."""
    module = value.get("module", _KERAS_3[0])
    if keras_classes.is_inside(module, target.unknown_private_modules):
        return False
    return keras_classes.is_inside(module, _KERAS_3) and value.get("registered_name") in (None, value["class_name"])


def _wrapper(symbol: symbols.Symbol, value: JsonObject, target: Target) -> JsonObject:
    """Return the config of the wrapper of a symbol."""
    old = _config(value)
    config: JsonObject = {key: old[key] for key in _parameters(symbol) if key in old and key != "verify_shape"}
    registered = class_names.registered_name(symbol)
    shared: JsonObject = {"shared_object_id": value["shared_object_id"]} if "shared_object_id" in value else {}
    if not target.is_keras_3:
        return {"class_name": registered, "config": config, **shared}
    return {
        "module": class_names.module(symbol),
        "class_name": class_names.class_name(symbol),
        "config": config,
        "registered_name": registered,
        **shared,
    }


def convert_name(name: str, target: Target, form: Form = Form.NATIVE) -> Json:
    """Return what replaces the name of an initializer.

    Args:
      name: A string from a saved file.
      target: Keras that has to load the result.
      form: Native initializers, or the wrappers of this package.

    Returns:
      A name or a config; None if the string names no initializer, or one that the target loads as it is.

    >>> from tf_initcompat.saved.targets import TARGETS
    >>> convert_name("glorot_uniform_initializer", TARGETS["3.15"])
    'glorot_uniform'
    """
    symbol = _symbols_by_name(True).get(name)
    if symbol is None:
        return None
    if not symbol.has_native_counterpart:
        return convert({"class_name": name, "config": {}}, target, form)
    native = native_of(symbol, {})
    needs_config = bool(native.config)
    is_missing = native.class_name in target.missing_initializers
    is_accepted = name in _accepted_names(native.class_name, target) and not is_missing
    if is_accepted and not (needs_config and target.is_keras_3):
        return None
    if needs_config or form is Form.SHIM or is_missing:
        return convert({"class_name": name, "config": {}}, target, form)
    return class_names.snake_case(native.class_name)


def _accepted_names(native: str, target: Target) -> set[str]:
    """Return the names by which a version of Keras finds a native initializer."""
    short = {alias for alias, name in class_names.SHORT_NAMES.items() if name == native}
    names = (*target.names_of(native), class_names.snake_case(native))
    return short | {f"{name}{suffix}" for name in names for suffix in ("", target.initializer_suffix)}
