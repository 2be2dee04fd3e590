"""Legacy initializers in Python files and notebooks: scan and migrate.

The functions read source code. They never import or run it, and they do not import TensorFlow.

Examples:
  >>> import tf_initcompat
  >>> code = "import tensorflow.compat.v1 as tf; tf.zeros_initializer()"
  >>> tf_initcompat.source.scan(code).findings[0].symbol
  'zeros_initializer'
  >>> tf_initcompat.source.migrate(code).content
  'import tf_initcompat; tf_initcompat.zeros_initializer()'
"""

from typing import TYPE_CHECKING

__all__ = [
    "CallSite",
    "Finding",
    "MigrateResult",
    "Remaining",
    "RemainingUse",
    "ScanResult",
    "formats",
    "migrate",
    "migrate_tree",
    "remaining_tree",
    "rules",
    "scan",
    "scan_tree",
]

if TYPE_CHECKING:
    from tf_initcompat.source import formats, rules
    from tf_initcompat.source.api import migrate, migrate_tree, remaining_tree, scan, scan_tree
    from tf_initcompat.source.findings import Finding
    from tf_initcompat.source.migration import MigrateResult
    from tf_initcompat.source.remaining import Remaining, RemainingUse
    from tf_initcompat.source.results import CallSite, ScanResult
else:
    #: Modules of the public names, imported when a name is used: few programs need all of them.
    _MODULES = {
        "CallSite": "results",
        "Finding": "findings",
        "MigrateResult": "migration",
        "Remaining": "remaining",
        "RemainingUse": "remaining",
        "ScanResult": "results",
        "migrate": "api",
        "migrate_tree": "api",
        "remaining_tree": "api",
        "scan": "api",
        "scan_tree": "api",
    }

    def __getattr__(name):
        import importlib

        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        module = importlib.import_module(f"{__name__}.{_MODULES.get(name, name)}")
        value = getattr(module, name) if name in _MODULES else module
        globals()[name] = value
        return value

    def __dir__():
        return sorted(__all__)
