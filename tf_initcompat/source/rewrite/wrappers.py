"""Replacement of legacy names by those of the wrappers."""

import ast
from typing import Final

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.rewrite import imports
from tf_initcompat.source.rewrite.outcomes import Refused, Replacement
from tf_initcompat.source.syntax.scopes import Binding
from tf_initcompat.source.syntax.text import Edit
from tf_initcompat.source.uses import Use

PACKAGE: Final = "tf_initcompat"


class ToWrappers:
    """Strategy that replaces the name of each use by the name of its wrapper, and nothing else.

    Args:
      file: The file.
      alias: Name under which the package is imported, unless the file imports it already; "" for its own name.
    """

    def __init__(self, file: SourceFile, alias: str = "") -> None:
        self._text, self._names = file.text, file.names
        self._alias = alias or PACKAGE
        #: Names under which the file imports the package.
        self._present = {name: None for binding, _, name in self._names.imports if binding.qualified == PACKAGE}

    def replaces(self, use: Use) -> bool:
        """Return whether a use is replaced in its own place, not by another binding of its name."""
        return use.is_direct

    def replace(self, use: Use) -> Replacement | Refused:
        """Return the replacement of a legacy use."""
        assert isinstance(use.node, (ast.Attribute, ast.Call, ast.Name))
        package = next((name for name in self._present if self._is_imported(name, use.node)), self._alias)
        if any(binding.qualified != PACKAGE for binding in self._bindings(package, use.node)):
            return Refused(f"{package} is the name of something else here")
        node, name = self._without_common_end(use, package)
        start, end = self._text.span(node)
        if "#" in self._text.text[start:end]:
            return Refused("there is a comment inside the name")
        new_import = None
        if not self._is_imported(package, use.node):
            line = f"import {PACKAGE}" if package == PACKAGE else f"import {PACKAGE} as {package}"
            new_import = imports.NewImport(line, imports.anchor(self._text, self._names, use.node), use.node)
        return Replacement((Edit(start, end, name),), (node,), new_import)

    def _bindings(self, name: str, node: ast.expr) -> list[Binding]:
        """Return the bindings of a name that a node may read."""
        scope = self._names.scope_of[node].find(name)
        return scope.bindings[name] if scope else []

    def _is_imported(self, name: str, node: ast.expr) -> bool:
        """Return whether a name certainly stands for the package where a node is read."""
        bindings = self._bindings(name, node)
        has_run = any(imports.has_run(self._text, self._names, binding, node) for binding in bindings)
        return has_run and all(binding.qualified == PACKAGE for binding in bindings)

    def _without_common_end(self, use: Use, package: str) -> tuple[ast.expr, str]:
        """Return the part of a use's name that differs from the wrapper's name, and the wrapper's part."""
        assert isinstance(use.node, ast.expr)
        node: ast.expr = use.node
        parts = [package, *use.name.split(".")]
        while isinstance(node, ast.Attribute) and len(parts) > 1 and parts[-1] == node.attr:
            node = node.value
            parts.pop()
        return node, ".".join(parts)


def module_and_name(use_name: str) -> tuple[str, str]:
    """Return the module and the name to import a wrapper from.

    Args:
      use_name: Name of the symbol below the package.

    Examples:
      >>> module_and_name("initializers.he_normal")
      ('tf_initcompat.initializers', 'he_normal')
    """
    module, _, name = f"{PACKAGE}.{use_name}".rpartition(".")
    return module, name
