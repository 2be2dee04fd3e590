"""The engines that make variables themselves: partitioners of a Graph, MirroredStrategy, ParameterServerStrategy.

In the other contexts an initializer is called; here TensorFlow's own engine calls it, in its own way, and what is
compared are the variables that it made.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from tf_initcompat.parity.execution import clusters
from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.wrappers.tensorflow import np, tf

#: The jobs that a process can have without or with a cluster of its own.
_LOCAL_JOBS: Final = (None, "localhost", "chief")


class ReplicasError(Exception):
    """The replicas of one variable do not start equal."""


@contextmanager
def _partitioned(make: Callable[[], list[Any]], seed: int | None) -> Iterator[Callable[[], list[Any]]]:
    cluster = clusters.given()
    setter = tf.compat.v1.train.replica_device_setter(cluster=cluster) if cluster else None
    with tf.Graph().as_default() as graph, tf.compat.v1.device(setter):
        if seed is not None:
            tf.compat.v1.set_random_seed(seed)
        variables = make()
        initialize = tf.compat.v1.global_variables_initializer()
    target = f"grpc://{cluster.task_address('worker', 0)}" if cluster else ""
    with tf.compat.v1.Session(target, graph=graph) as session:

        def run() -> list[Any]:
            session.run(initialize)
            return [np.asarray(array) for array in session.run(variables)]

        yield run


def _partitioned_variables(initializer: Any, cell: Cell) -> list[Any]:
    shards = tf.compat.v1.get_variable(
        f"variable_{len(tf.compat.v1.global_variables())}",
        cell.shape,
        cell.dtype or tf.float32,
        initializer,
        partitioner=tf.compat.v1.fixed_size_partitioner(cell.partitions) if cell.partitions > 1 else None,
    )
    return list(shards) if cell.partitions > 1 else [shards]


@contextmanager
def _in_scope(
    strategy: Callable[[], Any], make: Callable[[], list[Any]], seed: int | None
) -> Iterator[Callable[[], list[Any]]]:
    if seed is not None:
        tf.random.set_seed(seed)

    scope = strategy().scope
    devices = [tf.DeviceSpec.from_string(device.name) for device in tf.config.list_logical_devices()]
    servers = len({device.task for device in devices if device.job == "ps"})

    def run() -> list[Any]:
        with scope():
            arrays = [tensor.numpy() for tensor in make()]
            # Servers take turns: each program begins at the same one, since its streams go on from program to program.
            for _ in range(-len(arrays) % servers if servers else 0):
                tf.Variable(0.0)
            return arrays

    yield run


def _mirrored_variables(initializer: Any, cell: Cell) -> list[Any]:
    variable = tf.Variable(lambda: initializer(cell.shape, **cell.keywords()))
    first, *others = tf.distribute.get_strategy().experimental_local_results(variable)
    for number, replica in enumerate(others, start=1):
        if replica.numpy().tobytes() != first.numpy().tobytes():
            raise ReplicasError(f"replica {number} of one variable does not start equal to replica 0")
    return [first.read_value()]


def _parameter_server_variables(initializer: Any, cell: Cell) -> list[Any]:
    dtype = tf.as_dtype(cell.dtype or tf.float32)
    _partitions.count = cell.partitions
    variable = tf.Variable(functools.partial(initializer, cell.shape, dtype=dtype), shape=cell.shape, dtype=dtype)
    return [shard.read_value() for shard in getattr(variable, "variables", [variable])]


class _Partitions:
    """A partitioner whose number of shards can be set, since a cluster has one strategy for all of its variables."""

    count = 1

    def __call__(self, shape: Any, dtype: Any, axis: int = 0) -> Any:
        return tf.distribute.experimental.partitioners.FixedShardsPartitioner(self.count)(shape, dtype, axis)


_partitions: Final = _Partitions()


def _current(kind: Any) -> Any:
    """Returns the strategy in whose scope the caller is, if it is of a kind."""
    strategy = tf.distribute.get_strategy() if tf.distribute.has_strategy() else None
    return strategy if isinstance(strategy, kind) else None


def _own_mirrored() -> Any:
    """Returns a strategy over two devices of this process."""
    # Not cached: a process that joins a cluster has other device names from then on.
    for kind in ("GPU", "CPU"):
        names = [device.name for device in tf.config.list_logical_devices(kind)]
        local = [name for name in names if tf.DeviceSpec.from_string(name).job in _LOCAL_JOBS]
        if len(local) > 1:
            return tf.distribute.MirroredStrategy(local[:2])
    raise clusters.EngineError(
        "context 'mirrored' needs two devices, and this process has one. Compare in the scope of a MirroredStrategy, "
        "or make two before TensorFlow is used: tf.config.set_logical_device_configuration("
        "tf.config.list_physical_devices('CPU')[0], [tf.config.LogicalDeviceConfiguration()] * 2)"
    )


def _mirrored_strategy() -> Any:
    kinds = (tf.distribute.MirroredStrategy, tf.distribute.MultiWorkerMirroredStrategy)
    return _current(kinds) or _own_mirrored()


@functools.cache
def _parameter_servers() -> Any:
    """Returns a strategy on the cluster of `TF_CONFIG`, or on one of this process, which it starts."""
    return tf.distribute.ParameterServerStrategy(clusters.coordinated(), variable_partitioner=_partitions)


def _parameter_server_strategy() -> Any:
    return _current(tf.distribute.ParameterServerStrategy) or _parameter_servers()


class Engine(NamedTuple):
    """An engine that makes variables.

    Attributes:
      strategy: Returns the strategy or cluster, if one is needed, or raises an `EngineError`.
      program: Builds a program, as those of `contexts` are built.
      variables: Makes the variables of a cell with an initializer, and returns what the program reads of them.
    """

    strategy: Callable[[], Any]
    program: Callable[..., Any]
    variables: Callable[[Any, Cell], list[Any]]


def _of_strategy(strategy: Callable[[], Any], variables: Callable[[Any, Cell], list[Any]]) -> Engine:
    return Engine(strategy, functools.partial(_in_scope, strategy), variables)


#: The engines by the names of their contexts, those of `plan.ENGINES`.
ENGINES: Final = {
    "partitioned": Engine(lambda: clusters.given(wait=True), _partitioned, _partitioned_variables),
    "mirrored": _of_strategy(_mirrored_strategy, _mirrored_variables),
    "parameter-server": _of_strategy(_parameter_server_strategy, _parameter_server_variables),
}
