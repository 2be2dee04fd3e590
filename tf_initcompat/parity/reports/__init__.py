r"""Formats of reports: one module for each, found by importing them. No TensorFlow.

A module outside the package adds a format in the same way. Import it before the report is written, or name it with
`tf-initcompat verify --plugin`. `verify --report FILE` and the pytest plugin choose the format by the suffix:

    >>> from tf_initcompat.parity import reports
    >>> @reports.register("verdicts", suffixes=(".verdicts",), summary="names and verdicts")
    ... def render(run):
    ...     return "".join(f"{comparison.name} {comparison.verdict}\n" for comparison in run.comparisons)
    >>> reports.for_path(Path("out.verdicts")).name
    'verdicts'
    >>> reports.REGISTRY.remove("verdicts")
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tf_initcompat._internal import atomic
from tf_initcompat._internal.plugins import blamed, required
from tf_initcompat._internal.registry import Registry
from tf_initcompat.parity.results import Run

__all__ = ["REGISTRY", "Format", "Render", "for_path", "register", "suffixes"]

#: Returns a run in one format.
Render = Callable[[Run], str]


@dataclasses.dataclass(frozen=True)
class Format:
    """A format of reports.

    Attributes:
      name: Its name.
      suffixes: Suffixes of its files, with the dot.
      summary: One-line description.
      render: Returns a run in this format.
      packages: Importable names of the packages that it needs.
      module: Module that registers it.
      order: Position in messages.

    Example:
      >>> REGISTRY["junit"].suffixes
      ('.xml',)
    """

    name: str
    suffixes: tuple[str, ...]
    summary: str
    render: Render
    packages: tuple[str, ...]
    module: str
    order: int

    def write(self, run: Run, path: Path) -> None:
        """Write a run to a file.

        Args:
          run: The run.
          path: The file.

        Raises:
          OSError: If the file cannot be written.
          PluginError: If the format of a plugin fails.
        """
        with blamed(f"report format {self.name!r}", self.module):
            text = required(self.render(run), str)
        atomic.write_text(path, text)


#: The registered formats.
REGISTRY: Final = Registry[Format]("report format", __name__, claims=lambda report_format: report_format.suffixes)


def register(
    name: str, *, suffixes: tuple[str, ...], summary: str, packages: tuple[str, ...] = (), order: int = 1000
) -> Callable[[Render], Render]:
    """Return a decorator that registers a function as a format of reports.

    Args:
      name: Name of the format.
      suffixes: Suffixes of its files, with the dot.
      summary: One-line description.
      packages: Importable names of the packages that it needs.
      order: Position in messages; the built-in formats come before 1000.

    Returns:
      The decorator.

    Example:
      >>> @register("names", suffixes=(".names",), summary="names of the comparisons")
      ... def render(run):
      ...     return "".join(f"{comparison.name} " for comparison in run.comparisons)
      >>> "names" in REGISTRY
      True
      >>> REGISTRY.remove("names")
    """

    def decorate(render: Render) -> Render:
        REGISTRY.add(Format(name, suffixes, summary, render, packages, render.__module__, order))
        return render

    return decorate


def suffixes() -> str:
    """Return the suffixes of all formats, as a phrase.

    Example:
      >>> ".html, " in suffixes()
      True
    """
    *first, last = (suffix for report_format in REGISTRY for suffix in report_format.suffixes)
    return f"{', '.join(first)} or {last}"


def for_path(path: Path) -> Format:
    """Return the format of a file, chosen by its suffix.

    Args:
      path: The file.

    Raises:
      ValueError: If no format has the suffix; the message lists the suffixes.

    Example:
      >>> for_path(Path("parity.xml")).name
      'junit'
    """
    matches = [report_format for report_format in REGISTRY if path.suffix in report_format.suffixes]
    if not matches:
        raise ValueError(f"must end in {suffixes()}: {str(path)!r}")
    return matches[0]
