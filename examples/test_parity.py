"""Tests that compare a project's migrated initializers with the legacy ones, for example in CI.

Usage: pytest examples/test_parity.py --initializer-parity-report=parity.html
"""

from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat import parity


def legacy_embedding() -> Any:
    """Return the initializer of the legacy model: an embedding scaled by its width."""
    return tf.compat.v1.truncated_normal_initializer(stddev=64**-0.5)


def migrated_embedding() -> Any:
    """Return the same initializer, migrated."""
    return tf_initcompat.truncated_normal_initializer(stddev=64**-0.5)


@pytest.mark.initializer_parity(contexts=("eager", "graph"))
def test_embedding(initializer_parity: Callable[..., parity.Comparison]) -> None:
    """Compare everything: distribution, fresh values, seeds, config and errors."""
    initializer_parity(legacy_embedding(), migrated_embedding(), shape=(1000, 64))


@pytest.mark.initializer_parity(contexts=("eager",), checks=parity.DISTRIBUTION)
def test_native_layer(initializer_parity: Callable[..., parity.Comparison]) -> None:
    """Compare only the distribution of a layer that moved to Keras' own initializer."""
    initializer_parity(tf.compat.v1.initializers.he_normal(), tf.keras.initializers.HeNormal(), shape=(256, 128))
