"""The laws without chance: constants, zeros, ones, identity."""

import math
from collections.abc import Callable
from typing import Any, Final

from tf_initcompat.wrappers import arguments, base, seeds
from tf_initcompat.wrappers.tensorflow import np, tf

_INTEGERS: Final = frozenset((tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.uint32, tf.uint64))
_SMALLEST: Final = float(np.finfo(np.float32).tiny)
_DTYPES: Final = base.FLOATS | _INTEGERS | {tf.bool}


class Zeros(base.Initializer):
    """Makes zeros.

    Mirrors `tf.compat.v1.zeros_initializer`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                |
    | :--------------- | :----------- | :-------------------------------------------------- |
    | `dtype`          | `dtype`      | of the call; strings etc. by the legacy symbol      |
    | `partition_info` | -            | makes no difference                                 |

    Args:
      dtype: Dtype that is used if the call gives none.

    Raises:
      TypeError: If `dtype` is no dtype.

    Source: `tf.compat.v1.zeros_initializer`.
    """

    _real = tf.compat.v1.zeros_initializer
    _dtypes = _DTYPES

    def __init__(self, dtype: Any = tf.float32) -> None:
        self.dtype = arguments.as_dtype(dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the key dtype."""
        return {"dtype": self.dtype.name}

    def _delegate(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
        native: Callable[..., Any] = seeds.native_initializers().Zeros()
        return native

    def _legacy(self) -> Callable[..., Any]:
        legacy: Callable[..., Any] = self._real()
        return legacy


class Ones(base.Initializer):
    """Makes ones.

    Mirrors `tf.compat.v1.ones_initializer`.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                |
    | :--------------- | :----------- | :-------------------------------------------------- |
    | `dtype`          | `dtype`      | of the call; complex ones etc. by the legacy symbol |
    | `partition_info` | -            | makes no difference                                 |

    Args:
      dtype: Dtype that is used if the call gives none.

    Raises:
      TypeError: If `dtype` is no dtype.

    Source: `tf.compat.v1.ones_initializer`.
    """

    _real = tf.compat.v1.ones_initializer
    _dtypes = _DTYPES

    def __init__(self, dtype: Any = tf.float32) -> None:
        self.dtype = arguments.as_dtype(dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the key dtype."""
        return {"dtype": self.dtype.name}

    def _delegate(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
        native: Callable[..., Any] = seeds.native_initializers().Ones()
        return native

    def _legacy(self) -> Callable[..., Any]:
        legacy: Callable[..., Any] = self._real()
        return legacy


class Constant(base.Initializer):
    """Makes a constant: a scalar repeated, or the elements of a list reshaped.

    Mirrors `tf.compat.v1.constant_initializer`. As many elements as the shape has are reshaped to it. A list of
    another length raises TypeError in eager code; a Graph repeats the last element of a shorter list and raises
    ValueError for a longer one.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                        |
    | :--------------- | :----------- | :---------------------------------------------------------- |
    | `value`          | `value`      | reshaped and converted to the dtype by the legacy rules     |
    | `dtype`          | `dtype`      | of the call                                                 |
    | `verify_shape`   | -            | the wrapper compares the shapes                             |
    | `partition_info` | -            | ignored as in legacy: each shard holds `value`              |

    Args:
      value: A Python scalar, list or tuple of values, or an ndarray.
      dtype: Dtype that is used if the call gives none.
      verify_shape: Whether the shape of `value` has to be the shape of the call.

    Raises:
      TypeError: If `value` has another type.

    Source: `tf.compat.v1.constant_initializer`.
    """

    _real = tf.compat.v1.constant_initializer
    _dtypes = _DTYPES

    def __init__(self, value: Any = 0, dtype: Any = tf.float32, verify_shape: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"Invalid type for initial value={value} of type: {type(value).__name__}. "
                "Expected Python scalar, list or tuple of values, or numpy.ndarray."
            )
        self.value = value
        self.dtype = arguments.as_dtype(dtype)
        self._verify_shape = verify_shape

    @base.accepts_keras_arguments
    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None, verify_shape: Any = None) -> Any:
        """Returns a tensor that holds the value.

        Args:
          shape: Shape of the tensor.
          dtype: Optional dtype of the tensor; the initializer's own by default.
          partition_info: Ignored.
          verify_shape: Whether the shape of `value` has to be `shape`; the initializer's own by default.

        Returns:
          A `tf.Tensor`.

        Raises:
          TypeError: If the value does not fit the shape or the dtype.
          ValueError: If a Graph needs less elements than there are.
        """
        if verify_shape is None:
            verify_shape = self._verify_shape
        return self._answer(shape, dtype, partition_info, verify_shape=verify_shape)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Constant":
        """Makes an initializer from a configuration, also from one in which Keras has serialized an ndarray."""
        value = config.get("value")
        if isinstance(value, dict) and value.get("class_name") == "__numpy__":
            array = np.array(value["config"]["value"], dtype=value["config"]["dtype"])
            config = {**config, "value": array}
        return cls(**config)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the keys value and dtype; legacy leaves verify_shape out."""
        return {"value": self.value, "dtype": self.dtype.name}

    def _check_keras_partition(self) -> None:
        super()._check_keras_partition()
        if np.size(self.value) > 1:
            raise ValueError("Constant makes no shards of a list: a shard is a slice of the whole. Slice the whole.")

    def _sample(self, shape: Any, dtype: Any, partition_info: Any, **legacy_arguments: Any) -> Any:
        shape = arguments.static_shape(shape)
        size = math.prod(shape)
        value = np.asarray(self.value)
        if (
            dtype not in self._dtypes
            or not _converts_exactly(value, dtype)
            or value.size not in (1, size)
            or size == 0  # a scalar is too much for it in a Graph, but not in eager code
            or (legacy_arguments["verify_shape"] and value.shape != shape)
        ):
            raise arguments.NoNativeCounterpartError
        value = value.astype(dtype.as_numpy_dtype)
        native = seeds.native_initializers().Constant(value.reshape(() if value.size == 1 else shape))
        return native(shape, dtype=dtype.name)

    def _legacy(self) -> Callable[..., Any]:
        legacy: Callable[..., Any] = self._real(self.value)
        return legacy


def _converts_exactly(value: Any, dtype: Any) -> bool:
    """Returns whether legacy takes the value for the dtype without an error, a warning or a wrapped integer."""
    if dtype.is_floating:
        size = abs(value[np.isfinite(value) & (value != 0)]) if value.dtype.kind in "fiu" else np.array(math.inf)
        # Keras 3 flushes subnormal numbers to zero; what is too large is infinite, with a warning or without.
        return bool(np.all((size >= _SMALLEST) & (size <= dtype.max)))
    if dtype == tf.bool:
        return bool(value.dtype.kind == "b")
    limits = np.iinfo(dtype.as_numpy_dtype)
    return value.dtype.kind in "iu" and bool(np.all((value >= limits.min) & (value <= limits.max)))


class Identity(base.Initializer):
    """Makes the identity matrix times gain.

    Mirrors `tf.compat.v1.initializers.identity`. A matrix that is not square has ones on its main diagonal.

    How to map arguments:

    | TF1 argument     | TF2 argument | Note                                                     |
    | :--------------- | :----------- | :------------------------------------------------------- |
    | `gain`           | `gain`       |                                                          |
    | `dtype`          | `dtype`      | of the call                                              |
    | `partition_info` | -            | the full matrix is made and sliced                       |

    Args:
      gain: Factor of the matrix.
      dtype: Floating dtype that is used if the call gives none.

    Raises:
      ValueError: If `dtype` is not floating; in the call, if the full shape has not two dimensions.

    Source: `tf.compat.v1.initializers.identity`.
    """

    _real = tf.compat.v1.initializers.identity

    def __init__(self, gain: float = 1.0, dtype: Any = tf.float32) -> None:
        self.gain = gain
        self.dtype = arguments.as_float_dtype(dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration with the keys gain and dtype."""
        return {"gain": self.gain, "dtype": self.dtype.name}

    def _sample(self, shape: Any, dtype: Any, partition_info: Any, **legacy_arguments: Any) -> Any:
        if partition_info is None:
            return super()._sample(shape, dtype, partition_info)
        full = super()._sample(partition_info.full_shape, dtype, None)
        return tf.slice(full, partition_info.var_offset, arguments.static_shape(shape))

    def _delegate(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
        if 0 in shape:  # Keras 3.0 takes no columns for as many as rows
            raise arguments.NoNativeCounterpartError
        native: Callable[..., Any] = seeds.native_initializers().Identity(gain=self.gain)
        return native

    def _legacy(self) -> Callable[..., Any]:
        legacy: Callable[..., Any] = self._real(self.gain)
        return legacy
