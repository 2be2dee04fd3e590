"""The weights of the layers of Keras 1: their roles, in the terms of Keras 2, and their names in a file."""

from collections.abc import Mapping
from typing import Final

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.values import JsonObject
from tf_initcompat.saved.weights.roles import Roles, of_layer

__all__ = ["NAMES", "of_keras_1_layer"]

#: End of the name of a weight in a file, by the role.
NAMES: Final[Mapping[str, str]] = {
    "kernel": "W",
    "recurrent_kernel": "U",
    "bias": "b",
    "embeddings": "W",
    "alpha": "alphas",
    "moving_mean": "running_mean",
    "moving_variance": "running_std",
}
_KERNEL: Final = ("kernel", "bias")
_GATES: Final = {"LSTM": "icfo", "GRU": "zrh", "ConvLSTM2D": "icfo"}
_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("Dense", "TimeDistributedDense", "Deconvolution2D", "MaxoutDense"), _KERNEL),
    **dict.fromkeys((f"LocallyConnected{n}D" for n in (1, 2)), _KERNEL),
    **dict.fromkeys((f"{kind}Convolution{n}D" for kind in ("", "Atrous") for n in (1, 2, 3)), _KERNEL),
    "SeparableConvolution2D": ("depthwise_kernel", "pointwise_kernel", "bias"),
    "SimpleRNN": ("kernel", "recurrent_kernel", "bias"),
}


def of_keras_1_layer(layer: JsonObject) -> Roles | None:
    """Return the roles of the weights of a layer that has no inner layers; None if they are not known.

    Args:
      layer: The layer's class and config.

    >>> of_keras_1_layer({"class_name": "Convolution2D", "config": {"bias": False}})
    Roles(trainable=('kernel',), others=())
    """
    name, config = layer.get("class_name"), layer.get("config")
    if not isinstance(name, str) or not isinstance(config, dict) or not keras_classes.is_from_keras(layer):
        return None
    if name in _GATES and config.get("consume_less") == "gpu":
        return Roles(_ROLES["SimpleRNN"])
    if name in _GATES:
        return Roles(tuple(f"{weight}_{gate}" for gate in _GATES[name] for weight in "WUb"))
    if name in _ROLES:
        has_bias = config.get("bias", True)
        return Roles(tuple(role for role in _ROLES[name] if has_bias or role != "bias"))
    return of_layer(layer)
