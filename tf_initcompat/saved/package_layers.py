"""The layers of this package in configs: what Keras 3 lacks or computes in another way."""

from typing import Final

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.nodes import Node
from tf_initcompat.saved.values import Json, JsonObject

__all__ = ["IDS", "NAMES", "identity", "is_package_layer"]

_PACKAGE: Final = "tf_initcompat"
_MODULE: Final = f"{_PACKAGE}.wrappers.layers"
#: Names of the classes.
NAMES: Final = frozenset(
    {
        *("LocallyConnected1D", "LocallyConnected2D", "BilinearUpSampling2D"),
        *("InputNormalization", "Cosine", "Highway", "MaxoutDense", "ParametricSoftplus", "SReLU"),
    }
)
#: Names under which they are registered.
IDS: Final = frozenset(f"{_PACKAGE}>{name}" for name in NAMES)


def identity(name: str, node: Node, context: Context) -> JsonObject:
    """Return the keys by which Keras finds a layer of this package.

    Args:
      name: Name of its class.
      node: Node of the layer.
      context: The circumstances of the conversion.
    """
    registered = f"{_PACKAGE}>{name}"
    # Keras 3.0 finds layers of packages in HDF5 only so, except in wrappers. Keras 2 needs no modules there.
    if context.uses_legacy_loader and (node.parent is None or node.model is not None or not context.target.is_keras_3):
        return {"class_name": registered}
    return {"module": _MODULE, "class_name": name, "registered_name": registered}


def is_package_layer(value: Json) -> bool:
    """Return whether a config is that of a layer of this package.

    >>> is_package_layer({"class_name": "tf_initcompat>Highway", "config": {}}), is_package_layer("Highway")
    (True, False)
    """
    name = value.get("class_name") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str):
        return False
    if "module" not in value:
        return name in IDS and value.get("registered_name") in (None, name)
    return name in NAMES and (value["module"], value.get("registered_name")) == (_MODULE, f"{_PACKAGE}>{name}")
