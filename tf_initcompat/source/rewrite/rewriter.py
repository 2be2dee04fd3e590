"""The rewriter of a file: it applies what a strategy makes of each use, and adds and removes imports."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from tf_initcompat.catalog import namespaces
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.rewrite import imports
from tf_initcompat.source.rewrite.outcomes import NotConverted, Outcome, Refused, Replacement
from tf_initcompat.source.rewrite.unread import Readers
from tf_initcompat.source.rewrite.wrappers import module_and_name
from tf_initcompat.source.rules import Problem, not_rewritten
from tf_initcompat.source.syntax.text import Edit, Located, SourceError
from tf_initcompat.source.uses import Form, Status, Use


class Strategy(Protocol):
    """Replaces one use at a time."""

    def replaces(self, use: Use) -> bool:
        """Return whether a legacy use is replaced in its own place."""
        ...

    def replace(self, use: Use) -> Outcome:
        """Return the outcome for a legacy use that is replaced in its own place."""
        ...


class Rewritten(NamedTuple):
    """A rewritten file.

    Attributes:
      edits: Edits of the text.
      changed: Uses that are legacy no more. Some change with another use, such as the name of an import.
      not_converted: Uses that became wrappers, each with a reason why it is not native.
      refused: Uses that were left alone, with the reason.
    """

    edits: tuple[Edit, ...]
    changed: tuple[Use, ...]
    not_converted: tuple[tuple[Use, Problem], ...]
    refused: tuple[tuple[Use, Problem], ...]


class Rewriter:
    """Rewrites a file once.

    Args:
      file: The file.
      keep_imports: Whether unused imports stay. Those of a package's `__init__.py` may be its public names.
    """

    def __init__(self, file: SourceFile, keep_imports: bool = False) -> None:
        self._text, self._names = file.text, file.names
        self._keep_imports = keep_imports
        self._readers = Readers(file)
        self._inserted = imports.Inserted(file.text, file.names)
        self._edits: list[Edit] = []
        #: Nodes that the edits remove.
        self._removed: set[ast.AST] = set()
        #: Names that the new code reads.
        self._read_names: set[str] = set()
        #: Aliases to remove from import statements; without aliases, whole statements.
        self._dropped: dict[ast.stmt, list[ast.alias]] = {}
        #: Aliases that another statement imports instead.
        self._moved: set[ast.AST] = set()

    def rewrite(self, uses: Sequence[Use], strategy: Strategy) -> Rewritten:
        """Return the rewritten file.

        Args:
          uses: The uses to rewrite, all or some of the file's uses.
          strategy: Replaces each of them.
        """
        not_converted: list[tuple[Use, Problem]] = []
        refused: list[tuple[Use, Problem]] = []
        legacy = [use for use in uses if use.status is Status.LEGACY and use.form.is_name]
        for use in legacy:
            if use.form is Form.IMPORT or not strategy.replaces(use):
                continue
            match strategy.replace(use):
                case Replacement() as replacement:
                    self._apply(replacement)
                case NotConverted(reasons, wrapper):
                    if wrapper is not None:
                        self._apply(wrapper)
                    not_converted += [(use, reason) for reason in reasons]
                case Refused(reason):
                    refused.append((use, Problem(not_rewritten.RULE, reason)))
        self._replace_imports([use for use in legacy if use.form is Form.IMPORT])
        is_changed = bool(self._edits or self._moved or self._removed)
        left = [use for use, _ in refused]
        changed = [use for use in legacy if use not in left] if is_changed else []
        if is_changed and not self._keep_imports:
            self._drop_unused()
            refused += self._kept_imports()
        return Rewritten(tuple(self._finished()), tuple(changed), tuple(not_converted), tuple(refused))

    def _apply(self, replacement: Replacement) -> None:
        self._edits += replacement.edits
        for node in replacement.removed:
            self._removed.update(ast.walk(node))
        if replacement.read_name:
            self._read_names.add(replacement.read_name)
        if replacement.new_import is not None:
            self._inserted.add(replacement.new_import)

    def _replace_imports(self, uses: Iterable[Use]) -> None:
        """Import the wrappers instead of legacy symbols."""
        by_statement: dict[ast.ImportFrom, list[Use]] = {}
        unneeded: set[ast.AST] = set()
        for use in uses:
            statement = self._names.parents[use.node]
            assert isinstance(statement, ast.ImportFrom)
            if self._is_unneeded(use.node):
                unneeded.add(use.node)
            else:
                by_statement.setdefault(statement, []).append(use)
        for statement, imported in by_statement.items():
            self._replace_import(statement, imported, unneeded)

    def _is_unneeded(self, alias: ast.AST) -> bool:
        """Return whether all reads of an imported symbol are replaced by something else."""
        assert isinstance(alias, ast.alias)
        name, scope = alias.asname or alias.name, self._names.scope_of[alias]
        return not self._keep_imports and self._readers.is_unread(name, scope, self._removed)

    def _replace_import(self, statement: ast.ImportFrom, uses: list[Use], unneeded: set[ast.AST]) -> None:
        targets = {use.node: module_and_name(use.name) for use in uses}
        modules = {module for module, _ in targets.values()}
        if len(targets) == len(statement.names) and len(modules) == 1:
            self._edits.append(imports.renamed_module(self._text, statement, modules.pop()))
            for alias, (_, name) in targets.items():
                assert isinstance(alias, ast.alias)
                if alias.name != name:
                    start = self._text.span(alias)[0]
                    new = name if alias.asname else f"{name} as {alias.name}"
                    self._edits.append(Edit(start, start + len(alias.name), new))
            return
        for module, members in _grouped(targets).items():
            self._inserted.add_behind(statement, f"from {module} import {', '.join(members)}")
        removed = [alias for alias in statement.names if alias in targets or alias in unneeded]
        self._removed.update(removed)
        self._moved.update(targets)
        self._dropped.setdefault(statement, []).extend(removed)

    def _drop_unused(self) -> None:
        """Take out imports and aliases of TensorFlow's modules that only replaced names needed."""
        changed = True
        while changed:
            changed = False
            for name, scope, node in self._readers.modules():
                if node in self._removed or name in self._read_names:
                    continue
                if not self._readers.is_unread(name, scope, self._removed):
                    continue
                if isinstance(node, ast.alias):
                    statement = self._names.parents[node]
                    assert isinstance(statement, (ast.Import, ast.ImportFrom))
                    self._dropped.setdefault(statement, []).append(node)
                else:
                    self._dropped[node] = []
                self._removed.update(ast.walk(node))
                changed = True

    def _kept_imports(self) -> Iterator[tuple[Use, Problem]]:
        """Yield the imports of modules that TensorFlow 2 lacks which stay for another reader than the replaced uses."""
        for name, scope, node in self._readers.modules():
            if node in self._removed or name in self._read_names or not isinstance(node, ast.alias):
                continue
            qualified = next(binding.qualified or "" for binding in scope.bindings[name])
            is_guarded = isinstance(self._names.parents[self._names.parents[node]], ast.Try)
            if is_guarded or not namespaces.is_gone_from_tf2(qualified):
                continue
            if reader := self._readers.other_reader(name, scope, self._removed):
                message = f"the import stays, since {reader} may read {name}; TensorFlow 2 has no {qualified}"
                yield Use(node, Form.IMPORT, "", qualified), Problem(not_rewritten.RULE, message)

    def _finished(self) -> list[Edit]:
        """Return all edits: those of uses, insertions and removals."""
        whole: set[ast.stmt] = set()
        edits = list(self._edits)
        for statement, aliases in self._dropped.items():
            block = imports.block_of(self._names, statement)
            if isinstance(statement, (ast.Import, ast.ImportFrom)) and len(aliases) < len(statement.names):
                edits += imports.without(self._text, statement, aliases)
            elif isinstance(self._names.parents[statement], ast.Module) or not whole.issuperset({*block} - {statement}):
                whole.add(statement)  # a block is not left empty
            elif any(alias in self._moved for alias in aliases):
                raise SourceError("an import alone in its block cannot be split")
        inserted, replaced = self._inserted.edits(whole)
        removals = [imports.removal(self._text, statement) for statement in whole - replaced]
        return [*edits, *inserted, *(removal for removal in removals if removal is not None)]


def _grouped(targets: Mapping[Located, tuple[str, str]]) -> dict[str, list[str]]:
    """Return the members to import from each module, under the names that the file uses."""
    grouped: dict[str, list[str]] = {}
    for alias, (module, name) in targets.items():
        assert isinstance(alias, ast.alias)
        local = alias.asname or alias.name
        grouped.setdefault(module, []).append(name if name == local else f"{name} as {local}")
    return grouped
