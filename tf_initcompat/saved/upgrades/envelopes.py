"""Old configs in the form of Keras 3: initializers alone do not make them load."""

from typing import Any, Final

from tf_initcompat.saved import builtin
from tf_initcompat.saved.nested import Change, Node, readable, walk
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.upgrades import calls, layers

#: Where a model's training is described; it has no layers.
_TRAINING: Final = ("compile_config", "training_config", "build_config", "optimizer_config")
#: Modules of Keras 2 that Keras 3 cannot import.
_GONE_MODULES: Final = ("keras.src.engine", "keras.engine", "tf_keras", "tensorflow.python.keras", "tensorflow.keras")
_FUNCTIONAL: Final = {"module": "keras.src.models.functional", "class_name": "Functional"}
_SEQUENTIAL: Final = {"module": "keras", "class_name": "Sequential"}
_MODELS: Final = {"Sequential": _SEQUENTIAL, "Functional": _FUNCTIONAL, "Model": _FUNCTIONAL}
#: Names of losses and metrics that Keras 3.15 does not find, in the training configuration of HDF5.
_SHORT: Final = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
}
_SCHEDULES: Final = "keras.optimizers.schedules"


def upgrade(root: dict[str, Any], target: Target, is_hdf5: bool = False) -> list[Change]:
    """Rewrites what else Keras 3 rejects of a file of Keras 2: the configs of layers, models and losses.

    Args:
      root: The JSON object; it is changed.
      target: The Keras that has to load it; nothing is done for Keras 2.
      is_hdf5: Whether it is from an HDF5 file. There Keras 3 reads models and their layers without modules, and Keras
        3.0 a user's layers only so; the layers in wrappers need modules as everywhere.

    Returns:
      What was changed, in the order of the file.
    """
    changes: list[Change] = []
    of_models: set[int] = set()  # the models and layers that Keras reads without a module in HDF5
    for node in walk(root) if target.has_modules else ():
        value, place = node.value, f"{node.place}.config"
        is_function = isinstance(value, str) and node.key != "name"
        if is_hdf5 and is_function and value.lower() in _SHORT and is_training(node):
            changes.append(Change(node.place, value, long := _SHORT[value.lower()], "layer"))
            node.parent[node.key] = long
        if not isinstance(value, dict):
            continue
        with readable(node):
            if is_training(node):
                _upgrade_training(changes, node.place, value, target)
                continue
            is_model = value.get("class_name") in _MODELS and builtin.is_from_keras(value)
            if is_model and isinstance(value.get("config"), list):  # before Keras 2.2.3
                named = {"name": value.get("name", "sequential"), "layers": value["config"]}
                _update(changes, node.place, value, {"config": named})
            if not is_layer(value) and id(value) not in of_models:
                continue
            is_without_module = is_hdf5 and (node.parent is root or id(value) in of_models)
            name, config = value["class_name"], value["config"]
            if is_model and isinstance(config.get("layers"), list):
                _update(changes, place, config, layers.with_inputs(config))
                changes += calls.upgrade(place, config, target)
                of_models |= {id(one) for one in config["layers"] if is_object(one)}
            _update(changes, place, config, layers.upgraded(name, config, target, builtin.is_from_keras(value)))
            if not is_without_module or _loses_axis(value, target):
                _update(changes, node.place, value, _envelope(value))
    return changes


def is_object(value: Any) -> bool:
    """Returns whether a value describes an object of a class, with a config."""
    return (
        isinstance(value, dict) and isinstance(value.get("class_name"), str) and isinstance(value.get("config"), dict)
    )


def is_layer(value: Any) -> bool:
    """Returns whether a value describes a layer or a model, whatever holds it; what a model calls a layer is one too.

    A layer of Keras has a name, and a user's layer says whether it is trainable, as all layers of Keras 2 do.
    """
    if not is_object(value):
        return False
    config, is_built_in = value["config"], value["class_name"] in builtin.LAYERS | builtin.MODELS
    return ("name" in config and (is_built_in or "trainable" in config)) or (
        value["class_name"] in builtin.MODELS and isinstance(config.get("layers"), list)
    )


def is_training(node: Node) -> bool:
    """Returns whether a value is part of the description of a model's training."""
    here: Node | None = node
    while here:
        if here.key in _TRAINING:
            return True
        here = here.outer
    return False


def _update(changes: list[Change], place: str, config: dict[str, Any], after: dict[str, Any]) -> None:
    """Changes a dict, and tells what it was; a key whose new value is `GONE` is removed."""
    if after:
        kept = {key: one for key, one in after.items() if one is not layers.GONE}
        changes.append(Change(place, {key: config[key] for key in after if key in config}, kept, "layer"))
        config |= kept
        for key in after.keys() - kept.keys():
            config.pop(key, None)


def _upgrade_training(changes: list[Change], place: str, value: dict[str, Any], target: Target) -> None:
    if value.get("steps_per_execution", 1) is None:
        _update(changes, place, value, {"steps_per_execution": 1})
    if is_object(value):
        _update(changes, f"{place}.config", value["config"], _training(value["config"], target))
        module = str(value.get("module"))  # where Keras 3 finds an optimizer
        if module.startswith("keras.optimizers.") and not builtin.is_inside(module, (_SCHEDULES,)):
            _update(changes, place, value, {"module": "keras.optimizers"})


def _training(config: dict[str, Any], target: Target) -> dict[str, Any]:
    """Returns what has to change in the config of a loss, a metric or an optimizer."""
    changed = {key: layers.GONE for key in ("is_legacy_optimizer", "jit_compile") if "is_legacy_optimizer" in config}
    if not target.axes and config.get("gradient_accumulation_steps", 1) is None:
        changed["gradient_accumulation_steps"] = layers.GONE
    changed |= {"fn": layers.GONE} if isinstance(config.get("fn"), str) and "reduction" in config else {}
    return {**changed, "reduction": "sum_over_batch_size"} if config.get("reduction") == "auto" else changed


def _loses_axis(value: dict[str, Any], target: Target) -> bool:
    """Returns whether Keras 3 forgets the axis of a layer that it reads without a module: 3.15 two or more, 3.0 any."""
    axis = value["config"].get("axis")
    is_one = isinstance(axis, list) and len(axis) == 1
    return axis is not None and not is_one and not (target.axes and isinstance(axis, int))


def _envelope(value: dict[str, Any]) -> dict[str, Any]:
    """Returns the keys by which Keras 3 finds a class, as far as they are missing or those of Keras 2."""
    module, name = value.get("module", ""), value["class_name"]
    if module is None or ">" in name or not builtin.is_from_keras(value):
        return {}
    if module and not builtin.is_inside(module, _GONE_MODULES):
        return {}
    known = _MODELS.get(name) if isinstance(value["config"].get("layers"), list) else None
    # Of a user's layer it is the registered name that counts; Keras ignores it for its own.
    wanted = {**(known or {"module": "keras.layers"}), "registered_name": (known or value)["class_name"]}
    return {key: one for key, one in wanted.items() if value.get(key) != one}
