"""Result of migrating one file."""

import dataclasses
from typing import TYPE_CHECKING, Generic, TypeVar

from tf_initcompat.source.findings import Finding
from tf_initcompat.source.project.levels import UNDECIDED, Decision
from tf_initcompat.source.results import CallSite, ScanResult

if TYPE_CHECKING:
    from tf_initcompat.source.remaining import RemainingUse

_Content_co = TypeVar("_Content_co", bound=str | bytes, covariant=True)


@dataclasses.dataclass(frozen=True)
class MigrateResult(Generic[_Content_co]):
    """Result of migrating one file.

    Attributes:
      path: The file, as the caller named it.
      original: Content that was given.
      content: Content after the migration, of the same type; equal to `original` if nothing changes.
      findings: The findings in the original, ordered by their place.
      error: Reason why the file could not be migrated, or an empty string. The content is then the original, except
        that the other cells of a notebook are migrated if some cells do not parse.
      traceback: Python traceback of the error, for bug reports.
      changed: Number of uses that were rewritten.
      not_converted: Reasons why uses became wrappers instead of native initializers.
      refused: Reasons why legacy uses were left as they are.
      call_sites: Calls of legacy constructors and of their wrappers in the original.
      level: API level of a bare `tf` that the names in the original show, without the tree around it.
      remaining: Names in the new content that a TensorFlow lacks, if they are asked for.

    Examples:
      >>> import tf_initcompat
      >>> result = tf_initcompat.source.migrate("import tensorflow.compat.v1 as tf; tf.zeros_initializer()")
      >>> result.is_changed, result.changed
      (True, 1)
      >>> result.content
      'import tf_initcompat; tf_initcompat.zeros_initializer()'
    """

    path: str
    original: _Content_co
    content: _Content_co
    findings: tuple[Finding, ...] = ()
    error: str = ""
    traceback: str = ""
    changed: int = 0
    not_converted: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()
    call_sites: tuple[CallSite, ...] = ()
    level: Decision = UNDECIDED
    remaining: "tuple[RemainingUse, ...]" = ()

    @property
    def is_changed(self) -> bool:
        """Whether the content differs from the original."""
        return self.content != self.original


#: Result of processing one file.
Result = ScanResult | MigrateResult[str | bytes]
