"""The real legacy symbols, the table's rows, and how tensors are compared; for all tests."""

import importlib
import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

import tf_initcompat
from tf_initcompat import symbols

#: Where the real v1 Keras module is: part of Keras 2, kept in tf_keras since.
V1_KERAS_PACKAGE = "keras" if tf.__version__.startswith("2.15.") else "tf_keras"

#: The first name of each row that makes tensors, of those that draw random numbers, and every name of the table.
INITIALIZERS = [symbol.names[0] for symbol in symbols.INITIALIZERS]
RANDOM = [symbol.names[0] for symbol in symbols.INITIALIZERS if "shared-instance" in symbol.hazards]
CLASSES = [symbol.names[0] for symbol in symbols.INITIALIZERS if symbol.kind == "class"]
ALL_NAMES = [name for symbol in symbols.SYMBOLS for name in symbol.names]


def namespace(path: str) -> Any:
    """Returns the real module that `tf_initcompat` mirrors under the path."""
    if path == "keras.initializers":
        return importlib.import_module(f"{V1_KERAS_PACKAGE}.api._v1.keras.initializers")
    if path == "contrib.layers":
        return importlib.import_module("tf_slim.layers.initializers")
    return tf.compat.v1.initializers if path else tf.compat.v1


def real(name: str) -> Any:
    """Returns the real legacy symbol for a name below `tf_initcompat`."""
    path, _, last = name.rpartition(".")
    return getattr(namespace(path), last)


def mirrored(name: str) -> Any:
    """Returns what `tf_initcompat` has under the name."""
    found: Any = tf_initcompat
    for part in name.split("."):
        found = getattr(found, part)
    return found


def same(first: Any, second: Any) -> bool:
    """Returns whether two tensors are bit for bit the same."""
    first, second = np.asarray(first), np.asarray(second)
    return first.dtype == second.dtype and first.shape == second.shape and first.tobytes() == second.tobytes()


def eagerly(make: Callable[[], Any]) -> list[Any]:
    """Returns the tensors that `make` lists, made in eager code."""
    return [np.asarray(tensor) for tensor in make()]


def in_function(make: Callable[[], Any]) -> list[Any]:
    """Returns the tensors that `make` lists in a tf.function, from two runs of it."""
    function = tf.function(make)
    return [np.asarray(tensor) for _ in range(2) for tensor in function()]


def in_xla(make: Callable[[], Any]) -> list[Any]:
    """Returns the tensors that `make` lists in a compiled tf.function, from two runs of it."""
    function = tf.function(make, jit_compile=True)
    return [np.asarray(tensor) for _ in range(2) for tensor in function()]


def in_graph(make: Callable[[], Any], seed: int | None = None) -> list[Any]:
    """Returns the tensors that `make` lists in a Graph, from two runs in a Session."""
    with tf.Graph().as_default():
        if seed is not None:
            tf.compat.v1.set_random_seed(seed)
        tensors = make()
        with tf.compat.v1.Session() as session:
            return [tensor for _ in range(2) for tensor in session.run(tensors)]


CONTEXTS: dict[str, Callable[[Callable[[], Any]], list[Any]]] = {
    "eager": eagerly,
    "function": in_function,
    "graph": in_graph,
}


def keras_test_tool() -> Any:
    """Returns Keras' `DeterministicRandomTestTool`, which exists in v1 Keras only."""
    return importlib.import_module(
        f"{V1_KERAS_PACKAGE}.src.legacy_tf_layers.migration_utils"
    ).DeterministicRandomTestTool
