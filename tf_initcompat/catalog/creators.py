"""The callables of TensorFlow 1 that create variables, and their initial values where no initializer is named.

Plain data without TensorFlow. The tests compare every row with recordings of real TensorFlow 1 installations, and the
counterparts with the installed Keras. The parameters in `creator_parameters.json` are made from TensorFlow 1.15.5 by
`tests/tf1/record_defaults.py`.
"""

import enum
import functools
import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from tf_initcompat.catalog import namespaces


class Origin(enum.Enum):
    """Origin of a default. The value names it, for people."""

    OWN = "its own default"
    #: The callable passes no initializer to `get_variable`.
    VARIABLE = "TensorFlow's default for variables"


class InitialValues(NamedTuple):
    """Distribution of the initial values of a variable.

    Attributes:
      text: Name or description, for people.
      expression: The same as an expression of Python, for the tests: an initializer below `tf_initcompat`, or an array.
        `shape` is the shape of the variable, `units` the number of units.
    """

    text: str
    expression: str


class Weight(NamedTuple):
    """A variable that a callable creates.

    Attributes:
      variable: Pattern of the end of its name, as in `fnmatch`.
      initial: Its initial values by default.
      origin: Where the default comes from. A scope's initializer replaces that of `Origin.VARIABLE`.
      parameter: Parameter that names the initializer; "" if there is none.
      native: Initial values of the corresponding weights of the counterpart in Keras, for people; "" for the same.
      switch: Parameter that decides whether the variable exists; "" if it always does.
      is_on: Whether it exists if the switch is not given.
    """

    variable: str
    initial: InitialValues
    origin: Origin = Origin.OWN
    parameter: str = ""
    native: str = ""
    switch: str = ""
    is_on: bool = True


_Weights = tuple[Weight, ...]


class Creator(NamedTuple):
    """A callable that creates variables.

    Attributes:
      name: Name below `tf`.
      weights: The variables.
      counterpart: Layer of Keras that replaces it, without its module; "" if there is none.
      scoped_as: Name of the function that an `arg_scope` lists to replace its defaults; "" if none can.
      is_cell: Whether it creates the variables later, when the cell runs.
      parameters: Its parameters, in order.
    """

    name: str
    weights: _Weights
    counterpart: str = ""
    scoped_as: str = ""
    is_cell: bool = False
    parameters: tuple[str, ...] = ()


class CreatorMatch(NamedTuple):
    """The creator that a qualified name stands for.

    Attributes:
      creator: The creator.
      only_in_tf1: Whether the name means another callable at TensorFlow 2's API level.
    """

    creator: Creator
    only_in_tf1: bool


_GLOROT: Final = InitialValues("glorot_uniform", "glorot_uniform_initializer()")
_ZEROS: Final = InitialValues("zeros", "zeros_initializer()")
_ONES: Final = InitialValues("ones", "ones_initializer()")
_ORTHOGONAL: Final = InitialValues("orthogonal", "orthogonal_initializer()")
_FORGET: Final = InitialValues("zeros, ones for the forget gate", "np.repeat([0.0, 1.0, 0.0, 0.0], shape[0] // 4)")
_SMALL_UNIFORM: Final = InitialValues(
    "uniform values between -0.05 and 0.05", "random_uniform_initializer(-0.05, 0.05)"
)
_UNIT_UNIFORM: Final = InitialValues("uniform values between -1 and 1", "random_uniform_initializer(-1.0, 1.0)")

_OF_KERAS_EMBEDDING: Final = _SMALL_UNIFORM.text
#: Initial values that Keras' recurrent layers have in place of one kernel of TensorFlow 1.
SPLIT_KERNEL: Final = "glorot_uniform for the inputs alone, and orthogonal for the recurrent kernel"
_OF_KERAS_LSTM_BIAS: Final = _FORGET.text


def _variable(variable: str, parameter: str = "", native: str = "") -> Weight:
    """Return a weight with TensorFlow's default for variables."""
    return Weight(variable, _GLOROT, Origin.VARIABLE, parameter, native)


_NORMALIZED: Final = (Weight("gamma", _ONES, switch="scale"), Weight("beta", _ZEROS, switch="center"))
_BATCH_NORMALIZED: Final = (
    Weight("gamma", _ONES, parameter="gamma_initializer", switch="scale"),
    Weight("beta", _ZEROS, parameter="beta_initializer", switch="center"),
    Weight("moving_mean", _ZEROS, parameter="moving_mean_initializer"),
    Weight("moving_variance", _ONES, parameter="moving_variance_initializer"),
)
_BIAS: Final = Weight("bias", _ZEROS, parameter="bias_initializer", switch="use_bias")
_LAYER: Final = (_variable("kernel", "kernel_initializer"), _BIAS)
_SEPARABLE: Final = (
    _variable("depthwise_kernel", "depthwise_initializer"),
    _variable("pointwise_kernel", "pointwise_initializer"),
    _BIAS,
)
_KERAS_LAYER: Final = (Weight("kernel", _GLOROT, parameter="kernel_initializer"), _BIAS)
_KERAS_RECURRENT: Final = (
    Weight("kernel", _GLOROT, parameter="kernel_initializer"),
    Weight("recurrent_kernel", _ORTHOGONAL, parameter="recurrent_initializer"),
    _BIAS,
)
_KERAS_LSTM: Final = (*_KERAS_RECURRENT[:2], _BIAS._replace(initial=_FORGET))
_CONTRIB_BIASES: Final = Weight("biases", _ZEROS, parameter="biases_initializer")
_CONTRIB_LAYER: Final = (Weight("weights", _GLOROT, parameter="weights_initializer"), _CONTRIB_BIASES)
_CONTRIB_SEPARABLE: Final = (
    Weight("depthwise_weights", _GLOROT, parameter="weights_initializer"),
    Weight("pointwise_weights", _GLOROT, parameter="pointwise_initializer"),
    _CONTRIB_BIASES,
)
_LEGACY_LAYER: Final = (
    Weight("weights", _GLOROT, parameter="weight_init"),
    Weight("bias", _ZEROS, parameter="bias_init"),
)
_CONTRIB_NORMALIZED: Final = tuple(weight._replace(parameter="param_initializers") for weight in _NORMALIZED)
_CONTRIB_BATCH_NORMALIZED: Final = (
    _CONTRIB_NORMALIZED[0]._replace(is_on=False),
    _CONTRIB_NORMALIZED[1],
    Weight("moving_mean", _ZEROS, parameter="param_initializers"),
    Weight("moving_variance", _ONES, parameter="param_initializers"),
)
_GDN: Final = (
    Weight("reparam_beta", _ONES),
    Weight("reparam_gamma", InitialValues("0.1 times the identity", "np.sqrt(0.1 * np.eye(*shape) + 2.0**-36)")),
)
_EMBEDDING: Final = (_variable("embeddings", "initializer", _OF_KERAS_EMBEDDING),)
_BY_DIMENSION: Final = InitialValues(
    "a truncated normal of standard deviation 1/sqrt(dimension)",
    "truncated_normal_initializer(stddev=shape[-1] ** -0.5)",
)
_BY_BUCKETS: Final = InitialValues(
    "a truncated normal of standard deviation 1/sqrt(number of buckets)",
    "truncated_normal_initializer(stddev=shape[0] ** -0.5)",
)
_CELL: Final = (_variable("kernel"), Weight("bias", _ZEROS))
_LSTM_BIAS: Final = Weight("bias", _ZEROS, native=_OF_KERAS_LSTM_BIAS)
_GATES_BIAS: Final = Weight("gates/bias", _ONES, parameter="bias_initializer", native="zeros")
_GRU_CELL: Final = (
    _variable("gates/kernel", "kernel_initializer", SPLIT_KERNEL),
    _GATES_BIAS,
    _variable("candidate/kernel", "kernel_initializer", SPLIT_KERNEL),
    Weight("candidate/bias", _ZEROS, parameter="bias_initializer"),
)
_LSTM_CELL: Final = (
    _variable("kernel", "initializer", SPLIT_KERNEL),
    _LSTM_BIAS,
    _variable("w_?_diag", "initializer")._replace(switch="use_peepholes", is_on=False),
    _variable("projection/kernel", "initializer")._replace(switch="num_proj", is_on=False),
)
_GRID_CELL: Final = (_variable("W_*", "initializer"), Weight("B_*", _ZEROS))
_PEEPHOLES: Final = _variable("w_?_diag")._replace(switch="use_peephole", is_on=False)
_CUDNN: Final = (
    Weight("weight", _GLOROT, parameter="kernel_initializer", native=SPLIT_KERNEL),
    Weight("bias", _ZEROS, parameter="bias_initializer"),
)
_LINEAR_MODEL: Final = (Weight("weight*", _ZEROS), Weight("bias_weight*", _ZEROS))

#: Weights by name and counterpart, for names of tf.layers, each a function and a class.
_TF_LAYERS: Final[tuple[tuple[str, str, _Weights], ...]] = (
    ("dense", "Dense", _LAYER),
    ("conv1d", "Conv1D", _LAYER),
    ("conv2d", "Conv2D", _LAYER),
    ("conv3d", "Conv3D", _LAYER),
    ("conv2d_transpose", "Conv2DTranspose", _LAYER),
    ("conv3d_transpose", "Conv3DTranspose", _LAYER),
    ("separable_conv1d", "SeparableConv1D", _SEPARABLE),
    ("separable_conv2d", "SeparableConv2D", _SEPARABLE),
    ("batch_normalization", "BatchNormalization", _BATCH_NORMALIZED),
)
#: Names below tf.contrib.layers and tf.contrib.slim: (names, weights, counterpart, whether arg_scope reaches them).
_CONTRIB_LAYERS: Final[tuple[tuple[tuple[str, ...], _Weights, str, bool], ...]] = (
    (("conv1d", "convolution1d"), _CONTRIB_LAYER, "Conv1D", True),
    (("conv2d", "convolution", "convolution2d"), _CONTRIB_LAYER, "Conv2D", True),
    (("conv3d", "convolution3d"), _CONTRIB_LAYER, "Conv3D", True),
    (("conv2d_transpose", "convolution2d_transpose"), _CONTRIB_LAYER, "Conv2DTranspose", True),
    (("conv3d_transpose", "convolution3d_transpose"), _CONTRIB_LAYER, "Conv3DTranspose", True),
    (("conv2d_in_plane", "convolution2d_in_plane"), _CONTRIB_LAYER, "", True),
    (("fully_connected",), _CONTRIB_LAYER, "Dense", True),
    # Partial functions of fully_connected, which pass `**kwargs` on.
    (("linear", "relu", "relu6"), _CONTRIB_LAYER, "Dense", True),
    (("repeat", "stack"), _CONTRIB_LAYER, "", True),
    (("separable_conv2d", "separable_convolution2d"), _CONTRIB_SEPARABLE, "SeparableConv2D", True),
    (("legacy_fully_connected", "legacy_linear", "legacy_relu"), _LEGACY_LAYER, "Dense", False),
    (("batch_norm",), _CONTRIB_BATCH_NORMALIZED, "BatchNormalization", True),
    (("group_norm",), _CONTRIB_NORMALIZED, "GroupNormalization", True),
    (("instance_norm",), _CONTRIB_NORMALIZED, "", True),
    (("layer_norm",), _NORMALIZED, "LayerNormalization", True),
    (("bias_add",), (Weight("biases", _ZEROS, parameter="initializer"),), "", True),
    (("bow_encoder", "embed_sequence"), _EMBEDDING, "Embedding", False),
    (("gdn", "GDN"), _GDN, "", False),
    (("spatial_softmax",), (Weight("temperature", _ONES),), "", True),
)
_PARTIAL_OF: Final = {"linear": "fully_connected"}
#: Cells by name, weights and counterpart. Those of tf.nn.rnn_cell are members of tf.contrib.rnn as well.
_CORE_CELLS: Final[tuple[tuple[str, _Weights, str], ...]] = (
    ("BasicRNNCell", (_variable("kernel", native=SPLIT_KERNEL), Weight("bias", _ZEROS)), "SimpleRNN"),
    ("BasicLSTMCell", (_variable("kernel", native=SPLIT_KERNEL), _LSTM_BIAS), "LSTM"),
    ("LSTMCell", _LSTM_CELL, "LSTM"),
    ("GRUCell", _GRU_CELL, "GRU"),
)
_CONTRIB_CELLS: Final[tuple[tuple[str, _Weights, str], ...]] = (
    ("AttentionCellWrapper", (_variable("kernel"), Weight("bias", _ZEROS), _variable("attn_?")), ""),
    ("BidirectionalGridLSTMCell", _GRID_CELL, ""),
    (
        "Conv1DLSTMCell",
        (_variable("kernel", native=SPLIT_KERNEL), Weight("biases", _ZEROS, native=_OF_KERAS_LSTM_BIAS)),
        "ConvLSTM1D",
    ),
    (
        "Conv2DLSTMCell",
        (_variable("kernel", native=SPLIT_KERNEL), Weight("biases", _ZEROS, native=_OF_KERAS_LSTM_BIAS)),
        "ConvLSTM2D",
    ),
    (
        "Conv3DLSTMCell",
        (_variable("kernel", native=SPLIT_KERNEL), Weight("biases", _ZEROS, native=_OF_KERAS_LSTM_BIAS)),
        "ConvLSTM3D",
    ),
    (
        "ConvLSTMCell",
        (_variable("kernel", native=SPLIT_KERNEL), Weight("biases", _ZEROS, native=_OF_KERAS_LSTM_BIAS)),
        "ConvLSTM2D",
    ),
    ("CoupledInputForgetGateLSTMCell", (_variable("W_*", "initializer"), Weight("B", _ZEROS)), ""),
    (
        "EmbeddingWrapper",
        (
            Weight(
                "embedding",
                InitialValues(
                    "uniform values between -sqrt(3) and sqrt(3)",
                    "random_uniform_initializer(-np.sqrt(3.0), np.sqrt(3.0))",
                ),
                Origin.VARIABLE,
                "initializer",
                _OF_KERAS_EMBEDDING,
            ),
        ),
        "Embedding",
    ),
    ("GLSTMCell", (_variable("kernel", "initializer"), Weight("bias_?", _ZEROS)), ""),
    (
        "GRUBlockCell",
        (
            _variable("w_ru", native=SPLIT_KERNEL),
            Weight("b_ru", _ONES, native="zeros"),
            _variable("w_c", native=SPLIT_KERNEL),
            Weight("b_c", _ZEROS),
        ),
        "GRU",
    ),
    (
        "GRUBlockCellV2",
        (
            _variable("gates/kernel", native=SPLIT_KERNEL),
            Weight("gates/bias", _ONES, native="zeros"),
            _variable("candidate/kernel", native=SPLIT_KERNEL),
            Weight("candidate/bias", _ZEROS),
        ),
        "GRU",
    ),
    ("GridLSTMCell", _GRID_CELL, ""),
    (
        "HighwayWrapper",
        (_variable("carry_w"), Weight("carry_b", _ONES, parameter="carry_bias_init")),
        "",
    ),
    ("IndRNNCell", (_variable("kernel_w"), Weight("kernel_u", _UNIT_UNIFORM), Weight("bias", _ZEROS)), ""),
    (
        "IndyGRUCell",
        (
            _variable("kernel_w", "kernel_initializer"),
            _variable("candidate/kernel", "kernel_initializer"),
            Weight("kernel_u", _UNIT_UNIFORM),
            Weight("gates/bias", _ONES, parameter="bias_initializer"),
            Weight("candidate/bias", _ZEROS, parameter="bias_initializer"),
        ),
        "",
    ),
    (
        "IndyLSTMCell",
        (
            _variable("kernel_w", "kernel_initializer"),
            Weight("kernel_u", _UNIT_UNIFORM),
            Weight("bias", _ZEROS, parameter="bias_initializer"),
        ),
        "",
    ),
    ("InputProjectionWrapper", _CELL, "Dense"),
    ("IntersectionRNNCell", (_variable("kernel", "initializer"), Weight("bias", _ZEROS)), ""),
    ("LSTMBlockCell", (_variable("kernel", native=SPLIT_KERNEL), _LSTM_BIAS, _PEEPHOLES), "LSTM"),
    ("LSTMBlockFusedCell", (_variable("kernel", native=SPLIT_KERNEL), _LSTM_BIAS, _PEEPHOLES), "LSTM"),
    ("LayerNormBasicLSTMCell", (_variable("kernel"), *_NORMALIZED), ""),
    ("NASCell", (_variable("kernel"), _variable("recurrent_kernel"), _variable("projection_weights")), ""),
    ("OutputProjectionWrapper", _CELL, "Dense"),
    (
        "PhasedLSTMCell",
        (
            *_CELL,
            Weight(
                "period",
                InitialValues(
                    "log-uniform values between 1 and 1000", "np.exp(generator.uniform(0.0, np.log(1000.0), shape))"
                ),
            ),
            Weight(
                "phase",
                InitialValues(
                    "uniform values between 0 and the period",
                    "generator.uniform(size=shape) * np.exp(generator.uniform(0.0, np.log(1000.0), shape))",
                ),
            ),
            Weight("ratio_on", InitialValues("0.1", "constant_initializer(0.1)")),
        ),
        "",
    ),
    ("SRUCell", _CELL, ""),
    ("TimeFreqLSTMCell", (_variable("W_*", "initializer"), Weight("B", _ZEROS)), ""),
    ("UGRNNCell", (_variable("kernel", "initializer"), Weight("bias", _ZEROS)), ""),
)
_KERAS_LAYERS: Final[tuple[tuple[tuple[str, ...], _Weights], ...]] = (
    (("Dense", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose"), _KERAS_LAYER),
    (("LocallyConnected1D", "LocallyConnected2D"), _KERAS_LAYER),
    (
        ("SeparableConv1D", "SeparableConv2D"),
        (
            Weight("depthwise_kernel", _GLOROT, parameter="depthwise_initializer"),
            Weight("pointwise_kernel", _GLOROT, parameter="pointwise_initializer"),
            _BIAS,
        ),
    ),
    (("DepthwiseConv2D",), (Weight("depthwise_kernel", _GLOROT, parameter="depthwise_initializer"), _BIAS)),
    (("BatchNormalization",), _BATCH_NORMALIZED),
    (("LayerNormalization",), _BATCH_NORMALIZED[:2]),
    (("Embedding",), (Weight("embeddings", _SMALL_UNIFORM, parameter="embeddings_initializer"),)),
    (("PReLU",), (Weight("alpha", _ZEROS, parameter="alpha_initializer"),)),
    (("SimpleRNN", "SimpleRNNCell", "GRU", "GRUCell"), _KERAS_RECURRENT),
    (("LSTM", "LSTMCell", "ConvLSTM2D"), _KERAS_LSTM),
)
_CUDNN_CELLS: Final[tuple[tuple[str, _Weights, str], ...]] = (
    ("CudnnCompatibleLSTMCell", (_variable("kernel", native=SPLIT_KERNEL), _LSTM_BIAS), "LSTM"),
    (
        "CudnnCompatibleGRUCell",
        (
            _variable("kernel", "kernel_initializer", SPLIT_KERNEL),
            Weight("gates/bias", _ONES, native="zeros"),
            Weight("*_projection/bias", _ZEROS),
        ),
        "GRU",
    ),
)
#: Rows that stand alone: (name, weights, counterpart).
_OTHERS: Final[tuple[tuple[str, _Weights, str], ...]] = (
    ("get_variable", (_variable("v", "initializer"),), "Layer.add_weight"),
    (
        "feature_column.embedding_column",
        (Weight("embedding_weights", _BY_DIMENSION, parameter="initializer", native=_OF_KERAS_EMBEDDING),),
        "Embedding",
    ),
    (
        "feature_column.shared_embedding_columns",
        (Weight("embedding_weights", _BY_DIMENSION, parameter="initializer", native=_OF_KERAS_EMBEDDING),),
        "Embedding",
    ),
    ("feature_column.linear_model", _LINEAR_MODEL, ""),
    (
        "contrib.layers.embedding_column",
        (Weight("weights", _BY_BUCKETS, parameter="initializer", native=_OF_KERAS_EMBEDDING),),
        "Embedding",
    ),
    (
        "contrib.layers.shared_embedding_columns",
        (Weight("weights", _BY_BUCKETS, parameter="initializer", native=_OF_KERAS_EMBEDDING),),
        "Embedding",
    ),
    (
        "contrib.layers.scattered_embedding_column",
        (
            Weight(
                "weights",
                InitialValues(
                    "a truncated normal of standard deviation 0.1", "truncated_normal_initializer(stddev=0.1)"
                ),
                parameter="initializer",
            ),
        ),
        "",
    ),
    ("contrib.layers.weighted_sum_from_feature_columns", _LINEAR_MODEL, ""),
    ("contrib.layers.joint_weighted_sum_from_feature_columns", _LINEAR_MODEL, ""),
    ("contrib.crf.crf_log_likelihood", (_variable("transitions"),), ""),
    (
        "contrib.seq2seq.BahdanauAttention",
        (
            _variable("kernel"),
            _variable("attention_v"),
            Weight("attention_g", InitialValues("1/sqrt(number of units)", "np.full(shape, units**-0.5)")),
            Weight("attention_b", _ZEROS),
        ),
        "",
    ),
    (
        "contrib.seq2seq.LuongAttention",
        (_variable("kernel"), Weight("attention_g", _ONES)),
        "",
    ),
    ("contrib.seq2seq.AttentionWrapper", (_variable("attention_layer/kernel"),), ""),
    ("contrib.cudnn_rnn.CudnnGRU", _CUDNN, "GRU"),
    ("contrib.cudnn_rnn.CudnnLSTM", (_CUDNN[0], _CUDNN[1]._replace(native=_OF_KERAS_LSTM_BIAS)), "LSTM"),
    ("contrib.cudnn_rnn.CudnnRNNRelu", _CUDNN, "SimpleRNN"),
    ("contrib.cudnn_rnn.CudnnRNNTanh", _CUDNN, "SimpleRNN"),
    ("keras.layers.CuDNNGRU", _KERAS_RECURRENT, "GRU"),
    (
        "keras.layers.CuDNNLSTM",
        (
            *_KERAS_RECURRENT[:2],
            _BIAS._replace(
                initial=InitialValues(
                    "zeros, ones for the forget gate of the recurrent bias",
                    "np.repeat([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0], shape[0] // 8)",
                )
            ),
        ),
        "LSTM",
    ),
)


@functools.cache
def by_name() -> Mapping[str, Creator]:
    """Return the creators by their names below `tf`.

    Examples:
      >>> creator = by_name()["layers.dense"]
      >>> [(weight.variable, weight.initial.text) for weight in creator.weights]
      [('kernel', 'glorot_uniform'), ('bias', 'zeros')]
    """
    content = pkgutil.get_data("tf_initcompat.catalog", "creator_parameters.json")
    assert content is not None, "the loader of the package does not support data files"
    parameters: dict[str, list[str]] = json.loads(content)
    return {creator.name: creator._replace(parameters=tuple(parameters[creator.name])) for creator in _creators()}


def _creators() -> Iterator[Creator]:
    """Yield the creators, without their parameters."""
    for function, layer, weights in _TF_LAYERS:
        yield Creator(f"layers.{function}", weights, layer)
        yield Creator(f"layers.{layer}", weights, layer)
    for names, weights, counterpart, is_scoped in _CONTRIB_LAYERS:
        scoped_as = _PARTIAL_OF.get(names[0], names[0]) if is_scoped else ""
        for name in names:
            yield Creator(f"contrib.layers.{name}", weights, counterpart, scoped_as)
            yield Creator(f"contrib.slim.{name}", weights, counterpart, scoped_as)
    for name, weights, counterpart in _CORE_CELLS:
        for module in ("nn.rnn_cell", "contrib.rnn"):
            yield Creator(f"{module}.{name}", weights, counterpart, is_cell=True)
    for name, weights, counterpart in _CONTRIB_CELLS:
        yield Creator(f"contrib.rnn.{name}", weights, counterpart, is_cell=True)
    for name, weights, counterpart in _CUDNN_CELLS:
        yield Creator(f"contrib.cudnn_rnn.{name}", weights, counterpart, is_cell=True)
    for names, weights in _KERAS_LAYERS:
        for name in names:
            yield Creator(f"keras.layers.{name}", weights, name)
    for module in ("contrib.framework", "contrib.slim"):
        for name in ("variable", "model_variable"):
            yield Creator(f"{module}.{name}", _OTHERS[0][1], _OTHERS[0][2], scoped_as=name)
    for name, weights, counterpart in _OTHERS:
        yield Creator(name, weights, counterpart)


#: Qualified names below `tf` of the scopes that can name an initializer, and of those that replace defaults.
VARIABLE_SCOPES: Final = frozenset({"variable_scope", "variable_op_scope", "contrib.framework.variable_scope"})
ARG_SCOPES: Final = frozenset({"contrib.framework.arg_scope", "contrib.slim.arg_scope"})
#: Position of the initializer among the parameters of `variable_scope`.
SCOPE_INITIALIZER: Final = 3

#: Modules whose members have another public name, the most specific first: pattern and public module.
_MODULES: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"contrib\.layers\.python\.layers(\.\w+)?\.", "contrib.layers."),
        (r"contrib\.layers\.python\.ops\.\w+\.", "contrib.layers."),
        (r"contrib\.rnn\.python\.ops\.\w+\.", "contrib.rnn."),
        (r"contrib\.rnn\.core_rnn_cell\.", "contrib.rnn."),
        (r"contrib\.cudnn_rnn\.python\.(layers|ops)(\.\w+)?\.", "contrib.cudnn_rnn."),
        (r"contrib\.seq2seq\.python\.ops\.\w+\.", "contrib.seq2seq."),
        (r"contrib\.crf\.python\.ops\.\w+\.", "contrib.crf."),
        (r"contrib\.framework\.python\.ops\.\w+\.", "contrib.framework."),
        (r"contrib\.slim\.python\.slim\.\w+\.", "contrib.slim."),
        (r"contrib\.feature_column\.", "feature_column."),
        (r"contrib\.keras\.(api\.keras\.|python\.keras\.)?layers\.", "keras.layers."),
        (r"python\.keras\.(_impl\.keras\.)?layers\.(\w+\.)?", "keras.layers."),
        (r"python\.layers\.\w+\.", "layers."),
        (r"python\.ops\.rnn_cell(_impl)?\.", "nn.rnn_cell."),
        (r"python\.ops\.variable_scope\.", ""),
        (r"python\.feature_column\.\w+\.", "feature_column."),
    )
)
_V1: Final = "compat.v1."
_SLIM: Final = re.compile(r"tf_slim\.(layers\.layers\.|layers\.|ops\.variables\.)?")
#: Modules that TensorFlow 2 has as well.
_IN_BOTH: Final = ("keras.", "feature_column.")


@functools.cache
def last_names() -> frozenset[str]:
    """Return the last component of every qualified name that `lookup` finds."""
    return frozenset(name.rpartition(".")[2] for name in by_name())


@functools.lru_cache(maxsize=4096)
def lookup(qualified: str) -> CreatorMatch | None:
    """Return the creator that a qualified name can stand for.

    Args:
      qualified: Qualified name, such as "tensorflow.contrib.slim.conv2d".

    Returns:
      The match, or None for a name that creates no variables or that is not in the table.

    Examples:
      >>> lookup("tensorflow.compat.v1.layers.dense").creator.name
      'layers.dense'
      >>> lookup("tensorflow.python.ops.rnn_cell_impl.LSTMCell").creator.name
      'nn.rnn_cell.LSTMCell'
      >>> lookup("tensorflow.keras.layers.Dense").only_in_tf1
      True
      >>> lookup("tensorflow.keras.layers.Flatten")
    """
    if qualified.rpartition(".")[2] not in last_names():
        return None
    name, is_v1 = public_name(qualified)
    creator = by_name().get(name)
    return CreatorMatch(creator, not is_v1 and name.startswith(_IN_BOTH)) if creator else None


def public_name(qualified: str) -> tuple[str, bool]:
    """Return the public name below `tf` of TensorFlow 1, or "", and whether `compat.v1` or tf_slim is in front of it.

    Examples:
      >>> public_name("tensorflow.compat.v1.variable_scope")
      ('variable_scope', True)
      >>> public_name("tf_slim.arg_scope")
      ('contrib.slim.arg_scope', True)
    """
    if qualified.startswith("tf_slim."):
        return _SLIM.sub("contrib.slim.", qualified), True
    package, _, name = namespaces.normalized(qualified).partition(".")
    if package != "tensorflow":
        return "", False
    is_v1 = name.startswith(_V1)
    name = name.removeprefix(_V1)
    for pattern, module in _MODULES:
        if match := pattern.match(name):
            return module + name[match.end() :], is_v1
    return name, is_v1
