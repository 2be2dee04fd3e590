"""The number of operations that a graph would have in TensorFlow 1.15."""

import inspect
import os
import weakref
from typing import Any, Final, NamedTuple

from tf_initcompat.wrappers.tensorflow import random_ops, tf


class _Function(NamedTuple):
    """A function of TensorFlow 2 that makes another number of operations than that of TensorFlow 1.15.

    Attributes:
      name: Its name.
      file: Name of the file of TensorFlow that defines it.
      additional: Number of operations that it makes in addition to those of TensorFlow 1.15.
    """

    name: str
    file: str
    additional: int


#: The functions, by the type of an operation that they make once. `tf.split` converts the number of splits to a tensor
#: in TensorFlow 1, and the functions for diagonals have fewer arguments there. Measured;
#: `tests/tf1/programs/equal_functions.py` has the functions.
_FUNCTIONS: Final = {
    "MatrixDiagPartV3": _Function("matrix_diag_part", "array_ops.py", 2),
    "MatrixDiagV3": _Function("matrix_diag", "array_ops.py", 4),
    "MatrixSetDiagV3": _Function("matrix_set_diag", "array_ops.py", 1),
    "Split": _Function("split", "array_ops.py", -1),
    # In TensorFlow 1, it always makes min, max, sub, mul and add.
    "RandomUniform": _Function("random_uniform", "random_ops.py", -5),
}
#: The same for a `tf.random_uniform` whose minimum is 0 and whose maximum is not 1.
_ADDITIONAL_WITHOUT_MINIMUM: Final = -2
#: Part of the operations of `tf.random_uniform` without a range that comes before the random operation: min and max.
_PENDING_WITHOUT_RANGE: Final = -2
_random_uniform: Final = inspect.unwrap(random_ops.random_uniform).__code__


class _Count(NamedTuple):
    """Counted operations of a graph.

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
    return last_id(graph) - additional - _pending()


def last_id(graph: Any) -> int:
    """Return the number of operations of a graph; those that failed, for example by their shapes, are counted, too."""
    operations = graph.get_operations()
    return number(operations[-1]) if operations else 0


def number(operation: Any) -> int:
    """Return the number of an operation in its graph, which begins at 1."""
    identifier: int = operation._id  # begins at 2 since TensorFlow 2
    return identifier - 1


def _additional(operations: Any, index: int) -> int:
    operation = operations[index]
    function = _FUNCTIONS.get(operation.type)
    if function is None or not _is_made_by(function, operation):
        return 0
    if operation.type != "RandomUniform" or index + 1 == len(operations):
        return function.additional
    scope, following = operation.name.rpartition("/")[0], operations[index + 1].name
    if following == f"{scope}/sub":
        return 0
    return _ADDITIONAL_WITHOUT_MINIMUM if following == f"{scope}/Mul" else function.additional


def _is_made_by(function: _Function, operation: Any) -> bool:
    # An operation of tf.import_graph_def has no traceback, and one of tf.raw_ops another one.
    frames = operation.traceback or ()
    return any(frame.name == function.name and os.path.basename(frame.filename) == function.file for frame in frames)


def _pending() -> int:
    """Return the additional operations of a `tf.random_uniform` that is in progress and has no range."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code is not _random_uniform:
        frame = frame.f_back
    return 0 if frame is None or tf.is_tensor(frame.f_locals["maxval"]) else _PENDING_WITHOUT_RANGE
