"""A whole program under tf.compat.v1.disable_v2_behavior(); prints as JSON what a test compares.

Usage: v1_behavior.py real|mirrored|legacy
"""

import contextlib
import json
import sys
from typing import Any

import legacy
import numpy as np
import tensorflow as tf

import tf_initcompat

tf.compat.v1.disable_v2_behavior()


def main(which: str) -> None:
    """Makes every initializer's variables in one Graph, twice with the same global seed."""
    find = legacy.real if which == "real" else legacy.mirrored
    report: dict[str, Any] = {}
    for name in legacy.INITIALIZERS:
        runs = []
        for _ in range(2):
            with tf.Graph().as_default(), contextlib.ExitStack() as stack:
                if which == "legacy":
                    stack.enter_context(tf_initcompat.legacy_sampling())
                tf.compat.v1.set_random_seed(3)
                initializer = find(name)()
                single = [tf.compat.v1.get_variable(letter, [20, 30], initializer=initializer) for letter in "ab"]
                parts = tf.compat.v1.get_variable(
                    "c",
                    tf.TensorShape([tf.compat.v1.Dimension(40), 30]),
                    tf.float64,
                    initializer,
                    partitioner=tf.compat.v1.fixed_size_partitioner(2),
                )
                with tf.compat.v1.Session() as session:
                    session.run(tf.compat.v1.global_variables_initializer())
                    runs.append([np.asarray(value) for value in session.run([*single, *parts])])
        first, second = runs
        report[name] = {
            "reproduced": all(map(legacy.same, first, second)),
            "equal": [legacy.same(first[0], first[1]), legacy.same(first[2], first[3])],
            "dtypes": [value.dtype.name for value in first],
            "std": [float(np.std(first[0])), float(np.std(first[2]))],
            "bits": [value.tobytes().hex() for value in first] if which != "mirrored" else [],
        }
    lookup = find("keras.initializers.get")
    names = ["he_uniform", "normal", "uniform", "zeros", "glorot_normal", "Orthogonal", "VarianceScaling", "one"]
    report["lookup"] = {name: [type(lookup(name)).__name__, lookup(name).get_config()] for name in names}
    print(json.dumps(report))


main(sys.argv[1])
