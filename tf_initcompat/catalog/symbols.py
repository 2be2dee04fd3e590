"""The table of legacy initializer symbols: one row for each.

Plain data without TensorFlow, in named tuples, since `dataclasses` takes long to import. Code that needs to know which
symbols exist, what their parameters are called or what they become reads it here. The tests compare the table with the
installed TensorFlow, tf_keras and tf_slim. A new symbol is one row and one line in its public mirror; a new
distribution also needs a member of `Distribution` and a class in `tf_initcompat.wrappers`.
"""

import enum
import functools
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

#: Roots of the legacy namespaces.
LEGACY_ROOT: Final = "tf.compat.v1"
CONTRIB_LEGACY_ROOT: Final = "tf"
#: Prefix of contrib's names below `tf_initcompat`.
CONTRIB_PREFIX: Final = "contrib."

#: Standard deviation of a standard normal truncated at two sigma; TensorFlow and Keras use this figure.
TRUNCATED_STDDEV: Final = 0.87962566103423978
#: Factor by which contrib multiplies the variance to compensate for the truncation (the exact factor is 1.2924).
CONTRIB_VARIANCE: Final = 1.3
#: Scale of VarianceScaling for a factor of 1 of contrib's truncated normal.
CONTRIB_SCALE: Final = CONTRIB_VARIANCE * TRUNCATED_STDDEV**2
#: Modes of VarianceScaling; contrib writes them in upper case.
MODES: Final = ("fan_in", "fan_out", "fan_avg")
#: Legacy values of `distribution` that have another name in Keras.
DISTRIBUTION_ALIASES: Final[Mapping[str, str]] = {"normal": "truncated_normal"}
#: Values of `distribution` in legacy code.
DISTRIBUTIONS: Final = ("truncated_normal", "untruncated_normal", "uniform", *DISTRIBUTION_ALIASES)

#: Default of a required parameter.
REQUIRED: Final = object()


class Library(enum.Enum):
    """Part of TensorFlow 1 that defines a symbol.

    Attributes:
      legacy_root: Package in front of the symbol's names in legacy code.
      registered_package: Package under which Keras registers the class of the wrapper.
      source: Module that defines the symbol today.
    """

    CORE = LEGACY_ROOT, "tf_initcompat", "tensorflow.python.ops.init_ops"
    KERAS = LEGACY_ROOT, "tf_initcompat.keras", "tf_keras.src.initializers.initializers_v1"
    CONTRIB = CONTRIB_LEGACY_ROOT, "tf_initcompat", "tf_slim.layers.initializers"
    CONTRIB_FRAMEWORK = CONTRIB_LEGACY_ROOT, "tf_initcompat", "tensorflow.python.ops.init_ops"

    def __init__(self, legacy_root: str, registered_package: str, source: str) -> None:
        self.legacy_root = legacy_root
        self.registered_package = registered_package
        self.source = source


class Facts(NamedTuple):
    """Facts that follow from a distribution.

    Attributes:
      title: Name for people. It is unique, since an Enum merges members of equal value.
      partitioning: What becomes of `partition_info`, in the words of the mapping tables.
      is_random: Whether two calls return different values.
      uses_full_shape: Whether the values of a shard depend on the shape of the full variable.
      takes_integers: Whether integer dtypes are accepted.
      is_orthogonal: Whether the values are an orthogonal matrix, or the kernel of an orthogonal convolution.
      has_native_counterpart: Whether a native initializer samples the distribution.
    """

    title: str
    partitioning: str
    is_random: bool = True
    uses_full_shape: bool = False
    takes_integers: bool = False
    is_orthogonal: bool = False
    has_native_counterpart: bool = True


class Distribution(enum.Enum):
    """Distribution that an initializer samples; its value is the facts that follow from it."""

    VARIANCE_SCALING = Facts("variance scaling", "the fan is that of the full shape", uses_full_shape=True)
    UNIT_SCALING = Facts("unit scaling", "the number of inputs is that of the full shape", uses_full_shape=True)
    CONTRIB_SCALING = Facts("contrib's variance scaling", "ignored, as in TensorFlow 1: the fan is that of the shard")
    NORMAL = Facts("normal", "each shard is sampled on its own")
    TRUNCATED_NORMAL = Facts("truncated normal", "each shard is sampled on its own")
    UNIFORM = Facts("uniform", "each shard is sampled on its own", takes_integers=True)
    ORTHOGONAL = Facts(
        "orthogonal", "ignored, as in TensorFlow 1: each shard is orthogonal on its own", is_orthogonal=True
    )
    ORTHOGONAL_CONVOLUTION = Facts(
        "orthogonal convolution",
        "ignored, as in TensorFlow 1: each shard is a kernel on its own",
        is_orthogonal=True,
        has_native_counterpart=False,
    )
    IDENTITY = Facts("identity", "the shard is a slice of the full matrix", is_random=False, uses_full_shape=True)
    CONSTANT = Facts("constant", "ignored, as in TensorFlow 1", is_random=False, takes_integers=True)


class Parameter(NamedTuple):
    """A parameter of a legacy constructor.

    Attributes:
      name: Name in the legacy signature.
      default: Default value; a dtype is given by its name.
      native: Parameter of the `tf.keras.initializers` class that it becomes; "" if there is none.
      note: How the value is translated, in the words of the mapping tables.
      is_ignored: Whether the legacy constructor accepts the argument and ignores it.
      is_saved: Whether the legacy `get_config` returns it.
      compared: Values with which `verify` compares the initializer, in every combination with those of the other
        parameters: all choices, or one number that is not the default.
      scale_power: Power of the standard deviation that the value is proportional to; 0 if it does not scale the values.
      native_power: Power of the value that the native parameter takes.
    """

    name: str
    default: object
    native: str
    note: str = ""
    is_ignored: bool = False
    is_saved: bool = True
    compared: tuple[object, ...] = ()
    scale_power: int = 0
    native_power: int = 1


class Wrapper(NamedTuple):
    """Place of the class or function that mirrors a symbol.

    Attributes:
      module: Module below `tf_initcompat.wrappers`.
      name: Name in that module.
    """

    module: str
    name: str

    @property
    def qualified_module(self) -> str:
        """Full name of the module."""
        return f"tf_initcompat.wrappers.{self.module}"


class Symbol(NamedTuple):
    """All facts about one legacy symbol.

    Attributes:
      names: Names below `tf_initcompat`, the main one first. The same names exist below the library's legacy root.
      wrapper: Class or function that mirrors the symbol.
      kind: Kind of the legacy symbol: a class, or a function that returns an initializer.
      native: Name in `tf.keras.initializers` that the wrapper delegates to.
      distribution: Distribution that is sampled; None for a helper (`get`, `serialize`, the base class).
      formula: The distribution in terms of the parameters and of n, the fan of the full shape.
      parameters: Parameters in their legacy order.
      fixed: Arguments of the native class that no parameter changes, by name.
      preset: Native class that fixes the same arguments, such as "HeNormal"; "" if there is none.
      saved_as: Class that Keras saves, if the wrapper is a function that returns a class of its own.
      library: Part of TensorFlow 1 that defines the symbol.
      defined_in: Module that defines the symbol, if it is not that of the library.
      only_in_tf1: Names that `tf` itself lacks in TensorFlow 2.
      kernel_ranks: Ranks of the convolution kernels that the symbol makes; empty if it takes other shapes.
      takes_dtype_of_call: Whether a call can ask for another dtype than the constructor's.
      looks_up: Whether the function returns the initializer that its first argument names or describes.
    """

    names: tuple[str, ...]
    wrapper: Wrapper
    kind: Literal["class", "function"]
    native: str
    distribution: Distribution | None
    formula: str
    parameters: tuple[Parameter, ...]
    fixed: tuple[tuple[str, object], ...] = ()
    preset: str = ""
    saved_as: str = ""
    library: Library = Library.CORE
    defined_in: str = ""
    only_in_tf1: tuple[str, ...] = ()
    kernel_ranks: tuple[int, ...] = ()
    takes_dtype_of_call: bool = True
    looks_up: bool = False

    @property
    def legacy_names(self) -> tuple[str, ...]:
        """Qualified names in legacy code."""
        return tuple(f"{self.library.legacy_root}.{name}" for name in self.names)

    @property
    def source(self) -> str:
        """Module that defines the symbol."""
        return self.defined_in or self.library.source

    @property
    def is_random(self) -> bool:
        """Whether two calls return different values."""
        return self.distribution is not None and self.distribution.value.is_random

    @property
    def uses_full_shape(self) -> bool:
        """Whether the values of a shard depend on the shape of the full variable."""
        return self.distribution is not None and self.distribution.value.uses_full_shape

    @property
    def takes_integers(self) -> bool:
        """Whether integer dtypes are accepted."""
        return self.distribution is not None and self.distribution.value.takes_integers

    @property
    def is_orthogonal(self) -> bool:
        """Whether the values are an orthogonal matrix, or the kernel of an orthogonal convolution."""
        return self.distribution is not None and self.distribution.value.is_orthogonal

    @property
    def has_native_counterpart(self) -> bool:
        """Whether a native initializer samples the distribution."""
        return self.distribution is not None and self.distribution.value.has_native_counterpart

    @property
    def describes(self) -> bool:
        """Whether the function returns the configuration of an initializer."""
        return self.kind == "function" and self.distribution is None and not self.looks_up

    @property
    def is_base_class(self) -> bool:
        """Whether the symbol is the class that others derive from."""
        return self.kind == "class" and self.distribution is None

    @property
    def is_contrib(self) -> bool:
        """Whether the symbol belongs to contrib."""
        return self.library in (Library.CONTRIB, Library.CONTRIB_FRAMEWORK)

    @property
    def is_class_without_parameters(self) -> bool:
        """Whether the constructor takes nothing except a dtype, so that the class itself can stand for an instance."""
        return self.kind == "class" and {parameter.name for parameter in self.parameters} <= {"dtype"}

    def takes_rank(self, rank: int) -> bool:
        """Return whether a tensor of a rank can be a kernel, if the symbol makes kernels."""
        return not self.kernel_ranks or rank in self.kernel_ranks

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


_DTYPE: Final = Parameter("dtype", "float32", "dtype", "dtype of the call")
#: Name of the parameter for the op seed.
SEED: Final = "seed"
_SEED: Final = Parameter(SEED, None, "seed", "a new seed for each call, from TensorFlow's random stream")
_IGNORED_DTYPE: Final = Parameter(
    "dtype", "float32", "", "ignored, as in TensorFlow 1: float32 unless the call names a dtype", is_ignored=True
)
_GAIN: Final = Parameter("gain", 1.0, "gain", compared=(2.0,), scale_power=1)
_GAIN_OF_KERNEL: Final = Parameter(
    "gain", 1.0, "", "the wrapper multiplies the kernel by it", compared=(2.0,), scale_power=1
)
#: `CONTRIB_SCALE` in the words of the mapping tables.
_CONTRIB_FACTOR: Final = "1.3 * 0.87962566103423978 ** 2"
_CONTRIB_UNIFORM: Final = Parameter(
    "uniform", True, "distribution", "True is 'uniform', False is 'truncated_normal'", compared=(False, True)
)
_USE_LEGACY_FORMAT: Final = Parameter("use_legacy_format", False, "", "absent in Keras 3")

_LIMIT: Final = "uniform in [-limit, limit], limit = sqrt(3 * scale / n)"
_TRUNCATED: Final = "normal, truncated at two sigma, of stddev sqrt(scale / n) after truncation"
_FAN_FORMULAS: Final = {"fan_in": "fan_in", "fan_avg": "(fan_in + fan_out) / 2"}

_CONVOLUTION: Final = (
    "gain times the product of a uniformly distributed matrix with orthonormal rows and, for each step of the kernel "
    "along each axis, of P + (1 - P) z; P projects on a uniformly distributed subspace of dimension Binomial(n, 1/2)"
)
_DELTA: Final = (
    "gain times a uniformly distributed matrix with orthonormal rows in the middle of the kernel, 0 elsewhere"
)

_KERAS_API: Final = "tf_keras.src.initializers"


def _normal(stddev: float, note: str = "") -> tuple[Parameter, ...]:
    return (
        Parameter("mean", 0.0, "mean", compared=(0.5,)),
        Parameter("stddev", stddev, "stddev", note, compared=(0.2,), scale_power=1),
        _SEED,
        _DTYPE,
    )


def _uniform(
    minval: float, maxval: float | None, minval_note: str = "", maxval_note: str = "None is 1 for floating dtypes"
) -> tuple[Parameter, ...]:
    return (
        Parameter("minval", minval, "minval", minval_note, compared=(-2,)),
        Parameter("maxval", maxval, "maxval", maxval_note, compared=(5,)),
        _SEED,
        _DTYPE._replace(note="dtype of the call; the legacy symbol samples integers"),
    )


def _kernel(
    name: str, wrapper: str, ranks: tuple[int, ...], formula: str, dtype: Parameter, takes_dtype_of_call: bool
) -> Symbol:
    """Return the row of a symbol that makes kernels of orthogonal convolutions."""
    return Symbol(
        names=(f"contrib.framework.{name}",),
        wrapper=Wrapper("convolution", wrapper),
        kind="class",
        native="Orthogonal",
        distribution=Distribution.ORTHOGONAL_CONVOLUTION,
        formula=formula,
        parameters=(_GAIN_OF_KERNEL, _SEED, dtype),
        fixed=(("gain", 1.0),),
        library=Library.CONTRIB_FRAMEWORK,
        kernel_ranks=ranks,
        takes_dtype_of_call=takes_dtype_of_call,
    )


def _preset(
    native: str,
    *names: str,
    wrapper: Wrapper,
    kind: Literal["class", "function"],
    distribution: Literal["truncated_normal", "uniform"],
    scale: float,
    mode: Literal["fan_in", "fan_avg"] = "fan_in",
    parameters: tuple[Parameter, ...] = (_SEED,),
    library: Library = Library.CORE,
    only_in_tf1: tuple[str, ...] = (),
) -> Symbol:
    """Return the row of a symbol that is VarianceScaling with fixed arguments, as the named native class is."""
    formula = _LIMIT if distribution == "uniform" else _TRUNCATED
    return Symbol(
        names=names,
        wrapper=wrapper,
        kind=kind,
        native="VarianceScaling",
        distribution=Distribution.VARIANCE_SCALING,
        formula=f"{formula}, scale = {scale:g}, n = {_FAN_FORMULAS[mode]}",
        parameters=parameters,
        fixed=(("scale", scale), ("mode", mode), ("distribution", distribution)),
        preset=native,
        library=library,
        only_in_tf1=only_in_tf1,
    )


SYMBOLS: Final[tuple[Symbol, ...]] = (
    Symbol(
        names=("variance_scaling_initializer", "initializers.variance_scaling", "keras.initializers.VarianceScaling"),
        wrapper=Wrapper("variance_scaling", "VarianceScaling"),
        kind="class",
        native="VarianceScaling",
        distribution=Distribution.VARIANCE_SCALING,
        formula="by `distribution`: truncated normal or normal of stddev sqrt(scale / n); " + _LIMIT,
        parameters=(
            Parameter("scale", 1.0, "scale", compared=(2.5,), scale_power=2),
            Parameter("mode", "fan_in", "mode", compared=MODES),
            Parameter(
                "distribution",
                "truncated_normal",
                "distribution",
                "'normal' becomes 'truncated_normal'",
                compared=DISTRIBUTIONS,
            ),
            _SEED,
            _DTYPE,
        ),
        only_in_tf1=("variance_scaling_initializer",),
    ),
    _preset(
        "GlorotUniform",
        "glorot_uniform_initializer",
        "initializers.glorot_uniform",
        "keras.initializers.glorot_uniform",
        wrapper=Wrapper("variance_scaling", "GlorotUniform"),
        kind="class",
        distribution="uniform",
        scale=1.0,
        mode="fan_avg",
        parameters=(_SEED, _IGNORED_DTYPE),
        only_in_tf1=("glorot_uniform_initializer",),
    ),
    _preset(
        "GlorotNormal",
        "glorot_normal_initializer",
        "initializers.glorot_normal",
        "keras.initializers.glorot_normal",
        wrapper=Wrapper("variance_scaling", "GlorotNormal"),
        kind="class",
        distribution="truncated_normal",
        scale=1.0,
        mode="fan_avg",
        parameters=(_SEED, _IGNORED_DTYPE),
        only_in_tf1=("glorot_normal_initializer",),
    ),
    _preset(
        "HeNormal",
        "initializers.he_normal",
        wrapper=Wrapper("presets", "he_normal"),
        kind="function",
        distribution="truncated_normal",
        scale=2.0,
    ),
    _preset(
        "HeUniform",
        "initializers.he_uniform",
        wrapper=Wrapper("presets", "he_uniform"),
        kind="function",
        distribution="uniform",
        scale=2.0,
    ),
    _preset(
        "LecunNormal",
        "initializers.lecun_normal",
        wrapper=Wrapper("presets", "lecun_normal"),
        kind="function",
        distribution="truncated_normal",
        scale=1.0,
    ),
    _preset(
        "LecunUniform",
        "initializers.lecun_uniform",
        wrapper=Wrapper("presets", "lecun_uniform"),
        kind="function",
        distribution="uniform",
        scale=1.0,
    ),
    _preset(
        "HeNormal",
        "keras.initializers.he_normal",
        wrapper=Wrapper("keras_v1", "HeNormal"),
        kind="class",
        distribution="truncated_normal",
        scale=2.0,
        library=Library.KERAS,
    ),
    _preset(
        "HeUniform",
        "keras.initializers.he_uniform",
        wrapper=Wrapper("keras_v1", "HeUniform"),
        kind="class",
        distribution="uniform",
        scale=2.0,
        library=Library.KERAS,
    ),
    _preset(
        "LecunNormal",
        "keras.initializers.lecun_normal",
        wrapper=Wrapper("keras_v1", "LecunNormal"),
        kind="class",
        distribution="truncated_normal",
        scale=1.0,
        library=Library.KERAS,
    ),
    _preset(
        "LecunUniform",
        "keras.initializers.lecun_uniform",
        wrapper=Wrapper("keras_v1", "LecunUniform"),
        kind="class",
        distribution="uniform",
        scale=1.0,
        library=Library.KERAS,
    ),
    Symbol(
        names=("uniform_unit_scaling_initializer", "initializers.uniform_unit_scaling"),
        wrapper=Wrapper("variance_scaling", "UniformUnitScaling"),
        kind="class",
        native="VarianceScaling",
        distribution=Distribution.UNIT_SCALING,
        formula="uniform in [-limit, limit], limit = factor * sqrt(3 / n), n = product of all dimensions but the last",
        parameters=(
            Parameter("factor", 1.0, "scale", "scale = factor ** 2", compared=(1.4,), scale_power=1, native_power=2),
            _SEED,
            _DTYPE,
        ),
        fixed=(("mode", "fan_in"), ("distribution", "uniform")),
        only_in_tf1=("uniform_unit_scaling_initializer", "initializers.uniform_unit_scaling"),
    ),
    Symbol(
        names=("contrib.layers.variance_scaling_initializer",),
        wrapper=Wrapper("contrib", "variance_scaling_initializer"),
        kind="function",
        native="VarianceScaling",
        distribution=Distribution.CONTRIB_SCALING,
        formula="uniform, limit sqrt(3 * factor / n), or normal truncated at two sigma, sigma = sqrt(1.3 * factor / n)",
        parameters=(
            Parameter(
                "factor", 2.0, "scale", f"times {_CONTRIB_FACTOR} unless `uniform`", compared=(1.4,), scale_power=2
            ),
            Parameter("mode", "FAN_IN", "mode", "in lower case", compared=tuple(mode.upper() for mode in MODES)),
            _CONTRIB_UNIFORM._replace(default=False),
            _SEED,
            _DTYPE,
        ),
        saved_as="ContribVarianceScaling",
        library=Library.CONTRIB,
    ),
    Symbol(
        names=("contrib.layers.xavier_initializer", "contrib.layers.xavier_initializer_conv2d"),
        wrapper=Wrapper("contrib", "xavier_initializer"),
        kind="function",
        native="VarianceScaling",
        distribution=Distribution.CONTRIB_SCALING,
        formula="contrib's variance_scaling_initializer with factor = 1 and n = (fan_in + fan_out) / 2",
        parameters=(
            _CONTRIB_UNIFORM,
            _SEED,
            _DTYPE,
        ),
        fixed=(("mode", "fan_avg"),),
        library=Library.CONTRIB,
    ),
    Symbol(
        names=("random_normal_initializer", "initializers.random_normal"),
        wrapper=Wrapper("random", "RandomNormal"),
        kind="class",
        native="RandomNormal",
        distribution=Distribution.NORMAL,
        formula="normal(mean, stddev)",
        parameters=_normal(1.0, "the native default is 0.05, not 1"),
    ),
    Symbol(
        names=("truncated_normal_initializer", "initializers.truncated_normal"),
        wrapper=Wrapper("random", "TruncatedNormal"),
        kind="class",
        native="TruncatedNormal",
        distribution=Distribution.TRUNCATED_NORMAL,
        formula="normal(mean, stddev) truncated at mean +- 2 * stddev",
        parameters=_normal(1.0, "the native default is 0.05, not 1"),
        only_in_tf1=("truncated_normal_initializer",),
    ),
    Symbol(
        names=("random_uniform_initializer", "initializers.random_uniform"),
        wrapper=Wrapper("random", "RandomUniform"),
        kind="class",
        native="RandomUniform",
        distribution=Distribution.UNIFORM,
        formula="uniform in [minval, maxval)",
        parameters=_uniform(
            0,
            None,
            "the native default is -0.05, not 0",
            "None is 1 for floating dtypes; the native default is 0.05",
        ),
    ),
    Symbol(
        names=("keras.initializers.RandomNormal", "keras.initializers.random_normal", "keras.initializers.normal"),
        wrapper=Wrapper("keras_v1", "RandomNormal"),
        kind="class",
        native="RandomNormal",
        distribution=Distribution.NORMAL,
        formula="normal(mean, stddev)",
        parameters=_normal(0.05),
        library=Library.KERAS,
        only_in_tf1=("keras.initializers.normal",),
    ),
    Symbol(
        names=("keras.initializers.TruncatedNormal", "keras.initializers.truncated_normal"),
        wrapper=Wrapper("keras_v1", "TruncatedNormal"),
        kind="class",
        native="TruncatedNormal",
        distribution=Distribution.TRUNCATED_NORMAL,
        formula="normal(mean, stddev) truncated at mean +- 2 * stddev",
        parameters=_normal(0.05),
        library=Library.KERAS,
    ),
    Symbol(
        names=("keras.initializers.RandomUniform", "keras.initializers.random_uniform", "keras.initializers.uniform"),
        wrapper=Wrapper("keras_v1", "RandomUniform"),
        kind="class",
        native="RandomUniform",
        distribution=Distribution.UNIFORM,
        formula="uniform in [minval, maxval)",
        parameters=_uniform(-0.05, 0.05),
        library=Library.KERAS,
        only_in_tf1=("keras.initializers.uniform",),
    ),
    Symbol(
        names=(
            "orthogonal_initializer",
            "initializers.orthogonal",
            "keras.initializers.Orthogonal",
            "keras.initializers.orthogonal",
        ),
        wrapper=Wrapper("orthogonal", "Orthogonal"),
        kind="class",
        native="Orthogonal",
        distribution=Distribution.ORTHOGONAL,
        formula="gain times a uniformly distributed matrix with orthonormal rows or columns",
        parameters=(_GAIN, _SEED, _DTYPE),
        only_in_tf1=("orthogonal_initializer",),
    ),
    _kernel(
        "convolutional_delta_orthogonal",
        "ConvolutionDeltaOrthogonal",
        (3, 4, 5),
        _DELTA,
        dtype=_DTYPE,
        takes_dtype_of_call=True,
    ),
    *(
        _kernel(
            f"convolutional_orthogonal_{dimensions}d",
            f"ConvolutionOrthogonal{dimensions}D",
            (dimensions + 2,),
            _CONVOLUTION,
            dtype=_DTYPE._replace(
                note="dtype of the kernel; a call cannot ask for another, as in TensorFlow 1",
                compared=("float16", "bfloat16", "float32", "float64"),
            ),
            takes_dtype_of_call=False,
        )
        for dimensions in (1, 2, 3)
    ),
    Symbol(
        names=("initializers.identity", "keras.initializers.Identity", "keras.initializers.identity"),
        wrapper=Wrapper("constant", "Identity"),
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
        wrapper=Wrapper("constant", "Constant"),
        kind="class",
        native="Constant",
        distribution=Distribution.CONSTANT,
        formula="value, reshaped to the shape",
        parameters=(
            Parameter(
                "value",
                0,
                "value",
                "converted and reshaped by the rules of TensorFlow 1",
                compared=(tuple(range(1, 25)),),
            ),
            _DTYPE,
            Parameter("verify_shape", False, "", "the wrapper compares the shapes", is_saved=False),
        ),
    ),
    Symbol(
        names=("zeros_initializer", "initializers.zeros", "keras.initializers.Zeros", "keras.initializers.zeros"),
        wrapper=Wrapper("constant", "Zeros"),
        kind="class",
        native="Zeros",
        distribution=Distribution.CONSTANT,
        formula="0",
        parameters=(_DTYPE,),
    ),
    Symbol(
        names=("ones_initializer", "initializers.ones", "keras.initializers.Ones", "keras.initializers.ones"),
        wrapper=Wrapper("constant", "Ones"),
        kind="class",
        native="Ones",
        distribution=Distribution.CONSTANT,
        formula="1",
        parameters=(_DTYPE,),
    ),
    Symbol(
        names=("keras.initializers.Initializer",),
        wrapper=Wrapper("keras_lookup", "Initializer"),
        kind="class",
        native="Initializer",
        distribution=None,
        formula="",
        parameters=(),
        library=Library.KERAS,
        defined_in=f"{_KERAS_API}.initializers",
    ),
    Symbol(
        names=("keras.initializers.get",),
        wrapper=Wrapper("keras_lookup", "get"),
        kind="function",
        native="get",
        distribution=None,
        formula="",
        parameters=(Parameter("identifier", REQUIRED, "identifier"),),
        library=Library.KERAS,
        defined_in=_KERAS_API,
        looks_up=True,
    ),
    Symbol(
        names=("keras.initializers.serialize",),
        wrapper=Wrapper("keras_lookup", "serialize"),
        kind="function",
        native="serialize",
        distribution=None,
        formula="",
        parameters=(Parameter("initializer", REQUIRED, "initializer"), _USE_LEGACY_FORMAT),
        library=Library.KERAS,
        defined_in=_KERAS_API,
    ),
    Symbol(
        names=("keras.initializers.deserialize",),
        wrapper=Wrapper("keras_lookup", "deserialize"),
        kind="function",
        native="deserialize",
        distribution=None,
        formula="",
        parameters=(
            Parameter("config", REQUIRED, "config"),
            Parameter("custom_objects", None, "custom_objects"),
            _USE_LEGACY_FORMAT,
        ),
        library=Library.KERAS,
        defined_in=_KERAS_API,
        looks_up=True,
    ),
)

#: Rows that make tensors; the others are Keras' lookup functions and base class.
INITIALIZERS: Final = tuple(symbol for symbol in SYMBOLS if symbol.distribution)

#: Names that `tf` itself lacks in TensorFlow 2: code that uses them was written for TensorFlow 1. The other names exist
#: in TensorFlow 2 and mean the native initializers.
GONE_FROM_TF2: Final = frozenset(name for symbol in SYMBOLS for name in symbol.only_in_tf1)


@functools.cache
def by_name() -> Mapping[str, Symbol]:
    """Return the row of each name below `tf_initcompat`.

    Example:
      >>> by_name()["initializers.he_normal"].native
      'VarianceScaling'
    """
    return {name: symbol for symbol in SYMBOLS for name in symbol.names}


def names_in(namespace: str) -> dict[str, Symbol]:
    """Return the rows directly in a namespace, by their last name.

    Args:
      namespace: Dotted path below `tf_initcompat`, such as "keras.initializers"; "" is the top level.

    Returns:
      The rows by their name inside the namespace.

    Example:
      >>> names_in("contrib.layers")["xavier_initializer"].names
      ('contrib.layers.xavier_initializer', 'contrib.layers.xavier_initializer_conv2d')
    """
    prefix = f"{namespace}." if namespace else ""
    return {
        name.removeprefix(prefix): symbol
        for name, symbol in by_name().items()
        if name.startswith(prefix) and "." not in name.removeprefix(prefix)
    }
