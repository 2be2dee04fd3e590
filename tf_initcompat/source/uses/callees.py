"""The functions of a tree that a call runs, as far as the tree shows them."""

import ast
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import UNKNOWN, last_component
from tf_initcompat.source.syntax.scope_visitor import SELF

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_CONSTRUCTOR: Final = "__init__"
#: Decorators that pass the arguments of each call on as they are.
_TRANSPARENT: Final = frozenset({"add_arg_scope", "abstractmethod", "classmethod", "staticmethod"})
_DEPTH: Final = 12


class UnknownError(Exception):
    """Something that the tree does not show."""


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
      start: The file from which the tree is seen. Its content may differ from what is on disk.
    """

    def __init__(self, start: SourceFile) -> None:
        self._start = start

    def files_with(self, word: str) -> list[SourceFile]:
        """Return the files of the tree that contain a word, the start included.

        Raises:
          UnknownError: If one of them cannot be read.
        """
        return [self._start, *(self.open(path) for path in self._start.paths_with(word) if path != self._start.path)]

    def open(self, path: str) -> SourceFile:
        """Return a file of the tree.

        Raises:
          UnknownError: If it cannot be read.
        """
        file = self._start if path == self._start.path else self._start.other(path)
        if file is None:
            raise UnknownError(f"{path} cannot be read")
        return file

    def of(self, function: ast.expr, file: SourceFile) -> Sequence[Callee]:
        """Return all functions that a call may run.

        Args:
          function: Function of the call.
          file: File of the call.

        Raises:
          UnknownError: If it may run an unknown function.
        """
        candidates = file.resolve(function)
        if None not in candidates:
            return [Callee(qualified=str(candidate)) for candidate in candidates]
        callees = [*self._of_attribute(function, file)] if isinstance(function, ast.Attribute) else []
        if not callees:
            callees = [callee for node in self._definitions(function, file) for callee in self._of_definition(*node)]
        if not callees:
            raise UnknownError("an unknown function gets it")
        return callees

    def _of_attribute(self, function: ast.Attribute, file: SourceFile) -> Iterator[Callee]:
        """Yield the methods that `self.method`, `super().method` or `Base.method` stand for."""
        owner, receiver = class_around(function, file), function.value
        if isinstance(receiver, ast.Name) and receiver.id in (SELF, "cls") and owner is not None:
            if self._is_stored(function.attr, file):
                raise UnknownError("an attribute is called")
            yield from self.methods(function.attr, owner, file)
        elif isinstance(receiver, ast.Call) and last_component(receiver.func) == "super" and owner is not None:
            for base in owner.bases:
                yield from self._of_base(base, function.attr, file, 1)
        elif owner is not None and any(ast.unparse(base) == ast.unparse(receiver) for base in owner.bases):
            yield from self._of_base(receiver, function.attr, file, 0)

    def methods(self, name: str, owner: ast.ClassDef, file: SourceFile) -> Iterator[Callee]:
        """Yield the methods of a name that may run on an object of a class.

        Raises:
          UnknownError: If there are none in the tree.
        """
        relatives = file.relatives(owner.name)
        found = False
        for other in self.files_with(name):
            for function in functions_of(other):
                outer = other.names.parents[function]
                if function.name == name and isinstance(outer, ast.ClassDef) and outer.name in relatives:
                    found = True
                    yield _callee(other, function, 0 if _is_static(function) else 1)
        if not found:
            for qualified in self.external_bases(owner, file):
                yield Callee(qualified=f"{qualified}.{name}", bound=1)

    def external_bases(self, owner: ast.ClassDef, file: SourceFile, depth: int = 0) -> Iterator[str]:
        """Yield the qualified names of the classes outside of the tree that a class derives from."""
        for base in owner.bases:
            candidates = file.resolve(base)
            yield from (candidate for candidate in candidates if candidate)
            if None in candidates and depth < _DEPTH:
                for other, node in self._definitions(base, file):
                    if isinstance(node, ast.ClassDef):
                        yield from self.external_bases(node, other, depth + 1)

    def _of_base(self, base: ast.expr, name: str, file: SourceFile, bound: int, depth: int = 0) -> Iterator[Callee]:
        """Yield what a method of a base class stands for."""
        candidates = file.resolve(base)
        yield from (Callee(qualified=f"{candidate}.{name}", bound=bound) for candidate in candidates if candidate)
        if None not in candidates:
            return
        for other, node in self._definitions(base, file):
            if not isinstance(node, ast.ClassDef) or depth > _DEPTH:
                raise UnknownError("a base class is unknown")
            method = _method(node, name)
            if method is not None:
                yield _callee(other, method, bound)
            for outer in node.bases if method is None else ():
                yield from self._of_base(outer, name, other, bound, depth + 1)

    def _of_definition(self, file: SourceFile, node: ast.AST) -> Iterator[Callee]:
        """Yield the function of a definition, or the constructor of a class."""
        if isinstance(node, _FUNCTIONS):
            yield _callee(file, node, 0)
            return
        if not isinstance(node, ast.ClassDef) or node.decorator_list or node.keywords or _method(node, "__new__"):
            raise UnknownError("an unknown function gets it")
        constructor = _method(node, _CONSTRUCTOR)
        if constructor is not None:
            yield _callee(file, constructor, 1)
            return
        for base in node.bases:
            for callee in self._of_base(base, _CONSTRUCTOR, file, 1):
                # The constructor of a class outside of the tree is known by the name of the class.
                yield callee._replace(qualified=callee.qualified.removesuffix(f".{_CONSTRUCTOR}"))

    def _definitions(self, node: ast.expr, file: SourceFile, depth: int = 0) -> Iterator[tuple[SourceFile, ast.AST]]:
        """Yield the definitions in the tree that an expression stands for.

        Raises:
          UnknownError: If it may stand for something else.
        """
        names = file.names
        if isinstance(node, ast.Name) and (scope := names.scope_of[node].find(node.id)):
            for binding in scope.bindings[node.id]:
                if binding.qualified:
                    yield from self._located(binding.qualified, file, depth)
                elif isinstance(binding.node, (*_FUNCTIONS, ast.ClassDef)):
                    yield file, binding.node
                else:
                    raise UnknownError("an unknown function gets it")
            return
        candidates = names.resolve(node)
        if candidates == UNKNOWN or None in candidates:
            raise UnknownError("an unknown function gets it")
        for candidate in candidates:
            yield from self._located(str(candidate), file, depth)

    def _located(self, qualified: str, file: SourceFile, depth: int) -> Iterator[tuple[SourceFile, ast.AST]]:
        """Yield the definitions in the tree that a qualified name leads to."""
        location = file.located(qualified)
        if location is None or len(location[1]) != 1 or depth > _DEPTH:
            raise UnknownError("an unknown function gets it")
        other, name = self.open(location[0]), location[1][0]
        bindings = other.names.module_scope.bindings.get(name, ())
        for binding in bindings:
            if binding.qualified:
                yield from self._located(binding.qualified, other, depth + 1)
            elif isinstance(binding.node, (*_FUNCTIONS, ast.ClassDef)):
                yield other, binding.node
            else:
                raise UnknownError("an unknown function gets it")
        if not bindings:
            if len(other.names.star_imports) != 1:
                raise UnknownError("an unknown function gets it")
            yield from self._located(f"{other.names.star_imports[0]}.{name}", other, depth + 1)

    def _is_stored(self, name: str, file: SourceFile) -> bool:
        """Return whether a value is assigned to an attribute somewhere in the tree, which then hides a method."""
        return any(
            node.attr == name and isinstance(node.ctx, ast.Store)
            for other in self.files_with(name)
            for node in other.names.nodes_of(ast.Attribute)
        )


def functions_of(file: SourceFile) -> list[Function]:
    """Return the functions of a file."""
    return [*file.names.nodes_of(ast.FunctionDef), *file.names.nodes_of(ast.AsyncFunctionDef)]


def class_around(node: ast.AST, file: SourceFile) -> ast.ClassDef | None:
    """Return the class around a node."""
    return next((outer for outer in file.names.ancestors(node) if isinstance(outer, ast.ClassDef)), None)


def function_around(node: ast.AST, file: SourceFile) -> ast.AST:
    """Return the innermost function around a node, or the module."""
    kinds = (*_FUNCTIONS, ast.Lambda, ast.Module)
    return next(outer for outer in file.names.ancestors(node) if isinstance(outer, kinds))


def _method(owner: ast.ClassDef, name: str) -> Function | None:
    methods = [node for node in ast.walk(owner) if isinstance(node, _FUNCTIONS) and node.name == name]
    return next((node for node in methods if node in owner.body), None)


def _is_static(function: Function) -> bool:
    return any(last_component(decorator) == "staticmethod" for decorator in function.decorator_list)


def _callee(file: SourceFile, function: Function, bound: int) -> Callee:
    """Return a function whose decorators pass its arguments on as they are.

    Raises:
      UnknownError: If one of them may not.
    """
    if any(last_component(decorator) not in _TRANSPARENT for decorator in function.decorator_list):
        raise UnknownError(f"a decorator of {function.name} may get it")
    return Callee(file, function, bound)
