"""The arguments of constructors and calls, checked and brought into the form that the native initializers take."""

import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tf_initcompat.wrappers.tensorflow import np, tf


class NoNativeCounterpartError(Exception):
    """The call is outside what the native initializer does in the same way; only the legacy symbol knows."""


class Partition(NamedTuple):
    """What an initializer reads of `partition_info`: the duck type of TensorFlow's private `_PartitionInfo`."""

    full_shape: Any
    var_offset: Any


class Slice(Partition):
    """The partition of a shard that is a slice of the whole, whatever the initializer makes of `partition_info`."""


class Shard(NamedTuple):
    """Shape and offset of a shard; TensorFlow's `ShardInfo` has the same fields."""

    shape: Any
    offset: Sequence[int]


def keras_shard(full_shape: Any, keywords: dict[str, Any]) -> Any:
    """Takes what describes a shard out of a call's keyword arguments.

    Args:
      full_shape: The call's shape, that of the whole.
      keywords: The keyword arguments; `partition_shape`, `partition_offset` and `shard_info` are removed.

    Returns:
      An object with `shape` and `offset`, or None if the call is for the whole.

    Raises:
      ValueError: If the shard is not a part of the whole.
    """
    shape, offset = keywords.pop("partition_shape", None), keywords.pop("partition_offset", None)
    shard = keywords.pop("shard_info", None)
    if shape is not None:
        shard = Shard(shape, [0] * len(shape) if offset is None else offset)
    if shard is not None:
        _require_inside(shard, full_shape)
    return shard


def _require_inside(shard: Any, full_shape: Any) -> None:
    try:
        whole, sizes = static_shape(full_shape), static_shape(shard.shape)
        starts = [operator.index(start) for start in shard.offset]
    except (NoNativeCounterpartError, TypeError):  # a symbolic shape, or none at all: the call will say so
        return
    inside = all(0 <= start <= end - size for start, size, end in zip(starts, sizes, whole, strict=False))
    if not (inside and len(starts) == len(sizes) == len(whole)):
        raise ValueError(
            f"the shard of shape {sizes} at offset {tuple(starts)} is no part of a tensor of shape {whole}. "
            "`shape` is the shape of the whole variable."
        )


def require(argument: str, value: Any, expected: str, accepts: Callable[[Any], bool]) -> None:
    """Checks a constructor's argument.

    Args:
      argument: Its name.
      value: The value received.
      expected: What it should have been, for the message.
      accepts: Whether the value is right. An exception from it is raised again with the same type, as the legacy
        constructors let theirs through.

    Raises:
      ValueError: If `accepts` returns False.
    """
    message = f"Argument `{argument}` {expected}. Received: {value}"
    try:
        accepted = accepts(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise type(error)(message) from error
    if not accepted:
        raise ValueError(message)


def as_dtype(dtype: Any) -> Any:
    """Returns the `tf.DType` of a DType, a string, a NumPy or a Python type.

    Raises:
      TypeError: If it is none.
    """
    try:
        return tf.as_dtype(dtype).base_dtype
    except TypeError as error:
        raise TypeError(f"Argument `dtype` must be convertible to a tf.DType. Received: {dtype!r}") from error


def as_float_dtype(dtype: Any) -> Any:
    """Returns the `tf.DType`, which must be a floating one.

    Raises:
      TypeError: If it is no dtype.
      ValueError: If it is not floating.
    """
    found = as_dtype(dtype)
    require("dtype", found, "is expected to be floating point", lambda known: bool(known.is_floating))
    return found


def static_shape(shape: Any) -> tuple[int, ...]:
    """Returns a shape as plain integers.

    Args:
      shape: A tuple, list, TensorShape, integer array or eager tensor; its members may be integers of any kind,
        `tf.compat.v1.Dimension` objects or eager scalars.

    Raises:
      NoNativeCounterpartError: If it is not fully known or no shape at all.
    """
    if isinstance(shape, tf.TensorShape):
        if not shape.is_fully_defined():
            raise NoNativeCounterpartError
        return tuple(shape.as_list())
    if not isinstance(shape, (tuple, list, np.ndarray, tf.Tensor)):
        raise NoNativeCounterpartError
    if isinstance(shape, (np.ndarray, tf.Tensor)) and tf.as_dtype(shape.dtype) not in (tf.int32, tf.int64):
        raise NoNativeCounterpartError
    try:
        dimensions = tuple(_dimension(member) for member in shape)
    except TypeError as error:  # of a scalar, a symbolic tensor or a member that is no integer
        raise NoNativeCounterpartError from error
    if dimensions and min(dimensions) < 0:
        raise NoNativeCounterpartError
    return dimensions


def _dimension(member: Any) -> int:
    # Dimension(None).value is None and falls through to the TypeError.
    value = member.value if isinstance(member, tf.compat.v1.Dimension) else member
    if isinstance(value, bool) or (isinstance(value, tf.Tensor) and not hasattr(value, "numpy")):
        raise TypeError
    return operator.index(value)
