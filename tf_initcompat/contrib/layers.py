"""Mirror of the weight initializers of `tf.contrib.layers`."""

from tf_initcompat.wrappers import contrib as _contrib

__all__ = [
    "variance_scaling_initializer",
    "xavier_initializer",
    "xavier_initializer_conv2d",
]

variance_scaling_initializer = _contrib.variance_scaling_initializer
xavier_initializer = _contrib.xavier_initializer
xavier_initializer_conv2d = _contrib.xavier_initializer
