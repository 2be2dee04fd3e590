"""Saved models with legacy initializers: loading them as they are, and converting them.

Importing this package imports no TensorFlow, no Keras and no h5py. Its functions do, when they are called.
"""

from tf_initcompat.saved.api import Conversion, FileError, convert, custom_objects, load_model, upgraded

__all__ = ["Conversion", "FileError", "convert", "custom_objects", "load_model", "upgraded"]
