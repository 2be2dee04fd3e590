"""The output formats of `scan`: one module for each.

The modules of this package are imported in alphabetical order. A module outside of it can register a format as well.

Examples:
  >>> from tf_initcompat import source
  >>> from tf_initcompat.source import formats
  >>> @formats.register("places")
  ... def render(report):
  ...     return " ".join(f"{finding.path}:{finding.line}" for finding in report.findings)
  >>> result = source.scan("import tensorflow.compat.v1 as tf; tf.zeros_initializer()", path="model.py")
  >>> formats.render("places", formats.Report(result.findings, [result]))
  'model.py:1'
  >>> formats.unregister("places")
"""

import importlib
import pkgutil

from tf_initcompat.source.formats._format import Report, names, register, render, unregister

__all__ = ["Report", "names", "register", "render", "unregister"]

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")
