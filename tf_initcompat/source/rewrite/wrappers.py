"""Replacement of legacy names by those of the wrappers."""

import ast
from typing import Final

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.rewrite import imports
from tf_initcompat.source.rewrite.outcomes import Refused, Replacement
from tf_initcompat.source.syntax.text import Edit
from tf_initcompat.source.uses import Use

PACKAGE: Final = "tf_initcompat"


class ToWrappers:
    """Strategy that replaces the name of each use by the name of its wrapper, and nothing else.

    Args:
      file: The file.
    """

    def __init__(self, file: SourceFile) -> None:
        self._text, self._names = file.text, file.names

    def replaces(self, use: Use) -> bool:
        """Return whether a use is replaced in its own place, not by another binding of its name."""
        return use.is_direct

    def replace(self, use: Use) -> Replacement | Refused:
        """Return the replacement of a legacy use."""
        assert isinstance(use.node, (ast.Attribute, ast.Call, ast.Name))
        scope = self._names.scope_of[use.node].find(PACKAGE)
        bindings = scope.bindings[PACKAGE] if scope else []
        if any(binding.qualified != PACKAGE for binding in bindings):
            return Refused(f"{PACKAGE} is the name of something else here")
        node, name = self._without_common_end(use)
        start, end = self._text.span(node)
        if "#" in self._text.text[start:end]:
            return Refused("there is a comment inside the name")
        new_import = None
        if not any(imports.has_run(self._text, self._names, binding, use.node) for binding in bindings):
            new_import = imports.NewImport(
                f"import {PACKAGE}", imports.anchor(self._text, self._names, use.node), use.node
            )
        return Replacement((Edit(start, end, name),), (node,), new_import)

    def _without_common_end(self, use: Use) -> tuple[ast.expr, str]:
        """Return the part of a use's name that differs from the wrapper's name, and the wrapper's part."""
        assert isinstance(use.node, ast.expr)
        node: ast.expr = use.node
        parts = [PACKAGE, *use.name.split(".")]
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
