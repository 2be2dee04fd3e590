"""Results of scanning one file."""

from typing import Any, NamedTuple

from tf_initcompat.source.findings import Finding


class CallSite(NamedTuple):
    """A call of a legacy constructor or of its wrapper.

    Attributes:
      path: The file, as the caller named it.
      line: Line, counted from one; in a notebook, the line of the cell.
      cell: Number of the notebook's cell, counted from one; 0 in other files.
      name: Name of the symbol below `tf_initcompat`.
      arguments: Arguments by name, dtypes by their names; None if one of them is not a literal.
      source: Source code of the call.

    Examples:
      >>> import tf_initcompat
      >>> code = "import tensorflow.compat.v1 as tf; tf.random_normal_initializer(stddev=0.1)"
      >>> site = tf_initcompat.source.scan(code).call_sites[0]
      >>> site.name, site.arguments
      ('random_normal_initializer', (('stddev', 0.1),))
    """

    path: str
    line: int
    cell: int
    name: str
    arguments: tuple[tuple[str, Any], ...] | None
    source: str


class ScanResult(NamedTuple):
    """Result of scanning one file.

    Attributes:
      path: The file, as the caller named it.
      findings: The findings, ordered by their place.
      error: Reason why the file, or cells of a notebook, could not be read, or an empty string.
      traceback: Python traceback of the error, for bug reports.
      call_sites: Calls of legacy constructors and of their wrappers.
      hidden: Number of findings that comments, `select` and `ignore` keep from the result.

    Examples:
      >>> import tf_initcompat
      >>> result = tf_initcompat.source.scan("import tensorflow.compat.v1 as tf; tf.zeros_initializer()")
      >>> len(result.findings), result.error
      (1, '')
    """

    path: str
    findings: tuple[Finding, ...] = ()
    error: str = ""
    traceback: str = ""
    call_sites: tuple[CallSite, ...] = ()
    hidden: int = 0
