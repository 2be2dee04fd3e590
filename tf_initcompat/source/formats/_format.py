"""The report of `scan`, and the registry of its output formats."""

import functools
import importlib
import os
import pkgutil
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from tf_initcompat._internal.plugins import blamed
from tf_initcompat.source.findings import Finding
from tf_initcompat.source.results import ScanResult

if TYPE_CHECKING:
    from tf_initcompat.source.remaining import Remaining


class Report(NamedTuple):
    """Findings and errors that `scan` reports.

    Attributes:
      findings: The findings to report.
      results: Results of all files. Their errors are part of the report.
      is_statistics: Whether only counts are wanted. Formats for programs ignore this.
      remaining: Names that a TensorFlow lacks; None if they are not asked for.
      is_colored: Whether the format for people is colored.
      is_quiet: Whether the format for people lists findings only.
      hidden: Number of findings that a baseline, options or comments keep from the report.
      paths: Paths of the command line, for the next command.
      files: Number of files that were read; None if it is unknown.

    Examples:
      >>> from tf_initcompat import source
      >>> result = source.scan("tf.zeros_initializer(", path="model.py")
      >>> Report(result.findings, [result]).errors
      [('model.py', "does not parse: '(' was never closed (line 1)")]
    """

    findings: Sequence[Finding]
    results: Sequence[ScanResult]
    is_statistics: bool = False
    remaining: "Remaining | None" = None
    is_colored: bool = False
    is_quiet: bool = False
    hidden: int = 0
    paths: tuple[str, ...] = ()
    files: int | None = None

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Paths and errors of the files that could not be read."""
        return [(result.path, result.error) for result in self.results if result.error]


#: Returns the text of a report, without a line break at the end.
Renderer = Callable[[Report], str]

_PACKAGE: Final = __name__.rpartition(".")[0]
#: The formats whose modules have been imported.
_formats: dict[str, Renderer] = {}


def register(name: str) -> Callable[[Renderer], Renderer]:
    """Return a decorator that adds a format, so that `scan --format` takes it.

    Args:
      name: Name of the format.

    Raises:
      ValueError: If there is another format with this name.

    Examples:
      >>> @register("count")
      ... def render(report):
      ...     return str(len(report.findings))
      >>> "count" in names()
      True
      >>> unregister("count")
    """

    def add(render: Renderer) -> Renderer:
        is_own = render.__module__ == f"{_PACKAGE}.{name}"
        if name in _formats or (name in _own_names() and not is_own):
            raise ValueError(f"the format {name!r} is registered already")
        _formats[name] = render
        return render

    return add


def unregister(name: str) -> None:
    """Remove a format.

    Examples:
      >>> _ = register("count")(lambda report: str(len(report.findings)))
      >>> unregister("count")
      >>> "count" in names()
      False
    """
    del _formats[name]


def names() -> tuple[str, ...]:
    """Return the names of the formats, in alphabetical order.

    Examples:
      >>> set(names()) >= {"github", "json", "sarif", "text"}
      True
    """
    return tuple(sorted({*_own_names(), *_formats}))


def render(name: str, report: Report) -> str:
    """Return the text of a report.

    Args:
      name: Name of a format.
      report: The report.

    Raises:
      PluginError: If the code of a plugin fails.

    Examples:
      >>> print(render("text", Report([], [])))
      no findings
    """
    if name not in _formats:
        importlib.import_module(f"{_PACKAGE}.{name}")
    with blamed(f"format {name}", _formats[name].__module__):
        return _formats[name](report)


@functools.cache
def _own_names() -> frozenset[str]:
    """Return the names of the modules of this package, which are those of their formats."""
    modules = pkgutil.iter_modules([os.path.dirname(__file__)])
    return frozenset(module.name for module in modules if not module.name.startswith("_"))
