"""What is asked of an initializer: shape, dtype and partitions."""

import itertools
from typing import Any, NamedTuple

from tf_initcompat.wrappers import arguments
from tf_initcompat.wrappers.tensorflow import tf


class Cell(NamedTuple):
    """What is asked of an initializer.

    Attributes:
      shape: Shape of the whole variable.
      dtype: Name of the dtype given to the call, or None to leave it to the initializer.
      partitions: Number of shards along the first axis.
    """

    shape: tuple[int, ...]
    dtype: str | None = None
    partitions: int = 1

    def keywords(self) -> dict[str, Any]:
        """Returns the keyword arguments of a call."""
        return {} if self.dtype is None else {"dtype": tf.as_dtype(self.dtype)}

    def shards(self) -> list[tuple[tuple[int, ...], Any]]:
        """Returns the shape of each shard, with its `partition_info`; one shard has none."""
        if self.partitions == 1:
            return [(self.shape, None)]
        # As TensorFlow slices: the first shards are one larger where the division has a remainder.
        size, larger = divmod(self.shape[0], self.partitions)
        bounds = [index * size + min(index, larger) for index in range(self.partitions + 1)]
        return [
            (
                (stop - start, *self.shape[1:]),
                arguments.Partition(list(self.shape), [start] + [0] * (len(self.shape) - 1)),
            )
            for start, stop in itertools.pairwise(bounds)
        ]
