"""Base class of the wrappers: dtypes, `partition_info`, configuration, and which initializer makes a tensor."""

import copy
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, TypeVar

from tf_initcompat._internal import sampling
from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.typing import DType, DTypeLike, PartitionInfo, Seed, ShapeLike, Tensor
from tf_initcompat.wrappers import arguments, native, op_seeds, placement, seeds, traces
from tf_initcompat.wrappers.arguments import NoNativeCounterpartError, Shard, Slice, as_dtype, keras_shard, static_shape
from tf_initcompat.wrappers.native import NativeInitializer
from tf_initcompat.wrappers.real import LegacyInitializer
from tf_initcompat.wrappers.tensorflow import tf

_Call = TypeVar("_Call", bound=Callable[..., Tensor])
_Self = TypeVar("_Self", bound="Initializer")

FLOATS: Final[frozenset[DType]] = frozenset((tf.float16, tf.bfloat16, tf.float32, tf.float64))


def with_legacy_signature(call: _Call) -> _Call:
    """Hide the keyword-only parameters of a `__call__` from `inspect.signature`.

    They are the arguments of Keras 2 and of distribution strategies. TensorFlow inspects signatures, for example for
    `partition_info`, and has to find the legacy one.
    """
    signature = inspect.signature(call)
    parameters = [
        parameter for parameter in signature.parameters.values() if parameter.kind is not parameter.KEYWORD_ONLY
    ]
    setattr(call, "__signature__", signature.replace(parameters=parameters))  # noqa: B010  # functions do not declare it
    return call


class Initializer:
    """Base class of the wrappers, the counterpart of the base class of TensorFlow's v1 initializers.

    A subclass names the row of its legacy symbol in `_symbol`, makes the native initializer of one call in `_native`
    and the real legacy initializer in `_legacy`. The real one makes every tensor that the native one does not make in
    the same way: for a shape that is not static, a dtype that Keras does not know, bad input of any kind. Its errors
    have the legacy types.
    """

    dtype: DType

    #: Op seed; deterministic initializers have none.
    seed: Seed

    #: The legacy symbol that the class mirrors.
    _symbol: ClassVar[Symbol]

    #: Dtypes in which the native initializer samples the same distribution.
    _dtypes: ClassVar[frozenset[DType]] = FLOATS

    @with_legacy_signature
    def __call__(
        self,
        shape: ShapeLike,
        dtype: DTypeLike | None = None,
        partition_info: PartitionInfo | None = None,
        *,
        partition_shape: Sequence[int] | None = None,
        partition_offset: Sequence[int] | None = None,
        shard_info: Shard | None = None,
        layout: Any = None,
    ) -> Tensor:
        """Return a tensor initialized as specified by the initializer.

        Args:
          shape: Shape of the tensor, or of the shard if `partition_info` is given. A tuple, list, TensorShape,
            integer array or tensor.
          dtype: Optional dtype of the tensor, as a DType, string or NumPy type; by default the initializer's own.
          partition_info: Optional information about the partitioning of the tensor: an object with `full_shape` and
            `var_offset`, as `tf.compat.v1.get_variable` passes it. The fan is that of the full shape.
          partition_shape: Shape of a shard, as Keras 2 passes it; `shape` is then the full shape.
          partition_offset: Offset of that shard.
          shard_info: Shape and offset of a shard, as `ParameterServerStrategy` passes them; `shape` is then the full
            shape.
          layout: Optional `tf.experimental.dtensor.Layout` of the tensor.

        Returns:
          A `tf.Tensor`.

        Raises:
          ValueError: If an argument has a wrong value.
          TypeError: If an argument has a wrong type.
        """
        shard = keras_shard(shape, partition_shape, partition_offset, shard_info)
        return self._initialize_shard(shape, dtype, partition_info, shard, layout)

    def get_config(self) -> dict[str, Any]:
        """Return the configuration as a JSON-serializable dict with the legacy keys."""
        return {
            parameter.name: self.dtype.name if parameter.name == "dtype" else getattr(self, parameter.name)
            for parameter in self._symbol.parameters
            if parameter.is_saved
        }

    @classmethod
    def from_config(cls: type[_Self], config: dict[str, Any]) -> _Self:
        """Return an initializer of this class with a configuration.

        Args:
          config: A dict, typically the output of `get_config`.
        """
        return cls(**config)

    def _native(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> NativeInitializer:
        """Return the native initializer for one call."""
        raise NotImplementedError

    def _legacy(self) -> LegacyInitializer:
        """Return the real legacy initializer with the same arguments."""
        raise NotImplementedError

    def _check_shard(self) -> None:
        """Raise an error if a shard cannot be made on its own: strategies then make the whole tensor and slice it.

        Raises:
          TypeError: Under legacy sampling, since the legacy symbols accept no such argument.
          ValueError: If a shard has another distribution than a slice of the whole tensor.
        """
        name = type(self).__name__
        if sampling.is_legacy():
            raise TypeError(f"{name} makes no shards under legacy sampling: slice the whole.")
        if self._symbol.is_orthogonal:
            tensor = "convolution kernel" if self._symbol.kernel_ranks else "matrix"
            raise ValueError(
                f"{name} initializer doesn't support partition-related arguments: a slice of an orthogonal {tensor} is "
                f"not orthogonal. Make the full {tensor} and slice it."
            )

    def _dtype_of_call(self, dtype: DTypeLike | None) -> DType:
        return self.dtype if dtype is None else as_dtype(dtype)

    def _initialize_shard(
        self, shape: ShapeLike, dtype: DTypeLike | None, partition_info: Any, shard: Shard | None, layout: Any
    ) -> Tensor:
        """Return the tensor of one call, translated from Keras' form to the legacy form of partitions."""
        initializer = self
        if shard is not None:
            self._check_shard()
            partition_info = Slice(shape, list(shard.offset))
            shape = shard.shape
            initializer = self._with_seed_of_shard(shard.offset)
        if layout is None:
            return initializer._initialize(shape, dtype, partition_info)
        make = functools.partial(initializer._initialize, shape, dtype, partition_info)
        return placement.with_layout(make, layout, self._symbol.is_random)

    def _with_seed_of_shard(self: _Self, offset: Sequence[int]) -> _Self:
        """Return an initializer whose op seed, if it has one, is that of a shard."""
        if not self._symbol.is_random or self.seed is None:
            return self
        initializer = copy.copy(self)
        initializer.seed = seeds.seed_of_shard(self.seed, offset)
        return initializer

    def _initialize(self, shape: ShapeLike, dtype: DTypeLike | None, partition_info: Any) -> Tensor:
        """Return the tensor of the native initializer, or else that of the real legacy one."""
        for checked in (shape, getattr(partition_info, "full_shape", shape)):
            arguments.require_possible_shape(checked, self._symbol.kernel_ranks)
        try:
            dtype = self._dtype_of_call(dtype)
        except TypeError as error:  # no dtype: the real symbol may object to another argument first
            return self._initialize_by_legacy(shape, dtype, partition_info, error)
        reason: Exception | None = None
        if not sampling.is_legacy():
            native.initializers()  # its error about the backend must reach the user
            try:
                return self._initialize_natively(shape, dtype, partition_info)
            except placement.UnsupportedDeviceError:
                raise
            except Exception as error:  # bad input of any kind: the real symbol decides, see the class docstring
                reason = error
        return self._initialize_by_legacy(shape, dtype, partition_info, reason)

    def _initialize_natively(self, shape: ShapeLike, dtype: DType, partition_info: Any) -> Tensor:
        if dtype not in self._dtypes:
            raise NoNativeCounterpartError
        shape = static_shape(shape)
        full_shape = shape if partition_info is None else static_shape(partition_info.full_shape)

        def make() -> Tensor:
            return self._native(shape, full_shape, dtype)(shape, dtype=dtype.name)

        if not (self._symbol.is_random and tf.executing_eagerly()):
            return make()
        call = self._traceable_call(shape, full_shape, dtype)
        if call is None or placement.on_dtensor():
            return placement.sample(self._native(shape, full_shape, dtype), shape, dtype.name)
        return traces.sample(call, self.seed, make)

    def _traceable_call(self, shape: tuple[int, ...], full_shape: tuple[int, ...], dtype: DType) -> traces.Call | None:
        """Return what the tensor of a call depends on, or None if that is not known or the call has several seeds."""
        is_of_user = "_symbol" not in vars(type(self))  # a subclass may depend on anything
        if is_of_user or self._symbol.kernel_ranks:
            return None
        own = traces.arguments_of(vars(self))
        return None if own is None else traces.Call(type(self), own, shape, full_shape, dtype)

    def _initialize_by_legacy(
        self, shape: ShapeLike, dtype: Any, partition_info: Any, reason: Exception | None
    ) -> Tensor:
        """Return the tensor of the real legacy initializer.

        Args:
          shape: Shape of the call.
          dtype: Dtype of the call, or a value that is no dtype.
          partition_info: That of the call.
          reason: Error of the native initializer; None under legacy sampling.
        """
        name = dtype.name if isinstance(dtype, tf.DType) else repr(dtype)
        op_seeds.see_call(needs_op_seed=self._symbol.is_random and self.seed is None)
        if self._symbol.is_random:
            if isinstance(self.seed, seeds.ShardSeed):  # the shards would be equal on two parameter servers
                message = f"{self!r} makes no shard of shape {shape} and dtype {name}: slice the whole."
                raise ValueError(message) from reason
            if placement.on_dtensor():  # DTensor has no stateful random operations
                raise placement.UnsupportedDeviceError from reason
        try:
            return self._legacy()(shape, dtype=dtype, partition_info=partition_info)
        except Exception as error:  # of any type: it is raised again with the call in its message
            if placement.on_dtensor():
                raise placement.UnsupportedDeviceError from (reason or error)
            call = f"{self!r}(shape={shape}, dtype={name}, partition_info={partition_info})"
            raise _with_message(error, f"{call}: {error}") from (reason or error)

    def __repr__(self) -> str:
        # Not the config: get_config of a user's subclass may fail, and an error message must not.
        taken = inspect.signature(type(self)).parameters
        values = ", ".join(f"{name}={value!r}" for name, value in vars(self).items() if name in taken)
        return f"{type(self).__name__}({values})"


def _with_message(error: Any, message: str) -> Exception:
    """Return an exception of the same type with another message, or the same one if its type takes no message."""
    if isinstance(error, tf.errors.OpError):
        with_message: Exception = type(error)(error.node_def, error.op, message)
    elif isinstance(error, UnicodeError) or type(error).__module__ != "builtins":
        with_message = error
    else:
        with_message = type(error)(message)
    return with_message
