"""Matches the layers of a model with those in a file of weights: by their names, or else by their order."""

from collections.abc import Mapping

from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.weights.places import Group, Layers

__all__ = ["match"]

#: Maximum number of names in a message.
_MAX_NAMES = 5


def match(
    layers: Layers, groups: Mapping[str, Group], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, Group | None]:
    """Return the weights of each layer of a model, None for a layer without any.

    Names decide if the model and the file have the same. Otherwise it is the order of the layers, as in `load_weights`
    of Keras.

    Args:
      layers: The layers of the model.
      groups: Weights in the file by the layer that has them, without layers that have none.
      shapes: Shapes by the path in the file.

    Raises:
      FileError: If the weights are not those of the model.
    """
    certain = [index for index, layer in enumerate(layers.outlines) if layer.has_weights]
    possible = [index for index, layer in enumerate(layers.outlines) if layer.has_weights is not False]
    names = {layers.outlines[index].name: index for index in possible}
    if groups.keys() <= names.keys() and {layers.outlines[index].name for index in certain} <= groups.keys():
        pairs = {names[name]: name for name in groups}
    elif len(groups) in (len(certain), len(possible)):
        pairs = dict(zip(certain if len(groups) == len(certain) else possible, groups, strict=True))
    else:
        own = [layers.outlines[index].name for index in certain]
        raise FileError(
            f"it has weights of {len(groups)} layers ({_listed(list(groups))}), and the model has {len(certain)} "
            f"layers with weights ({_listed(own)}); pass the weights of this model"
        )
    found = dict[str, Group | None]()
    for index, layer in enumerate(layers.outlines):
        stored = pairs.get(index)
        group = None if stored is None else groups[stored]
        if group:
            problem = layers.problem(index, group, shapes)
            if problem:
                raise FileError(f"its layer {stored!r} does not fit the layer {layer.name or stored!r}: {problem}")
        name = layer.name or stored or f"layer_{index}"
        if name in found:
            raise FileError(f"two layers of the model have the name {name!r}")
        found[name] = group
    return found


def _listed(names: list[str]) -> str:
    """Return names for a message."""
    shown = ", ".join(map(repr, names[:_MAX_NAMES]))
    return f"{shown}, ..." if len(names) > _MAX_NAMES else shown or "none"
