"""THE table: one row for each legacy initializer symbol.

Plain data without TensorFlow, in named tuples, since `dataclasses` takes long to import. Code that needs to know which
symbols exist, what their parameters are called or what they become reads it here. The tests compare the table with the
installed TensorFlow, tf_keras and tf_slim. A new symbol is one row, plus a class in `tf_initcompat.wrappers` if its
distribution is new.
"""

import enum
from typing import Final, Literal, NamedTuple

#: Roots of the legacy namespace, and the prefix below `tf_initcompat` that mirrors contrib.
LEGACY_ROOT: Final = "tf.compat.v1"
CONTRIB_LEGACY_ROOT: Final = "tf"
CONTRIB_PREFIX: Final = "contrib."

#: Standard deviation of a standard normal truncated at two sigma; TensorFlow and Keras use this figure.
TRUNCATED_STDDEV: Final = 0.87962566103423978
#: Factor by which contrib multiplies the variance to compensate for the truncation (the exact factor is 1.2924).
CONTRIB_VARIANCE: Final = 1.3

#: Default of a required parameter.
REQUIRED: Final = object()

_CORE: Final = "tensorflow.python.ops.init_ops"
_KERAS: Final = "tf_keras.src.initializers.initializers_v1"
_KERAS_API: Final = "tf_keras.src.initializers"
_SLIM: Final = "tf_slim.layers.initializers"


class Distribution(enum.Enum):
    """Distribution that an initializer samples, and the facts that follow from it.

    Attributes:
      is_random: Whether two calls return different values.
      uses_full_shape: Whether the values of a shard depend on the shape of the full variable.
      takes_integers: Whether integer dtypes are accepted.
    """

    VARIANCE_SCALING = "variance scaling", True, True, False
    UNIT_SCALING = "unit scaling", True, True, False
    CONTRIB_SCALING = "contrib's variance scaling", True, False, False
    NORMAL = "normal", True, False, False
    TRUNCATED_NORMAL = "truncated normal", True, False, False
    UNIFORM = "uniform", True, False, True
    ORTHOGONAL = "orthogonal", True, False, False
    IDENTITY = "identity", False, True, False
    CONSTANT = "constant", False, False, True

    def __init__(self, title: str, is_random: bool, uses_full_shape: bool, takes_integers: bool) -> None:
        self.title = title
        self.is_random = is_random
        self.uses_full_shape = uses_full_shape
        self.takes_integers = takes_integers


class Parameter(NamedTuple):
    """A parameter of a legacy constructor.

    Attributes:
      name: Name in the legacy signature.
      default: Default value; a dtype is given by its name.
      native: Parameter of the `tf.keras.initializers` class that it becomes; "" if there is none.
      note: How the value is translated, in the words of the documentation's mapping tables.
      is_ignored: Whether the legacy constructor accepts the argument and ignores it.
    """

    name: str
    default: object
    native: str
    note: str = ""
    is_ignored: bool = False


class Symbol(NamedTuple):
    """All facts about one legacy symbol.

    Attributes:
      names: Names below `tf_initcompat`, the main one first. The same names exist below `tf.compat.v1`, contrib's below
        `tf`.
      wrapper: "module:attribute" of the mirror, below `tf_initcompat.wrappers`.
      kind: Kind of the legacy symbol: a class, or a function that returns an initializer.
      native: Name in `tf.keras.initializers` that the wrapper delegates to.
      distribution: Distribution that is sampled; None for a helper (`get`, `serialize`, the base class).
      formula: The distribution in terms of the parameters and of n, the fan of the full shape.
      parameters: Parameters in their legacy order.
      saved_as: Class that Keras saves, if the wrapper is a function that returns a class of its own.
      source: Module that defines the symbol.
    """

    names: tuple[str, ...]
    wrapper: str
    kind: Literal["class", "function"]
    native: str
    distribution: Distribution | None
    formula: str
    parameters: tuple[Parameter, ...]
    saved_as: str = ""
    source: str = _CORE

    @property
    def legacy_names(self) -> tuple[str, ...]:
        """Qualified names that legacy code uses."""
        return tuple(
            f"{CONTRIB_LEGACY_ROOT if name.startswith(CONTRIB_PREFIX) else LEGACY_ROOT}.{name}" for name in self.names
        )

    @property
    def is_random(self) -> bool:
        """Whether two calls return different values."""
        return self.distribution is not None and self.distribution.is_random

    @property
    def uses_full_shape(self) -> bool:
        """Whether the values of a shard depend on the shape of the full variable."""
        return self.distribution is not None and self.distribution.uses_full_shape

    @property
    def takes_integers(self) -> bool:
        """Whether integer dtypes are accepted."""
        return self.distribution is not None and self.distribution.takes_integers

    @property
    def is_orthogonal(self) -> bool:
        """Whether the values are an orthogonal matrix."""
        return self.distribution is Distribution.ORTHOGONAL

    @property
    def is_contrib(self) -> bool:
        """Whether the symbol belongs to contrib."""
        return self.source == _SLIM

    @property
    def is_class_without_parameters(self) -> bool:
        """Whether the constructor takes nothing except a dtype, so that the class itself can stand for an instance."""
        return self.kind == "class" and {parameter.name for parameter in self.parameters} <= {"dtype"}

    @property
    def preset(self) -> str:
        """Native class with the same fixed scale, such as "HeNormal"; "" if the scale is a parameter."""
        free = {parameter.name for parameter in self.parameters} - {"seed", "dtype"}
        if self.native != "VarianceScaling" or free:
            return ""
        return self.names[0].rpartition(".")[2].removesuffix("_initializer").title().replace("_", "")

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


_DTYPE = Parameter("dtype", "float32", "dtype", "dtype of the call")
_SEED = Parameter("seed", None, "seed", "a fresh one for each call")
_IGNORED_DTYPE = Parameter("dtype", "float32", "", "legacy ignores it and uses float32", is_ignored=True)
_GAIN = Parameter("gain", 1.0, "gain")

_LIMIT = "uniform in [-limit, limit], limit = sqrt(3 * scale / n)"
_TRUNCATED = "normal, truncated at two sigma, of stddev sqrt(scale / n) after truncation"


def _normal(stddev: float) -> tuple[Parameter, ...]:
    return (Parameter("mean", 0.0, "mean"), Parameter("stddev", stddev, "stddev"), _SEED, _DTYPE)


def _uniform(minval: float, maxval: float | None) -> tuple[Parameter, ...]:
    return (
        Parameter("minval", minval, "minval"),
        Parameter("maxval", maxval, "maxval", "None is 1 for floating dtypes"),
        _SEED,
        _DTYPE,
    )


def _preset(
    names: tuple[str, ...],
    wrapper: str,
    formula: str,
    scale: int,
    fan: str,
    parameters: tuple[Parameter, ...] = (_SEED,),
) -> Symbol:
    """Return the row of a symbol that is VarianceScaling with a fixed scale, fan and distribution."""
    return Symbol(
        names=names,
        wrapper=wrapper,
        kind="class" if wrapper.partition(":")[2][0].isupper() else "function",
        native="VarianceScaling",
        distribution=Distribution.VARIANCE_SCALING,
        formula=f"{formula}, scale = {scale}, n = {fan}",
        parameters=parameters,
        source=_KERAS if wrapper.startswith("keras_v1:") else _CORE,
    )


SYMBOLS: Final[tuple[Symbol, ...]] = (
    Symbol(
        names=("variance_scaling_initializer", "initializers.variance_scaling", "keras.initializers.VarianceScaling"),
        wrapper="variance_scaling:VarianceScaling",
        kind="class",
        native="VarianceScaling",
        distribution=Distribution.VARIANCE_SCALING,
        formula="by `distribution`: truncated normal or normal of stddev sqrt(scale / n); " + _LIMIT,
        parameters=(
            Parameter("scale", 1.0, "scale"),
            Parameter("mode", "fan_in", "mode"),
            Parameter("distribution", "truncated_normal", "distribution", "'normal' becomes 'truncated_normal'"),
            _SEED,
            _DTYPE,
        ),
    ),
    _preset(
        ("glorot_uniform_initializer", "initializers.glorot_uniform", "keras.initializers.glorot_uniform"),
        "variance_scaling:GlorotUniform",
        _LIMIT,
        1,
        "(fan_in + fan_out) / 2",
        (_SEED, _IGNORED_DTYPE),
    ),
    _preset(
        ("glorot_normal_initializer", "initializers.glorot_normal", "keras.initializers.glorot_normal"),
        "variance_scaling:GlorotNormal",
        _TRUNCATED,
        1,
        "(fan_in + fan_out) / 2",
        (_SEED, _IGNORED_DTYPE),
    ),
    _preset(("initializers.he_normal",), "variance_scaling:he_normal", _TRUNCATED, 2, "fan_in"),
    _preset(("initializers.he_uniform",), "variance_scaling:he_uniform", _LIMIT, 2, "fan_in"),
    _preset(("initializers.lecun_normal",), "variance_scaling:lecun_normal", _TRUNCATED, 1, "fan_in"),
    _preset(("initializers.lecun_uniform",), "variance_scaling:lecun_uniform", _LIMIT, 1, "fan_in"),
    _preset(("keras.initializers.he_normal",), "keras_v1:HeNormal", _TRUNCATED, 2, "fan_in"),
    _preset(("keras.initializers.he_uniform",), "keras_v1:HeUniform", _LIMIT, 2, "fan_in"),
    _preset(("keras.initializers.lecun_normal",), "keras_v1:LecunNormal", _TRUNCATED, 1, "fan_in"),
    _preset(("keras.initializers.lecun_uniform",), "keras_v1:LecunUniform", _LIMIT, 1, "fan_in"),
    Symbol(
        names=("uniform_unit_scaling_initializer", "initializers.uniform_unit_scaling"),
        wrapper="variance_scaling:UniformUnitScaling",
        kind="class",
        native="VarianceScaling",
        distribution=Distribution.UNIT_SCALING,
        formula="uniform in [-limit, limit], limit = factor * sqrt(3 / n), n = product of all dimensions but the last",
        parameters=(Parameter("factor", 1.0, "scale", "scale = factor ** 2"), _SEED, _DTYPE),
    ),
    Symbol(
        names=("contrib.layers.variance_scaling_initializer",),
        wrapper="contrib:variance_scaling_initializer",
        kind="function",
        native="VarianceScaling",
        distribution=Distribution.CONTRIB_SCALING,
        formula="uniform, limit sqrt(3 * factor / n), or normal truncated at two sigma, sigma = sqrt(1.3 * factor / n)",
        parameters=(
            Parameter("factor", 2.0, "scale", "scale = factor, times 1.3 * 0.87962566103423978 ** 2 for the normal"),
            Parameter("mode", "FAN_IN", "mode", "in lower case"),
            Parameter("uniform", False, "distribution"),
            _SEED,
            _DTYPE,
        ),
        saved_as="ContribVarianceScaling",
        source=_SLIM,
    ),
    Symbol(
        names=("contrib.layers.xavier_initializer", "contrib.layers.xavier_initializer_conv2d"),
        wrapper="contrib:xavier_initializer",
        kind="function",
        native="VarianceScaling",
        distribution=Distribution.CONTRIB_SCALING,
        formula="contrib's variance_scaling_initializer with factor = 1 and n = (fan_in + fan_out) / 2",
        parameters=(Parameter("uniform", True, "distribution"), _SEED, _DTYPE),
        source=_SLIM,
    ),
    Symbol(
        names=("random_normal_initializer", "initializers.random_normal"),
        wrapper="random:RandomNormal",
        kind="class",
        native="RandomNormal",
        distribution=Distribution.NORMAL,
        formula="normal(mean, stddev)",
        parameters=_normal(1.0),
    ),
    Symbol(
        names=("truncated_normal_initializer", "initializers.truncated_normal"),
        wrapper="random:TruncatedNormal",
        kind="class",
        native="TruncatedNormal",
        distribution=Distribution.TRUNCATED_NORMAL,
        formula="normal(mean, stddev) truncated at mean +- 2 * stddev",
        parameters=_normal(1.0),
    ),
    Symbol(
        names=("random_uniform_initializer", "initializers.random_uniform"),
        wrapper="random:RandomUniform",
        kind="class",
        native="RandomUniform",
        distribution=Distribution.UNIFORM,
        formula="uniform in [minval, maxval)",
        parameters=_uniform(0.0, None),
    ),
    Symbol(
        names=("keras.initializers.RandomNormal", "keras.initializers.random_normal", "keras.initializers.normal"),
        wrapper="keras_v1:RandomNormal",
        kind="class",
        native="RandomNormal",
        distribution=Distribution.NORMAL,
        formula="normal(mean, stddev)",
        parameters=_normal(0.05),
        source=_KERAS,
    ),
    Symbol(
        names=("keras.initializers.TruncatedNormal", "keras.initializers.truncated_normal"),
        wrapper="keras_v1:TruncatedNormal",
        kind="class",
        native="TruncatedNormal",
        distribution=Distribution.TRUNCATED_NORMAL,
        formula="normal(mean, stddev) truncated at mean +- 2 * stddev",
        parameters=_normal(0.05),
        source=_KERAS,
    ),
    Symbol(
        names=("keras.initializers.RandomUniform", "keras.initializers.random_uniform", "keras.initializers.uniform"),
        wrapper="keras_v1:RandomUniform",
        kind="class",
        native="RandomUniform",
        distribution=Distribution.UNIFORM,
        formula="uniform in [minval, maxval)",
        parameters=_uniform(-0.05, 0.05),
        source=_KERAS,
    ),
    Symbol(
        names=(
            "orthogonal_initializer",
            "initializers.orthogonal",
            "keras.initializers.Orthogonal",
            "keras.initializers.orthogonal",
        ),
        wrapper="orthogonal:Orthogonal",
        kind="class",
        native="Orthogonal",
        distribution=Distribution.ORTHOGONAL,
        formula="gain times a uniformly distributed matrix with orthonormal rows or columns",
        parameters=(_GAIN, _SEED, _DTYPE),
    ),
    Symbol(
        names=("initializers.identity", "keras.initializers.Identity", "keras.initializers.identity"),
        wrapper="constant:Identity",
        kind="class",
        native="Identity",
        distribution=Distribution.IDENTITY,
        formula="gain times the identity matrix of the full shape",
        parameters=(_GAIN, _DTYPE),
    ),
    Symbol(
        names=(
            "constant_initializer",
            "initializers.constant",
            "keras.initializers.Constant",
            "keras.initializers.constant",
        ),
        wrapper="constant:Constant",
        kind="class",
        native="Constant",
        distribution=Distribution.CONSTANT,
        formula="value, reshaped to the shape",
        parameters=(
            Parameter("value", 0, "value"),
            _DTYPE,
            Parameter("verify_shape", False, "", "the wrapper compares the shapes"),
        ),
    ),
    Symbol(
        names=("zeros_initializer", "initializers.zeros", "keras.initializers.Zeros", "keras.initializers.zeros"),
        wrapper="constant:Zeros",
        kind="class",
        native="Zeros",
        distribution=Distribution.CONSTANT,
        formula="0",
        parameters=(_DTYPE,),
    ),
    Symbol(
        names=("ones_initializer", "initializers.ones", "keras.initializers.Ones", "keras.initializers.ones"),
        wrapper="constant:Ones",
        kind="class",
        native="Ones",
        distribution=Distribution.CONSTANT,
        formula="1",
        parameters=(_DTYPE,),
    ),
    Symbol(
        names=("keras.initializers.Initializer",),
        wrapper="keras_lookup:Initializer",
        kind="class",
        native="Initializer",
        distribution=None,
        formula="",
        parameters=(),
        source=_KERAS_API + ".initializers",
    ),
    Symbol(
        names=("keras.initializers.get",),
        wrapper="keras_lookup:get",
        kind="function",
        native="get",
        distribution=None,
        formula="",
        parameters=(Parameter("identifier", REQUIRED, "identifier"),),
        source=_KERAS_API,
    ),
    Symbol(
        names=("keras.initializers.serialize",),
        wrapper="keras_lookup:serialize",
        kind="function",
        native="serialize",
        distribution=None,
        formula="",
        parameters=(
            Parameter("initializer", REQUIRED, "initializer"),
            Parameter("use_legacy_format", False, "", "absent in Keras 3"),
        ),
        source=_KERAS_API,
    ),
    Symbol(
        names=("keras.initializers.deserialize",),
        wrapper="keras_lookup:deserialize",
        kind="function",
        native="deserialize",
        distribution=None,
        formula="",
        parameters=(
            Parameter("config", REQUIRED, "config"),
            Parameter("custom_objects", None, "custom_objects"),
            Parameter("use_legacy_format", False, "", "absent in Keras 3"),
        ),
        source=_KERAS_API,
    ),
)

#: Rows that make tensors; the others are Keras' lookup functions and base class.
INITIALIZERS: Final = tuple(symbol for symbol in SYMBOLS if symbol.distribution)

#: Names that `tf` itself lacks in TensorFlow 2: code that uses them was written for TensorFlow 1. The other names exist
#: in TensorFlow 2 and mean the native initializers.
GONE_FROM_TF2: Final = frozenset(
    {
        "glorot_normal_initializer",
        "glorot_uniform_initializer",
        "initializers.uniform_unit_scaling",
        "keras.initializers.normal",
        "keras.initializers.uniform",
        "orthogonal_initializer",
        "truncated_normal_initializer",
        "uniform_unit_scaling_initializer",
        "variance_scaling_initializer",
    }
)


def by_name() -> dict[str, Symbol]:
    """Return the row of each name below `tf_initcompat`."""
    return {name: symbol for symbol in SYMBOLS for name in symbol.names}


def names_in(namespace: str) -> dict[str, Symbol]:
    """Return the rows directly in a namespace, by their last name.

    Args:
      namespace: Dotted path below `tf_initcompat`, such as "keras.initializers"; "" is the top level.

    Returns:
      The rows by their name inside the namespace.
    """
    prefix = f"{namespace}." if namespace else ""
    return {
        name.removeprefix(prefix): symbol
        for name, symbol in by_name().items()
        if name.startswith(prefix) and "." not in name.removeprefix(prefix)
    }
