"""Configs of layers and models of Keras 2, in the form of Keras 3.

What Keras 3 rejects was measured: the config of every layer of Keras 2.15, loaded by Keras 3.0.0 and 3.15.
"""

from typing import Any, Final, TypeAlias

from tf_initcompat.saved import builtin
from tf_initcompat.saved.targets import Target

_Values: TypeAlias = dict[str, tuple[Any, ...] | None]

#: In place of a value: the key is removed.
GONE: Final = object()
#: Keys that Keras 3 rejects, with the values that mean what it does anyway; None: whatever the value is.
_GROUPS: Final[_Values] = {"groups": (1,)}
_KERNEL: Final[_Values] = dict.fromkeys(("kernel_initializer", "kernel_regularizer", "kernel_constraint"))
_REJECTED: Final[dict[str, _Values]] = {
    **{f"Conv{n}DTranspose": _GROUPS for n in (1, 2, 3)},
    **{f"{kind}Conv{n}D": {**_GROUPS, **_KERNEL} for kind in ("Depthwise", "Separable") for n in (1, 2)},
    **{name: {"time_major": (False,)} for name in builtin.RECURRENT},
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
#: What Keras 3.15 takes in the config of some.
_NEW_OF_LAYERS: Final[dict[str, _Values]] = {"CategoryEncoding": {"sparse": (False,)}}
POLICIES: Final = ("Policy", "DTypePolicy")


def upgraded(name: str, config: dict[str, Any], target: Target, is_built_in: bool) -> dict[str, Any]:
    """Returns what has to change in the config of a layer; a key whose value is `GONE` has to go.

    Args:
      name: Its class.
      config: Its config.
      target: The Keras that has to load it.
      is_built_in: Whether the class is one of Keras.
    """
    new = {**_NEW, **_NEW_OF_LAYERS.get(name, {})} if not target.axes else {}
    rejected = {**_REJECTED.get(name, {}), **new} if is_built_in else {}
    changed = {key: GONE for key, one in config.items() if key in rejected and one in (rejected[key] or (one,))}
    if is_built_in:
        changed |= _translated(name, config, target)
    dtype = config.get("dtype")
    if isinstance(dtype, dict) and dtype.get("class_name") in (POLICIES if not target.axes else POLICIES[:1]):
        changed["dtype"] = dtype["config"]["name"]
    if "batch_input_shape" in config:
        changed["batch_input_shape"] = GONE
        if name == "InputLayer":
            changed["batch_shape"] = config["batch_input_shape"]
    return changed


def _translated(name: str, config: dict[str, Any], target: Target) -> dict[str, Any]:
    """Returns what is written in another way."""
    axis = config.get("axis")
    if name == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        return {"axis": axis[0]}
    if name == "LeakyReLU" and "alpha" in config and not target.axes:
        return {"alpha": GONE, "negative_slope": config["alpha"]}
    if name == "Discretization" and config.get("dtype") == "int64" and "trainable" in config:
        return {"dtype": "float32"}  # Keras 2, which alone writes trainable: what comes out; Keras 3: what goes in
    return {}


def with_inputs(config: dict[str, Any]) -> dict[str, Any]:
    """Returns what has to change in the config of a Sequential model whose first layer says what the input is."""
    layers = config["layers"]
    name, first = (
        layers[0].get(key) if layers and isinstance(layers[0], dict) else None for key in ("class_name", "config")
    )
    if not isinstance(first, dict) or name == "InputLayer" or "batch_input_shape" not in first:
        return {}
    inputs = {"batch_input_shape": first["batch_input_shape"], "name": f"{first.get('name')}_input"}
    if isinstance(first.get("dtype"), str):
        inputs["dtype"] = first["dtype"]
    return {"layers": [{"class_name": "InputLayer", "config": inputs}, *layers]}
