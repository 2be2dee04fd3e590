"""The op seeds of TensorFlow 1 in graphs.

An unseeded random operation in a graph with a graph seed takes the number of operations in the graph as its op seed in
TensorFlow 1. TensorFlow 2 takes the number of unseeded random operations, from a dictionary of counters by graph. While
sampling of the kind "tf1" is in effect, an object of this module takes the place of that dictionary. Otherwise it is
TensorFlow's own. Eager code takes op seeds from a Python generator, in both the same.
"""

import inspect
import os
import threading
import weakref
from collections import Counter
from typing import Any, Final, NamedTuple

from tf_initcompat._internal import sampling
from tf_initcompat._internal.recorded_seeds import LARGEST, RecordedSeeds
from tf_initcompat.wrappers import operation_counts
from tf_initcompat.wrappers.tensorflow import random_seed, tf

_COUNTERS: Final = "_graph_to_seed_dict"
_INITIALIZER: Final = "/Initializer"
#: File of TensorFlow whose iterators ask for an op seed without an operation that has it.
_ITERATORS: Final = "dataset_ops.py"

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


def see_call(needs_op_seed: bool) -> None:
    """Look at the graph of a call of a wrapper, or raise an error if one in eager code needs a recorded op seed.

    Args:
      needs_op_seed: Whether the wrapper is random and has no op seed.

    Raises:
      ValueError: If op seeds were recorded and the wrapper has none.
    """
    seeds = sampling.current().op_seeds
    if seeds is None or not seeds.is_recorded:
        return
    if not tf.executing_eagerly():
        seeds.look_at(tf.compat.v1.get_default_graph())
    elif needs_op_seed:
        raise ValueError(
            "Recorded op seeds apply to the variables of a Graph, and this is eager code. Build the program in a "
            "tf.Graph, or call legacy_sampling('tf1') without `seeds`: eager op seeds need no recording."
        )


class _Graph(NamedTuple):
    """Operations of a graph that `OpSeeds.check` has to know.

    Attributes:
      first: Number of operations before the context was opened.
      unrecorded: Op seeds of the operations whose op seed was not recorded.
    """

    first: int
    unrecorded: set[int]


class OpSeeds:
    """Op seeds of unseeded random operations as in TensorFlow 1.

    Args:
      recorded: Recorded op seeds, which the name scope of an operation finds; None for the number of operations.
    """

    def __init__(self, recorded: RecordedSeeds | None) -> None:
        self._recorded = recorded
        #: The graphs that `check` has to look at.
        self._graphs: dict[Any, _Graph] = {}
        if recorded is not None and not tf.executing_eagerly():
            graph = tf.compat.v1.get_default_graph()
            self._graphs[graph] = _Graph(operation_counts.last_id(graph), set())

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
        if self._recorded is None or _is_for_an_iterator():
            return position
        self.look_at(graph)
        scope = graph.get_name_scope()
        if not graph.building_function:  # its scopes are its own, and only those of the graph were recorded
            used = _used.setdefault(graph, Counter())
            used[scope] += 1
            recorded = self._recorded.scopes.get(scope, ())
            if used[scope] <= len(recorded):
                return recorded[used[scope] - 1]
        variable, separator, _ = f"{scope}/".rpartition(f"{_INITIALIZER}/")
        if separator:
            return self._recorded.of_variable(variable)
        # A mask or a shuffle: TensorFlow 2 may have other ones. A variable is found by `check`.
        self._graphs[graph].unrecorded.add(position)
        return position

    def look_at(self, graph: Any) -> None:
        """Make `check` look at the variables of a graph."""
        self._graphs.setdefault(graph, _Graph(0, set()))

    def check(self) -> None:
        """Raise ValueError if the initial value of a variable does not come from its recorded op seed."""
        if self._recorded is None:
            return
        missing: list[str] = []
        different: list[str] = []
        unseeded: list[str] = []
        for graph, (first, unrecorded) in self._graphs.items():
            for name, initializer in _initializers(graph, first).items():
                pairs = _seeds_behind(initializer)
                op_seeds = {op_seed for _, op_seed in pairs}
                if (0, 0) in pairs:
                    unseeded.append(name)
                elif name not in self._recorded.variables:
                    missing += [name] if op_seeds & unrecorded else []
                elif _as_taken(self._recorded.variables[name]) not in map(_as_taken, op_seeds):
                    different.append(name)
        if unseeded:
            raise ValueError(self._recorded.unseeded(unseeded))
        if missing:
            raise ValueError(self._recorded.missing(missing))
        if different:
            raise ValueError(self._recorded.different(different))


#: For each graph, the number of operations by name scope that asked for a recorded op seed.
_used: weakref.WeakKeyDictionary[Any, Counter[str]] = weakref.WeakKeyDictionary()


def _is_for_an_iterator() -> bool:
    """Return whether an iterator asks for an op seed."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_name != random_seed.get_seed.__name__:
        frame = frame.f_back
    caller = None if frame is None else frame.f_back
    return caller is not None and os.path.basename(caller.f_code.co_filename) == _ITERATORS


def _as_taken(op_seed: int) -> int:
    """Return an op seed as TensorFlow takes it; it also replaces the pair (0, 0) by (0, LARGEST)."""
    return op_seed % LARGEST


def _initializers(graph: Any, first: int) -> dict[str, Any]:
    """Return the operations that initialize the new global and local variables of a graph, by the variables' names."""
    keys = (tf.compat.v1.GraphKeys.GLOBAL_VARIABLES, tf.compat.v1.GraphKeys.LOCAL_VARIABLES)
    parts: list[Any] = []
    for variable in (variable for key in keys for variable in graph.get_collection(key)):
        # A mirrored variable would add an operation to the graph, which may be finalized.
        values = getattr(variable, "values", None)
        parts += values if isinstance(values, tuple) else [variable]
    # Programs may add other objects to the collections.
    parts = [part for part in parts if getattr(part, "initializer", None) is not None]
    return {part.op.name: part.initializer for part in parts if operation_counts.number(part.op) > first}


def _seeds_behind(operation: Any) -> set[tuple[int, int]]:
    """Return the pairs of graph seed and op seed of the random operations that an operation depends on."""
    seen, waiting = {operation}, [operation]
    pairs: set[tuple[int, int]] = set()
    while waiting:
        node = waiting.pop()
        if "seed2" in node.node_def.attr:
            pairs.add((node.get_attr("seed"), node.get_attr("seed2")))
        before = {tensor.op for tensor in node.inputs} - seen
        seen |= before
        waiting.extend(before)
    return pairs


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
