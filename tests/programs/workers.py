"""A worker of a MultiWorkerMirroredStrategy. All workers run this program in step."""

from typing import Any

import legacy
import task
import tensorflow as tf

import tf_initcompat
from tf_initcompat import parity

SHAPE = (40, 30)


def main() -> None:
    """Report the variables of this worker, before and after training."""
    task.begin()
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    report: dict[str, Any] = {"replicas": strategy.num_replicas_in_sync, "variables": {}}
    with strategy.scope():
        for name in legacy.RANDOM:
            for seed in (None, 3):
                initializer = legacy.mirrored(name)(seed=seed)
                shape = legacy.shape_of(name, SHAPE)
                variables = [tf.Variable(lambda: initializer(shape)) for _ in range(2)]  # noqa: B023  # called at once
                report["variables"][f"{name} {seed}"] = [
                    task.described(variable.numpy())["hash"] for variable in variables
                ]
        shared = tf_initcompat.initializers.he_normal()
        kernels = [tf.Variable(lambda: shared((30, 30))) for _ in range(2)]

    @tf.function
    def step() -> Any:
        def in_replica() -> Any:
            with tf.GradientTape() as tape:
                output = tf.ones((1, 30)) @ kernels[0] @ kernels[1]
                loss = tf.reduce_mean(tf.square(output - 1.0))
            gradients = tape.gradient(loss, kernels)
            for kernel, gradient in zip(kernels, gradients, strict=True):
                context = tf.distribute.get_replica_context()
                kernel.assign_sub(0.01 * context.all_reduce(tf.distribute.ReduceOp.MEAN, gradient))
            return loss

        return strategy.reduce(tf.distribute.ReduceOp.MEAN, strategy.run(in_replica), axis=None)

    losses = [float(step()) for _ in range(3)]
    report["trained"] = {"losses": losses, "hashes": [task.described(kernel.numpy())["hash"] for kernel in kernels]}
    with strategy.scope():
        comparison = parity.compare(
            legacy.real("initializers.he_normal"), legacy.mirrored("initializers.he_normal"),
            arguments={}, shape=(300, 200), contexts=("mirrored",), scale_error=0.02, mean_error=0.02,
        )  # fmt: skip
    report["parity"] = [comparison.verdict, comparison.contexts]
    task.end(report)


main()
