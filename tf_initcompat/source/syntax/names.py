"""What a name in a file stands for: Python's scopes, imports and aliases, without running anything.

A name stands for a set of candidates: qualified names, such as "tensorflow.compat.v1", and None for what is unknown.
More than one is usual: `try`/`except ImportError`, `tf = tf.compat.v1` under an `if`.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

#: Candidates of a name: qualified names; None for anything that is not known.
Candidates = frozenset[str | None]
UNKNOWN: Final[Candidates] = frozenset({None})

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


_SILENT: Final = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
#: The method of `Names` for each kind of node.
_VISITORS: Final[dict[type, Callable[..., None]]] = {}


class Binding(NamedTuple):
    """Something that gives a name a value.

    Attributes:
      node: The alias of an import, or the node that binds the name.
      statement: The import statement; None for other bindings.
      qualified: What an import binds; a relative import keeps its dots.
      value: The expression that is assigned, if the binding is an assignment of an expression.
      scope: The scope in which the expression is to be read.
    """

    node: ast.AST
    statement: ast.Import | ast.ImportFrom | None = None
    qualified: str | None = None
    value: ast.expr | None = None
    scope: "Scope | None" = None


class Scope:
    """A scope of Python: a module, class, function or comprehension."""

    def __init__(self, node: ast.AST, parent: "Scope | None") -> None:
        self.node, self.parent = node, parent
        self.bindings: dict[str, list[Binding]] = {}
        self.outer: dict[str, Scope] = {}

    def bind(self, name: str, binding: Binding) -> None:
        """Adds a binding, in the scope that `global` and `nonlocal` say."""
        self.outer.get(name, self).bindings.setdefault(name, []).append(binding)

    def find(self, name: str) -> "Scope | None":
        """Returns the scope in which a name that is read here is bound."""
        scope: Scope | None = self.outer.get(name, self)
        while scope is not None:
            if name in scope.bindings and (scope is self or not isinstance(scope.node, ast.ClassDef)):
                return scope
            scope = scope.parent
        return None

    def contains(self, inner: "Scope") -> bool:
        """Returns whether another scope is this one or inside it."""
        scope: Scope | None = inner
        while scope is not None and scope is not self:
            scope = scope.parent
        return scope is self

    def module(self) -> "Scope":
        """Returns the module's scope."""
        return self if self.parent is None else self.parent.module()


class Names(ast.NodeVisitor):
    """The scopes of a module.

    Args:
      tree: The module's syntax tree.

    Attributes:
      scope_of: The scope in which each name, attribute, call, string, import and definition stands.
      nodes: The nodes of each type, in the order of the visit.
      scopes: All scopes.
      parents: The parent of each node.
      stars: Modules of which everything is imported.
      imports: The alias nodes of imports with their bindings.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope(tree, None)
        self.scope_of: dict[ast.AST, Scope] = {}
        self.nodes: defaultdict[type, list[Any]] = defaultdict(list)
        self.scopes: list[Scope] = [self.module]
        self.parents: dict[ast.AST, ast.AST] = {}
        self.stars: list[str] = []
        self.imports: list[tuple[Binding, Scope, str]] = []
        self._loads: defaultdict[str, list[ast.Name]] | None = None
        self._scope = self.module
        self._visit_all(tree)

    def _visit_all(self, node: ast.AST) -> None:
        # What ast.iter_child_nodes does, without its generators and without nodes that say nothing of names.
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                for child in value:
                    if isinstance(child, ast.AST) and not isinstance(child, _SILENT):
                        self._visit_child(child, node)
            elif isinstance(value, ast.AST) and not isinstance(value, _SILENT):
                self._visit_child(value, node)

    def _visit_child(self, child: ast.AST, parent: ast.AST) -> None:
        self.parents[child] = parent
        self.scope_of[child] = self._scope
        kind = child.__class__
        self.nodes[kind].append(child)
        visitor = _VISITORS.get(kind)
        if visitor is None:
            visitor = _VISITORS[kind] = getattr(Names, f"visit_{kind.__name__}", Names.generic_visit)
        visitor(self, child)

    def generic_visit(self, node: ast.AST) -> None:
        """Visits what has no scope of its own."""
        self._visit_all(node)

    def _open(self, node: ast.AST) -> Scope:
        """Goes into a new scope and returns the one around it."""
        outer, self._scope = self._scope, Scope(node, self._scope)
        self.scopes.append(self._scope)
        return outer

    def _inside(self, node: ast.AST, children: list[ast.AST]) -> None:
        outer = self._open(node)
        for child in children:
            self._visit_child(child, node)
        self._scope = outer

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        outside: list[ast.AST] = [*node.args.defaults, *(one for one in node.args.kw_defaults if one)]
        body = node.body if isinstance(node.body, list) else [node.body]
        if not isinstance(node, ast.Lambda):
            self._scope.bind(node.name, Binding(node))
            annotations = [one.annotation for one in _parameters(node.args)] + [node.returns]
            outside += [*node.decorator_list, *(one for one in annotations if one is not None)]
        for child in outside:
            self._visit_child(child, node)
        self.scope_of[node] = self._scope
        self._inside(node, [*_parameters(node.args), *body])

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _visit_function  # noqa: N815 (names of ast)

    def visit_arg(self, node: ast.arg) -> None:
        """Binds a parameter: to its default, if it has one, or to whatever the caller gives."""
        function = self._scope.node
        self._scope.bind(node.arg, Binding(node))
        if isinstance(function, _FUNCTIONS):
            default = dict(defaults(function.args)).get(node)
            if default is not None:
                self._scope.bind(node.arg, Binding(node, value=default, scope=self._scope.parent))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Binds a class and opens its scope."""
        self._scope.bind(node.name, Binding(node))
        for child in (*node.decorator_list, *node.bases, *node.keywords):
            self._visit_child(child, node)
        self._inside(node, list(node.body))

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        self._visit_child(node.generators[0].iter, node.generators[0])
        outer = self._open(node)
        for generator in node.generators:
            self.parents[generator] = node
            self._visit_child(generator.target, generator)
            for child in generator.ifs:
                self._visit_child(child, generator)
            if generator is not node.generators[0]:
                self._visit_child(generator.iter, generator)
        for child in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self._visit_child(child, node)
        self._scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def _visit_global(self, node: ast.Global | ast.Nonlocal) -> None:
        for name in node.names:
            if isinstance(node, ast.Global):
                found: Scope | None = self.module
            else:
                found = self._scope.parent.find(name) if self._scope.parent else None
            if found is not None and found is not self._scope:
                self._scope.outer[name] = found

    visit_Global = visit_Nonlocal = _visit_global  # noqa: N815

    def visit_Import(self, node: ast.Import) -> None:
        """Binds modules."""
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._bind_import(name, alias, node, alias.name if alias.asname else name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Binds members of a module."""
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
            else:
                qualified = module + alias.name if module.endswith(".") else f"{module}.{alias.name}"
                self._bind_import(alias.asname or alias.name, alias, node, qualified)

    def _bind_import(self, name: str, alias: ast.alias, statement: ast.Import | ast.ImportFrom, qualified: str) -> None:
        self.parents[alias] = statement
        self.scope_of[alias] = self._scope
        binding = Binding(alias, statement, qualified)
        self._scope.bind(name, binding)
        self.imports.append((binding, self._scope.outer.get(name, self._scope), name))

    def visit_Assign(self, node: ast.Assign) -> None:
        """Binds targets to the expression."""
        self._visit_child(node.value, node)
        for target in node.targets:
            self._assign(target, node.value, node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Binds a target to the expression."""
        self._visit_child(node.annotation, node)
        if node.value is not None:
            self._visit_child(node.value, node)
        self._assign(node.target, node.value, node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Binds a name inside an expression."""
        self._visit_child(node.value, node)
        self._assign(node.target, node.value, node)

    def _assign(self, target: ast.expr, value: ast.expr | None, node: ast.AST) -> None:
        if isinstance(target, ast.Name):
            self.parents[target] = node
            self.scope_of[target] = scope = self._scope
            while isinstance(scope.node, _COMPREHENSIONS) and scope.parent is not None:
                scope = scope.parent  # where := binds
            scope.bind(target.id, Binding(node, value=value, scope=self._scope))
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            self.parents[target] = node
            if len(target.elts) == len(value.elts):
                for one, other in zip(target.elts, value.elts, strict=True):
                    self._assign(one, other, node)
            else:
                self._visit_child(target, node)
        else:
            self._visit_child(target, node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Binds nothing, and has nothing inside."""

    def visit_Name(self, node: ast.Name) -> None:
        """Binds a name that is stored otherwise: by `for`, `with`, unpacking."""
        if isinstance(node.ctx, ast.Store):
            self._scope.bind(node.id, Binding(node))

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Binds the error."""
        if node.name:
            self._scope.bind(node.name, Binding(node))
        self._visit_all(node)

    def _visit_capture(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self._scope.bind(node.name, Binding(node))
        self._visit_all(node)

    visit_MatchAs = visit_MatchStar = _visit_capture  # noqa: N815

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        """Binds what is left of a mapping."""
        if node.rest:
            self._scope.bind(node.rest, Binding(node))
        self._visit_all(node)

    def resolve(self, node: ast.expr, scope: Scope | None = None, seen: frozenset[int] = frozenset()) -> Candidates:
        """Returns what an expression stands for.

        Args:
          node: The expression.
          scope: Where it stands; by default where the file has it.
          seen: Bindings that are being resolved, by identity: `tf = tf.compat.v1` ends here.

        Returns:
          The candidates. Those of a relative import begin with its dots.
        """
        scope = scope or self.scope_of.get(node, self.module)
        if isinstance(node, ast.Attribute):
            values = self.resolve(node.value, scope, seen)
            return frozenset(None if value is None else f"{value}.{node.attr}" for value in values)
        if isinstance(node, ast.Constant) and node.value is None:
            return frozenset()  # `tf = None` where an import has failed
        if isinstance(node, ast.IfExp):
            return self.resolve(node.body, scope, seen) | self.resolve(node.orelse, scope, seen)
        if not isinstance(node, ast.Name):
            return UNKNOWN
        found = scope.find(node.id)
        if found is None:
            return frozenset(f"{module}.{node.id}" for module in self.stars) or UNKNOWN
        candidates: set[str | None] = set()
        if isinstance(found.node, ast.ClassDef) and found.parent is not None:  # `tf = tf` reads the name outside
            outside = found.parent.find(node.id)
            candidates |= self.resolve(node, found.parent, seen) if outside else set()
        for binding in found.bindings[node.id]:
            if binding.qualified is not None:
                candidates.add(binding.qualified)
            elif binding.value is None:
                candidates.add(None)
            elif id(binding) not in seen:
                candidates |= self.resolve(binding.value, binding.scope, seen | {id(binding)})
        return frozenset(candidates) or UNKNOWN

    def loads(self, name: str, scope: Scope) -> list[ast.Name]:
        """Returns the places at which a name that is bound in a scope is read."""
        if self._loads is None:
            self._loads = defaultdict(list)
            for node in self.nodes[ast.Name]:
                if isinstance(node.ctx, ast.Load):
                    self._loads[node.id].append(node)
        return [node for node in self._loads[name] if scope in self._read_by(node)]

    def _read_by(self, node: ast.Name) -> Iterator[Scope]:
        """Yields the scopes of which a name may be read: a class body goes on outside until it has bound the name."""
        scope = self.scope_of[node].find(node.id)
        while scope is not None:
            yield scope
            scope = scope.parent.find(node.id) if isinstance(scope.node, ast.ClassDef) and scope.parent else None

    def root(self, node: ast.expr) -> ast.Name | None:
        """Returns the name at which a chain of attributes begins."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return node if isinstance(node, ast.Name) else None

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yields the nodes around a node, the closest first."""
        while (found := self.parents.get(node)) is not None:
            yield found
            node = found


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    several = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return several + [one for one in (arguments.vararg, arguments.kwarg) if one is not None]


def defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    """Yields the parameters that have a default, with it."""
    positional = [*arguments.posonlyargs, *arguments.args]
    if arguments.defaults:
        yield from zip(positional[-len(arguments.defaults) :], arguments.defaults, strict=True)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield argument, default
