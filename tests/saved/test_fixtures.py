"""Every fixture on the installed TensorFlow: it does not load as it is, and loads with `custom_objects` and when converted.

A process loads all of them: TensorFlow takes long to import.
"""

import importlib.util
import json
import os
from pathlib import Path
from typing import Any

import h5py
import legacy
import make_fixtures
import numpy as np
import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat import saved
from tf_initcompat.saved import formats, targets

keras = tf.keras
KERAS_3 = hasattr(keras, "random")
IS_3_0 = KERAS_3 and keras.config is not None and tf.__version__.startswith("2.16")
TARGET = targets.TARGETS["2" if not KERAS_3 else "3.0" if IS_3_0 else "3.15"]
