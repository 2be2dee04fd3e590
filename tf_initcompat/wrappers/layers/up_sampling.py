"""The bilinear interpolation of UpSampling2D before TensorFlow 1.15 and in Keras 2.2 and 2.3."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from tf_initcompat.wrappers.layers.adapter import Shape, Tensors, Weight
from tf_initcompat.wrappers.layers.locally_connected import channels_first
from tf_initcompat.wrappers.tensorflow import tf

__all__ = ["BilinearUpSampling2D"]


@dataclasses.dataclass(frozen=True)
class BilinearUpSampling2D:
    """UpSampling2D with the interpolation of `tf.compat.v1.image.resize_bilinear`, which aligns corners of pixels.

    Args:
      size: Factors of the rows and the columns.
      data_format: "channels_last" or "channels_first"; None for the default of Keras.
    """

    size: tuple[int, int]
    data_format: str | None = None

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Return no weights."""
        return ()

    def output_shape(self, shape: Shape) -> tuple[int | None, ...]:
        """Return the shape of the output."""
        first = 2 if channels_first(self.data_format) else 1
        sizes = list(shape)
        for axis, factor in enumerate(self.size, first):
            size = sizes[axis]
            sizes[axis] = None if size is None else size * factor
        return tuple(sizes)

    def compute(self, inputs: Tensors, weights: Mapping[str, Any], activation: Callable[[Any], Any]) -> Tensors:
        """Return the enlarged images."""
        is_first = channels_first(self.data_format)
        images = tf.transpose(inputs, (0, 2, 3, 1)) if is_first else inputs
        size = tf.shape(images)[1:3] * tf.constant(tuple(self.size))
        enlarged = tf.compat.v1.image.resize_bilinear(images, size)
        enlarged = tf.transpose(enlarged, (0, 3, 1, 2)) if is_first else enlarged
        return tf.ensure_shape(enlarged, self.output_shape(inputs.shape))
