"""MirroredStrategy over two logical devices, functions that XLA compiles in it, and DTensor layouts."""

import contextlib
import itertools
from collections.abc import Callable
from typing import Any

import legacy
import numpy as np
import task
import tensorflow as tf
from tensorflow.experimental import dtensor

import tf_initcompat
from tf_initcompat import parity
from tf_initcompat.parity.execution import contexts, devices, programs

SHAPE = (600, 250)


def call(name: str, which: str = "mirrored", **arguments: Any) -> Any:
    """Returns an initializer."""
    return getattr(legacy, which)(name)(**arguments)


def mirrored(strategy: Any) -> dict[str, Any]:
    """Describes the replicas of two variables of each initializer."""
    report: dict[str, Any] = {}
    for name in legacy.RANDOM:
        for seed in (None, 3):
            initializer = call(name, seed=seed)
            with strategy.scope():
                variables = [tf.Variable(lambda: initializer(SHAPE)) for _ in range(2)]  # noqa: B023  # called at once
            report[f"{name} {seed}"] = [
                [task.described(replica, replica.device) for replica in strategy.experimental_local_results(variable)]
                for variable in variables
            ]
    return report


def keras_layers(strategy: Any) -> list[Any]:
    """Describes the replicas of the kernels of two layers that share an initializer."""
    shared = tf_initcompat.keras.initializers.he_normal(seed=1)
    with strategy.scope():
        layers = [tf.keras.layers.Dense(250, kernel_initializer=shared) for _ in range(2)]
        for layer in layers:
            layer.build((None, 600))
    kernels = [layer.trainable_weights[0] for layer in layers]
    if hasattr(tf.keras, "random"):  # Keras 3 keeps TensorFlow's variable in its own
        kernels = [kernel.value for kernel in kernels]
    return [[task.described(replica) for replica in strategy.experimental_local_results(kernel)] for kernel in kernels]


def in_replicas(strategy: Any) -> dict[str, list[bool]]:
    """Says of real and mirrored initializers which tensors are equal that are made inside of replicas.

    Per initializer: those of two replicas, of two runs, and then the same for a function that XLA compiles.
    """
    report: dict[str, list[bool]] = {}
    for which in ("real", "mirrored"):
        for seed in (None, 3):
            equal = []
            for compiled in (False, True):
                initializer = call("variance_scaling_initializer", which, seed=seed)
                function = tf.function(lambda: initializer(SHAPE), jit_compile=compiled)  # noqa: B023  # called at once
                runs = [strategy.experimental_local_results(strategy.run(function)) for _ in range(2)]
                equal += [legacy.same(*runs[0]), legacy.same(runs[0][0], runs[1][0])]
            report[f"{which} {seed}"] = equal
    return report


def compiled_variable(strategy: Any) -> Any:
    """Describes the replicas of a variable whose initial value XLA compiles."""
    initializer = call("glorot_uniform_initializer")
    with strategy.scope():
        variable = tf.Variable(tf.function(lambda: initializer(SHAPE), jit_compile=True))
    return [task.described(replica) for replica in strategy.experimental_local_results(variable)]


def sharded() -> Any:
    """Returns a layout with half of the rows on each of the two devices."""
    mesh = dtensor.create_mesh([("batch", 2)], devices=["CPU:0", "CPU:1"])
    return dtensor.Layout(["batch", dtensor.UNSHARDED], mesh)


def ways(name: str, layout: Any) -> dict[str, Callable[[], Any]]:
    """Returns the ways to make a DTensor with an initializer."""
    return {
        "keyword": lambda: call(name)(SHAPE, layout=layout),
        "call_with_layout": lambda: dtensor.call_with_layout(call(name), layout, SHAPE),
        "variable": lambda: dtensor.DVariable(call(name)(SHAPE, layout=layout)).read_value(),
        "function": lambda: dtensor.call_with_layout(tf.function(call(name), autograph=False), layout, SHAPE),
        "legacy sampling": tf_initcompat.legacy_sampling()(lambda: call(name)(SHAPE, layout=layout)),
    }


def layouts() -> dict[str, Any]:
    """Describes what each initializer makes with a layout, or says its error."""
    kinds = {"sharded": sharded(), "replicated": dtensor.Layout.replicated(sharded().mesh, rank=2)}
    report: dict[str, Any] = {}
    for name, kind in itertools.product(legacy.INITIALIZERS, kinds):
        for way, make in ways(name, kinds[kind]).items():
            try:
                found: Any = [task.described(part) for part in dtensor.unpack(make())]
            except NotImplementedError as error:
                found = str(error)
            report[f"{name} {kind} {way}"] = found
    return report


def traced() -> dict[str, str]:
    """Returns the error of each initializer that draws, in a function that is given its layout."""
    errors = {}
    for name in legacy.RANDOM:
        try:
            tf.function(lambda: call(name)(SHAPE, layout=sharded()), autograph=False)()  # noqa: B023  # called at once
        except NotImplementedError as error:
            errors[name] = str(error)
    return errors


def wholes() -> list[bool]:
    """Says whether a layout gives the parts of the whole where the mesh cannot make them, bit for bit."""
    layout = sharded()
    numbers = legacy.mirrored("constant_initializer")(list(range(SHAPE[0] * SHAPE[1])))
    integers = legacy.mirrored("random_uniform_initializer")(0, 9, seed=1, dtype=tf.int32)
    equal = []
    for initializer, sampling in ((numbers, False), (integers, False), (call("random_normal_initializer"), True)):
        made = []
        for arguments in ({}, {"layout": layout}):
            tf.random.set_seed(4)
            with tf_initcompat.legacy_sampling() if sampling else contextlib.nullcontext():
                tensor = initializer(SHAPE, **arguments)
            parts = dtensor.unpack(tensor) if arguments else [tensor]
            made.append(np.concatenate([part.numpy() for part in parts]))
        equal.append(legacy.same(*made))
    return equal


def errors_of_layouts() -> list[list[str]]:
    """Returns the errors of bad input, without and with a layout; and that of a bad layout."""
    layout = sharded()
    wrong: list[tuple[str, Any, Any]] = [
        ("glorot_uniform_initializer", (-8, 2), tf.float32),
        ("glorot_uniform_initializer", (8, 2), tf.int32),
        ("ones_initializer", None, tf.float32),
        ("orthogonal_initializer", (8,), tf.float32),
    ]
    errors: list[list[str]] = []
    for name, shape, dtype in wrong:
        errors.append([])
        for arguments in ({}, {"layout": layout}):
            try:
                call(name)(shape, dtype, **arguments)
            except (TypeError, ValueError, tf.errors.InvalidArgumentError) as error:
                errors[-1].append(f"{type(error).__name__}: {error}")
    try:
        call("ones_initializer")(SHAPE, layout="batch")
    except TypeError as error:
        errors.append([str(error)])
    return errors


def seeds_of_layouts() -> list[str]:
    """Returns hashes of two calls, and of the same after the same global seed."""
    layout = sharded()
    hashes = []
    for _ in range(2):
        tf.random.set_seed(7)
        initializer = call("variance_scaling_initializer")
        hashes += [task.described(dtensor.unpack(initializer(SHAPE, layout=layout))[1])["hash"] for _ in range(2)]
    return hashes


def placed() -> dict[str, Any]:
    """Returns where tensors were made under `devices.on`, in each context, and a comparison's verdict and error."""
    report: dict[str, Any] = {}
    with devices.on("CPU:1"):
        for context in contexts.DEFAULT:
            seen = []

            def make() -> list[Any]:
                tensor = call("random_normal_initializer")((2, 2))
                seen.append(tensor.device)  # noqa: B023  # called at once
                return [tensor]

            with programs.program(context, make, seed=1) as run:
                run()
            report[context.name] = seen[0]
    pair = [legacy.real("random_normal_initializer"), legacy.mirrored("random_normal_initializer")]
    comparison = parity.compare(*pair, shape=(100, 100), device="cpu:1", scale_error=0.05, mean_error=0.05)
    report["verdict"] = comparison.verdict
    errors = []
    for device, where in (
        ("CPU:7", ("eager",)),
        ("CPU:0:1", ("eager",)),
        ("/job:worker/device:CPU:1", ("eager",)),
        (1, ("eager",)),
        ("CPU:1", ("mirrored",)),
    ):
        try:
            parity.compare(*pair, shape=(2, 2), device=device, contexts=where)
        except ValueError as error:
            errors.append(str(error))
    report["errors"] = errors
    names = ("cpu", "cpu:1", "/device:CPU:1", "/job:localhost/replica:0/task:0/device:CPU:1")
    report["names"] = [devices.full_name(name) for name in names]
    return report


def main() -> None:
    """Reports all of it."""
    task.begin()
    devices.split_processor(2)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    tf.random.set_seed(1)
    report = {
        "mirrored": mirrored(strategy),
        "keras": keras_layers(strategy),
        "in replicas": in_replicas(strategy),
        "compiled": compiled_variable(strategy),
        "layouts": layouts(),
        "traced": traced(),
        "wholes": wholes(),
        "errors of layouts": errors_of_layouts(),
        "placed": placed(),
        "seeds of layouts": seeds_of_layouts(),
    }
    task.end(report)


main()
