"""The functions of a tree that a call runs, as far as the tree shows them."""

import ast
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.syntax.scope_visitor import DEFINITIONS, SELF
from tf_initcompat.source.uses.definitions import (
    Definition,
    Definitions,
    Function,
    class_around,
    method,
)
from tf_initcompat.source.uses.value import UnknownError

_CONSTRUCTOR: Final = "__init__"
_DEPTH: Final = 12


class Callee(NamedTuple):
    """A function that a call runs.

    Attributes:
      file: File of the function; None for a function outside of the tree.
      function: Its definition; None for a function outside of the tree.
      bound: Number of the leading parameters that the call does not pass, 1 for `self`.
      qualified: Qualified name of a function outside of the tree.
    """

    file: SourceFile | None = None
    function: Function | None = None
    bound: int = 0
    qualified: str = ""


class Callees:
    """Finds the functions that calls run.

    Args:
      definitions: Finds definitions in the tree.
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def of(self, function: ast.expr, file: SourceFile) -> Sequence[Callee]:
        """Return all functions that a call may run.

        Args:
          function: Function of the call.
          file: File of the call.

        Raises:
          UnknownError: If it may run an unknown function, or none.
        """
        callees = [*self._of_attribute(function, file)] if isinstance(function, ast.Attribute) else []
        if not callees:
            found = self._definitions.of(function, file)
            callees = [callee for definition in found for callee in self._of_definition(definition)]
        if not callees:
            raise UnknownError("an unknown function gets it")
        return [*dict.fromkeys(callees)]

    def _of_attribute(self, function: ast.Attribute, file: SourceFile) -> Iterator[Callee]:
        """Yield the methods that `self.method`, `super().method` or `Base.method` stand for."""
        owner, receiver = class_around(function, file), function.value
        if function.attr == "__class__":
            yield from self._constructors(function, owner, file)
            return
        if isinstance(receiver, ast.Name) and receiver.id in (SELF, "cls") and owner is not None:
            if self._definitions.is_stored(function.attr) or self._definitions.is_patched(function.attr):
                raise UnknownError("an attribute is called")
            yield from self._methods(function.attr, owner, file)
        elif isinstance(receiver, ast.Call) and last_component(receiver.func) == "super" and owner is not None:
            if any(self._methods_of(file.siblings(owner.name), function.attr)):
                raise UnknownError("super() may stand for a class next to the bases")
            for base in owner.bases:
                yield from self._of_base(base, function.attr, file, 1)
        elif owner is not None and any(ast.unparse(base) == ast.unparse(receiver) for base in owner.bases):
            yield from self._of_base(receiver, function.attr, file, 0)
        elif isinstance(receiver, ast.Call):
            for module in self._returned(receiver, file):
                yield Callee(qualified=f"{module}.{function.attr}")

    def _constructors(self, node: ast.Attribute, owner: ast.ClassDef | None, file: SourceFile) -> Iterator[Callee]:
        """Yield the constructors that `self.__class__` may stand for, those of derived classes included."""
        if owner is None or not isinstance(node.value, ast.Name) or node.value.id != SELF:
            raise UnknownError("the class of an unknown object")
        yield from self._of_definition(Definition(file, owner))
        yield from self._methods_of(file.derived(owner.name), _CONSTRUCTOR)
        if any(self._methods_of(file.derived(owner.name), "__new__")):
            raise UnknownError("a class makes its objects itself")

    def _returned(self, call: ast.Call, file: SourceFile) -> Iterator[str]:
        """Yield the qualified names of what a function of the tree returns, such as one of two modules.

        Raises:
          UnknownError: If it may return something else.
        """
        for value, other in self._definitions.returned(call, file):
            candidates = other.resolve(value)
            if None in candidates:
                raise UnknownError("an unknown function gets it")
            yield from map(str, candidates)

    def _methods(self, name: str, owner: ast.ClassDef, file: SourceFile) -> Iterator[Callee]:
        """Yield the methods of a name that may run on an object of a class.

        Raises:
          UnknownError: If a class may bind it in another way.
        """
        found = False
        classes = file.relatives(owner.name)
        if method(owner, name, file):
            classes -= file.bases(owner.name)  # its own method comes before theirs
        for callee in self._methods_of(classes, name):
            found = True
            yield callee
        if not found:
            for qualified in self._external_bases(owner, file):
                yield Callee(qualified=f"{qualified}.{name}", bound=1)

    def _methods_of(self, classes: Collection[str], name: str) -> Iterator[Callee]:
        """Yield the methods of a name that some classes of the tree define, which are given by their names."""
        for file in self._definitions.files_with(name):
            for scope in file.names.scopes:
                owner = scope.node
                if name in scope.bindings and isinstance(owner, ast.ClassDef) and owner.name in classes:
                    function = method(owner, name, file)
                    if function is not None:
                        yield self._callee(file, function, 0 if _is_static(function) else 1)

    def _external_bases(self, owner: ast.ClassDef, file: SourceFile, depth: int = 0) -> Iterator[str]:
        """Yield the qualified names of the classes outside of the tree that a class derives from."""
        for base in owner.bases:
            for definition in self._definitions.of(base, file):
                if definition.qualified:
                    yield definition.qualified
                elif isinstance(definition.node, ast.ClassDef) and definition.file and depth < _DEPTH:
                    yield from self._external_bases(definition.node, definition.file, depth + 1)

    def _of_base(self, base: ast.expr, name: str, file: SourceFile, bound: int, depth: int = 0) -> Iterator[Callee]:
        """Yield what a method of a base class stands for."""
        for definition in self._definitions.of(base, file):
            node, other = definition.node, definition.file
            if definition.qualified:
                yield Callee(qualified=f"{definition.qualified}.{name}", bound=bound)
                continue
            if not isinstance(node, ast.ClassDef) or other is None or depth > _DEPTH:
                raise UnknownError("a base class is unknown")
            found = method(node, name, other)
            if found is not None:
                yield self._callee(other, found, bound)
            for outer in node.bases if found is None else ():
                yield from self._of_base(outer, name, other, bound, depth + 1)

    def _of_definition(self, definition: Definition) -> Iterator[Callee]:
        """Yield the function of a definition, or the constructor of a class."""
        node, file = definition.node, definition.file
        if node is None or file is None:
            yield Callee(qualified=definition.qualified)
            return
        if isinstance(node, DEFINITIONS):
            yield self._callee(file, node, 0)
            return
        assert isinstance(node, ast.ClassDef)
        if node.decorator_list or node.keywords or method(node, "__new__", file):
            raise UnknownError("an unknown function gets it")
        constructor = method(node, _CONSTRUCTOR, file)
        if constructor is not None:
            yield self._callee(file, constructor, 1)
            return
        for base in node.bases:
            for callee in self._of_base(base, _CONSTRUCTOR, file, 1):
                # The constructor of a class outside of the tree is known by the name of the class.
                yield callee._replace(qualified=callee.qualified.removesuffix(f".{_CONSTRUCTOR}"))

    def _callee(self, file: SourceFile, function: Function, bound: int) -> Callee:
        """Return a function whose decorators pass its arguments on as they are.

        Raises:
          UnknownError: If one of them may not.
        """
        if not all(self._definitions.is_transparent(decorator, file) for decorator in function.decorator_list):
            raise UnknownError(f"a decorator of {function.name} may get it")
        return Callee(file, function, bound)


def _is_static(function: Function) -> bool:
    return any(last_component(decorator) == "staticmethod" for decorator in function.decorator_list)
