"""Tests of parity: does a migrated initializer start a model as the legacy one did?

`compare` returns all results; `assert_parity` raises an error that reports the differences and their likely cause. The
names are loaded on first use, so that importing this package imports no TensorFlow. They need the extra
`tf-initcompat[parity]`.
"""

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tf_initcompat.parity.api import assert_parity, compare
    from tf_initcompat.parity.checks.base import CHECKS, DISTRIBUTION, FRESHNESS, INTERFACE, LAW
    from tf_initcompat.parity.results import Check, Comparison, Summary

__all__ = [
    "CHECKS",
    "DISTRIBUTION",
    "FRESHNESS",
    "INTERFACE",
    "LAW",
    "Check",
    "Comparison",
    "Summary",
    "assert_parity",
    "compare",
]

_MODULES: Final = {
    "api": ("assert_parity", "compare"),
    "checks.base": ("CHECKS", "DISTRIBUTION", "FRESHNESS", "INTERFACE", "LAW"),
    "results": ("Check", "Comparison", "Summary"),
}
_MODULE_OF: Final = {name: module for module, names in _MODULES.items() for name in names}

if not TYPE_CHECKING:  # type checkers would accept any name

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        value = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
