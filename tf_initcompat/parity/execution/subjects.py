"""The subjects of a comparison: how the legacy and the migrated initializer are made and called."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from tf_initcompat.catalog import symbols
from tf_initcompat.parity.execution import programs
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.execution.contexts import Context
from tf_initcompat.parity.execution.implementation import call_keywords
from tf_initcompat.wrappers.arguments import Partition
from tf_initcompat.wrappers.tensorflow import np, tf

#: Attributes that hold seeds: that of the legacy initializers, and the one that Keras 3 adds.
_SEEDS: Final = (symbols.SEED, "_init_seed")
#: An initializer, or a class or function that makes one.
InitializerOrMaker = Callable[..., Any]


class NoTensorError(Exception):
    """An initializer returned something other than a tensor."""


class Subject:
    """The legacy or the migrated initializer of a comparison.

    Args:
      initializer: An initializer, or its maker: a class or, if `arguments` are given, any callable.
      arguments: Keyword arguments of the maker.

    Attributes:
      factory: The maker, or None if an initializer was given.
      arguments: Keyword arguments of the maker.

    Raises:
      TypeError: If `initializer` is not callable, or `arguments` not a mapping.
    """

    def __init__(self, initializer: InitializerOrMaker, arguments: Mapping[str, object] | None = None) -> None:
        if not callable(initializer):
            raise TypeError(f"An initializer must be callable. Received: {initializer!r}")
        is_maker = arguments is not None or isinstance(initializer, type)
        self.factory = initializer if is_maker else None
        self.arguments = _as_dict(arguments)
        self._initializer = initializer
        self._takes_partition_info: bool | None = None

    def first(self) -> Any:
        """Return the given initializer, or make one."""
        return self._initializer if self.factory is None else self.factory(**self.arguments)

    def new(self) -> Any:
        """Return another initializer with the same arguments, or the given one if it cannot be made again."""
        if self.factory is not None:
            return self.factory(**self.arguments)
        given: Any = self._initializer
        try:
            rebuilt: Any = given.__class__.from_config(given.get_config())
        except Exception:  # user code: without a config, or with one that cannot be read back for any reason
            return given
        # If the config leaves arguments out, the rebuilt initializer is another one.
        return rebuilt if _scalars(rebuilt) == _scalars(given) else given

    def tensors(self, initializer: Callable[..., Any], configuration: Configuration, context: Context) -> list[Any]:
        """Return the tensors of the shards of a configuration.

        Args:
          initializer: An initializer that `first` or `new` returned.
          configuration: Shape, dtype and partitions.
          context: The context in which this is called. It decides who calls the initializer.

        Raises:
          NoTensorError: If the initializer returns something other than a tensor.
        """
        variables = programs.implementation(context).variables
        if variables is not None:
            return variables(initializer, configuration)
        keywords = call_keywords(configuration)
        tensors: list[Any] = []
        for shard in configuration.shards():
            if configuration.partitions > 1 and self._accepts_partition_info(initializer):
                keywords["partition_info"] = Partition(list(configuration.shape), list(shard.offset))
            tensor = initializer(shard.shape, **keywords)
            if isinstance(tensor, tf.Variable):
                tensor = tensor.read_value()
            if not isinstance(tensor, (tf.Tensor, np.ndarray, np.generic)):
                raise NoTensorError(f"returned {type(tensor).__name__} in place of a tensor: {tensor!r:.60}")
            tensors.append(tf.convert_to_tensor(tensor))
        return tensors

    def _accepts_partition_info(self, initializer: Callable[..., Any]) -> bool:
        """Return whether the signature names `partition_info`: only then does `get_variable` pass it."""
        if self._takes_partition_info is None:
            try:
                self._takes_partition_info = "partition_info" in inspect.signature(initializer).parameters
            except (TypeError, ValueError):
                self._takes_partition_info = False
        return self._takes_partition_info


def _as_dict(arguments: Mapping[str, object] | None) -> dict[str, object]:
    try:
        return {} if arguments is None else {**arguments}
    except TypeError as error:
        message = f"Argument `arguments` must be a mapping of names to values. Received: {arguments!r}"
        raise TypeError(message) from error


def _scalars(initializer: object) -> dict[str, int | float | str | None]:
    """Return the scalar attributes except seeds, which native initializers choose when they are made."""
    attributes = vars(initializer) if hasattr(initializer, "__dict__") else {}
    return {
        name: value
        for name, value in attributes.items()
        if isinstance(value, (int, float, str, type(None))) and name not in _SEEDS
    }
