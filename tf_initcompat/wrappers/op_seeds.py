"""The op seeds of TensorFlow 1 in graphs.

An unseeded random operation in a graph with a graph seed takes the number of operations in the graph as its op seed in
TensorFlow 1. TensorFlow 2 takes the number of unseeded random operations, from a dictionary of counters by graph. While
sampling of the kind "tf1" is in effect, an object of this module takes the place of that dictionary. Otherwise it is
TensorFlow's own. Eager code takes op seeds from a Python generator, in both the same.
"""

import threading
from collections import Counter
from typing import Any, Final

from tf_initcompat._internal import sampling
from tf_initcompat._internal.recorded_seeds import RecordedSeeds
from tf_initcompat.typing import Seed
from tf_initcompat.wrappers import operation_counts
from tf_initcompat.wrappers.tensorflow import random_seed, tf

_COUNTERS: Final = "_graph_to_seed_dict"
_INITIALIZER: Final = "/Initializer"

_lock = threading.Lock()


def install() -> None:
    """Make TensorFlow ask this module for op seeds.

    Raises:
      RuntimeError: If the installed TensorFlow finds op seeds in another way.
    """
    with _lock:
        counters = getattr(random_seed, _COUNTERS, None)
        if counters is None:
            raise RuntimeError(
                f"Legacy sampling of the kind 'tf1' does not know how TensorFlow {tf.__version__} finds op seeds. "
                "Use the kind 'legacy', or another version of TensorFlow."
            )
        if not isinstance(counters, _Counters):
            setattr(random_seed, _COUNTERS, _Counters(counters))


def uninstall() -> None:
    """Give TensorFlow its own op seeds back."""
    with _lock:
        counters = getattr(random_seed, _COUNTERS)
        if isinstance(counters, _Counters):
            setattr(random_seed, _COUNTERS, counters.replaced)


def check_eager_call(seed: Seed) -> None:
    """Raise an error if a random call in eager code needs a recorded op seed.

    Args:
      seed: Op seed of the wrapper.

    Raises:
      ValueError: If op seeds were recorded and the wrapper has none.
    """
    seeds = sampling.current().op_seeds
    if seeds is not None and seeds.is_recorded and seed is None and tf.executing_eagerly():
        raise ValueError(
            "Recorded op seeds apply to the variables of a Graph, and this is eager code. Build the program in a "
            "tf.Graph, or call legacy_sampling('tf1') without `seeds`: eager op seeds need no recording."
        )


class OpSeeds:
    """Op seeds of unseeded random operations as in TensorFlow 1.

    Args:
      recorded: Recorded op seeds, which the name scope of an operation finds; None for the number of operations.
    """

    def __init__(self, recorded: RecordedSeeds | None) -> None:
        self._recorded = recorded
        #: For each graph that asked for a recorded op seed, the number of operations by name scope.
        self._used: dict[Any, Counter[str]] = {}
        #: For each of these graphs, the op seeds of the operations that were not recorded.
        self._unrecorded: dict[Any, set[int]] = {}

    @property
    def is_recorded(self) -> bool:
        """Whether the op seeds were recorded."""
        return self._recorded is not None

    def next(self, graph: Any) -> int:
        """Return the op seed of the random operation that is added to a graph next.

        Raises:
          ValueError: If the operation initializes a variable without a recorded op seed.
        """
        position = operation_counts.in_tensorflow_1(graph)
        if self._recorded is None:
            return position
        scope = graph.get_name_scope()
        used = self._used.setdefault(graph, Counter())
        used[scope] += 1
        recorded = self._recorded.scopes.get(scope, ())
        if used[scope] <= len(recorded):
            return recorded[used[scope] - 1]
        variable, separator, _ = f"{scope}/".rpartition(f"{_INITIALIZER}/")
        if separator:
            return self._recorded.of_variable(variable)
        # A mask or a shuffle: TensorFlow 2 may have other ones. A variable is found by `check`.
        self._unrecorded.setdefault(graph, set()).add(position)
        return position

    def check(self) -> None:
        """Raise ValueError if the initial value of a variable does not come from its recorded op seed."""
        if self._recorded is None:
            return
        missing: list[str] = []
        different: list[str] = []
        for graph in self._used:
            unrecorded = self._unrecorded.get(graph, set())
            for name, initializer in _initializers(graph).items():
                op_seeds = _op_seeds_behind(initializer)
                if name not in self._recorded.variables:
                    missing += [name] if op_seeds & unrecorded else []
                elif self._recorded.variables[name] not in op_seeds:
                    different.append(name)
        if missing:
            raise ValueError(self._recorded.missing(missing))
        if different:
            raise ValueError(self._recorded.different(different))


def _initializers(graph: Any) -> dict[str, Any]:
    """Return the operations that initialize the global and local variables of a graph, by the variables' names."""
    keys = (tf.compat.v1.GraphKeys.GLOBAL_VARIABLES, tf.compat.v1.GraphKeys.LOCAL_VARIABLES)
    variables = [variable for key in keys for variable in graph.get_collection(key)]
    # A mirrored variable would add an operation to the graph, which may be finalized.
    parts = [part for variable in variables for part in getattr(variable, "values", (variable,))]
    return {part.op.name: part.initializer for part in parts}


def _op_seeds_behind(operation: Any) -> set[int]:
    """Return the op seeds of the random operations that an operation depends on."""
    seen, waiting = {operation}, [operation]
    op_seeds: set[int] = set()
    while waiting:
        node = waiting.pop()
        if "seed2" in node.node_def.attr:
            op_seeds.add(node.get_attr("seed2"))
        before = {tensor.op for tensor in node.inputs} - seen
        seen |= before
        waiting.extend(before)
    return op_seeds


class _Counters:
    """Answers TensorFlow's requests for the counter of unseeded random operations of a graph.

    TensorFlow's own counters go on, so that they are right again afterwards.

    Args:
      replaced: TensorFlow's own dictionary.
    """

    def __init__(self, replaced: Any) -> None:
        self.replaced = replaced

    def setdefault(self, graph: Any, default: int) -> int:
        """Return the op seed of the next random operation of a graph."""
        count: int = self.replaced.setdefault(graph, default)
        seeds = sampling.current().op_seeds
        return count if seeds is None else seeds.next(graph)

    def __getitem__(self, graph: Any) -> int:
        count: int = self.replaced[graph]
        return count

    def __setitem__(self, graph: Any, count: int) -> None:
        self.replaced[graph] = count
