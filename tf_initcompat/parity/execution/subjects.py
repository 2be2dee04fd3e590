"""The two sides of a comparison, and how an initializer is made and called."""

import copy
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.parity.execution.strategies import ENGINES
from tf_initcompat.wrappers.tensorflow import np, tf


class NoTensorError(Exception):
    """An initializer returned something else than a tensor."""


def _arguments(initializer: Any) -> dict[str, Any]:
    """Returns the plain attributes but for seeds, which native initializers draw when they are made."""
    plain = (int, float, str, type(None))
    attributes = vars(initializer) if hasattr(initializer, "__dict__") else {}
    return {name: value for name, value in attributes.items() if isinstance(value, plain) and "seed" not in name}


class Side:
    """One of the two initializers that are compared.

    Args:
      initializer: An initializer, or what makes one: a class or, if `constructor_arguments` are given, any callable.
      constructor_arguments: Keyword arguments of what makes the initializer.
    """

    def __init__(self, initializer: Any, constructor_arguments: Mapping[str, Any] | None = None) -> None:
        if not callable(initializer):
            raise TypeError(f"An initializer must be callable. Received: {initializer!r}")
        self.factory: Callable[..., Any] | None = None
        if constructor_arguments is not None and not isinstance(constructor_arguments, Mapping):
            raise TypeError(
                f"Argument `arguments` must be a mapping of names to values. Received: {constructor_arguments!r}"
            )
        self.arguments = dict(constructor_arguments or {})
        if constructor_arguments is not None or isinstance(initializer, type):
            self.factory = initializer
        self._given = initializer
        self._variables: Callable[[Any, Cell], list[Any]] | None = None
        self._takes_partition_info: bool | None = None

    def first(self) -> Any:
        """Returns the given initializer, or makes one."""
        return self._given if self.factory is None else self.factory(**self.arguments)

    def new(self) -> Any:
        """Returns another initializer with the same arguments, or the given one where it cannot be made anew."""
        if self.factory is not None:
            return self.factory(**self.arguments)
        try:
            rebuilt = type(self._given).from_config(self._given.get_config())
        except Exception:  # without a config, or one that cannot be read back
            return self._given
        # A config that leaves arguments out makes another initializer.
        return rebuilt if _arguments(rebuilt) == _arguments(self._given) else self._given

    def within(self, context: str) -> "Side":
        """Returns this side as it is called in a context: by whoever makes the variables there."""
        side = copy.copy(self)
        side._variables = ENGINES[context].variables if context in ENGINES else None
        return side

    def tensors(self, initializer: Any, cell: Cell) -> list[Any]:
        """Returns the tensors of a cell's shards.

        Raises:
          NoTensorError: If the initializer returns something else.
        """
        if self._variables is not None:
            return self._variables(initializer, cell)
        keywords = cell.keywords()
        tensors = []
        for shape, partition_info in cell.shards():
            if partition_info is not None and self.takes_partition_info(initializer):
                keywords["partition_info"] = partition_info
            tensor = initializer(shape, **keywords)
            if isinstance(tensor, tf.Variable):
                tensor = tensor.read_value()
            if not isinstance(tensor, (tf.Tensor, np.ndarray, np.generic)):
                raise NoTensorError(f"returned no tensor but {type(tensor).__name__}: {tensor!r:.60}")
            tensors.append(tf.convert_to_tensor(tensor))
        return tensors

    def takes_partition_info(self, initializer: Any) -> bool:
        """Returns whether the signature names `partition_info`: only then does `get_variable` pass it."""
        if self._takes_partition_info is None:
            try:
                self._takes_partition_info = "partition_info" in inspect.signature(initializer).parameters
            except (TypeError, ValueError):
                self._takes_partition_info = False
        return self._takes_partition_info
