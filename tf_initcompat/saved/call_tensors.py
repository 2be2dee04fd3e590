"""Tensors in the calls of a functional model, and structures of them.

A tensor is a list: the layer's name, the number of the call, the number of the output and, in a call of Keras 2, the
keyword arguments.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeGuard

from tf_initcompat.saved.values import Json

Tensor: TypeAlias = list[Json]


def is_tensor(value: Json) -> TypeGuard[Tensor]:
    """Return whether a value is a tensor.

    >>> is_tensor(["dense", 0, 0]), is_tensor([["dense", 0, 0]])
    (True, False)
    """
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(isinstance(number, int) and not isinstance(number, bool) for number in value[1:3])
    )


def is_called(layer: Json) -> bool:
    """Return whether a layer of a model lists its calls.

    >>> is_called({"class_name": "Dense", "inbound_nodes": []})
    True
    """
    return isinstance(layer, dict) and "inbound_nodes" in layer


def map_tensors(value: Json, function: Callable[[Tensor], Json]) -> Json:
    """Return a structure of lists and dicts with the result of a function in place of each tensor.

    >>> map_tensors({"left": ["a", 0, 0], "right": [["b", 1, 0]]}, lambda tensor: tensor[0])
    {'left': 'a', 'right': ['b']}
    """
    if is_tensor(value):
        return function(value)
    if isinstance(value, dict):
        return {key: map_tensors(inner, function) for key, inner in value.items()}
    return [map_tensors(inner, function) for inner in value] if isinstance(value, list) else value


def tensors_in(value: Json) -> Iterator[Tensor]:
    """Yield the tensors in a structure, also those among their keyword arguments.

    >>> list(tensors_in([["a", 0, 0, {"mask": ["b", 0, 0]}]]))[1]
    ['b', 0, 0]
    """
    if is_tensor(value):
        yield value
        yield from tensors_in(value[3:])
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(inner)
