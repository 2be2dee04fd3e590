"""What takes an initializer, as far as it is known to make one tensor of it: a call of the instance, or a variable."""

import ast
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from tf_initcompat.source.uses import Uses

#: Calls that make one variable with an initializer, and give it the dtype.
_MAKERS: Final = (
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
_GET_VARIABLE: Final = ("name", "shape", "dtype", "initializer")


class Consumer(NamedTuple):
    """What makes one tensor with an initializer.

    Attributes:
      kind: A call of the instance with a shape, or the making of a variable.
      call: The node.
      dtype: The dtype that it gives; None is its default.
    """

    kind: Literal["call", "variable"]
    call: ast.Call
    dtype: ast.expr | None


class Consumers:
    """Finds the consumers of initializers in a file.

    Args:
      uses: The uses of legacy initializers in the file.
    """

    def __init__(self, uses: Uses) -> None:
        self._uses, self._names = uses, uses.names

    def of(self, node: ast.expr, through_names: bool = False) -> Sequence[Consumer]:
        """Returns everything that takes an initializer; nothing where any of it is not known.

        Args:
          node: The expression that makes the initializer.
          through_names: Whether the initializer may be kept in a variable of the program.
        """
        parent = self._names.parents.get(node)
        if isinstance(parent, ast.Assign) and through_names and len(parent.targets) == 1:
            return self._of_name(parent.targets[0])
        found = (
            self._called(node, parent) if isinstance(parent, ast.Call) and parent.func is node else self._passed(node)
        )
        return [found] if found else []

    def _of_name(self, target: ast.expr) -> list[Consumer]:
        if not isinstance(target, ast.Name):
            return []
        scope = self._names.scope_of[target].find(target.id)
        if scope is None or len(scope.bindings[target.id]) != 1 or isinstance(scope.node, ast.ClassDef):
            return []
        if scope is self._names.module and self._uses.is_imported(target.id):
            return []
        found = [self.of(read) for read in self._names.loads(target.id, scope)]
        return [one for several in found for one in several] if all(found) else []

    def _called(self, node: ast.expr, call: ast.Call) -> Consumer | None:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        positional = dict(zip(("shape", "dtype"), call.args, strict=False))
        plain = not any(isinstance(one, ast.Starred) for one in call.args) and len(call.args) <= 2
        if not plain or not given.keys() <= {"shape", "dtype"} or "shape" not in {*given, *positional}:
            return None
        return Consumer("call", call, given.get("dtype") or positional.get("dtype"))

    def _passed(self, node: ast.expr) -> Consumer | None:
        parent = self._names.parents.get(node)
        call = self._names.parents.get(parent) if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call):
            return None
        if any(keyword.arg is None for keyword in call.keywords) or any(
            isinstance(one, ast.Starred) for one in call.args
        ):
            return None
        name = self._maker(call)
        if not name:
            return None
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        positional = dict(zip(_GET_VARIABLE, call.args, strict=False)) if name.endswith("get_variable") else {}
        keyword = parent.arg or "" if isinstance(parent, ast.keyword) else ""
        if keyword.endswith("initializer") or positional.get("initializer") is node:
            return Consumer("variable", call, given.get("dtype") or positional.get("dtype"))
        return None

    def _maker(self, call: ast.Call) -> str:
        for qualified in self._uses.resolve(call.func):
            name = (qualified or "").replace("tensorflow.compat.v1.", "tensorflow.")
            if name.startswith(_MAKERS) and not any(one in name for one in _SEVERAL):
                return name
        return ""
