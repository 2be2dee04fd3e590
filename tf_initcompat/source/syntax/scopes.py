"""The scopes of a module and the bindings in them: what gives each name a value."""

import ast
from typing import NamedTuple

ImportStatement = ast.Import | ast.ImportFrom


class Binding(NamedTuple):
    """Something that gives a name a value.

    Attributes:
      node: Alias of an import, or the node that binds the name.
      statement: Import statement; None for other bindings.
      qualified: Qualified name that an import binds; a relative import keeps its dots.
      value: Assigned expression, if the binding assigns one.
    """

    node: ast.AST
    statement: ImportStatement | None = None
    qualified: str | None = None
    value: ast.expr | None = None


class Scope:
    """A scope of Python: a module, class, function, comprehension or list of type parameters.

    Args:
      node: Node that opens the scope.
      parent: Enclosing scope; None for a module.

      is_annotation: Whether it holds type parameters. Such a scope reads the names of a class around it.

    Attributes:
      bindings: Bindings of each name.
      outer: Scope of each name that a `global` or `nonlocal` statement declares.
    """

    def __init__(self, node: ast.AST, parent: "Scope | None", is_annotation: bool = False) -> None:
        self.node, self.parent, self.is_annotation = node, parent, is_annotation
        self.bindings: dict[str, list[Binding]] = {}
        self.outer: dict[str, Scope] = {}

    def bind(self, name: str, binding: Binding) -> None:
        """Add a binding to this scope, or to the scope that `global` or `nonlocal` declares."""
        self.outer.get(name, self).bindings.setdefault(name, []).append(binding)

    def find(self, name: str) -> "Scope | None":
        """Return the scope that binds a name which is read in this scope."""
        scope: Scope | None = self.outer.get(name, self)
        reads_class = True  # functions inside of a class body do not read its names
        while scope is not None:
            if name in scope.bindings and (reads_class or not isinstance(scope.node, ast.ClassDef)):
                return scope
            reads_class = reads_class and scope.is_annotation
            scope = scope.parent
        return None

    def contains(self, inner: "Scope") -> bool:
        """Return whether another scope is this scope or inside it."""
        scope: Scope | None = inner
        while scope is not None and scope is not self:
            scope = scope.parent
        return scope is self


class ImportedName(NamedTuple):
    """A name that an import binds.

    Attributes:
      binding: The binding.
      scope: Scope that holds the name.
      name: The name in the file.
    """

    binding: Binding
    scope: Scope
    name: str
