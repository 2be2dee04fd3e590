"""What every wrapper shares: dtype, partition_info, config, and who answers a call."""

import copy
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from tf_initcompat._internal import sampling
from tf_initcompat.wrappers import placement, seeds
from tf_initcompat.wrappers.arguments import NoNativeCounterpartError, Slice, as_dtype, keras_shard, static_shape
from tf_initcompat.wrappers.tensorflow import tf

_Call = TypeVar("_Call", bound=Callable[..., Any])

FLOATS: Final[frozenset[Any]] = frozenset((tf.float16, tf.bfloat16, tf.float32, tf.float64))


def accepts_keras_arguments(call: _Call) -> _Call:
    """Lets a legacy `__call__` also take what Keras 2 and distribution strategies pass.

    Keras 2 and `ParameterServerStrategy` pass the full shape as `shape` and describe the shard by `partition_shape`
    and `partition_offset`, or by `shard_info`; the legacy form is the shard as `shape` and the full shape in
    `partition_info`. Keras 2 passes a DTensor layout as `layout`. The signature stays the legacy one, since TensorFlow
    looks into it for `partition_info`.

    Args:
      call: A `__call__` with the legacy parameters.

    Returns:
      The method that takes all these forms.
    """

    @functools.wraps(call)
    def __call__(
        self: Any, shape: Any, dtype: Any = None, partition_info: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        if not kwargs:
            return call(self, shape, dtype, partition_info, *args)
        layout = kwargs.pop("layout", None)
        shard = keras_shard(shape, kwargs)
        if shard is not None:
            self._check_keras_partition()
            partition_info = Slice(shape, list(shard.offset))
            shape = shard.shape
            self = _with_seed_of_shard(self, shard.offset)
        arguments = (self, shape, dtype, partition_info, *args)
        if layout is not None:
            return placement.with_layout(functools.partial(call, *arguments, **kwargs), layout, hasattr(self, "seed"))
        return call(*arguments, **kwargs)

    # TensorFlow reads signatures without following __wrapped__, but does follow __signature__.
    __call__.__signature__ = inspect.signature(call)  # type: ignore[attr-defined]
    return __call__  # type: ignore[return-value]


def _with_seed_of_shard(initializer: Any, offset: Sequence[int]) -> Any:
    """Returns an initializer whose op seed, if it has one, is that of a shard."""
    if getattr(initializer, "seed", None) is None:
        return initializer
    initializer = copy.copy(initializer)
    initializer.seed = seeds.seed_of_shard(initializer.seed, offset)
    return initializer


class Initializer:
    """Base class of the wrappers, the counterpart of the base class of TensorFlow's v1 initializers.

    A subclass says in `_delegate` what it becomes natively and in `_legacy` which real symbol it mirrors. Whatever the
    native initializer does not do in the same way (a shape that is not static, a dtype that Keras does not know, bad
    input of any kind) is answered by the real symbol: with its result, or with its own type of error.
    """

    dtype: Any

    #: The legacy symbol, bound when the wrapper is imported: test suites replace `tf.compat.v1.*` by the wrappers.
    _real: Any

    #: The dtypes in which the native initializer has the same law.
    _dtypes: frozenset[Any] = FLOATS

    @accepts_keras_arguments
    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        """Returns a tensor initialized as specified by the initializer.

        Args:
          shape: Shape of the tensor, or of the shard where `partition_info` is given. A tuple, list, TensorShape,
            integer array or tensor.
          dtype: Optional dtype of the tensor, as a DType, string or NumPy type; the initializer's own by default.
          partition_info: Optional information about the partitioning of the tensor: an object with `full_shape` and
            `var_offset`, as `tf.compat.v1.get_variable` passes it. The fan is that of the full shape.

        Returns:
          A `tf.Tensor`.

        Raises:
          ValueError: If an argument has a wrong value.
          TypeError: If an argument has a wrong type.
        """
        return self._answer(shape, dtype, partition_info)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration of the initializer as a JSON-serializable dict, with the legacy keys."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Initializer":
        """Makes an initializer from a configuration.

        Args:
          config: A dict, typically the output of `get_config`.

        Returns:
          An initializer of this class.
        """
        return cls(**config)

    def _delegate(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
        """Returns the native initializer for one call."""
        raise NotImplementedError

    def _legacy(self) -> Callable[..., Any]:
        """Returns the real legacy initializer with the same arguments."""
        raise NotImplementedError

    def _check_keras_partition(self) -> None:
        """Raises an error where a shard is not drawn on its own: strategies then make the whole and slice it.

        Raises:
          TypeError: Under legacy sampling, since the legacy symbols take no such argument.
          ValueError: If the law of a shard is not that of a slice of the whole.
        """
        if sampling.is_legacy():
            raise TypeError(f"{type(self).__name__} makes no shards under legacy sampling: slice the whole.")

    def _answer(self, shape: Any, dtype: Any, partition_info: Any, **legacy_arguments: Any) -> Any:
        dtype = self.dtype if dtype is None else as_dtype(dtype)
        if not sampling.is_legacy():
            seeds.native_initializers()  # the wrong backend is no bad input
            try:
                return self._sample(shape, dtype, partition_info, **legacy_arguments)
            except placement.UnsupportedDeviceError:
                raise
            except Exception as error:  # whatever it is, the real symbol knows better: see the class docstring
                reason = error
        else:
            reason = None
        if isinstance(getattr(self, "seed", None), seeds.ShardSeed):  # it would start equal on two servers
            message = f"{self!r} makes no shard of shape {shape} and dtype {dtype.name}: slice the whole."
            raise ValueError(message) from reason
        if hasattr(self, "seed") and placement.on_dtensor():  # no legacy symbol draws on it
            raise placement.UnsupportedDeviceError from reason
        try:
            return self._legacy()(shape, dtype=dtype, partition_info=partition_info, **legacy_arguments)
        except Exception as error:
            if placement.on_dtensor():
                raise placement.UnsupportedDeviceError from (reason or error)
            call = f"{self!r}(shape={shape}, dtype={dtype.name}, partition_info={partition_info})"
            raise _with_message(error, f"{call}: {error}") from (reason or error)

    def _sample(self, shape: Any, dtype: Any, partition_info: Any, **legacy_arguments: Any) -> Any:
        """Returns the native initializer's tensor; `legacy_arguments` are what one law's `__call__` takes beside."""
        if dtype not in self._dtypes:
            raise NoNativeCounterpartError
        shape = static_shape(shape)
        full_shape = shape if partition_info is None else static_shape(partition_info.full_shape)
        native = self._delegate(shape, full_shape, dtype)
        if hasattr(self, "seed"):  # it draws
            return placement.sample(native, shape, dtype.name)
        return native(shape, dtype=dtype.name)

    def __repr__(self) -> str:
        # Not the config: that of a user's subclass may need more than an error message should.
        arguments = ", ".join(f"{name}={value!r}" for name, value in vars(self).items() if not name.startswith("_"))
        return f"{type(self).__name__}({arguments})"


def _with_message(error: Exception, message: str) -> Exception:
    """Returns an exception of the same type with another message, or the same where its type takes no message."""
    if isinstance(error, tf.errors.OpError):
        with_message: Exception = type(error)(error.node_def, error.op, message)
        return with_message
    if isinstance(error, UnicodeError) or type(error).__module__ != "builtins":
        return error
    return type(error)(message)
