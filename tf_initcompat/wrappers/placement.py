"""Runs a native initializer, operation by operation or as one function.

One function is needed where eager operations take too much memory, or where a device cannot run them one by one.
"""

import contextlib
import functools
import math
from collections.abc import Callable
from typing import Any, Final

from tf_initcompat.typing import Tensor
from tf_initcompat.wrappers.native import NativeInitializer
from tf_initcompat.wrappers.tensorflow import context, tf

#: Number of elements from which one function is not slower. Its kernels reuse their buffers; eager ones need three.
LARGE: Final = 1 << 23


class UnsupportedDeviceError(NotImplementedError):
    """The device cannot make the tensor; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "DTensor cannot make this tensor here. Call the initializer in eager code, with its layout: "
            "initializer(shape, dtype, layout=layout)."
        )


def sample(initializer: NativeInitializer, shape: tuple[int, ...], dtype: str) -> Tensor:
    """Return the tensor of a random native initializer.

    Args:
      initializer: The initializer, with the seed of this call.
      shape: Shape of the tensor.
      dtype: Name of its dtype.
    """
    if tf.executing_eagerly() and (math.prod(shape) >= LARGE or on_dtensor()):
        function = tf.function(lambda: initializer(shape, dtype=dtype), autograph=False)
        return function.get_concrete_function()()
    return initializer(shape, dtype=dtype)


def with_layout(make: Callable[[], Tensor], layout: Any, is_random: bool) -> Tensor:
    """Return a tensor with a DTensor layout, made in parts on the mesh or, where that is not possible, as a whole.

    Args:
      make: Makes the tensor on the current device.
      layout: A `tf.experimental.dtensor.Layout`.
      is_random: Whether it samples random values.

    Raises:
      TypeError: If `layout` is not a layout.
      UnsupportedDeviceError: In a function, if the values are random.
    """
    dtensor = tf.experimental.dtensor
    if not isinstance(layout, dtensor.Layout):
        raise TypeError(f"Argument `layout` must be a tf.experimental.dtensor.Layout. Received: {layout!r}")
    if not tf.executing_eagerly():
        if is_random:
            raise UnsupportedDeviceError
        return dtensor.call_with_layout(make, layout)
    try:
        tensor = dtensor.call_with_layout(make, layout)
    except UnsupportedDeviceError:
        with _outside_mesh():
            tensor = make()
    if dtensor.is_dtensor(tensor):
        return tensor
    return dtensor.relayout(dtensor.copy_to_mesh(tensor, dtensor.Layout.replicated(layout.mesh, tensor.ndim)), layout)


def of_seeds() -> contextlib.AbstractContextManager[Any]:
    """Return the device scope for drawing seeds: the current device, or the processor next to it.

    DTensor has no stateful random operations. A GPU has them, but the stateless ones read their seed in the memory of
    the host: a seed from the GPU would wait for it and be copied back.

    Raises:
      UnsupportedDeviceError: In a function that is traced for DTensor: its operations cannot leave the mesh.
    """
    if on_dtensor():
        if not tf.executing_eagerly():
            raise UnsupportedDeviceError
        return _outside_mesh()
    if tf.executing_eagerly() and has_gpu():  # in this order: to look for a GPU initializes TensorFlow
        return _on_host(context.context().device_name)
    return contextlib.nullcontext()


@functools.cache
def has_gpu() -> bool:
    """Return whether TensorFlow runs operations on a GPU by default."""
    return bool(tf.config.list_logical_devices("GPU"))


def _on_host(device: str | None) -> contextlib.AbstractContextManager[Any]:
    """Return the scope of the processor in the machine of a device."""
    spec = tf.DeviceSpec.from_string(device or "")
    if spec.device_type == "CPU":
        return contextlib.nullcontext()
    scope: contextlib.AbstractContextManager[Any] = tf.device(spec.replace(device_type="CPU", device_index=0))
    return scope


def _outside_mesh() -> contextlib.AbstractContextManager[Any]:
    scope: contextlib.AbstractContextManager[Any] = tf.device("CPU:0")
    return scope


def on_dtensor() -> bool:
    """Return whether operations run on DTensor, which is a device of its own."""
    return "CUSTOM" in (context.context().device_name or "")  # no other device of TensorFlow has such a name
