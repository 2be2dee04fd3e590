"""Finds the uses of legacy initializers in a file."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

from tf_initcompat.catalog import namespaces, symbols
from tf_initcompat.source.project import levels, requirements, tree
from tf_initcompat.source.project.modules import Project
from tf_initcompat.source.syntax import names
from tf_initcompat.source.syntax.text import Text

Form = Literal[
    "call", "reference", "import", "default", "partial", "subclass", "comparison", "string", "config", "partition_info"
]

#: What a name has to look like before an unknown object's attribute is taken for TensorFlow's.
_LIKE_TENSORFLOW: Final = re.compile(r"_?(tf|tensorflow)(_?v?[12])?|slim|_?tf_?compat(_v1)?")


class Use(NamedTuple):
    """A use of a legacy initializer.

    Attributes:
      node: The node that names the symbol: an attribute, a name, an import's alias, a string, a dict or a function.
      form: How it is used.
      name: The symbol's name below `tf_initcompat`; empty for functions that take `partition_info`, and where the name
        cannot be resolved.
      qualified: The qualified name, resolved; what the file has where it cannot be resolved.
      status: "legacy", or why it is not known to be: "undecided" (the API level), "unresolved" (the object),
        "native" (a private module's TF2 class), "migrated" (a wrapper already).
      call: The call whose function the node is, if it is one.
      direct: Whether the node itself spells the symbol; otherwise it is another name for it, bound elsewhere.
      private: Whether it was reached through a module of TensorFlow that is not public.
    """

    node: ast.AST
    form: Form
    name: str
    qualified: str
    status: Literal["legacy", "undecided", "unresolved", "native", "migrated"] = "legacy"
    call: ast.Call | None = None
    direct: bool = True
    private: bool = False

    @property
    def symbol(self) -> symbols.Symbol | None:
        """The row of the symbol."""
        return symbols.by_name().get(self.name)


class Uses:
    """The uses in one file.

    Args:
      text: The file.
      project: The tree it belongs to.
      path: Where it is; None for standard input.
      assume: The API level of a bare `tf`, where it is not to be decided for the file.
      fallback: The level, and why, if the file does not decide.
    """

    def __init__(
        self,
        text: Text,
        project: Project,
        path: Path | None,
        assume: levels.Level | None = None,
        fallback: levels.Decision = levels.UNDECIDED,
    ) -> None:
        self.text, self._project, self._path = text, project, path
        self.names = names.Names(text.tree)
        self._assume, self._fallback = assume, fallback
        self._decision: levels.Decision | None = None
        self._reaching: dict[str, str] = {}
        self._aliases = self._other_names()
        self.found = sorted(self._find(), key=lambda use: text.span(use.node))

    @property
    def level(self) -> levels.Decision:
        """The API level of the file's bare `tf`."""
        if self._decision is None:
            if self._assume:
                self._decision = levels.Decision(self._assume, "--assume says so")
            else:
                folder = os.path.dirname(os.path.abspath(self._path)) if self._path else ""
                decided = levels.decide(self.names, requirements.level(folder) if folder else levels.UNDECIDED)
                self._decision = decided if decided.level else self._fallback
        return self._decision

    def resolve(self, node: ast.expr) -> names.Candidates:
        """Returns what an expression of the file stands for, through the modules of the tree."""
        return self._project.expand(self.names.resolve(node), self._path)

    def is_imported(self, name: str) -> bool:
        """Returns whether another file of the tree may import a name from this one."""
        return self._project.is_imported(self._path, name)

    def reaching(self, hazard: str) -> str:
        """Returns where in the tree a hazard comes from, one of `tree.REACHING`: this file, another one, or nowhere."""
        if hazard not in self._reaching:
            here = tree.REACHING[hazard].search(self.text.text.encode("utf-8", "surrogatepass"))
            elsewhere = self._project.reaching(hazard) if self._path and not here else ""
            self._reaching[hazard] = "this file" if here else os.path.basename(elsewhere)
        return self._reaching[hazard]

    def is_inert(self, binding: names.Binding) -> bool:
        """Returns whether an import does nothing but bind a name."""
        return self._project.is_inert(binding.qualified or "", self._path)

    def _other_names(self) -> set[str]:
        """Returns the names that may be bound to a symbol."""
        known = namespaces.last_names()
        aliases = set(known) if self.names.stars else set()
        for binding, _, name in self.names.imports:
            candidates = self._project.expand(frozenset({binding.qualified}), self._path)
            if any(one and one.rpartition(".")[2] in known for one in candidates):
                aliases.add(name)
        assigned = [
            (name, binding.value)
            for scope in self.names.scopes
            for name, bindings in scope.bindings.items()
            for binding in bindings
            if isinstance(binding.value, (ast.Attribute, ast.Name, ast.IfExp))
        ]
        size = -1
        while size != len(aliases):
            size = len(aliases)
            for name, value in assigned:
                if any(_last(part) in known or _last(part) in aliases for part in _alternatives(value)):
                    aliases.add(name)
        return aliases

    def _find(self) -> Iterator[Use]:
        known = namespaces.last_names()
        nodes = self.names.nodes
        for node in nodes[ast.Attribute]:
            if node.attr in known and isinstance(node.ctx, ast.Load):
                yield from self._named(node, direct=True)
        for node in nodes[ast.Name]:
            if node.id in self._aliases and isinstance(node.ctx, ast.Load):
                yield from self._named(node, direct=self.names.scope_of[node].find(node.id) is None)
        for node in (*nodes[ast.FunctionDef], *nodes[ast.AsyncFunctionDef], *nodes[ast.Lambda]):
            yield from self._partition_info(node)
            yield from self._string_defaults(node)
        for node in nodes[ast.Call]:
            yield from self._strings(node)
        for node in nodes[ast.Dict]:
            yield from self._config(node)
        for binding, _, _ in self.names.imports:
            yield from self._imported(binding)

    def _match(self, candidates: names.Candidates) -> tuple[str, namespaces.Match] | None:
        """Returns the legacy symbol among the candidates; one that is legacy at any API level first."""
        matches = [
            (not match.always, qualified, match)
            for qualified in sorted(filter(None, candidates))
            if (match := namespaces.lookup(qualified)) is not None
        ]
        return min(matches, key=lambda found: found[:2])[1:] if matches else None

    def _use(self, node: ast.AST, form: Form, candidates: names.Candidates, direct: bool) -> Iterator[Use]:
        call = self.names.parents.get(node)
        called = call if isinstance(call, ast.Call) and call.func is node else None
        found = self._match(candidates)
        if found is None:
            for qualified in candidates:
                if qualified and namespaces.is_private_native(qualified):
                    yield Use(node, form, "", qualified, "native", called, direct, private=True)
                elif qualified and (name := namespaces.migrated(qualified)):
                    yield Use(node, form, name, qualified, "migrated", called, direct)
            return
        qualified, match = found
        if direct and (other := self._other_meaning(node, candidates)):
            yield Use(node, form, match.name, f"{qualified}, but it may be {other}", "unresolved", called, direct)
            return
        use = Use(node, form, match.name, qualified, "legacy", called, direct, match.private)
        if match.always or self.level.level == "tf1":
            yield use
        elif self.level.level is None:
            yield use._replace(status="undecided")

    def _other_meaning(self, node: ast.AST, candidates: names.Candidates) -> str:
        """Returns what else than TensorFlow's a name can be: of another library, or anything at all."""
        others = sorted(one for one in candidates if one and namespaces.is_foreign(one))
        if others:
            return others[0]
        root = self.names.root(node) if isinstance(node, ast.expr) else None
        bound = root is not None and self.names.scope_of[root].find(root.id) is not None
        return "something else, by another assignment" if bound and None in candidates else ""

    def _named(self, node: ast.Attribute | ast.Name, direct: bool) -> Iterator[Use]:
        candidates = self.resolve(node)
        uses = list(self._use(node, self._form(node), candidates, direct))
        yield from uses
        if not uses and candidates == names.UNKNOWN and isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            owner, _, rest = text.partition(".")
            below = namespaces.lookup(f"tensorflow.{rest}") or namespaces.lookup(f"tensorflow.contrib.{rest}")
            if _LIKE_TENSORFLOW.fullmatch(owner) and (below or node.attr.endswith("_initializer")):
                yield Use(node, self._form(node), "", text, "unresolved")

    def _imported(self, binding: names.Binding) -> Iterator[Use]:
        if isinstance(binding.statement, ast.ImportFrom):
            yield from self._use(binding.node, "import", frozenset({binding.qualified}), direct=True)

    def _form(self, node: ast.expr) -> Form:
        parent = self.names.parents.get(node)
        if isinstance(parent, ast.Call):
            if parent.func is node:
                return "call"
            callee = _last(parent.func)
            if callee == "partial" and parent.args and parent.args[0] is node:
                return "partial"
            if callee in ("isinstance", "issubclass"):
                return "comparison"
        if isinstance(parent, ast.Compare):
            return "comparison"
        outer = self.names.parents.get(parent) if isinstance(parent, ast.Tuple) else None
        if isinstance(outer, ast.Call) and _last(outer.func) in ("isinstance", "issubclass"):
            return "comparison"
        if isinstance(parent, ast.ClassDef) and node in parent.bases:
            return "subclass"
        functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        if isinstance(parent, functions) and node in (*parent.args.defaults, *parent.args.kw_defaults):
            return "default"
        return "reference"

    def _partition_info(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[Use]:
        named = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        if any(one.arg == "partition_info" for one in named):
            yield Use(node, "partition_info", "", "a lambda" if isinstance(node, ast.Lambda) else node.name)

    def _string_defaults(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[Use]:
        """Yields the initializers that a function of a TensorFlow 1 program takes by a string unless told otherwise."""
        for argument, default in names.defaults(node.args):
            if argument.arg.endswith("initializer") and _is_identifier(default) and self._is_for_tf1():
                text = str(default.value)  # type: ignore[attr-defined]
                yield Use(default, "string", f"keras.initializers.{text}", text)

    def _is_for_tf1(self) -> bool:
        imported = (binding.qualified or "" for binding, _, _ in self.names.imports)
        return self.level.level == "tf1" or any(one.startswith("tensorflow.compat.v1") for one in imported)

    def _strings(self, node: ast.Call) -> Iterator[Use]:
        """Yields the initializers that a call of legacy Keras or tf.layers names by a string."""
        given = [
            keyword.value
            for keyword in node.keywords
            if keyword.arg and keyword.arg.endswith("initializer") and _is_identifier(keyword.value)
        ]
        if node.args and _last(node.func) == "get" and _is_identifier(node.args[0]):
            given.append(node.args[0])
        if not given:
            return
        for qualified in self.resolve(node.func):
            if not qualified or not qualified.startswith("tensorflow."):
                continue
            if ".get" in qualified and not qualified.endswith("keras.initializers.get"):
                continue
            legacy = qualified.startswith(("tensorflow.compat.v1.", "tensorflow.contrib."))
            if legacy or self.level.level == "tf1":
                for value in given:
                    text = str(value.value)  # type: ignore[attr-defined]
                    yield Use(value, "string", f"keras.initializers.{text}", text)
                return

    def _config(self, node: ast.Dict) -> Iterator[Use]:
        """Yields a dict that is the configuration of an initializer with a legacy class name."""
        keys = {
            key.value: value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
        name = keys.get("class_name")
        if "config" in keys and name is not None and _is_identifier(name):
            text = str(name.value)  # type: ignore[attr-defined]
            candidates = (f"keras.initializers.{text}", *_defined_as(text))
            known = next((one for one in candidates if one in symbols.by_name()), "")
            imported = [binding.qualified or "" for binding, _, _ in self.names.imports]
            if any(one.startswith("tensorflow") for one in imported):
                yield Use(name, "config", known, text)


def _defined_as(text: str) -> list[str]:
    return [symbol.names[-1] for symbol in symbols.INITIALIZERS if symbol.wrapper.name == text]


def _is_identifier(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in namespaces.last_names()


def _last(node: ast.AST | None) -> str:
    """Returns the last component of a dotted expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _alternatives(node: ast.expr | None) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*_alternatives(node.body), *_alternatives(node.orelse)]
    return [node] if node is not None else []
