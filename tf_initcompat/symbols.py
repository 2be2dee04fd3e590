"""THE table: one row for each legacy initializer symbol.

Plain data without TensorFlow, in named tuples, since `dataclasses` takes long to import. Everything that has to know
which symbols there are, what their parameters are called or what they become reads it here; the tests compare it with
the installed TensorFlow, tf_keras and tf_slim. A new symbol is one row, and a new class in
`tf_initcompat.wrappers` only if its law is new.
"""

from typing import Final, Literal, NamedTuple

#: Roots of the legacy name space and the names below `tf_initcompat` that mirror them.
LEGACY_ROOT: Final = "tf.compat.v1"
CONTRIB_LEGACY_ROOT: Final = "tf"
CONTRIB_PREFIX: Final = "contrib."

#: Standard deviation of a standard normal that is truncated at two sigma; the figure that TensorFlow and Keras use.
TRUNCATED_STDDEV: Final = 0.87962566103423978
#: What contrib multiplies the variance by to make up for the truncation (the exact factor would be 1.2924).
CONTRIB_VARIANCE: Final = 1.3

#: The default of a parameter that has none.
REQUIRED: Final = object()

_CORE: Final = "tensorflow.python.ops.init_ops"
_KERAS: Final = "tf_keras.src.initializers.initializers_v1"
_KERAS_API: Final = "tf_keras.src.initializers"
_SLIM: Final = "tf_slim.layers.initializers"


class Parameter(NamedTuple):
    """A parameter of a legacy constructor.

    Attributes:
      name: Its name in the legacy signature.
      default: Its default; a dtype is given by its name.
      native: What it becomes in `tf.keras.initializers.*`, in the form of the documentation's mapping tables.
    """

    name: str
    default: object
    native: str


class Symbol(NamedTuple):
    """All that is known of one legacy symbol.

    Attributes:
      names: Every name it goes by below `tf_initcompat`; below `tf.compat.v1` in TensorFlow, or below `tf` for contrib.
      wrapper: "module:attribute" of what mirrors it, below `tf_initcompat.wrappers`.
      kind: What the legacy symbol is: a class, or a function that returns an initializer.
      native: The initializer of `tf.keras.initializers` that the wrapper delegates to; empty for a helper function.
      law: What is drawn, in terms of the parameters and of n, the fan of the full shape.
      parameters: The parameters in their legacy order.
      hazards: What silently changes when the name is only replaced by the native one.
      saved_as: The class that Keras saves, where the wrapper is a function that returns a class of its own.
      source: The module that defines the symbol, for the scanner and the tests.
    """

    names: tuple[str, ...]
    wrapper: str
    kind: Literal["class", "function"]
    native: str
    law: str
    parameters: tuple[Parameter, ...]
    hazards: tuple[str, ...] = ()
    saved_as: str = ""
    source: str = _CORE

    @property
    def legacy_names(self) -> tuple[str, ...]:
        """The qualified names that legacy code uses."""
        return tuple(
            f"{CONTRIB_LEGACY_ROOT if name.startswith(CONTRIB_PREFIX) else LEGACY_ROOT}.{name}" for name in self.names
        )

    @property
    def preset(self) -> str:
        """The native class with the same fixed scale, such as "HeNormal"; empty where the scale is a parameter."""
        free = {parameter.name for parameter in self.parameters} - {"seed", "dtype"}
        if self.native != "VarianceScaling" or free:
            return ""
        return self.names[0].rpartition(".")[2].removesuffix("_initializer").title().replace("_", "")


_CALL = "dtype of the call"
_DTYPE = Parameter("dtype", "float32", _CALL)
_SEED = Parameter("seed", None, "seed, a fresh one for each call")
_IGNORED_DTYPE = Parameter("dtype", "float32", "- (legacy ignores it and uses float32)")
_GAIN = Parameter("gain", 1.0, "gain")

_RANDOM = ("shared-instance", "seeded-freshness", "global-seed")
_FANNED = (*_RANDOM, "partition")
_LIMIT = "uniform in [-limit, limit], limit = sqrt(3 * scale / n)"
_TRUNCATED = "normal, truncated at two sigma, of stddev sqrt(scale / n) after truncation"


def _normal(stddev: float) -> tuple[Parameter, ...]:
    return (Parameter("mean", 0.0, "mean"), Parameter("stddev", stddev, "stddev"), _SEED, _DTYPE)


def _uniform(minval: float, maxval: float | None) -> tuple[Parameter, ...]:
    return (
        Parameter("minval", minval, "minval"),
        Parameter("maxval", maxval, "maxval; None is 1 for floating dtypes"),
        _SEED,
        _DTYPE,
    )


def _preset(
    names: tuple[str, ...], wrapper: str, law: str, scale: int, fan: str, parameters: tuple[Parameter, ...] = (_SEED,)
) -> Symbol:
    """Returns the row of a symbol that is VarianceScaling with a fixed scale, fan and distribution."""
    return Symbol(
        names=names,
        wrapper=wrapper,
        kind="class" if wrapper.partition(":")[2][0].isupper() else "function",
        native="VarianceScaling",
        law=f"{law}, scale = {scale}, n = {fan}",
        parameters=parameters,
        hazards=_FANNED,
        source=_KERAS if wrapper.startswith("keras_v1:") else _CORE,
    )


SYMBOLS: Final[tuple[Symbol, ...]] = (
    Symbol(
        names=("variance_scaling_initializer", "initializers.variance_scaling", "keras.initializers.VarianceScaling"),
        wrapper="variance_scaling:VarianceScaling",
        kind="class",
        native="VarianceScaling",
        law="by `distribution`: truncated normal or normal of stddev sqrt(scale / n); " + _LIMIT,
        parameters=(
            Parameter("scale", 1.0, "scale"),
            Parameter("mode", "fan_in", "mode"),
            Parameter("distribution", "truncated_normal", "distribution; 'normal' becomes 'truncated_normal'"),
            _SEED,
            _DTYPE,
        ),
        hazards=_FANNED,
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
        law="uniform in [-limit, limit], limit = factor * sqrt(3 / n), n = product of all dimensions but the last",
        parameters=(Parameter("factor", 1.0, "scale = factor ** 2"), _SEED, _DTYPE),
        hazards=(*_FANNED, "squared-factor", "rank-1-fan"),
    ),
    Symbol(
        names=("contrib.layers.variance_scaling_initializer",),
        wrapper="contrib:variance_scaling_initializer",
        kind="function",
        native="VarianceScaling",
        law="uniform of limit sqrt(3 * factor / n), or normal truncated at two sigma, sigma = sqrt(1.3 * factor / n)",
        parameters=(
            Parameter("factor", 2.0, "scale = factor, times 1.3 * 0.87962566103423978 ** 2 for the normal"),
            Parameter("mode", "FAN_IN", "mode, in lower case"),
            Parameter("uniform", False, "distribution"),
            _SEED,
            _DTYPE,
        ),
        hazards=(*_RANDOM, "contrib-1.3"),
        saved_as="ContribVarianceScaling",
        source=_SLIM,
    ),
    Symbol(
        names=("contrib.layers.xavier_initializer", "contrib.layers.xavier_initializer_conv2d"),
        wrapper="contrib:xavier_initializer",
        kind="function",
        native="VarianceScaling",
        law="contrib's variance_scaling_initializer with factor = 1 and n = (fan_in + fan_out) / 2",
        parameters=(Parameter("uniform", True, "distribution"), _SEED, _DTYPE),
        hazards=(*_RANDOM, "contrib-1.3"),
        source=_SLIM,
    ),
    Symbol(
        names=("random_normal_initializer", "initializers.random_normal"),
        wrapper="random:RandomNormal",
        kind="class",
        native="RandomNormal",
        law="normal(mean, stddev)",
        parameters=_normal(1.0),
        hazards=(*_RANDOM, "default-stddev"),
    ),
    Symbol(
        names=("truncated_normal_initializer", "initializers.truncated_normal"),
        wrapper="random:TruncatedNormal",
        kind="class",
        native="TruncatedNormal",
        law="normal(mean, stddev) truncated at mean +- 2 * stddev",
        parameters=_normal(1.0),
        hazards=(*_RANDOM, "default-stddev"),
    ),
    Symbol(
        names=("random_uniform_initializer", "initializers.random_uniform"),
        wrapper="random:RandomUniform",
        kind="class",
        native="RandomUniform",
        law="uniform in [minval, maxval)",
        parameters=_uniform(0.0, None),
        hazards=(*_RANDOM, "default-range", "integer-dtype"),
    ),
    Symbol(
        names=("keras.initializers.RandomNormal", "keras.initializers.random_normal", "keras.initializers.normal"),
        wrapper="keras_v1:RandomNormal",
        kind="class",
        native="RandomNormal",
        law="normal(mean, stddev)",
        parameters=_normal(0.05),
        hazards=_RANDOM,
        source=_KERAS,
    ),
    Symbol(
        names=("keras.initializers.TruncatedNormal", "keras.initializers.truncated_normal"),
        wrapper="keras_v1:TruncatedNormal",
        kind="class",
        native="TruncatedNormal",
        law="normal(mean, stddev) truncated at mean +- 2 * stddev",
        parameters=_normal(0.05),
        hazards=_RANDOM,
        source=_KERAS,
    ),
    Symbol(
        names=("keras.initializers.RandomUniform", "keras.initializers.random_uniform", "keras.initializers.uniform"),
        wrapper="keras_v1:RandomUniform",
        kind="class",
        native="RandomUniform",
        law="uniform in [minval, maxval)",
        parameters=_uniform(-0.05, 0.05),
        hazards=(*_RANDOM, "integer-dtype"),
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
        law="gain times a uniformly distributed matrix with orthonormal rows or columns",
        parameters=(_GAIN, _SEED, _DTYPE),
        hazards=_RANDOM,
    ),
    Symbol(
        names=("initializers.identity", "keras.initializers.Identity", "keras.initializers.identity"),
        wrapper="constant:Identity",
        kind="class",
        native="Identity",
        law="gain times the identity matrix of the full shape",
        parameters=(_GAIN, _DTYPE),
        hazards=("partition",),
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
        law="value, reshaped to the shape",
        parameters=(
            Parameter("value", 0, "value"),
            _DTYPE,
            Parameter("verify_shape", False, "- (the wrapper compares the shapes)"),
        ),
        hazards=("list-constant",),
    ),
    Symbol(
        names=("zeros_initializer", "initializers.zeros", "keras.initializers.Zeros", "keras.initializers.zeros"),
        wrapper="constant:Zeros",
        kind="class",
        native="Zeros",
        law="0",
        parameters=(_DTYPE,),
    ),
    Symbol(
        names=("ones_initializer", "initializers.ones", "keras.initializers.Ones", "keras.initializers.ones"),
        wrapper="constant:Ones",
        kind="class",
        native="Ones",
        law="1",
        parameters=(_DTYPE,),
    ),
    Symbol(
        names=("keras.initializers.Initializer",),
        wrapper="keras_lookup:Initializer",
        kind="class",
        native="Initializer",
        law="",
        parameters=(),
        source=_KERAS_API + ".initializers",
    ),
    Symbol(
        names=("keras.initializers.get",),
        wrapper="keras_lookup:get",
        kind="function",
        native="get",
        law="",
        parameters=(Parameter("identifier", REQUIRED, "identifier"),),
        source=_KERAS_API,
    ),
    Symbol(
        names=("keras.initializers.serialize",),
        wrapper="keras_lookup:serialize",
        kind="function",
        native="serialize",
        law="",
        parameters=(
            Parameter("initializer", REQUIRED, "initializer"),
            Parameter("use_legacy_format", False, "- (gone in Keras 3)"),
        ),
        source=_KERAS_API,
    ),
    Symbol(
        names=("keras.initializers.deserialize",),
        wrapper="keras_lookup:deserialize",
        kind="function",
        native="deserialize",
        law="",
        parameters=(
            Parameter("config", REQUIRED, "config"),
            Parameter("custom_objects", None, "custom_objects"),
            Parameter("use_legacy_format", False, "- (gone in Keras 3)"),
        ),
        source=_KERAS_API,
    ),
)

#: The rows that make tensors; the others are Keras' lookup functions and base class.
INITIALIZERS: Final = tuple(symbol for symbol in SYMBOLS if symbol.law)

#: Names that `tf` itself does not have in TensorFlow 2: who uses them means TensorFlow 1. The others are there with
#: another meaning, that of the native initializers.
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
    """Returns the row of each name below `tf_initcompat`."""
    return {name: symbol for symbol in SYMBOLS for name in symbol.names}


def names_in(namespace: str) -> dict[str, Symbol]:
    """Returns the rows directly in a name space, by their last name.

    Args:
      namespace: Dotted path below `tf_initcompat`, such as "keras.initializers"; "" is the top level.

    Returns:
      The rows by their name inside the name space.
    """
    prefix = f"{namespace}." if namespace else ""
    return {
        name.removeprefix(prefix): symbol
        for name, symbol in by_name().items()
        if name.startswith(prefix) and "." not in name.removeprefix(prefix)
    }
