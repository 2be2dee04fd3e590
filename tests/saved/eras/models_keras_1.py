"""Models that Keras 1.2 can build, one for each kind of layer. See `models.py`."""

from typing import Any, Callable, Dict, List, Tuple

import numpy as np

MODELS: Dict[str, Callable[["Maker"], Any]] = {}
#: No layer of Keras 1 needs a GPU.
ON_A_PROCESSOR: Dict[str, Callable[["Maker"], Any]] = {}

SEQUENCE = (5, 3)
IMAGE = (6, 6, 3)
VOLUME = (4, 4, 4, 2)


class Maker:
    """A Keras 1, and the inputs of the model that it builds."""

    def __init__(self, keras: Any, tensorflow: Any, is_tf_keras: bool) -> None:
        self.keras, self.layers = keras, keras.layers
        self.arrays: List[np.ndarray] = []

    def input(self, *shape: int) -> Any:
        """Return an input whose values lie between -1 and 1."""
        full = (2,) + shape
        self.arrays.append(np.linspace(-1.0, 1.0 + len(self.arrays), int(np.prod(full))).reshape(full).astype("float32"))
        return self.layers.Input(shape)

    def model(self, inputs: Any, outputs: Any) -> Any:
        return self.keras.models.Model(inputs, outputs)

    def over(self, shape: Tuple[int, ...], *layers: Any) -> Any:
        """Return a model that calls layers one after the other."""
        inputs = x = self.input(*shape)
        for layer in layers:
            x = layer(x)
        return self.model(inputs, x)


#: Models of one layer: class, shape of the input, arguments.
LAYERS: Dict[str, Tuple[str, Tuple[int, ...], Dict[str, Any]]] = {
    "dense": ("Dense", (4,), {"output_dim": 3, "activation": "relu"}),
    "dense_no_bias": ("Dense", (4,), {"output_dim": 3, "bias": False, "init": "he_normal"}),
    "dense_regularized": (
        "Dense",
        (4,),
        {"output_dim": 3, "W_regularizer": "l2", "b_regularizer": "l1", "W_constraint": "maxnorm"},
    ),
    "dense_activity": ("Dense", (4,), {"output_dim": 3, "activity_regularizer": "activity_l2"}),
    "highway": ("Highway", (4,), {}),
    "maxout_dense": ("MaxoutDense", (4,), {"output_dim": 3}),
    "time_distributed_dense": ("TimeDistributedDense", SEQUENCE, {"output_dim": 2}),
    "convolution1d": ("Convolution1D", SEQUENCE, {"nb_filter": 2, "filter_length": 3}),
    "convolution1d_same": (
        "Convolution1D",
        SEQUENCE,
        {"nb_filter": 2, "filter_length": 3, "border_mode": "same", "subsample_length": 2},
    ),
    "atrous_convolution1d": ("AtrousConvolution1D", SEQUENCE, {"nb_filter": 2, "filter_length": 2, "atrous_rate": 2}),
    "convolution2d": (
        "Convolution2D",
        IMAGE,
        {"nb_filter": 2, "nb_row": 3, "nb_col": 2, "subsample": (2, 2), "border_mode": "same"},
    ),
    "atrous_convolution2d": (
        "AtrousConvolution2D",
        IMAGE,
        {"nb_filter": 2, "nb_row": 2, "nb_col": 2, "atrous_rate": (2, 2)},
    ),
    "separable_convolution2d": ("SeparableConvolution2D", IMAGE, {"nb_filter": 3, "nb_row": 3, "nb_col": 3}),
    "deconvolution2d": (
        "Deconvolution2D",
        IMAGE,
        {"nb_filter": 2, "nb_row": 3, "nb_col": 3, "output_shape": (None, 8, 8, 2)},
    ),
    "convolution3d": ("Convolution3D", VOLUME, {"nb_filter": 2, "kernel_dim1": 2, "kernel_dim2": 2, "kernel_dim3": 2}),
    "locally_connected1d": ("LocallyConnected1D", SEQUENCE, {"nb_filter": 2, "filter_length": 3}),
    "locally_connected2d": ("LocallyConnected2D", IMAGE, {"nb_filter": 2, "nb_row": 3, "nb_col": 3}),
    "batch_normalization": ("BatchNormalization", (4,), {}),
    "batch_normalization_axis": ("BatchNormalization", SEQUENCE, {"axis": 1, "epsilon": 0.01}),
    "batch_normalization_mode_2": ("BatchNormalization", (4,), {"mode": 2}),
    "batch_normalization_mode_1": ("BatchNormalization", (4,), {"mode": 1}),
    "simple_rnn": ("SimpleRNN", SEQUENCE, {"output_dim": 3}),
    "lstm": ("LSTM", SEQUENCE, {"output_dim": 3}),
    "lstm_sequences": ("LSTM", SEQUENCE, {"output_dim": 3, "return_sequences": True, "inner_activation": "sigmoid"}),
    "lstm_gpu": ("LSTM", SEQUENCE, {"output_dim": 3, "consume_less": "gpu"}),
    "lstm_dropout": ("LSTM", SEQUENCE, {"output_dim": 3, "dropout_W": 0.3, "dropout_U": 0.2}),
    "gru": ("GRU", SEQUENCE, {"output_dim": 3}),
    "gru_sigmoid": ("GRU", SEQUENCE, {"output_dim": 3, "inner_activation": "sigmoid", "go_backwards": True}),
    "gru_gpu": ("GRU", SEQUENCE, {"output_dim": 3, "consume_less": "gpu"}),
    "conv_lstm2d": ("ConvLSTM2D", (2, 5, 5, 2), {"nb_filter": 2, "nb_row": 3, "nb_col": 3}),
    "leaky_relu": ("LeakyReLU", (4,), {"alpha": 0.2}),
    "prelu": ("PReLU", (4,), {}),
    "elu": ("ELU", (4,), {"alpha": 0.7}),
    "thresholded_relu": ("ThresholdedReLU", (4,), {"theta": 0.4}),
    "srelu": ("SReLU", (4,), {}),
    "parametric_softplus": ("ParametricSoftplus", (4,), {}),
    "flatten": ("Flatten", (2, 3), {}),
    "reshape": ("Reshape", (2, 3), {"target_shape": (3, 2)}),
    "permute": ("Permute", (2, 3), {"dims": (2, 1)}),
    "repeat_vector": ("RepeatVector", (3,), {"n": 2}),
    "cropping1d": ("Cropping1D", SEQUENCE, {"cropping": (1, 2)}),
    "cropping2d": ("Cropping2D", IMAGE, {"cropping": ((1, 0), (2, 1))}),
    "zero_padding1d": ("ZeroPadding1D", SEQUENCE, {"padding": 2}),
    "zero_padding2d": ("ZeroPadding2D", IMAGE, {"padding": (1, 2)}),
    "up_sampling1d": ("UpSampling1D", SEQUENCE, {"length": 2}),
    "up_sampling2d": ("UpSampling2D", IMAGE, {"size": (2, 3)}),
    "max_pooling1d": ("MaxPooling1D", SEQUENCE, {"pool_length": 2}),
    "max_pooling2d": ("MaxPooling2D", IMAGE, {"pool_size": (3, 3), "strides": (2, 2), "border_mode": "same"}),
    "average_pooling2d": ("AveragePooling2D", IMAGE, {}),
    "max_pooling3d": ("MaxPooling3D", VOLUME, {}),
    "global_average_pooling2d": ("GlobalAveragePooling2D", IMAGE, {}),
    "global_max_pooling1d": ("GlobalMaxPooling1D", SEQUENCE, {}),
}

INITIALIZERS = (
    "uniform lecun_uniform normal identity orthogonal zero one glorot_normal glorot_uniform he_normal he_uniform"
).split()


def model(build: Callable[[Maker], Any]) -> Callable[[Maker], Any]:
    """Add a model to the table."""
    MODELS[build.__name__] = build
    return build


def _one_layer(name: str) -> None:
    def build(maker: Maker) -> Any:
        class_name, shape, arguments = LAYERS[name]
        return maker.over(shape, getattr(maker.layers, class_name)(**arguments))

    MODELS[name] = build


for _name in LAYERS:
    _one_layer(_name)


@model
def initializers(maker: Maker) -> Any:
    return maker.over((4,), *[maker.layers.Dense(4, init=name) for name in INITIALIZERS])


@model
def activations(maker: Maker) -> Any:
    names = ("softmax", "softplus", "softsign", "relu", "tanh", "sigmoid", "hard_sigmoid", "linear")
    inputs = maker.input(4)
    return maker.model(inputs, [maker.layers.Activation(name)(inputs) for name in names])


@model
def noise(maker: Maker) -> Any:
    layers = maker.layers
    return maker.over((3, 4), layers.Dropout(0.3), layers.GaussianNoise(0.1), layers.SpatialDropout1D(0.4))


@model
def bidirectional(maker: Maker) -> Any:
    layers = maker.layers
    return maker.over(
        SEQUENCE,
        layers.Bidirectional(layers.LSTM(2, return_sequences=True)),
        layers.Bidirectional(layers.GRU(2), merge_mode="sum"),
    )


@model
def time_distributed(maker: Maker) -> Any:
    layers = maker.layers
    return maker.over((2,) + IMAGE, layers.TimeDistributed(layers.Convolution2D(2, 3, 3)))


@model
def embedding(maker: Maker) -> Any:
    layers = maker.layers
    maker.arrays.append((np.arange(12) * 3 % 5).reshape(2, 6).astype("float32"))
    inputs = layers.Input((6,), dtype="int32")
    x = layers.Embedding(5, 3, input_length=6, mask_zero=True)(inputs)
    return maker.model(inputs, layers.LSTM(3, inner_activation="sigmoid")(x))


@model
def masking(maker: Maker) -> Any:
    layers = maker.layers
    inputs = maker.input(*SEQUENCE)
    maker.arrays[0][:, 2] = 0.0
    return maker.model(inputs, layers.GRU(2, inner_activation="sigmoid")(layers.Masking(0.0)(inputs)))


@model
def merges(maker: Maker) -> Any:
    both = [maker.input(4), maker.input(4)]
    modes = ("sum", "mul", "concat", "ave", "max", "dot", "cos")
    return maker.model(both, [maker.layers.merge(both, mode=mode, **_axes(mode)) for mode in modes])


def _axes(mode: str) -> Dict[str, Any]:
    return {"dot_axes": 1} if mode in ("dot", "cos") else {}


@model
def sequential(maker: Maker) -> Any:
    layers = maker.layers
    maker.input(*IMAGE)
    return maker.keras.models.Sequential(
        [
            layers.Convolution2D(4, 3, 3, activation="relu", input_shape=IMAGE),
            layers.BatchNormalization(),
            layers.MaxPooling2D((2, 2)),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


@model
def merged_branches(maker: Maker) -> Any:
    """A Sequential that begins with a Merge of two others, which was common."""
    layers, sequential = maker.layers, maker.keras.models.Sequential
    maker.input(4)
    maker.input(4)
    branches = [sequential([layers.Dense(3, input_dim=4)]), sequential([layers.Dense(2, input_shape=(4,))])]
    return sequential([layers.Merge(branches, mode="concat"), layers.Dense(2)])


@model
def nested(maker: Maker) -> Any:
    layers, models = maker.layers, maker.keras.models
    shared = layers.Dense(4, name="shared")
    inner = models.Sequential([layers.Dense(4, input_shape=(4,)), layers.BatchNormalization()], name="inner")
    left, right = maker.input(4), maker.input(4)
    x = layers.merge([shared(inner(left)), shared(right)], mode="concat")
    return maker.model([left, right], [layers.Dense(2, name="first")(x), inner(right)])


def _compiled(name: str) -> None:
    def build(maker: Maker) -> Any:
        new = maker.over((4,), maker.layers.Dense(3, activation="tanh"))
        new.compile(getattr(maker.keras.optimizers, name)(), "mse", metrics=["mae"])
        new.fit(np.ones((2, 4), "float32"), np.ones((2, 3), "float32"), verbose=0, nb_epoch=1)
        return new

    MODELS["optimizer_" + name.lower()] = build


for _name in ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam"):
    _compiled(_name)


@model
def lambda_layer(maker: Maker) -> Any:
    return maker.over((4,), maker.layers.Lambda(lambda x: x * 2.0 + 1.0), maker.layers.Dense(2))
