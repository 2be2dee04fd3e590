"""Proof of parity: does a migrated initializer start a model as the legacy one did?

`compare` returns all that was found, `assert_parity` raises an error that says what differs and why. The names are
loaded on first use, so that importing this package imports no TensorFlow. It needs the extra `tf-initcompat[parity]`.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tf_initcompat.parity.api import assert_parity as assert_parity
    from tf_initcompat.parity.api import compare as compare
    from tf_initcompat.parity.results import CHECKS as CHECKS
    from tf_initcompat.parity.results import FRESHNESS as FRESHNESS
    from tf_initcompat.parity.results import INTERFACE as INTERFACE
    from tf_initcompat.parity.results import LAW as LAW
    from tf_initcompat.parity.results import Check as Check
    from tf_initcompat.parity.results import Comparison as Comparison
    from tf_initcompat.parity.results import Summary as Summary

_MODULES = {
    "api": ("compare", "assert_parity"),
    "results": ("CHECKS", "FRESHNESS", "INTERFACE", "LAW", "Check", "Comparison", "Summary"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    module = importlib.import_module(f"{__name__}.{_HOME[name]}")
    found = getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
