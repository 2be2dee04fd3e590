# ruff: noqa: B905, RUF005, UP032  # Python 2.7 has none of what they propose
"""The forms in which `observe.py` writes arrays, numbers, configurations and signatures; for Python 2.7 too."""

import base64
import inspect

from prelude import np, tf


def bits(array):
    """Return dtype, shape and bits of an array as text."""
    array = np.asarray(array)
    shape = ",".join(str(size) for size in array.shape)
    return "{} {} {}".format(array.dtype.name, shape, base64.b64encode(array.tobytes()).decode())


def pattern(values):
    """Return one letter for each value, the same letter for equal values."""
    letters = {}
    return "".join(letters.setdefault(np.asarray(value).tobytes(), chr(97 + len(letters))) for value in values)


def kind(value):
    """Return dtype and shape of a tensor, the class name of anything else."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return "{} {}".format(value.dtype.base_dtype.name, value.shape)
    return "an initializer" if callable(value) else type(value).__name__


def plain(value):
    """Return a value in the form that JSON has for it."""
    if isinstance(value, dict):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, tf.DType):
        return value.name
    return str(value)


def parameters(function):
    """Return names and defaults of the parameters; a parameter without a default stands alone."""
    while hasattr(function, "_tf_decorator"):
        function = function._tf_decorator.decorated_target
    if hasattr(inspect, "signature"):
        members = [
            (parameter.name, parameter.default)
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
        members = [[name] if value is inspect.Parameter.empty else [name, plain(value)] for name, value in members]
    else:  # Python 2.7
        specification = inspect.getargspec(function)
        defaults = [[plain(value)] for value in specification.defaults or ()]
        defaults = [[]] * (len(specification.args) - len(defaults)) + defaults
        members = [[name] + default for name, default in zip(specification.args, defaults)]
    return [member for member in members if member[0] != "self"]
