"""The device on which the tensors of a comparison are made."""

import contextvars
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

from tf_initcompat.wrappers.tensorflow import tf

_device: Final = contextvars.ContextVar[str | None]("device", default=None)

#: The parts that the name of a device of this process leaves out.
_LOCAL: Final = tf.DeviceSpec(job="localhost", replica=0, task=0)


def split_processor(count: int) -> None:
    """Divide the processor into logical devices; only possible before TensorFlow is used.

    Args:
      count: Number of devices.
    """
    (processor, *_) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * count)


@contextmanager
def on(name: str | None) -> Generator[None, None, None]:
    """Place what `placed` runs on a device while the context is open.

    Args:
      name: Name of a device, as `tf.device` takes it: "CPU:1", "/device:GPU:0". None lets TensorFlow choose.

    Yields:
      Nothing.

    Raises:
      ValueError: If there is no such device; the message lists the devices.
    """
    token = _device.set(None if name is None else full_name(name))
    try:
        yield
    finally:
        _device.reset(token)


def placed(make: Callable[[], Any]) -> Callable[[], Any]:
    """Return a function that does the same on the device."""
    device = _device.get()
    if device is None:
        return make

    def make_there() -> Any:
        with tf.device(device):
            return make()

    return make_there


def full_name(name: str) -> str:
    """Return the full name of a device.

    Args:
      name: Any name that `tf.device` takes.

    Raises:
      ValueError: If there is no such device; the message lists the devices.
    """
    devices = {
        device.name: _LOCAL.make_merged_spec(tf.DeviceSpec.from_string(device.name))
        for device in tf.config.list_logical_devices()
    }
    try:
        wanted = tf.DeviceSpec.from_string(f"/{name.lstrip('/')}")
    except (AttributeError, TypeError, ValueError):  # not a string, or not a name of a device
        wanted = tf.DeviceSpec()
    for device_name, device in devices.items():
        if wanted.device_type is not None and device.make_merged_spec(wanted) == device:
            return str(device_name)
    names = ", ".join(f"{device.device_type}:{device.device_index}" for device in devices.values())
    raise ValueError(f"unknown device {name!r}; there are {names}")
