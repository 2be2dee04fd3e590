"""How a team proves its own initializers in CI: run it with pytest.

pytest examples/test_parity.py --initializer-parity-report=parity.html
"""

from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat import parity


def legacy_embedding() -> Any:
    """The initializer of the model as it was: an embedding scaled by its width."""
    return tf.compat.v1.truncated_normal_initializer(stddev=64**-0.5)


def migrated_embedding() -> Any:
    """The same, migrated."""
    return tf_initcompat.truncated_normal_initializer(stddev=64**-0.5)


@pytest.mark.initializer_parity(contexts=("eager", "graph"))
def test_embedding(initializer_parity: Callable[..., parity.Comparison]) -> None:
    """The embedding starts as it did: distribution, fresh values, seeds, config and errors."""
    initializer_parity(legacy_embedding(), migrated_embedding(), shape=(1000, 64))


@pytest.mark.initializer_parity(contexts=("eager",), checks=parity.DISTRIBUTION)
def test_native_layer(initializer_parity: Callable[..., parity.Comparison]) -> None:
    """A layer that moved to a native initializer: its distribution is the same; its freshness is not asked for."""
    initializer_parity(tf.compat.v1.initializers.he_normal(), tf.keras.initializers.HeNormal(), shape=(256, 128))
