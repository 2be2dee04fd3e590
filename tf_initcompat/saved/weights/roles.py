"""The weights of the layers of Keras 2: their roles, and the layers inside layers."""

import dataclasses
import enum
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.values import Json, JsonObject, as_list

__all__ = ["OLD_RENORM", "VARIANTS", "Renorm", "Roles", "RolesOf", "flat", "inner_layers", "of_layer"]


@dataclasses.dataclass(frozen=True)
class Roles:
    """Roles of the weights of one layer, in the order of Keras.

    Attributes:
      trainable: Roles of the weights that training changes.
      others: Roles of the others.
    """

    trainable: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Renorm(enum.Enum):
    """Statistics of `renorm` that BatchNormalization has in a file.

    Attributes:
      NAMED: Those since TensorFlow 1.15, where the config has `renorm`.
      OLD: Those before, where the config has `renorm`.
      NOT_NAMED: Those before TensorFlow 1.12, whose configs have no key `renorm`.
    """

    NAMED = enum.auto()
    OLD = enum.auto()
    NOT_NAMED = enum.auto()


def _numbered(name: str, dimensions: str = "123") -> tuple[str, ...]:
    return tuple(name.replace("*", f"{number}D") for number in dimensions)


_KERNEL: Final = ("kernel", "bias")
_RECURRENT: Final = ("kernel", "recurrent_kernel", "bias")
#: Roles by the class of the layer. A layer without a bias leaves that out.
_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "Dense": _KERNEL,
    **dict.fromkeys(
        (*_numbered("Conv*"), *_numbered("Conv*Transpose"), *_numbered("LocallyConnected*", "12")), _KERNEL
    ),
    **dict.fromkeys(_numbered("DepthwiseConv*", "12"), ("depthwise_kernel", "bias")),
    **dict.fromkeys(_numbered("SeparableConv*", "12"), ("depthwise_kernel", "pointwise_kernel", "bias")),
    **dict.fromkeys(("SimpleRNN", "SimpleRNNCell", "LSTM", "LSTMCell", "GRU", "GRUCell"), _RECURRENT),
    **dict.fromkeys(("UnifiedLSTM", "UnifiedGRU", "CuDNNLSTM", "CuDNNGRU", *_numbered("ConvLSTM*")), _RECURRENT),
    "Embedding": ("embeddings",),
    "PReLU": ("alpha",),
}
_NORMALIZATION: Final = frozenset({"BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2"})
_STATISTICS: Final = ("moving_mean", "moving_variance")
#: Statistics of `renorm` before TensorFlow 1.15, and since.
OLD_RENORM: Final = ("renorm_mean", "renorm_mean_weight", "renorm_stddev", "renorm_stddev_weight")
_RENORM: Final = ("moving_stddev", "renorm_mean", "renorm_stddev")
#: Layers of Keras whose weights this module does not describe.
_NOT_DESCRIBED: Final = frozenset(
    {
        *("EinsumDense", "SpectralNormalization", "GroupNormalization", "RMSNormalization", "Normalization"),
        *("Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention", "Discretization"),
        *("Hashing", "HashedCrossing", "IntegerLookup", "StringLookup", "CategoryEncoding"),
        *(name for name in keras_classes.LAYERS if name.startswith("Random")),
    }
)
_CONTAINERS: Final = frozenset({"RNN", "StackedRNNCells", "TimeDistributed", "Bidirectional"})
_WITHOUT_WEIGHTS: Final = keras_classes.LAYERS - _NOT_DESCRIBED - _CONTAINERS - _ROLES.keys() - _NORMALIZATION


def of_layer(layer: JsonObject, renorm: Renorm = Renorm.NAMED) -> Roles | None:
    """Return the roles of the weights of a layer that has no inner layers; None if they are not known.

    Args:
      layer: The layer's class and config.
      renorm: Statistics that a BatchNormalization with `renorm` has in the file.

    >>> of_layer({"class_name": "Dense", "config": {"use_bias": False}})
    Roles(trainable=('kernel',), others=())
    """
    name, config = layer.get("class_name"), layer.get("config")
    if not isinstance(name, str) or not isinstance(config, dict) or not keras_classes.is_from_keras(layer):
        return None
    if name in _ROLES:
        has_bias = config.get("use_bias", True)
        return Roles(tuple(role for role in _ROLES[name] if has_bias or role != "bias"))
    if name in _NORMALIZATION or name == "LayerNormalization":
        scale, center = ("gamma",) * bool(config.get("scale", True)), ("beta",) * bool(config.get("center", True))
        if name not in _NORMALIZATION:
            return Roles(scale + center)
        has_renorm = config.get("renorm") or (renorm is Renorm.NOT_NAMED and "renorm" not in config)
        further = (_RENORM if renorm is Renorm.NAMED else OLD_RENORM) if has_renorm else ()
        return Roles(scale + center, _STATISTICS + further)
    return Roles() if name in _WITHOUT_WEIGHTS else None


RolesOf: TypeAlias = Callable[[JsonObject], Roles | None]
#: What a layer of Keras 2 can have in a file.
VARIANTS: Final[tuple[RolesOf, ...]] = tuple(functools.partial(of_layer, renorm=renorm) for renorm in Renorm)


def flat(layers: list[Json]) -> Iterator[Json]:
    """Yield the layers of a Sequential model of Keras 1, with those of Sequential models and branches inside it.

    Args:
      layers: Classes and configs of the layers.

    >>> list(flat([{"class_name": "Sequential", "config": [{"class_name": "Flatten"}]}]))
    [{'class_name': 'Flatten'}]
    """
    for layer in layers:
        config = layer.get("config") if isinstance(layer, dict) else None
        name = layer.get("class_name") if isinstance(layer, dict) else None
        if name == "Merge" and isinstance(config, dict) and isinstance(branches := config.get("layers"), list):
            yield from flat(branches)
        is_inner = name == "Sequential" and isinstance(config, list)
        yield from flat(as_list(config)) if is_inner else (layer,)


def inner_layers(layer: JsonObject) -> list[tuple[str, Json]] | None:
    """Return the layers inside a model, a wrapper or a list of cells; None if it is no such layer.

    Args:
      layer: The layer's class and config.

    Returns:
      Each layer with the attribute of Keras that has it: "layers", "layer", "forward_layer", "backward_layer", "cell"
      or "cells".

    >>> inner_layers({"class_name": "RNN", "config": {"cell": {"class_name": "GRUCell"}}})
    [('cell', {'class_name': 'GRUCell'})]
    """
    name, config = layer.get("class_name"), layer.get("config")
    if not isinstance(name, str) or not keras_classes.is_from_keras(layer):
        return None
    if name in keras_classes.MODELS:
        layers = config.get("layers") if isinstance(config, dict) else config
        return [("layers", inner) for inner in layers] if isinstance(layers, list) else None
    if not isinstance(config, dict) or name not in _CONTAINERS:
        return None
    match name:
        case "Bidirectional":
            forward = config.get("layer")
            return [("forward_layer", forward), ("backward_layer", config.get("backward_layer") or forward)]
        case "StackedRNNCells":
            cells = config.get("cells")
            return [("cells", cell) for cell in cells] if isinstance(cells, list) else None
        case "RNN":
            return [("cell", config.get("cell"))]
        case _:
            return [("layer", config.get("layer"))]
