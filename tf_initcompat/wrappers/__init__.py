"""Thin wrapper classes: translate the arguments, take a seed, delegate to `tf.keras.initializers`.

They behave as TensorFlow 1.15 does; `tf_initcompat.catalog.history` has what differed in earlier versions.
"""

from tf_initcompat._internal import keras_registry
from tf_initcompat.wrappers import tensorflow as tensorflow  # before the other modules: its error comes first

# Keras was imported with TensorFlow, which was too early to register classes that need TensorFlow.
keras_registry.register_imported()
