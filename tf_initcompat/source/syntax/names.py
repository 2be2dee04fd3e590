"""Resolution of the names in a module: what each stands for, by its imports and assignments, without running it.

A name stands for a set of candidates: qualified names such as "tensorflow.compat.v1", and None for an unknown value.
Several candidates are common: `try`/`except ImportError`, or `tf = tf.compat.v1` under an `if`.
"""

import ast
import functools
from collections import defaultdict
from collections.abc import Iterator, Set
from typing import Final, TypeVar, cast

from tf_initcompat.source.syntax.scope_visitor import FUNCTIONS, SELF, ScopeVisitor
from tf_initcompat.source.syntax.scopes import Binding, Scope

#: Possible meanings of a name: qualified names, and None for an unknown value.
Candidates = frozenset[str | None]
UNKNOWN: Final[Candidates] = frozenset({None})

#: Number of bindings of a name that are compared with each other, and of names that are followed for one expression.
_FEW: Final = 4
_MOST_STEPS: Final = 2000

_Node = TypeVar("_Node", bound=ast.AST)


class Names:
    """The names of a module.

    Args:
      tree: Syntax tree of the module.

    Attributes:
      tree: Syntax tree of the module.
      module_scope: Scope of the module.
      scopes: All scopes.
      scope_of: Scope of each node.
      parents: Parent of each node.
      imports: Names that imports bind.
      star_imports: Modules from which everything is imported.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        visitor = ScopeVisitor(tree)
        self.module_scope, self.scopes, self.scope_of = visitor.module_scope, visitor.scopes, visitor.scope_of
        self.parents, self.imports, self.star_imports = visitor.parents, visitor.imports, visitor.star_imports
        self._nodes, self._attributes = visitor.nodes, visitor.attributes
        self._reads: defaultdict[str, list[ast.Name]] | None = None
        #: What the names in each scope, and the attributes of `self` in each class, stand for.
        self._resolved: dict[tuple[Scope | ast.ClassDef | None, str], Candidates] = {}
        #: Their bindings without those that say the same.
        self._distinct: dict[tuple[Scope | ast.ClassDef | None, str], list[Binding]] = {}
        self._bases_of: dict[ast.ClassDef, set[str]] = {}
        self._steps = 0

    def nodes_of(self, kind: type[_Node]) -> list[_Node]:
        """Return the nodes of exactly one type, in the order of the visit."""
        return cast(list[_Node], self._nodes.get(kind, []))

    @functools.cached_property
    def chains(self) -> list[tuple[ast.Attribute, Candidates]]:
        """The attributes that are no part of a longer one, with what each stands for, if that may be known."""
        chains: list[tuple[ast.Attribute, Candidates]] = []
        for node in self.nodes_of(ast.Attribute):
            if isinstance(self.parents[node], ast.Attribute):
                continue
            root = root_name(node)
            if root is not None and root.id != SELF and self.resolve(root) == UNKNOWN:
                continue  # the quick answer for most
            if (candidates := self.resolve(node)) != UNKNOWN:
                chains.append((node, candidates))
        return chains

    def resolve(self, node: ast.expr, scope: Scope | None = None) -> Candidates:
        """Return what an expression stands for.

        Args:
          node: The expression.
          scope: Scope in which to read it; by default the scope that it stands in.

        Returns:
          The candidates. Those of a relative import begin with its dots. Names that are bound to each other in very
          many ways are unknown.
        """
        self._steps = 0
        try:
            return self._resolve(node, scope or self.scope_of.get(node, self.module_scope), frozenset())
        except _TooManyStepsError:
            return UNKNOWN

    def _resolve(self, node: ast.expr, scope: Scope, resolving: frozenset[int]) -> Candidates:
        """Return what an expression stands for; `resolving` holds the ids of bindings, which ends `tf = tf.compat`."""
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == SELF and node.attr in self._attributes:
                return self._resolve_attribute(node.attr, self._class_around(node), resolving)
            return _members(self._resolve(node.value, scope, resolving), node.attr)
        if isinstance(node, ast.Call) and (literal := literal_attribute(node)) and scope.find("getattr") is None:
            members = _members(self._resolve(node.args[0], scope, resolving), literal)
            return members.union(*(self._resolve(default, scope, resolving) for default in node.args[2:]))
        if isinstance(node, ast.Constant) and node.value is None:
            return frozenset()  # `tf = None` after a failed import
        if isinstance(node, ast.IfExp):
            return self._resolve(node.body, scope, resolving) | self._resolve(node.orelse, scope, resolving)
        if not isinstance(node, ast.Name):
            return UNKNOWN
        return self._resolve_name(node.id, scope, resolving)

    def _resolve_name(self, name: str, scope: Scope, resolving: frozenset[int]) -> Candidates:
        key = scope, name
        if not resolving and key in self._resolved:
            return self._resolved[key]
        binder = scope.find(name)
        if binder is None:
            return frozenset(f"{module}.{name}" for module in self.star_imports) or UNKNOWN
        if not resolving:
            self._resolved[key] = UNKNOWN  # also if there are too many steps
        candidates: set[str | None] = set()
        if isinstance(binder.node, ast.ClassDef) and binder.parent is not None and binder.parent.find(name):
            candidates |= self._resolve_name(name, binder.parent, resolving)  # `tf = tf` reads the outer name
        candidates |= self._resolve_bindings((binder, name), binder.bindings[name], resolving)
        result = frozenset(candidates) or UNKNOWN
        if not resolving:
            self._resolved[key] = result
        return result

    def _resolve_attribute(self, name: str, owner: ast.ClassDef | None, resolving: frozenset[int]) -> Candidates:
        """Return what an attribute of `self` stands for, by the assignments in its class and related ones."""
        key = owner, name
        if not resolving and key in self._resolved:
            return self._resolved[key]
        if not resolving:
            self._resolved[key] = UNKNOWN
        result = self._resolve_bindings(key, self._bindings_of_attribute(name, owner), resolving) or UNKNOWN
        if not resolving:
            self._resolved[key] = result
        return result

    def _resolve_bindings(
        self, key: tuple[Scope | ast.ClassDef | None, str], bindings: list[Binding], resolving: frozenset[int]
    ) -> Candidates:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _TooManyStepsError
        if key not in self._distinct:
            self._distinct[key] = self._without_repetitions(bindings)
        candidates: set[str | None] = set()
        for binding in self._distinct[key]:
            if binding.qualified is not None or binding.value is None:
                candidates.add(binding.qualified)
            elif id(binding) not in resolving:
                inner = self.scope_of[binding.value]
                candidates |= self._resolve(binding.value, inner, resolving | {id(binding)})
        return frozenset(candidates)

    def bindings(self, node: ast.expr) -> list[Binding]:
        """Return what gives a value to a name, or to an attribute of `self`; nothing for other expressions."""
        if isinstance(node, ast.Name):
            scope = self.scope_of[node].find(node.id)
            return scope.bindings[node.id] if scope else []
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == SELF:
            return self._bindings_of_attribute(node.attr, self._class_around(node))
        return []

    def _bindings_of_attribute(self, name: str, owner: ast.ClassDef | None) -> list[Binding]:
        """Return what gives a value to an attribute of `self`: in its class, its bases and derived classes."""
        attributes = self._attributes.get(name, ())
        return [binding for binding in attributes if self._is_related(self._class_around(binding.node), owner)]

    def _without_repetitions(self, bindings: list[Binding]) -> list[Binding]:
        """Return bindings without those that assign the same expression again, such as `node = node.next`."""
        if len(bindings) < _FEW:
            return bindings
        return list({self._meaning(binding): binding for binding in reversed(bindings)}.values())[::-1]

    def _meaning(self, binding: Binding) -> tuple[object, ...]:
        """Return what a binding assigns; equal for bindings with the same meaning."""
        if binding.value is None:
            return (binding.qualified,)
        return ast.dump(binding.value), self.scope_of[binding.value]

    def _class_around(self, node: ast.AST) -> ast.ClassDef | None:
        scope: Scope | None = self.scope_of.get(node)
        while scope is not None:
            if isinstance(scope.node, ast.ClassDef):
                return scope.node
            scope = scope.parent
        return None

    def calls_named(self, *names: str) -> list[ast.Call]:
        """Return the calls of what one of the names, or an attribute of that name, stands for."""
        return [call for name in sorted(names) for call in self._calls_by_name.get(name, [])]

    @property
    def called_names(self) -> Set[str]:
        """The names of all functions that are called, without the objects in front of them."""
        return self._calls_by_name.keys()

    @functools.cached_property
    def _calls_by_name(self) -> dict[str, list[ast.Call]]:
        calls: defaultdict[str, list[ast.Call]] = defaultdict(list)
        for call in self.nodes_of(ast.Call):
            calls[last_component(call.func)].append(call)
        return calls

    def reads(self, name: str) -> list[ast.Name]:
        """Return the places that read a name, whatever binds it there."""
        if self._reads is None:
            self._reads = defaultdict(list)
            for node in self.nodes_of(ast.Name):
                if isinstance(node.ctx, ast.Load):
                    self._reads[node.id].append(node)
        return self._reads[name]

    def reads_like(self, target: ast.Attribute | ast.Subscript) -> list[ast.expr]:
        """Return the places that read an attribute or an item as a target spells it.

        What begins with `self` is read in the same class, or in one that derives from it or that it derives from.
        """
        text = ast.unparse(target)
        nodes = self.nodes_of(type(target))
        reads = [node for node in nodes if isinstance(node.ctx, ast.Load) and ast.unparse(node) == text]
        if not text.startswith(f"{SELF}."):
            return [*reads]
        owner = self._class_around(target)
        return [read for read in reads if self._is_related(owner, self._class_around(read))]

    def _is_related(self, first: ast.ClassDef | None, second: ast.ClassDef | None) -> bool:
        """Return whether two classes of the file are one, or one derives from the other."""
        if first is None or second is None or first is second:
            return first is second
        return second.name in self._all_bases(first) or first.name in self._all_bases(second)

    def _all_bases(self, node: ast.ClassDef) -> set[str]:
        """Return what `_bases` returns, found once."""
        if node not in self._bases_of:
            self._bases_of[node] = self._bases(node, set()) if node.bases else set()
        return self._bases_of[node]

    def _bases(self, node: ast.ClassDef, seen: set[str]) -> set[str]:
        """Return the names of the classes that a class derives from, those of its bases in the file included."""
        for base in set(map(last_component, node.bases)) - seen:
            seen.add(base)
            for other in self.nodes_of(ast.ClassDef):
                if other.name == base:
                    self._bases(other, seen)
        return seen

    def loads(self, name: str, scope: Scope) -> list[ast.Name]:
        """Return the places that read a name which a scope binds."""
        return [node for node in self.reads(name) if scope in self._scopes_read_by(node)]

    def is_deleted(self, name: str, scope: Scope) -> bool:
        """Return whether a `del` statement deletes a name which a scope binds."""
        deleted = (node for node in self.nodes_of(ast.Name) if node.id == name and isinstance(node.ctx, ast.Del))
        return any(scope in self._scopes_read_by(node) for node in deleted)

    def _scopes_read_by(self, node: ast.Name) -> Iterator[Scope]:
        """Yield the scopes that a name may be read from: a class body reads the outer name before it binds its own."""
        scope = self.scope_of[node].find(node.id)
        while scope is not None:
            yield scope
            scope = scope.parent.find(node.id) if isinstance(scope.node, ast.ClassDef) and scope.parent else None

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, the innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def function_around(self, node: ast.AST) -> ast.AST | None:
        """Return the innermost function around a node."""
        return next((outer for outer in self.ancestors(node) if isinstance(outer, FUNCTIONS)), None)


class _TooManyStepsError(Exception):
    """The names are bound to each other in more ways than can be followed."""


def _members(values: Candidates, name: str) -> Candidates:
    """Return what a member of a value can stand for."""
    return values if values == UNKNOWN else frozenset(value and f"{value}.{name}" for value in values)


def literal_attribute(call: ast.Call) -> str:
    """Return the attribute that `getattr(value, "attribute")` reads; "" for other calls."""
    is_getattr = isinstance(call.func, ast.Name) and call.func.id == "getattr"
    if not is_getattr or len(call.args) not in (2, 3) or call.keywords:
        return ""
    name = call.args[1]
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""


def root_name(node: ast.AST) -> ast.Name | None:
    """Return the name at which a chain of attributes begins."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def last_component(node: ast.AST | None) -> str:
    """Return the last component of a dotted expression, such as "layers" of `tf.contrib.layers`; "" of others."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
