"""Sizes of weights that the config of their layer names."""

from collections.abc import Mapping
from typing import Final

from tf_initcompat.saved.values import JsonObject

__all__ = ["last_size"]

_KERNEL: Final = ("kernel", "bias")


def _gates(count: int, bias_count: int) -> Mapping[str, tuple[str, int]]:
    """Return the sizes of a recurrent layer with a number of gates, and of biases in its bias."""
    return {"kernel": ("units", count), "recurrent_kernel": ("units", count), "bias": ("units", bias_count)}


#: By the class and the role: the key whose value is the last size, and the factor.
_SIZES: Final[Mapping[str, Mapping[str, tuple[str, int]]]] = {
    "Dense": dict.fromkeys(_KERNEL, ("units", 1)),
    "Embedding": {"embeddings": ("output_dim", 1)},
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), dict.fromkeys(_KERNEL, ("filters", 1))),
    **dict.fromkeys(("Conv2DTranspose", "Conv3DTranspose"), dict.fromkeys(("bias",), ("filters", 1))),
    **dict.fromkeys(
        ("SeparableConv1D", "SeparableConv2D"), dict.fromkeys(("pointwise_kernel", "bias"), ("filters", 1))
    ),
    **dict.fromkeys(("LSTM", "LSTMCell"), _gates(4, 4)),
    **dict.fromkeys(("GRU", "GRUCell"), _gates(3, 3)),
    **dict.fromkeys(("SimpleRNN", "SimpleRNNCell"), _gates(1, 1)),
    "CuDNNLSTM": _gates(4, 8),
    "CuDNNGRU": _gates(3, 6),
}


def last_size(layer: JsonObject, role: str) -> int | None:
    """Return the size of the last axis of a weight; None if the config of the layer does not name it.

    Args:
      layer: The layer's class and config.
      role: Role of the weight.

    >>> last_size({"class_name": "LSTM", "config": {"units": 2}}, "kernel")
    8
    """
    name, config = layer.get("class_name"), layer.get("config")
    found = _SIZES.get(name, {}).get(role) if isinstance(name, str) else None
    if found is None or not isinstance(config, dict):
        return None
    key, factor = found
    size = config.get(key)
    return size * factor if isinstance(size, int) else None
