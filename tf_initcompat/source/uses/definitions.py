"""The functions and classes that an expression stands for, in all modules of a tree."""

import ast
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.project.tree import is_test_file
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.syntax.scope_visitor import DEFINITIONS, FUNCTIONS, SELF
from tf_initcompat.source.syntax.scopes import Binding
from tf_initcompat.source.uses import decorators
from tf_initcompat.source.uses.parameters import passed
from tf_initcompat.source.uses.value import UnknownError

Function = ast.FunctionDef | ast.AsyncFunctionDef
#: Number of modules and assignments that are followed for one name.
_DEPTH: Final = 12
#: Functions that replace an attribute which they are given as a string.
_PATCHING: Final = frozenset({"setattr", "patch", "object", "delattr"})


#: Functions that make a class of a dict.
_CLASS_MAKERS: Final = frozenset({"type", "new_class", "make_dataclass"})
#: Expressions whose items are the members of a module or an object.
_NAMESPACES: Final = frozenset({"globals", "vars", "locals", "__dict__"})


class Definition(NamedTuple):
    """Something that an expression stands for.

    Attributes:
      file: Its file; None for something outside of the tree.
      node: Its definition; None for something outside of the tree.
      qualified: Qualified name of something outside of the tree.
    """

    file: SourceFile | None = None
    node: Function | ast.ClassDef | None = None
    qualified: str = ""


class Definitions:
    """Finds definitions.

    Args:
      start: The file from which the tree is seen. Its content may differ from what is on disk.
    """

    def __init__(self, start: SourceFile) -> None:
        self._start = start
        self._patched: dict[str, bool] = {}

    def files_with(self, word: str) -> list[SourceFile]:
        """Return the files of the tree that contain a word.

        Raises:
          UnknownError: If one of them cannot be read.
        """
        start = [self._start] if word in self._start.text.text else []
        return [*start, *(self.open(path) for path in self._start.paths_with(word) if path != self._start.path)]

    def open(self, path: str) -> SourceFile:
        """Return a file of the tree.

        Raises:
          UnknownError: If it cannot be read.
        """
        file = self._start if path == self._start.path else self._start.other(path)
        if file is None:
            raise UnknownError(f"{path} cannot be read")
        return file

    def of(self, node: ast.expr, file: SourceFile, depth: int = 0) -> Iterator[Definition]:
        """Yield all definitions that an expression may stand for. The constant None cannot be called.

        Args:
          node: The expression.
          file: Its file.
          depth: Number of steps so far.

        Raises:
          UnknownError: If it may stand for something else.
        """
        if depth > _DEPTH:
            raise UnknownError("a name leads too far")
        match node:
            case ast.Constant(value=None):
                return
            case ast.Name() if scope := file.names.scope_of[node].find(node.id):
                yield from self._of_bindings(scope.bindings[node.id], file, depth)
            case ast.Attribute(value=ast.Name(id=name)) if name == SELF:
                yield from self._of_attribute(node, depth)
            case ast.Name() | ast.Attribute():
                candidates = file.names.resolve(node)
                if None in candidates:
                    raise UnknownError("an unknown function gets it")
                for candidate in candidates:
                    yield from self._named(str(candidate), file, depth)
            case ast.Call(args=[function]) if self._is_partial(node, file):
                yield from self.of(function, file, depth + 1)
            case ast.Call():
                for value, other in self.returned(node, file, depth):
                    yield from self.of(value, other, depth + 1)
            case ast.IfExp():
                yield from self.of(node.body, file, depth + 1)
                yield from self.of(node.orelse, file, depth + 1)
            case _:
                raise UnknownError("an unknown function gets it")

    def is_transparent(self, decorator: ast.expr, file: SourceFile) -> bool:
        """Return whether a decorator passes the arguments of each call on as they are, once."""
        if isinstance(decorator, ast.Name) and not file.names.bindings(decorator):
            return decorators.is_known(decorator, "")
        try:
            definitions = [*self.of(decorator, file)]
        except UnknownError:
            return False
        return bool(definitions) and all(
            decorators.passes_on(found.node, found.file)
            if found.file and found.node
            else decorators.is_known(decorator, found.qualified)
            for found in definitions
        )

    def _of_attribute(self, node: ast.Attribute, depth: int) -> Iterator[Definition]:
        """Yield what an attribute of `self` stands for, by all values that any object of the tree gets for it."""
        for file in self.files_with(node.attr):
            for other in file.names.nodes_of(ast.Attribute):
                if other.attr != node.attr or isinstance(other.ctx, ast.Load):
                    continue
                statement = file.names.parents.get(other)
                if not isinstance(statement, ast.Assign) or other not in statement.targets:
                    raise UnknownError("an attribute is set in an unknown way")
                yield from self.of(statement.value, file, depth + 1)
            for owner in (scope for scope in file.names.scopes if isinstance(scope.node, ast.ClassDef)):
                yield from self._of_bindings(owner.bindings.get(node.attr, ()), file, depth)
        if self._is_named(node.attr):
            raise UnknownError("an attribute may be set by its name")

    def _is_named(self, attribute: str) -> bool:
        """Return whether `setattr` and the like may set an attribute."""
        return any(_names_member(attribute, file) for file in self.files_with(attribute))

    def _of_bindings(self, bindings: Sequence[Binding], file: SourceFile, depth: int) -> Iterator[Definition]:
        """Yield the definitions that the bindings of a name lead to."""
        if depth > _DEPTH:
            raise UnknownError("a name leads too far")
        for binding in bindings:
            if binding.qualified:
                yield from self._named(binding.qualified, file, depth)
            elif isinstance(binding.node, (*DEFINITIONS, ast.ClassDef)):
                yield self._checked(Definition(file, binding.node))
            elif isinstance(binding.node, (ast.Assign, ast.AnnAssign)) and binding.value is not None:
                yield from self.of(binding.value, file, depth + 1)
            elif isinstance(binding.node, ast.arg) and binding.value is None:  # a default has another binding
                for value in passed(binding.node, file, self.files_with):
                    if value.node is None:
                        yield Definition(qualified=value.qualified)
                    else:
                        yield from self.of(value.node, value.file, depth + 1)
            elif not isinstance(binding.node, ast.arg):
                raise UnknownError("an unknown function gets it")

    def returned(self, call: ast.Call, file: SourceFile, depth: int = 0) -> Iterator[tuple[ast.expr, SourceFile]]:
        """Yield what the functions of a tree return that a call may run.

        Raises:
          UnknownError: If it may run an unknown function.
        """
        for definition in self.of(call.func, file, depth + 1):
            function, other = definition.node, definition.file
            if not isinstance(function, ast.FunctionDef) or other is None or function.decorator_list:
                raise UnknownError("an unknown function gets it")
            for node in ast.walk(function):
                if isinstance(node, (ast.Yield, ast.YieldFrom)):
                    raise UnknownError("a generator")
                if isinstance(node, ast.Return) and node.value and function_around(node, other) is function:
                    yield node.value, other

    def is_patched(self, name: str) -> bool:
        """Return whether a file of the tree replaces a member of a module or of another object.

        What tests replace, they replace for themselves.

        Args:
          name: Name of the member.
        """
        if name not in self._patched:
            files = [file for file in self.files_with(name) if file is self._start or not is_test_file(file.path)]
            self._patched[name] = any(_patches(name, file) for file in files)
        return self._patched[name]

    def is_stored(self, name: str) -> bool:
        """Return whether a value is assigned to an attribute somewhere in the tree, which then hides a method."""
        return any(
            node.attr == name and isinstance(node.ctx, ast.Store)
            for file in self.files_with(name)
            for node in file.names.nodes_of(ast.Attribute)
        )

    def _is_partial(self, call: ast.Call, file: SourceFile) -> bool:
        """Return whether a call is `functools.partial(function, name=value)`, whose keywords a call may replace."""
        return file.resolve(call.func) == frozenset({"functools.partial"}) and all(
            keyword.arg for keyword in call.keywords
        )

    def _checked(self, definition: Definition) -> Definition:
        """Return a definition that nothing replaces.

        Raises:
          UnknownError: If something may replace it.
        """
        name = definition.node.name if definition.node else definition.qualified.rpartition(".")[2]
        if self.is_patched(name):
            raise UnknownError(f"{name} may be replaced")
        return definition

    def _named(self, qualified: str, file: SourceFile, depth: int) -> Iterator[Definition]:
        """Yield the definitions that a qualified name leads to."""
        candidates = file.expand(frozenset({qualified}))
        is_outside = candidates != frozenset({qualified}) or not file.places(qualified.rpartition(".")[0] or ".")
        if None not in candidates and is_outside:
            yield from (self._checked(Definition(qualified=str(candidate))) for candidate in candidates)
            return
        binders = [*self._binders(qualified, file, depth)]
        if len(binders) != 1:
            raise UnknownError(f"an unknown function gets it: {qualified}")
        yield from self._of_bindings(*binders[0], depth + 1)

    def _binders(self, qualified: str, file: SourceFile, depth: int) -> Iterator[tuple[Sequence[Binding], SourceFile]]:
        """Yield the bindings of a name in each module of the tree that it may belong to."""
        module, _, name = qualified.rpartition(".")
        if not module.strip("."):
            module += "."  # `from . import name`
        places = file.places(module)
        if not places or depth > _DEPTH:
            raise UnknownError(f"an unknown function gets it: {qualified}")
        for other in map(self.open, places):
            bindings = other.names.module_scope.bindings.get(name)
            if bindings:
                yield bindings, other
            else:
                for star in other.names.star_imports:
                    yield from self._binders(f"{star}.{name}", other, depth + 1)


def class_around(node: ast.AST, file: SourceFile) -> ast.ClassDef | None:
    """Return the class around a node."""
    return next((outer for outer in file.names.ancestors(node) if isinstance(outer, ast.ClassDef)), None)


def function_around(node: ast.AST, file: SourceFile) -> ast.AST:
    """Return the innermost function around a node, or the module."""
    kinds = (*FUNCTIONS, ast.Module)
    return next(outer for outer in file.names.ancestors(node) if isinstance(outer, kinds))


def method(owner: ast.ClassDef, name: str, file: SourceFile) -> Function | None:
    """Return the method of a name that a class defines itself, or None.

    Raises:
      UnknownError: If the class binds the name in another way, or twice.
    """
    bindings = [
        binding for scope in file.names.scopes if scope.node is owner for binding in scope.bindings.get(name, ())
    ]
    if not bindings:
        return None
    (node, *others) = (binding.node for binding in bindings)
    if others or not isinstance(node, DEFINITIONS):
        raise UnknownError("a class binds a method in another way")
    return node


def _patches(name: str, file: SourceFile) -> bool:
    """Return whether a file replaces a member: `module.name = other`, `setattr(module, "name", other)`."""
    attributes: list[ast.Attribute] = file.names.nodes_of(ast.Attribute)
    items: list[ast.Subscript] = file.names.nodes_of(ast.Subscript)
    members: list[ast.Attribute | ast.Subscript] = [*attributes, *items]
    for node in members:
        if isinstance(node.ctx, ast.Load) or not _is_member(node, name):
            continue
        statement = file.names.parents.get(node)
        if not isinstance(statement, ast.Assign) or not _is_data(statement.value):
            return True
    return _names_member(name, file)


def _names_member(name: str, file: SourceFile) -> bool:
    """Return whether a file passes the name of a member to `setattr`, `mock.patch`, `type` and the like."""
    for call in file.names.calls_named(*_CLASS_MAKERS):
        if len(call.args) > 2:
            nodes = [*ast.walk(call)] if isinstance(call.args[2], ast.Dict) else file.names.nodes_of(ast.Constant)
            if any(isinstance(node, ast.Constant) and node.value == name for node in nodes):
                return True
    return any(
        isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and argument.value.rpartition(".")[2] == name
        for call in file.names.calls_named(*_PATCHING)
        for argument in call.args
    )


def _is_member(node: ast.Attribute | ast.Subscript, name: str) -> bool:
    """Return whether an expression is `module.name`, or an item of `globals()`, `vars(module)` or `__dict__`."""
    if isinstance(node, ast.Attribute):
        return node.attr == name and not (isinstance(node.value, ast.Name) and node.value.id == SELF)
    if not isinstance(node.slice, ast.Constant) or node.slice.value != name:
        return False
    owner = node.value.func if isinstance(node.value, ast.Call) else node.value
    return last_component(owner) in _NAMESPACES


def _is_data(node: ast.expr) -> bool:
    """Return whether a value cannot be called."""
    return isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.List, ast.Tuple, ast.Dict, ast.Compare))
