"""The thin wrapper classes: the only part of the package that runs in a user's model."""

from tf_initcompat._internal import keras_registry
from tf_initcompat.wrappers import tensorflow as tensorflow  # before any other module: its error comes first

# Importing TensorFlow has imported a Keras, which was too early to register classes that need TensorFlow.
keras_registry.register_imported()
