"""Branches of a file that run with one version of TensorFlow only."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.syntax.names import Names, last_component

#: Attributes that have the version of TensorFlow, and functions that ask for it.
_VERSION: Final = frozenset({"__version__", "VERSION", "GIT_VERSION"})
#: Texts that versions are compared with, to tell TensorFlow 1 from 2: "1.", "2.0" or "1.15", but not "1.4".
_BOUNDARY: Final = re.compile(r"v?(?:1\.?|1\.1[3-9].*|2(?:\..*)?)")
_MAJORS: Final = (1, 2)
#: Names of variables and functions that tell the versions, such as `TF2`, `is_tf_2` and `using_tensorflow2`.
_FLAG: Final = re.compile(r"(?:.*_)?(?:tf|tensorflow)_?v?[12](?:_.*)?|v?[12]_(?:tf|tensorflow)", re.IGNORECASE)
_ENDS: Final = (ast.Return, ast.Continue, ast.Break)


class VersionBranches:
    """The branches of a file that a test of TensorFlow's version chooses.

    Args:
      names: Names of the file.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._branches: set[ast.AST] = set()
        if _may_ask(names):
            switches: list[ast.If | ast.IfExp] = [*names.nodes_of(ast.If), *names.nodes_of(ast.IfExp)]
            for switch in switches:
                if self._is_switch(switch.test):
                    self._branches.update(self._chosen(switch))

    def contain(self, node: ast.AST) -> bool:
        """Return whether a node stands in one of the branches."""
        return bool(self._branches) and any(outer in self._branches for outer in (node, *self._names.ancestors(node)))

    def _is_switch(self, test: ast.expr) -> bool:
        """Return whether an expression tells TensorFlow 1 from TensorFlow 2."""
        nodes = [node for part in (test, *self._assigned(test)) for node in ast.walk(part)]
        if any(self._is_flag(node) for node in nodes):
            return True
        reads_version = any(last_component(node) in _VERSION for node in nodes)
        return reads_version and any(_is_boundary(node) for node in nodes if isinstance(node, ast.Constant))

    def _assigned(self, test: ast.expr) -> Iterator[ast.expr]:
        """Yield what is assigned to the names in an expression."""
        for node in ast.walk(test):
            if isinstance(node, ast.Name):
                yield from (value for binding in self._names.bindings(node) if (value := binding.value) is not None)

    def _is_flag(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Call):
            is_hasattr = last_component(node.func) == "hasattr" and len(node.args) == 2
            return is_hasattr and "tensorflow" in self._names.resolve(node.args[0])
        name = last_component(node)
        if not _FLAG.fullmatch(name) or not isinstance(node, (ast.Name, ast.Attribute)):
            return False
        # `tf1` and `tf2` may also be names of modules.
        candidates = self._names.resolve(node)
        parent = self._names.parents.get(node)
        return not isinstance(parent, ast.Attribute) and not any(
            candidate and candidate.startswith("tensorflow") for candidate in candidates
        )

    def _chosen(self, switch: ast.If | ast.IfExp) -> Iterator[ast.AST]:
        """Yield the nodes that run with one version: both branches, and what follows a branch that returns."""
        if isinstance(switch, ast.IfExp):
            yield from (switch.body, switch.orelse)
            return
        yield from (*switch.body, *switch.orelse)
        if isinstance(switch.body[-1], _ENDS):
            block = self._block(switch)
            yield from block[block.index(switch) + 1 :]

    def _block(self, statement: ast.stmt) -> list[ast.stmt]:
        parent = self._names.parents.get(statement, self._names.tree)
        blocks: list[list[ast.stmt]] = [getattr(parent, field, []) for field in ("body", "orelse", "finalbody")]
        return next(block for block in blocks if statement in block)


def _may_ask(names: Names) -> bool:
    """Return whether a file has names that ask for the version. Most files have none, which is faster to see."""
    words = {node.id for node in names.nodes_of(ast.Name)} | {node.attr for node in names.nodes_of(ast.Attribute)}
    flags = (word for word in words if "1" in word or "2" in word)
    return not words.isdisjoint({*_VERSION, "hasattr"}) or any(map(_FLAG.fullmatch, flags))


def _is_boundary(constant: ast.Constant) -> bool:
    value = constant.value
    if isinstance(value, str):
        return _BOUNDARY.fullmatch(value) is not None
    return isinstance(value, (int, float)) and int(value) in _MAJORS and not isinstance(value, bool)
