"""`migrate --to native`: plain tf.keras.initializers where that is proven the same, the wrapper elsewhere."""

import ast
import os
from collections.abc import Collection
from typing import Any, Final

from tf_initcompat import symbols
from tf_initcompat.source import literals, rules
from tf_initcompat.source.hazards import Hazard, Hazards, possible_of
from tf_initcompat.source.shim import RefusedError, Shim
from tf_initcompat.source.text import Edit
from tf_initcompat.source.uses import Use, Uses

#: Hazards of a mere change of names that the rewritten call does not have: it names what the defaults were, and its
#: scale is computed.
_SOLVED: Final = frozenset(
    {"default-stddev", "default-range", "squared-factor", "contrib-1.3", "converter-leftover", "private-module"}
)
#: Calls that make one variable with an initializer, and give it the dtype.
_CONSUMERS: Final = (
    "tensorflow.get_variable",
    "tensorflow.layers.",
    "tensorflow.keras.layers.",
    "tensorflow.contrib.layers.",
    "tensorflow.contrib.slim.",
    "tf_slim.",
)
#: Layers that make several variables of one kind with one initializer.
_SEVERAL: Final = (
    "RNN", "Cell", "LSTM", "GRU", "Bidirectional", "Attention", "stack", "repeat", "separable", "Separable",
)  # fmt: skip
#: Hazards that come from other files of the tree.
_REACHING: Final = {"global-seed": "sets a global seed", "partition": "makes a partitioner"}
_CONSTANTS: Final = ("Zeros", "Ones", "Constant")
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
      uses: The uses of legacy initializers in the file.
      keep_imports: Whether imports that become unused stay.
      accept: Codes of the rules whose difference is accepted.

    Attributes:
      kept: The uses that became wrappers, with the reasons.
    """

    def __init__(self, uses: Uses, keep_imports: bool = False, accept: Collection[str] = ()) -> None:
        super().__init__(uses, keep_imports)
        self._hazards = Hazards(uses)
        self._accepted = {rules.rule(code).name for code in accept}
        self.kept: list[tuple[Use, Hazard]] = []

    def _is_spelled_here(self, use: Use) -> bool:
        # A name that an import binds is replaced together with the call's arguments.
        return use.direct or (use.call is not None and self._alias(use) is not None)

    def _rewrite(self, use: Use) -> None:
        reasons = self._reasons(use) if use.status == "legacy" else []
        if use.status == "legacy" and not reasons:
            try:
                self._replace(use)
                return
            except _NotExpressibleError as error:
                reasons = [("unresolved-arguments", str(error))]
        if use.direct:
            super()._rewrite(use)
        self.kept += [(use, reason) for reason in reasons]

    def _alias(self, use: Use) -> ast.alias | None:
        """Returns the name in an import statement that alone binds a use's name."""
        if not isinstance(use.node, ast.Name):
            return None
        scope = self._names.scope_of[use.node].find(use.node.id)
        bindings = scope.bindings[use.node.id] if scope else []
        node = bindings[0].node if len(bindings) == 1 else None
        imported = isinstance(node, ast.alias) and any(one.node is node for one in self._uses.found)
        return node if imported and isinstance(node, ast.alias) else None

    def _reasons(self, use: Use) -> list[Hazard]:
        """Returns why a use is not proven the same natively."""
        symbol = use.symbol
        if use.call is None or symbol is None:
            return [("unknown-consumer", "it is not called here")]
        consumer = self._consumer(use.call)
        found = [one for one in self._hazards.of(use) if one[0] not in _SOLVED]
        told = {name for name, _ in found}
        for name, what in _REACHING.items():
            if name in possible_of(symbol) and name not in told and (file := self._uses.reaching(name)):
                found.append((name, f"{os.path.basename(file)} {what}"))
        if consumer:
            found = [one for one in found if one[0] != "constructor-dtype"]
        elif symbol.native not in _CONSTANTS:
            found.append(("unknown-consumer", "it is not known which variables the instance makes"))
        return [one for one in found if one[0] not in self._accepted]

    def _consumer(self, call: ast.Call) -> str:
        """Returns what takes the instance that a call makes, if that makes one tensor: "call" or "variable"."""
        parent = self._names.parents.get(call)
        if isinstance(parent, ast.Call) and parent.func is call:
            given = {keyword.arg for keyword in parent.keywords}
            plain = not any(isinstance(one, ast.Starred) for one in parent.args) and None not in given
            return "call" if plain and len(parent.args) <= 2 and given <= {"shape", "dtype"} else ""
        outer = self._names.parents.get(parent) if isinstance(parent, ast.keyword) else None
        if (
            isinstance(outer, ast.Call)
            and isinstance(parent, ast.keyword)
            and (parent.arg or "").endswith("initializer")
        ):
            for qualified in self._uses.resolve(outer.func):
                plain_name = (qualified or "").replace("tensorflow.compat.v1.", "tensorflow.")
                if plain_name.startswith(_CONSUMERS) and not any(one in plain_name for one in _SEVERAL):
                    return "variable"
        return ""

    def _replace(self, use: Use) -> None:
        """Replaces a call by that of the native class."""
        call, symbol = use.call, use.symbol
        assert call is not None
        assert symbol is not None
        start, end = self._text.span(call)
        inside = [other for other in self._uses.found if other is not use and other.node in set(ast.walk(call))]
        if "#" in self._text.text[start:end] or inside:
            raise _NotExpressibleError("there is a comment, or another initializer, inside the call")
        arguments = literals.read(call, symbol, self._names)
        expression = f"{self._space(use)}.{self._expression(symbol, arguments)}"
        self._edits.append(Edit(start, end, expression))
        self._gone.update(ast.walk(call.func))
        if not use.direct and (alias := self._alias(use)) is not None and not self._keep_imports:
            scope = self._names.scope_of[alias]
            if self._is_unread(alias.asname or alias.name, scope):
                self._unneeded.add(alias)
        dtype, outer = arguments.given.get("dtype"), self._names.parents.get(call)
        if dtype is not None and isinstance(outer, ast.Call) and outer.func is call:
            given = len(outer.args) > 1 or any(keyword.arg == "dtype" for keyword in outer.keywords)
            if not given and arguments.values["dtype"] != "float32":
                last = self._text.span((outer.args + [keyword.value for keyword in outer.keywords])[-1])[1]
                self._edits.append(Edit(last, last, f", dtype={self._source(dtype)}"))
                return
        if dtype is not None:
            self._gone.update(ast.walk(dtype))

    def _source(self, node: ast.AST) -> str:
        start, end = self._text.span(node)
        return self._text.text[start:end]

    def _space(self, use: Use) -> str:
        """Returns the expression for tf.keras.initializers at a use."""
        scope = self._names.scope_of[use.node]
        for name in self._names.module.bindings:
            found = scope.find(name)
            node = ast.Name(name, ast.Load())
            if found is self._names.module and self._names.resolve(node, scope) == {"tensorflow"}:
                self._needed.add(name)
                return f"{name}.keras.initializers"
        if scope.find("keras") is None and not self._names.stars:
            assert isinstance(use.node, ast.expr)
            self._inserted.add("from tensorflow import keras", self._anchor(use.node), use.node)
            return "keras.initializers"
        raise _NotExpressibleError("the file has no name for tf.keras")

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
        if symbol.native == "RandomUniform" and arguments.values.get("maxval", defaults["maxval"]) is None:
            return f"RandomUniform({text('minval')}, maxval=1.0)"
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
