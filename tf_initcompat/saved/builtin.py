"""The classes of Keras itself: what may be loaded, and upgraded, without knowing a user's code."""

import functools
from collections.abc import Collection, Set
from typing import Any, Final

from tf_initcompat.catalog import class_names

#: Packages whose modules a file may name. Keras 2 imports whatever a file names.
PACKAGES: Final = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")

MODELS: Final = frozenset({"Functional", "Model", "Sequential"})
RECURRENT: Final = frozenset(
    {"RNN", "LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "Bidirectional"}
)


def _numbered(*names: str, dimensions: str = "123") -> set[str]:
    return {name.replace("*", f"{n}D") for name in names for n in dimensions}


#: Layers that do what their config says. Not those that hold code or read a graph: Lambda, TFOpLambda,
#: TensorFlowOpLayer, SlicingOpLambda, ClassMethod, TFSMLayer and the layers of other frameworks.
LAYERS: Final = frozenset(
    {
        *RECURRENT,
        *("InputLayer", "Dense", "EinsumDense", "Embedding", "Activation", "Masking", "Identity"),
        *_numbered("Conv*", "Conv*Transpose", "Cropping*", "ZeroPadding*", "UpSampling*", "SpatialDropout*"),
        *_numbered("MaxPooling*", "AveragePooling*", "GlobalMaxPooling*", "GlobalAveragePooling*"),
        *_numbered("DepthwiseConv*", "SeparableConv*", "LocallyConnected*", dimensions="12"),
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

_TRAINING: Final = frozenset(
    {
        *("Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lion", "Nadam", "RMSprop", "SGD"),
        *("CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay"),
        *("PolynomialDecay", "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"),
        *("MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredLogarithmicError"),
        *("Hinge", "SquaredHinge", "CategoricalHinge", "Huber", "LogCosh", "Poisson", "KLDivergence"),
        *("CosineSimilarity", "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy", "RootMeanSquaredError"),
        *("Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy", "TopKCategoricalAccuracy"),
        *("SparseTopKCategoricalAccuracy", "AUC", "Precision", "Recall", "F1Score", "FBetaScore", "MeanIoU", "IoU"),
        *("FalseNegatives", "FalsePositives", "TrueNegatives", "TruePositives", "LogCoshError", "Mean", "Sum"),
        *("MeanMetricWrapper", "LossFunctionWrapper", "LossScaleOptimizer"),
    }
)
_OTHERS: Final = frozenset(
    {
        *("L1", "L2", "L1L2", "OrthogonalRegularizer", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "SeedGenerator"),
        *("Policy", "DTypePolicy", "TensorShape", "__keras_tensor__", "__tuple__"),
    }
)
#: Functions: those named like a class of the training, in lower case, and others.
_FUNCTIONS: Final = frozenset(
    {
        *map(class_names.snake_case, _TRAINING),
        *("elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "hard_swish", "leaky_relu", "linear", "mish"),
        *("log_softmax", "relu", "relu6", "selu", "sigmoid", "silu"),
        *("softmax", "softplus", "softsign", "swish", "tanh"),
        *("mse", "mae", "mape", "msle", "kld", "kl_divergence", "kullback_leibler_divergence", "logcosh", "log_cosh"),
    }
)


def is_inside(module: Any, packages: Collection[str] = PACKAGES) -> bool:
    """Returns whether a module is one of some packages, or in one of them."""
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def is_from_keras(node: dict[str, Any]) -> bool:
    """Returns whether a config of a class can be one of Keras itself: nothing in it names another module or package."""
    module, registered, name = node.get("module"), node.get("registered_name"), node.get("class_name")
    return (module is None or is_inside(module)) and registered in (None, name)


def is_known(node: dict[str, Any]) -> bool:
    """Returns whether to deserialize a config runs nothing but Keras and this package."""
    name, module, registered = node["class_name"], node.get("module"), node.get("registered_name")
    if name == "function":
        return (module in (None, "builtins") or is_inside(module)) and node.get("config") in _FUNCTIONS
    if (registered or name) in class_names.wrappers():
        return module is None or is_inside(module, ("tf_initcompat",))
    name = name.removeprefix("Custom>")  # so Keras 2.11 to 2.15 name their optimizers in HDF5
    return is_from_keras(node) and name in _classes()


@functools.cache
def _classes() -> Set[str]:
    """Returns all classes of Keras that are known."""
    return LAYERS | MODELS | _TRAINING | _OTHERS | class_names.rows().keys()
