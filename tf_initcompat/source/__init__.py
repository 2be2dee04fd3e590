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

from tf_initcompat.source.api import migrate, migrate_tree, scan, scan_tree
from tf_initcompat.source.findings import Finding
from tf_initcompat.source.results import CallSite, MigrateResult, ScanResult

__all__ = ["CallSite", "Finding", "MigrateResult", "ScanResult", "migrate", "migrate_tree", "scan", "scan_tree"]
