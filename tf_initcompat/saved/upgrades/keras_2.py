"""Files of Keras 3 for Keras 2: the form of Keras 3 is recognized in each config, and written as Keras 2.15 does.

Measured: the config of every layer of Keras 3.15, key by key, loaded by Keras 2.15.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.call_tensors import is_tensor
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import LAYERS, Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, Absent, Json, JsonObject, as_int, as_list, as_object

_Keys: TypeAlias = Mapping[str, tuple[Json, ...] | None]
_TENSOR: Final = "__keras_tensor__"
#: Keys of layers that Keras 2 does not take, and the values that may be removed; None: every value.
_OF_ALL_LAYERS: Final[_Keys] = {"quantization_config": (None,)}
_BY_CLASS: Final[Mapping[str, _Keys]] = {
    "InputLayer": {"optional": (False,)},
    "LayerNormalization": {"rms_scaling": (False,)},
    "MultiHeadAttention": {"use_gate": (False,), "sliding_window": (None,), "seed": None, "flash_attention": (None,)},
    "Resizing": {
        "data_format": ("channels_last",),
        "pad_to_aspect_ratio": (False,),
        "antialias": (False,),
        "fill_mode": None,
        "fill_value": None,
    },
    **{f"ConvLSTM{number}D": {"seed": None} for number in (1, 2, 3)},
    **{
        name: {"data_format": ("channels_last",)}
        for name in (
            *("CenterCrop", "RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip", "RandomRotation"),
            *("RandomTranslation", "RandomZoom", "ZeroPadding1D"),
        )
    },
}
#: Keys next to the class and the config that Keras 2 reads in another form, or does not need.
_ADDED: Final = ("build_config", "compile_config")
_FUNCTIONAL: Final = "keras.src.models.functional"
#: Names of the arguments after the first one in calls.
_ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "MultiHeadAttention": ("value", "key"),
    **dict.fromkeys(keras_classes.RECURRENT, ("initial_state",)),
}


def is_keras_2(target: Target) -> bool:
    """Return whether a target is Keras 2."""
    return not target.is_keras_3


def rejected_keys(layer: Node) -> _Keys:
    """Return the keys that Keras 2 does not take in a layer, with the values that change nothing; None: every value."""
    return {**_OF_ALL_LAYERS, **_BY_CLASS.get(layer.class_name, {})} if layer.is_from_keras else {}


@upgrade(
    stage=Stage.CALLS,
    kinds=LAYERS,
    is_needed_by=is_keras_2,
    examples=(
        Example(
            before="""
                {
                  "class_name": "Functional",
                  "config": {
                    "name": "m",
                    "layers": [
                      {
                        "class_name": "GRU",
                        "config": {"name": "g"},
                        "inbound_nodes": [
                          {
                            "args": [
                              {
                                "class_name": "__keras_tensor__",
                                "config": {"shape": [null, 2], "dtype": "float32", "keras_history": ["x", 0, 0]}
                              }
                            ],
                            "kwargs": {
                              "mask": null,
                              "initial_state": {
                                "class_name": "__keras_tensor__",
                                "config": {"shape": [null, 2], "dtype": "float32", "keras_history": ["h", 0, 0]}
                              }
                            }
                          }
                        ]
                      }
                    ]
                  }
                }
                """,
            after="""
                {
                  "class_name": "Functional",
                  "config": {
                    "name": "m",
                    "layers": [
                      {
                        "class_name": "GRU",
                        "config": {"name": "g"},
                        "inbound_nodes": [[["x", 0, 0, {"initial_state": ["h", 0, 0]}]]]
                      }
                    ]
                  }
                }
                """,
            target="2",
            keras_version="3.15.1",
        ),
    ),
)
def calls_for_keras_2(node: Node, context: Context) -> Iterator[Edit]:
    """Write the calls of a layer in the form of Keras 2, which counts the calls of models inside a model from 1."""
    if not context.is_from_keras_3:
        return
    calls = node.object.get("inbound_nodes")
    if not isinstance(calls, list) or not any(isinstance(call, dict) for call in calls) or node.model is None:
        return
    models = _inner_models(node.model.config.object)
    written = [_call(as_object(call), node.class_name, models) for call in calls]
    if None not in written:
        yield node.child("inbound_nodes").replaced([call for call in written if call is not None])


@upgrade(
    stage=Stage.CALLS,
    kinds={Kind.MODEL},
    is_needed_by=is_keras_2,
    examples=(
        Example(
            before="""
                {
                  "class_name": "Functional",
                  "config": {
                    "name": "m",
                    "layers": [{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 2]}}],
                    "input_layers": ["x", 0, 0],
                    "output_layers": ["x", 0, 0]
                  }
                }
                """,
            after="""
                {
                  "class_name": "Functional",
                  "config": {
                    "name": "m",
                    "layers": [{"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 2]}}],
                    "input_layers": [["x", 0, 0]],
                    "output_layers": [["x", 0, 0]]
                  }
                }
                """,
            target="2",
            keras_version="3.15.1",
        ),
    ),
)
def ends_for_keras_2(node: Node, context: Context) -> Iterator[Edit]:
    """Write the inputs and outputs of a model of Keras 3 as lists, with the numbers of calls that Keras 2 counts."""
    if not context.is_from_keras_3:
        return
    config = node.config
    models = _inner_models(config.object)
    for end in ("input_layers", "output_layers"):
        tensors = config.object.get(end)
        if tensors is not None:
            listed = [tensors] if is_tensor(tensors) else as_list(tensors)
            yield config.child(end).replaced(
                [_counted(tensor, models) if is_tensor(tensor) else tensor for tensor in listed]
            )


@upgrade(
    stage=Stage.KEYS,
    kinds=LAYERS,
    is_needed_by=is_keras_2,
    examples=(
        Example(
            before="""
                {"class_name": "LeakyReLU", "config": {"name": "r", "negative_slope": 0.1, "quantization_config": null}}
                """,
            after="""
                {"class_name": "LeakyReLU", "config": {"name": "r", "alpha": 0.1}}
                """,
            target="2",
            keras_version="3.15.1",
        ),
        Example(
            before="""
                {"class_name": "MultiHeadAttention", "config": {"name": "a", "num_heads": 2}}
                """,
            after="""
                {
                  "class_name": "MultiHeadAttention",
                  "config": {"name": "a", "num_heads": 2, "query_shape": null, "key_shape": null, "value_shape": null}
                }
                """,
            target="2",
            keras_version="3.15.1",
        ),
    ),
)
def keys_for_keras_2(node: Node, context: Context) -> Iterator[Edit]:
    """Rename or remove the keys of layers of Keras 3 that Keras 2 does not take."""
    if not context.is_from_keras_3 or not node.is_from_keras or node.kind is Kind.MODEL:
        return
    config = node.config.object
    removable = rejected_keys(node)
    new: dict[str, Json | Absent] = {
        key: ABSENT for key, value in config.items() if key in removable and value in (removable[key] or (value,))
    }
    if node.class_name == "InputLayer" and "batch_shape" in config:
        new |= {"batch_shape": ABSENT, "batch_input_shape": config["batch_shape"]}
    if node.class_name == "LeakyReLU" and "negative_slope" in config:
        new |= {"negative_slope": ABSENT, "alpha": config["negative_slope"]}
    if node.class_name == "MultiHeadAttention":  # Keras 2 requires these keys
        new |= {key: None for key in ("query_shape", "key_shape", "value_shape") if key not in config}
    yield node.config.updated(new)


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.DTYPE_POLICY},
    is_needed_by=is_keras_2,
    examples=(
        Example(
            before="""
                {
                  "class_name": "Dense",
                  "config": {
                    "name": "d",
                    "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}
                  }
                }
                """,
            after="""
                {"class_name": "Dense", "config": {"name": "d", "dtype": "mixed_float16"}}
                """,
            target="2",
            keras_version="3.15.1",
        ),
    ),
)
def dtype_for_keras_2(node: Node, context: Context) -> Iterator[Edit]:
    """Replace the config of a DTypePolicy, which Keras 3 writes for every layer, by its name."""
    if context.is_from_keras_3 and node.class_name == "DTypePolicy":
        yield node.replaced(node.config.object["name"])


@upgrade(
    stage=Stage.MODULE,
    kinds=LAYERS,
    is_needed_by=is_keras_2,
    examples=(
        Example(
            before="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {"name": "m", "layers": []},
                  "registered_name": "Functional",
                  "build_config": {"input_shape": null}
                }
                """,
            after="""
                {
                  "module": "keras.src.engine.functional",
                  "class_name": "Functional",
                  "config": {"name": "m", "layers": []},
                  "registered_name": "Functional"
                }
                """,
            target="2",
            keras_version="3.15.1",
        ),
    ),
)
def module_for_keras_2(node: Node, context: Context) -> Iterator[Edit]:
    """Write the module of a functional model, and remove what Keras 3 adds for building and compiling."""
    if not context.is_from_keras_3 or not node.is_from_keras:
        return
    value = node.object
    new: dict[str, Json | Absent] = {key: ABSENT for key in _ADDED if key in value}
    if value.get("module") == _FUNCTIONAL:
        new["module"] = "keras.src.engine.functional"
    yield node.updated(new)


def _inner_models(config: JsonObject) -> set[str]:
    """Return the names of the models inside a model that begin with an input layer: Keras 2 counts it as a call."""
    names = set[str]()
    for layer in as_list(config.get("layers", [])):
        inner = (
            layer.get("config") if isinstance(layer, dict) and layer.get("class_name") in keras_classes.MODELS else None
        )
        layers = inner.get("layers") if isinstance(inner, dict) else None
        first = layers[0] if isinstance(layers, list) and layers else None
        if isinstance(inner, dict) and isinstance(first, dict) and first.get("class_name") == "InputLayer":
            names.add(str(inner.get("name")))
    return names


def _counted(tensor: list[Json], models: set[str]) -> list[Json]:
    name, call, output, *others = tensor
    return [name, as_int(call) + (name in models), output, *others]


def _call(call: JsonObject, class_name: str, models: set[str]) -> Json | None:
    """Return a call in the form of Keras 2; None if it has no such form."""
    first, *others = as_list(call.get("args", []))
    names = _ARGUMENTS.get(class_name, ())
    if len(others) > len(names):
        return None
    keywords = {**dict(zip(names, others, strict=False)), **as_object(call.get("kwargs", {}))}
    arguments = {key: _tensors(value, models) for key, value in keywords.items() if value is not None}
    tensors = _tensors(first, models)
    listed = [tensors] if is_tensor(tensors) else tensors
    if not isinstance(listed, list) or not all(map(is_tensor, listed)):
        return None
    return [[*as_list(tensor), arguments] for tensor in listed]


def _tensors(value: Json, models: set[str]) -> Json:
    """Return a structure with the tensors in the form of Keras 2."""
    if isinstance(value, dict) and value.get("class_name") == _TENSOR:
        return _counted(as_list(as_object(value["config"])["keras_history"]), models)
    if isinstance(value, dict):
        return {key: _tensors(inner, models) for key, inner in value.items()}
    return [_tensors(inner, models) for inner in value] if isinstance(value, list) else value
