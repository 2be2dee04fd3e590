"""Results of scanning and migrating one file."""

import dataclasses
from typing import Any, Generic, NamedTuple, TypeVar

from tf_initcompat.source.findings import Finding

#: Type of a file's content: text or bytes, as the caller gave it.
Content = TypeVar("Content", bound=str | bytes)
_Content_co = TypeVar("_Content_co", bound=str | bytes, covariant=True)


class CallSite(NamedTuple):
    """A call of a legacy constructor or of its wrapper.

    Attributes:
      path: The file, as the caller named it.
      line: Line, counted from one; in a notebook, the line of the cell.
      cell: Number of the notebook's cell, counted from one; 0 in other files.
      name: Name of the symbol below `tf_initcompat`.
      arguments: Arguments by name, dtypes by their names; None if one of them is not a literal.
      source: Source code of the call.
    """

    path: str
    line: int
    cell: int
    name: str
    arguments: tuple[tuple[str, Any], ...] | None
    source: str


@dataclasses.dataclass(frozen=True)
class ScanResult:
    """Result of scanning one file.

    Attributes:
      path: The file, as the caller named it.
      findings: The findings, ordered by their place.
      error: Reason why the file could not be read, or an empty string.
      traceback: Python traceback of the error, for bug reports.
      call_sites: Calls of legacy constructors and of their wrappers.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    error: str = ""
    traceback: str = ""
    call_sites: tuple[CallSite, ...] = ()


@dataclasses.dataclass(frozen=True)
class MigrateResult(Generic[_Content_co]):
    """Result of migrating one file.

    Attributes:
      path: The file, as the caller named it.
      original: Content that was given.
      content: Content after the migration, of the same type; equal to `original` if nothing changes.
      findings: The findings in the original, ordered by their place.
      error: Reason why the file could not be migrated, or an empty string. The content is then the original.
      traceback: Python traceback of the error, for bug reports.
      changed: Number of uses that were rewritten.
      not_converted: Reasons why uses became wrappers instead of native initializers.
      refused: Reasons why legacy uses were left as they are.
      call_sites: Calls of legacy constructors and of their wrappers in the original.
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

    @property
    def is_changed(self) -> bool:
        """Whether the content differs from the original."""
        return self.content != self.original


Result = ScanResult | MigrateResult[str | bytes]
