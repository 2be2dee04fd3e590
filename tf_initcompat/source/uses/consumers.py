"""Consumers of an initializer: the calls that make tensors with it."""

import ast
import enum
from collections.abc import Sequence
from typing import Final, NamedTuple

from tf_initcompat.source.project.source_file import SourceFile


class _Maker(NamedTuple):
    """Functions that make one variable with an initializer, and set its dtype.

    Attributes:
      prefix: Prefix of the qualified names, without `compat.v1`.
      positional: Names of the positional parameters, as far as they matter.
    """

    prefix: str
    positional: tuple[str, ...] = ()


_MAKERS: Final = (
    _Maker("tensorflow.get_variable", ("name", "shape", "dtype", "initializer")),
    _Maker("tensorflow.layers."),
    _Maker("tensorflow.keras.layers."),
    _Maker("tensorflow.contrib.layers."),
    _Maker("tensorflow.contrib.slim."),
    _Maker("tf_slim."),
)
#: Parts of the names of layers that make more than one variable with an initializer.
_SHARING_LAYERS: Final = (
    "RNN", "Cell", "LSTM", "GRU", "Bidirectional", "Attention", "stack", "repeat", "separable", "Separable",
)  # fmt: skip


class ConsumerKind(enum.Enum):
    """Kind of a consumer: a call of the instance with a shape, or a call that makes a variable."""

    CALL = enum.auto()
    VARIABLE = enum.auto()


class Consumer(NamedTuple):
    """A call that makes one tensor with an initializer.

    Attributes:
      kind: Kind of the consumer.
      call: The call.
      dtype: Expression of the dtype that it sets; None if it leaves the default.
    """

    kind: ConsumerKind
    call: ast.Call
    dtype: ast.expr | None

    @property
    def makes_variable(self) -> bool:
        """Whether the call makes a variable; otherwise it calls the instance with a shape."""
        return self.kind is ConsumerKind.VARIABLE


class Consumers:
    """Finds the consumers of initializers in a file.

    Args:
      file: The file.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file, self._names = file, file.names

    def of(self, node: ast.expr, through_names: bool = False) -> Sequence[Consumer]:
        """Return all consumers of an initializer, or nothing if one of them is unknown.

        Args:
          node: Expression that makes the initializer.
          through_names: Whether to follow an initializer that is assigned to a name.
        """
        parent = self._names.parents.get(node)
        if isinstance(parent, ast.Assign) and through_names and len(parent.targets) == 1:
            return self._of_name(parent.targets[0])
        if isinstance(parent, ast.Call) and parent.func is node:
            consumer = self._of_instance(parent)
        else:
            consumer = self._of_argument(node)
        return [consumer] if consumer else []

    def _of_name(self, target: ast.expr) -> list[Consumer]:
        """Return the consumers of an initializer that is assigned to a target."""
        if not isinstance(target, ast.Name):
            return []
        scope = self._names.scope_of[target].find(target.id)
        if scope is None or len(scope.bindings[target.id]) != 1 or isinstance(scope.node, ast.ClassDef):
            return []
        if scope is self._names.module_scope and self._file.is_imported(target.id):
            return []
        consumers = [self.of(load) for load in self._names.loads(target.id, scope)]
        return [consumer for group in consumers for consumer in group] if all(consumers) else []

    def _of_instance(self, call: ast.Call) -> Consumer | None:
        """Return a call of the instance, which takes a shape and a dtype."""
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        positional = dict(zip(("shape", "dtype"), call.args, strict=False))
        is_plain = len(call.args) <= 2 and not _unpacks_list(call)
        if not is_plain or not keywords.keys() <= {"shape", "dtype"} or "shape" not in {*keywords, *positional}:
            return None
        return Consumer(ConsumerKind.CALL, call, keywords.get("dtype") or positional.get("dtype"))

    def _of_argument(self, node: ast.expr) -> Consumer | None:
        """Return the call that makes a variable and takes the initializer as an argument."""
        parent = self._names.parents.get(node)
        call = self._names.parents.get(parent) if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call) or _unpacks_list(call) or any(not keyword.arg for keyword in call.keywords):
            return None
        maker = self._maker(call)
        if maker is None:
            return None
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        positional = dict(zip(maker.positional, call.args, strict=False))
        keyword = parent.arg or "" if isinstance(parent, ast.keyword) else ""
        if keyword.endswith("initializer") or positional.get("initializer") is node:
            return Consumer(ConsumerKind.VARIABLE, call, keywords.get("dtype") or positional.get("dtype"))
        return None

    def _maker(self, call: ast.Call) -> _Maker | None:
        """Return the row of a function that makes one variable."""
        for qualified in self._file.resolve(call.func):
            name = (qualified or "").replace("tensorflow.compat.v1.", "tensorflow.")
            maker = next((maker for maker in _MAKERS if name.startswith(maker.prefix)), None)
            if maker is not None and not any(part in name for part in _SHARING_LAYERS):
                return maker
        return None


def _unpacks_list(call: ast.Call) -> bool:
    return any(isinstance(argument, ast.Starred) for argument in call.args)
