"""Orthogonal matrices."""

from tf_initcompat.catalog import symbols
from tf_initcompat.typing import DType, DTypeLike, Scalar, Seed
from tf_initcompat.wrappers import arguments, base, native, real, seeds
from tf_initcompat.wrappers.tensorflow import tf


class Orthogonal(base.Initializer):
    """Samples a matrix with orthonormal rows or columns, depending on which are fewer.

    Mirrors `tf.compat.v1.orthogonal_initializer`. A tensor of higher rank is the reshaped matrix of shape
    (product of all dimensions but the last, last).

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                             |
    | :--------------- | :----------- | :--------------------------------------------------------------- |
    | `gain`           | `gain`       |                                                                  |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream        |
    | `dtype`          | `dtype`      | dtype of the call                                                |
    | `partition_info` | -            | ignored, as in TensorFlow 1: each shard is orthogonal on its own |

    Args:
      gain: Factor of the matrix.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      ValueError: If `dtype` is not floating; in the call, if the shape has fewer than two dimensions, or if Keras 2's
        `partition_shape` asks for a slice of an orthogonal matrix.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> matrix = tf_initcompat.orthogonal_initializer(gain=2.0)((5, 3))
      >>> columns = tf.matmul(matrix, matrix, transpose_a=True)
      >>> bool(tf.reduce_all(tf.abs(columns - 4 * tf.eye(3)) < 1e-5))
      True

    Source: Saxe et al., 2014, https://arxiv.org/abs/1312.6120.
    """

    _symbol = symbols.by_name()["orthogonal_initializer"]

    def __init__(self, gain: Scalar = 1.0, seed: Seed = None, dtype: DTypeLike = tf.float32) -> None:
        self.gain = gain
        self.seed = seed
        self.dtype = arguments.as_float_dtype(dtype)

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        seed = seeds.call_seed(self.seed, "untruncated_normal", dtype)
        return native.initializers().Orthogonal(gain=self.gain, seed=seed)

    def _legacy(self) -> real.LegacyInitializer:
        return real.Orthogonal(self.gain, self.seed)
