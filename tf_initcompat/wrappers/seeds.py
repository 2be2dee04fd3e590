"""The seed of each call, and which Keras takes it.

Native initializers repeat their values in every call; legacy ones draw from TensorFlow's stateful stream, so that each
call is fresh and `tf.random.set_seed` reproduces it. Here the *seed* of a native initializer is drawn from that stream
with the (graph seed, op seed) pair that the legacy op would have used, a given op seed salted; Keras does the sampling.
This is the only module that knows which Keras is installed.
"""

import functools
import zlib
from collections.abc import Sequence
from typing import Any, Final

from tf_initcompat.wrappers import placement
from tf_initcompat.wrappers.tensorflow import np, random_seed, tf

_SCALAR: Final = np.array([], np.int32)
_PAIR: Final = np.array([2], np.int32)


@functools.cache
def is_keras_3() -> bool:
    """Returns whether `tf.keras` is Keras 3 (else it is Keras 2 or tf_keras)."""
    return hasattr(tf.keras, "random")


@functools.cache
def native_initializers() -> Any:
    """Returns the module `tf.keras.initializers`.

    Raises:
      RuntimeError: If Keras runs on another backend than TensorFlow.
    """
    if is_keras_3() and (backend := tf.keras.config.backend()) != "tensorflow":
        raise RuntimeError(
            f"tf_initcompat's initializers make TensorFlow tensors, but Keras runs on the {backend!r} backend. "
            "Set KERAS_BACKEND=tensorflow before importing Keras, or use keras.initializers.*."
        )
    return tf.keras.initializers


def call_seed(op_seed: Any, distribution: str, dtype: Any) -> Any:
    """Returns the seed for one native initializer that is used for one call.

    Args:
      op_seed: The seed given to the wrapper: an integer or None.
      distribution: What will be sampled: "truncated_normal", "untruncated_normal" or "uniform".
      dtype: Dtype that will be sampled. Legacy operations with one seed have a stream for each kind and dtype.

    Returns:
      What the installed Keras takes as `seed`: a `SeedGenerator` in Keras 3, an int32 scalar tensor in Keras 2.
    """
    keras_3 = is_keras_3()
    with placement.of_seeds():
        seed = _draw(_PAIR if keras_3 else _SCALAR, op_seed, _salt(distribution, dtype))
        if isinstance(op_seed, ShardSeed):
            seed = tf.bitwise.bitwise_xor(seed, op_seed.salt)
    return _seed_generator_class()(seed) if keras_3 else seed


class ShardSeed(int):
    """The op seed of a shard.

    Each parameter server has a stream of its own, so that shards would start equal on two of them. The legacy ones were
    slices of tensors that each server drew as a whole: what one draw gives is told apart by the offset.

    Attributes:
      salt: A number of its own for each offset, the same in every process.
    """

    salt: int


def seed_of_shard(op_seed: Any, offset: Sequence[int]) -> ShardSeed:
    """Returns the op seed of the shard at an offset."""
    seed = ShardSeed(op_seed)
    seed.salt = zlib.crc32(repr(tuple(map(int, offset))).encode()) >> 1 if any(offset) else 0
    return seed


@functools.cache
def _salt(distribution: str, dtype: Any) -> int:
    """Returns a number of its own for each stream, the same in every process."""
    return zlib.crc32(f"{distribution} {dtype.name}".encode())


def _draw(shape: Any, given_seed: Any, salt: int) -> Any:
    # Not tf.compat.v1.get_seed: testing tools such as Keras' DeterministicRandomTestTool patch the module's function.
    graph_seed, op_seed = random_seed.get_seed(given_seed)
    if given_seed is not None:
        op_seed = (int(op_seed) + salt) % tf.int32.max
    # The raw op, since tf.random.uniform costs small eager tensors more than the sampling itself.
    return tf.raw_ops.RandomUniformInt(
        shape=shape, minval=tf.int32.min, maxval=tf.int32.max, seed=graph_seed or 0, seed2=op_seed or 0
    )


@functools.cache
def _seed_generator_class() -> Any:
    class StreamSeed(tf.keras.random.SeedGenerator):  # type: ignore[misc]  # Any base: TensorFlow is untyped
        """Gives the one seed that was drawn for it; needs no state variable of its own."""

        def __init__(self, seed: Any) -> None:
            self._drawn = seed

        def next(self, ordered: bool = True) -> Any:
            del ordered
            return self._drawn

    return StreamSeed
