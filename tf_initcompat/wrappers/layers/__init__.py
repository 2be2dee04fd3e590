"""Layers of older versions of Keras that the installed Keras lacks, or computes in another way.

Converted models name them by the registered name, such as `tf_initcompat>LocallyConnected2D`.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final

from tf_initcompat.wrappers.layers.adapter import Computation, layer_class
from tf_initcompat.wrappers.layers.keras_1 import (
    BatchNormalization,
    Cosine,
    Highway,
    MaxoutDense,
    ParametricSoftplus,
    SReLU,
)
from tf_initcompat.wrappers.layers.locally_connected import LocallyConnected
from tf_initcompat.wrappers.layers.up_sampling import BilinearUpSampling2D

__all__ = ["COMPUTATIONS", "classes"]

#: What each layer computes, by the name of its class.
COMPUTATIONS: Final[Mapping[str, Callable[..., Computation]]] = {
    "LocallyConnected1D": LocallyConnected,
    "LocallyConnected2D": LocallyConnected,
    "BilinearUpSampling2D": BilinearUpSampling2D,
    "InputNormalization": BatchNormalization,
    "Cosine": Cosine,
    "Highway": Highway,
    "MaxoutDense": MaxoutDense,
    "ParametricSoftplus": ParametricSoftplus,
    "SReLU": SReLU,
}


@functools.cache
def classes(keras: Any) -> Mapping[str, type]:
    """Return the layers as subclasses of the `Layer` of one Keras, by the name of the class.

    Args:
      keras: The module `keras` or `tf_keras`.

    >>> import tensorflow as tf
    >>> layer = classes(tf.keras)["LocallyConnected1D"](filters=2, kernel_size=3)
    >>> layer(tf.ones((1, 5, 4))).shape
    TensorShape([1, 3, 2])
    """
    return {name: layer_class(name, computation, keras) for name, computation in COMPUTATIONS.items()}
