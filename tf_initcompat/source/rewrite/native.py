"""Replacement of legacy initializers by plain Keras where that is proven equal, and by the wrappers elsewhere."""

import ast
import functools
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from tf_initcompat.source import rules
from tf_initcompat.source.project.levels import Level
from tf_initcompat.source.rewrite import imports
from tf_initcompat.source.rewrite.expressions import NotExpressibleError, native_call, require_native_parameters
from tf_initcompat.source.rewrite.imports import NewImport
from tf_initcompat.source.rewrite.outcomes import NotConverted, Outcome, Refused, Replacement
from tf_initcompat.source.rewrite.wrappers import ToWrappers
from tf_initcompat.source.rules import FileContext, Problem, unresolved_arguments
from tf_initcompat.source.syntax.literals import Arguments
from tf_initcompat.source.syntax.scopes import Binding
from tf_initcompat.source.syntax.text import Edit
from tf_initcompat.source.uses import Form, Use

#: The dtype of native initializers without a dtype in the call.
_DEFAULT_DTYPE: Final = "float32"


class _Namespace(NamedTuple):
    """An expression for tf.keras.initializers.

    Attributes:
      code: The expression.
      read_name: Name of the file's module that it reads; empty if it reads the new import.
      new_import: Import that it needs.
    """

    code: str
    read_name: str = ""
    new_import: NewImport | None = None


class ToNative:
    """Strategy that replaces each use by native code, or by the wrapper where native code may differ.

    Args:
      file: The file.
      uses: The uses that are rewritten, all or some of the file's uses.
      accepted: Codes of the rules whose difference is accepted.
      alias: Name under which the wrappers' package is imported, see `ToWrappers`.
    """

    def __init__(self, file: FileContext, uses: Sequence[Use], accepted: Collection[str] = (), alias: str = "") -> None:
        self._file, self._text, self._names = file, file.source.text, file.names
        self._uses, self._accepted = uses, accepted
        self._wrappers = ToWrappers(file.source, alias)

    def replaces(self, use: Use) -> bool:
        """Return whether a use is replaced in its own place.

        A name that an import statement binds is replaced together with the arguments of its call.
        """
        return self._wrappers.replaces(use) or (
            use.form in (Form.CALL, Form.REFERENCE, Form.SUBCLASS) and self._is_imported_symbol(use)
        )

    def replace(self, use: Use) -> Outcome:
        """Return the replacement of a legacy use."""
        reasons = [problem for problem in rules.obstacles(use, self._file) if problem.rule.code not in self._accepted]
        if not reasons:
            try:
                return self._native(use)
            except NotExpressibleError as error:
                reasons = [Problem(unresolved_arguments.RULE, str(error))]
        # The wrapper of an imported name is imported under the same name.
        wrapper = self._wrappers.replace(use) if self._wrappers.replaces(use) else None
        return wrapper if isinstance(wrapper, Refused) else NotConverted(tuple(reasons), wrapper)

    def _is_imported_symbol(self, use: Use) -> bool:
        """Return whether the import of a legacy symbol, which is rewritten too, alone binds a use's name."""
        if not isinstance(use.node, ast.Name):
            return False
        scope = self._names.scope_of[use.node].find(use.node.id)
        bindings = scope.bindings[use.node.id] if scope else []
        return len(bindings) == 1 and bindings[0].node in self._imported

    @functools.cached_property
    def _imported(self) -> set[ast.AST]:
        return {use.node for use in self._uses if isinstance(use.node, ast.alias)}

    def _native(self, use: Use) -> Replacement:
        """Return the native replacement of a call, or of a class that is passed on.

        Raises:
          NotExpressibleError: If there is no native code.
        """
        symbol, arguments = use.symbol, self._file.arguments(use)
        assert symbol is not None
        assert isinstance(use.node, ast.expr)
        makes_tensors = symbol.distribution is not None
        replaced = (use.call if makes_tensors else None) or use.node  # of a lookup, only the name
        start, end = self._text.span(replaced)
        if "#" in self._text.text[start:end] or self._uses_inside[replaced] > 1:
            raise NotExpressibleError("there is a comment, or another initializer, inside the call")
        namespace = self._namespace(use)
        edits: list[Edit] = []
        removed: list[ast.AST] = [use.node]
        if not makes_tensors:
            if arguments is not None:
                require_native_parameters(symbol, arguments)
            expression = symbol.native
        elif arguments is None:
            if not symbol.is_class_without_parameters:
                raise NotExpressibleError("it is not called here")
            expression = symbol.native
        else:
            expression = native_call(symbol, arguments, self._source)
            dtype = arguments.given.get("dtype")
            moved = self._moved_dtype(use, arguments)
            if moved is not None:
                edits.append(moved)
            elif dtype is not None:
                removed.append(dtype)
        edits.insert(0, Edit(start, end, f"{namespace.code}.{expression}"))
        return Replacement(tuple(edits), tuple(removed), namespace.new_import, namespace.read_name)

    def _moved_dtype(self, use: Use, arguments: Arguments) -> Edit | None:
        """Return the edit that moves the dtype of a constructor to the call of the instance, if that has none."""
        symbol, call = use.symbol, use.call
        assert symbol is not None
        assert call is not None
        dtype, outer, parameter = arguments.given.get("dtype"), self._file.parent(call), symbol.parameter("dtype")
        if dtype is None or parameter is None or not isinstance(outer, ast.Call) or outer.func is not call:
            return None
        is_given = len(outer.args) > 1 or any(keyword.arg == "dtype" for keyword in outer.keywords)
        if is_given or parameter.is_ignored or arguments.values["dtype"] == _DEFAULT_DTYPE:
            return None
        last = self._text.span((outer.args + [keyword.value for keyword in outer.keywords])[-1])[1]
        closing = self._text.span(outer)[1] - 1
        between = self._text.text[last:closing]
        if "#" in between:
            raise NotExpressibleError("there is a comment after the arguments")
        comma = " " if "," in between else ", "
        return Edit(closing, closing, f"{comma}dtype={self._source(dtype)}")

    @functools.cached_property
    def _uses_inside(self) -> Counter[ast.AST]:
        """Number of uses inside each call, including that of its own function."""
        return Counter(
            node for use in self._uses for node in self._names.ancestors(use.node) if isinstance(node, ast.Call)
        )

    def _source(self, node: ast.expr) -> str:
        start, end = self._text.span(node)
        text = self._text.text[start:end]
        return f"({text})" if isinstance(node, ast.NamedExpr) else text

    def _namespace(self, use: Use) -> _Namespace:
        """Return the expression for tf.keras.initializers at a use.

        Where a bare `tf` is or may be TensorFlow 1, its keras is too. The native one is then `tf.compat.v2.keras`.

        Raises:
          NotExpressibleError: If there is no such expression.
        """
        assert isinstance(use.node, ast.expr)
        path = "" if self._file.source.decision.level is Level.TF2 else "compat.v2."
        scope = self._names.scope_of[use.node]
        for wanted, rest in (("tensorflow", f"{path}keras.initializers"), (f"tensorflow.{path}keras", "initializers")):
            for name, binding in self._modules.get(wanted, ()):
                is_visible = scope.find(name) is self._names.module_scope
                if is_visible and imports.has_run(self._text, self._names, binding, use.node):
                    return _Namespace(f"{name}.{rest}", name)
        if scope.find("keras") is not None or self._names.star_imports:
            raise NotExpressibleError("the file has no name for tf.keras")
        line = f"from tensorflow{path and '.compat.v2'} import keras"
        anchor = imports.anchor(self._text, self._names, use.node)
        return _Namespace("keras.initializers", new_import=NewImport(line, anchor, use.node))

    @functools.cached_property
    def _modules(self) -> dict[str, list[tuple[str, Binding]]]:
        """The names that only an import at the top level binds, by the qualified name of what is imported."""
        modules: dict[str, list[tuple[str, Binding]]] = {}
        for binding, scope, name in self._names.imports:
            is_only = scope is self._names.module_scope and len(scope.bindings[name]) == 1
            if is_only and binding.qualified and not self._names.is_deleted(name, scope):
                modules.setdefault(binding.qualified, []).append((name, binding))
        return modules
