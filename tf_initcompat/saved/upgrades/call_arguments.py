"""Arguments of the calls in a functional model.

Keras 3 reads the calls of Keras 2 too, if their arguments are one tensor or a flat list of tensors.
"""

from collections.abc import Iterator

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.call_tensors import Tensor, is_called, is_tensor, map_tensors, tensors_in
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import LAYERS
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, Json, JsonObject, as_list, as_object


@upgrade(
    stage=Stage.CALLS,
    kinds=LAYERS,
    examples=(
        Example(  # a tensor as keyword argument
            before="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {
                    "name": "m",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "MultiHeadAttention",
                        "config": {"name": "a"},
                        "build_config": {"input_shape": [null, 2]},
                        "inbound_nodes": [[["x", 0, 0, {"value": ["y", 0, 0]}]]]
                      }
                    ]
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
                        "class_name": "MultiHeadAttention",
                        "config": {"name": "a"},
                        "inbound_nodes": [
                          {
                            "args": [
                              {
                                "class_name": "__keras_tensor__",
                                "config": {"shape": [null], "dtype": "float32", "keras_history": ["x", 0, 0]}
                              }
                            ],
                            "kwargs": {
                              "value": {
                                "class_name": "__keras_tensor__",
                                "config": {"shape": [null], "dtype": "float32", "keras_history": ["y", 0, 0]}
                              }
                            }
                          }
                        ]
                      }
                    ]
                  }
                }
                """,
        ),
        Example(  # initial states of a recurrent layer
            before="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {
                    "name": "m",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "LSTM",
                        "config": {"name": "g"},
                        "inbound_nodes": [[["x", 0, 0, {}], ["h", 0, 1, {}]]]
                      }
                    ]
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
                        "class_name": "LSTM",
                        "config": {"name": "g"},
                        "inbound_nodes": [
                          {
                            "args": [
                              {
                                "class_name": "__keras_tensor__",
                                "config": {"shape": [null], "dtype": "float32", "keras_history": ["x", 0, 0]}
                              }
                            ],
                            "kwargs": {
                              "initial_state": [
                                {
                                  "class_name": "__keras_tensor__",
                                  "config": {"shape": [null], "dtype": "float32", "keras_history": ["h", 0, 1]}
                                }
                              ]
                            }
                          }
                        ]
                      }
                    ]
                  }
                }
                """,
        ),
    ),
)
def call_arguments(node: Node, context: Context) -> Iterator[Edit]:
    """Write a call with tensors as keyword arguments, initial states or a structure of inputs as Keras 3 does."""
    if node.model is None or not is_called(node.value):
        return
    is_recurrent = node.class_name in keras_classes.RECURRENT and node.is_from_keras
    before = as_list(node.object["inbound_nodes"])
    after = [_call(call, is_recurrent) for call in before]
    yield node.child("inbound_nodes").replaced(after)
    if after and isinstance(after[0], dict) and after[0] != before[0]:
        # The one shape in it is not that of all arguments. The call builds the layer.
        yield node.updated({"build_config": ABSENT})


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
