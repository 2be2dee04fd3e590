"""Initializer configs inside saved models: what makes legacy models load, and the converter behind `convert`.

Importing it imports no TensorFlow and no Keras; its functions do, when they are called.
"""

from tf_initcompat.saved.loading.objects import custom_objects, load_model, upgraded

__all__ = ["custom_objects", "load_model", "upgraded"]
