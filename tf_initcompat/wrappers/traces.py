"""Functions that make random tensors, traced once for each kind of call. The seed is their input.

A function needs one operation of eager code for a call, and the memory of one tensor. Tracing takes some milliseconds,
so that only calls that come again, and large tensors, get a function.
"""

import math
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, NamedTuple, TypeVar

from tf_initcompat.typing import DType, Seed, Tensor
from tf_initcompat.wrappers import native, placement, seeds
from tf_initcompat.wrappers.tensorflow import context, execute, np, tf

#: Number of elements from which tracing takes no longer than sampling: the second call is traced. The first one is
#: from `placement.LARGE` on.
MEDIUM: Final = 1 << 16
#: Number of the call that is traced for smaller tensors. A model with a few layers of one shape does not pay for it.
REPEATED: Final = 16
#: Largest number of functions; each takes about 100 KB.
FUNCTIONS: Final = 256
#: Largest number of kinds of calls that are counted.
COUNTED: Final = 4096

_Value = TypeVar("_Value")
#: Types of arguments whose `repr` says everything about them; a subclass may have another one.
_PLAIN: Final = frozenset((bool, int, float, str, type(None), tf.DType, *np.sctypeDict.values()))


class Call(NamedTuple):
    """Kind of a call: all that its tensor depends on, except for the seed.

    Attributes:
      initializer: Class of the wrapper.
      arguments: Its arguments, without the seed.
      shape: Shape of the tensor.
      full_shape: Shape of the variable that it is a shard of.
      dtype: Dtype of the tensor.
    """

    initializer: type
    arguments: Hashable
    shape: tuple[int, ...]
    full_shape: tuple[int, ...]
    dtype: DType


class Function(NamedTuple):
    """A traced function.

    Attributes:
      run: Makes the tensor from a seed.
      stream: The stream of its seeds.
    """

    run: Callable[[Tensor], Tensor]
    stream: seeds.Stream


class Recent(Generic[_Value]):
    """A dictionary that forgets the key that was not used for the longest time.

    Args:
      limit: Largest number of keys.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Hashable, _Value] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def get(self, key: Hashable) -> _Value | None:
        """Return a value, or None for an unknown key."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def set(self, key: Hashable, value: _Value) -> None:
        """Set a value."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._limit:
            self._values.popitem(last=False)


_lock = threading.RLock()
#: None for a call that cannot be traced.
functions: Final[Recent[Function | None]] = Recent(FUNCTIONS)
calls: Final[Recent[int]] = Recent(COUNTED)


#: Set in a forked process: it lacks the threads of TensorFlow that run functions.
_forked: Final = threading.Event()


def _after_fork() -> None:
    state = context.context_safe()
    if state is not None and getattr(state, "_context_handle", True) is not None:  # there is no public way to ask
        _forked.set()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_after_fork)


def arguments_of(attributes: dict[str, object]) -> Hashable:
    """Return the arguments of an initializer as a part of a `Call`; None if they are not plain numbers and strings.

    Args:
      attributes: Attributes of the initializer by name.
    """
    arguments: list[Hashable] = []
    for name, value in attributes.items():
        if name != "seed":
            if type(value) not in _PLAIN:
                return None
            arguments.append((name, type(value), repr(value)))  # repr: 0.0 and -0.0, or True and 1, are equal
    return tuple(arguments)


def sample(call: Call, op_seed: Seed, make: Callable[[], Tensor]) -> Tensor:
    """Return the tensor of one call.

    Args:
      call: What the tensor depends on.
      op_seed: Op seed of the initializer.
      make: Makes the tensor with the seed of `seeds.call_seed`.
    """
    if _forked.is_set():
        return make()
    state = context.context()
    device = state.device_name
    # A weak reference: a new context, which has no functions yet, may get the id of an old one.
    key = (weakref.ref(state), device, native.random_code(), call)
    with _lock:
        if key not in functions and _is_due(key, math.prod(call.shape)):
            functions.set(key, _traced(make, device))
        function = functions.get(key)
    return make() if function is None else function.run(function.stream.draw(op_seed))


def _is_due(key: Hashable, elements: int) -> bool:
    """Count a call, and return whether its function has to be traced now."""
    if elements >= placement.LARGE:
        return True
    number = (calls.get(key) or 0) + 1
    calls.set(key, number)
    return number >= (2 if elements >= MEDIUM else REPEATED)


def _traced(make: Callable[[], Tensor], device: str | None) -> Function | None:
    """Return a new function, or None if the tensor depends on more than one seed or is not made without errors."""
    pending = [make]  # the graph keeps the Python function that made it, which must not keep the initializer
    streams: list[seeds.Stream] = []

    def body(seed: Tensor) -> Tensor:
        # Not compiled where users ask for XLA: its normal numbers are others.
        with tf.xla.experimental.jit_scope(compile_ops=False), seeds.instead_of_drawing(seed) as requests:
            tensor = pending.pop()()
        streams.extend(requests)
        return tensor

    try:
        function = tf.compat.v1.wrap_function(body, [seeds.spec()])
    except Exception:  # of any type: the operations one by one raise it again
        return None
    if len(streams) != 1 or function.graph.captures:
        return None

    attributes = ("executor_type", _executor(device), "config_proto", _WITHOUT_GRAPPLER)

    def run(seed: Tensor) -> Tensor:
        # Not `function(seed)`, which takes longer, nor `tf.raw_ops.PartitionedCall`, whose kernel is never freed.
        [tensor] = execute.execute(function.name, 1, [seed], attributes, context.context())
        return tensor

    return Function(run, streams[0])


def _executor(device: str | None) -> str:
    """Return the executor of functions: that for one thread starts faster, but is for one processor only."""
    is_local = not device or "/job:localhost" in device
    return "SINGLE_THREADED_EXECUTOR" if is_local and not placement.has_gpu() else ""


def _without_grappler() -> bytes:
    """Return a configuration without Grappler, which has nothing to improve here and takes longer than tracing."""
    config = tf.compat.v1.ConfigProto()
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    serialized: bytes = config.SerializeToString()
    return serialized


_WITHOUT_GRAPPLER: Final = _without_grappler()
