"""Names that a tree still uses and that a TensorFlow lacks, other than the legacy initializers."""

import ast
import functools
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from tf_initcompat.catalog import missing
from tf_initcompat.catalog.missing import Installation, Missing, Way
from tf_initcompat.source import process, run
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.documents import Document
from tf_initcompat.source.syntax.text import Located, SourceError

_TENSORFLOW: Final = b"tensorflow"


class RemainingUse(NamedTuple):
    """A use of a name that the installation lacks.

    Attributes:
      path: The file.
      line: Line, counted from one; in a notebook, the line of the cell.
      cell: Number of the notebook's cell, counted from one; 0 in other files.
      missing: The name.

    Examples:
      >>> from tf_initcompat.catalog import missing
      >>> installation = missing.of_version("2.15")
      >>> use = RemainingUse("train.py", 3, 0, missing.lookup("tensorflow.Session", installation))
      >>> use.missing.name
      'tf.Session'
    """

    path: str
    line: int
    cell: int
    missing: Missing


class Remaining(NamedTuple):
    """Uses of names that an installation lacks.

    Attributes:
      installation: The installation.
      uses: The uses, ordered by path and place.

    Examples:
      >>> from tf_initcompat.catalog import missing
      >>> installation = missing.of_version("2.15")
      >>> use = RemainingUse("train.py", 3, 0, missing.lookup("tensorflow.Session", installation))
      >>> [(way.name, list(names)) for way, names in Remaining(installation, (use,)).groups().items()]
      [('COMPAT_V1', ['tf.Session'])]
    """

    installation: Installation
    uses: tuple[RemainingUse, ...]

    def groups(self) -> dict[Way, dict[str, list[RemainingUse]]]:
        """Return the uses by what to do and by name, the most frequent name first."""
        groups: dict[Way, dict[str, list[RemainingUse]]] = {}
        counts = Counter((use.missing.way, use.missing.group) for use in self.uses)
        for (way, group), _ in sorted(counts.items(), key=lambda item: (list(Way).index(item[0][0]), -item[1])):
            groups.setdefault(way, {})[group] = [
                use for use in self.uses if (use.missing.way, use.missing.group) == (way, group)
            ]
        return groups

    def as_dict(self) -> dict[str, Any]:
        """Return the uses as plain data."""
        return {
            "tensorflow": self.installation.version,
            "keras": self.installation.keras,
            "uses": [
                {
                    "path": use.path,
                    "line": use.line,
                    "cell": use.cell,
                    "name": use.missing.name,
                    "group": use.missing.group,
                    "way": use.missing.way.name.lower(),
                    "advice": use.missing.way.value,
                    "replacement": use.missing.replacement,
                }
                for use in self.uses
            ],
        }


def find_in_tree(
    paths: Iterable[Path],
    installation: Installation,
    settings: process.Settings,
    contents: Mapping[str, bytes],
    jobs: int = 1,
) -> Remaining:
    """Find the names in files that an installation lacks.

    Args:
      paths: The files. Those that cannot be read or do not parse are left out; `scan` and `migrate` report them.
      installation: The installation.
      settings: Facts about the tree.
      contents: New contents of files, by path; the others are read.
      jobs: Number of processes.
    """
    files: list[tuple[str, bytes | None]] = []
    for path in map(str, paths):
        content = contents.get(path)
        if _TENSORFLOW in (_read(path) if content is None else content):
            files.append((path, content))
    is_small = sum(os.path.getsize(path) for path, _ in files) < run.WORTH_PROCESSES
    found = run.in_processes(functools.partial(_find, installation, settings), files, 1 if is_small else jobs)
    return Remaining(installation, tuple(use for uses in found for use in uses))


def _read(path: str) -> bytes:
    """Return the content of a regular file; nothing for what cannot be read, or only once."""
    try:
        return Path(path).read_bytes() if os.path.isfile(path) else b""
    except OSError:
        return b""


def _find(installation: Installation, settings: process.Settings, file: tuple[str, bytes | None]) -> list[RemainingUse]:
    path, content = file
    return find(path, _read(path) if content is None else content, installation, settings)


def find(path: str, content: str | bytes, installation: Installation, settings: process.Settings) -> list[RemainingUse]:
    """Find the names in a file that an installation lacks.

    Args:
      path: Path of the file, or `process.NO_FILE`.
      content: Its content.
      installation: The installation.
      settings: Facts about its tree.
    """
    try:
        document, source = process.parsed(path, content, settings)
        uses = [_use(path, document, node, name) for node, name in _missing(source, installation)]
    except (SourceError, RecursionError):
        return []
    return sorted(uses, key=lambda use: (use.cell, use.line, use.missing.name))


def _use(path: str, document: Document, node: Located, name: Missing) -> RemainingUse:
    place = document.place(node.lineno)
    return RemainingUse(path, place.line, place.cell, name)


def _missing(source: SourceFile, installation: Installation) -> Iterator[tuple[Located, Missing]]:
    """Yield the places that read a missing name, and the imports of missing names that nothing reads."""
    names = source.names
    imported: set[str] = set()
    for statement, module in _imported_modules(source):
        if found := missing.lookup(module, installation):
            yield statement, found
    for binding, scope, name in names.imports:
        found = missing.lookup(binding.qualified or "", installation)
        if found is None:
            continue
        imported.add(name)
        if not names.loads(name, scope):
            assert isinstance(binding.node, ast.alias)
            yield binding.node, found
    reads: Sequence[ast.expr] = [node for name in sorted(imported) for node in names.reads(name)]
    for node in (*reads, *names.nodes_of(ast.Attribute)):
        if isinstance(names.parents.get(node), ast.Attribute):
            continue  # a part of a longer name
        candidates = source.resolve(node)
        results = [missing.lookup(candidate, installation) if candidate else None for candidate in candidates]
        certain = [result for result in results if result is not None]
        if certain and len(certain) == len(results):
            yield node, min(certain)


def _imported_modules(source: SourceFile) -> Iterator[tuple[ast.stmt, str]]:
    """Yield the modules that `import a.b` and `from a.b import *` load; they bind `a`, and many names."""
    for statement in source.names.nodes_of(ast.Import):
        yield from ((statement, alias.name) for alias in statement.names if not alias.asname)
    for star in source.names.nodes_of(ast.ImportFrom):
        if star.module and any(alias.name == "*" for alias in star.names):
            yield star, star.module
