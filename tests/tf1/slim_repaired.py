"""tf_slim, with the names that TensorFlow and Keras have moved since its release in 2020."""

import importlib.util
import sys

import tensorflow as tf
import tf_slim
from tensorflow.python.framework import ops

if not hasattr(ops, "Tensor"):
    ops.Tensor = tf.Tensor

_keras = tf.keras.Model.__module__.partition(".")[0]
_name = "legacy_tf_layers.normalization"
if importlib.util.find_spec(f"{_keras}.src.legacy_tf_layers"):  # not in Keras 3
    sys.modules[f"tf_keras.{_name}"] = importlib.import_module(f"{_keras}.src.{_name}")

sys.modules[__name__] = tf_slim
