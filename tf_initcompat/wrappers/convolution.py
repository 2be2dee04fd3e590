"""Kernels of orthogonal convolutions, which multiply the norm of every input by the gain.

Source: Xiao et al., 2018, https://arxiv.org/abs/1806.05393, algorithms 1 and 2.
"""

import itertools
from collections.abc import Sequence
from typing import Any, ClassVar, Final, NamedTuple

from tf_initcompat.catalog import symbols
from tf_initcompat.typing import DType, DTypeLike, Scalar, Seed, ShapeLike, Tensor
from tf_initcompat.wrappers import arguments, base, native, placement, real, seeds
from tf_initcompat.wrappers.native import NativeInitializer
from tf_initcompat.wrappers.tensorflow import tf

#: Random operations of each projection: its matrix, and the choice of columns.
_OPERATIONS_OF_A_PROJECTION: Final = 2


class _DeltaKernel(NamedTuple):
    """Makes a kernel with an orthogonal matrix in the middle and zeros elsewhere.

    Attributes:
      matrix: Makes the orthogonal matrix.
      gain: Factor of the kernel.
    """

    matrix: NativeInitializer
    gain: Scalar

    def __call__(self, shape: tuple[int, ...], dtype: str) -> Tensor:
        *sizes, inputs, outputs = shape
        rows = self.matrix((outputs, outputs), dtype=dtype)[:inputs] * tf.cast(self.gain, dtype)
        for _ in sizes:
            rows = rows[tf.newaxis]
        return tf.pad(rows, [*(((size - 1) // 2, size // 2) for size in sizes), (0, 0), (0, 0)])


class _Projection(NamedTuple):
    """Makes a projection on a random subspace.

    Attributes:
      matrix: Makes an orthogonal matrix, whose columns are candidates for a basis.
      coins: Makes a normal number for each column. The columns of positive numbers span the subspace.
    """

    matrix: NativeInitializer
    coins: NativeInitializer

    def __call__(self, size: int, dtype: str) -> Tensor:
        columns = self.matrix((size, size), dtype=dtype) * tf.cast(self.coins((size,), dtype="float32") > 0, dtype)
        return tf.matmul(columns, columns, transpose_b=True)


class _ConvolutionKernel(NamedTuple):
    """Makes the product of an orthogonal matrix and of orthogonal kernels of size 2, one axis after the other.

    Attributes:
      matrix: Makes the orthogonal matrix.
      projections: Make the projection P of each kernel of size 2, which is P, 1 - P.
      gain: Factor of the kernel.
    """

    matrix: NativeInitializer
    projections: Sequence[_Projection]
    gain: Scalar

    def __call__(self, shape: tuple[int, ...], dtype: str) -> Tensor:
        *sizes, inputs, outputs = shape
        kernel = self.matrix((outputs, outputs), dtype=dtype)[:inputs]
        for _ in sizes:
            kernel = kernel[tf.newaxis]
        for axis, projection in zip(itertools.cycle(range(len(sizes))), self.projections, strict=False):
            kernel = _convolve(kernel, projection(outputs, dtype), axis)
        return kernel * tf.cast(self.gain, dtype)


def _convolve(kernel: Tensor, projection: Tensor, axis: int) -> Tensor:
    """Return the convolution of a kernel with P, 1 - P along an axis; the kernel grows by one there."""
    rows = tf.reshape(kernel, (-1, kernel.shape[-1]))
    projected = tf.reshape(tf.matmul(rows, projection), kernel.shape)
    paddings = [[(0, 0)] * kernel.shape.rank for _ in range(2)]
    paddings[0][axis], paddings[1][axis] = (0, 1), (1, 0)
    return tf.pad(projected, paddings[0]) + tf.pad(kernel - projected, paddings[1])


def _orthogonal(op_seed: Seed, dtype: DType) -> NativeInitializer:
    seed = seeds.call_seed(op_seed, "untruncated_normal", dtype)
    return native.initializers().Orthogonal(gain=1.0, seed=seed)


def _coins(op_seed: Seed) -> NativeInitializer:
    seed = seeds.call_seed(op_seed, "untruncated_normal", tf.float32)
    return native.initializers().RandomNormal(mean=0.0, stddev=1.0, seed=seed)


def _operations(shape: tuple[int, ...]) -> int:
    """Return the number of random operations that make the kernel of a convolution."""
    steps = (shape[0] - 1) * (len(shape) - 2)
    return 1 + _OPERATIONS_OF_A_PROJECTION * steps


def _require_native(shape: tuple[int, ...], ranks: tuple[int, ...]) -> None:
    """Raise an error for shapes that the legacy symbols reject, for kernels without elements, and on a DTensor mesh."""
    if placement.on_dtensor():  # with Keras 2, the operations below end the process there
        raise placement.UnsupportedDeviceError
    if len(shape) not in ranks or shape[-2] > shape[-1] or 0 in shape:
        raise arguments.NoNativeCounterpartError


class ConvolutionDeltaOrthogonal(base.Initializer):
    """Samples a convolution kernel with an orthogonal matrix in the middle and zeros elsewhere.

    Mirrors `tf.contrib.framework.convolutional_delta_orthogonal`. The kernel has one to three spatial dimensions,
    and at least as many outputs as inputs. The convolution multiplies the norm of every input by `gain`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                           |
    | :--------------- | :----------- | :------------------------------------------------------------- |
    | `gain`           | -            | the wrapper multiplies the kernel by it                        |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream      |
    | `dtype`          | `dtype`      | dtype of the call                                              |
    | -                | `gain`       | 1.0                                                            |
    | `partition_info` | -            | ignored, as in TensorFlow 1: each shard is a kernel on its own |

    Args:
      gain: Factor of the kernel.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      ValueError: If `dtype` is not floating; in the call, if the shape has fewer than three or more than five
        dimensions or more inputs than outputs, or if `partition_shape` asks for a slice of a kernel.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> kernel = tf_initcompat.contrib.framework.convolutional_delta_orthogonal(gain=2.0)((3, 3, 2, 4))
      >>> rows = tf.matmul(kernel[1, 1], kernel[1, 1], transpose_b=True)
      >>> bool(tf.reduce_all(tf.abs(rows - 4 * tf.eye(2)) < 1e-5))
      True

    Source: Xiao et al., 2018, https://arxiv.org/abs/1806.05393, algorithm 2.
    """

    _symbol = symbols.by_name()["contrib.framework.convolutional_delta_orthogonal"]

    def __init__(self, gain: Scalar = 1.0, seed: Seed = None, dtype: DTypeLike = tf.float32) -> None:
        self.gain = gain
        self.dtype = arguments.as_float_dtype(dtype)
        self.seed = seed

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> NativeInitializer:
        _require_native(shape, self._symbol.kernel_ranks)
        return _DeltaKernel(_orthogonal(self.seed, dtype), self.gain)

    def _legacy(self) -> real.LegacyInitializer:
        return real.ConvolutionDeltaOrthogonal(self.gain, self.seed, self.dtype)


class ConvolutionOrthogonal(base.Initializer):
    """Base class of the orthogonal kernels of one, two and three dimensions.

    A seed that is not 0 grows by one with each random operation of a call, as in TensorFlow 1. The next call, and
    `get_config`, then have another seed.

    Args:
      gain: Factor of the kernel.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`.
      dtype: Floating dtype of the kernel. A call cannot ask for another one.

    Raises:
      ValueError: If `dtype` is not floating.
    """

    #: The legacy class that the class mirrors.
    _legacy_class: ClassVar[type[real.LegacyClass]]

    def __init__(self, gain: Scalar = 1.0, seed: Seed = None, dtype: DTypeLike = tf.float32) -> None:
        self.gain = gain
        self.dtype = arguments.as_float_dtype(dtype)
        self.seed = seed

    def _initialize_natively(self, shape: ShapeLike, dtype: DType, partition_info: Any) -> Tensor:
        kernel = super()._initialize_natively(shape, dtype, partition_info)
        # Not before: if Keras fails, the legacy class makes the kernel and starts from the same seed.
        self.seed = self._seed_after(_operations(tuple(kernel.shape)))
        return kernel

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> NativeInitializer:
        _require_native(shape, self._symbol.kernel_ranks)
        if dtype != self.dtype or len(set(shape[:-2])) > 1:
            raise arguments.NoNativeCounterpartError
        matrix = _orthogonal(self.seed, dtype)
        projections = [
            _Projection(_orthogonal(self._seed_after(first), dtype), _coins(self._seed_after(first + 1)))
            for first in range(1, _operations(shape), _OPERATIONS_OF_A_PROJECTION)
        ]
        return _ConvolutionKernel(matrix, projections, self.gain)

    def _seed_after(self, operations: int) -> Seed:
        """Return the op seed after some random operations, by the arithmetic of the given type."""
        seed: Any = self.seed
        after: Seed = seed + operations if seed else seed
        return after

    def _legacy(self) -> real.LegacyInitializer:
        legacy = self._legacy_class(self.gain, self.seed, self.dtype)

        def initialize(shape: ShapeLike, dtype: DType, partition_info: object) -> Tensor:
            try:
                return legacy(shape, dtype=dtype, partition_info=partition_info)
            finally:
                self.seed = legacy.seed

        return initialize


class ConvolutionOrthogonal1D(ConvolutionOrthogonal):
    """Samples the kernel of an orthogonal convolution over one axis.

    Mirrors `tf.contrib.framework.convolutional_orthogonal_1d`. The kernel has the shape (size, inputs, outputs),
    with at least as many outputs as inputs. A convolution with circular padding multiplies the norm of every input by
    `gain`. Other paddings change it at the borders.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                                   |
    | :--------------- | :----------- | :--------------------------------------------------------------------- |
    | `gain`           | -            | the wrapper multiplies the kernel by it                                |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream              |
    | `dtype`          | `dtype`      | dtype of the kernel; a call cannot ask for another, as in TensorFlow 1 |
    | -                | `gain`       | 1.0                                                                    |
    | `partition_info` | -            | ignored, as in TensorFlow 1: each shard is a kernel on its own         |

    Args:
      gain: Factor of the kernel.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`. A seed that is not 0 grows by one with each
        random operation of a call, as in TensorFlow 1.
      dtype: Floating dtype of the kernel.

    Raises:
      ValueError: If `dtype` is not floating; in the call, if the shape does not have three dimensions, if
        there are more inputs than outputs, or if `partition_shape` asks for a slice of a kernel.
      TypeError: In a call inside a function or a Graph that asks for another dtype; in eager code, the error is a
        `tf.errors.InvalidArgumentError`.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> kernel = tf_initcompat.contrib.framework.convolutional_orthogonal_1d()((3, 2, 4))
      >>> signal = tf.random.normal((1, 10, 2))
      >>> padded = tf.concat([signal[:, -1:], signal, signal[:, :1]], axis=1)
      >>> convolved = tf.nn.conv1d(padded, kernel, stride=1, padding="VALID")
      >>> bool(tf.abs(tf.norm(convolved) - tf.norm(signal)) < 1e-4)
      True

    Source: Xiao et al., 2018, https://arxiv.org/abs/1806.05393, algorithm 1.
    """

    _symbol = symbols.by_name()["contrib.framework.convolutional_orthogonal_1d"]
    _legacy_class = real.ConvolutionOrthogonal1D


class ConvolutionOrthogonal2D(ConvolutionOrthogonal):
    """Samples the kernel of an orthogonal convolution over two axes.

    Mirrors `tf.contrib.framework.convolutional_orthogonal_2d`. The kernel has the shape (size, size, inputs, outputs),
    with at least as many outputs as inputs. A convolution with circular padding multiplies the norm of every input by
    `gain`. Other paddings change it at the borders.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                                   |
    | :--------------- | :----------- | :--------------------------------------------------------------------- |
    | `gain`           | -            | the wrapper multiplies the kernel by it                                |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream              |
    | `dtype`          | `dtype`      | dtype of the kernel; a call cannot ask for another, as in TensorFlow 1 |
    | -                | `gain`       | 1.0                                                                    |
    | `partition_info` | -            | ignored, as in TensorFlow 1: each shard is a kernel on its own         |

    Args:
      gain: Factor of the kernel.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`. A seed that is not 0 grows by one with each
        random operation of a call, as in TensorFlow 1.
      dtype: Floating dtype of the kernel.

    Raises:
      ValueError: If `dtype` is not floating; in the call, if the shape does not have four dimensions, if the
        sizes differ, if there are more inputs than outputs, or if `partition_shape` asks for a slice of a kernel.
      TypeError: In a call inside a function or a Graph that asks for another dtype; in eager code, the error is a
        `tf.errors.InvalidArgumentError`.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> kernel = tf_initcompat.contrib.framework.convolutional_orthogonal_2d(gain=2.0)((3, 3, 2, 4))
      >>> bool(tf.abs(tf.norm(kernel) - 2 * 2**0.5) < 1e-5)  # gain times the root of the number of inputs
      True

    Source: Xiao et al., 2018, https://arxiv.org/abs/1806.05393, algorithm 1.
    """

    _symbol = symbols.by_name()["contrib.framework.convolutional_orthogonal_2d"]
    _legacy_class = real.ConvolutionOrthogonal2D


class ConvolutionOrthogonal3D(ConvolutionOrthogonal):
    """Samples the kernel of an orthogonal convolution over three axes.

    Mirrors `tf.contrib.framework.convolutional_orthogonal_3d`. The kernel has the shape
    (size, size, size, inputs, outputs), with at least as many outputs as inputs. A convolution with circular padding
    multiplies the norm of every input by `gain`. Other paddings change it at the borders.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                                   |
    | :--------------- | :----------- | :--------------------------------------------------------------------- |
    | `gain`           | -            | the wrapper multiplies the kernel by it                                |
    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream              |
    | `dtype`          | `dtype`      | dtype of the kernel; a call cannot ask for another, as in TensorFlow 1 |
    | -                | `gain`       | 1.0                                                                    |
    | `partition_info` | -            | ignored, as in TensorFlow 1: each shard is a kernel on its own         |

    Args:
      gain: Factor of the kernel.
      seed: Integer op seed or None; see `tf.compat.v1.set_random_seed`. A seed that is not 0 grows by one with each
        random operation of a call, as in TensorFlow 1.
      dtype: Floating dtype of the kernel.

    Raises:
      ValueError: If `dtype` is not floating; in the call, if the shape does not have five dimensions, if the
        sizes differ, if there are more inputs than outputs, or if `partition_shape` asks for a slice of a kernel.
      TypeError: In a call inside a function or a Graph that asks for another dtype; in eager code, the error is a
        `tf.errors.InvalidArgumentError`.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> kernel = tf_initcompat.contrib.framework.convolutional_orthogonal_3d(gain=2.0)((2, 2, 2, 4, 5))
      >>> bool(tf.abs(tf.norm(kernel) - 4.0) < 1e-5)  # gain times the root of the number of inputs
      True

    Source: Xiao et al., 2018, https://arxiv.org/abs/1806.05393, algorithm 1.
    """

    _symbol = symbols.by_name()["contrib.framework.convolutional_orthogonal_3d"]
    _legacy_class = real.ConvolutionOrthogonal3D
