"""The number of operations that a graph would have in TensorFlow 1.15."""

import re
import weakref
from typing import Any, Final, NamedTuple

#: Operations that TensorFlow 2 makes in addition to those of TensorFlow 1.15, by the type of an operation that only one
#: function of TensorFlow makes. `tf.split` converts the number of splits to a tensor in TensorFlow 1, and the functions
#: for diagonals have fewer arguments there. Measured; `tests/tf1/programs/equal_functions.py` has the functions.
_ADDITIONAL: Final = {"MatrixDiagPartV3": 2, "MatrixDiagV3": 4, "MatrixSetDiagV3": 1, "Split": -1}
#: The same for `tf.random_uniform`, which always makes min, max, sub, mul and add in TensorFlow 1.
_ADDITIONAL_WITHOUT_RANGE: Final = -5
_ADDITIONAL_WITHOUT_MINIMUM: Final = -2
#: Part of the first that comes before the random operation: min and max.
_PENDING_WITHOUT_RANGE: Final = -2
_UNIFORM: Final = re.compile(r"random_uniform(_\d+)?")


class _Count(NamedTuple):
    """What is known of a graph.

    Attributes:
      operations: Number of operations that were looked at.
      additional: Number of them that TensorFlow 1 does not make.
    """

    operations: int
    additional: int


_counts: weakref.WeakKeyDictionary[Any, _Count] = weakref.WeakKeyDictionary()


def in_tensorflow_1(graph: Any) -> int:
    """Return the number of operations that a graph would have in TensorFlow 1.15.

    Some functions, such as `tf.nn.dropout`, make another number of operations in TensorFlow 2 and leave no trace of
    it. After them the number is wrong.

    Args:
      graph: A graph of the installed TensorFlow.
    """
    operations = graph.get_operations()
    seen, additional = _counts.get(graph, _Count(0, 0))
    for index in range(seen, len(operations)):
        additional += _additional(operations, index)
    _counts[graph] = _Count(len(operations), additional)
    version: int = graph.version
    return version - additional - _pending(operations, graph.get_name_scope())


def _additional(operations: Any, index: int) -> int:
    operation = operations[index]
    if operation.type != "RandomUniform":
        return _ADDITIONAL.get(operation.type, 0)
    scope = operation.name.rpartition("/")[0]
    neighbors = {neighbor.name for neighbor in (*operations[index - 1 : index], *operations[index + 1 : index + 2])}
    if f"{scope}/max" not in neighbors:
        return _ADDITIONAL_WITHOUT_RANGE
    return 0 if f"{scope}/sub" in neighbors else _ADDITIONAL_WITHOUT_MINIMUM


def _pending(operations: Any, scope: str) -> int:
    """Return the additional operations of a `tf.random_uniform` that is in progress and has no range."""
    is_uniform = _UNIFORM.fullmatch(scope.rpartition("/")[2])
    has_range = bool(operations) and operations[-1].name == f"{scope}/max"
    return _PENDING_WITHOUT_RANGE if is_uniform and not has_range else 0
