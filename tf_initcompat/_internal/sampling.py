"""Switch between the native and the legacy symbols, for tests on golden values."""

import contextlib
import enum
import importlib
import os
import sys
import threading
from collections.abc import Generator, Mapping
from typing import Any, Final, Literal, Protocol

from tf_initcompat._internal import after_import

VARIABLE: Final = "TF_INITCOMPAT_SAMPLING"


class Kind(enum.Enum):
    """Initializers and op seeds from which the wrappers take their tensors."""

    NATIVE = "native"  # Keras
    LEGACY = "legacy"  # the legacy symbols, with the op seeds of TensorFlow 2
    TF1 = "tf1"  # the legacy symbols, with the op seeds of TensorFlow 1


class OpSeeds(Protocol):
    """The op seeds of the unseeded random operations under sampling of the kind `TF1`."""

    #: Whether they were recorded; the names of variables in a Graph find them.
    is_recorded: bool

    def next(self, graph: object) -> int:
        """Return the op seed of the next random operation of a graph."""
        ...

    def look_at(self, graph: object) -> None:
        """Make `check` look at the variables of a graph."""
        ...

    def check(self) -> None:
        """Raise ValueError if a variable was made without a recorded op seed."""
        ...


class Sampling:
    """A kind of sampling that is in effect.

    Args:
      kind: The kind.
      op_seeds: Under `TF1`, the op seeds.
    """

    def __init__(self, kind: Kind, op_seeds: OpSeeds | None = None) -> None:
        self.kind: Final = kind
        self.op_seeds: Final = op_seeds


_NATIVE: Final = Sampling(Kind.NATIVE)

_lock = threading.Lock()
_opened: list[Sampling] = []


@contextlib.contextmanager
def legacy_sampling(
    kind: Literal["legacy", "tf1"] = "legacy", *, seeds: "str | os.PathLike[str] | Mapping[str, int] | None" = None
) -> Generator[None, None, None]:
    """Make every wrapper sample through the real legacy symbol while the context is open.

    The weights are then bit for bit those of the unmigrated program, with the same seeds in the same order. There are
    two kinds, which differ for random operations without an op seed in a graph with a graph seed:

    - "legacy" gives the bits of the unmigrated program on the installed TensorFlow 2, which counts random operations.
    - "tf1" gives the bits of the program on TensorFlow 1.15, whose op seed is the number of all operations in the
      graph. While the context is open, it applies to every random operation that is added to a graph, so that the
      default initializer of `get_variable` and `tf.Variable(tf.truncated_normal(...))` are included.

    Some functions, such as `tf.nn.dropout`, make fewer operations in TensorFlow 2, which shifts the op seeds after
    them. `seeds` then provides the op seeds that were recorded in TensorFlow 1.

    The switch applies to all threads, since distribution strategies create variables in threads of their own. Contexts
    may be nested; the one that was opened last has effect. The environment variables `TF_INITCOMPAT_SAMPLING=legacy`
    and `TF_INITCOMPAT_SAMPLING=tf1` have the same effect for a whole process that imports `tf_initcompat`.

    Args:
      kind: "legacy" or "tf1".
      seeds: Optional op seeds that were recorded in TensorFlow 1, for the kind "tf1": the path of a file that
        `tf_initcompat/recorder/op_seeds.py` wrote, or a mapping from names of variables to op seeds. A partitioned
        variable has an op seed for each shard, under the shard's name.

    Yields:
      Nothing.

    Raises:
      ValueError: If an argument has a wrong value, or a file is malformed. While the context is open, or at its end, if
        a variable has no recorded op seed or does not take it.
      TypeError: If `seeds` has a wrong type.

    Example:
      >>> import tensorflow as tf
      >>> import tf_initcompat
      >>> def sample(initializer):
      ...     tf.random.set_seed(1)
      ...     return initializer(seed=2)((3, 3))
      >>> legacy = sample(tf.compat.v1.glorot_uniform_initializer)
      >>> with tf_initcompat.legacy_sampling():
      ...     bool(tf.reduce_all(sample(tf_initcompat.glorot_uniform_initializer) == legacy))
      True

      The op seed of an unseeded initializer in TensorFlow 1 is the number of operations before it:

      >>> with tf_initcompat.legacy_sampling("tf1"), tf.Graph().as_default() as graph:
      ...     tf.compat.v1.set_random_seed(7)
      ...     unused = [tf.constant(0.0) for _ in range(10)]
      ...     sample = tf_initcompat.random_normal_initializer()((2, 2))
      >>> [operation.get_attr("seed2") for operation in graph.get_operations() if "seed2" in operation.node_def.attr]
      [13]

      With recorded op seeds, the names of the variables decide:

      >>> with tf_initcompat.legacy_sampling("tf1", seeds={"kernel": 42}), tf.Graph().as_default() as graph:
      ...     tf.compat.v1.set_random_seed(7)
      ...     kernel = tf.compat.v1.get_variable("kernel", (2, 2))
      >>> [operation.get_attr("seed2") for operation in graph.get_operations() if "seed2" in operation.node_def.attr]
      [42]

    Source: `get_seed` of `tensorflow/python/framework/random_seed.py` in TensorFlow 1.15 and 2.
    """
    sampling = _of_arguments(kind, seeds)
    with _lock:
        if sampling.op_seeds is not None:
            _tensorflow_1().install()
        _opened.append(sampling)
    try:
        yield
        if sampling.op_seeds is not None:
            sampling.op_seeds.check()
    finally:
        with _lock:
            _opened.remove(sampling)
            if sampling.op_seeds is not None and not _needs_op_seeds():
                _tensorflow_1().uninstall()


def current() -> Sampling:
    """Return the sampling that is in effect.

    Raises:
      ValueError: If the environment variable has an unknown value.
    """
    opened = _opened[-1:]  # in one step: another thread may close the last context at any time
    return opened[0] if opened else _of_environment()


def is_legacy() -> bool:
    """Return whether the wrappers have to sample through the legacy symbols.

    Raises:
      ValueError: If the environment variable has an unknown value.
    """
    return current().kind is not Kind.NATIVE


def apply_environment() -> None:
    """Prepare TensorFlow, now or right after its import, for the kind that the environment variable names.

    A wrong value is an error of the first call of a wrapper.
    """
    if os.environ.get(VARIABLE) != Kind.TF1.value:
        return
    if "tensorflow" in sys.modules:
        _tensorflow_1().install()
    else:
        after_import.call({"tensorflow"}, lambda _: _tensorflow_1().install())


def _of_arguments(kind: str, seeds: object) -> Sampling:
    """Return the sampling that the arguments of `legacy_sampling` describe."""
    if kind not in (Kind.LEGACY.value, Kind.TF1.value):
        raise ValueError(f"Argument `kind` must be 'legacy' or 'tf1'. Received: {kind!r}")
    if seeds is not None and kind != Kind.TF1.value:
        raise ValueError(
            "Argument `seeds` has an effect only for the kind 'tf1': legacy_sampling('tf1', seeds=...). "
            f"Received the kind {kind!r}."
        )
    if kind == Kind.LEGACY.value:
        return Sampling(Kind.LEGACY)
    from tf_initcompat._internal import recorded_seeds  # not at the top: `import tf_initcompat` has to be fast

    recorded = None if seeds is None else recorded_seeds.load(seeds)
    return Sampling(Kind.TF1, _tensorflow_1().OpSeeds(recorded))


def _of_environment() -> Sampling:
    value = os.environ.get(VARIABLE, "")
    if not value:
        return _NATIVE
    try:
        kind = Kind(value)
    except ValueError:
        values = ", ".join(repr(kind.value) for kind in Kind)
        raise ValueError(f"Environment variable {VARIABLE} must be one of {values}. Received: {value!r}") from None
    if kind is not Kind.TF1:
        return Sampling(kind)
    _tensorflow_1().install()
    return Sampling(kind, _tensorflow_1().OpSeeds(None))


def _needs_op_seeds() -> bool:
    return any(sampling.op_seeds for sampling in _opened) or os.environ.get(VARIABLE) == Kind.TF1.value


def _tensorflow_1() -> Any:
    return importlib.import_module("tf_initcompat.wrappers.op_seeds")  # not at the top: it imports TensorFlow
