"""What of a model of Keras 2 is known to predict differently in Keras 3, or not to load, and cannot be upgraded.

Measured with models of Keras 2.15, loaded by Keras 3.0.0 and 3.15.
"""

from collections.abc import Iterator
from typing import Any, Final

from tf_initcompat.saved import builtin, nested
from tf_initcompat.saved.targets import Target

_SLOPE: Final = "hard_sigmoid is another function in Keras 3 (it rises by x / 6, in Keras 2 by x / 5)"
#: Layers of Keras 2.15 that no Keras 3 has.
_GONE: Final = ("LocallyConnected1D", "LocallyConnected2D", "ThresholdedReLU", "RandomHeight", "RandomWidth")


def of(roots: dict[str, Any], target: Target, version: str, is_hdf5: bool) -> Iterator[str]:
    """Yields what is known of a converted model.

    Args:
      roots: Its JSON objects, after the conversion.
      target: The Keras that has to load it.
      version: The Keras that wrote it; "" if that is not known.
      is_hdf5: Whether it is an HDF5 file.

    Yields:
      What is different, a sentence each; nothing of a file of Keras 3, or for Keras 2.
    """
    if not target.has_modules or version.startswith("3."):
        return
    for node in nested.walk(roots):
        value = node.value
        if "activation" in str(node.key) and _is_hard_sigmoid(value):
            yield f"{node.place}: predicts differently: {_SLOPE}"
        if not isinstance(value, dict) or not isinstance(config := value.get("config"), dict):
            continue
        name = value.get("class_name")
        if not isinstance(name, str) or not builtin.is_from_keras(value):
            continue
        if name == "BatchNormalization" and isinstance(config.get("axis"), list):
            yield f"{node.place}: does not load: BatchNormalization of Keras 3 takes one axis only"
        elif name in _GONE and "name" in config:
            yield f"{node.place}: does not load: Keras 3 has no {name}"
        elif name in ("Functional", "Model") and not target.axes and _is_alone(node):
            yield f"{node.place}: does not load or gives another shape: Keras 3.0 makes its one output a list here"
        elif name in ("Functional", "Model") and not target.axes and _has_nested_outputs(config):
            yield f"{node.place}: does not load: Keras 3.0 reads no lists in the list of outputs"
        elif name == "Normalization" and is_hdf5 and not target.axes:
            yield f"{node.place}: predicts differently: Keras 3.0 does not use the statistics of Normalization in .h5"


def _is_hard_sigmoid(value: Any) -> bool:
    if isinstance(value, dict):
        value = value.get("config") if value.get("class_name") == "function" else value.get("class_name")
    return bool(value == "hard_sigmoid")


def _has_nested_outputs(config: dict[str, Any]) -> bool:
    ends = config.get("output_layers")
    return isinstance(ends, list) and any(isinstance(one, list) and one and isinstance(one[0], list) for one in ends)


def _is_alone(node: nested.Node) -> bool:
    """Returns whether a layer is called by a Sequential model or a wrapper, with its one input."""
    outer = node.outer.outer.outer if node.key != "layer" and node.outer and node.outer.outer else None
    model = outer.value if outer else None
    return node.key == "layer" or (isinstance(model, dict) and model.get("class_name") == "Sequential")
