"""Programs in the contexts in which TensorFlow makes variables: partitioner, MirroredStrategy, parameter servers.

TensorFlow calls the initializer in its own way, and the variables that it makes are compared.
"""

import functools
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

from tf_initcompat.parity.execution import clusters
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.execution.implementation import (
    ContextUnavailableError,
    Implementation,
    Make,
    Program,
    call_keywords,
)
from tf_initcompat.wrappers.tensorflow import np, tf

#: Jobs of the local devices, without a cluster or as a part of one.
_LOCAL_JOBS: Final = (None, "localhost", "chief")


class ReplicasError(Exception):
    """The replicas of one variable start with different values."""


@contextmanager
def _partitioned(make: Make, seed: int | None) -> Generator[Program, None, None]:
    cluster = clusters.described()
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


def _partitioned_variables(initializer: Callable[..., Any], configuration: Configuration) -> list[Any]:
    partitions = configuration.partitions
    shards = tf.compat.v1.get_variable(
        f"variable_{len(tf.compat.v1.global_variables())}",
        configuration.shape,
        configuration.dtype or tf.float32,
        initializer,
        partitioner=tf.compat.v1.fixed_size_partitioner(partitions) if partitions > 1 else None,
    )
    return list(shards) if partitions > 1 else [shards]


@contextmanager
def _in_scope(strategy: Callable[[], Any], make: Make, seed: int | None) -> Generator[Program, None, None]:
    if seed is not None:
        tf.random.set_seed(seed)

    scope = strategy().scope
    devices = [tf.DeviceSpec.from_string(device.name) for device in tf.config.list_logical_devices()]
    servers = len({device.task for device in devices if device.job == "ps"})

    def run() -> list[Any]:
        with scope():
            arrays = [tensor.numpy() for tensor in make()]
            # Variables are placed on the servers in turn, and the random streams of the servers continue from program
            # to program. These variables make every program start on the same server.
            for _ in range(-len(arrays) % servers if servers else 0):
                tf.Variable(0.0)
            return arrays

    yield run


def _mirrored_variables(initializer: Callable[..., Any], configuration: Configuration) -> list[Any]:
    variable = tf.Variable(lambda: initializer(configuration.shape, **call_keywords(configuration)))
    first, *replicas = tf.distribute.get_strategy().experimental_local_results(variable)
    for number, replica in enumerate(replicas, start=1):
        if replica.numpy().tobytes() != first.numpy().tobytes():
            raise ReplicasError(f"replica {number} of one variable does not start equal to replica 0")
    return [first.read_value()]


def _parameter_server_variables(initializer: Callable[..., Any], configuration: Configuration) -> list[Any]:
    dtype = tf.as_dtype(configuration.dtype or tf.float32)
    shape = configuration.shape
    _partitioner.partitions = configuration.partitions
    variable = tf.Variable(functools.partial(initializer, shape, dtype=dtype), shape=shape, dtype=dtype)
    return [shard.read_value() for shard in getattr(variable, "variables", [variable])]


class _Partitioner:
    """A partitioner whose number of shards can be set, since a cluster has one strategy for all variables."""

    partitions = 1

    def __call__(self, shape: Any, dtype: Any, axis: int = 0) -> Any:
        partitioner = tf.distribute.experimental.partitioners.FixedShardsPartitioner(self.partitions)
        return partitioner(shape, dtype, axis)


_partitioner: Final = _Partitioner()


def _current(*kinds: type) -> Any:
    """Return the strategy in whose scope the caller is, if it is of one of the kinds; else None."""
    strategy = tf.distribute.get_strategy() if tf.distribute.has_strategy() else None
    return strategy if isinstance(strategy, kinds) else None


def _local_mirrored_strategy() -> Any:
    """Return a strategy over two devices of this process."""
    # Not cached: the names of the devices change when the process joins a cluster.
    for kind in ("GPU", "CPU"):
        names = [device.name for device in tf.config.list_logical_devices(kind)]
        local = [name for name in names if tf.DeviceSpec.from_string(name).job in _LOCAL_JOBS]
        if len(local) > 1:
            return tf.distribute.MirroredStrategy(local[:2])
    raise ContextUnavailableError(
        "context 'mirrored' needs two devices, and this process has one. Compare in the scope of a MirroredStrategy, "
        "or make two devices before TensorFlow is used: tf.config.set_logical_device_configuration("
        "tf.config.list_physical_devices('CPU')[0], [tf.config.LogicalDeviceConfiguration()] * 2)"
    )


def _mirrored_strategy() -> Any:
    strategy = _current(tf.distribute.MirroredStrategy, tf.distribute.MultiWorkerMirroredStrategy)
    return strategy or _local_mirrored_strategy()


@functools.cache
def _local_parameter_servers() -> Any:
    """Return a strategy on the cluster of `TF_CONFIG`, or on a cluster that this process starts."""
    return tf.distribute.ParameterServerStrategy(clusters.coordinated(), variable_partitioner=_partitioner)


def _parameter_server_strategy() -> Any:
    return _current(tf.distribute.ParameterServerStrategy) or _local_parameter_servers()


def _with_strategy(
    strategy: Callable[[], Any], variables: Callable[[Callable[..., Any], Configuration], list[Any]]
) -> Implementation:
    return Implementation(functools.partial(_in_scope, strategy), strategy, variables)


IMPLEMENTATIONS: Final = {
    "partitioned": Implementation(_partitioned, lambda: clusters.described(wait=True), _partitioned_variables),
    "mirrored": _with_strategy(_mirrored_strategy, _mirrored_variables),
    "parameter-server": _with_strategy(_parameter_server_strategy, _parameter_server_variables),
}
