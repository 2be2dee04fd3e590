"""The device on which the tensors of a comparison are made."""

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from tf_initcompat.wrappers.tensorflow import tf

_device: Final = contextvars.ContextVar[str | None]("device", default=None)

#: What the name of a device of this process leaves out.
_LOCAL: Final = tf.DeviceSpec(job="localhost", replica=0, task=0)


def two_processors() -> None:
    """Makes two logical devices of the processor; before TensorFlow has been used."""
    (processor, *_) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)


@contextmanager
def on(name: str | None) -> Iterator[None]:
    """Places what `placed` runs while it is open.

    Args:
      name: Name of a device, as `tf.device` takes it: "CPU:1", "/device:GPU:0". None leaves the choice to TensorFlow.

    Yields:
      Nothing.

    Raises:
      ValueError: If there is no such device; the message lists those that there are.
    """
    token = _device.set(None if name is None else known(name))
    try:
        yield
    finally:
        _device.reset(token)


def placed(make: Callable[[], Any]) -> Callable[[], Any]:
    """Returns a function that does the same on the device."""
    device = _device.get()
    if device is None:
        return make

    def make_there() -> Any:
        with tf.device(device):
            return make()

    return make_there


def known(name: str) -> str:
    """Returns the full name of a device.

    Raises:
      ValueError: If there is no such device.
    """
    there = {device.name: _LOCAL.make_merged_spec(tf.DeviceSpec.from_string(device.name))
             for device in tf.config.list_logical_devices()}  # fmt: skip
    try:
        wanted = tf.DeviceSpec.from_string(f"/{name.lstrip('/')}")
    except (AttributeError, TypeError, ValueError):  # no string, or none of a device
        wanted = tf.DeviceSpec()
    for full_name, device in there.items():
        if wanted.device_type is not None and device.make_merged_spec(wanted) == device:
            return str(full_name)
    names = ", ".join(f"{device.device_type}:{device.device_index}" for device in there.values())
    raise ValueError(f"unknown device {name!r}; there are {names}")
