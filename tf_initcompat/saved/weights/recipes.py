"""Recipes: how the weights of a layer are made of those that a file has.

A weight is known by its role, which is the name that Keras gives it: "kernel", "recurrent_kernel", "bias".
"""

import dataclasses
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

#: A numpy array. h5py has no types, and pyright does not resolve those of numpy here.
Array: TypeAlias = Any

__all__ = ["Array", "NewWeight", "Recipe", "kept", "scaled_blocks"]

Function: TypeAlias = Callable[[Sequence[Array]], Array]


@dataclasses.dataclass(frozen=True)
class NewWeight:
    """A weight of the converted layer.

    Attributes:
      role: Its role.
      sources: Roles of the weights in the file of which it is made.
      function: Makes it of them; None if it is the first of them as it is. A ValueError says that they have another
        shape than Keras writes.
    """

    role: str
    sources: tuple[str, ...]
    function: Function | None = None


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How the weights of a layer are made of those in the file.

    Attributes:
      summary: What becomes of them, for messages, such as "gates multiplied by 1.2".
      weights: The new weights, in the order of Keras. Those whose sources the layer lacks, such as a bias, are left
        out.
      can_be_kept: Whether the layer can also be converted with the weights in the file, see `Context.keeps_weights`.

    >>> Recipe("without statistics of renorm", (kept("gamma"), kept("beta"))).weights_of({"beta"})
    (NewWeight(role='beta', sources=('beta',), function=None),)
    """

    summary: str
    weights: tuple[NewWeight, ...]
    can_be_kept: bool = False

    def weights_of(self, roles: Collection[str]) -> tuple[NewWeight, ...]:
        """Return the new weights of a layer whose weights in the file have these roles."""
        return tuple(weight for weight in self.weights if all(source in roles for source in weight.sources))


def kept(role: str) -> NewWeight:
    """Return a weight that stays as it is."""
    return NewWeight(role, (role,))


def scaled_blocks(role: str, factor: float, blocks: Collection[int], count: int) -> NewWeight:
    """Return a weight some of whose blocks along the last axis are multiplied.

    Args:
      role: Its role.
      factor: The factor.
      blocks: Indices of the blocks.
      count: Number of blocks.

    >>> import numpy as np
    >>> weight = scaled_blocks("bias", 2.0, blocks=(1,), count=2)
    >>> weight.function([np.ones(4)]).tolist()
    [1.0, 1.0, 2.0, 2.0]
    """

    def scale(sources: Sequence[Array]) -> Array:
        (old,) = sources
        size, rest = divmod(old.shape[-1], count)
        if rest:
            raise ValueError(f"the shape of its {role} is {old.shape}, whose last size is not a multiple of {count}")
        new: Array = old.copy()
        for block in blocks:
            new[..., block * size : (block + 1) * size] *= factor
        return new

    return NewWeight(role, (role,), scale)
