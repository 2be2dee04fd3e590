"""The scopes of TensorFlow 1 that name an initializer for the variables in them: `variable_scope` and `arg_scope`."""

import ast
import functools
import itertools
import os
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from tf_initcompat.catalog import creators
from tf_initcompat.catalog.creators import Creator
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.project.tree import Effect
from tf_initcompat.source.syntax import values
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.syntax.scope_visitor import DEFINITIONS
from tf_initcompat.source.uses.creations import creator_of

#: Scopes that begin from other scopes are followed this often.
_DEEPEST: Final = 3
#: Method that replaces the initializer of a scope, and function that returns the innermost scope.
_SETTER: Final = "set_initializer"
_INNERMOST: Final = "get_variable_scope"
_GETTER: Final = "custom_getter"
_NONE: Final = ast.Constant(None)


class Reaching(NamedTuple):
    """A scope that can name the initializer of a variable.

    Attributes:
      scope: The call that makes the scope, or that sets its initializer.
      initializer: Expression of the initializer; None if it cannot be followed.
      is_certain: Whether the variable is created inside of the scope; otherwise a caller may be.
      file: Name of the file with the scope, if it is another one.
    """

    scope: ast.Call
    initializer: ast.expr | None
    is_certain: bool
    file: str = ""

    def __str__(self) -> str:
        """Return the scope, for people."""
        place = f" of {self.file}" if self.file else ""
        return f"the {last_component(self.scope.func)} in line {self.scope.lineno}{place}"


class VariableScopes:
    """The scopes of a file.

    Args:
      file: The file.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file, self._names = file, file.names
        #: Context managers that are being followed, which ends a circle of calls.
        self._entered: set[ast.FunctionDef] = set()

    def reaching(self, node: ast.AST, parameter: str = "", creator: Creator | None = None) -> Reaching | None:
        """Return the scope that decides the initializer of a variable which a call creates, or None.

        Args:
          node: The call.
          parameter: Parameter that an `arg_scope` replaces; "" for the initializer of a `variable_scope`.
          creator: The callable, if an `arg_scope` is looked for.
        """
        if creator is not None:
            if not self._calls(creators.ARG_SCOPES):
                return None  # the quick answer for most files
            return next(self._around(node, parameter, creator, is_certain=True, seen=set()), None)
        seen: set[ast.AST] = set()
        found = next(self._around(node, parameter, None, is_certain=True, seen=seen), None)
        return found or next(self._of_root(), None) or next(self._elsewhere(seen), None)

    def anywhere(self) -> Reaching | None:
        """Return the first `variable_scope` of the file that names an initializer, or None."""
        for scope in self._calls(creators.VARIABLE_SCOPES):
            if (initializer := self._initializer(scope)) is not None:
                return Reaching(scope, initializer, is_certain=False)
        return None

    def calling(self, names: Collection[str]) -> Iterator[Reaching]:
        """Yield the scopes around the calls of functions by their names."""
        for call in self._names.calls_named(*names):
            yield from self._around(call, "", None, is_certain=False, seen=set())

    def _elsewhere(self, functions: Collection[ast.AST]) -> Iterator[Reaching]:
        """Yield the scopes of other files around the calls of functions, or of the classes whose methods they are."""
        names = {values.called_name(node, self._names) for node in functions if isinstance(node, DEFINITIONS)}
        owners = (self._names.parents[node] for node in functions)
        names |= {owner.name for owner in owners if isinstance(owner, ast.ClassDef)}
        for file, scopes in self._others if names else ():
            for found in scopes.calling(names):
                yield found._replace(file=os.path.basename(file.path))

    @functools.cached_property
    def _others(self) -> list[tuple[SourceFile, "VariableScopes"]]:
        """The other files that name initializers in scopes and may import this one."""
        opened = map(self._file.other, self._file.importers_with(Effect.SCOPE_INITIALIZER))
        return [(file, VariableScopes(file)) for file in opened if file is not None]

    def _around(
        self, node: ast.AST, parameter: str, creator: Creator | None, is_certain: bool, seen: set[ast.AST]
    ) -> Iterator[Reaching]:
        """Yield the scopes around a node and around the calls of its functions, the innermost first."""
        for outer in self._names.ancestors(node):
            if isinstance(outer, (ast.With, ast.AsyncWith)) and node is not outer:
                for item in reversed(outer.items):
                    if creator is None:
                        yield from self._of_setters(node, outer, item, is_certain)
                    yield from self._of_item(item.context_expr, parameter, creator, is_certain)
                for call in self._names.calls_named("enter_context"):
                    if call.args and _line(call) < _line(node) and self._is_in(call, outer):
                        yield from self._of_item(call.args[0], parameter, creator, is_certain)
            if isinstance(outer, DEFINITIONS) and outer not in seen:
                seen.add(outer)
                yield from self._of_decorators(outer, parameter, creator)
                for call in values.calls_of(values.called_name(outer, self._names), self._names):
                    yield from self._around(call, parameter, creator, is_certain=False, seen=seen)

    def _of_item(
        self, context: ast.expr, parameter: str, creator: Creator | None, is_certain: bool
    ) -> Iterator[Reaching]:
        for source in values.sources(context, self._names):
            if isinstance(source, ast.Call):
                yield from self._of_call(source, parameter, creator, is_certain)

    def _of_call(
        self, context: ast.Call, parameter: str, creator: Creator | None, is_certain: bool
    ) -> Iterator[Reaching]:
        names = {creators.public_name(qualified)[0] for qualified in self._file.resolve(context.func) if qualified}
        if creator is None and names & creators.VARIABLE_SCOPES:
            yield from self._of_variable_scope(context, is_certain, depth=0)
        elif creator is not None and names & creators.ARG_SCOPES:
            yield from self._of_arg_scope(context, parameter, creator, is_certain, depth=0)
        for function in self._functions_of(context.func):  # context managers of the file
            if function not in self._entered:
                self._entered.add(function)
                yields = [node for node in self._names.nodes_of(ast.Yield) if self._is_in(node, function)]
                around = (self._around(node, parameter, creator, is_certain, seen={function}) for node in yields)
                found = [*itertools.chain.from_iterable(around)]
                self._entered.remove(function)
                yield from found

    def _of_decorators(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str, creator: Creator | None
    ) -> Iterator[Reaching]:
        """Yield the scopes in the decorators of a function, which may be around its calls."""
        scopes = creators.VARIABLE_SCOPES if creator is None else creators.ARG_SCOPES
        for decorator in function.decorator_list:
            for other in self._functions_of(decorator.func if isinstance(decorator, ast.Call) else decorator):
                for scope in self._calls(scopes):
                    if self._is_in(scope, other):
                        yield from self._of_call(scope, parameter, creator, is_certain=False)

    def _functions_of(self, callee: ast.expr) -> list[ast.FunctionDef]:
        """Return the functions of the file that a plain name may stand for."""
        name = callee.id if isinstance(callee, ast.Name) else ""
        return [function for function in self._names.nodes_of(ast.FunctionDef) if function.name == name]

    def _of_variable_scope(self, scope: ast.Call, is_certain: bool, depth: int) -> Iterator[Reaching]:
        """Yield a `variable_scope` if it names an initializer, or may do so; or the scope that it enters again."""
        if (initializer := self._initializer(scope)) is not None:
            may_be_none = any(map(_is_none, values.sources(initializer, self._names)))
            yield Reaching(scope, initializer, is_certain and not may_be_none)
        elif any(keyword.arg is None for keyword in scope.keywords) or not _is_none(_argument(scope, _GETTER, _NONE)):
            yield Reaching(scope, None, is_certain)
        elif scope.args and depth <= _DEEPEST:
            name = scope.args[0]
            bound = self._scope_named(name) if isinstance(name, ast.Name) else None
            if bound is not None:
                yield from self._of_variable_scope(bound, is_certain, depth + 1)
            elif self._may_be_scope(name):
                yield Reaching(scope, None, is_certain)

    def _may_be_scope(self, node: ast.expr) -> bool:
        """Return whether a name may be that of a scope object which names an initializer, by what it is called."""
        if "scope" not in last_component(node) or not self._file.origin(Effect.SCOPE_INITIALIZER):
            return False
        return not all(
            isinstance(source, (ast.BinOp, ast.Constant, ast.JoinedStr)) for source in values.sources(node, self._names)
        )

    def _of_setters(
        self, node: ast.AST, statement: ast.With | ast.AsyncWith, item: ast.withitem, is_certain: bool
    ) -> Iterator[Reaching]:
        """Yield the calls before a node that set the initializer of a scope which a `with` statement enters."""
        for setter in self._setters:
            scope = setter.func.value if isinstance(setter.func, ast.Attribute) else None
            around = [outer for outer in self._names.ancestors(setter) if isinstance(outer, (ast.With, ast.AsyncWith))]
            if statement not in around or scope is None or _line(setter) > _line(node):
                continue
            is_named = isinstance(item.optional_vars, ast.Name) and ast.unparse(scope) == item.optional_vars.id
            is_innermost = isinstance(scope, ast.Call) and last_component(scope.func) == _INNERMOST
            if is_named or (is_innermost and around[0] is statement):
                yield Reaching(setter, setter.args[0], is_certain)

    def _of_root(self) -> Iterator[Reaching]:
        """Yield the calls that set the initializer of a scope which no `with` statement around them enters."""
        for setter in self._setters:
            if not any(isinstance(outer, (ast.With, ast.AsyncWith)) for outer in self._names.ancestors(setter)):
                yield Reaching(setter, setter.args[0], is_certain=False)

    @functools.cached_property
    def _setters(self) -> list[ast.Call]:
        """The calls that set the initializer of a scope."""
        return [call for call in self._names.calls_named(_SETTER) if call.args]

    def _of_arg_scope(
        self, scope: ast.Call, parameter: str, creator: Creator, is_certain: bool, depth: int
    ) -> Iterator[Reaching]:
        """Yield an `arg_scope` if it replaces a parameter of a callable, or if that is unknown."""
        if not scope.args or depth > _DEEPEST:
            return
        first = scope.args[0]
        keyword = next((keyword for keyword in scope.keywords if keyword.arg == parameter), None)
        if isinstance(first, ast.Name) and (bound := self._scope_named(first)) is not None:
            yield from self._of_arg_scope(bound, parameter, creator, is_certain, depth + 1)
            return
        for source in values.sources(first, self._names):
            if isinstance(source, (ast.List, ast.Tuple)):
                is_listed = any(self._is_scoped(element, creator) for element in source.elts)
                if keyword is not None and is_listed:
                    yield Reaching(scope, keyword.value, is_certain)
                elif is_listed and any(keyword.arg is None for keyword in scope.keywords):
                    yield Reaching(scope, None, is_certain)
            elif isinstance(source, ast.Call):
                inner = list(self._arg_scopes_of(source))
                for each in inner:
                    yield from self._of_arg_scope(each, parameter, creator, is_certain, depth + 1)
                if not inner:
                    yield Reaching(scope, None, is_certain)
            else:
                yield Reaching(scope, None, is_certain)

    def _is_scoped(self, node: ast.expr, creator: Creator) -> bool:
        listed = creator_of(node, self._file)
        return listed is not None and listed.scoped_as == creator.scoped_as != ""

    def _arg_scopes_of(self, call: ast.Call) -> Iterator[ast.Call]:
        """Yield the scopes that a function of the file makes, such as `inception_arg_scope()`."""
        for function in self._functions_of(call.func):
            yield from (scope for scope in self._calls(creators.ARG_SCOPES) if self._is_in(scope, function))

    def _scope_named(self, name: ast.Name) -> ast.Call | None:
        """Return the scope that a `with ... as` binds to a name."""
        for statement in self._names.nodes_of(ast.With):
            for item in statement.items:
                is_bound = isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name.id
                if is_bound and isinstance(item.context_expr, ast.Call):
                    return item.context_expr
        return None

    def _is_in(self, node: ast.AST, function: ast.AST) -> bool:
        return any(outer is function for outer in self._names.ancestors(node))

    @functools.cache  # noqa: B019  # the object lives as long as the file
    def _calls(self, names: frozenset[str]) -> tuple[ast.Call, ...]:
        """Return the calls in the file that make scopes of some names."""
        last_names = {name.rpartition(".")[2] for name in names}
        return tuple(
            call
            for call in self._names.calls_named(*last_names)
            if any(
                creators.public_name(qualified)[0] in names for qualified in self._file.resolve(call.func) if qualified
            )
        )

    def _initializer(self, scope: ast.Call) -> ast.expr | None:
        """Return the initializer that a `variable_scope` names, or None."""
        given = _argument(scope, "initializer")
        if given is None and len(scope.args) > creators.SCOPE_INITIALIZER:
            given = scope.args[creators.SCOPE_INITIALIZER]
        return None if _is_none(given) else given


def _argument(call: ast.Call, name: str, default: ast.expr | None = None) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), default)


def _is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _line(node: ast.AST) -> int:
    assert isinstance(node, (ast.expr, ast.stmt))
    return node.lineno
