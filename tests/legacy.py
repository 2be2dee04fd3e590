"""The real legacy symbols, the table's rows, and how tensors are compared; for all tests."""

import importlib
import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from tf_initcompat.catalog import symbols
from tf_initcompat.parity.table.legacy import keras_package
from tf_initcompat.parity.table.legacy import namespace as namespace
from tf_initcompat.parity.table.legacy import real as real
from tf_initcompat.parity.table.sweep import mirrored as mirrored

#: Where the real v1 Keras module is: part of Keras 2, kept in tf_keras since.
V1_KERAS_PACKAGE = keras_package()

#: The first name of each row that makes tensors, of those that draw random numbers, and every name of the table.
INITIALIZERS = [symbol.names[0] for symbol in symbols.INITIALIZERS]
RANDOM = [symbol.names[0] for symbol in symbols.INITIALIZERS if symbol.is_random]
CLASSES = [symbol.names[0] for symbol in symbols.INITIALIZERS if symbol.kind == "class"]
ALL_NAMES = [name for symbol in symbols.SYMBOLS for name in symbol.names]


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
