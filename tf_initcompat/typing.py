"""Types for annotations: what an initializer is, and what it accepts."""

from collections.abc import Iterable
from typing import Any, Protocol, SupportsIndex, TypeAlias, runtime_checkable

__all__ = ["DType", "DTypeLike", "Initializer", "PartitionInfo", "Scalar", "Seed", "ShapeLike", "Tensor"]

#: A `tf.Tensor`. TensorFlow ships no usable types.
Tensor: TypeAlias = Any

#: A `tf.DType`.
DType: TypeAlias = Any


class _NamedDType(Protocol):
    @property
    def name(self) -> str: ...


#: A `tf.DType`, the name of one, a NumPy or Python type, or the number of TensorFlow's enum.
DTypeLike: TypeAlias = _NamedDType | str | type | int

#: A tuple, list, `tf.TensorShape`, array or tensor; its members are integers of any kind.
ShapeLike: TypeAlias = Iterable[object]

#: An integer op seed, or None.
Seed: TypeAlias = SupportsIndex | None

#: A number or a scalar tensor.
Scalar: TypeAlias = float | Tensor


class PartitionInfo(Protocol):
    """Information about the shard that a call makes, as `tf.compat.v1.get_variable` passes it.

    Example:
      >>> import typing, tf_initcompat
      >>> class Shard(typing.NamedTuple):
      ...     full_shape: tuple[int, ...]
      ...     var_offset: tuple[int, ...]
      >>> shard: PartitionInfo = Shard(full_shape=(100, 3), var_offset=(50, 0))
      >>> tf_initcompat.glorot_uniform_initializer()((50, 3), partition_info=shard).shape
      TensorShape([50, 3])
    """

    @property
    def full_shape(self) -> ShapeLike:
        """Shape of the full variable."""
        ...

    @property
    def var_offset(self) -> ShapeLike:
        """Offset of the shard in the full variable."""
        ...


@runtime_checkable
class Initializer(Protocol):
    """A weight initializer: a callable that returns a tensor of a given shape.

    The wrappers of this package, the legacy initializers and those of Keras all have this form. It is unrelated to
    `tf_initcompat.keras.initializers.Initializer`, which mirrors the base class of the v1 Keras module.

    Example:
      >>> import tf_initcompat
      >>> from tf_initcompat.typing import Initializer
      >>> def kernel(units: int, initializer: Initializer):
      ...     return initializer((units, units))
      >>> kernel(3, tf_initcompat.initializers.he_normal()).shape
      TensorShape([3, 3])
      >>> isinstance(tf_initcompat.initializers.he_normal(), Initializer)
      True
      >>> isinstance("he_normal", Initializer)
      False
    """

    # Any: the parameters of a protocol are contravariant, and Keras' initializers and most functions of users declare
    # narrower types than ShapeLike and DTypeLike, such as a tuple and a string.
    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """Return a tensor of a shape and, optionally, a dtype."""
        ...

    def get_config(self) -> dict[str, Any]:
        """Return the configuration as a JSON-serializable dict."""
        ...
