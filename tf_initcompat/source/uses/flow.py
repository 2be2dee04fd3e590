"""The way of an initializer through a tree, from the place that makes it to the calls that make tensors with it."""

import ast
import functools
from collections.abc import Iterator, Sequence
from typing import Final

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.project.tree import Effect, is_test_file
from tf_initcompat.source.syntax.scope_visitor import defaults
from tf_initcompat.source.uses.arguments import Arguments
from tf_initcompat.source.uses.callees import Callees
from tf_initcompat.source.uses.consumers import Consumer
from tf_initcompat.source.uses.definitions import Definitions, function_around
from tf_initcompat.source.uses.expressions import is_default, is_test, literal
from tf_initcompat.source.uses.reads import Reads
from tf_initcompat.source.uses.value import UnknownError, Value

#: Number of steps that are followed for one initializer.
_STEPS: Final = 400
#: Argument of a scope, and method, that set a custom getter.
_GETTER: Final = "custom_getter"
_SETTER: Final = "set_custom_getter"

_Seen = set[tuple[ast.AST, tuple[str | None, ...]]]


class Flow:
    """Follows initializers of a file.

    Args:
      file: File that makes the initializers.
      is_repeatable: Whether an instance may make any number of tensors. Otherwise it has to make one, at most.
    """

    def __init__(self, file: SourceFile, is_repeatable: bool) -> None:
        self._file, self._is_repeatable = file, is_repeatable
        self._definitions = Definitions(file)
        self._reads = Reads(self._definitions, is_repeatable)
        self._arguments = Arguments(Callees(self._definitions), self._reads)

    def consumers(self, node: ast.expr, is_class: bool = False) -> Sequence[Consumer]:
        """Return all calls that make tensors with an initializer; nothing if one of them may be unknown.

        Args:
          node: Expression that makes the initializer, or its class.
          is_class: Whether it is the class.
        """
        try:
            consumers = list(self.follow(Value(node, self._file, is_class=is_class), set()))
        except UnknownError:
            return []
        makes_variable = any(consumer.makes_variable for consumer in consumers)
        return [] if makes_variable and not self._getters_pass_on else consumers

    @functools.cached_property
    def _getters_pass_on(self) -> bool:
        """Whether the custom getters of the tree, which get each initializer, do nothing unknown with it."""
        if not self._file.origin(Effect.CUSTOM_GETTER):
            return True
        try:
            for value in self._values_of_getters():
                for _ in self.follow(value, set()):
                    pass
        except UnknownError:
            return False
        return True

    def _values_of_getters(self) -> Iterator[Value]:
        """Yield the reads of the initializer that TensorFlow passes to the custom getters of the tree.

        Raises:
          UnknownError: If a getter is unknown.
        """
        for file in (*self._definitions.files_with(_GETTER), *self._definitions.files_with(_SETTER)):
            if is_test_file(file.path) and file is not self._file:
                continue
            getters = [keyword.value for keyword in file.names.nodes_of(ast.keyword) if keyword.arg == _GETTER]
            for call in file.names.calls_named(_SETTER):
                getters += call.args[:1]
            for getter in getters:
                for definition in self._definitions.of(getter, file):
                    yield from self._reads.of_getter(definition)

    def follow(self, value: Value, seen: _Seen) -> Iterator[Consumer]:
        """Yield the consumers of a value.

        Args:
          value: The value.
          seen: Places at which the same instance has been, which are added to.

        Raises:
          UnknownError: If one of them is unknown, or if there may be too many.
        """
        if (value.node, value.keys) in seen:
            if not self._is_repeatable:
                raise UnknownError("a function that calls itself may get it twice")
            return
        seen.add((value.node, value.keys))
        if len(seen) > _STEPS:
            raise UnknownError("it is passed on too often")
        if is_test(value.node, value.file):
            return
        for step in self._steps(value):
            if isinstance(step, Consumer):
                yield step
            elif step.is_new and not self._is_repeatable:
                yield from self.follow(step, set(seen))  # the places of one instance do not count for another
            else:
                yield from self.follow(step, seen)

    def _steps(self, value: Value) -> Iterator[Consumer | Value]:
        """Yield the consumers of a value at its own place, and the next places."""
        names = value.file.names
        parent = names.parents.get(value.node)
        match parent:
            case ast.keyword():
                call = names.parents[parent]
                if not isinstance(call, ast.Call):
                    raise UnknownError("a class statement gets it")
                yield from self._arguments.of_keyword(value, call, parent.arg)
            case ast.Call() if parent.func is value.node:
                yield self._arguments.of_instance(value, parent)
            case ast.Call():
                yield from self._arguments.of_argument(value, parent)
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
                targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
                if len(targets) > 1 or isinstance(parent, ast.NamedExpr):
                    self._reads.require_repeatable()
                for target in targets:
                    yield from self._reads.of_target(value, target, parent)
                if isinstance(parent, ast.NamedExpr):
                    yield value._replace(node=parent)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if is_default(value.node, parent.args):
                parameter = next(name for name, default in defaults(parent.args) if default is value.node)
                yield from self._reads.of_default(value, parameter)
            case ast.Lambda():
                yield from self._reads.of_result(value, parent)
            case ast.Return():
                yield from self._reads.of_result(value, function_around(parent, value.file))
            case ast.IfExp() | ast.BoolOp():
                yield value._replace(node=parent)
            case ast.Dict() if value.node in parent.values:
                key = parent.keys[parent.values.index(value.node)]
                yield value._replace(node=parent, keys=(literal(key), *value.keys))
            case ast.Subscript() if parent.value is value.node and value.keys and isinstance(parent.ctx, ast.Load):
                yield from self._arguments.of_item(value, parent, parent.slice)
            case ast.Subscript() if parent.value is value.node and value.keys:
                return  # another item is stored
            case ast.Attribute() if parent.value is value.node and value.keys:
                yield from self._arguments.of_method(value, parent)
            case ast.Compare(ops=[ast.In() | ast.NotIn()]) if value.keys and parent.comparators == [value.node]:
                return  # it is asked whether there is such a key
            case ast.Expr():
                return
            case _:
                raise UnknownError("it is used in an unknown way")
