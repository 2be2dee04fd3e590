"""Uses by name: attributes, names and imports that resolve to a legacy symbol."""

import ast
import re
from collections.abc import Container, Iterator, Set
from typing import Final

from tf_initcompat.catalog import namespaces
from tf_initcompat.source.project.levels import Level
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import UNKNOWN, Candidates, last_component, literal_attribute, root_name
from tf_initcompat.source.syntax.scope_visitor import FUNCTIONS
from tf_initcompat.source.uses.use import Form, Status, Use

#: Names of unknown objects whose attributes are taken for TensorFlow's.
_LIKE_TENSORFLOW: Final = re.compile(r"_?(tf|tensorflow)(_?v?[12])?|slim|_?tf_?compat(_v1)?")
_TYPE_CHECKS: Final = ("isinstance", "issubclass")


def find(file: SourceFile) -> Iterator[Use]:
    """Yield the uses by name in a file."""
    return _NamedUses(file).find()


class _NamedUses:
    def __init__(self, file: SourceFile) -> None:
        self._file, self._names = file, file.names

    def find(self) -> Iterator[Use]:
        last_names = namespaces.last_names()
        bound_names = names_bound_to(last_names, self._file)
        for attribute in self._names.nodes_of(ast.Attribute):
            if attribute.attr in last_names and isinstance(attribute.ctx, ast.Load):
                yield from self._of_expression(attribute, is_direct=True)
        for call in self._names.nodes_of(ast.Call):
            if literal_attribute(call) in last_names:
                yield from self._of_expression(call, is_direct=True)
        for name in self._names.nodes_of(ast.Name):
            if name.id in bound_names and isinstance(name.ctx, ast.Load):
                yield from self._of_expression(name, is_direct=self._names.scope_of[name].find(name.id) is None)
        for binding, _, _ in self._names.imports:
            if isinstance(binding.statement, ast.ImportFrom) and isinstance(binding.node, ast.alias):
                yield from self._of_candidates(binding.node, Form.IMPORT, frozenset({binding.qualified}))

    def _of_expression(self, node: ast.Attribute | ast.Call | ast.Name, is_direct: bool) -> Iterator[Use]:
        candidates = self._file.resolve(node)
        form = self._form(node)
        uses = list(self._of_candidates(node, form, candidates, is_direct))
        yield from uses
        if not uses and candidates == UNKNOWN and isinstance(node, ast.Attribute) and _is_like_tensorflow(node):
            yield Use(node, form, "", ast.unparse(node), Status.UNRESOLVED)

    def _of_candidates(
        self,
        node: ast.Attribute | ast.Call | ast.Name | ast.alias,
        form: Form,
        candidates: Candidates,
        is_direct: bool = True,
    ) -> Iterator[Use]:
        """Yield the use of a node with these candidates, or several uses if it may be several wrappers."""
        parent = self._names.parents.get(node)
        call = parent if isinstance(parent, ast.Call) and parent.func is node else None
        best = _best_match(candidates)
        if best is None:
            for qualified in sorted(filter(None, candidates)):
                if namespaces.is_private_native(qualified):
                    yield Use(node, form, "", qualified, Status.NATIVE, call, is_direct)
                elif namespaces.unwrapped(qualified):
                    yield Use(node, form, "", qualified, Status.UNWRAPPED, call, is_direct)
                elif name := namespaces.wrapper_name(qualified):
                    yield Use(node, form, name, qualified, Status.MIGRATED, call, is_direct)
            return
        qualified, match = best
        use = Use(node, form, match.name, qualified, Status.LEGACY, call, is_direct, match.only_in_tf1)
        if is_direct and (alternative := self._alternative(node, candidates)):
            yield use._replace(status=Status.UNRESOLVED, alternative=alternative)
            return
        level = self._file.decision.level if match.only_in_tf1 else Level.TF1
        if level is Level.TF1:
            yield use
        elif level is None:
            yield use._replace(status=Status.UNDECIDED)

    def _alternative(self, node: ast.AST, candidates: Candidates) -> str:
        """Return what else a name may stand for: a name of another library, or an unknown value."""
        root = root_name(node)
        is_bound = root is not None and self._names.scope_of[root].find(root.id) is not None
        is_other = namespaces.is_other_package if is_bound else namespaces.is_foreign
        others = sorted(qualified for qualified in candidates if qualified and is_other(qualified))
        if others:
            return others[0]
        return "something else, by another assignment" if is_bound and None in candidates else ""

    def _form(self, node: ast.expr) -> Form:
        parent = self._names.parents.get(node)
        if isinstance(parent, ast.Call):
            callee = last_component(parent.func)
            if parent.func is node:
                return Form.CALL
            if callee == "partial" and parent.args and parent.args[0] is node:
                return Form.PARTIAL
            if callee in _TYPE_CHECKS:
                return Form.COMPARISON
        if isinstance(parent, ast.Compare):
            return Form.COMPARISON
        outer = self._names.parents.get(parent) if isinstance(parent, ast.Tuple) else None
        if isinstance(outer, ast.Call) and last_component(outer.func) in _TYPE_CHECKS:
            return Form.COMPARISON
        if isinstance(parent, ast.ClassDef) and node in parent.bases:
            return Form.SUBCLASS
        if isinstance(parent, FUNCTIONS) and node in (*parent.args.defaults, *parent.args.kw_defaults):
            return Form.DEFAULT
        return Form.REFERENCE


def _best_match(candidates: Candidates) -> tuple[str, namespaces.Match] | None:
    """Return the legacy symbol among candidates, with its qualified name; preferably a legacy one at both levels."""
    matches = [
        (match.only_in_tf1, qualified, match)
        for qualified in sorted(filter(None, candidates))
        if (match := namespaces.lookup(qualified)) is not None
    ]
    return min(matches)[1:] if matches else None


def _is_like_tensorflow(node: ast.Attribute) -> bool:
    """Return whether the attribute of an unknown object reads like a legacy symbol of TensorFlow."""
    owner, _, rest = ast.unparse(node).partition(".")
    if not _LIKE_TENSORFLOW.fullmatch(owner):
        return False
    is_symbol = any(namespaces.lookup(f"{module}.{rest}") for module in ("tensorflow", "tensorflow.contrib"))
    return is_symbol or node.attr.endswith("_initializer")


def names_bound_to(last_names: Set[str], file: SourceFile, followed: Container[str] | None = None) -> set[str]:
    """Return the names in a file that imports and assignments may bind to a member with one of these names.

    Args:
      last_names: Names of the members.
      file: The file.
      followed: Names whose imports are followed through the modules of the tree; None for all.
    """
    names = file.names
    bound_names: set[str] = set(last_names) if names.star_imports else set()
    for binding, _, name in names.imports:
        candidates: Candidates = frozenset({binding.qualified})
        if followed is None or name in followed:
            candidates = file.expand(candidates)
        if any(qualified and qualified.rpartition(".")[2] in last_names for qualified in candidates):
            bound_names.add(name)
    assigned = [
        (name, {last_component(alternative) for alternative in _alternatives(binding.value)})
        for scope in names.scopes
        for name, bindings in scope.bindings.items()
        for binding in bindings
        if isinstance(binding.value, (ast.Attribute, ast.Name, ast.IfExp))
    ]
    size = -1
    while size != len(bound_names):  # an assignment may read a name that a later one binds
        size = len(bound_names)
        bound_names |= {name for name, values in assigned if values & last_names or values & bound_names}
    return bound_names


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """Return the branches of a conditional expression, or the expression itself."""
    if isinstance(node, ast.IfExp):
        return [*_alternatives(node.body), *_alternatives(node.orelse)]
    return [node]
