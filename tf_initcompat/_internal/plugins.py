"""Errors of code that users register."""

import contextlib
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")


class PluginError(Exception):
    """An error in the code of a plugin. The message names the code and the module to report it to."""


@contextlib.contextmanager
def blamed(what: str, module: str, *allowed: type[Exception]) -> Generator[None, None, None]:
    """Raise a PluginError for any error of a plugin's code.

    Args:
      what: The code, for the message.
      module: Its module. Errors of this package's own modules are not changed.
      allowed: Types of errors that the code may raise, and that are not changed.

    Raises:
      PluginError: If the code raises an error.

    Examples:
      >>> with blamed("rule MY1", "my_rules"):
      ...     {}["oops"]
      Traceback (most recent call last):
          ...
      tf_initcompat._internal.plugins.PluginError: rule MY1 of the plugin my_rules failed: KeyError: 'oops'
    """
    try:
        yield
    except allowed:
        raise
    except Exception as error:  # the user's code can raise anything
        if module.partition(".")[0] == __name__.partition(".")[0]:
            raise
        raise PluginError(f"{what} of the plugin {module} failed: {type(error).__name__}: {error}") from error


def required(value: object, kind: type[T]) -> T:
    """Return a value that a plugin returned, if it is of the right type.

    Args:
      value: The value.
      kind: The type.

    Raises:
      TypeError: If it is of another type.

    Examples:
      >>> required(3, str)
      Traceback (most recent call last):
          ...
      TypeError: returned 3 in place of str
    """
    if isinstance(value, kind):
        return value
    raise TypeError(f"returned {value!r} in place of {kind.__name__}")
