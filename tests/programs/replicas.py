"""MirroredStrategy on two logical devices, functions that XLA compiles in it, and DTensor layouts."""

import contextlib
import functools
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
#: Channels of kernels, whose matrices take long to make.
CHANNELS = (60, 25)


def shape_of(name: str) -> tuple[int, ...]:
    """Return the shape of the variables of an initializer."""
    return legacy.shape_of(name, CHANNELS if name in legacy.KERNELS else SHAPE)


def make(name: str, subject: str = "mirrored", **arguments: Any) -> Any:
    """Return an initializer."""
    return getattr(legacy, subject)(name)(**arguments)


def mirrored(strategy: Any) -> dict[str, Any]:
    """Describe the replicas of two variables for each initializer and op seed."""
    report: dict[str, Any] = {}
    for name in legacy.RANDOM:
        for seed in (None, 3):
            initializer, shape = make(name, seed=seed), shape_of(name)
            with strategy.scope():
                variables = [tf.Variable(lambda: initializer(shape)) for _ in range(2)]  # noqa: B023  # called at once
            report[f"{name} {seed}"] = [
                [task.described(replica, replica.device) for replica in strategy.experimental_local_results(variable)]
                for variable in variables
            ]
    return report


def keras_layers(strategy: Any) -> list[Any]:
    """Describe the replicas of the kernels of two layers that share an initializer."""
    shared = tf_initcompat.keras.initializers.he_normal(seed=1)
    with strategy.scope():
        layers = [tf.keras.layers.Dense(250, kernel_initializer=shared) for _ in range(2)]
        for layer in layers:
            layer.build((None, 600))
    kernels = [layer.trainable_weights[0] for layer in layers]
    if hasattr(tf.keras, "random"):  # Keras 3 wraps TensorFlow's variable in its own
        kernels = [kernel.value for kernel in kernels]
    return [[task.described(replica) for replica in strategy.experimental_local_results(kernel)] for kernel in kernels]


def in_replicas(strategy: Any) -> dict[str, list[bool]]:
    """Return, by subject and op seed, which tensors made inside `strategy.run` are equal.

    Each list has four members: the tensors of two replicas, those of two runs, and the same compiled by XLA.
    """
    report: dict[str, list[bool]] = {}
    for subject in ("real", "mirrored"):
        for seed in (None, 3):
            equal = []
            for is_compiled in (False, True):
                initializer = make("variance_scaling_initializer", subject, seed=seed)
                function = tf.function(lambda: initializer(SHAPE), jit_compile=is_compiled)  # noqa: B023  # called now
                runs = [strategy.experimental_local_results(strategy.run(function)) for _ in range(2)]
                equal += [legacy.same(*runs[0]), legacy.same(runs[0][0], runs[1][0])]
            report[f"{subject} {seed}"] = equal
    return report


def compiled_variable(strategy: Any) -> Any:
    """Describe the replicas of a variable whose initial value XLA compiles."""
    initializer = make("glorot_uniform_initializer")
    with strategy.scope():
        variable = tf.Variable(tf.function(lambda: initializer(SHAPE), jit_compile=True))
    return [task.described(replica) for replica in strategy.experimental_local_results(variable)]


def sharded(rank: int = 2) -> Any:
    """Return a layout with half of the first axis on each of the two devices."""
    mesh = dtensor.create_mesh([("batch", 2)], devices=["CPU:0", "CPU:1"])
    return dtensor.Layout(["batch", *[dtensor.UNSHARDED] * (rank - 1)], mesh)


def dtensor_calls(name: str, layout: Any) -> dict[str, Callable[[], Any]]:
    """Return the ways to make a DTensor with an initializer."""
    shape = shape_of(name)
    return {
        "keyword": lambda: make(name)(shape, layout=layout),
        "call_with_layout": lambda: dtensor.call_with_layout(make(name), layout, shape),
        "variable": lambda: dtensor.DVariable(make(name)(shape, layout=layout)).read_value(),
        "function": lambda: dtensor.call_with_layout(tf.function(make(name), autograph=False), layout, shape),
        "legacy sampling": tf_initcompat.legacy_sampling()(lambda: make(name)(shape, layout=layout)),
    }


def layouts() -> dict[str, Any]:
    """Describe the parts of each initializer's DTensor by layout and call, or return the error message."""
    kinds: dict[str, Callable[[int], Any]] = {
        "sharded": sharded,
        "replicated": functools.partial(dtensor.Layout.replicated, sharded().mesh),
    }
    report: dict[str, Any] = {}
    for name, kind in itertools.product(legacy.INITIALIZERS, kinds):
        for call, make_tensor in dtensor_calls(name, kinds[kind](len(shape_of(name)))).items():
            try:
                report[f"{name} {kind} {call}"] = [task.described(part) for part in dtensor.unpack(make_tensor())]
            except NotImplementedError as error:
                report[f"{name} {kind} {call}"] = str(error)
    return report


def traced() -> dict[str, str]:
    """Return the error of each random initializer in a tf.function that passes the layout."""
    errors = {}
    for name in legacy.RANDOM:
        try:
            shape = shape_of(name)
            layout = sharded(len(shape))
            tf.function(lambda: make(name)(shape, layout=layout), autograph=False)()  # noqa: B023  # called at once
        except NotImplementedError as error:
            errors[name] = str(error)
    return errors


def parts_of_the_whole() -> dict[str, bool]:
    """Return whether a DTensor has the bits of the plain tensor, for tensors that the mesh cannot make in parts."""
    layout = sharded()
    cases = {
        "constant list": (make("constant_initializer", value=list(range(SHAPE[0] * SHAPE[1]))), False),
        "integers": (make("random_uniform_initializer", minval=0, maxval=9, seed=1, dtype=tf.int32), False),
        "legacy sampling": (make("random_normal_initializer"), True),
    }
    equal = {}
    for case, (initializer, is_legacy) in cases.items():
        with tf_initcompat.legacy_sampling() if is_legacy else contextlib.nullcontext():
            tf.random.set_seed(4)
            whole = initializer(SHAPE).numpy()
            tf.random.set_seed(4)
            parts = dtensor.unpack(initializer(SHAPE, layout=layout))
        equal[case] = legacy.same(whole, np.concatenate([part.numpy() for part in parts]))
    return equal


def bad_input() -> dict[str, list[str]]:
    """Return the errors of bad input, without and with a layout."""
    wrong: dict[str, tuple[str, Any, Any]] = {
        "negative size": ("glorot_uniform_initializer", (-8, 2), tf.float32),
        "integers": ("glorot_uniform_initializer", (8, 2), tf.int32),
        "no shape": ("ones_initializer", None, tf.float32),
        "vector": ("orthogonal_initializer", (8,), tf.float32),
    }
    errors: dict[str, list[str]] = {}
    for case, (name, shape, dtype) in wrong.items():
        errors[case] = []
        for arguments in ({}, {"layout": sharded()}):
            try:
                make(name)(shape, dtype, **arguments)
            except (TypeError, ValueError, tf.errors.InvalidArgumentError) as error:
                errors[case].append(f"{type(error).__name__}: {error}")
    return errors


def bad_layout() -> str:
    """Return the error of a layout that is not one; empty if there is no error."""
    try:
        make("ones_initializer")(SHAPE, layout="batch")
    except TypeError as error:
        return str(error)
    return ""


def seeds_of_layouts() -> list[str]:
    """Return the hashes of two calls, and of two calls after the global seed was set again."""
    layout = sharded()
    hashes = []
    for _ in range(2):
        tf.random.set_seed(7)
        initializer = make("variance_scaling_initializer")
        hashes += [task.described(dtensor.unpack(initializer(SHAPE, layout=layout))[1])["hash"] for _ in range(2)]
    return hashes


def devices_by_context() -> dict[str, str]:
    """Return the device of the tensors that are made under `devices.on`, by context."""
    report: dict[str, str] = {}
    with devices.on("CPU:1"):
        for context in contexts.DEFAULT:
            seen: list[str] = []

            def make_tensor() -> list[Any]:
                tensor = make("random_normal_initializer")((2, 2))
                seen.append(tensor.device)  # noqa: B023  # called at once
                return [tensor]

            with programs.program(context, make_tensor, seed=1) as run:
                run()
            report[context.name] = seen[0]
    return report


def comparison_on_a_device() -> dict[str, Any]:
    """Return the verdict of a comparison on the second device, and the errors of devices that are not available."""
    pair = [make("random_normal_initializer", subject) for subject in ("real", "mirrored")]
    comparison = parity.compare(*pair, shape=(100, 100), device="cpu:1", scale_error=0.05, mean_error=0.05)
    errors = []
    for device, context in (
        ("CPU:7", "eager"),
        ("CPU:0:1", "eager"),
        ("/job:worker/device:CPU:1", "eager"),
        (1, "eager"),
        ("CPU:1", "mirrored"),
    ):
        try:
            parity.compare(*pair, shape=(2, 2), device=device, contexts=(context,))
        except ValueError as error:
            errors.append(str(error))
    return {"verdict": comparison.verdict, "errors": errors}


def names_of_devices() -> list[str]:
    """Return the full names of devices that are written in different ways."""
    names = ("cpu", "cpu:1", "/device:CPU:1", "/job:localhost/replica:0/task:0/device:CPU:1")
    return [devices.full_name(name) for name in names]


def main() -> None:
    """Report all of it."""
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
        "parts of the whole": parts_of_the_whole(),
        "bad input": bad_input(),
        "bad layout": bad_layout(),
        "devices": devices_by_context(),
        "comparison": comparison_on_a_device(),
        "names of devices": names_of_devices(),
        "seeds of layouts": seeds_of_layouts(),
    }
    task.end(report)


main()
