"""Deterministic initializers: zeros, ones, constants, identity."""

import copy
import functools
import math
from collections.abc import Sequence
from typing import Any, Final, cast

from tf_initcompat.catalog import symbols
from tf_initcompat.typing import DType, DTypeLike, PartitionInfo, Scalar, ShapeLike, Tensor
from tf_initcompat.wrappers import arguments, base, native, real
from tf_initcompat.wrappers.tensorflow import np, tf

_INTEGERS: Final = frozenset((tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.uint32, tf.uint64))
_SMALLEST: Final = float(np.finfo(np.float32).tiny)
_DTYPES: Final = base.FLOATS | _INTEGERS | {tf.bool}


class Zeros(base.Initializer):
    """Makes zeros.

    Mirrors `tf.compat.v1.zeros_initializer`. The legacy symbol makes the dtypes that Keras lacks, such as strings.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                        |
    | :--------------- | :----------- | :-------------------------- |
    | `dtype`          | `dtype`      | dtype of the call           |
    | `partition_info` | -            | ignored, as in TensorFlow 1 |

    Args:
      dtype: Dtype that is used if the call names none.

    Raises:
      TypeError: If `dtype` is not a dtype.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.zeros_initializer()((2, 3)).numpy()
      array([[0., 0., 0.],
             [0., 0., 0.]], dtype=float32)

    Source: `tf.compat.v1.zeros_initializer`.
    """

    _symbol = symbols.by_name()["zeros_initializer"]
    _dtypes = _DTYPES

    def __init__(self, dtype: DTypeLike = tf.float32) -> None:
        self.dtype = arguments.as_dtype(dtype)

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        return native.initializers().Zeros()

    def _legacy(self) -> real.LegacyInitializer:
        return real.Zeros()


class Ones(base.Initializer):
    """Makes ones.

    Mirrors `tf.compat.v1.ones_initializer`. The legacy symbol makes the dtypes that Keras lacks, such as complex64.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                        |
    | :--------------- | :----------- | :-------------------------- |
    | `dtype`          | `dtype`      | dtype of the call           |
    | `partition_info` | -            | ignored, as in TensorFlow 1 |

    Args:
      dtype: Dtype that is used if the call names none.

    Raises:
      TypeError: If `dtype` is not a dtype.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.ones_initializer(dtype="int32")((3,)).numpy()
      array([1, 1, 1], dtype=int32)

    Source: `tf.compat.v1.ones_initializer`.
    """

    _symbol = symbols.by_name()["ones_initializer"]
    _dtypes = _DTYPES

    def __init__(self, dtype: DTypeLike = tf.float32) -> None:
        self.dtype = arguments.as_dtype(dtype)

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        return native.initializers().Ones()

    def _legacy(self) -> real.LegacyInitializer:
        return real.Ones()


class Constant(base.Initializer):
    """Makes a constant: a scalar repeated, or the elements of a list reshaped.

    Mirrors `tf.compat.v1.constant_initializer`. A list with as many elements as the tensor is reshaped. A list of
    another length raises TypeError in eager code; a Graph repeats the last element of a shorter list and raises
    ValueError for a longer one. Each shard of a partitioned variable is made from the whole `value`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                |
    | :--------------- | :----------- | :-------------------------------------------------- |
    | `value`          | `value`      | converted and reshaped by the rules of TensorFlow 1 |
    | `dtype`          | `dtype`      | dtype of the call                                   |
    | `verify_shape`   | -            | the wrapper compares the shapes                     |
    | `partition_info` | -            | ignored, as in TensorFlow 1                         |

    Args:
      value: A Python scalar, list or tuple of values, or an ndarray.
      dtype: Dtype that is used if the call names none.
      verify_shape: Whether the shape of `value` has to be the shape of the call.

    Raises:
      TypeError: If `value` has another type.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.constant_initializer([1, 2, 3, 4])((2, 2)).numpy()
      array([[1., 2.],
             [3., 4.]], dtype=float32)

    Source: `tf.compat.v1.constant_initializer`.
    """

    _symbol = symbols.by_name()["constant_initializer"]
    _dtypes = _DTYPES

    def __init__(self, value: Any = 0, dtype: DTypeLike = tf.float32, verify_shape: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"Invalid type for initial value={value} of type: {type(value).__name__}. "
                "Expected Python scalar, list or tuple of values, or numpy.ndarray."
            )
        self.value = value
        self.dtype = arguments.as_dtype(dtype)
        self._verify_shape = verify_shape

    @base.with_legacy_signature
    def __call__(
        self,
        shape: ShapeLike,
        dtype: DTypeLike | None = None,
        partition_info: PartitionInfo | None = None,
        verify_shape: bool | None = None,
        *,
        partition_shape: Sequence[int] | None = None,
        partition_offset: Sequence[int] | None = None,
        shard_info: arguments.Shard | None = None,
        layout: Any = None,
    ) -> Tensor:
        """Return a tensor of the value.

        Args:
          shape: Shape of the tensor.
          dtype: Optional dtype of the tensor; by default the initializer's own.
          partition_info: Ignored.
          verify_shape: Whether the shape of `value` has to be `shape`; by default the initializer's own.
          partition_shape: Shape of a shard, as Keras 2 passes it; `shape` is then the full shape.
          partition_offset: Offset of that shard.
          shard_info: Shape and offset of a shard, as `ParameterServerStrategy` passes them.
          layout: Optional `tf.experimental.dtensor.Layout` of the tensor.

        Returns:
          A `tf.Tensor`.

        Raises:
          TypeError: If the value does not fit the shape or the dtype.
          ValueError: If a Graph needs fewer elements than `value` has.
        """
        initializer = self
        if verify_shape is not None:
            initializer = copy.copy(self)
            initializer._verify_shape = verify_shape
        shard = arguments.keras_shard(shape, partition_shape, partition_offset, shard_info)
        return initializer._initialize_shard(shape, dtype, partition_info, shard, layout)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Constant":
        """Return an initializer with a configuration, also with one in which Keras has serialized an ndarray."""
        if isinstance(config.get("value"), dict):
            value = cast(dict[str, Any], config["value"])
            if value.get("class_name") == "__numpy__":
                array = np.array(value["config"]["value"], dtype=value["config"]["dtype"])
                config = {**config, "value": array}
        return cls(**config)

    def _check_shard(self) -> None:
        super()._check_shard()
        if np.size(self.value) > 1:
            raise ValueError("Constant makes no shards of a list: a shard is a slice of the whole. Slice the whole.")

    def _initialize_natively(self, shape: ShapeLike, dtype: DType, partition_info: Any) -> Tensor:
        shape = arguments.static_shape(shape)
        size = math.prod(shape)
        value = np.asarray(self.value)
        if (
            dtype not in self._dtypes
            or not _converts_exactly(value, dtype)
            or value.size not in (1, size)
            or size == 0  # a Graph rejects a scalar for an empty tensor, eager code does not
            or (self._verify_shape and value.shape != shape)
        ):
            raise arguments.NoNativeCounterpartError
        value = value.astype(dtype.as_numpy_dtype)
        initializer = native.initializers().Constant(value.reshape(() if value.size == 1 else shape))
        return initializer(shape, dtype=dtype.name)

    def _legacy(self) -> real.LegacyInitializer:
        return functools.partial(real.Constant(self.value), verify_shape=self._verify_shape)


def _converts_exactly(value: Any, dtype: DType) -> bool:
    """Return whether TensorFlow 1 converts the value without an error, a warning or an integer overflow."""
    if dtype == tf.bfloat16 and value.dtype == np.uint64:  # an error for Python integers from 2**63 on
        return False
    if dtype.is_floating:
        size = abs(value[np.isfinite(value) & (value != 0)]) if value.dtype.kind in "fiu" else np.array(math.inf)
        # Keras 3 flushes subnormal numbers to zero. Too large numbers become infinite, some of them with a warning.
        return bool(np.all((size >= _SMALLEST) & (size <= dtype.max)))
    if dtype == tf.bool:
        return bool(value.dtype.kind == "b")
    limits = np.iinfo(dtype.as_numpy_dtype)
    return value.dtype.kind in "iu" and bool(np.all((value >= limits.min) & (value <= limits.max)))


class Identity(base.Initializer):
    """Makes the identity matrix times gain.

    Mirrors `tf.compat.v1.initializers.identity`. A matrix that is not square has ones on its main diagonal.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                    |
    | :--------------- | :----------- | :-------------------------------------- |
    | `gain`           | `gain`       |                                         |
    | `dtype`          | `dtype`      | dtype of the call                       |
    | `partition_info` | -            | the shard is a slice of the full matrix |

    Args:
      gain: Factor of the matrix.
      dtype: Floating dtype that is used if the call names none.

    Raises:
      ValueError: If `dtype` is not floating; in the call, if the full shape does not have two dimensions.

    Example:
      >>> import tf_initcompat
      >>> tf_initcompat.initializers.identity(gain=2.0)((2, 3)).numpy()
      array([[2., 0., 0.],
             [0., 2., 0.]], dtype=float32)

    Source: `tf.compat.v1.initializers.identity`.
    """

    _symbol = symbols.by_name()["initializers.identity"]

    def __init__(self, gain: Scalar = 1.0, dtype: DTypeLike = tf.float32) -> None:
        self.gain = gain
        self.dtype = arguments.as_float_dtype(dtype)

    def _initialize_natively(self, shape: ShapeLike, dtype: DType, partition_info: Any) -> Tensor:
        if partition_info is None:
            return super()._initialize_natively(shape, dtype, partition_info)
        full = super()._initialize_natively(partition_info.full_shape, dtype, None)
        return tf.slice(full, partition_info.var_offset, arguments.static_shape(shape))

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> native.NativeInitializer:
        if 0 in shape:  # Keras 3.0 takes zero columns for as many columns as rows
            raise arguments.NoNativeCounterpartError
        return native.initializers().Identity(gain=self.gain)

    def _legacy(self) -> real.LegacyInitializer:
        return real.Identity(self.gain)
