"""Orthogonal matrices."""

from collections.abc import Callable
from typing import Any

from tf_initcompat.wrappers import arguments, base, seeds
from tf_initcompat.wrappers.tensorflow import tf


class Orthogonal(base.Initializer):
    """Draws a matrix with orthonormal rows or columns, whichever are fewer.

    Mirrors `tf.compat.v1.orthogonal_initializer`. A tensor of higher rank is the reshaped matrix of shape
    (product of all dimensions but the last, last).

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                        |
    | :--------------- | :----------- | :---------------------------------------------------------- |
    | `gain`           | `gain`       |                                                             |
    | `seed`           | `seed`       | a fresh one for each call, from TensorFlow's own stream     |
    | `dtype`          | `dtype`      | of the call                                                 |
    | `partition_info` | -            | ignored as in legacy: each shard is orthogonal on its own   |

    Args:
      gain: Factor of the matrix.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype that is used if the call gives none.

    Raises:
      ValueError: If `dtype` is not floating; in the call, if the shape has less than two dimensions, or if Keras 2's
        `partition_shape` asks for a slice of an orthogonal matrix.

    Source: Saxe et al., 2014, https://arxiv.org/abs/1312.6120.
    """

    _real = tf.compat.v1.orthogonal_initializer

    def __init__(self, gain: float = 1.0, seed: Any = None, dtype: Any = tf.float32) -> None:
        self.gain = gain
        self.seed = seed
        self.dtype = arguments.as_float_dtype(dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the keys gain, seed and dtype."""
        return {"gain": self.gain, "seed": self.seed, "dtype": self.dtype.name}

    def _delegate(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
        native: Callable[..., Any] = seeds.native_initializers().Orthogonal(
            gain=self.gain, seed=seeds.call_seed(self.seed, "untruncated_normal", dtype)
        )
        return native

    def _legacy(self) -> Callable[..., Any]:
        legacy: Callable[..., Any] = self._real(self.gain, self.seed)
        return legacy

    def _check_keras_partition(self) -> None:
        super()._check_keras_partition()
        raise ValueError(
            f"{type(self).__name__} initializer doesn't support partition-related arguments: a slice of an orthogonal "
            "matrix is no orthogonal matrix. Make the full matrix and slice it."
        )
