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
from tf_initcompat.source import rules
from tf_initcompat.source.findings import Findings
from tf_initcompat.source.project import files, levels, requirements, source_file
from tf_initcompat.source.project.modules import Project
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.results import CallSite, ScanResult
from tf_initcompat.source.rules import FileContext, legacy_initializer
from tf_initcompat.source.syntax import documents, names
from tf_initcompat.source.syntax.text import TOO_DEEP, Edit, SourceError
from tf_initcompat.source.uses import Status, Use

if TYPE_CHECKING:
    from tf_initcompat.catalog.missing import Installation
    from tf_initcompat.source.migration import MigrateResult, Result
    from tf_initcompat.source.remaining import RemainingUse
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
      installation: TensorFlow whose missing names are listed; None for no list.
      codes: Codes of the rules that `scan` asks; None for those that are on by default.
      finds_creations: Whether calls that create variables are looked for.
    """

    roots: tuple[str, ...] = ()
    assume: levels.Level | None = None
    fallback: levels.Decision = levels.UNDECIDED
    installation: "Installation | None" = None
    codes: frozenset[str] | None = None
    finds_creations: bool = False

    def lists(self, content: bytes) -> bool:
        """Return whether a file with some content may have names to list."""
        return self.installation is not None and files.TENSORFLOW in content

    def matches(self, content: bytes) -> bool:
        """Return whether the rules may find something in a file with some content."""
        if files.can_match(content):
            return True
        if not self.finds_creations:
            return False
        is_any_file = rules.are_files_asked(self.codes) and files.can_be_native(content)
        return is_any_file or files.can_create(content, rules.are_creations_listed(self.codes))


def scan(path: str, content: str | bytes, settings: Settings) -> ScanResult:
    """Find the legacy initializers of a file.

    Args:
      path: Path of the file, or `NO_FILE`.
      content: Its content.
      settings: Facts about its tree.

    Returns:
      The result. A file that cannot be read gives a result with an error, never an exception.
    """

    def run(is_matching: bool) -> ScanResult:
        document, source = _parsed(path, content, settings)
        result = ScanResult(path, level=source.own_level, remaining=_remaining(path, document, source, settings))
        if not is_matching:
            return result
        context = FileContext(source, may_use=files.may_use(_encoded(content)))
        findings = Findings(path, document, context)
        listed = tuple(findings.of_scan(settings.codes))
        sites = tuple(_call_sites(path, document, context))
        error = "; ".join(document.errors)
        return result._replace(findings=listed, error=error, call_sites=sites, hidden=findings.hidden)

    return _guarded(
        run,
        ScanResult(path),
        lambda error, traceback: ScanResult(path, error=error, traceback=traceback),
        content,
        settings,
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

    def run(is_matching: bool) -> MigrateResult[Content]:
        document, source = _parsed(path, content, settings)
        result = dataclasses.replace(unchanged, level=source.own_level)
        edits: Sequence[Edit] = ()
        removed: Collection[ast.AST] = ()
        if is_matching:
            result, edits, removed = rewritten(result, document, FileContext(source))
        remaining = _remaining(path, document, source, settings, edits, removed)
        return dataclasses.replace(result, remaining=remaining)

    def rewritten(
        result: MigrateResult[Content], document: documents.Document, context: FileContext
    ) -> tuple[MigrateResult[Content], Sequence[Edit], Collection[ast.AST]]:
        findings = Findings(path, document, context)
        result = dataclasses.replace(
            result,
            findings=tuple(findings.of_uses()),
            error="; ".join(document.errors),
            call_sites=tuple(_call_sites(path, document, context)),
        )
        if not result.findings:
            return result, (), ()
        uses = [use for use in context.uses if not findings.is_ignored(use, legacy_initializer.RULE)]
        keep_imports = os.path.basename(path) == "__init__.py"
        rewriting = Rewriter(context.source, keep_imports).rewrite(uses, _strategy(to, context, uses, accept, alias))
        result = dataclasses.replace(result, refused=findings.of_problems(rewriting.refused))
        if rewriting.edits:
            not_converted = findings.of_problems(rewriting.not_converted)
            result = dataclasses.replace(
                result,
                content=_like(document.rewritten(rewriting.edits), content),
                changed=len(rewriting.changed),
                not_converted=not_converted,
            )
        return result, rewriting.edits, rewriting.removed

    return _guarded(
        run,
        unchanged,
        lambda error, traceback: dataclasses.replace(unchanged, error=error, traceback=traceback),
        content,
        settings,
    )


def _remaining(
    path: str,
    document: documents.Document,
    source: SourceFile,
    settings: Settings,
    edits: Sequence[Edit] = (),
    removed: Collection[ast.AST] = (),
) -> "tuple[RemainingUse, ...]":
    if settings.installation is None:
        return ()
    from tf_initcompat.source import remaining  # late, since `scan` rarely needs it

    return remaining.find(path, document, source, settings.installation, edits, removed)


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
        return levels.evidence(names.Names(document.text.tree)).decision()
    except (OSError, SourceError, RecursionError):
        return levels.UNDECIDED


def forget_trees() -> None:
    """Forget what was read from the other files of trees, which may have changed since."""
    _project.cache_clear()
    source_file.forget()
    requirements.forget()


def _guarded(
    run: Callable[[bool], _Result],
    clean: _Result,
    failed: Callable[[str, str], _Result],
    content: str | bytes,
    settings: Settings,
) -> _Result:
    """Return the result of a function, or the result for the error that it raises.

    Args:
      run: The function. It is given whether the rules may find something in the content.
      clean: Result for content that is not parsed.
      failed: Returns the result for the message and the traceback of an error.
      content: The content.
      settings: Facts about its tree.
    """
    data = _encoded(content)
    is_matching = settings.matches(data)
    if not is_matching and not settings.lists(data):
        return clean
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        return run(is_matching)
    except Exception as error:  # anything else than bad source code is a bug, which must not stop the other files
        return failed(*_described(error)) if is_matching else clean
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


def _parsed(path: str, content: str | bytes, settings: Settings) -> tuple[documents.Document, SourceFile]:
    """Return a parsed file with its names."""
    place = Path(path) if path != NO_FILE else None
    document = documents.read(content, place)
    return document, SourceFile(document.text, _project(settings.roots), place, settings.assume, settings.fallback)


@functools.cache
def _project(roots: tuple[str, ...]) -> Project:
    return Project(Path(root) for root in roots)


def _encoded(content: str | bytes) -> bytes:
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content


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
