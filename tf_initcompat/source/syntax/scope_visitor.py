"""One pass over a syntax tree that collects scopes, bindings, parents and the nodes of each type."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import ClassVar, Final, cast

from tf_initcompat.source.syntax.scopes import Binding, ImportedName, ImportStatement, Scope

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

#: Kinds of functions: those of `def`, and all.
DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTIONS: Final = (*DEFINITIONS, ast.Lambda)
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LOOPS: Final = (ast.For, ast.AsyncFor, ast.While, *_COMPREHENSIONS)
#: Name by which methods refer to their object.
SELF: Final = "self"
#: Fields without nodes that contain or bind names. Skipping them makes the pass faster.
_SKIPPED: Final = frozenset({
    "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "op", "ops",
    "simple", "type_comment", "type_ignores",
})  # fmt: skip


def _nodes(*names: str) -> list[type[ast.AST]]:
    """Return the classes of nodes that this version of Python has."""
    return [getattr(ast, name) for name in names if hasattr(ast, name)]


#: Fields of each type of node that may hold nodes to visit.
_FIELDS: Final = {
    kind: tuple(field for field in kind._fields if field not in _SKIPPED)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


class ScopeVisitor:
    """Collects the scopes and bindings of a module.

    Args:
      tree: Syntax tree of the module.

    Attributes:
      module_scope: Scope of the module.
      scopes: All scopes.
      scope_of: Scope of each node.
      parents: Parent of each node.
      nodes: Nodes of each type, in the order of the visit.
      imports: Names that imports bind.
      star_imports: Modules from which everything is imported.
      attributes: Values that methods and bodies of classes assign to attributes of `self`, by the attributes' names.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.module_scope = Scope(tree, None)
        self.scopes: list[Scope] = [self.module_scope]
        self.scope_of: dict[ast.AST, Scope] = {}
        self.parents: dict[ast.AST, ast.AST] = {}
        self.nodes: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self.imports: list[ImportedName] = []
        self.star_imports: list[str] = []
        self.attributes: defaultdict[str, list[Binding]] = defaultdict(list)
        self._scope = self.module_scope
        self._visit_children(tree)

    def _visit_children(self, node: ast.AST) -> None:
        # Like ast.iter_child_nodes, but without its generators and without the skipped fields.
        for field in _FIELDS[node.__class__]:
            value: object = getattr(node, field, None)
            if isinstance(value, ast.AST):
                self._visit(value, node)
            elif isinstance(value, list):
                for child in cast("list[object]", value):
                    if isinstance(child, ast.AST):
                        self._visit(child, node)

    def _visit(self, node: ast.AST, parent: ast.AST) -> None:
        self.parents[node] = parent
        self.scope_of[node] = self._scope
        kind = node.__class__
        self.nodes[kind].append(node)
        if isinstance(node, ast.Name):  # most nodes are names and constants
            if isinstance(node.ctx, ast.Store):  # by `for`, `with` or unpacking; assignments have their own method
                self._scope.bind(node.id, Binding(node))
        elif kind is not ast.Constant:
            self._VISITORS.get(kind, ScopeVisitor._visit_children)(self, node)

    def _open(self, node: ast.AST, is_annotation: bool = False) -> Scope:
        """Enter a new scope and return the enclosing one."""
        outer, self._scope = self._scope, Scope(node, self._scope, is_annotation)
        self.scopes.append(self._scope)
        return outer

    def _open_type_parameters(self, node: ast.AST) -> Scope:
        """Enter the scope of the type parameters of a node, if it has any; return the enclosing scope."""
        parameters: list[ast.AST] = getattr(node, "type_params", [])  # since Python 3.12
        if not parameters:
            return self._scope
        outer = self._open(parameters[0], is_annotation=True)
        for parameter in parameters:
            self._visit(parameter, node)
        return outer

    def _visit_inside(self, node: ast.AST, children: list[ast.AST]) -> None:
        outer = self._open(node)
        for child in children:
            self._visit(child, node)
        self._scope = outer

    def _visit_function(self, node: _Function) -> None:
        parameters = _parameters(node.args)
        for default in filter(None, (*node.args.defaults, *node.args.kw_defaults)):
            self._visit(default, node)
        if isinstance(node, ast.Lambda):
            self._visit_inside(node, [*parameters, node.body])
            return
        self._scope.bind(node.name, Binding(node))
        for decorator in node.decorator_list:
            self._visit(decorator, node)
        outer = self._open_type_parameters(node)
        for annotation in filter(None, [*(parameter.annotation for parameter in parameters), node.returns]):
            self._visit(annotation, node)
        self._visit_inside(node, [*parameters, *node.body])
        self._scope = outer

    def _visit_parameter(self, node: ast.arg) -> None:
        """Bind a parameter to any value, and to its default."""
        function = self._scope.node
        self._scope.bind(node.arg, Binding(node))
        if isinstance(function, FUNCTIONS):
            default = dict(defaults(function.args)).get(node)
            if default is not None:
                self._scope.bind(node.arg, Binding(node, value=default))

    def _visit_class(self, node: ast.ClassDef) -> None:
        self._scope.bind(node.name, Binding(node))
        for decorator in node.decorator_list:
            self._visit(decorator, node)
        outer = self._open_type_parameters(node)
        for child in (*node.bases, *node.keywords):
            self._visit(child, node)
        self._visit_inside(node, [*node.body])
        self._scope = outer

    def _visit_type_parameter(self, node: ast.AST) -> None:
        name: str = getattr(node, "name")  # noqa: B009  (the classes of these nodes exist since Python 3.12)
        self._scope.bind(name, Binding(node))
        self._visit_children(node)

    def _visit_type_alias(self, node: ast.AST) -> None:
        """Bind the name of a `type` statement; its value reads the type parameters."""
        name: ast.Name = getattr(node, "name")  # noqa: B009
        value: ast.expr = getattr(node, "value")  # noqa: B009
        self._visit(name, node)
        outer = self._open_type_parameters(node)
        self._visit(value, node)
        self._scope = outer

    def _visit_comprehension(self, node: _Comprehension) -> None:
        first = node.generators[0]
        self._visit(first.iter, first)
        outer = self._open(node)
        for generator in node.generators:
            self.parents[generator] = node
            self._visit(generator.target, generator)
            for condition in generator.ifs:
                self._visit(condition, generator)
            if generator is not first:
                self._visit(generator.iter, generator)
        for child in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self._visit(child, node)
        self._scope = outer

    def _visit_declaration(self, node: ast.Global | ast.Nonlocal) -> None:
        for name in node.names:
            scope: Scope | None = self.module_scope
            if isinstance(node, ast.Nonlocal):
                scope = self._scope.parent.find(name) if self._scope.parent else None
            if scope is not None and scope is not self._scope:
                self._scope.outer[name] = scope

    def _visit_import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._bind_import(name, alias, node, alias.name if alias.asname else name)

    def _visit_import_from(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.star_imports.append(module)
            else:
                qualified = module + alias.name if module.endswith(".") else f"{module}.{alias.name}"
                self._bind_import(alias.asname or alias.name, alias, node, qualified)

    def _bind_import(self, name: str, alias: ast.alias, statement: ImportStatement, qualified: str) -> None:
        self.parents[alias] = statement
        self.scope_of[alias] = self._scope
        binding = Binding(alias, statement, qualified)
        self._scope.bind(name, binding)
        self.imports.append(ImportedName(binding, self._scope.outer.get(name, self._scope), name))

    def _visit_assign(self, node: ast.Assign) -> None:
        self._visit(node.value, node)
        for target in node.targets:
            self._assign(target, node.value, node)

    def _visit_annotated_assign(self, node: ast.AnnAssign) -> None:
        self._visit(node.annotation, node)
        if node.value is not None:
            self._visit(node.value, node)
        self._assign(node.target, node.value, node)

    def _visit_named_expression(self, node: ast.NamedExpr) -> None:
        self._visit(node.value, node)
        self._assign(node.target, node.value, node)

    def _assign(self, target: ast.expr, value: ast.expr | None, node: ast.AST) -> None:
        if isinstance(target, ast.Name):
            self.parents[target] = node
            self.scope_of[target] = scope = self._scope
            while isinstance(scope.node, _COMPREHENSIONS) and scope.parent is not None:
                scope = scope.parent  # := binds outside the comprehension
            binding = Binding(node, value=value)
            scope.bind(target.id, binding)
            if isinstance(scope.node, ast.ClassDef):
                self.attributes[target.id].append(binding)
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            self.parents[target] = node
            if len(target.elts) == len(value.elts):
                for item, item_value in zip(target.elts, value.elts, strict=True):
                    self._assign(item, item_value, node)
            else:
                self._visit(target, node)
        else:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == SELF:
                self.attributes[target.attr].append(Binding(node, value=value))
            self._visit(target, node)

    def _visit_capture(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self._scope.bind(node.name, Binding(node))
        self._visit_children(node)

    def _visit_mapping_pattern(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._scope.bind(node.rest, Binding(node))
        self._visit_children(node)

    #: Method for each type of node. Other nodes only have their children visited.
    _VISITORS: ClassVar[dict[type[ast.AST], Callable[..., None]]] = {
        **dict.fromkeys(FUNCTIONS, _visit_function),
        ast.arg: _visit_parameter,
        ast.ClassDef: _visit_class,
        **dict.fromkeys(_COMPREHENSIONS, _visit_comprehension),
        **dict.fromkeys((ast.Global, ast.Nonlocal), _visit_declaration),
        ast.Import: _visit_import,
        ast.ImportFrom: _visit_import_from,
        ast.Assign: _visit_assign,
        ast.AnnAssign: _visit_annotated_assign,
        ast.NamedExpr: _visit_named_expression,
        **dict.fromkeys((ast.ExceptHandler, ast.MatchAs, ast.MatchStar), _visit_capture),
        ast.MatchMapping: _visit_mapping_pattern,
        **dict.fromkeys(_nodes("TypeVar", "ParamSpec", "TypeVarTuple"), _visit_type_parameter),
        **dict.fromkeys(_nodes("TypeAlias"), _visit_type_alias),
    }


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    variadic = filter(None, (arguments.vararg, arguments.kwarg))
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *variadic]


def defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    """Yield the parameters that have a default, each with its default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    if arguments.defaults:
        yield from zip(positional[-len(arguments.defaults) :], arguments.defaults, strict=True)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield argument, default
