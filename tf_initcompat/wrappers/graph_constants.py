"""Constants that the random operations of a Graph share.

A variable of TensorFlow 1's Graph would have three constants for its seed alone, as many as the legacy operation has.
"""

import itertools
import weakref
from collections.abc import Hashable
from typing import Any, Final

from tf_initcompat.typing import Tensor
from tf_initcompat.wrappers.tensorflow import np, tf

#: Short, since each variable names it three times, and unlikely in a program.
_SCOPE: Final = ".seed/"

#: Names of the constants by graph, device and value. Tensors would keep their graph alive.
_names: Final[weakref.WeakKeyDictionary[Any, dict[Hashable, str]]] = weakref.WeakKeyDictionary()


def shared(*values: Any) -> tuple[Any, ...]:
    """Return int32 constants of the current graph; outside of a plain Graph, the values themselves.

    Functions have few variables, and control flow of their own.

    Args:
      *values: Numbers and arrays.
    """
    if tf.executing_eagerly():
        return values
    graph = tf.compat.v1.get_default_graph()
    device = None if graph.building_function else _device(graph)
    if device is None:
        return values
    names = _names.setdefault(graph, {})
    return tuple(_constant(graph, names, device, value) for value in values)


def _constant(graph: Any, names: dict[Hashable, str], device: Hashable, value: Any) -> Tensor:
    key = (device, np.shape(value), int(np.sum(value)))  # of arrays there is one of each shape
    if key not in names:
        # Outside of loops, branches and name scopes, so that other operations can use it too.
        with tf.control_dependencies(None), tf.name_scope(_SCOPE):
            names[key] = tf.constant(value, tf.int32, name="n").name
    return graph.get_tensor_by_name(names[key])


def _device(graph: Any) -> Hashable:
    """Return the device scopes that have effect, or None if they cannot be compared or operations are colocated."""
    try:
        if list(graph._colocation_stack.peek_objs()):  # there is no public way to ask
            return None
        innermost_first = [(scope.function, scope.raw_string) for scope in graph._device_function_stack.peek_objs()]
    except AttributeError:  # another version of TensorFlow
        return None
    # `tf.device(None)`, under which variables make their initial values, hides the scopes around it.
    scopes = list(itertools.takewhile(lambda scope: scope[0] is not None, innermost_first))
    return None if any(device is None for _, device in scopes) else tuple(str(device) for _, device in scopes)
