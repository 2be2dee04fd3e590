"""Numbers of the calls in a functional model, and the form of its inputs and outputs."""

from collections.abc import Collection, Iterator
from typing import Final

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.call_tensors import Tensor, is_called, is_tensor, map_tensors, tensors_in
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import Json, JsonObject, as_int, as_list, as_text

_ENDS: Final = ("input_layers", "output_layers")


@upgrade(
    stage=Stage.CALLS,
    kinds={Kind.MODEL},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {
                    "name": "outer",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "InputLayer",
                        "name": "x",
                        "config": {"name": "x", "batch_input_shape": [null, 2]},
                        "inbound_nodes": []
                      },
                      {
                        "module": "keras",
                        "class_name": "Sequential",
                        "name": "inner",
                        "config": {"layers": []},
                        "inbound_nodes": [[["x", 0, 0, {}]]]
                      },
                      {
                        "module": "keras.layers",
                        "class_name": "Dense",
                        "name": "d",
                        "config": {"name": "d"},
                        "inbound_nodes": [[["inner", 1, 0, {}]]]
                      }
                    ],
                    "output_layers": [["d", 0, 0], ["inner", 1, 0]]
                  }
                }
                """,
            after="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {
                    "name": "outer",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "InputLayer",
                        "name": "x",
                        "config": {"name": "x", "batch_shape": [null, 2]},
                        "inbound_nodes": []
                      },
                      {
                        "module": "keras",
                        "class_name": "Sequential",
                        "name": "inner",
                        "config": {"layers": []},
                        "inbound_nodes": [[["x", 0, 0, {}]]]
                      },
                      {
                        "module": "keras.layers",
                        "class_name": "Dense",
                        "name": "d",
                        "config": {"name": "d"},
                        "inbound_nodes": [[["inner", 0, 0, {}]]]
                      }
                    ],
                    "output_layers": [["d", 0, 0], ["inner", 0, 0]]
                  }
                }
                """,
        ),
    ),
)
def call_numbers(node: Node, context: Context) -> Iterator[Edit]:
    """Count the calls of models inside a model from 0, as Keras 3 does, where Keras 2 counts from 1."""
    config = node.config
    if not _is_of_keras_2(config.object):
        return
    layers = [layer for layer in config.child("layers").children() if is_called(layer.value)]
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


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.MODEL},
    is_needed_by=_keeps_single_tensors,
    examples=(
        Example(
            before="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {
                    "name": "m",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "InputLayer",
                        "config": {"name": "x", "batch_input_shape": [null, 2]}
                      }
                    ],
                    "input_layers": [["x", 0, 0]],
                    "output_layers": [["x", 0, 0]]
                  }
                }
                """,
            after="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {
                    "name": "m",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "InputLayer",
                        "config": {"name": "x", "batch_shape": [null, 2]}
                      }
                    ],
                    "input_layers": ["x", 0, 0],
                    "output_layers": ["x", 0, 0]
                  }
                }
                """,
        ),
    ),
)
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


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.MODEL},
    is_needed_by=_rejects_single_tensors,
    examples=(
        Example(
            before="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {"name": "m", "layers": [], "input_layers": ["x", 0, 0], "output_layers": ["x", 0, 0]}
                }
                """,
            after="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {"name": "m", "layers": [], "input_layers": [["x", 0, 0]], "output_layers": [["x", 0, 0]]}
                }
                """,
            target="3.0",
        ),
    ),
)
def listed_output(node: Node, context: Context) -> Iterator[Edit]:
    """Write one input or output of a model as a list of one, where newer versions of Keras 3 write a tensor."""
    config = node.config
    for end in (key for key in _ENDS if is_tensor(config.object.get(key))):
        yield config.child(end).replaced([config.object[end]])


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
