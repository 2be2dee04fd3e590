"""Scanning and migrating one file. Runs in worker processes."""

import ast
import dataclasses
import functools
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeVar, cast

from tf_initcompat._internal import regular
from tf_initcompat._internal.bugs import ISSUES
from tf_initcompat._internal.plugins import PluginError
from tf_initcompat.source.findings import Findings
from tf_initcompat.source.project import files, levels, requirements
from tf_initcompat.source.project.modules import Project
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.results import CallSite, ScanResult
from tf_initcompat.source.rules import FileContext, legacy_initializer
from tf_initcompat.source.syntax import documents, names
from tf_initcompat.source.syntax.text import TOO_DEEP, SourceError
from tf_initcompat.source.uses import Status, Use

if TYPE_CHECKING:
    from tf_initcompat.source.migration import MigrateResult, Result
    from tf_initcompat.source.rewrite.rewriter import Strategy

#: Path of content that is not a file: it belongs to no tree.
NO_FILE: Final = "-"
#: Recursion limit while a file is processed: enough for the deepest nesting that Python compiles, which takes several
#: frames per level.
_RECURSION_LIMIT: Final = 8000
#: Replacements of legacy initializers: the wrappers, or plain Keras where that is proven equal.
Target = Literal["shim", "native"]
#: Type of a file's content: text or bytes, as the caller gave it.
Content = TypeVar("Content", bound=str | bytes)
_Result = TypeVar("_Result", bound="Result")


class Settings(NamedTuple):
    """Facts about the scanned tree that every file shares.

    Attributes:
      roots: Directories of the scanned tree.
      assume: API level of a bare `tf`; None lets each file decide.
      fallback: API level of files that do not decide.
    """

    roots: tuple[str, ...] = ()
    assume: levels.Level | None = None
    fallback: levels.Decision = levels.UNDECIDED


def scan(path: str, content: str | bytes, settings: Settings) -> ScanResult:
    """Find the legacy initializers of a file.

    Args:
      path: Path of the file, or `NO_FILE`.
      content: Its content.
      settings: Facts about its tree.

    Returns:
      The result. A file that cannot be read gives a result with an error, never an exception.
    """

    def run() -> ScanResult:
        document, context = _read(path, content, settings)
        findings = Findings(path, document, context)
        listed = tuple(findings.of_scan())
        sites = tuple(_call_sites(path, document, context))
        error = "; ".join(document.errors)
        return ScanResult(path, listed, error, call_sites=sites, hidden=findings.hidden)

    return _guarded(
        run, ScanResult(path), lambda error, traceback: ScanResult(path, error=error, traceback=traceback), content
    )


def migrate(
    path: str,
    content: Content,
    settings: Settings,
    to: Target = "shim",
    accept: Collection[str] = (),
    alias: str = "",
) -> "MigrateResult[Content]":
    """Rewrite the legacy initializers of a file.

    Args:
      path: Path of the file, or `NO_FILE`.
      content: Its content.
      settings: Facts about its tree.
      to: What legacy initializers become.
      accept: Codes of the rules whose difference from native initializers is accepted.
      alias: Name under which `tf_initcompat` is imported; "" for its own name.

    Returns:
      The result. A file that cannot be read gives a result with an error, never an exception.
    """
    from tf_initcompat.source.migration import MigrateResult  # late, since `scan` does not need it
    from tf_initcompat.source.rewrite.rewriter import Rewriter

    unchanged = MigrateResult(path, content, content)

    def run() -> MigrateResult[Content]:
        document, context = _read(path, content, settings)
        findings = Findings(path, document, context)
        result = dataclasses.replace(
            unchanged,
            findings=tuple(findings.of_scan()),
            error="; ".join(document.errors),
            call_sites=tuple(_call_sites(path, document, context)),
        )
        if not result.findings:
            return result
        uses = [use for use in context.uses if not findings.is_ignored(use, legacy_initializer.RULE)]
        keep_imports = os.path.basename(path) == "__init__.py"
        rewritten = Rewriter(context.source, keep_imports).rewrite(uses, _strategy(to, context, uses, accept, alias))
        result = dataclasses.replace(result, refused=findings.of_problems(rewritten.refused))
        if not rewritten.edits:
            return result
        return dataclasses.replace(
            result,
            content=_like(document.rewritten(rewritten.edits), content),
            changed=len(rewritten.changed),
            not_converted=findings.of_problems(rewritten.not_converted),
        )

    return _guarded(
        run,
        unchanged,
        lambda error, traceback: dataclasses.replace(unchanged, error=error, traceback=traceback),
        content,
    )


def _strategy(to: Target, context: FileContext, uses: Sequence[Use], accept: Collection[str], alias: str) -> "Strategy":
    if to == "native":
        from tf_initcompat.source.rewrite.native import ToNative  # late, since few runs need it

        return ToNative(context, uses, accept, alias)
    from tf_initcompat.source.rewrite.wrappers import ToWrappers

    return ToWrappers(context.source, alias)


def scan_failed(path: str, error: str) -> ScanResult:
    """Return the result of `scan` for a file that cannot be opened."""
    return ScanResult(path, error=error)


def migrate_failed(path: str, error: str) -> "MigrateResult[bytes]":
    """Return the result of `migrate` for a file that cannot be opened."""
    from tf_initcompat.source.migration import MigrateResult

    return MigrateResult(path, b"", b"", error=error)


def level_of(path: str) -> levels.Decision:
    """Return the API level that a file's own names show; undecided if it cannot be read."""
    try:
        document = documents.read(regular.read(path), Path(path))
        return levels.decide(names.Names(document.text.tree))
    except (OSError, SourceError, RecursionError):
        return levels.UNDECIDED


def forget_trees() -> None:
    """Forget what was read from the other files of trees, which may have changed since."""
    _project.cache_clear()
    requirements.forget()


def _guarded(
    run: Callable[[], _Result], clean: _Result, failed: Callable[[str, str], _Result], content: str | bytes
) -> _Result:
    """Return the result of a function, or the result for the error that it raises.

    Args:
      run: The function. It is called only for content that may use a legacy initializer.
      clean: Result for other content.
      failed: Returns the result for the message and the traceback of an error.
      content: The content.
    """
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if not files.can_match(data):
        return clean
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        return run()
    except Exception as error:  # anything else than bad source code is a bug, which must not stop the other files
        return failed(*_described(error))
    finally:
        sys.setrecursionlimit(limit)


def _described(error: Exception) -> tuple[str, str]:
    """Return the message and the traceback of an error."""
    import traceback  # late, since only errors need it

    details = "".join(traceback.format_exception(error))
    if isinstance(error, (SourceError, PluginError)):
        return str(error), details
    if isinstance(error, RecursionError):
        return TOO_DEEP, details
    description = f"{type(error).__name__}: {error}"
    return (
        f"cannot be processed because of a bug in tf-initcompat, please report it at {ISSUES}: {description}",
        details,
    )


def parsed(path: str, content: str | bytes, settings: Settings) -> tuple[documents.Document, SourceFile]:
    """Return a parsed file with its names.

    Raises:
      SourceError: If it cannot be read as Python 3.
    """
    place = Path(path) if path != NO_FILE else None
    document = documents.read(content, place)
    return document, SourceFile(document.text, _project(settings.roots), place, settings.assume, settings.fallback)


def _read(path: str, content: str | bytes, settings: Settings) -> tuple[documents.Document, FileContext]:
    document, source = parsed(path, content, settings)
    return document, FileContext(source)


@functools.cache
def _project(roots: tuple[str, ...]) -> Project:
    return Project(Path(root) for root in roots)


def _like(content: bytes, original: Content) -> Content:
    """Return content in the type of the original."""
    return cast("Content", content.decode("utf-8") if isinstance(original, str) else content)


def _call_sites(path: str, document: documents.Document, context: FileContext) -> Iterator[CallSite]:
    for use in context.uses:
        if use.call is None or use.status not in (Status.LEGACY, Status.MIGRATED):
            continue
        if use.symbol is None or use.symbol.distribution is None:
            continue  # a lookup or a base class makes no tensors to compare
        arguments = context.arguments(use)
        if arguments is not None:
            place = document.place(use.call.lineno)
            values = tuple(arguments.values.items()) if arguments.is_literal else None
            yield CallSite(path, *place, use.name, values, ast.unparse(use.call))
