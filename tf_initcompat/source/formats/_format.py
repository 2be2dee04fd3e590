"""What an output format of `scan` is, and the registry of the formats."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tf_initcompat.source.findings import Finding
from tf_initcompat.source.results import ScanResult


class Report(NamedTuple):
    """What `scan` reports.

    Attributes:
      findings: The findings to report.
      results: Results of all files. Their errors are part of the report.
      is_statistics: Whether only counts are wanted. Formats for programs ignore this.
    """

    findings: Sequence[Finding]
    results: Sequence[ScanResult]
    is_statistics: bool = False

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Paths and errors of the files that could not be read."""
        return [(result.path, result.error) for result in self.results if result.error]


#: Returns the text of a report, without a line break at the end.
Renderer = Callable[[Report], str]

_formats: dict[str, Renderer] = {}


def register(name: str) -> Callable[[Renderer], Renderer]:
    """Return a decorator that adds a format, so that `scan --format` takes it.

    Args:
      name: Name of the format.

    Raises:
      ValueError: If there is another format with this name.
    """
    if name in _formats:
        raise ValueError(f"the format {name!r} is registered already")

    def add(render: Renderer) -> Renderer:
        _formats[name] = render
        return render

    return add


def unregister(name: str) -> None:
    """Remove a format."""
    del _formats[name]


def names() -> tuple[str, ...]:
    """Return the names of the formats, in alphabetical order."""
    return tuple(sorted(_formats))


def render(name: str, report: Report) -> str:
    """Return the text of a report.

    Args:
      name: Name of a format.
      report: The report.
    """
    return _formats[name](report)
