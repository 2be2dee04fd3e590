"""Scanning and migrating one file. Runs in worker processes."""

import ast
import dataclasses
import functools
import os
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final, Generic, Literal, TypeVar, cast

from tf_initcompat.source.findings import Findings
from tf_initcompat.source.project import files, levels
from tf_initcompat.source.project.modules import Project
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.results import CallSite, Content, MigrateResult, Result, ScanResult
from tf_initcompat.source.rewrite.native import ToNative
from tf_initcompat.source.rewrite.rewriter import Rewriter
from tf_initcompat.source.rewrite.wrappers import ToWrappers
from tf_initcompat.source.rules import FileContext, legacy_initializer
from tf_initcompat.source.syntax import documents, names
from tf_initcompat.source.syntax.text import TOO_DEEP, SourceError
from tf_initcompat.source.uses import Status

#: Recursion limit while a file is processed: enough for the deepest nesting that Python compiles, which takes several
#: frames per level.
_RECURSION_LIMIT: Final = 8000
#: What legacy initializers become: the wrappers, or plain Keras where that is proven equal.
Target = Literal["shim", "native"]
_Result = TypeVar("_Result", bound=Result)
_Content = TypeVar("_Content", bound=str | bytes, covariant=True)


@dataclasses.dataclass(frozen=True)
class Settings:
    """Facts about the scanned tree that every file shares.

    Attributes:
      roots: Directories of the scanned tree.
      assume: API level of a bare `tf`; None lets each file decide.
      fallback: API level of files that do not decide.
    """

    roots: tuple[str, ...] = ()
    assume: levels.Level | None = None
    fallback: levels.Decision = levels.UNDECIDED


@dataclasses.dataclass(frozen=True)
class Input(Generic[_Content]):
    """Content to process.

    Attributes:
      path: Its name.
      content: Its content.
      is_located: Whether the path is a place in the scanned tree; standard input has none.
    """

    path: str
    content: _Content
    is_located: bool = True

    @property
    def place(self) -> Path | None:
        """The path, if it is a place in the scanned tree."""
        return Path(self.path) if self.is_located else None


def scan(file: Input[str | bytes], settings: Settings) -> ScanResult:
    """Find the legacy initializers of a file.

    Args:
      file: The file.
      settings: Facts about its tree.

    Returns:
      The result. A file that cannot be read gives a result with an error, never an exception.
    """

    def run() -> ScanResult:
        document, context = _read(file, settings)
        reported = tuple(Findings(file.path, document, context).of_scan())
        return ScanResult(file.path, reported, call_sites=tuple(_call_sites(file.path, document, context)))

    if not files.can_match(_as_bytes(file.content)):
        return ScanResult(file.path)
    return _guarded(run, lambda error: ScanResult(file.path, error=error))


def migrate(
    file: Input[Content], settings: Settings, to: Target = "shim", accept: Collection[str] = ()
) -> MigrateResult[Content]:
    """Rewrite the legacy initializers of a file.

    Args:
      file: The file.
      settings: Facts about its tree.
      to: What legacy initializers become.
      accept: Codes of the rules whose difference from native initializers is accepted.

    Returns:
      The result. A file that cannot be read gives a result with an error, never an exception.
    """
    unchanged = MigrateResult(file.path, file.content, file.content)

    def run() -> MigrateResult[Content]:
        document, context = _read(file, settings)
        findings = Findings(file.path, document, context)
        result = dataclasses.replace(
            unchanged,
            findings=tuple(findings.of_scan()),
            call_sites=tuple(_call_sites(file.path, document, context)),
        )
        if not result.findings:
            return result
        uses = [use for use in context.uses if not findings.is_ignored(use, legacy_initializer.RULE)]
        strategy = ToNative(context, uses, accept) if to == "native" else ToWrappers(context.source)
        keep_imports = os.path.basename(file.path) == "__init__.py"
        rewritten = Rewriter(context.source, keep_imports).rewrite(uses, strategy)
        result = dataclasses.replace(result, refused=findings.of_problems(rewritten.refused))
        if not rewritten.edits:
            return result
        return dataclasses.replace(
            result,
            content=_like(document.rewritten(rewritten.edits), file.content),
            changed=len(rewritten.changed),
            not_converted=findings.of_problems(rewritten.not_converted),
        )

    if not files.can_match(_as_bytes(file.content)):
        return unchanged
    return _guarded(run, lambda error: dataclasses.replace(unchanged, error=error))


def scan_failed(path: str, error: str) -> ScanResult:
    """Return the result of a file that cannot be opened for `scan`."""
    return ScanResult(path, error=error)


def migrate_failed(path: str, error: str) -> MigrateResult[bytes]:
    """Return the result of a file that cannot be opened for `migrate`."""
    return MigrateResult(path, b"", b"", error=error)


def level_of(path: str) -> levels.Decision:
    """Return the API level that a file's own names show; undecided if it cannot be read."""
    try:
        document = documents.read(files.read_regular(path), Path(path))
        return levels.decide(names.Names(document.text.tree))
    except (OSError, SourceError, RecursionError):
        return levels.UNDECIDED


def _guarded(run: Callable[[], _Result], failed: Callable[[str], _Result]) -> _Result:
    """Return the result of a function, or that of `failed` for the error that it raises."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        return run()
    except SourceError as error:
        return failed(str(error))
    except RecursionError:
        return failed(TOO_DEEP)
    except Exception as error:  # a bug here must not keep the other files from being processed
        return failed(f"cannot be processed, which is a bug in tf-initcompat: {error!r}")
    finally:
        sys.setrecursionlimit(limit)


def _read(file: Input[str | bytes], settings: Settings) -> tuple[documents.Document, FileContext]:
    document = documents.read(file.content, file.place)
    source = SourceFile(document.text, _project(settings.roots), file.place, settings.assume, settings.fallback)
    return document, FileContext(source)


@functools.cache
def _project(roots: tuple[str, ...]) -> Project:
    return Project(Path(root) for root in roots)


def forget_projects() -> None:
    """Forget what has been read from other files of the trees."""
    _project.cache_clear()


def _as_bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content


def _like(content: bytes, original: Content) -> Content:
    """Return content in the type of the original."""
    return cast("Content", content.decode("utf-8") if isinstance(original, str) else content)


def _call_sites(path: str, document: documents.Document, context: FileContext) -> Iterator[CallSite]:
    for use in context.uses:
        if use.call is None or use.status not in (Status.LEGACY, Status.MIGRATED):
            continue
        arguments = context.arguments(use)
        if arguments is not None:
            place = document.place(use.call.lineno)
            values = tuple(arguments.values.items()) if arguments.is_literal else None
            yield CallSite(path, *place, use.name, values, ast.unparse(use.call))
