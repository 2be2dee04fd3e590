"""What would silently change at a use if its name were only replaced by the native one."""

import ast
import functools
from collections.abc import Iterator
from typing import Any, Final

from tf_initcompat.catalog import symbols
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax import literals
from tf_initcompat.source.syntax.names import Names
from tf_initcompat.source.uses import Form, Status, Use

#: Calls that hand an initializer to all variables that are made inside.
_SCOPES: Final = frozenset({"variable_scope", "arg_scope", "variable_op_scope", "partial", "make_template"})
_LOOPS: Final = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SEED_NAMES: Final = ("set_random_seed", "set_seed")
_INTEGERS: Final = ("int", "uint", "bool")

#: Rule names with what they say here.
Hazard = tuple[str, str]


def possible_of(symbol: symbols.Symbol) -> tuple[str, ...]:
    """Return the hazards that a symbol's uses can have; the shards of a partitioned variable share an instance."""
    return (*of_symbol(symbol), *(("partition",) if symbol.is_random else ()))


def of_symbol(symbol: symbols.Symbol) -> Iterator[str]:
    """Yield the hazards that follow from a symbol's row."""
    defaults = {parameter.name: parameter.default for parameter in symbol.parameters}
    distribution = symbol.distribution
    if symbol.is_random:
        yield from ("shared-instance", "seeded-freshness", "global-seed")
    if symbol.uses_full_shape:
        yield "partition"
    if distribution is symbols.Distribution.UNIT_SCALING:
        yield from ("squared-factor", "rank-1-fan")
    if distribution is symbols.Distribution.CONTRIB_SCALING:
        yield "contrib-1.3"
    if defaults.get("stddev") == 1.0:
        yield "default-stddev"
    if "maxval" in defaults and defaults["maxval"] is None:
        yield "default-range"
    if symbol.is_random and symbol.takes_integers:
        yield "integer-dtype"
    if "value" in defaults:
        yield "list-constant"


class Hazards:
    """Finds the hazards of the uses in a file.

    Args:
      file: The file.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file, self._names = file, file.names

    @functools.cached_property
    def _seeded(self) -> int:
        """The first line that sets the global seed, or 0."""
        nodes = self._names.nodes_of(ast.Attribute)
        return min((node.lineno for node in nodes if _sets_global_seed(node, self._names)), default=0)

    @functools.cached_property
    def _partitioned(self) -> int:
        """The first line that makes or passes a partitioner, or 0."""
        nodes: list[ast.Call | ast.Attribute] = [*self._names.nodes_of(ast.Call), *self._names.nodes_of(ast.Attribute)]
        return min((node.lineno for node in nodes if _is_partitioner(node, self._names)), default=0)

    def of(self, use: Use) -> list[Hazard]:
        """Returns the hazards of a use, as pairs of a rule's name and what it says here."""
        symbol = use.symbol
        if use.status is not Status.LEGACY or symbol is None or not use.form.is_name or use.form is Form.IMPORT:
            return []
        possible = possible_of(symbol)
        found = [("private-module", f"{use.qualified} is not public")] if use.is_private else []
        if use.form is Form.COMPARISON:
            return [*found, ("class-comparison", "objects made by another name are no instances of it")]
        arguments = literals.read(use.call, symbol, self._names) if use.call else None
        found += self._sharing(use) if symbol.is_random else []
        if "global-seed" in possible and self._seeded:
            found.append(("global-seed", f"line {self._seeded} sets the global seed"))
        if "partition" in possible and self._partitioned:
            found.append(("partition", f"line {self._partitioned} makes a partitioner"))
        if arguments is not None:
            found += _of_arguments(use, possible, arguments)
        elif use.form in (Form.REFERENCE, Form.DEFAULT, Form.PARTIAL):
            found += [(name, "called elsewhere") for name in ("contrib-1.3", "squared-factor") if name in possible]
        return found

    def _sharing(self, use: Use) -> Iterator[Hazard]:
        """Yields why the instance that a call makes may serve several variables."""
        if use.call is None:
            return
        parent = self._names.parents.get(use.call)
        holder = self._names.parents.get(parent) if isinstance(parent, ast.keyword) else parent
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.arguments)):
            yield "shared-instance", "a default is one instance for all calls of the function"
        elif isinstance(holder, ast.Call) and (name := _called(holder)) in _SCOPES:
            yield "shared-instance", f"{name} hands the instance to every variable inside"
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            for target in targets:
                yield from self._reads(target, use.call)

    def _reads(self, target: ast.expr, call: ast.Call) -> Iterator[Hazard]:
        if isinstance(target, ast.Name):
            scope = self._names.scope_of[call].find(target.id)
            reads: list[Any] = self._names.loads(target.id, scope) if scope else []
            if scope is self._names.module_scope and self._file.is_imported(target.id):
                yield "shared-instance", f"other files import {target.id}"
                return
        elif isinstance(target, ast.Attribute):
            text = ast.unparse(target)
            reads = [
                node
                for node in self._names.nodes_of(ast.Attribute)
                if node.attr == target.attr and isinstance(node.ctx, ast.Load) and ast.unparse(node) == text
            ]
        else:
            return
        if len(reads) > 1:
            lines = ", ".join(str(read.lineno) for read in reads[:4]) + (", ..." if len(reads) > 4 else "")
            yield "shared-instance", f"{ast.unparse(target)} is used {len(reads)} times (lines {lines})"
        elif reads and self._loop(reads[0]) not in (None, self._loop(call)):
            yield "shared-instance", f"{ast.unparse(target)} is used in a loop (line {reads[0].lineno})"

    def _loop(self, node: ast.AST) -> ast.AST | None:
        return next((outer for outer in self._names.ancestors(node) if isinstance(outer, _LOOPS)), None)


def _of_arguments(use: Use, possible: tuple[str, ...], arguments: literals.Arguments) -> Iterator[Hazard]:
    values = arguments.values
    if not arguments.is_complete:
        yield "unresolved-arguments", "the call's arguments are not all known"
    if values.get("seed") is not None:
        yield "seeded-freshness", f"seed={ast.unparse(arguments.given['seed'])}"
    dtype = values.get("dtype", "float32")
    if dtype != "float32":
        text = ast.unparse(arguments.given["dtype"])
        yield "constructor-dtype", f"dtype={text}" if dtype is not literals.OPAQUE else f"dtype={text} is not a literal"
        if "integer-dtype" in possible and str(dtype).startswith(_INTEGERS):
            yield "integer-dtype", f"dtype={text}"
    if "list-constant" in possible and not isinstance(values.get("value", 0), (int, float, bool)):
        yield "list-constant", f"value={ast.unparse(arguments.given['value'])}"
    if "squared-factor" in possible and values.get("factor", 1.0) not in (1, 1.0):
        yield "squared-factor", f"factor={ast.unparse(arguments.given['factor'])}"
    if "rank-1-fan" in possible:
        yield "rank-1-fan", "the fan of a shape of one dimension is 1"
    uniform = values.get("uniform", use.name != "contrib.layers.variance_scaling_initializer")
    if "contrib-1.3" in possible and uniform is not True:
        yield "contrib-1.3", "the variance of the normal law is 1.3 * factor / n before truncation"
    if "default-stddev" in possible and arguments.is_complete and "stddev" not in values:
        yield "default-stddev", "stddev is 1.0 here, 0.05 natively"
    if "default-range" in possible and arguments.is_complete and not {"minval", "maxval"} <= values.keys():
        yield "default-range", "the range is [0, 1) here, [-0.05, 0.05) natively"
    leftover = [node for node in arguments.given.values() if isinstance(node, (ast.IfExp, ast.Call))]
    if use.name.endswith("VarianceScaling") and any(_is_leftover(node) for node in leftover):
        yield "converter-leftover", "once an initializer of contrib, whose factor of 1.3 is gone"


def _is_leftover(node: ast.AST) -> bool:
    """Returns whether an expression is of the form that tf_upgrade_v2 writes."""
    if isinstance(node, ast.IfExp):
        return isinstance(node.body, ast.Constant) and node.body.value == "uniform"
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(").lower")


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _sets_global_seed(node: ast.Attribute, names: Names) -> bool:
    if node.attr not in _SEED_NAMES:
        return False
    return any((one or "").startswith("tensorflow.") and ".keras." not in (one or "") for one in names.resolve(node))


def _is_partitioner(node: ast.Call | ast.Attribute, names: Names) -> bool:
    if isinstance(node, ast.Call):
        return any(keyword.arg == "partitioner" and not _is_none(keyword.value) for keyword in node.keywords)
    return node.attr.endswith("_partitioner") and names.resolve(node) != {None}


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
