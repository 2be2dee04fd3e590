"""What all tests share: the real legacy symbols, the table's rows and the random state."""

import importlib
import os
from typing import Any

import numpy as np
import pytest

import tf_initcompat
from tf_initcompat import symbols

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

V1_KERAS_PACKAGE = "keras" if tf.__version__.startswith("2.15.") else "tf_keras"


def v1_keras_initializers() -> Any:
    """Returns the real v1 Keras module: part of Keras 2, kept in tf_keras since."""
    return importlib.import_module(f"{V1_KERAS_PACKAGE}.api._v1.keras.initializers")


def real(name: str) -> Any:
    """Returns the real legacy symbol for a name below `tf_initcompat`."""
    namespace, _, last = name.rpartition(".")
    if namespace == "keras.initializers":
        return getattr(v1_keras_initializers(), last)
    if namespace == "contrib.layers":
        return getattr(importlib.import_module("tf_slim.layers.initializers"), last)
    return getattr(tf.compat.v1.initializers if namespace else tf.compat.v1, last)


def mirrored(name: str) -> Any:
    """Returns what `tf_initcompat` has under the name."""
    found: Any = tf_initcompat
    for part in name.split("."):
        found = getattr(found, part)
    return found


#: One name of each row that makes tensors, and those rows that draw random numbers.
INITIALIZERS = [symbol.names[0] for symbol in symbols.INITIALIZERS]
RANDOM = [symbol.names[0] for symbol in symbols.INITIALIZERS if "shared-instance" in symbol.hazards]
FANNED = [symbol.names[0] for symbol in symbols.INITIALIZERS if symbol.native == "VarianceScaling"]
ALL_NAMES = [name for symbol in symbols.SYMBOLS for name in symbol.names]


def same(first: Any, second: Any) -> bool:
    """Returns whether two tensors are bit for bit the same."""
    first, second = np.asarray(first), np.asarray(second)
    return first.dtype == second.dtype and first.shape == second.shape and first.tobytes() == second.tobytes()


@pytest.fixture(autouse=True)
def _seeded() -> None:
    """Gives each test a known random state: the figures of the random tests are the same in every run."""
    tf.random.set_seed(20240229)


def pytest_report_header() -> str:
    """Says what is tested."""
    return f"TensorFlow {tf.__version__}, tf.keras {tf.keras.initializers.HeUniform.__module__}"
