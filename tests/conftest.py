"""Random state of each test, and a check of the installed versions."""

import os

import legacy
import pytest
import tensorflow as tf

#: Versions that a session of nox expects: prefix of TensorFlow's version, and module of tf.keras' initializers.
EXPECTED = {
    "tf-2.15": ("2.15.", "keras.src.initializers.initializers"),
    "tf-2.16": ("2.16.", "keras.src.initializers.random_initializers"),
    "tf-newest": ("2.", "keras.src.initializers.random_initializers"),
    "nightly": ("2.", "keras.src.initializers.random_initializers"),
    "tf-newest-tf_keras": ("2.", "tf_keras.src.initializers.initializers"),
}


@pytest.fixture(autouse=True)
def _seeded() -> None:
    """Set the global seed, so that random tests have the same figures in every run."""
    tf.random.set_seed(20240229)


def pytest_report_header() -> str:
    """Return the installed versions; exit if the session expects others."""
    module = tf.keras.initializers.HeUniform.__module__
    if session := os.environ.get("TF_INITCOMPAT_EXPECT"):
        version, expected_module = EXPECTED[session]
        if not tf.__version__.startswith(version) or module != expected_module:
            pytest.exit(f"expected {session}, found TensorFlow {tf.__version__} with {module}", returncode=4)
    return f"TensorFlow {tf.__version__}, tf.keras from {module}, v1 Keras from {legacy.V1_KERAS_PACKAGE}"
