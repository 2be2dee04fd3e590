"""Layers of Keras 1: their classes, keys and weights become those of Keras 2. Other upgrades go on from there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, Absent, Json, JsonObject
from tf_initcompat.saved.weights import roles
from tf_initcompat.saved.weights.recipes import Array, NewWeight, Recipe, kept

_CLASSES: Final = {
    **{f"{kind}Convolution{n}D": f"Conv{n}D" for kind in ("", "Atrous") for n in (1, 2, 3)},
    "Deconvolution2D": "Conv2DTranspose",
    "SeparableConvolution2D": "SeparableConv2D",
    "TimeDistributedDense": "Dense",
}
#: Classes of the modes of Merge, with the key of the new class for each key of Merge.
_MERGES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "sum": ("Add", {}),
    "mul": ("Multiply", {}),
    "ave": ("Average", {}),
    "max": ("Maximum", {}),
    "concat": ("Concatenate", {"concat_axis": "axis"}),
    "dot": ("Dot", {"dot_axes": "axes"}),
}
#: New keys of all layers; "" removes a key.
_KEYS: Final = {
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
    "output_dim": "units",
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "atrous_rate": "dilation_rate",
    "pool_length": "pool_size",
    "stride": "strides",
    "length": "size",
    "p": "rate",
    "sigma": "stddev",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "input_dtype": "",
    "consume_less": "",
    "input_dim": "",
    "input_length": "",
}
#: New keys of single classes.
_OWN_KEYS: Final[dict[str, dict[str, str]]] = {
    "Embedding": {
        **{old: f"embeddings_{new}" for old, new in (("W_regularizer", "regularizer"), ("W_constraint", "constraint"))},
        "init": "embeddings_initializer",
        "output_dim": "output_dim",
        "input_dim": "input_dim",
        "dropout": "",
    },
    "InputLayer": {"input_dtype": "dtype"},
    "PReLU": {"init": "alpha_initializer"},
    "Deconvolution2D": {"output_shape": ""},
    "SReLU": {f"{name}_init": f"{name}_initializer" for name in ("t_left", "a_left", "t_right", "a_right")},
}
_DATA_FORMATS: Final = {"tf": "channels_last", "th": "channels_first"}
_SIZES: Final = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))
_PENALTIES: Final = ("L1L2Regularizer", "WeightRegularizer", "ActivityRegularizer")
_CONSTRAINTS: Final = {"MaxNorm": {"m": "max_value", "axis": "axis"}, "UnitNorm": {"axis": "axis"}, "NonNeg": {}}


def _joined(role: str, *sources: str) -> NewWeight:
    """Return a weight whose columns are those of the weights of each gate."""

    def join(arrays: Sequence[Array]) -> Array:
        first, count = arrays[0], len(arrays)
        if any(array.shape != first.shape for array in arrays):
            raise ValueError(f"the weights {', '.join(sources)} have different shapes")
        size = first.shape[-1]
        new: Array = first.repeat(count, axis=-1)
        for index, array in enumerate(arrays):
            new[..., index * size : (index + 1) * size] = array
        return new

    return NewWeight(role, sources, join)


def _gates(names: str) -> Recipe:
    roles = {"kernel": "W", "recurrent_kernel": "U", "bias": "b"}
    weights = (_joined(role, *(f"{old}_{gate}" for gate in names)) for role, old in roles.items())
    return Recipe("of the gates joined", tuple(weights))


def _laid(what: str, function: Callable[[Array], Array]) -> Recipe:
    def lay(arrays: Sequence[Array]) -> Array:
        return function(arrays[0])

    return Recipe(what, (NewWeight("kernel", ("kernel",), lay), kept("bias")))


def _without_second_axis(kernel: Array) -> Array:
    if len(kernel.shape) != 4 or kernel.shape[1] != 1:
        raise ValueError(f"the shape of its kernel is {kernel.shape}, not (length, 1, inputs, outputs)")
    new: Array = kernel[:, 0]
    return new


_SQUEEZED: Final = _laid("without the second axis", _without_second_axis)
_LSTM: Final = _gates("ifco")
#: Recipes by the class.
_RECIPES: Final[Mapping[str, Recipe]] = {
    "LSTM": _LSTM,
    "ConvLSTM2D": _LSTM,
    "GRU": _gates("zrh"),
    "Convolution1D": _SQUEEZED,
    "AtrousConvolution1D": _SQUEEZED,
    "Deconvolution2D": _laid("with the last axes exchanged", lambda kernel: kernel.swapaxes(-1, -2)),
}
#: Recipes of kernels in the order of Theano: outputs, inputs, rows, columns.
_THEANO: Final = _laid("in the order of TensorFlow", lambda kernel: kernel.T.swapaxes(0, -3))


@upgrade(
    stage=Stage.GENERATION,
    kinds={Kind.LAYER},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Convolution2D",
                  "config": {
                    "name": "c",
                    "trainable": true,
                    "nb_filter": 2,
                    "nb_row": 3,
                    "nb_col": 4,
                    "init": "he_normal",
                    "border_mode": "same",
                    "subsample": [1, 1],
                    "dim_ordering": "tf",
                    "W_regularizer": {"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.1},
                    "W_constraint": {"name": "MaxNorm", "m": 2, "axis": 0},
                    "bias": true
                  }
                }
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "Conv2D",
                  "config": {
                    "name": "c",
                    "trainable": true,
                    "filters": 2,
                    "kernel_initializer": "he_normal",
                    "padding": "same",
                    "strides": [1, 1],
                    "data_format": "channels_last",
                    "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.1}},
                    "kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 2, "axis": 0}},
                    "use_bias": true,
                    "kernel_size": [3, 4]
                  }
                }
                """,
            keras_version="1.2.2",
        ),
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Merge",
                  "config": {"name": "m", "trainable": true, "mode": "concat", "concat_axis": 1, "dot_axes": -1}
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "Concatenate", "config": {"name": "m", "axis": 1}}
                """,
            keras_version="1.2.2",
        ),
    ),
)
def keras_1_layer(node: Node, context: Context) -> Iterator[Edit]:
    """Write the class and the keys of a layer of Keras 1 as those of Keras 2."""
    if not context.is_from_keras_1 or not node.is_from_keras:
        return
    name, config = node.class_name, node.config.object
    if name == "Merge":
        yield from _merge(node)
        return
    recipe = _RECIPES.get(name) if config.get("consume_less") != "gpu" else None
    if config.get("dim_ordering") == "th" and name in ("Convolution2D", "Convolution3D", "AtrousConvolution2D"):
        recipe = _THEANO
    yield node.config.updated(_new_keys(name, config), recipe if context.has_weights else None)
    yield node.updated({"class_name": _CLASSES.get(name, name)})


def _new_keys(name: str, config: JsonObject) -> dict[str, Json | Absent]:
    """Return the values of new keys, and ABSENT for those that are gone."""
    keys = {**_KEYS, **_OWN_KEYS.get(name, {})}
    new: dict[str, Json | Absent] = {}
    for key, value in config.items():
        target = keys.get(key, key)
        if key != target:
            new[key] = ABSENT
        if target:
            new[target] = _value(value)
    if "dim_ordering" in config:
        new["dim_ordering"], old = ABSENT, config["dim_ordering"]
        new["data_format"] = _DATA_FORMATS.get(old) if isinstance(old, str) else None
    for sizes in _SIZES:
        if all(size in config for size in sizes):
            new.update(dict.fromkeys(sizes, ABSENT))
            new["kernel_size"] = [config[size] for size in sizes]
    if "forget_bias_init" in config:
        new["forget_bias_init"] = ABSENT
        new["unit_forget_bias"] = config["forget_bias_init"] == "one"
    if name == "BatchNormalization" and config.get("mode") == 0:
        new["mode"] = ABSENT
    if name == "SeparableConvolution2D" and "init" in config:
        del new["kernel_initializer"]
        new.update(dict.fromkeys(("depthwise_initializer", "pointwise_initializer"), config["init"]))
    return new


def _value(value: Json) -> Json:
    """Return a regularizer or a constraint in the form of Keras 2, and any other value as it is."""
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str):
        return value
    if name in _PENALTIES:
        return {"class_name": "L1L2", "config": {key: value.get(key, 0.0) for key in ("l1", "l2")}}
    if name in _CONSTRAINTS:
        config: JsonObject = {new: value[old] for old, new in _CONSTRAINTS[name].items() if old in value}
        return {"class_name": name, "config": config}
    return value


def _merge(node: Node) -> Iterator[Edit]:
    config = node.config.object
    mode = config.get("mode")
    if not isinstance(mode, str) or mode not in _MERGES or "layers" in config:
        return
    class_name, keys = _MERGES[mode]
    new: dict[str, Json | Absent] = dict.fromkeys(config.keys() - {"name"}, ABSENT)
    new.update({key: config[old] for old, key in keys.items()})
    yield node.config.updated(new)
    yield node.updated({"class_name": class_name})


@upgrade(
    stage=Stage.GENERATION,
    kinds={Kind.MODEL},
    classes={"Sequential"},
    examples=(
        Example(
            before="""
                {
                  "class_name": "Sequential",
                  "config": [
                    {"class_name": "Sequential", "config": [{"class_name": "Flatten", "config": {"name": "f"}}]},
                    {"class_name": "Flatten", "config": {"name": "g"}}
                  ]
                }
                """,
            after="""
                {
                  "module": "keras",
                  "class_name": "Sequential",
                  "config": {
                    "name": "sequential",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "Flatten",
                        "config": {"name": "f"},
                        "registered_name": "Flatten"
                      },
                      {
                        "module": "keras.layers",
                        "class_name": "Flatten",
                        "config": {"name": "g"},
                        "registered_name": "Flatten"
                      }
                    ]
                  },
                  "registered_name": "Sequential"
                }
                """,
            keras_version="1.2.2",
        ),
    ),
)
def keras_1_sequential(node: Node, context: Context) -> Iterator[Edit]:
    """Join the layers of Sequential models inside one of Keras 1, as the file has their weights."""
    layers = node.object["config"]
    if context.is_from_keras_1 and isinstance(layers, list):
        yield node.updated({"config": [*roles.flat(layers)]})


@upgrade(
    stage=Stage.GENERATION,
    kinds={Kind.MODEL},
    classes={"Model"},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Model",
                  "config": {
                    "name": "m",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "InputLayer",
                        "name": "x",
                        "config": {"name": "x"},
                        "inbound_nodes": []
                      },
                      {
                        "module": "keras.layers",
                        "class_name": "Activation",
                        "name": "a",
                        "config": {"name": "a", "activation": "linear"},
                        "inbound_nodes": [[["x", 0, 0]]]
                      }
                    ],
                    "input_layers": [["a", 0, 0]]
                  }
                }
                """,
            after="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Model",
                  "config": {
                    "name": "m",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "InputLayer",
                        "name": "x",
                        "config": {"name": "x"},
                        "inbound_nodes": []
                      },
                      {
                        "module": "keras.layers",
                        "class_name": "Activation",
                        "name": "a",
                        "config": {"name": "a", "activation": "linear"},
                        "inbound_nodes": [[["x", 0, 0]]]
                      }
                    ],
                    "input_layers": [["x", 0, 0]]
                  }
                }
                """,
            keras_version="1.2.2",
        ),
    ),
)
def keras_1_inputs(node: Node, context: Context) -> Iterator[Edit]:
    """Name the input layers of a model, where Keras 1 names a linear activation, which returned its input."""
    config = node.config.object
    layers, inputs = config.get("layers"), config.get("input_layers")
    if context.is_from_keras_1 and isinstance(layers, list) and isinstance(inputs, list):
        objects = [layer for layer in layers if isinstance(layer, dict)]
        own = [layer.get("name") for layer in objects if layer.get("class_name") == "InputLayer"]
        named = [tensor[0] for tensor in inputs if isinstance(tensor, list)]
        if len(own) == len(named) and set(map(str, own)) != set(map(str, named)):
            yield node.config.updated({"input_layers": [[name, 0, 0] for name in own]})
