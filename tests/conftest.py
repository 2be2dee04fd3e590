"""The random state of every test, and what is tested."""

import os

import legacy
import pytest
import tensorflow as tf

#: What the matrix says is installed: the start of TensorFlow's version and of the module of tf.keras' initializers.
EXPECTED = {
    "tf-2.15": ("2.15.", "keras.src.initializers.initializers"),
    "tf-2.16": ("2.16.", "keras.src.initializers.random_initializers"),
    "tf-newest": ("2.", "keras.src.initializers.random_initializers"),
    "tf-newest-tf_keras": ("2.", "tf_keras.src.initializers.initializers"),
}


@pytest.fixture(autouse=True)
def _seeded() -> None:
    """Gives each test a known random state: the figures of the random tests are the same in every run."""
    tf.random.set_seed(20240229)


def pytest_report_header() -> str:
    """Says what is tested, and stops where it is not what the matrix meant."""
    keras = tf.keras.initializers.HeUniform.__module__
    if wanted := os.environ.get("TF_INITCOMPAT_EXPECT"):
        version, module = EXPECTED[wanted]
        if not tf.__version__.startswith(version) or keras != module:
            pytest.exit(f"{wanted} was to be tested, found TensorFlow {tf.__version__} with {keras}", returncode=4)
    return f"TensorFlow {tf.__version__}, tf.keras from {keras}, v1 Keras from {legacy.V1_KERAS_PACKAGE}"
