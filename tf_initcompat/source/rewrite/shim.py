"""`migrate --to shim`: every legacy name becomes that of its wrapper, and nothing else changes."""

import ast
import functools
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.rewrite import imports
from tf_initcompat.source.syntax.scopes import Binding, Scope
from tf_initcompat.source.syntax.text import Edit, SourceError, Text
from tf_initcompat.source.uses import Form, Status, Use

PACKAGE: Final = "tf_initcompat"
_DOCTEST: Final = re.compile(r"^[ \t]*(?:>>>|\.\.\.) .*$", re.M)
_TYPE_COMMENT: Final = re.compile(r"#[ \t]*type:.*")


class Rewritten(NamedTuple):
    """How a file is rewritten.

    Attributes:
      edits: The edits.
      done: The uses that were rewritten.
      left: The uses that were not, with the reason.
    """

    edits: tuple[Edit, ...]
    done: tuple[Use, ...]
    left: tuple[tuple[Use, str], ...]


class RefusedError(Exception):
    """A use that is not rewritten; the message says why."""


class Shim:
    """Rewrites a file.

    Args:
      file: The file.
      uses: The uses to rewrite.
      keep_imports: Whether imports that become unused stay: in a package's `__init__.py` they may be its public names.
    """

    def __init__(self, file: SourceFile, uses: Sequence[Use], keep_imports: bool = False) -> None:
        self._file, self._uses, self._text, self._names = file, uses, file.text, file.names
        self._keep_imports = keep_imports
        self._inserted = imports.Inserted(file.text, file.names)
        self._edits: list[Edit] = []
        self._gone: set[ast.AST] = set()
        self._needed: set[str] = set()
        #: Names in import statements that nothing reads any more.
        self._unneeded: set[ast.AST] = set()
        #: Names in import statements that another statement imports instead.
        self._replaced: set[ast.AST] = set()
        #: What is taken out of import statements; without names, whole statements.
        self._dropped: dict[ast.stmt, list[ast.alias]] = {}

    def rewrite(self) -> Rewritten:
        """Returns the file on the wrappers."""
        done, left = [], []
        for use in self._uses:
            is_import = use.form is Form.IMPORT
            if not use.form.is_name or is_import or use.status is Status.MIGRATED or not self._is_spelled_here(use):
                continue
            try:
                self._rewrite(use)
                done.append(use)
            except RefusedError as refused:
                left.append((use, str(refused)))
        by_statement: dict[ast.ImportFrom, list[Use]] = {}
        for use in self._uses:
            if use.form is Form.IMPORT and use.status is Status.LEGACY and use.node not in self._unneeded:
                statement = self._names.parents[use.node]
                assert isinstance(statement, ast.ImportFrom)
                by_statement.setdefault(statement, []).append(use)
        for statement, several in by_statement.items():
            self._import(statement, several)
            done += several
        if done and not self._keep_imports:
            self._drop_unused()
        return Rewritten(
            tuple(self._finished()), tuple(sorted(done, key=lambda use: self._text.span(use.node))), tuple(left)
        )

    def _is_spelled_here(self, use: Use) -> bool:
        """Returns whether a use is rewritten at its own place, not by another binding of its name."""
        return use.is_direct

    def _rewrite(self, use: Use) -> None:
        """Replaces the name of a use by that of its wrapper."""
        if use.status is not Status.LEGACY:
            raise RefusedError(_REASONS[use.status])
        assert isinstance(use.node, (ast.Attribute, ast.Name))
        node: ast.expr = use.node
        scope = self._names.scope_of[node]
        bound = scope.find(PACKAGE)
        bindings = bound.bindings[PACKAGE] if bound else []
        if any(one.qualified != PACKAGE for one in bindings):
            raise RefusedError(f"{PACKAGE} is the name of something else here")
        ours = any(self._is_there(one, use.node) for one in bindings)
        new = [PACKAGE, *use.name.split(".")]
        while isinstance(node, ast.Attribute) and len(new) > 1 and new[-1] == node.attr:
            node = node.value
            new.pop()
        start, end = self._text.span(node)
        if "#" in self._text.text[start:end]:
            raise RefusedError("there is a comment inside the name")
        self._edits.append(Edit(start, end, ".".join(new)))
        self._gone.update(ast.walk(node))
        if not ours:
            self._inserted.add(f"import {PACKAGE}", self._anchor(use.node), use.node)

    def _is_there(self, binding: Binding, node: ast.AST) -> bool:
        """Returns whether an import has run, without conditions, where a node is read."""
        statement = binding.statement
        if statement is None or isinstance(self._names.scope_of[statement].node, ast.ClassDef):
            return False
        alone = self._names.parents[statement] is self._names.scope_of[statement].node
        return alone and self._text.span(statement)[1] <= self._text.span(node)[0]

    def _anchor(self, node: ast.expr) -> ast.stmt | None:
        """Returns the import that the use's name comes from; another one of the file where it is not visible."""
        binding = imports.origin(self._names, node)
        if binding is not None and binding.statement is not None:
            scope = self._names.scope_of[binding.statement]
            where = self._names.scope_of[node]
            if where is scope or (scope.contains(where) and not isinstance(scope.node, ast.ClassDef)):
                return binding.statement
        top = [one for one in self._text.tree.body if isinstance(one, (ast.Import, ast.ImportFrom))]
        stars = [one for one in top if any(alias.name == "*" for alias in one.names)]
        return next(reversed(stars or top), None)

    def _import(self, statement: ast.ImportFrom, uses: list[Use]) -> None:
        modules = {alias_use.node: _split(alias_use.name) for alias_use in uses}
        targets = {module for module, _ in modules.values()}
        if len(modules) == len(statement.names) and len(targets) == 1:
            self._edits.append(imports.renamed_module(self._text, statement, targets.pop()))
            for alias, (_, name) in modules.items():
                assert isinstance(alias, ast.alias)
                if alias.name != name:
                    start = self._text.span(alias)[0]
                    new = name if alias.asname else f"{name} as {alias.name}"
                    self._edits.append(Edit(start, start + len(alias.name), new))
            return
        for module, names in _grouped(modules).items():
            self._inserted.add(f"from {module} import {', '.join(names)}", statement, statement)
        gone = [alias for alias in statement.names if alias in modules or alias in self._unneeded]
        self._gone.update(gone)
        self._replaced.update(modules)
        self._dropped.setdefault(statement, []).extend(gone)

    def _drop_unused(self) -> None:
        """Takes out imports and aliases of TensorFlow's modules that only rewritten names needed."""
        changed = True
        while changed:
            changed = False
            for name, scope, node in self._candidates():
                if node in self._gone or name in self._needed or not self._is_unread(name, scope):
                    continue
                if isinstance(node, ast.alias):
                    self._dropped.setdefault(self._names.parents[node], []).append(node)  # type: ignore[arg-type]
                else:
                    self._dropped[node] = []  # type: ignore[index]
                self._gone.update(ast.walk(node))
                changed = True

    def _finished(self) -> list[Edit]:
        """Returns all edits: those of uses, what is inserted, and what is taken out."""
        whole: set[ast.stmt] = set()
        edits = list(self._edits)
        for statement, aliases in self._dropped.items():
            block = imports.block_of(self._names, statement)
            if isinstance(statement, (ast.Import, ast.ImportFrom)) and len(aliases) < len(statement.names):
                edits += imports.without(self._text, statement, aliases)
            elif isinstance(self._names.parents[statement], ast.Module) or not whole.issuperset({*block} - {statement}):
                whole.add(statement)  # a block is not left empty
            elif any(alias in self._replaced for alias in aliases):
                raise SourceError("an import alone in its block cannot be split")
        inserted, replaced = self._inserted.edits(whole)
        removals = [imports.removal(self._text, statement) for statement in whole - replaced]
        return [*edits, *inserted, *(one for one in removals if one is not None)]

    def _is_unread(self, name: str, scope: Scope) -> bool:
        """Returns whether only what was rewritten read a name: here, in strings, and in other files."""
        reads = self._names.loads(name, scope)
        if not reads or not all(read in self._gone for read in reads):
            return False
        if any(name in other.outer for other in self._names.scopes):
            return False  # a `global` or `nonlocal` that would be left without a binding
        if name in self._public or re.search(rf"\b{name}\b", self._quoted):
            return False
        return scope is not self._names.module_scope or not self._file.is_imported(name)

    @functools.cached_property
    def _public(self) -> set[str]:
        return _public_names(self._text.tree)

    @functools.cached_property
    def _quoted(self) -> str:
        return _quoted(self._text)

    def _candidates(self) -> Iterator[tuple[str, Scope, ast.AST]]:
        """Yields the imports, and assignments of modules, of TensorFlow and of the tree's own re-exports."""
        for binding, scope, name in self._names.imports:
            if len(scope.bindings[name]) == 1 and binding.qualified and self._file.is_inert(binding):
                yield name, scope, binding.node
        for node in self._names.nodes_of(ast.Assign):
            if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                scope, name = self._names.scope_of[node], node.targets[0].id
                if not isinstance(node.value, ast.Attribute) or len(scope.bindings.get(name, ())) != 1:
                    continue
                if all(one and one.startswith("tensorflow.") for one in self._names.resolve(node.value)):
                    yield name, scope, node


_REASONS: Final = {
    Status.UNDECIDED: "it is not known whether `tf` is TensorFlow 1 or 2; say --assume tf1 or --assume tf2",
    Status.UNRESOLVED: "it is not known what the name stands for",
    Status.NATIVE: "it is TensorFlow's own class of the native initializer, not a legacy one",
}


def _split(name: str) -> tuple[str, str]:
    module, _, last = f"{PACKAGE}.{name}".rpartition(".")
    return module, last


def _grouped(modules: dict[ast.AST, tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for alias, (module, name) in modules.items():
        assert isinstance(alias, ast.alias)
        local = alias.asname or alias.name
        grouped.setdefault(module, []).append(name if name == local else f"{name} as {local}")
    return grouped


def _public_names(tree: ast.Module) -> set[str]:
    """Returns the strings of `__all__`."""
    public: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                public |= {str(one.value) for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
    return public


def _quoted(text: Text) -> str:
    """Returns what may be code outside of the syntax tree: strings but prose, doctests, type comments, magics."""
    prose = {id(node.value) for node in ast.walk(text.tree) if isinstance(node, ast.Expr)}
    found = [*_TYPE_COMMENT.findall(text.text), text.magics]
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += _DOCTEST.findall(node.value) if id(node) in prose else [node.value]
    return "\n".join(found)
