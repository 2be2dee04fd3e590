"""The real legacy symbols of the installed TensorFlow, by the names of their classes.

They are bound when the wrappers are imported: test suites replace `tf.compat.v1.*` by the wrappers.
"""

import importlib
from typing import Any, Final, Protocol

from tf_initcompat.typing import DType, ShapeLike, Tensor
from tf_initcompat.wrappers.tensorflow import tf


class LegacyInitializer(Protocol):
    """A real legacy initializer."""

    def __call__(self, shape: ShapeLike, dtype: DType, partition_info: object) -> Tensor:
        """Return a tensor."""
        ...


class LegacyClass(LegacyInitializer, Protocol):
    """An instance of a real legacy class; its constructor takes the legacy arguments by position."""

    def __init__(self, *arguments: object) -> None: ...

    def __getattr__(self, parameter: str) -> Any: ...


class LegacyConstant(LegacyClass, Protocol):
    """An instance of the real legacy Constant, whose call can verify the shape of the value."""

    def __call__(self, shape: ShapeLike, dtype: DType, partition_info: object, verify_shape: bool = False) -> Tensor:
        """Return a tensor."""
        ...


#: The module that defines the legacy classes; the public names of some of its classes were in `tf.contrib`.
_init_ops: Final[Any] = importlib.import_module("tensorflow.python.ops.init_ops")

Constant: Final[type[LegacyConstant]] = tf.compat.v1.constant_initializer
ConvolutionDeltaOrthogonal: Final[type[LegacyClass]] = _init_ops.ConvolutionDeltaOrthogonal
ConvolutionOrthogonal1D: Final[type[LegacyClass]] = _init_ops.ConvolutionOrthogonal1D
ConvolutionOrthogonal2D: Final[type[LegacyClass]] = _init_ops.ConvolutionOrthogonal2D
ConvolutionOrthogonal3D: Final[type[LegacyClass]] = _init_ops.ConvolutionOrthogonal3D
Identity: Final[type[LegacyClass]] = tf.compat.v1.initializers.identity
Ones: Final[type[LegacyClass]] = tf.compat.v1.ones_initializer
Orthogonal: Final[type[LegacyClass]] = tf.compat.v1.orthogonal_initializer
RandomNormal: Final[type[LegacyClass]] = tf.compat.v1.random_normal_initializer
RandomUniform: Final[type[LegacyClass]] = tf.compat.v1.random_uniform_initializer
TruncatedNormal: Final[type[LegacyClass]] = tf.compat.v1.truncated_normal_initializer
UniformUnitScaling: Final[type[LegacyClass]] = tf.compat.v1.uniform_unit_scaling_initializer
VarianceScaling: Final[type[LegacyClass]] = tf.compat.v1.variance_scaling_initializer
Zeros: Final[type[LegacyClass]] = tf.compat.v1.zeros_initializer
