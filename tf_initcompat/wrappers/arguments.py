"""Arguments of constructors and calls: checks, and conversion to what the native initializers take."""

import itertools
import operator
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from tf_initcompat.typing import DType, DTypeLike, ShapeLike
from tf_initcompat.wrappers.tensorflow import np, tf

_Value = TypeVar("_Value")

#: Errors of a check that rejects a value.
_REJECTIONS: Final = (AttributeError, TypeError, ValueError)

#: TensorFlow's limits for a tensor: number of dimensions, and of elements.
_MAX_RANK: Final = 254
_MAX_SIZE: Final = 2**63 - 1


class NoNativeCounterpartError(Exception):
    """The native initializer does not handle the call in the same way as the legacy symbol."""


class Partition(NamedTuple):
    """The fields of TensorFlow's private `_PartitionInfo` that initializers read."""

    full_shape: ShapeLike
    var_offset: Sequence[int]


class Slice(Partition):
    """A partition from Keras' arguments: the shard is a slice of the whole tensor, even where legacy ignores it."""


class Shard(NamedTuple):
    """Shape and offset of a shard; TensorFlow's `ShardInfo` has the same fields."""

    shape: ShapeLike
    offset: Sequence[int]


def keras_shard(
    full_shape: ShapeLike,
    partition_shape: Sequence[int] | None,
    partition_offset: Sequence[int] | None,
    shard_info: Shard | None,
) -> Shard | None:
    """Return the shard that the arguments of Keras 2 or of a distribution strategy describe.

    Args:
      full_shape: Shape of the whole tensor.
      partition_shape: Shape of the shard, or None.
      partition_offset: Offset of the shard of `partition_shape`; by default zeros.
      shard_info: Shape and offset of the shard, or None.

    Returns:
      The shard, or None if the call makes the whole tensor.

    Raises:
      ValueError: If the shard is not inside the whole tensor.
    """
    if partition_shape is not None:
        offset = [0] * len(partition_shape) if partition_offset is None else partition_offset
        shard_info = Shard(partition_shape, offset)
    if shard_info is not None:
        _require_inside(shard_info, full_shape)
    return shard_info


def _require_inside(shard: Shard, full_shape: ShapeLike) -> None:
    try:
        whole, sizes = static_shape(full_shape), static_shape(shard.shape)
        starts = [operator.index(start) for start in shard.offset]
    except (NoNativeCounterpartError, TypeError):  # a symbolic or a bad shape, which the call itself handles
        return
    is_inside = all(0 <= start <= end - size for start, size, end in zip(starts, sizes, whole, strict=False))
    if not (is_inside and len(starts) == len(sizes) == len(whole)):
        raise ValueError(
            f"the shard of shape {sizes} at offset {tuple(starts)} is outside of the tensor of shape {whole}. "
            "`shape` must be the shape of the whole variable."
        )


def require(argument: str, value: _Value, expected: str, accepts: Callable[[_Value], bool]) -> None:
    """Check an argument of a constructor.

    Args:
      argument: Name of the argument.
      value: Value received.
      expected: Description of the right values, for the message.
      accepts: Returns whether the value is right. Its exceptions are raised again with the same built-in type, as the
        legacy constructors do not catch theirs.

    Raises:
      ValueError: If `accepts` returns False.
    """
    message = f"Argument `{argument}` {expected}. Received: {value}"
    try:
        is_accepted = accepts(value)
    except _REJECTIONS as error:
        # Not type(error): NumPy's errors and Unicode's take other arguments than a message.
        kinds = [kind for kind in _REJECTIONS if isinstance(error, kind)]  # pyright: ignore[reportUnnecessaryIsInstance]
        raise kinds[0](message) from error
    if not is_accepted:
        raise ValueError(message)


def as_dtype(dtype: DTypeLike) -> DType:
    """Return the `tf.DType` of a DType, a string, a NumPy or a Python type.

    Raises:
      TypeError: If there is no such dtype.
    """
    try:
        return tf.as_dtype(dtype).base_dtype
    except TypeError as error:
        raise TypeError(f"Argument `dtype` must be convertible to a tf.DType. Received: {dtype!r}") from error


def as_float_dtype(dtype: DTypeLike) -> DType:
    """Return the `tf.DType`, which must be a floating one.

    Raises:
      TypeError: If there is no such dtype.
      ValueError: If it is not floating.
    """
    converted = as_dtype(dtype)
    require("dtype", converted, "is expected to be floating point", lambda dtype: bool(dtype.is_floating))
    return converted


def static_shape(shape: Any) -> tuple[int, ...]:
    """Return a shape as plain integers.

    Args:
      shape: A tuple, list, TensorShape, integer array or eager tensor; its members may be integers of any kind,
        `tf.compat.v1.Dimension` objects or eager scalars.

    Raises:
      NoNativeCounterpartError: If it is not fully known or not a shape.
    """
    dimensions = _integers(shape)
    if dimensions and min(dimensions) < 0:
        raise NoNativeCounterpartError
    return dimensions


def _integers(shape: Any) -> tuple[int, ...]:
    """Return a shape as plain integers, some of which may be negative."""
    if isinstance(shape, tf.TensorShape):
        if not shape.is_fully_defined():
            raise NoNativeCounterpartError
        return tuple(shape.as_list())
    if not isinstance(shape, (tuple, list, np.ndarray, tf.Tensor)):
        raise NoNativeCounterpartError
    if isinstance(shape, (np.ndarray, tf.Tensor)) and tf.as_dtype(shape.dtype) not in (tf.int32, tf.int64):
        raise NoNativeCounterpartError
    try:
        return tuple(_dimension(member) for member in shape)
    except TypeError as error:  # a scalar, a symbolic tensor, or a member that is not an integer
        raise NoNativeCounterpartError from error


def require_possible_shape(shape: Any, kernel_ranks: Sequence[int] = ()) -> None:
    """Check that TensorFlow can represent a shape.

    Eager operations raise an error for it. In functions and graphs, TensorFlow ends the process.

    Args:
      shape: A shape. One that is not fully known, or not a shape, is not an error of this function.
      kernel_ranks: Ranks of the shapes that are made from a square matrix of their outputs.

    Raises:
      tf.errors.InvalidArgumentError: If it has too many dimensions or elements.
    """
    if isinstance(shape, tf.Tensor) and not tf.executing_eagerly():
        shape = tf.get_static_value(shape)
    if isinstance(shape, np.ndarray) and shape.ndim == 1 and shape.dtype.kind == "u":
        shape = tuple(shape.tolist())
    try:
        dimensions = _integers(shape)
    except NoNativeCounterpartError:
        return
    if any(dimension > _MAX_SIZE for dimension in dimensions):  # TensorFlow raises another error when it converts it
        return
    # One by one, as TensorFlow does: (0, 2**62, 2**62) is possible, (2**62, 2**62, 0) is not.
    sizes: list[int] = list(itertools.accumulate(dimensions, operator.mul))
    largest = max(sizes, default=1)
    if len(dimensions) in kernel_ranks:
        largest = max(largest, dimensions[-1] ** 2)
    if largest > _MAX_SIZE or len(dimensions) > _MAX_RANK:
        limits = f"{_MAX_RANK} dimensions and {_MAX_SIZE} elements"
        message = f"Argument `shape` must make tensors of at most {limits}. Received: {shape}"
        raise tf.errors.InvalidArgumentError(None, None, message)


def _dimension(member: Any) -> int:
    # Dimension(None).value is None and raises the TypeError below.
    value = member.value if isinstance(member, tf.compat.v1.Dimension) else member
    if isinstance(value, bool) or (isinstance(value, tf.Tensor) and not hasattr(value, "numpy")):
        raise TypeError
    return operator.index(value)
