"""One file: read, searched, and rewritten if that is asked for. Runs in worker processes."""

import ast
import os
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from tf_initcompat.source import findings
from tf_initcompat.source.findings import Finding
from tf_initcompat.source.project import files, levels
from tf_initcompat.source.project.modules import Project
from tf_initcompat.source.rewrite.native import Native
from tf_initcompat.source.rewrite.shim import Shim
from tf_initcompat.source.syntax import documents, literals, names
from tf_initcompat.source.syntax.text import TOO_DEEP, SourceError
from tf_initcompat.source.uses import Uses

#: Frames that the deepest nesting takes that Python itself compiles; each level takes some.
_DEEP: Final = 8000


class Options(NamedTuple):
    """How files are processed.

    Attributes:
      roots: Directories of the scanned tree.
      assume: API level of a bare `tf`; None lets each file decide.
      to: What files are rewritten to; None only searches them.
      accept: Codes of the rules whose difference is accepted.
    """

    roots: tuple[str, ...] = ()
    assume: levels.Level | None = None
    to: Literal["shim", "native"] | None = None
    accept: Collection[str] = ()


class Site(NamedTuple):
    """A call of a legacy constructor, or of its wrapper.

    Attributes:
      path: The file.
      line: Line, from one; of the cell in a notebook.
      cell: Number of the notebook's cell; 0 elsewhere.
      name: The symbol's name below `tf_initcompat`.
      arguments: Its arguments by name, dtypes by their names; None if not all are literals.
      source: The call.
    """

    path: str
    line: int
    cell: int
    name: str
    arguments: tuple[tuple[str, Any], ...] | None
    source: str


class Result(NamedTuple):
    """What was found in a file.

    Attributes:
      path: The file, as the user named it.
      findings: The findings.
      level: The API level of its bare `tf`, where it matters.
      error: Why the file could not be processed.
      before: Its bytes, where it is rewritten.
      after: Its bytes rewritten, if they would change.
      changed: How many uses were rewritten.
      kept: Why uses became wrappers that were to be native.
      refused: Why uses are left as they were.
      sites: The calls of legacy constructors and their wrappers.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    level: levels.Decision = levels.UNDECIDED
    error: str = ""
    before: bytes = b""
    after: bytes = b""
    changed: int = 0
    kept: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()
    sites: tuple[Site, ...] = ()

    @property
    def would_change(self) -> bool:
        """Whether the file would be rewritten."""
        return bool(self.after) and self.before != self.after


_PROJECTS: dict[tuple[str, ...], Project] = {}


def _project(roots: tuple[str, ...]) -> Project:
    if roots not in _PROJECTS:
        _PROJECTS[roots] = Project(Path(root) for root in roots)
    return _PROJECTS[roots]


def process(
    path: str, content: bytes, options: Options, fallback: levels.Decision = levels.UNDECIDED, is_file: bool = True
) -> Result:
    """Processes a file.

    Args:
      path: Its name.
      content: Its bytes.
      options: What to do.
      fallback: API level that it has if nothing in it decides.
      is_file: Whether it has a place in the tree; standard input has none.

    Returns:
      The result. A file that cannot be read is a result with an error, never an exception.
    """
    kept = content if not is_file or options.to else b""
    if not files.can_match(content):
        return Result(path, before=kept)
    place = Path(path) if is_file else None
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _DEEP))
    try:
        document = documents.read(content, place)
        uses = Uses(document.text, _project(options.roots), place, options.assume, fallback)
        found = tuple(findings.of_file(path, document, uses))
        level = uses.level if uses.found else levels.UNDECIDED
        result = Result(path, found, level, before=kept, sites=tuple(_sites(path, document, uses)))
        if options.to is None or not found:
            return result
        wanted = [use for use in uses.found if not findings.is_ignored(document, use, "legacy-initializer")]
        uses.found[:] = wanted
        keep_imports = os.path.basename(path) == "__init__.py"
        rewriter = Native(uses, keep_imports, options.accept) if options.to == "native" else Shim(uses, keep_imports)
        rewritten = rewriter.rewrite()
        refused = ((use, ("not-rewritten", why)) for use, why in rewritten.left if use.status == "legacy")
        result = result._replace(refused=findings.of_reasons(path, document, refused))
        if not rewritten.edits:
            return result
        after = document.rewritten(rewritten.edits)
        reasons = findings.of_reasons(path, document, rewriter.kept) if isinstance(rewriter, Native) else ()
        return result._replace(after=after, changed=len(rewritten.done), kept=reasons)
    except SourceError as error:
        return Result(path, error=str(error), before=kept)
    except RecursionError:
        return Result(path, error=TOO_DEEP, before=kept)
    except Exception as error:  # the other files are not to suffer from it
        return Result(path, error=f"cannot be processed, which is a mistake of this tool: {error!r}", before=kept)
    finally:
        sys.setrecursionlimit(limit)


def level_of(path: str) -> levels.Decision:
    """Returns the API level that a file shows by itself; undecided where it cannot be read."""
    try:
        document = documents.read(files.read_regular(path), Path(path))
        return levels.decide(names.Names(document.text.tree))
    except (OSError, SourceError, RecursionError):
        return levels.UNDECIDED


def _sites(path: str, document: documents.Document, uses: Uses) -> Iterator[Site]:
    for use in uses.found:
        if use.call is None or use.symbol is None or use.status not in ("legacy", "migrated"):
            continue
        arguments = literals.read(use.call, use.symbol, uses.names)
        place = document.place(use.call.lineno)
        values = tuple(arguments.values.items()) if arguments.literal else None
        yield Site(path, *place, use.name, values, ast.unparse(use.call))
