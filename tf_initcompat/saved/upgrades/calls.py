"""Calls of layers in a functional model: the tensors that each call takes, and those that the model returns.

Keras 3 reads the calls of Keras 2 too, if their arguments are one tensor or a flat list of tensors.
"""

from collections.abc import Collection, Iterator
from typing import Final

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.call_tensors import Tensor, is_tensor, map_tensors, tensors_in
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import LAYERS, Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.upgrades import Stage, upgrade
from tf_initcompat.saved.values import ABSENT, Json, JsonObject, as_int, as_list, as_object, as_text

_ENDS: Final = ("input_layers", "output_layers")


@upgrade(stage=Stage.CALLS, kinds={Kind.MODEL})
def call_numbers(node: Node, context: Context) -> Iterator[Edit]:
    """Count the calls of models inside a model from 0, as Keras 3 does, where Keras 2 counts from 1."""
    config = node.config
    if not _is_of_keras_2(config.object):
        return
    layers = [layer for layer in config.child("layers").children() if _is_called(layer)]
    classes = _counted_from_one(layers, config.object)
    for layer in layers:
        calls = layer.child("inbound_nodes")
        yield calls.replaced(_lowered(calls.value, classes.keys()))
    is_lowered_by_keras = context.target.renumbers_functional_outputs
    names = {name for name, class_name in classes.items() if class_name == "Sequential" or not is_lowered_by_keras}
    for end in (key for key in _ENDS if key in config.object):
        yield config.child(end).replaced(_lowered(config.object[end], names))


def _keeps_single_tensors(target: Target) -> bool:
    return target.is_keras_3 and target.keeps_single_tensors


@upgrade(stage=Stage.VALUES, kinds={Kind.MODEL}, is_needed_by=_keeps_single_tensors)
def single_output(node: Node, context: Context) -> Iterator[Edit]:
    """Write one input or output of a model as a tensor, where Keras 2 writes a list of one."""
    config = node.config
    if not _is_of_keras_2(config.object):
        return
    for end in (key for key in _ENDS if key in config.object):
        tensors = config.object[end]
        if isinstance(tensors, list) and len(tensors) == 1 and is_tensor(tensors[0]):
            yield config.child(end).replaced(tensors[0])


def _rejects_single_tensors(target: Target) -> bool:
    return target.is_keras_3 and not target.keeps_single_tensors


@upgrade(stage=Stage.VALUES, kinds={Kind.MODEL}, is_needed_by=_rejects_single_tensors)
def listed_output(node: Node, context: Context) -> Iterator[Edit]:
    """Write one input or output of a model as a list of one, where newer versions of Keras 3 write a tensor."""
    config = node.config
    for end in (key for key in _ENDS if is_tensor(config.object.get(key))):
        yield config.child(end).replaced([config.object[end]])


@upgrade(stage=Stage.CALLS, kinds=LAYERS)
def call_arguments(node: Node, context: Context) -> Iterator[Edit]:
    """Write a call with tensors as keyword arguments, initial states or a structure of inputs as Keras 3 does."""
    if node.model is None or not _is_called(node):
        return
    is_recurrent = node.class_name in keras_classes.RECURRENT and node.is_from_keras
    before = as_list(node.object["inbound_nodes"])
    after = [_call(call, is_recurrent) for call in before]
    yield node.child("inbound_nodes").replaced(after)
    if after and isinstance(after[0], dict) and after[0] != before[0]:
        # The one shape in it is not that of all arguments. The call builds the layer.
        yield node.updated({"build_config": ABSENT})


def _is_called(layer: Node) -> bool:
    return isinstance(layer.value, dict) and "inbound_nodes" in layer.value


def _is_of_keras_2(config: JsonObject) -> bool:
    """Return whether the config of a model is in the form of Keras 2, which that of its inputs shows."""
    layers = config.get("layers")
    for layer in layers if isinstance(layers, list) else ():
        if isinstance(layer, dict) and layer.get("class_name") == "InputLayer":
            inner = layer.get("config")
            if isinstance(inner, dict) and "batch_input_shape" in inner:
                return True
    return False


def _counted_from_one(layers: list[Node], config: JsonObject) -> dict[str, str]:
    """Return the classes of the inner models whose calls are counted from 1, by name: most models in Keras 2."""
    numbers: dict[str, set[Json]] = {}
    calls: list[Json] = [layer.object["inbound_nodes"] for layer in layers]
    for tensor in tensors_in([*calls, *(config.get(end) for end in _ENDS)]):
        numbers.setdefault(as_text(tensor[0]), set()).add(as_int(tensor[1]))
    models = [layer for layer in layers if layer.class_name in keras_classes.MODELS and layer.is_from_keras]
    return {
        as_text(layer.object["name"]): layer.class_name
        for layer in models
        if numbers.get(as_text(layer.object["name"])) == set(range(1, len(as_list(layer.object["inbound_nodes"])) + 1))
    }


def _lowered(value: Json, names: Collection[str]) -> Json:
    """Return a structure with the calls of some layers counted from 0 instead of 1."""

    def lower(tensor: Tensor) -> Json:
        name, call, output, *keywords = tensor
        is_lowered = as_text(name) in names
        return [name, as_int(call) - is_lowered, output, *(_lowered(keyword, names) for keyword in keywords)]

    return map_tensors(value, lower)


def _call(call: Json, is_recurrent: bool) -> Json:
    """Return a call in the form of Keras 3, if Keras 3 does not read its form."""
    tensors = list(tensors_in(call))
    if not tensors or (isinstance(call, dict) and "args" in call):
        return call
    keywords: JsonObject = {}
    keywords = next((as_object(tensor[3]) for tensor in tensors if len(tensor) == 4), keywords)
    is_flat = isinstance(call, list) and all(map(is_tensor, call))
    has_states = is_recurrent and is_flat and len(as_list(call)) > 1
    if is_flat and not has_states and not any(tensors_in(keywords)):
        return call
    arguments = map_tensors(call, _keras_tensor)
    keywords = as_object(map_tensors(keywords, _keras_tensor))
    if has_states:  # Keras 2 writes the initial states after the input
        arguments, *states = as_list(arguments)
        keywords["initial_state"] = states
    elif isinstance(arguments, list) and len(arguments) == 1:
        arguments = arguments[0]
    return {"args": [arguments], "kwargs": keywords}


def _keras_tensor(tensor: Tensor) -> JsonObject:
    """Return a tensor as Keras 3 writes it in a call. Keras 3 reads nothing but the history."""
    return {
        "class_name": "__keras_tensor__",
        "config": {"shape": [None], "dtype": "float32", "keras_history": tensor[:3]},
    }
