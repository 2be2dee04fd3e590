"""Names that a tree still uses and that a TensorFlow lacks, other than the legacy initializers."""

import ast
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tf_initcompat.catalog import missing
from tf_initcompat.catalog.missing import Installation, Missing, Way
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.documents import Document
from tf_initcompat.source.syntax.text import Edit, Located

if TYPE_CHECKING:
    from tf_initcompat.source.migration import Result


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
      uses: The uses, ordered by folder, file and place.

    Examples:
      >>> from tf_initcompat.catalog import missing
      >>> installation = missing.of_version("2.15")
      >>> use = RemainingUse("train.py", 3, 0, missing.lookup("tensorflow.Session", installation))
      >>> [(way.name, list(names)) for way, names in Remaining(installation, (use,)).groups().items()]
      [('COMPAT_V1', ['tf.Session'])]
    """

    installation: Installation
    uses: tuple[RemainingUse, ...]

    @classmethod
    def of_results(cls, installation: Installation, results: "Iterable[Result]") -> "Remaining":
        """Return the uses that the results of files list.

        Args:
          installation: The installation that the files were compared with.
          results: The results.
        """

        def place(result: "Result") -> tuple[list[str], str]:
            folder, file = os.path.split(result.path)
            return folder.split(os.sep), file

        return cls(installation, tuple(use for result in sorted(results, key=place) for use in result.remaining))

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


def find(
    path: str,
    document: Document,
    source: SourceFile,
    installation: Installation,
    edits: Sequence[Edit] = (),
    removed: Collection[ast.AST] = (),
) -> tuple[RemainingUse, ...]:
    """Return the places in a file that use names which an installation lacks, in the order of the file.

    Args:
      path: Path of the file, or `NO_FILE`.
      document: The file.
      source: The same file, with its names.
      installation: The installation.
      edits: Edits of the file, after which the places count.
      removed: Nodes that the edits remove.
    """
    uses: list[RemainingUse] = []
    for node, name in _missing(source, installation, removed):
        place = document.new_place(node, edits) if edits else document.place(node.lineno)
        uses.append(RemainingUse(path, place.line, place.cell, name))
    return tuple(sorted(uses, key=lambda use: (use.cell, use.line, use.missing.name)))


def _missing(
    source: SourceFile, installation: Installation, removed: Collection[ast.AST]
) -> Iterator[tuple[Located, Missing]]:
    """Yield the places that read a missing name, and the imports of missing names that nothing reads."""
    names = source.names
    imported: set[str] = set()
    for statement, alias, module in _imported_modules(source):
        if alias not in removed and (found := missing.lookup(module, installation)):
            yield statement, found
    for binding, scope, name in names.imports:
        found = missing.lookup(binding.qualified or "", installation)
        if found is None or binding.node in removed:
            continue
        imported.add(name)
        if all(read in removed for read in names.loads(name, scope)):
            assert isinstance(binding.node, ast.alias)
            yield binding.node, found
    whole = [
        (node, names.resolve(node))
        for name in sorted(imported)
        for node in names.reads(name)
        if not isinstance(names.parents[node], ast.Attribute)
    ]
    for node, candidates in (*whole, *names.chains):
        if None in candidates or node in removed:
            continue  # it may be something else
        results = [missing.lookup(name, installation) if name else None for name in source.expand(candidates)]
        certain = [result for result in results if result is not None]
        if certain and len(certain) == len(results):
            yield node, min(certain)


def _imported_modules(source: SourceFile) -> Iterator[tuple[ast.stmt, ast.alias, str]]:
    """Yield the modules that `import a.b` and `from a.b import *` load; they bind `a`, and many names."""
    for statement in source.names.nodes_of(ast.Import):
        yield from ((statement, alias, alias.name) for alias in statement.names if not alias.asname)
    for star in source.names.nodes_of(ast.ImportFrom):
        if star.module and star.names[0].name == "*":
            yield star, star.names[0], star.module
