"""The classes and functions of Keras itself, by kind: what can be upgraded, and loaded, without a user's code."""

import functools
from collections.abc import Collection, Mapping, Set
from typing import Final

from tf_initcompat.catalog import class_names
from tf_initcompat.saved.values import Json

#: Packages whose modules a file may name. Keras 2 imports any module that a file names.
PACKAGES: Final = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")

MODELS: Final = frozenset({"Functional", "Model", "Sequential"})
RECURRENT: Final = frozenset(
    {"RNN", "LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "Bidirectional"}
)
DTYPE_POLICIES: Final = frozenset({"Policy", "DTypePolicy"})


def _with_dimensions(*names: str, dimensions: str = "123") -> set[str]:
    return {name.replace("*", f"{number}D") for name in names for number in dimensions}


#: Layers whose config says all that they do. Layers that hold code or read a graph are not among them: Lambda,
#: TFOpLambda, TensorFlowOpLayer, SlicingOpLambda, ClassMethod, TFSMLayer and the layers of other frameworks.
LAYERS: Final = frozenset(
    {
        *RECURRENT,
        *("InputLayer", "Dense", "EinsumDense", "Embedding", "Activation", "Masking", "Identity"),
        *_with_dimensions("Conv*", "Conv*Transpose", "Cropping*", "ZeroPadding*", "UpSampling*", "SpatialDropout*"),
        *_with_dimensions("MaxPooling*", "AveragePooling*", "GlobalMaxPooling*", "GlobalAveragePooling*"),
        *_with_dimensions("DepthwiseConv*", "SeparableConv*", "LocallyConnected*", dimensions="12"),
        *("LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells", "TimeDistributed", "SpectralNormalization"),
        *("BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization", "RMSNormalization"),
        *("Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention"),
        *("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"),
        *("ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax", "ThresholdedReLU"),
        *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization"),
        *("Flatten", "Reshape", "Permute", "RepeatVector"),
        *("Normalization", "Rescaling", "Resizing", "CenterCrop", "Discretization", "CategoryEncoding"),
        *("Hashing", "HashedCrossing", "IntegerLookup", "StringLookup"),
        *("RandomFlip", "RandomRotation", "RandomZoom", "RandomContrast", "RandomTranslation", "RandomBrightness"),
        *("RandomCrop", "RandomHeight", "RandomWidth"),
    }
)
OPTIMIZERS: Final = frozenset(
    {
        *("Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lion", "Nadam", "RMSprop", "SGD"),
        "LossScaleOptimizer",
    }
)
SCHEDULES: Final = frozenset(
    {
        *("CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay"),
        "PolynomialDecay",
    }
)
LOSSES: Final = frozenset(
    {
        *("BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"),
        *("MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredLogarithmicError"),
        *("Hinge", "SquaredHinge", "CategoricalHinge", "Huber", "LogCosh", "Poisson", "KLDivergence"),
        *("CosineSimilarity", "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy", "LossFunctionWrapper"),
    }
)
#: Metrics without those that share their name with a loss.
METRICS: Final = frozenset(
    {
        *("RootMeanSquaredError", "LogCoshError", "Mean", "Sum", "MeanMetricWrapper"),
        *("Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy", "TopKCategoricalAccuracy"),
        *("SparseTopKCategoricalAccuracy", "AUC", "Precision", "Recall", "F1Score", "FBetaScore", "MeanIoU", "IoU"),
        *("FalseNegatives", "FalsePositives", "TrueNegatives", "TruePositives"),
    }
)
#: Regularizers, constraints, and the classes of values inside configs.
_OTHERS: Final = DTYPE_POLICIES | {
    *("L1", "L2", "L1L2", "OrthogonalRegularizer", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "SeedGenerator"),
    *("TensorShape", "__keras_tensor__", "__tuple__"),
}
#: Functions: those named as the classes for training, in snake case, and others.
FUNCTIONS: Final = frozenset(
    {
        *map(class_names.snake_case, OPTIMIZERS | SCHEDULES | LOSSES | METRICS),
        *("elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "hard_swish", "leaky_relu", "linear", "mish"),
        *("log_softmax", "relu", "relu6", "selu", "sigmoid", "silu"),
        *("softmax", "softplus", "softsign", "swish", "tanh"),
        *("mse", "mae", "mape", "msle", "kld", "kl_divergence", "kullback_leibler_divergence", "logcosh", "log_cosh"),
    }
)


@functools.cache
def classes() -> Set[str]:
    """Return the names of all classes of Keras that are safe to load."""
    training = OPTIMIZERS | SCHEDULES | LOSSES | METRICS
    return LAYERS | MODELS | training | _OTHERS | class_names.rows().keys()


def is_inside(module: Json, packages: Collection[str] = PACKAGES) -> bool:
    """Return whether a module is one of some packages, or inside one of them.

    >>> is_inside("keras.layers"), is_inside("keras_mine.layers")
    (True, False)
    """
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def is_from_keras(config: Mapping[str, Json]) -> bool:
    """Return whether a class can be Keras' own: its config names no other module or package.

    Args:
      config: Config with the class's name, module and registered name.

    >>> is_from_keras({"class_name": "Dense", "config": {}})
    True
    >>> is_from_keras({"class_name": "Dense", "config": {}, "registered_name": "my>Dense"})
    False
    """
    module, registered = config.get("module"), config.get("registered_name")
    return (module is None or is_inside(module)) and registered in (None, config.get("class_name"))
