"""Layers with the activation hard_sigmoid, which has another slope in Keras 3."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.activations import (
    HARD_SIGMOID,
    LEGACY_HARD_SIGMOID,
    SLOPE_RATIO,
    is_legacy_hard_sigmoid,
)
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.kinds import LAYERS, Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.package_layers import IDS
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import JsonObject
from tf_initcompat.saved.weights.recipes import NewWeight, Recipe, kept, scaled_blocks

_ROLES: Final = ("kernel", "recurrent_kernel", "bias")
_KEYS: Final = ("recurrent_activation", "activation")


def _recipe(what: str, *weights: NewWeight) -> Recipe:
    return Recipe(f"multiplied by {SLOPE_RATIO}{what}", weights, can_be_kept=True)


def _columns(what: str, blocks: tuple[int, ...], count: int) -> Recipe:
    """Return the recipe that multiplies some of the blocks of columns that stand for the gates."""
    return _recipe(f" in the columns of {what}", *(scaled_blocks(role, SLOPE_RATIO, blocks, count) for role in _ROLES))


def _whole(*roles: str, unchanged: tuple[str, ...] = ()) -> Recipe:
    scaled = (scaled_blocks(role, SLOPE_RATIO, (0,), 1) for role in roles)
    return _recipe("", *map(kept, unchanged), *scaled)


def _each(dimensions: str, *names: str) -> tuple[str, ...]:
    return tuple(name.replace("*", f"{number}D") for name in names for number in dimensions)


#: Gates of LSTM, whose blocks are input, forget, candidate and output.
_LSTM: Final = _columns("the gates i, f and o", (0, 1, 3), 4)
#: Weights that enter the activation, by class and key. The `activation` of LSTM is also that of its state, which no
#: weight enters.
_RECIPES: Final[dict[tuple[str, str], Recipe]] = {
    **dict.fromkeys(((name, _KEYS[0]) for name in ("LSTM", "LSTMCell", *_each("123", "ConvLSTM*"))), _LSTM),
    **dict.fromkeys(((name, _KEYS[0]) for name in ("GRU", "GRUCell")), _columns("the gates z and r", (0, 1), 3)),
    **dict.fromkeys(((name, _KEYS[1]) for name in ("GRU", "GRUCell")), _columns("the candidate h", (2,), 3)),
    **dict.fromkeys(((name, _KEYS[1]) for name in ("SimpleRNN", "SimpleRNNCell")), _whole(*_ROLES)),
    **dict.fromkeys(
        ((name, _KEYS[1]) for name in ("Dense", *_each("123", "Conv*", "Conv*Transpose"))), _whole("kernel", "bias")
    ),
    **dict.fromkeys(((name, _KEYS[1]) for name in _each("12", "DepthwiseConv*")), _whole("depthwise_kernel", "bias")),
    **dict.fromkeys(
        ((name, _KEYS[1]) for name in _each("12", "SeparableConv*")),
        _whole("pointwise_kernel", "bias", unchanged=("depthwise_kernel",)),
    ),
}


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.LAYER},
    classes=(keras_classes.LAYERS - {"Activation"}) | IDS,
    examples=(
        Example(  # without weights, such as in a .json file
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "LSTM",
                  "config": {"name": "l", "units": 3, "recurrent_activation": "hard_sigmoid"}
                }
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "LSTM",
                  "config": {
                    "name": "l",
                    "units": 3,
                    "recurrent_activation": {
                      "module": "tf_initcompat.wrappers.activations",
                      "class_name": "function",
                      "config": "tf_initcompat>legacy_hard_sigmoid",
                      "registered_name": "tf_initcompat>legacy_hard_sigmoid"
                    }
                  }
                }
                """,
        ),
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Dense",
                  "config": {"name": "d", "units": 3, "activation": "hard_sigmoid"}
                }
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "Dense",
                  "config": {
                    "name": "d",
                    "units": 3,
                    "activation": {
                      "module": "keras.activations",
                      "class_name": "function",
                      "config": "hard_sigmoid",
                      "registered_name": "hard_sigmoid"
                    }
                  }
                }
                """,
            has_weights=True,
        ),
    ),
)
def hard_sigmoid(node: Node, context: Context) -> Iterator[Edit]:
    """Scale the weights that enter hard_sigmoid, whose slope is 1/6 in Keras 3 and 1/5 before, or replace it."""
    if context.is_from_keras_3:
        return
    for key in _KEYS:
        if is_legacy_hard_sigmoid(node.config.object.get(key)):
            recipe = _RECIPES.get((node.class_name, key)) if context.scales_weights else None
            yield node.config.updated({key: HARD_SIGMOID if recipe else LEGACY_HARD_SIGMOID}, recipe)


@upgrade(
    stage=Stage.VALUES,
    kinds=LAYERS,
    classes={"Activation"},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Activation",
                  "config": {"name": "a", "activation": "hard_sigmoid"}
                }
                """,
            after="""
                {
                  "module": "keras",
                  "class_name": "Sequential",
                  "config": {
                    "name": "a",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "Rescaling",
                        "config": {"name": "a_slope", "scale": 0.2, "offset": 0.5},
                        "registered_name": "Rescaling"
                      },
                      {
                        "module": "keras.layers",
                        "class_name": "ReLU",
                        "config": {"name": "a_clip", "max_value": 1.0},
                        "registered_name": "ReLU"
                      }
                    ]
                  },
                  "registered_name": "Sequential"
                }
                """,
        ),
    ),
)
def hard_sigmoid_layer(node: Node, context: Context) -> Iterator[Edit]:
    """Replace a layer that is hard_sigmoid by Rescaling and ReLU, which compute the function of Keras 2."""
    config = node.config.object
    if context.is_from_keras_3 or not is_legacy_hard_sigmoid(config.get("activation")):
        return
    if context.form is Form.SHIM:
        yield node.config.updated({"activation": LEGACY_HARD_SIGMOID})
        return
    name = config.get("name", "hard_sigmoid")
    dtype: JsonObject = {"dtype": config["dtype"]} if "dtype" in config else {}
    slope: JsonObject = {"name": f"{name}_slope", **dtype, "scale": 0.2, "offset": 0.5}
    clip: JsonObject = {"name": f"{name}_clip", **dtype, "max_value": 1.0}
    layers: list[JsonObject] = [
        {"class_name": "Rescaling", "config": slope},
        {"class_name": "ReLU", "config": clip},
    ]
    # Keras 3 finds a model by its module, and a layer in HDF5 without one.
    yield node.updated(
        {
            "module": "keras",
            "class_name": "Sequential",
            "config": {"name": name, "layers": [*layers]},
            "registered_name": "Sequential",
        }
    )
