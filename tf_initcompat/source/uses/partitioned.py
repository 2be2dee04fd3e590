"""Partitioned variables: where the variable of an initializer gets its partitioner, in the same file."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.syntax import values
from tf_initcompat.source.syntax.names import Names, last_component
from tf_initcompat.source.syntax.scope_visitor import DEFINITIONS, FUNCTIONS, defaults

_PARTITIONER: Final = "partitioner"
_SETTER: Final = "set_partitioner"
_BLOCKS: Final = (ast.With, ast.AsyncWith)


class Partitioned:
    """Follows initializers to the variables that they fill.

    Args:
      names: Names of the file.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._partitioning = {call for call in names.nodes_of(ast.Call) if self._has_partitioner(call)}

    def line(self, initializer: ast.expr) -> int:
        """Return the first line that gives a partitioner to a variable of an initializer, or 0 if none does.

        Args:
          initializer: Expression that makes the initializer.
        """
        return min(self._lines(initializer, {initializer}), default=0) if self._partitioning else 0

    def _has_partitioner(self, call: ast.Call) -> bool:
        """Return whether a call gets a partitioner that is not None everywhere in the file."""
        given = call.args[:1] if last_component(call.func) == _SETTER else []
        given += [keyword.value for keyword in call.keywords if keyword.arg and keyword.arg.endswith(_PARTITIONER)]
        for options in (keyword.value for keyword in call.keywords if keyword.arg is None):
            given += [value for source in values.sources(options, self._names) for value in _options(source)]
        return any(
            not (isinstance(source, ast.Constant) and source.value is None)
            for value in given
            for source in values.sources(value, self._names)
        )

    def _lines(self, node: ast.expr, seen: set[ast.AST]) -> Iterator[int]:
        """Yield the lines that give a partitioner to a variable of an expression."""
        parent = self._names.parents.get(node)
        if isinstance(parent, ast.keyword):
            parent = self._names.parents[parent]
        followers: list[ast.expr] = []
        match parent:
            case ast.IfExp() | ast.BoolOp() | ast.Dict():
                followers = [parent]
            case ast.Assign():
                followers = [read for target in parent.targets for read in self._reads(target)]
            case ast.AnnAssign() | ast.NamedExpr():
                followers = self._reads(parent.target)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                followers = self._reads_of_default(parent.args, node)
                if isinstance(parent, ast.Lambda) and parent.body is node:
                    followers = [*self._calls_of(parent)]
            case ast.Return():
                function = self._names.function_around(parent)
                followers = [*self._calls_of(function)] if function else []
            case ast.Call() if parent.func is not node:
                yield from self._lines_of_call(parent)
                followers = [*self._reads_of_argument(parent, node)]
                if last_component(parent.func) == "dict":
                    followers.append(parent)
            case _:
                pass
        for follower in followers:
            if follower not in seen:
                seen.add(follower)
                yield from self._lines(follower, seen)

    def _lines_of_call(self, call: ast.Call) -> Iterator[int]:
        """Yield the lines that give a partitioner to a variable that a call makes."""
        if call in self._partitioning:
            yield call.lineno
        item = self._names.parents.get(call)
        block = self._names.parents.get(item) if isinstance(item, ast.withitem) else None
        if isinstance(block, _BLOCKS):  # a scope passes the initializer on to the variables inside
            inside = {node for statement in block.body for node in ast.walk(statement)}
            yield from (other.lineno for other in self._partitioning if other in inside)
        yield from self._lines_around(call, set())

    def _lines_around(self, node: ast.AST, seen: set[ast.AST]) -> Iterator[int]:
        """Yield the lines of the scopes with a partitioner around a node, also around the calls of its function."""
        for outer in self._names.ancestors(node):
            if isinstance(outer, _BLOCKS):
                scopes = (item.context_expr for item in outer.items)
                yield from (scope.lineno for scope in scopes if scope in self._partitioning)
            if isinstance(outer, (*DEFINITIONS, ast.Module)):
                yield from (call.lineno for call in self._setters if self._function_around(call) is outer)
            if isinstance(outer, FUNCTIONS) and outer not in seen:
                seen.add(outer)
                for call in self._calls_of(outer):
                    yield from self._lines_around(call, seen)

    @property
    def _setters(self) -> list[ast.Call]:
        return [call for call in self._partitioning if last_component(call.func) == _SETTER]

    def _function_around(self, node: ast.AST) -> ast.AST:
        outer = self._names.ancestors(node)
        return next(function for function in outer if isinstance(function, (*DEFINITIONS, ast.Module)))

    def _calls_of(self, function: ast.AST) -> list[ast.Call]:
        """Return the calls of a function by its name, or by the name that a lambda is assigned to."""
        if isinstance(function, DEFINITIONS):
            names = {values.called_name(function, self._names)}
        else:
            statement = self._names.parents.get(function)
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            names = {target.id for target in targets if isinstance(target, ast.Name)}
        return [call for name in names for call in values.calls_of(name, self._names)]

    def _reads(self, target: ast.expr) -> list[ast.expr]:
        """Return the places that read what an assignment binds: a name, an attribute or an item."""
        if isinstance(target, ast.Name):
            scope = self._names.scope_of[target].find(target.id)
            return [*self._names.loads(target.id, scope)] if scope else []
        return self._names.reads_like(target) if isinstance(target, (ast.Attribute, ast.Subscript)) else []

    def _reads_of_default(self, arguments: ast.arguments, default: ast.expr) -> list[ast.expr]:
        parameter = next((parameter for parameter, value in defaults(arguments) if value is default), None)
        return self._reads_of_parameter(parameter) if parameter else []

    def _reads_of_argument(self, call: ast.Call, argument: ast.expr) -> Iterator[ast.expr]:
        """Yield the places that read an argument inside of the functions of the file that a call may mean."""
        name = last_component(call.func)
        functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [
            *self._names.nodes_of(ast.FunctionDef),
            *self._names.nodes_of(ast.AsyncFunctionDef),
        ]
        for function in functions if values.is_local(call, self._names) else ():
            if values.called_name(function, self._names) == name:
                for parameter in values.parameters_of(argument, call, function):
                    yield from self._reads_of_parameter(parameter)

    def _reads_of_parameter(self, parameter: ast.arg) -> list[ast.expr]:
        return [*self._names.loads(parameter.arg, self._names.scope_of[parameter])]


def _options(node: ast.AST | None) -> list[ast.expr]:
    """Return the partitioners in a dict of options."""
    if isinstance(node, ast.Call):
        return [keyword.value for keyword in node.keywords if keyword.arg == _PARTITIONER]
    if not isinstance(node, ast.Dict):
        return []
    pairs = zip(node.keys, node.values, strict=True)
    return [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == _PARTITIONER]
