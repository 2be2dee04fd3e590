"""Names that nothing reads any more once uses are replaced."""

import ast
import functools
import os
import re
from collections.abc import Collection, Iterator
from typing import Final

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.scopes import Scope
from tf_initcompat.source.syntax.text import Text

_DOCTEST: Final = r"(?m)^[ \t]*(?:>>>|\.\.\.) .*$"
_TYPE_COMMENT: Final = r"#[ \t]*type:.*"


class Readers:
    """The places of a file, and of its tree, that may read a name.

    Args:
      file: The file.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file, self._text, self._names = file, file.text, file.names

    def is_unread(self, name: str, scope: Scope, removed: Collection[ast.AST]) -> bool:
        """Return whether only removed nodes read a name.

        Args:
          name: The name.
          scope: Scope in which it is bound.
          removed: Nodes that are removed.
        """
        return self._are_removed(name, scope, removed) and not self._other_reader(name, scope)

    def other_reader(self, name: str, scope: Scope, removed: Collection[ast.AST]) -> str:
        """Return what may still read a name whose reads in the syntax tree are all removed; "" if there is nothing.

        Args:
          name: The name.
          scope: Scope in which it is bound.
          removed: Nodes that are removed.
        """
        return self._other_reader(name, scope) if self._are_removed(name, scope, removed) else ""

    def _are_removed(self, name: str, scope: Scope, removed: Collection[ast.AST]) -> bool:
        reads = self._names.loads(name, scope)
        return bool(reads) and all(read in removed for read in reads)

    def _other_reader(self, name: str, scope: Scope) -> str:
        """Return what may read a name without a node of the syntax tree that loads it, or ""."""
        if isinstance(scope.node, ast.ClassDef) and self._may_be_attribute(name, scope.node):
            return f"an attribute of {scope.node.name}"
        if self._names.is_deleted(name, scope):
            return "a del statement"
        if any(name in other.outer for other in self._names.scopes):
            return "a global or nonlocal statement"  # it would be left without a binding
        if name in self._public:
            return "__all__"
        if re.search(rf"\b{name}\b", self._quoted):
            return "a string or a comment"
        return os.path.basename(self._file.reader(name)) if scope is self._names.module_scope else ""

    def _may_be_attribute(self, name: str, owner: ast.ClassDef) -> bool:
        """Return whether a name of a class body may be read as an attribute of the class."""
        is_read = any(node.attr == name for node in self._names.nodes_of(ast.Attribute))
        return is_read or self._file.is_imported(owner.name)

    def modules(self) -> Iterator[tuple[str, Scope, ast.alias | ast.Assign]]:
        """Yield the names of modules of TensorFlow, and of modules of the tree that only pass them on.

        Yields:
          The name, its scope, and the alias or the assignment that binds it.
        """
        for binding, scope, name in self._names.imports:
            if len(scope.bindings[name]) == 1 and binding.qualified and self._file.is_inert(binding):
                assert isinstance(binding.node, ast.alias)
                yield name, scope, binding.node
        for node in self._names.nodes_of(ast.Assign):
            if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                scope, name = self._names.scope_of[node], node.targets[0].id
                if not isinstance(node.value, ast.Attribute) or len(scope.bindings.get(name, ())) != 1:
                    continue
                if all(value and value.startswith("tensorflow.") for value in self._names.resolve(node.value)):
                    yield name, scope, node

    @functools.cached_property
    def _public(self) -> set[str]:
        return _public_names(self._text.tree)

    @functools.cached_property
    def _quoted(self) -> str:
        return _quoted(self._text)


def _public_names(tree: ast.Module) -> set[str]:
    """Return the strings of `__all__`."""
    public: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                public |= {str(item.value) for item in ast.walk(node.value) if isinstance(item, ast.Constant)}
    return public


def _quoted(text: Text) -> str:
    """Return what may be code outside of the syntax tree: strings except prose, doctests, type comments, magics."""
    prose = {id(node.value) for node in ast.walk(text.tree) if isinstance(node, ast.Expr)}
    parts = [*re.findall(_TYPE_COMMENT, text.text), text.magics]
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            parts += re.findall(_DOCTEST, node.value) if id(node) in prose else [node.value]
    return "\n".join(parts)
