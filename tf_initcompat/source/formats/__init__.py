"""The output formats of `scan`: one module for each.

Each module registers the format of its own name, and is imported when the format is used. A module outside of this
package can register a format as well.

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

from tf_initcompat.source.formats._format import Report, names, register, render, unregister

__all__ = ["Report", "names", "register", "render", "unregister"]
