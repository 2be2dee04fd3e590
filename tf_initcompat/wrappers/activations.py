"""Activation functions of Keras 2 that Keras 3 computes in another way."""

from typing import Any

from tf_initcompat.wrappers.tensorflow import tf


def legacy_hard_sigmoid(x: Any) -> Any:
    """Return clip(0.2 x + 0.5, 0, 1), which `hard_sigmoid` is in TensorFlow 1 and Keras 2. In Keras 3 its slope is 1/6.

    Args:
      x: A tensor.

    >>> legacy_hard_sigmoid(tf.constant([-3.0, 0.0, 1.0])).numpy().tolist()
    [0.0, 0.5, 0.699999988079071]
    """
    return tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0)
