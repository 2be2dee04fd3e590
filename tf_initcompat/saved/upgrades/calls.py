"""The calls of layers in a functional model: which tensors they take and give, as Keras 2 and Keras 3 write it.

A tensor is written as its layer's name, the number of the call, and the number of the output; in a call of Keras 2
the keyword arguments follow. Keras 3 reads such calls too, if their arguments are one tensor or a flat list of them.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from tf_initcompat.saved import builtin
from tf_initcompat.saved.nested import Change
from tf_initcompat.saved.targets import Target

_Tensor: TypeAlias = list[Any]
_ENDS: Final = ("input_layers", "output_layers")


def upgrade(place: str, config: dict[str, Any], target: Target) -> list[Change]:
    """Rewrites the calls in a functional model.

    Args:
      place: Where the model's config is.
      config: The config; it is changed.
      target: The Keras that has to load it, a Keras 3.

    Returns:
      What was changed.
    """
    changes: list[Change] = []

    def change(where: str, holder: dict[str, Any], key: str, after: Any) -> None:
        if after != holder[key]:
            changes.append(Change(where, holder[key], after, "layer"))
            holder[key] = after

    if is_of_keras_2(config):
        layers = [one for one in config["layers"] if isinstance(one, dict) and "inbound_nodes" in one]
        counted = _counted_from_one(layers, config)
        for layer in layers:
            calls = [_call(layer, _lowered(call, counted)) for call in layer["inbound_nodes"]]
            if calls and isinstance(calls[0], dict):
                layer.pop("build_config", None)  # its one shape is not that of all arguments; the call builds the layer
            change(f"{place}.layers.{layer.get('name')}.inbound_nodes", layer, "inbound_nodes", calls)
        # Of an output, Keras 3.15 itself counts down where the model is a functional one.
        lower = {name: kind for name, kind in counted.items() if kind == "Sequential" or not target.axes}
        for key in (one for one in _ENDS if one in config):
            ends = _lowered(config[key], lower)
            is_list_of_one = isinstance(ends, list) and len(ends) == 1 and _is_tensor(ends[0])
            # Keras 2 writes a list for a tensor alone too; for Keras 3.15 it means a list.
            change(f"{place}.{key}", config, key, ends[0] if is_list_of_one and target.axes else ends)
    if not target.axes:  # Keras 3.0 wants a list of tensors, 3.15 writes one alone
        for key in (one for one in _ENDS if _is_tensor(config.get(one))):
            change(f"{place}.{key}", config, key, [config[key]])
    return changes


def is_of_keras_2(config: dict[str, Any]) -> bool:
    """Returns whether a model's config is in the form of Keras 2: that of its inputs tells."""
    layers = config.get("layers")
    return isinstance(layers, list) and any(
        isinstance(one, dict)
        and one.get("class_name") == "InputLayer"
        and isinstance(one.get("config"), dict)
        and "batch_input_shape" in one["config"]
        for one in layers
    )


def _is_tensor(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(isinstance(one, int) and not isinstance(one, bool) for one in value[1:3])
    )


def _mapped(value: Any, function: Callable[[_Tensor], Any]) -> Any:
    """Returns a structure with a function of each tensor in place of it."""
    if _is_tensor(value):
        return function(value)
    if isinstance(value, dict):
        return {key: _mapped(one, function) for key, one in value.items()}
    return [_mapped(one, function) for one in value] if isinstance(value, list) else value


def _tensors(value: Any) -> Iterator[_Tensor]:
    """Yields the tensors in a structure, those among their keyword arguments too."""
    found: list[_Tensor] = []
    _mapped(value, found.append)
    for tensor in found:
        yield tensor
        yield from _tensors(tensor[3:])


def _counted_from_one(layers: list[dict[str, Any]], config: dict[str, Any]) -> dict[str, str]:
    """Returns the class of each model whose calls are counted from 1, by name: most models in Keras 2 are."""
    numbers: dict[str, set[int]] = {}
    for tensor in _tensors([[one["inbound_nodes"] for one in layers], [config.get(key) for key in _ENDS]]):
        numbers.setdefault(tensor[0], set()).add(tensor[1])
    return {
        one["name"]: one["class_name"]
        for one in layers
        if one.get("class_name") in builtin.MODELS
        and builtin.is_from_keras(one)
        and numbers.get(one["name"]) == set(range(1, len(one["inbound_nodes"]) + 1))
    }


def _lowered(value: Any, names: dict[str, str]) -> Any:
    """Returns a structure with the calls of some layers counted from 0 instead of 1."""

    def lower(tensor: _Tensor) -> _Tensor:
        return [tensor[0], tensor[1] - (tensor[0] in names), tensor[2], *(_lowered(one, names) for one in tensor[3:])]

    return _mapped(value, lower)


def _call(layer: dict[str, Any], call: Any) -> Any:
    """Returns a call in the form of Keras 3, if it must be in that form."""
    is_flat = isinstance(call, list) and all(map(_is_tensor, call))
    found = list(_tensors(call))
    if not found or (isinstance(call, dict) and "args" in call):
        return call
    keywords: dict[str, Any] = next((one[3] for one in found if len(one) == 4), {})
    is_recurrent = layer.get("class_name") in builtin.RECURRENT and builtin.is_from_keras(layer)
    has_states = is_recurrent and is_flat and len(call) > 1
    if is_flat and not has_states and not any(_tensors(keywords)):
        return call
    arguments, keywords = _mapped(call, _tensor), _mapped(keywords, _tensor)
    if has_states:  # Keras 2 writes the initial states after the input
        arguments, keywords = arguments[:1], {**keywords, "initial_state": arguments[1:]}
    if isinstance(arguments, list) and len(arguments) == 1:
        arguments = arguments[0]
    return {"args": [arguments], "kwargs": keywords}


def _tensor(tensor: _Tensor) -> dict[str, Any]:
    """Returns a tensor as Keras 3 writes it in a call; it looks at nothing but the history."""
    config = {"shape": [None], "dtype": "float32", "keras_history": tensor[:3]}
    return {"class_name": "__keras_tensor__", "config": config}
