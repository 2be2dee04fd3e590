"""A program under tf.compat.v1.disable_v2_behavior(). Prints a JSON document that a test compares.

Usage: v1_behavior.py real|mirrored|legacy
"""

import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any

import legacy
import numpy as np
import tensorflow as tf

import tf_initcompat

tf.compat.v1.disable_v2_behavior()


v1 = tf.compat.v1


def variables(name: str, make: Callable[[], Any]) -> list[np.ndarray]:
    """Return two plain variables of one initializer, then the two shards of a third variable."""
    shape, axis = legacy.partitioned_shape_of(name, (40, 30))
    dtype = tf.float64 if legacy.row(name).takes_dtype_of_call else tf.float32
    with tf.Graph().as_default():
        v1.set_random_seed(3)
        initializer = make()
        plain = [v1.get_variable(letter, legacy.shape_of(name, (20, 30)), initializer=initializer) for letter in "ab"]
        shards = v1.get_variable(
            "c",
            tf.TensorShape([v1.Dimension(shape[0]), *shape[1:]]),
            dtype,
            initializer,
            partitioner=v1.fixed_size_partitioner(2, axis=axis),
        )
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            return [np.asarray(value) for value in session.run([*plain, *shards])]


def main(subject: str) -> None:
    """Report the variables of every initializer, made in two Graphs with the same global seed."""
    find = legacy.real if subject == "real" else legacy.mirrored
    report: dict[str, Any] = {}
    for name in legacy.INITIALIZERS:
        with tf_initcompat.legacy_sampling() if subject == "legacy" else contextlib.nullcontext():
            first, second = (variables(name, find(name)) for _ in range(2))
        report[name] = {
            "reproduced": all(map(legacy.same, first, second)),
            "equal": [legacy.same(first[0], first[1]), legacy.same(first[2], first[3])],
            "dtypes": [value.dtype.name for value in first],
            "std": [float(np.std(first[0])), float(np.std(first[2]))],
            "bits": [value.tobytes().hex() for value in first] if subject != "mirrored" else [],
        }
    lookup = find("keras.initializers.get")
    names = ["he_uniform", "normal", "uniform", "zeros", "glorot_normal", "Orthogonal", "VarianceScaling", "one"]
    report["lookup"] = {name: [type(lookup(name)).__name__, lookup(name).get_config()] for name in names}
    print(json.dumps(report))


main(sys.argv[1])
