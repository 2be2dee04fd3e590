# ruff: noqa: E402
"""Find the legacy initializers of the installed TensorFlow.

In TensorFlow 1 they are the real symbols, contrib's among them. In TensorFlow 2 they are the wrappers. The module runs
on Python 2.7 and on every TensorFlow since 1.0.
"""

import functools
import logging
import os
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import numpy as np
import tensorflow

#: Whether the installed TensorFlow is a TensorFlow 1.
IS_TF1 = tensorflow.__version__.startswith("1.")

if IS_TF1:
    tf = tensorflow
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
else:
    import tf_initcompat

    tf = tensorflow.compat.v1


class AbsentError(Exception):
    """The installed TensorFlow has no symbol of that name."""


def find(name):
    """Return the initializer of a name below `tf`, such as "contrib.layers.xavier_initializer".

    Raises:
      AbsentError: If the installed TensorFlow lacks it.
    """
    if not IS_TF1:
        root = tf_initcompat
    elif name.startswith("keras.") and not hasattr(tf, "keras"):  # up to 1.3
        root = tf.contrib
    else:
        root = tf
    try:
        return functools.reduce(getattr, name.split("."), root)
    except AttributeError:
        raise AbsentError(name)  # noqa: B904  # Python 2.7 has no "from"


def evaluate(expression):
    """Return the value of an expression that starts with the name of an initializer.

    Args:
      expression: Such as "initializers.he_normal(seed=3)" or "zeros_initializer()((2, 3), dtype=tf.int32)".

    Raises:
      AbsentError: If the installed TensorFlow lacks the initializer.
    """
    name, parenthesis, rest = expression.partition("(")
    return eval("found" + parenthesis + rest, {"found": find(name), "tf": tf, "np": np})
