"""Shared by the tests: the legacy symbols, names of the catalog, contexts, and a comparison of tensors."""

import importlib
import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import contrib_oracle
import numpy as np
import tensorflow as tf

from tf_initcompat.catalog import symbols
from tf_initcompat.parity.table import legacy as installed
from tf_initcompat.parity.table.sweep import mirrored as mirrored

#: Package that contains the real v1 Keras module: Keras 2 itself, later tf_keras.
V1_KERAS_PACKAGE = installed.keras_package()

#: First names of the rows of the catalog that make tensors.
INITIALIZERS = [symbol.names[0] for symbol in symbols.INITIALIZERS]
#: Those of random initializers.
RANDOM = [symbol.names[0] for symbol in symbols.INITIALIZERS if symbol.is_random]
#: Those of classes; the others are functions that return an initializer.
CLASSES = [symbol.names[0] for symbol in symbols.INITIALIZERS if symbol.kind == "class"]
#: Those of kernels of orthogonal convolutions.
KERNELS = [symbol.names[0] for symbol in symbols.INITIALIZERS if symbol.kernel_ranks]
#: Random initializers of matrices.
RANDOM_MATRICES = [name for name in RANDOM if name not in KERNELS]
#: Every name of the catalog.
ALL_NAMES = [name for symbol in symbols.SYMBOLS for name in symbol.names]


def namespace(path: str) -> Any:
    """Return the real module that `tf_initcompat` mirrors under a path; for contrib, the oracle of the tests."""
    return contrib_oracle if path == "contrib.layers" else installed.namespace(path)


def real(name: str) -> Any:
    """Return the real legacy symbol for a name below `tf_initcompat`; for contrib, that of the oracle."""
    path, _, last = name.rpartition(".")
    return getattr(namespace(path), last)


def row(name: str) -> symbols.Symbol:
    """Return the row of the catalog for a name below `tf_initcompat`."""
    return symbols.by_name()[name]


def is_contrib(name: str) -> bool:
    """Return whether a name is that of a function of contrib, which returns a closure."""
    return row(name).library is symbols.Library.CONTRIB


def shape_of(name: str, matrix: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape that an initializer makes: the given one, or that of a kernel of size 2 with these channels."""
    ranks = row(name).kernel_ranks
    return (*[2] * (ranks[0] - 2), *sorted(matrix)) if ranks else matrix


def partitioned_shape_of(name: str, matrix: tuple[int, int]) -> tuple[tuple[int, ...], int]:
    """Return the shape of a partitioned variable that an initializer makes, and its partitioned axis.

    Args:
      name: Name of the initializer.
      matrix: The shape, partitioned along its first axis, of a matrix with more rows than columns. The outputs of a
        kernel are as many as the rows; it has one input, so that each shard has at least as many outputs.
    """
    rows, columns = matrix
    shape = shape_of(name, (rows, 1 if row(name).kernel_ranks else columns))
    return shape, len(shape) - 1 if row(name).kernel_ranks else 0


def same(first: Any, second: Any) -> bool:
    """Return whether two tensors are bit for bit the same."""
    first, second = np.asarray(first), np.asarray(second)
    return first.dtype == second.dtype and first.shape == second.shape and first.tobytes() == second.tobytes()


def eagerly(make: Callable[[], Any]) -> list[Any]:
    """Return the tensors that `make` lists, made in eager code."""
    return [np.asarray(tensor) for tensor in make()]


def in_function(make: Callable[[], Any]) -> list[Any]:
    """Return the tensors that `make` lists in a tf.function, from two runs of it."""
    function = tf.function(make)
    return [np.asarray(tensor) for _ in range(2) for tensor in function()]


def in_xla(make: Callable[[], Any]) -> list[Any]:
    """Return the tensors that `make` lists in a compiled tf.function, from two runs of it."""
    function = tf.function(make, jit_compile=True)
    return [np.asarray(tensor) for _ in range(2) for tensor in function()]


def in_graph(make: Callable[[], Any], seed: int | None = None) -> list[Any]:
    """Return the tensors that `make` lists in a Graph, from two runs in a Session."""
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
    """Return Keras' `DeterministicRandomTestTool`, which exists in v1 Keras only."""
    return importlib.import_module(
        f"{V1_KERAS_PACKAGE}.src.legacy_tf_layers.migration_utils"
    ).DeterministicRandomTestTool
