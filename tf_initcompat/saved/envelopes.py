"""Old layer configs in the form of Keras 3: initializers alone do not make them load.

What Keras 3 rejects was measured: the config of every layer of Keras 2.15, loaded by Keras 3.0.0 and 3.15.
"""

from typing import Any, Final, TypeAlias

from tf_initcompat.saved.nested import Change, Node, walk
from tf_initcompat.saved.targets import Target

_Values: TypeAlias = dict[str, tuple[Any, ...] | None]

#: Where a model's training is described; it has no layers.
_TRAINING: Final = ("compile_config", "training_config", "build_config", "optimizer_config")
#: Modules of Keras 2 that Keras 3 cannot import.
_GONE_MODULES: Final = ("keras.src.engine", "keras.engine", "tf_keras.", "tensorflow.python.keras", "tensorflow.keras")
_FUNCTIONAL: Final = {"module": "keras.src.models.functional", "class_name": "Functional"}
_SEQUENTIAL: Final = {"module": "keras", "class_name": "Sequential"}
_MODELS: Final = {"Sequential": _SEQUENTIAL, "Functional": _FUNCTIONAL, "Model": _FUNCTIONAL}

#: In place of a value: the key is removed.
_GONE: Final = object()
#: Keys that Keras 3 rejects, with the values that mean what it does anyway; None: whatever the value is.
_GROUPS: Final[_Values] = {"groups": (1,)}
_KERNEL: Final[_Values] = dict.fromkeys(("kernel_initializer", "kernel_regularizer", "kernel_constraint"))
_RECURRENT: Final = ("RNN", "LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
_REJECTED: Final[dict[str, _Values]] = {
    **{f"Conv{n}DTranspose": _GROUPS for n in (1, 2, 3)},
    **{f"{kind}Conv{n}D": {**_GROUPS, **_KERNEL} for kind in ("Depthwise", "Separable") for n in (1, 2)},
    **{name: {"time_major": (False,)} for name in _RECURRENT},
    **{f"SpatialDropout{n}D": {"trainable": (True,), "noise_shape": (None,)} for n in (1, 2, 3)},
    "Discretization": {"trainable": (True,)},
    "MultiHeadAttention": dict.fromkeys(("query_shape", "key_shape", "value_shape")),
    "Embedding": {"input_length": None},
    "InputLayer": {"optional": (False,), "ragged": (False,)},
}
#: What Keras 3.15 takes in the config of any layer, and Keras 3.0 rejects.
_NEW: Final[_Values] = {
    "quantization_config": (None,),
    "implementation": None,
    "renorm": (False,),
    "renorm_clipping": (None,),
    "renorm_momentum": None,
}
_POLICIES: Final = ("Policy", "DTypePolicy")


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
    for node in walk(root) if target.has_modules else ():
        value, place = node.value, f"{node.place}.config"
        if is_layer(node):
            name, config = value["class_name"], value["config"]
            _update(changes, place, config, _layer(name, config, target))
            if name in _MODELS:
                _update(changes, place, config, _model(config, target))
                changes += _nodes(place, config)
            if not is_hdf5 or not (node.parent is root or node.place.endswith(f".layers[{node.key}]")):
                _update(changes, node.place, value, _envelope(value))
        elif isinstance(value, dict) and _is_training(node):
            if value.get("steps_per_execution", 1) is None:
                _update(changes, node.place, value, {"steps_per_execution": 1})
            if isinstance(value.get("class_name"), str) and isinstance(value.get("config"), dict):
                _update(changes, place, value["config"], _training(value["config"], target))
                _update(changes, node.place, value, _optimizer(value))
    return changes


def is_layer(node: Node) -> bool:
    """Returns whether a value describes a layer or a model: beside those, only what trains a model has a name."""
    value = node.value
    config = value.get("config") if isinstance(value, dict) and isinstance(value.get("class_name"), str) else None
    is_named = isinstance(config, dict) and ("name" in config or isinstance(config.get("layers"), list))
    return is_named and value["class_name"] not in _POLICIES and not _is_training(node)


def _is_training(node: Node) -> bool:
    return any(part in node.place for part in _TRAINING)


def _update(changes: list[Change], place: str, config: dict[str, Any], after: dict[str, Any]) -> None:
    """Changes a dict, and tells what it was; a key whose new value is `_GONE` is removed."""
    if after:
        kept = {key: one for key, one in after.items() if one is not _GONE}
        changes.append(Change(place, {key: config[key] for key in after if key in config}, kept, "layer"))
        config |= kept
        for key in after.keys() - kept.keys():
            config.pop(key, None)


def _layer(name: str, config: dict[str, Any], target: Target) -> dict[str, Any]:
    """Returns what has to change in the config of a layer."""
    rejected = {**_REJECTED.get(name, {}), **(_NEW if not target.axes else {})}
    changed = {key: _GONE for key, one in config.items() if key in rejected and one in (rejected[key] or (one,))}
    axis, dtype = config.get("axis"), config.get("dtype")
    if name == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        changed["axis"] = axis[0]
    if isinstance(dtype, dict) and dtype.get("class_name") in (_POLICIES if not target.axes else _POLICIES[:1]):
        changed["dtype"] = dtype["config"]["name"]
    if "batch_input_shape" in config:
        changed["batch_input_shape"] = _GONE
        if name == "InputLayer":
            changed["batch_shape"] = config["batch_input_shape"]
    return changed


def _model(config: dict[str, Any], target: Target) -> dict[str, Any]:
    """Returns what has to change in the config of a model, beside its layers."""
    changed: dict[str, Any] = {}
    if not target.axes:  # Keras 3.0 wants a list of tensors, 3.15 writes one alone
        ends = {key: config.get(key) for key in ("input_layers", "output_layers")}
        changed = {key: [one] for key, one in ends.items() if isinstance(one, list) and one and isinstance(one[0], str)}
    layers = config.get("layers") or [None]
    name, first = (layers[0].get(key) if isinstance(layers[0], dict) else None for key in ("class_name", "config"))
    if isinstance(first, dict) and name != "InputLayer" and "batch_input_shape" in first:
        # A Sequential model of TensorFlow 1, whose first layer says what the input is.
        inputs = {"batch_input_shape": first["batch_input_shape"], "name": f"{first.get('name')}_input"}
        if isinstance(first.get("dtype"), str):
            inputs["dtype"] = first["dtype"]
        changed["layers"] = [{"class_name": "InputLayer", "config": inputs}, *layers]
    return changed


def _training(config: dict[str, Any], target: Target) -> dict[str, Any]:
    """Returns what has to change in the config of a loss, a metric or an optimizer."""
    changed = {key: _GONE for key in ("is_legacy_optimizer", "jit_compile") if "is_legacy_optimizer" in config}
    if not target.axes and config.get("gradient_accumulation_steps", 1) is None:
        changed["gradient_accumulation_steps"] = _GONE
    changed |= {"fn": _GONE} if isinstance(config.get("fn"), str) and "reduction" in config else {}
    return {**changed, "reduction": "sum_over_batch_size"} if config.get("reduction") == "auto" else changed


def _optimizer(value: dict[str, Any]) -> dict[str, Any]:
    """Returns where Keras 3 finds an optimizer."""
    is_old = str(value.get("module")).startswith("keras.optimizers.")
    return {"module": "keras.optimizers"} if is_old else {}


def _nodes(place: str, config: dict[str, Any]) -> list[Change]:
    """Renumbers the calls of models inside a model: Keras 2 counted them from 1, Keras 3 reads them from 0."""
    changes: list[Change] = []
    layers = [one for one in config.get("layers") or () if isinstance(one, dict) and "inbound_nodes" in one]
    tensors = [
        (f"{place}.layers.{one.get('name')}.inbound_nodes", tensor)
        for one in layers
        for call in one["inbound_nodes"] or ()
        for tensor in (call if isinstance(call, list) else ())
    ]
    outputs = [(f"{place}.output_layers", one) for one in config.get("output_layers") or ()]
    for model in (one for one in layers if one.get("class_name") in _MODELS):
        inner, ends = (
            [(where, one) for where, one in some if isinstance(one, list) and len(one) > 2 and one[0] == model["name"]]
            for some in (tensors, outputs)
        )
        if {one[1] for _, one in inner + ends} != set(range(1, len(model["inbound_nodes"]) + 1)) or not inner + ends:
            continue
        # Of an output, Keras 3 itself counts down where the model is a functional one.
        for where, one in inner + (ends if model["class_name"] == "Sequential" else []):
            changes.append(Change(where, one[:3], [one[0], one[1] - 1, one[2]], "layer"))
            one[1] -= 1
    return changes


def _envelope(value: dict[str, Any]) -> dict[str, Any]:
    """Returns the keys by which Keras 3 finds a class, as far as they are missing or those of Keras 2."""
    module, name = value.get("module", ""), value["class_name"]
    if module is None or ">" in name or (module and not module.startswith(_GONE_MODULES)):
        return {}
    known = _MODELS.get(name) if isinstance(value["config"].get("layers"), list) else None
    # Of a user's layer it is the registered name that counts; Keras ignores it for its own.
    wanted = {**(known or {"module": "keras.layers"}), "registered_name": (known or value)["class_name"]}
    return {key: one for key, one in wanted.items() if value.get(key) != one}
