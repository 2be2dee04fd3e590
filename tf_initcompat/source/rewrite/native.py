"""`migrate --to native`: plain tf.keras.initializers where that is proven the same, the wrapper elsewhere."""

import ast
import functools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from tf_initcompat.catalog import symbols
from tf_initcompat.source import rules
from tf_initcompat.source.hazards import Hazard, Hazards, possible_of
from tf_initcompat.source.project.levels import Level
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.project.tree import Effect
from tf_initcompat.source.rewrite.consumers import Consumer, ConsumerKind, Consumers
from tf_initcompat.source.rewrite.shim import RefusedError, Shim
from tf_initcompat.source.syntax import literals
from tf_initcompat.source.syntax.scopes import Binding
from tf_initcompat.source.syntax.text import Edit
from tf_initcompat.source.uses import Form, Status, Use

#: Hazards of a mere change of names that the rewritten call does not have: it names what the defaults were, and its
#: scale is computed.
_SOLVED: Final = frozenset(
    {"default-stddev", "default-range", "squared-factor", "contrib-1.3", "converter-leftover", "private-module"}
)
#: Hazards that come from other files of the tree.
_REACHING: Final = {
    "global-seed": (Effect.GLOBAL_SEED, "sets a global seed"),
    "partition": (Effect.PARTITIONER, "makes a partitioner"),
}
_DISTRIBUTIONS: Final = {
    "normal": "truncated_normal",
    "truncated_normal": "truncated_normal",
    "untruncated_normal": "untruncated_normal",
    "uniform": "uniform",
}
_MODES: Final = ("fan_in", "fan_out", "fan_avg")


class Native(Shim):
    """Rewrites a file to native initializers where that is the same.

    Args:
      file: The file.
      uses: The uses to rewrite.
      keep_imports: Whether imports that become unused stay.
      accept: Codes of the rules whose difference is accepted.

    Attributes:
      kept: The uses that became wrappers, with the reasons.
    """

    def __init__(
        self, file: SourceFile, uses: Sequence[Use], keep_imports: bool = False, accept: Collection[str] = ()
    ) -> None:
        super().__init__(file, uses, keep_imports)
        self._hazards, self._consumers = Hazards(file), Consumers(file)
        self._accepted = {rules.rule(code).name for code in accept}
        self.kept: list[tuple[Use, Hazard]] = []

    def _is_spelled_here(self, use: Use) -> bool:
        # A name that an import binds is replaced together with the call's arguments.
        return use.is_direct or (use.form in (Form.CALL, Form.REFERENCE) and self._alias(use) is not None)

    def _rewrite(self, use: Use) -> None:
        reasons = self._reasons(use) if use.status is Status.LEGACY else []
        if use.status is Status.LEGACY and not reasons:
            try:
                self._replace(use)
                return
            except _NotExpressibleError as error:
                reasons = [("unresolved-arguments", str(error))]
        if use.is_direct:
            super()._rewrite(use)
        self.kept += [(use, reason) for reason in reasons]

    def _alias(self, use: Use) -> ast.alias | None:
        """Returns the name in an import statement that alone binds a use's name."""
        if not isinstance(use.node, ast.Name):
            return None
        scope = self._names.scope_of[use.node].find(use.node.id)
        bindings = scope.bindings[use.node.id] if scope else []
        node = bindings[0].node if len(bindings) == 1 else None
        imported = isinstance(node, ast.alias) and any(one.node is node for one in self._uses)
        return node if imported and isinstance(node, ast.alias) else None

    def _reasons(self, use: Use) -> list[Hazard]:
        """Returns why a use is not proven the same natively."""
        symbol = use.symbol
        assert symbol is not None
        consumers = self._consumers_of(use)
        found = [one for one in self._hazards.of(use) if one[0] not in _SOLVED]
        told = {name for name, _ in found}
        for name, (effect, what) in _REACHING.items():
            if name in possible_of(symbol) and name not in told and (place := self._file.origin(effect)):
                found.append((name, f"{place} {what}"))
        if not consumers:
            what = "it is not called here" if use.call is None else "it is not known which tensors the instance makes"
            return self._not_accepted([*found, ("unknown-consumer", what)])
        found = [one for one in found if one[0] != "constructor-dtype" or self._keeps_dtype(use, consumers)]
        for consumer in consumers:
            found += self._of_dtype(use, symbol, consumer)
        return self._not_accepted(found)

    def _not_accepted(self, found: list[Hazard]) -> list[Hazard]:
        return [one for one in found if one[0] not in self._accepted]

    def _consumers_of(self, use: Use) -> Sequence[Consumer]:
        """Returns what takes what a use makes; nothing where that is not known, or may need the legacy class."""
        symbol = use.symbol
        assert symbol is not None
        if use.call is not None:
            return self._consumers.of(use.call, through_names=symbol.distribution is symbols.Distribution.CONSTANT)
        # get_variable and layers make an instance of a class.
        passed = (
            self._consumers.of(use.node)
            if isinstance(use.node, ast.expr) and symbol.is_class_without_parameters
            else []
        )
        return [one for one in passed if one.kind is ConsumerKind.VARIABLE]

    def _keeps_dtype(self, use: Use, consumers: Sequence[Consumer]) -> bool:
        """Returns whether the dtype of a constructor counts for an instance that is kept in a name."""
        return any(
            one.kind is ConsumerKind.CALL and one.call.func is not use.call and one.dtype is None for one in consumers
        )

    def _of_dtype(self, use: Use, symbol: symbols.Symbol, consumer: Consumer) -> Iterator[Hazard]:
        if consumer.dtype is None:
            if consumer.kind is ConsumerKind.CALL and (place := self._file.origin(Effect.DEFAULT_DTYPE)):
                yield "constructor-dtype", f"{place} sets the default dtype of Keras"
            return
        value = literals.read(use.call, symbol, self._names).values.get("value", 0) if use.call else 0
        if symbol.native != "RandomUniform" and (symbol.native != "Constant" or isinstance(value, int)):
            return
        dtype = literals.value(consumer.dtype, self._names)
        if dtype is literals.OPAQUE or not str(dtype).startswith(("float", "bfloat")):
            yield "integer-dtype", f"dtype={self._source(consumer.dtype)} may be of integers"

    def _replace(self, use: Use) -> None:
        """Replaces a call, or a class that is passed on, by the native one."""
        call, symbol = use.call, use.symbol
        assert symbol is not None
        assert isinstance(use.node, ast.expr)
        replaced = call or use.node
        start, end = self._text.span(replaced)
        if "#" in self._text.text[start:end] or self._calls_around[replaced] > 1:
            raise _NotExpressibleError("there is a comment, or another initializer, inside the call")
        if call is None:
            expression = f"{self._space(use)}.{symbol.native}"
        else:
            arguments = literals.read(call, symbol, self._names)
            expression = f"{self._space(use)}.{self._expression(symbol, arguments)}"
            dtype, outer = arguments.given.get("dtype"), self._names.parents.get(call)
            if dtype is not None:
                moved = isinstance(outer, ast.Call) and outer.func is call and self._moved(symbol, arguments, outer)
                if not moved:
                    self._gone.update(ast.walk(dtype))
        self._edits.append(Edit(start, end, expression))
        self._gone.update(ast.walk(use.node))
        if not use.is_direct and (alias := self._alias(use)) is not None and not self._keep_imports:
            scope = self._names.scope_of[alias]
            if self._is_unread(alias.asname or alias.name, scope):
                self._unneeded.add(alias)

    def _moved(self, symbol: symbols.Symbol, arguments: literals.Arguments, outer: ast.Call) -> bool:
        """Moves the dtype of a constructor to the call of the instance, if that has none; returns whether it did."""
        ignored = any(one.name == "dtype" and one.is_ignored for one in symbol.parameters)
        given = len(outer.args) > 1 or any(keyword.arg == "dtype" for keyword in outer.keywords)
        if given or ignored or arguments.values["dtype"] == "float32":
            return False
        last = self._text.span((outer.args + [keyword.value for keyword in outer.keywords])[-1])[1]
        closing = self._text.span(outer)[1] - 1
        between = self._text.text[last:closing]
        if "#" in between:
            raise _NotExpressibleError("there is a comment behind the arguments")
        comma = " " if "," in between else ", "
        self._edits.append(Edit(closing, closing, f"{comma}dtype={self._source(arguments.given['dtype'])}"))
        return True

    @functools.cached_property
    def _calls_around(self) -> Counter[ast.AST]:
        """How many uses each call holds, that of its own function among them."""
        return Counter(
            node for use in self._uses for node in self._names.ancestors(use.node) if isinstance(node, ast.Call)
        )

    def _source(self, node: ast.AST) -> str:
        start, end = self._text.span(node)
        text = self._text.text[start:end]
        return f"({text})" if isinstance(node, ast.NamedExpr) else text

    def _space(self, use: Use) -> str:
        """Returns the expression for tf.keras.initializers at a use.

        Where a bare `tf` is, or may be, TensorFlow 1, so is its keras: there, what is native is `tf.compat.v2`.
        """
        path = "" if self._file.level.level is Level.TF2 else "compat.v2."
        scope = self._names.scope_of[use.node]
        for wanted, rest in (("tensorflow", f"{path}keras.initializers"), (f"tensorflow.{path}keras", "initializers")):
            for name, binding in self._modules.get(wanted, ()):
                if scope.find(name) is self._names.module_scope and self._is_there(binding, use.node):
                    self._needed.add(name)
                    return f"{name}.{rest}"
        if scope.find("keras") is None and not self._names.star_imports:
            assert isinstance(use.node, ast.expr)
            self._inserted.add(f"from tensorflow{path and '.compat.v2'} import keras", self._anchor(use.node), use.node)
            return "keras.initializers"
        raise _NotExpressibleError("the file has no name for tf.keras")

    @functools.cached_property
    def _modules(self) -> dict[str, list[tuple[str, Binding]]]:
        """The names that the file's imports bind, and nothing else, by what they stand for."""
        found: dict[str, list[tuple[str, Binding]]] = {}
        for binding, scope, name in self._names.imports:
            if scope is self._names.module_scope and len(scope.bindings[name]) == 1 and binding.qualified:
                found.setdefault(binding.qualified, []).append((name, binding))
        return found

    def _expression(self, symbol: symbols.Symbol, arguments: literals.Arguments) -> str:
        """Returns the native call, without the name space."""
        defaults = {parameter.name: parameter.default for parameter in symbol.parameters}

        def text(name: str) -> str:
            given = arguments.given.get(name)
            return f"{name}={repr(defaults[name]) if given is None else self._source(given)}"

        if symbol.native == "VarianceScaling":
            return self._scaled(symbol, {**defaults, **arguments.values}, text)
        names = [name for name in defaults if name not in ("seed", "dtype", "verify_shape")]
        if arguments.given.keys() & {"verify_shape"}:
            raise _NotExpressibleError("verify_shape has no native counterpart")
        if symbol.native == "RandomUniform":
            given = arguments.given.get("maxval")
            if arguments.values.get("maxval", defaults["maxval"]) is None:
                return f"RandomUniform({text('minval')}, maxval=1.0)"
            known = given is None or arguments.values["maxval"] is not literals.OPAQUE
            _require(known or isinstance(given, (ast.BinOp, ast.UnaryOp)), "maxval may be None")
        # Native defaults may differ: whatever is not given is named, unless nothing could be.
        wanted = (
            names
            if symbol.native.startswith(("Random", "Truncated", "Constant"))
            else arguments.given.keys() & set(names)
        )
        return f"{symbol.native}({', '.join(text(name) for name in names if name in wanted)})"

    def _scaled(self, symbol: symbols.Symbol, values: dict[str, Any], text: Any) -> str:
        if symbol.preset:
            return f"{symbol.preset}()"
        mode, uniform = str(values.get("mode", "FAN_AVG")).lower(), values.get("uniform")
        distribution = _DISTRIBUTIONS.get(str(values.get("distribution")).lower(), "")
        scale = text("scale") if "scale" in values else ""
        if "uniform" in values:  # contrib
            factor = values.get("factor", 1.0)
            _require(isinstance(uniform, bool) and isinstance(factor, (int, float)), "an argument is no literal")
            distribution = "uniform" if uniform else "truncated_normal"
            variance = 1.0 if uniform else symbols.CONTRIB_VARIANCE * symbols.TRUNCATED_STDDEV**2
            scale = f"scale={float(factor) * variance!r}"
        elif "factor" in values:  # uniform_unit_scaling
            _require(isinstance(values["factor"], (int, float)), "factor is no literal")
            mode, distribution, scale = "fan_in", "uniform", f"scale={float(values['factor']) ** 2!r}"
        _require(mode in _MODES, "the mode is no literal")
        _require(distribution, "the distribution is no literal")
        return f"VarianceScaling({scale}, mode={mode!r}, distribution={distribution!r})".replace("'", '"')


class _NotExpressibleError(RefusedError):
    """A call that cannot be written natively; the message says why."""


def _require(condition: object, message: str) -> None:
    if not condition:
        raise _NotExpressibleError(message)
