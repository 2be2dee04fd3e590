"""Looks up symbols and contexts by the names that users give, and suggests the nearest name for a misspelt one."""

from collections.abc import Iterable, Sequence
from typing import Final

from tf_initcompat._internal import suggestions
from tf_initcompat.catalog import symbols
from tf_initcompat.parity.execution import contexts
from tf_initcompat.parity.execution.contexts import Context

#: Prefixes with which legacy code and migrated code refer to a symbol.
_PREFIXES: Final = (
    f"{symbols.LEGACY_ROOT}.",
    "tensorflow.compat.v1.",
    "tf_initcompat.",
    f"{symbols.CONTRIB_LEGACY_ROOT}.",
)


def symbol(name: str) -> symbols.Symbol:
    """Return the row of a symbol that makes tensors.

    Args:
      name: One of its names, below `tf_initcompat` or as legacy code has it.

    Raises:
      ValueError: If there is none; the message suggests the nearest name.

    Example:
      >>> symbol("tf.compat.v1.initializers.zeros").names[0]
      'zeros_initializer'
      >>> symbol("he_norml")
      Traceback (most recent call last):
      ValueError: unknown symbol 'he_norml' (did you mean 'initializers.he_normal'?); `--list` shows all symbols
    """
    rows = {alias: row for row in symbols.INITIALIZERS for alias in row.names}
    for prefix in _PREFIXES:
        if name.startswith(prefix) and name.removeprefix(prefix) in rows:
            name = name.removeprefix(prefix)
    if name not in rows:
        raise ValueError(f"unknown symbol {name!r}{_suggestion(name, rows)}; `--list` shows all symbols")
    return rows[name]


def named_contexts(names: Sequence[str]) -> tuple[Context, ...]:
    """Return the contexts of the given names.

    Raises:
      ValueError: If a name is unknown; the message suggests the nearest.
    """
    for name in names:
        if name not in contexts.NAMES:
            choices = ", ".join(contexts.NAMES)
            raise ValueError(f"unknown context {name!r}{_suggestion(name, contexts.NAMES)}; there are {choices}")
    return contexts.named(names)


def _suggestion(name: str, choices: Iterable[str]) -> str:
    match = suggestions.nearest(name, choices)
    return f" (did you mean {match!r}?)" if match else ""
