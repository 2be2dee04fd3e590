"""How a native initializer is run: operation by operation, or as one function.

One function is needed where eager operations cost too much memory, or where a device cannot run them one by one.
"""

import contextlib
import math
from collections.abc import Callable
from typing import Any, Final

from tf_initcompat.wrappers.tensorflow import context, tf

#: Elements from which on one function is not slower. Its kernels reuse their buffers: eager ones need three of them.
LARGE: Final = 1 << 23


class UnsupportedDeviceError(NotImplementedError):
    """The device cannot make the tensor; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "DTensor cannot make this tensor here. Call the initializer in eager code, with its layout: "
            "initializer(shape, dtype, layout=layout)."
        )


def sample(native: Callable[..., Any], shape: tuple[int, ...], dtype: str) -> Any:
    """Returns the tensor of a native initializer that draws.

    Args:
      native: The initializer, its seed drawn already.
      shape: Shape of the tensor.
      dtype: Name of its dtype.
    """
    if tf.executing_eagerly() and (math.prod(shape) >= LARGE or on_dtensor()):
        function = tf.function(lambda: native(shape, dtype=dtype), autograph=False)
        return function.get_concrete_function()()
    return native(shape, dtype=dtype)


def with_layout(make: Callable[[], Any], layout: Any, draws: bool) -> Any:
    """Returns a tensor with a DTensor layout: made in parts on the mesh or, where that is not possible, as a whole.

    Args:
      make: Makes the tensor where it is called.
      layout: A `tf.experimental.dtensor.Layout`.
      draws: Whether it draws random values.

    Raises:
      TypeError: If `layout` is none.
      UnsupportedDeviceError: In a function, if it draws.
    """
    dtensor = tf.experimental.dtensor
    if not isinstance(layout, dtensor.Layout):
        raise TypeError(f"Argument `layout` must be a tf.experimental.dtensor.Layout. Received: {layout!r}")
    if not tf.executing_eagerly():
        if draws:
            raise UnsupportedDeviceError
        return dtensor.call_with_layout(make, layout)
    try:
        tensor = dtensor.call_with_layout(make, layout)
    except UnsupportedDeviceError:
        with _beside_mesh():
            tensor = make()
    if dtensor.is_dtensor(tensor):
        return tensor
    return dtensor.relayout(dtensor.copy_to_mesh(tensor, dtensor.Layout.replicated(layout.mesh, tensor.ndim)), layout)


def of_seeds() -> contextlib.AbstractContextManager[Any]:
    """Returns the place where seeds are drawn: where the caller is, but for DTensor, which has no stateful draws.

    Raises:
      UnsupportedDeviceError: In a function that is traced for DTensor: its operations cannot leave the mesh.
    """
    if not on_dtensor():
        return contextlib.nullcontext()
    if not tf.executing_eagerly():
        raise UnsupportedDeviceError
    return _beside_mesh()


def _beside_mesh() -> contextlib.AbstractContextManager[Any]:
    place: contextlib.AbstractContextManager[Any] = tf.device("CPU:0")
    return place


def on_dtensor() -> bool:
    """Returns whether operations are given to DTensor, which is a device of its own."""
    return "CUSTOM" in (context.context().device_name or "")  # no other device of TensorFlow is called so
