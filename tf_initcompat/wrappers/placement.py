"""How a native initializer is run: operation by operation, or as one function.

One function is needed where eager operations cost too much memory, or where a device cannot run them one by one.
"""

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any, Final

from tf_initcompat.wrappers.tensorflow import context, tf

#: Elements from which on one function is not slower. Its kernels reuse their buffers: eager ones need three of them.
LARGE: Final = 1 << 23


class UnsupportedDeviceError(NotImplementedError):
    """The device cannot make the tensor; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "DTensor cannot make this tensor here. Call the initializer in eager code, with its layout: "
            "initializer(shape, dtype, layout=layout). Where that is not possible either, make the whole tensor and "
            "place it: dtensor.relayout(dtensor.copy_to_mesh(initializer(shape, dtype), "
            "dtensor.Layout.replicated(mesh, rank)), layout)."
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


@contextlib.contextmanager
def of_seeds(here: bool) -> Iterator[None]:
    """Places the draw of a seed: where the caller is, or in this process.

    Args:
      here: Whether eager code draws in this process. It does so beside DTensor, which has no stateful draws.

    Yields:
      Nothing.

    Raises:
      UnsupportedDeviceError: In a function that is traced for DTensor: its operations cannot leave the mesh.
    """
    mesh = on_dtensor()
    if mesh and not tf.executing_eagerly():
        raise UnsupportedDeviceError
    if (here or mesh) and tf.executing_eagerly():
        with tf.device(None), tf.device("CPU:0"):  # None, or it would be the processor of the caller's server
            yield
    else:
        yield


def on_dtensor() -> bool:
    """Returns whether operations are given to DTensor, which is a device of its own."""
    return "CUSTOM" in (context.context().device_name or "")  # no other device of TensorFlow is called so
