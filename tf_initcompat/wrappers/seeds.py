"""The seed of each call.

Native initializers repeat their values in every call. Legacy ones sample from TensorFlow's stateful random stream: each
call is fresh, and `tf.random.set_seed` reproduces it. This module draws the *seed* of a native initializer from that
stream, with the pair of graph seed and op seed that the legacy operation would use. A given op seed is salted. Keras
does the sampling.
"""

import contextlib
import functools
import threading
import zlib
from collections.abc import Generator, Sequence
from typing import Any, Final, NamedTuple, SupportsIndex

from tf_initcompat.typing import DType, Seed, Tensor
from tf_initcompat.wrappers import graph_constants, native, placement
from tf_initcompat.wrappers.native import NativeDistribution, NativeSeed
from tf_initcompat.wrappers.tensorflow import np, random_seed, tf

_SCALAR: Final = np.array([], np.int32)
_PAIR: Final = np.array([2], np.int32)
_LOWEST: Final = int(tf.int32.min)
_HIGHEST: Final = int(tf.int32.max)


def call_seed(op_seed: Seed, distribution: NativeDistribution, dtype: DType) -> NativeSeed:
    """Return the seed for one native initializer that is used for one call.

    Args:
      op_seed: Seed given to the wrapper.
      distribution: Kind of the random operation. Legacy operations with one seed have a stream for each kind and dtype.
      dtype: Dtype that will be sampled.

    Returns:
      The `seed` for the installed Keras.
    """
    stream = Stream(distribution, dtype)
    seed = stream.draw(op_seed) if _traced.requests is None else _traced.take(stream)
    return _seed_generator_class()(seed) if native.is_keras_3() else seed


class Stream(NamedTuple):
    """A random stream of seeds. Legacy operations with one op seed have one for each kind and dtype.

    Attributes:
      distribution: Kind of the random operation.
      dtype: Dtype that will be sampled.
    """

    distribution: NativeDistribution
    dtype: DType

    def draw(self, op_seed: Seed) -> Tensor:
        """Return the next seed of the stream, as a tensor of the shape that the installed Keras takes."""
        with placement.of_seeds():
            seed = _draw(_shape(), op_seed, _salt(self.distribution, self.dtype))
            return tf.bitwise.bitwise_xor(seed, op_seed.salt) if isinstance(op_seed, ShardSeed) else seed


class _Traced(threading.local):
    """The seed that `call_seed` returns in a function that is being traced.

    Attributes:
      requests: The streams that were asked for; None if no function is being traced.
    """

    requests: list[Stream] | None = None
    _seed: Tensor

    @contextlib.contextmanager
    def instead_of_drawing(self, seed: Tensor) -> Generator[list[Stream], None, None]:
        """Return a seed for every stream, and the list of the streams."""
        self.requests, self._seed = [], seed
        try:
            yield self.requests
        finally:
            self.requests = None
            del self._seed

    def take(self, stream: Stream) -> Tensor:
        """Return the seed and note the stream."""
        assert self.requests is not None
        self.requests.append(stream)
        return self._seed


_traced: Final = _Traced()
instead_of_drawing = _traced.instead_of_drawing


def spec() -> Any:
    """Return the `tf.TensorSpec` of a seed."""
    return tf.TensorSpec(_shape(), tf.int32)


class ShardSeed(int):
    """Op seed of a shard.

    Each parameter server has a stream of its own, so that shards would start equal on two of them. Legacy shards are
    slices of a tensor that each server samples as a whole. The salt makes the seeds of two offsets differ.

    Attributes:
      salt: Number that depends on the offset only, the same in every process.
    """

    salt: int


def seed_of_shard(op_seed: SupportsIndex, offset: Sequence[int]) -> ShardSeed:
    """Return the op seed of the shard at an offset."""
    seed = ShardSeed(op_seed)
    seed.salt = zlib.crc32(repr(tuple(map(int, offset))).encode()) >> 1 if any(offset) else 0
    return seed


@functools.cache
def _salt(distribution: NativeDistribution, dtype: DType) -> int:
    """Return a number for a stream, the same in every process."""
    return zlib.crc32(f"{distribution} {dtype.name}".encode())


def _shape() -> Any:
    return _PAIR if native.is_keras_3() else _SCALAR


def _draw(shape: Any, given_seed: Seed, salt: int) -> Tensor:
    # Not tf.compat.v1.get_seed: testing tools such as Keras' DeterministicRandomTestTool patch the module's function.
    graph_seed, op_seed = random_seed.get_seed(given_seed)
    if given_seed is not None:
        op_seed = (int(op_seed) + salt) % _HIGHEST
    # The raw op: for a small eager tensor, tf.random.uniform takes longer than the sampling itself.
    shape, lowest, highest = graph_constants.shared(shape, _LOWEST, _HIGHEST)
    return tf.raw_ops.RandomUniformInt(
        shape=shape, minval=lowest, maxval=highest, seed=graph_seed or 0, seed2=op_seed or 0, name="seed"
    )


@functools.cache
def _seed_generator_class() -> Any:
    class StreamSeed(tf.keras.random.SeedGenerator):  # type: ignore[misc]  # Any base: TensorFlow is untyped
        """Returns the one seed that was drawn for it; needs no state variable of its own."""

        def __init__(self, seed: Tensor) -> None:
            self._seed_of_call = seed

        def next(self, ordered: bool = True) -> Tensor:
            del ordered
            return self._seed_of_call

    return StreamSeed
