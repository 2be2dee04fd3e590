"""Initializer configs inside saved models: what makes legacy models load, and the converter behind `convert`.

Importing it imports no TensorFlow and no Keras; `custom_objects` does, when it is called.
"""

from tf_initcompat.saved.objects import custom_objects, upgraded

__all__ = ["custom_objects", "upgraded"]
