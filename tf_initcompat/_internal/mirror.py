"""Name spaces of the legacy tree that load their members on first use (PEP 562)."""

import importlib
import sys
from collections.abc import Callable
from typing import Any

from tf_initcompat.catalog import symbols

PACKAGE = __name__.partition(".")[0]


def lazy_namespace(module: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Returns `__getattr__` and `__dir__` for a module that mirrors a legacy name space.

    Args:
      module: Name of the module, `tf_initcompat` or below.

    Returns:
      The two functions. A member is a symbol of the table or a name space of the tree; TensorFlow is imported only when
      the first symbol is used.
    """
    namespace = module.removeprefix(PACKAGE).removeprefix(".")
    members = symbols.names_in(namespace)
    prefix = f"{namespace}." if namespace else ""
    below = {
        name.removeprefix(prefix).partition(".")[0] for name in symbols.by_name() if name.startswith(prefix)
    } - members.keys()

    def __getattr__(name: str) -> Any:
        if name in below:
            return importlib.import_module(f"{module}.{name}")
        if name in members:
            wrapper_module, _, attribute = members[name].wrapper.partition(":")
            found = getattr(importlib.import_module(f"{PACKAGE}.wrappers.{wrapper_module}"), attribute)
            setattr(sys.modules[module], name, found)
            return found
        import difflib  # only a typing error pays for it

        near = difflib.get_close_matches(name, members.keys() | below, n=1)
        hint = f". Did you mean: {near[0]!r}?" if near else ""
        raise AttributeError(f"module {module!r} has no attribute {name!r}{hint}", name=name)

    def __dir__() -> list[str]:
        return sorted({*vars(sys.modules[module]), *members, *below})

    return __getattr__, __dir__
