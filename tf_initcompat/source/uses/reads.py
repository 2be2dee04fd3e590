"""The places that read an initializer after it was bound to a name, stored in an attribute or a dict, or returned."""

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.syntax.scope_visitor import DEFINITIONS, SELF
from tf_initcompat.source.uses.definitions import Definition, Definitions, class_around, function_around
from tf_initcompat.source.uses.execution import are_exclusive, runs_once_for_each
from tf_initcompat.source.uses.expressions import arguments_of_getattr, is_of_tensorflow, is_test, literal, named
from tf_initcompat.source.uses.value import UnknownError, Value

#: Functions that read all names of a function, without arguments and with them; and those of a module.
_LISTING: Final = frozenset({"locals", "vars"})
_RUNNING: Final = frozenset({"eval", "exec"})
_GLOBAL: Final = _RUNNING | {"globals"}
_INITIALIZER: Final = "initializer"
#: Decorators after which a function still returns what it returns, each time it is called or read.
_DECORATORS: Final = frozenset({"property", "staticmethod", "classmethod"})


class Reads:
    """Finds the next places.

    Args:
      definitions: Finds definitions in the tree.
      is_repeatable: Whether an instance may make any number of tensors. Otherwise it has to make one, at most.
    """

    def __init__(self, definitions: Definitions, is_repeatable: bool) -> None:
        self._definitions, self._is_repeatable = definitions, is_repeatable

    def require_repeatable(self) -> None:
        """Raise UnknownError if the instance must not make several tensors."""
        if not self._is_repeatable:
            raise UnknownError("it may make several tensors")

    def of_target(self, value: Value, target: ast.expr, statement: ast.AST) -> Iterator[Value]:
        """Yield the reads of a value that is assigned to a name, an attribute or an item."""
        match target:
            case ast.Name():
                yield from self._of_name(value, target, statement)
            case ast.Attribute():
                self.require_repeatable()
                yield from self._of_attribute(value, target)
            case ast.Subscript():
                self.require_repeatable()
                held = value._replace(keys=(literal(target.slice), *value.keys))
                yield from self._of_holder(held, target.value, statement)
            case _:
                raise UnknownError("it is unpacked")

    def of_parameter(self, value: Value, parameter: ast.arg, file: SourceFile) -> Iterator[Value]:
        """Yield the reads of a parameter that gets a value."""
        self._require_plain_names(file.names.scope_of[parameter].node, file)
        reads = file.names.loads(parameter.arg, file.names.scope_of[parameter])
        yield from self._all(value._replace(file=file), reads, parameter)

    def of_default(self, value: Value, parameter: ast.arg) -> Iterator[Value]:
        """Yield the reads of a parameter whose default is a value."""
        self.require_repeatable()
        yield from self.of_parameter(value, parameter, value.file)

    def of_result(self, value: Value, function: ast.AST) -> Iterator[Value]:
        """Yield the calls of a function that returns a value."""
        name, is_property = _name_of(function, value.file)
        if is_property:
            self.require_repeatable()
        for file in self._definitions.files_with(name):
            if any(node.asname and node.name == name for node in file.names.nodes_of(ast.alias)):
                raise UnknownError("a function that returns it has another name")
            if any(node.value == name for node in file.names.nodes_of(ast.Constant)):
                raise UnknownError("a function that returns it may be looked up")
            for read in named(name, file):
                if is_of_tensorflow(read, file):
                    continue
                parent = file.names.parents.get(read)
                if is_property:
                    yield value._replace(node=read, file=file)
                elif isinstance(parent, ast.Call) and parent.func is read:
                    yield value._replace(node=parent, file=file, is_new=True)
                else:
                    raise UnknownError("a function that returns it is passed on")

    def of_getter(self, getter: Definition) -> Iterator[Value]:
        """Yield the reads of the initializer in a custom getter, which TensorFlow passes by its name."""
        function, file = getter.node, getter.file
        if getter.qualified.startswith("tensorflow."):
            return
        if file is None or not isinstance(function, DEFINITIONS) or function.decorator_list:
            raise UnknownError("an unknown custom getter")
        arguments = function.args
        parameters = [
            parameter for parameter in (*arguments.args, *arguments.kwonlyargs) if parameter.arg == _INITIALIZER
        ]
        held = Value(ast.Constant(None), file, keys=() if parameters else (_INITIALIZER,))
        for parameter in parameters or filter(None, [arguments.kwarg]):
            yield from self.of_parameter(held, parameter, file)

    def _of_name(self, value: Value, target: ast.Name, statement: ast.AST) -> Iterator[Value]:
        file = value.file
        scope = file.names.scope_of[target].find(target.id)
        if scope is None or isinstance(scope.node, ast.ClassDef):
            raise UnknownError("an attribute of a class")
        if scope is not file.names.module_scope:
            if scope.node is not function_around(statement, file):
                self.require_repeatable()  # `nonlocal`
            self._require_plain_names(scope.node, file)
        else:
            if function_around(statement, file) is not scope.node:
                self.require_repeatable()  # `global`
            self._require_plain_module(file)
            if file.is_imported(target.id):
                self.require_repeatable()
                for other in self._definitions.files_with(target.id):
                    if other is not file:
                        yield from self._all(value._replace(file=other), named(target.id, other), None)
        yield from self._all(value, file.names.loads(target.id, scope), statement)

    def _all(self, value: Value, reads: Sequence[ast.expr], origin: ast.AST | None) -> Iterator[Value]:
        """Yield all places that read a value.

        Args:
          value: The value.
          reads: The places, in the file of the value.
          origin: Statement or parameter that binds the name; None if other calls bind it, too.
        """
        file = value.file
        reads = [read for read in reads if not is_test(read, file)]
        if not self._is_repeatable:
            if origin is None or not all(runs_once_for_each(origin, read, file.names) for read in reads):
                raise UnknownError("it may be read several times")
            pairs = [(first, second) for first in reads for second in reads if first is not second]
            if not all(are_exclusive(first, second, file.names) for first, second in pairs):
                raise UnknownError("it is read several times")
        yield from (value._replace(node=read, is_new=False) for read in reads)

    def _of_holder(self, value: Value, holder: ast.expr, statement: ast.AST) -> Iterator[Value]:
        """Yield the reads of a dict that a value is stored in."""
        match holder:
            case ast.Name() if value.file.names.scope_of[holder].find(holder.id) is not None:
                if any(binding.qualified for binding in value.file.names.bindings(holder)):
                    raise UnknownError("an imported dict")
                yield from self.of_target(value, holder, statement)
            case ast.Attribute():
                yield from self.of_target(value, holder, statement)
            case _:
                raise UnknownError("an unknown dict")

    def _of_attribute(self, value: Value, target: ast.Attribute) -> Iterator[Value]:
        """Yield the reads of an attribute, by its name in the whole tree."""
        owner = class_around(target, value.file)
        if owner is None or not isinstance(target.value, ast.Name) or target.value.id != SELF:
            raise UnknownError("an attribute of an unknown object")
        relatives = value.file.relatives(owner.name)
        for file in self._definitions.files_with(target.attr):
            reads: list[ast.expr] = []
            for node in file.names.nodes_of(ast.Attribute):
                if node.attr != target.attr or not isinstance(node.ctx, ast.Load) or is_of_tensorflow(node, file):
                    continue
                reader = class_around(node, file)
                is_own = isinstance(node.value, ast.Name) and node.value.id == SELF and reader is not None
                if not is_own or (reader is not None and reader.name in relatives):
                    reads.append(node)
            if any(node.value == target.attr for node in arguments_of_getattr(file)):
                raise UnknownError("getattr may read it")
            yield from self._all(value._replace(file=file), reads, None)

    def _require_plain_names(self, scope: ast.AST, file: SourceFile) -> None:
        """Raise UnknownError if a function reads all its names at once."""
        for call in file.names.nodes_of(ast.Call):
            reads_all = isinstance(call.func, ast.Name) and call.func.id in (_RUNNING if call.args else _LISTING)
            if reads_all and function_around(call, file) is scope:
                raise UnknownError("all names of the function are read")

    def _require_plain_module(self, file: SourceFile) -> None:
        """Raise UnknownError if code in a module may read all its names at once."""
        self._require_plain_names(file.names.tree, file)
        for name in _GLOBAL:
            if any(isinstance(file.names.parents.get(read), ast.Call) for read in file.names.reads(name)):
                raise UnknownError("all names of the module are read")


def _name_of(function: ast.AST, file: SourceFile) -> tuple[str, bool]:
    """Return the name of a function whose result is followed, and whether it is a property.

    Raises:
      UnknownError: If its result may be kept, or go elsewhere.
    """
    if isinstance(function, ast.Lambda):
        statement = file.names.parents.get(function)
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            raise UnknownError("a lambda returns it")
        return targets[0].id, False
    if not isinstance(function, DEFINITIONS):
        raise UnknownError("it is returned")
    decorators = {last_component(decorator) for decorator in function.decorator_list}
    if not decorators <= _DECORATORS:
        raise UnknownError("a decorator may get it")
    generators = (ast.Yield, ast.YieldFrom)
    if any(isinstance(node, generators) for node in ast.walk(function)) or function.name.startswith("__"):
        raise UnknownError("a generator, or a method that Python calls")
    return function.name, "property" in decorators
