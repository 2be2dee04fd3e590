"""The native initializers of the installed Keras, with types that TensorFlow does not declare.

This is the only module that knows which Keras is installed.
"""

import functools
from typing import Any, Literal, Protocol, TypeAlias

from tf_initcompat.typing import Scalar, Tensor
from tf_initcompat.wrappers.tensorflow import tf

#: Distributions of the native VarianceScaling, and the kinds of random operations that they use.
NativeDistribution: TypeAlias = Literal["truncated_normal", "untruncated_normal", "uniform"]

#: Seed of a native initializer: a `SeedGenerator` in Keras 3, an int32 scalar tensor in Keras 2.
NativeSeed: TypeAlias = Any


class NativeInitializer(Protocol):
    """A native initializer that makes one tensor."""

    def __call__(self, shape: tuple[int, ...], dtype: str) -> Tensor:
        """Return the tensor."""
        ...


class Namespace(Protocol):
    """The classes of `tf.keras.initializers` that the wrappers delegate to."""

    def Constant(self, value: Any) -> NativeInitializer: ...
    def Identity(self, *, gain: Scalar) -> NativeInitializer: ...
    def Ones(self) -> NativeInitializer: ...
    def Orthogonal(self, *, gain: Scalar, seed: NativeSeed) -> NativeInitializer: ...
    def RandomNormal(self, *, mean: Scalar, stddev: Scalar, seed: NativeSeed) -> NativeInitializer: ...
    def RandomUniform(self, *, minval: Scalar, maxval: Scalar, seed: NativeSeed) -> NativeInitializer: ...
    def TruncatedNormal(self, *, mean: Scalar, stddev: Scalar, seed: NativeSeed) -> NativeInitializer: ...
    def VarianceScaling(
        self, *, scale: Scalar, mode: str, distribution: NativeDistribution, seed: NativeSeed
    ) -> NativeInitializer: ...
    def Zeros(self) -> NativeInitializer: ...


@functools.cache
def is_keras_3() -> bool:
    """Return whether `tf.keras` is Keras 3, and not Keras 2 or tf_keras."""
    return hasattr(tf.keras, "random")


@functools.cache
def initializers() -> Namespace:
    """Return the module `tf.keras.initializers`.

    Raises:
      RuntimeError: If Keras runs on another backend than TensorFlow.
    """
    if is_keras_3() and (backend := tf.keras.config.backend()) != "tensorflow":
        raise RuntimeError(
            f"tf_initcompat's initializers make TensorFlow tensors, but Keras runs on the {backend!r} backend. "
            "Set KERAS_BACKEND=tensorflow before importing Keras, or use keras.initializers.*."
        )
    module: Namespace = tf.keras.initializers
    return module


def random_code() -> tuple[object, ...]:
    """Return the native classes that sample, and their methods.

    Users may replace them, for example by classes that log their calls.
    """
    module: Any = initializers()
    classes: tuple[Any, ...] = (
        module.Orthogonal,
        module.RandomNormal,
        module.RandomUniform,
        module.TruncatedNormal,
        module.VarianceScaling,
    )
    return tuple(code for cls in classes for code in (cls, cls.__init__, cls.__call__))
