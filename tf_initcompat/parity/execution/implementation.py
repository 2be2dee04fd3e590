"""The interface that the implementation of a context has."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.wrappers.tensorflow import tf

#: Makes tensors: a flat list. TensorFlow has no types, so that its tensors, variables and strategies are Any.
Make = Callable[[], list[Any]]


class Program(Protocol):
    """A program that is built once and can be run many times."""

    def __call__(self) -> list[Any]:
        """Run it and return the tensors as arrays."""
        ...


class ContextUnavailableError(RuntimeError):
    """A context is not available in this process. The message says what to do."""


class Implementation(NamedTuple):
    """The implementation of a context.

    Attributes:
      program: Builds a program that runs a `Make`, after setting the global seed unless it is None.
      require: Raises a ContextUnavailableError if the context is not available, and starts what it needs.
      variables: Makes the variables of a configuration with an initializer, and returns the tensors that the program
        reads of them; None if the initializer is called instead.
    """

    program: Callable[[Make, int | None], AbstractContextManager[Program]]
    require: Callable[[], object] = lambda: None
    variables: Callable[[Callable[..., Any], Configuration], list[Any]] | None = None


def call_keywords(configuration: Configuration) -> dict[str, Any]:
    """Return the keyword arguments of a call: the dtype, if the configuration has one."""
    return {} if configuration.dtype is None else {"dtype": tf.as_dtype(configuration.dtype)}
