"""Functions of TensorFlow 1 that take an initializer: in which argument, and how many variables they make with it."""

import enum
from typing import Final, NamedTuple


class Dtype(enum.Enum):
    """What decides the dtype of a variable if the call gives none."""

    #: float32, if no scope sets another one.
    SCOPE = enum.auto()
    #: The policy of Keras.
    POLICY = enum.auto()
    #: The inputs of the layer.
    INPUTS = enum.auto()
    #: The inputs, too. These layers exist only with Keras 2 and tf_keras, whose constants are exact in each dtype.
    EXACT = enum.auto()


class Maker(NamedTuple):
    """Functions that make variables with an initializer, and set their dtype.

    Attributes:
      prefix: Prefix of the qualified names, without `compat.v1`.
      positional: Names of the positional parameters, as far as they matter.
      makes_one: Whether a call makes one variable with each initializer that it gets.
      dtype: What decides the dtype if the call gives none.
      partitioner: Position of the partitioner.
    """

    prefix: str
    positional: tuple[str, ...] = ()
    makes_one: bool = True
    dtype: Dtype = Dtype.INPUTS
    partitioner: int = 8


_GET_VARIABLE: Final = ("name", "shape", "dtype", "initializer")
_MAKERS: Final = (
    Maker("tensorflow.get_variable", _GET_VARIABLE, dtype=Dtype.SCOPE),
    Maker("tensorflow.get_local_variable", _GET_VARIABLE, dtype=Dtype.SCOPE),
    Maker("tensorflow.python.ops.variable_scope.get_variable", _GET_VARIABLE, dtype=Dtype.SCOPE),
    Maker("tensorflow.contrib.framework.model_variable", _GET_VARIABLE),
    Maker("tensorflow.layers.", dtype=Dtype.EXACT),
    Maker("tensorflow.python.layers."),
    Maker("tensorflow.keras.layers.", dtype=Dtype.POLICY),
    Maker("tensorflow.python.keras.layers."),
    Maker("tensorflow.contrib.layers."),
    Maker("tensorflow.contrib.slim."),
    Maker("tf_slim."),
    # All others that take an initializer, such as the cells of recurrent networks, may make any number of variables.
    Maker("tensorflow.", makes_one=False),
)
#: Parts of the names of layers that make more than one variable with an initializer.
_SHARING_LAYERS: Final = (
    "RNN", "Cell", "LSTM", "GRU", "Bidirectional", "Attention", "stack", "repeat", "separable", "Separable",
)  # fmt: skip
#: Parts of the names of functions that do something else with an initializer than make variables.
_OTHER: Final = (".initializers.", ".init_ops.", ".load_", "arg_scope", "make_template", ".partial")
#: Parameters of which TensorFlow only asks whether they are true.
_FLAGS: Final = frozenset({"use_bias"})
#: Ends of the parameters that take an initializer.
_PARAMETERS: Final = ("initializer", "initializers")


def maker(qualified: str) -> Maker | None:
    """Return what is known of a function, or None if it is unknown.

    Args:
      qualified: Qualified name of the function.

    Examples:
      >>> maker("tensorflow.compat.v1.get_variable").makes_one
      True
      >>> maker("tensorflow.keras.layers.LSTM").makes_one
      False
    """
    name = qualified.replace("tensorflow.compat.v1.", "tensorflow.").replace("tensorflow_core.", "tensorflow.")
    found = next((row for row in _MAKERS if name.startswith(row.prefix)), None)
    if found is None or any(part in name for part in _OTHER):
        return None
    return found._replace(makes_one=False) if any(part in name for part in _SHARING_LAYERS) else found


def takes_initializer(parameter: str) -> bool:
    """Return whether a parameter of TensorFlow takes an initializer, or a dict of them.

    Examples:
      >>> takes_initializer("kernel_initializer"), takes_initializer("inputs")
      (True, False)
    """
    return parameter.endswith(_PARAMETERS)


def is_flag(parameter: str) -> bool:
    """Return whether TensorFlow only asks whether a parameter is true.

    Examples:
      >>> is_flag("use_bias")
      True
    """
    return parameter in _FLAGS
