"""LocallyConnected1D and LocallyConnected2D of Keras 1 and 2: convolutions with weights for each position."""

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tf_initcompat.wrappers.layers.adapter import Shape, Tensors, Weight
from tf_initcompat.wrappers.tensorflow import np, tf

__all__ = ["LocallyConnected", "channels_first"]

#: Implementations of Keras, which decide the layout of the kernel.
_PATCHES: Final = 1
_MASKED: Final = 2
_SPARSE: Final = 3


def channels_first(data_format: str | None) -> bool:
    """Return whether the channels are the second axis; None is the default of the installed Keras."""
    return (data_format or tf.keras.backend.image_data_format()) == "channels_first"


@dataclasses.dataclass(frozen=True)
class _Geometry:
    """The positions of an input and an output, without the channels."""

    channels: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class LocallyConnected:
    """LocallyConnected1D or LocallyConnected2D, by the number of axes of its input.

    Args:
      filters: Number of output channels.
      kernel_size: Size of the window along each axis.
      strides: Distance of the windows along each axis.
      padding: "valid" or "same". Implementation 1 has "valid" only.
      data_format: "channels_last" or "channels_first"; None for the default of Keras.
      use_bias: Whether a bias is added.
      implementation: 1, 2 or 3, which decides the layout of the kernel.

    Raises:
      ValueError: If `padding` or `implementation` is none of these values.
    """

    filters: int
    kernel_size: int | tuple[int, ...]
    strides: int | tuple[int, ...] = 1
    padding: str = "valid"
    data_format: str | None = None
    use_bias: bool = True
    implementation: int = _PATCHES

    def __post_init__(self) -> None:
        if self.implementation not in (_PATCHES, _MASKED, _SPARSE):
            raise ValueError(f"implementation must be 1, 2 or 3, not {self.implementation!r}")
        paddings = ("valid",) if self.implementation == _PATCHES else ("valid", "same")
        if self.padding not in paddings:
            raise ValueError(
                f"padding must be {' or '.join(paddings)} with implementation={self.implementation}, "
                f"not {self.padding!r}"
            )

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Return the kernel and the bias."""
        geometry = self._geometry(shape)
        kernel = Weight("kernel", self._kernel_shape(geometry), "glorot_uniform")
        return (kernel, Weight("bias", (*geometry.outputs, self.filters))) if self.use_bias else (kernel,)

    def output_shape(self, shape: Shape) -> tuple[int | None, ...]:
        """Return the shape of the output."""
        return (shape[0], *self._with_channels(self._geometry(shape).outputs, self.filters))

    def compute(self, inputs: Tensors, weights: Mapping[str, Any], activation: Callable[[Any], Any]) -> Tensors:
        """Return the activation of the weighted windows."""
        geometry = self._geometry(inputs.shape)
        kernel = tf.convert_to_tensor(weights["kernel"])
        compute = {_PATCHES: self._patches, _MASKED: self._masked, _SPARSE: self._sparse}[self.implementation]
        outputs = compute(inputs, kernel, geometry)
        if self.use_bias:
            # Keras reshapes the bias where the channels come first, and does not transpose it.
            bias = tf.convert_to_tensor(weights["bias"])
            outputs += tf.reshape(bias, (1, *self._with_channels(geometry.outputs, self.filters)))
        return activation(outputs)

    def _geometry(self, shape: Shape) -> _Geometry:
        sizes = list(shape)[1:]
        channels = sizes.pop(0 if channels_first(self.data_format) else -1)
        if channels is None or any(size is None for size in sizes):
            raise ValueError(f"the layer needs an input whose sizes are known, not {tuple(shape)}")
        inputs = tuple(size for size in sizes if size is not None)
        windows, strides = self._each(self.kernel_size, inputs), self._each(self.strides, inputs)
        is_valid = self.padding == "valid"
        lengths = [size - window + 1 if is_valid else size for size, window in zip(inputs, windows, strict=True)]
        outputs = tuple(-(-length // stride) for length, stride in zip(lengths, strides, strict=True))
        if min(outputs) <= 0:
            raise ValueError(f"the input of shape {tuple(shape)} is smaller than the window {windows}")
        return _Geometry(channels, inputs, outputs)

    @staticmethod
    def _each(value: int | tuple[int, ...], inputs: tuple[int, ...]) -> tuple[int, ...]:
        return (value,) * len(inputs) if isinstance(value, int) else tuple(value)

    def _with_channels(self, sizes: tuple[int, ...], channels: int) -> tuple[int, ...]:
        return (channels, *sizes) if channels_first(self.data_format) else (*sizes, channels)

    def _kernel_shape(self, geometry: _Geometry) -> tuple[int, ...]:
        windows = self._each(self.kernel_size, geometry.inputs)
        if self.implementation == _PATCHES:
            return math.prod(geometry.outputs), math.prod(windows) * geometry.channels, self.filters
        if self.implementation == _MASKED:
            inputs = self._with_channels(geometry.inputs, geometry.channels)
            return (*inputs, *self._with_channels(geometry.outputs, self.filters))
        pairs = sum(math.prod(map(len, axes)) for _, axes in self._windows(geometry))
        return (pairs * geometry.channels * self.filters,)

    def _windows(self, geometry: _Geometry) -> Iterator[tuple[tuple[int, ...], tuple[range, ...]]]:
        """Yield each position of the output, with the positions of the input that it depends on, along each axis."""
        windows, strides = self._each(self.kernel_size, geometry.inputs), self._each(self.strides, geometry.inputs)
        for position in itertools.product(*map(range, geometry.outputs)):
            axes: list[range] = []
            for index, stride, window, size in zip(position, strides, windows, geometry.inputs, strict=True):
                start = index * stride - (window // 2 if self.padding == "same" else 0)
                axes.append(range(max(0, start), min(size, start + window)))
            yield position, tuple(axes)

    def _patches(self, inputs: Any, kernel: Any, geometry: _Geometry) -> Any:
        """Multiply the window of each position by its matrix."""
        is_first, dimensions = channels_first(self.data_format), len(geometry.inputs)
        images = tf.transpose(inputs, (0, *range(2, dimensions + 2), 1)) if is_first else inputs
        if dimensions == 1:
            images = images[:, tf.newaxis]
        ones = (1,) * (2 - dimensions)
        windows = (*ones, *self._each(self.kernel_size, geometry.inputs))
        strides = (*ones, *self._each(self.strides, geometry.inputs))
        patches = tf.image.extract_patches(images, (1, *windows, 1), (1, *strides, 1), (1, 1, 1, 1), "VALID")
        window, positions = math.prod(windows), math.prod(geometry.outputs)
        patches = tf.reshape(patches, (-1, positions, window, geometry.channels))
        axes = self._with_channels((window,), geometry.channels)
        matrices = tf.reshape(kernel, (positions, *axes, self.filters))
        outputs = tf.einsum(f"bnwc,n{'cw' if is_first else 'wc'}f->bnf", patches, matrices)
        outputs = tf.reshape(outputs, (-1, *geometry.outputs, self.filters))
        return tf.transpose(outputs, (0, dimensions + 1, *range(1, dimensions + 1))) if is_first else outputs

    def _masked(self, inputs: Any, kernel: Any, geometry: _Geometry) -> Any:
        """Multiply the whole input by a matrix whose entries outside of the windows are 0."""
        mask = np.zeros((*geometry.inputs, *geometry.outputs), kernel.dtype.as_numpy_dtype)
        for position, axes in self._windows(geometry):
            indices = (*np.ix_(*axes), *position)
            mask[indices] = 1
        dimensions, is_first = len(geometry.inputs), channels_first(self.data_format)
        mask = np.expand_dims(mask, (0, dimensions + 1) if is_first else (dimensions, 2 * dimensions + 1))
        return tf.tensordot(inputs, kernel * mask, dimensions + 1)

    def _sparse(self, inputs: Any, kernel: Any, geometry: _Geometry) -> Any:
        """Multiply the whole input by a sparse matrix, whose entries are the kernel in the order of their indices."""
        inputs_shape = self._with_channels(geometry.inputs, geometry.channels)
        outputs_shape = self._with_channels(geometry.outputs, self.filters)
        columns = np.moveaxis(np.arange(math.prod(inputs_shape)).reshape(inputs_shape), self._channel_axis, -1)
        rows = np.moveaxis(np.arange(math.prod(outputs_shape)).reshape(outputs_shape), self._channel_axis, -1)
        blocks = [
            np.stack(np.meshgrid(rows[position], columns[np.ix_(*axes)].ravel(), indexing="ij"), -1).reshape(-1, 2)
            for position, axes in self._windows(geometry)
        ]
        indices = np.concatenate(blocks)
        indices = indices[np.lexsort((indices[:, 1], indices[:, 0]))]
        matrix = tf.SparseTensor(indices, kernel, (math.prod(outputs_shape), math.prod(inputs_shape)))
        flat = tf.reshape(inputs, (-1, math.prod(inputs_shape)))
        outputs = tf.transpose(tf.sparse.sparse_dense_matmul(matrix, flat, adjoint_b=True))
        return tf.reshape(outputs, (-1, *outputs_shape))

    @property
    def _channel_axis(self) -> int:
        return 0 if channels_first(self.data_format) else -1
