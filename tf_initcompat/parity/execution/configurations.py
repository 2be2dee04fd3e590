"""Configurations: the shape, dtype and partitions that an initializer is called for. No TensorFlow."""

import itertools
from typing import NamedTuple


class Shard(NamedTuple):
    """A shard of a variable.

    Attributes:
      shape: Its shape.
      offset: Its offset in the variable.
    """

    shape: tuple[int, ...]
    offset: tuple[int, ...]


class Configuration(NamedTuple):
    """A configuration.

    Attributes:
      shape: Shape of the whole variable.
      dtype: Name of the dtype that the call asks for, or None to leave it to the initializer.
      partitions: Number of shards along the first axis.
    """

    shape: tuple[int, ...]
    dtype: str | None = None
    partitions: int = 1

    @property
    def is_possible(self) -> bool:
        """Whether the first axis can be divided into so many shards."""
        return self.partitions == 1 or (bool(self.shape) and self.shape[0] >= self.partitions)

    def shards(self) -> list[Shard]:
        """Return the shards.

        Example:
          >>> [shard.shape for shard in Configuration((5, 2), partitions=2).shards()]
          [(3, 2), (2, 2)]
        """
        if self.partitions == 1:
            return [Shard(self.shape, (0,) * len(self.shape))]
        # As TensorFlow does: if the division has a remainder, the first shards are larger by one.
        size, larger = divmod(self.shape[0], self.partitions)
        bounds = [index * size + min(index, larger) for index in range(self.partitions + 1)]
        zeros = (0,) * (len(self.shape) - 1)
        return [Shard((stop - start, *self.shape[1:]), (start, *zeros)) for start, stop in itertools.pairwise(bounds)]
