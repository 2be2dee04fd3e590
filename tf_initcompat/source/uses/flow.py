"""The way of an initializer through a tree, from the place that makes it to the calls that make tensors with it."""

import ast
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.syntax.scope_visitor import SELF, defaults
from tf_initcompat.source.uses.callees import Callee, Callees, UnknownError, class_around, function_around
from tf_initcompat.source.uses.consumers import Consumer, ConsumerKind
from tf_initcompat.source.uses.execution import are_exclusive, runs_once_for_each
from tf_initcompat.source.uses.expressions import (
    arguments_of_getattr,
    is_default,
    is_get_of_dict,
    is_test,
    keeps_meaning,
    literal,
    named,
)
from tf_initcompat.source.uses.makers import maker, takes_initializer

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Number of steps that are followed for one initializer.
_STEPS: Final = 400
#: Functions that read all names of a function, without arguments and with them.
_LISTING: Final = frozenset({"locals", "vars"})
_RUNNING: Final = frozenset({"eval", "exec"})
#: Methods of an external class that take an initializer.
_METHODS: Final = (".add_weight", ".add_variable", ".__init__")


class _Value(NamedTuple):
    """An expression that stands for the initializer, or for something that contains it.

    Attributes:
      node: The expression.
      file: Its file.
      keys: Keys of the dicts around the initializer, the outermost first; None is a key that is no literal.
      is_class: Whether it is the class of the initializer and not an instance.
    """

    node: ast.expr
    file: SourceFile
    keys: tuple[str | None, ...] = ()
    is_class: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the expression is the initializer itself."""
        return not self.keys


class Flow:
    """Follows one initializer.

    Args:
      file: File that makes the initializer.
      is_repeatable: Whether an instance may make any number of tensors. Otherwise it has to make one, at most.
    """

    def __init__(self, file: SourceFile, is_repeatable: bool) -> None:
        self._file, self._is_repeatable = file, is_repeatable
        self._callees = Callees(file)
        self._seen: set[tuple[ast.AST, tuple[str | None, ...]]] = set()

    def consumers(self, node: ast.expr, is_class: bool = False) -> Sequence[Consumer]:
        """Return all calls that make tensors with an initializer; nothing if one of them may be unknown.

        Args:
          node: Expression that makes the initializer, or its class.
          is_class: Whether it is the class.
        """
        try:
            return list(self._follow(_Value(node, self._file, is_class=is_class)))
        except UnknownError:
            return []

    def _follow(self, value: _Value) -> Iterator[Consumer]:
        """Yield the consumers of a value.

        Raises:
          UnknownError: If one of them is unknown, or if there may be too many.
        """
        if (value.node, value.keys) in self._seen:
            if not self._is_repeatable:
                raise UnknownError("a function that calls itself may get it twice")
            return
        self._seen.add((value.node, value.keys))
        if len(self._seen) > _STEPS:
            raise UnknownError("it is passed on too often")
        names = value.file.names
        parent = names.parents.get(value.node)
        if is_test(value.node, value.file):
            return
        match parent:
            case ast.keyword():
                call = names.parents[parent]
                if not isinstance(call, ast.Call):
                    raise UnknownError("a class statement gets it")
                yield from self._of_keyword(value, call, parent.arg)
            case ast.Call() if parent.func is value.node:
                yield from self._of_instance(value, parent)
            case ast.Call():
                yield from self._of_argument(value, parent)
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
                targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
                for target in targets:
                    yield from self._of_target(value, target, parent)
                if isinstance(parent, ast.NamedExpr):
                    yield from self._follow(value._replace(node=parent))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if is_default(value.node, parent.args):
                parameter = next(name for name, default in defaults(parent.args) if default is value.node)
                self._require_repeatable()
                yield from self._reads(value, names.loads(parameter.arg, names.scope_of[parameter]), None)
            case ast.Lambda():
                yield from self._of_result(value, parent)
            case ast.Return():
                yield from self._of_result(value, function_around(parent, value.file))
            case ast.IfExp() | ast.BoolOp():
                yield from self._follow(value._replace(node=parent))
            case ast.Dict() if value.node in parent.values:
                key = parent.keys[parent.values.index(value.node)]
                yield from self._follow(value._replace(node=parent, keys=(literal(key), *value.keys)))
            case ast.Subscript() if parent.value is value.node and value.keys and isinstance(parent.ctx, ast.Load):
                yield from self._of_item(value, parent, parent.slice)
            case ast.Subscript() if parent.value is value.node and value.keys:
                return  # another item is stored
            case ast.Attribute() if parent.value is value.node and value.keys:
                yield from self._of_method(value, parent)
            case ast.Expr():
                return
            case _:
                raise UnknownError("it is used in an unknown way")

    def _require_repeatable(self) -> None:
        if not self._is_repeatable:
            raise UnknownError("it may make several tensors")

    def _reads(self, value: _Value, reads: Sequence[ast.expr], origin: ast.AST | None) -> Iterator[Consumer]:
        """Yield the consumers of a value in all places that read it.

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
        for read in reads:
            yield from self._follow(value._replace(node=read))

    def _of_target(self, value: _Value, target: ast.expr, statement: ast.AST) -> Iterator[Consumer]:
        """Yield the consumers of a value that is assigned to a name, an attribute or an item."""
        file = value.file
        match target:
            case ast.Name():
                scope = file.names.scope_of[target].find(target.id)
                if scope is None or isinstance(scope.node, ast.ClassDef):
                    raise UnknownError("an attribute of a class")
                if scope is file.names.module_scope and file.is_imported(target.id):
                    self._require_repeatable()
                    for other in self._callees.files_with(target.id):
                        if other is not file:
                            yield from self._reads(value._replace(file=other), named(target.id, other), None)
                self._require_plain_names(target, file)
                yield from self._reads(value, file.names.loads(target.id, scope), statement)
            case ast.Attribute():
                self._require_repeatable()
                yield from self._of_attribute(value, target)
            case ast.Subscript():
                self._require_repeatable()
                yield from self._of_holder(
                    value._replace(keys=(literal(target.slice), *value.keys)), target.value, statement
                )
            case _:
                raise UnknownError("it is unpacked")

    def _of_holder(self, value: _Value, holder: ast.expr, statement: ast.AST) -> Iterator[Consumer]:
        """Yield the consumers of a value that is stored in a dict."""
        match holder:
            case ast.Name() if value.file.names.scope_of[holder].find(holder.id) is not None:
                bindings = value.file.names.bindings(holder)
                if any(binding.qualified for binding in bindings):
                    raise UnknownError("an imported dict")
                yield from self._of_target(value, holder, statement)
            case ast.Attribute():
                yield from self._of_target(value, holder, statement)
            case _:
                raise UnknownError("an unknown dict")

    def _of_attribute(self, value: _Value, target: ast.Attribute) -> Iterator[Consumer]:
        """Yield the consumers of a value that is assigned to an attribute, by its name in the whole tree."""
        owner = class_around(target, value.file)
        if owner is None or not isinstance(target.value, ast.Name) or target.value.id != SELF:
            raise UnknownError("an attribute of an unknown object")
        relatives = value.file.relatives(owner.name)
        for file in self._callees.files_with(target.attr):
            reads: list[ast.expr] = []
            for node in file.names.nodes_of(ast.Attribute):
                if node.attr != target.attr or not isinstance(node.ctx, ast.Load):
                    continue
                reader = class_around(node, file)
                is_own = isinstance(node.value, ast.Name) and node.value.id == SELF and reader is not None
                if not is_own or (reader is not None and reader.name in relatives):
                    reads.append(node)
            if any(node.value == target.attr for node in arguments_of_getattr(file)):
                raise UnknownError("getattr may read it")
            yield from self._reads(value._replace(file=file), reads, None)

    def _of_result(self, value: _Value, function: ast.AST) -> Iterator[Consumer]:
        """Yield the consumers of a value that a function returns."""
        file = value.file
        if isinstance(function, ast.Lambda):
            statement = file.names.parents.get(function)
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            if len(targets) != 1 or not isinstance(targets[0], ast.Name):
                raise UnknownError("a lambda returns it")
            name, is_property = targets[0].id, False
        elif isinstance(function, _FUNCTIONS):
            decorators = {last_component(decorator) for decorator in function.decorator_list}
            if not decorators <= {"property", "staticmethod", "classmethod"}:
                raise UnknownError("a decorator may get it")
            name, is_property = function.name, "property" in decorators
            generators = (ast.Yield, ast.YieldFrom)
            if any(isinstance(node, generators) for node in ast.walk(function)) or name.startswith("__"):
                raise UnknownError("a generator, or a method that Python calls")
        else:
            raise UnknownError("it is returned")
        if is_property:
            self._require_repeatable()
        for other in self._callees.files_with(name):
            if any(node.asname and node.name == name for node in other.names.nodes_of(ast.alias)):
                raise UnknownError("a function that returns it has another name")
            if any(node.value == name for node in other.names.nodes_of(ast.Constant)):
                raise UnknownError("a function that returns it may be looked up")
            for read in named(name, other):
                parent = other.names.parents.get(read)
                if is_property:
                    yield from self._follow(value._replace(node=read, file=other))
                elif isinstance(parent, ast.Call) and parent.func is read:
                    # Each call returns another instance: what one of them reaches does not count for the others.
                    seen = set(self._seen)
                    yield from self._follow(value._replace(node=parent, file=other))
                    if not self._is_repeatable:
                        self._seen = seen
                else:
                    raise UnknownError("a function that returns it is passed on")

    def _of_instance(self, value: _Value, call: ast.Call) -> Iterator[Consumer]:
        """Yield a call of the instance, which takes a shape and a dtype; a call of the class makes an instance."""
        if not value.is_plain:
            raise UnknownError("a container is called")
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        if value.is_class:
            if call.args or keywords:
                raise UnknownError("the class gets arguments")
            yield from self._follow(value._replace(node=call, is_class=False))
            return
        positional = dict(zip(("shape", "dtype"), call.args, strict=False))
        is_plain = len(call.args) <= 2 and not any(isinstance(argument, ast.Starred) for argument in call.args)
        if not is_plain or not keywords.keys() <= {"shape", "dtype"} or "shape" not in {*keywords, *positional}:
            raise UnknownError("the instance gets other arguments")
        yield Consumer(ConsumerKind.CALL, call, keywords.get("dtype") or positional.get("dtype"), value.file)

    def _of_argument(self, value: _Value, call: ast.Call) -> Iterator[Consumer]:
        """Yield the consumers of a positional argument."""
        position = call.args.index(value.node)
        if any(isinstance(argument, ast.Starred) for argument in call.args[: position + 1]):
            raise UnknownError("a list of arguments")
        if keeps_meaning(call, value.file):
            return
        if position == 1 and is_get_of_dict(call):
            self._require_repeatable()
            yield from self._follow(value._replace(node=call))
            return
        for callee in self._callees.of(call.func, value.file):
            if callee.function is None:
                row = maker(callee.qualified)
                parameter = row.positional[position] if row and position < len(row.positional) else ""
                yield self._made(value, call, callee, parameter)
                continue
            parameters = [*callee.function.args.posonlyargs, *callee.function.args.args][callee.bound :]
            if position >= len(parameters):
                raise UnknownError("a list of arguments")
            yield from self._of_parameter(value, callee, parameters[position])

    def _of_keyword(self, value: _Value, call: ast.Call, name: str | None) -> Iterator[Consumer]:
        """Yield the consumers of a keyword argument, or of an unpacked dict."""
        if name is None:
            key = value.keys[0] if value.keys else None
            if key is None:
                raise UnknownError("unknown keywords")
            name, value = key, value._replace(keys=value.keys[1:])
        if isinstance(call.func, ast.Name) and call.func.id == "dict" and not value.file.names.bindings(call.func):
            yield from self._follow(value._replace(node=call, keys=(name, *value.keys)))
            return
        for callee in self._callees.of(call.func, value.file):
            if callee.function is None:
                yield self._made(value, call, callee, name)
                continue
            arguments = callee.function.args
            parameters = {parameter.arg: parameter for parameter in (*arguments.args, *arguments.kwonlyargs)}
            if name in parameters:
                yield from self._of_parameter(value, callee, parameters[name])
            elif arguments.kwarg:
                yield from self._of_parameter(value._replace(keys=(name, *value.keys)), callee, arguments.kwarg)
            else:
                raise UnknownError("the function has no such parameter")

    def _of_parameter(self, value: _Value, callee: Callee, parameter: ast.arg) -> Iterator[Consumer]:
        """Yield the consumers of a parameter of a function in the tree."""
        file = callee.file
        assert file is not None
        self._require_plain_names(parameter, file)
        reads = file.names.loads(parameter.arg, file.names.scope_of[parameter])
        yield from self._reads(value._replace(file=file), reads, parameter)

    def _made(self, value: _Value, call: ast.Call, callee: Callee, parameter: str) -> Consumer:
        """Return a call of TensorFlow that makes variables.

        Raises:
          UnknownError: If the function is unknown, or makes several variables and the instance must not.
        """
        row = maker(callee.qualified)
        is_method = callee.bound and not callee.qualified.endswith(_METHODS)
        if row is None or is_method or not takes_initializer(parameter):
            raise UnknownError("an unknown function gets it")
        if parameter.endswith("initializers") != bool(value.keys) or len(value.keys) > 1:
            raise UnknownError("a dict of initializers")
        is_unpacked = any(isinstance(argument, ast.Starred) for argument in call.args)
        if not row.makes_one or is_unpacked or any(keyword.arg is None for keyword in call.keywords):
            self._require_repeatable()
        if value.keys:
            self._require_repeatable()
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        positional = dict(zip(row.positional, call.args, strict=False))
        return Consumer(ConsumerKind.VARIABLE, call, keywords.get("dtype") or positional.get("dtype"), value.file)

    def _of_item(self, value: _Value, item: ast.expr, key: ast.expr) -> Iterator[Consumer]:
        """Yield the consumers of an item of a dict, unless it is another item."""
        self._require_repeatable()
        wanted = literal(key)
        if wanted is None or value.keys[0] is None or wanted == value.keys[0]:
            yield from self._follow(value._replace(node=item, keys=value.keys[1:]))

    def _of_method(self, value: _Value, attribute: ast.Attribute) -> Iterator[Consumer]:
        """Yield the consumers of what a method of a dict returns."""
        call = value.file.names.parents.get(attribute)
        if not isinstance(call, ast.Call) or call.func is not attribute:
            raise UnknownError("an attribute of it is read")
        if attribute.attr in ("get", "pop") and call.args:
            yield from self._of_item(value, call, call.args[0])
        elif attribute.attr == "copy":
            self._require_repeatable()
            yield from self._follow(value._replace(node=call))
        elif attribute.attr != "update":
            raise UnknownError("a method of the dict")

    def _require_plain_names(self, node: ast.AST, file: SourceFile) -> None:
        """Raise UnknownError if the function around a name reads all its names at once."""
        scope = file.names.scope_of[node].node
        for call in file.names.nodes_of(ast.Call):
            reads_all = isinstance(call.func, ast.Name) and call.func.id in (_RUNNING if call.args else _LISTING)
            if reads_all and function_around(call, file) is scope:
                raise UnknownError("all names of the function are read")
