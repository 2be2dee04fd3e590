"""Models that Keras 2.0 to 2.15 and tf.keras 1.4 to 2.15 can build, one for each kind of layer, initializer and optimizer.

This runs on Python 3.6. A model whose classes a version lacks raises AttributeError there, and is recorded as absent.
"""

from typing import Any, Callable, Dict, List, Tuple

import numpy as np

#: The models by name: functions of a `Maker`.
MODELS: Dict[str, Callable[["Maker"], Any]] = {}


def model(build: Callable[["Maker"], Any]) -> Callable[["Maker"], Any]:
    """Add a model to the table."""
    MODELS[build.__name__] = build
    return build


class Maker:
    """A Keras, and the inputs of the model that it builds.

    Args:
      keras: The module `keras` or `tf.keras`.
      tensorflow: The module `tensorflow`.
      is_tf_keras: Whether `keras` belongs to TensorFlow.
    """

    def __init__(self, keras: Any, tensorflow: Any, is_tf_keras: bool) -> None:
        self.keras, self.layers, self.tf, self.is_tf_keras = keras, keras.layers, tensorflow, is_tf_keras
        self.arrays: List[np.ndarray] = []

    def input(self, *shape: int) -> Any:
        """Return an input whose values lie between -1 and 1."""
        full = (2,) + shape
        self.arrays.append(np.linspace(-1.0, 1.0 + len(self.arrays), int(np.prod(full))).reshape(full).astype("float32"))
        return self.layers.Input(shape)

    def integers(self, *shape: int) -> Any:
        """Return an input of integers from 0 to 4."""
        full = (2,) + shape
        self.arrays.append((np.arange(int(np.prod(full))) * 3 % 5).reshape(full).astype("float32"))
        return self.layers.Input(shape)

    def model(self, inputs: Any, outputs: Any) -> Any:
        return self.keras.models.Model(inputs, outputs)

    def over(self, shape: Tuple[int, ...], *layers: Any) -> Any:
        """Return a model that calls layers one after the other."""
        inputs = x = self.input(*shape)
        for layer in layers:
            x = layer(x)
        return self.model(inputs, x)


SEQUENCE = (5, 3)
IMAGE = (6, 6, 3)
VOLUME = (4, 4, 4, 2)

#: Models of one layer: class, shape of the input, arguments.
LAYERS: Dict[str, Tuple[str, Tuple[int, ...], Dict[str, Any]]] = {
    "dense": ("Dense", (4,), {"units": 3, "activation": "relu"}),
    "dense_hard_sigmoid": ("Dense", (4,), {"units": 3, "activation": "hard_sigmoid"}),
    "dense_no_bias": ("Dense", (4,), {"units": 3, "use_bias": False}),
    "dense_regularized": (
        "Dense",
        (4,),
        {"units": 3, "kernel_regularizer": "l2", "bias_regularizer": "l1", "kernel_constraint": "max_norm"},
    ),
    "conv1d": ("Conv1D", SEQUENCE, {"filters": 2, "kernel_size": 3}),
    "conv1d_causal": ("Conv1D", SEQUENCE, {"filters": 2, "kernel_size": 2, "padding": "causal", "dilation_rate": 2}),
    "conv2d": ("Conv2D", IMAGE, {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}),
    "conv2d_dilated": ("Conv2D", IMAGE, {"filters": 2, "kernel_size": (2, 3), "dilation_rate": 2}),
    "conv2d_transpose": ("Conv2DTranspose", IMAGE, {"filters": 2, "kernel_size": 3, "strides": 2}),
    "conv2d_transpose_same": ("Conv2DTranspose", IMAGE, {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}),
    "conv3d": ("Conv3D", VOLUME, {"filters": 2, "kernel_size": 2}),
    "conv3d_transpose": ("Conv3DTranspose", VOLUME, {"filters": 2, "kernel_size": 2}),
    "separable_conv1d": ("SeparableConv1D", SEQUENCE, {"filters": 2, "kernel_size": 2, "depth_multiplier": 2}),
    "separable_conv2d": ("SeparableConv2D", IMAGE, {"filters": 2, "kernel_size": 3}),
    "depthwise_conv2d": ("DepthwiseConv2D", IMAGE, {"kernel_size": 3}),
    "locally_connected1d": ("LocallyConnected1D", SEQUENCE, {"filters": 2, "kernel_size": 3}),
    "locally_connected2d": ("LocallyConnected2D", IMAGE, {"filters": 2, "kernel_size": 3}),
    "batch_normalization": ("BatchNormalization", (4,), {}),
    "batch_normalization_axis": ("BatchNormalization", SEQUENCE, {"axis": 1, "scale": False, "epsilon": 0.01}),
    "batch_normalization_renorm": ("BatchNormalization", (4,), {"renorm": True}),
    "simple_rnn": ("SimpleRNN", SEQUENCE, {"units": 3}),
    "lstm": ("LSTM", SEQUENCE, {"units": 3}),
    "lstm_sigmoid": ("LSTM", SEQUENCE, {"units": 3, "recurrent_activation": "sigmoid", "return_sequences": True}),
    "lstm_no_bias": ("LSTM", SEQUENCE, {"units": 3, "use_bias": False, "go_backwards": True}),
    "lstm_implementation_2": ("LSTM", SEQUENCE, {"units": 3, "implementation": 2, "unit_forget_bias": False}),
    "lstm_dropout": ("LSTM", SEQUENCE, {"units": 3, "dropout": 0.5, "recurrent_dropout": 0.5}),
    "gru": ("GRU", SEQUENCE, {"units": 3}),
    "gru_sigmoid": ("GRU", SEQUENCE, {"units": 3, "recurrent_activation": "sigmoid"}),
    "gru_reset_after": ("GRU", SEQUENCE, {"units": 3, "reset_after": True}),
    "conv_lstm2d": ("ConvLSTM2D", (2, 5, 5, 2), {"filters": 2, "kernel_size": 3}),
    "leaky_relu": ("LeakyReLU", (4,), {"alpha": 0.2}),
    "prelu": ("PReLU", (4,), {}),
    "prelu_shared": ("PReLU", (4, 4, 2), {"shared_axes": [1, 2]}),
    "elu": ("ELU", (4,), {"alpha": 0.7}),
    "thresholded_relu": ("ThresholdedReLU", (4,), {"theta": 0.4}),
    "relu6": ("ReLU", (4,), {"max_value": 6}),
    "relu_slope": ("ReLU", (4,), {"max_value": 0.5, "negative_slope": 0.1, "threshold": 0.1}),
    "softmax_axis": ("Softmax", (3, 4), {"axis": 1}),
    "flatten": ("Flatten", (2, 3), {}),
    "reshape": ("Reshape", (2, 3), {"target_shape": (3, 2)}),
    "permute": ("Permute", (2, 3), {"dims": (2, 1)}),
    "repeat_vector": ("RepeatVector", (3,), {"n": 2}),
    "cropping1d": ("Cropping1D", SEQUENCE, {"cropping": (1, 2)}),
    "cropping2d": ("Cropping2D", IMAGE, {"cropping": ((1, 0), (2, 1))}),
    "zero_padding2d": ("ZeroPadding2D", IMAGE, {"padding": (1, 2)}),
    "zero_padding3d": ("ZeroPadding3D", VOLUME, {}),
    "up_sampling1d": ("UpSampling1D", SEQUENCE, {"size": 2}),
    "up_sampling2d": ("UpSampling2D", IMAGE, {"size": (2, 3)}),
    "up_sampling2d_bilinear": ("UpSampling2D", IMAGE, {"size": (2, 2), "interpolation": "bilinear"}),
    "max_pooling1d": ("MaxPooling1D", SEQUENCE, {}),
    "max_pooling2d": ("MaxPooling2D", IMAGE, {"pool_size": 3, "strides": 2, "padding": "same"}),
    "average_pooling2d": ("AveragePooling2D", IMAGE, {"padding": "same", "pool_size": 4}),
    "average_pooling3d": ("AveragePooling3D", VOLUME, {}),
    "global_average_pooling2d": ("GlobalAveragePooling2D", IMAGE, {}),
    "global_max_pooling1d": ("GlobalMaxPooling1D", SEQUENCE, {}),
    "layer_normalization": ("LayerNormalization", (3, 4), {"axis": -1}),
}

#: Layers that do nothing when a model predicts.
NOISE: Dict[str, Dict[str, Any]] = {
    "Dropout": {"rate": 0.3},
    "GaussianNoise": {"stddev": 0.1},
    "GaussianDropout": {"rate": 0.3},
    "AlphaDropout": {"rate": 0.3},
    "ActivityRegularization": {"l1": 0.1},
}

ACTIVATIONS = ("softmax", "elu", "selu", "softplus", "softsign", "relu", "tanh", "sigmoid", "hard_sigmoid", "linear")

INITIALIZERS = (
    "Zeros Ones Constant RandomNormal RandomUniform TruncatedNormal VarianceScaling Orthogonal Identity "
    "zero zeros one ones constant normal random_normal uniform random_uniform truncated_normal orthogonal identity "
    "lecun_uniform lecun_normal glorot_normal glorot_uniform he_normal he_uniform"
).split()

#: Arguments of the optimizers that every version takes.
OPTIMIZERS: Dict[str, Dict[str, Any]] = {
    "SGD": {"momentum": 0.9, "nesterov": True, "clipnorm": 1.0},
    "RMSprop": {"rho": 0.8},
    "Adagrad": {},
    "Adadelta": {"clipvalue": 0.5},
    "Adam": {"beta_1": 0.8},
    "Adamax": {},
    "Nadam": {},
}

#: Losses and metrics by names that were changed since.
LOSSES = ("mse", "mean_absolute_percentage_error", "kullback_leibler_divergence", "logcosh", "categorical_hinge")


def _one_layer(name: str) -> None:
    def build(maker: Maker) -> Any:
        class_name, shape, arguments = LAYERS[name]
        return maker.over(shape, getattr(maker.layers, class_name)(**arguments))

    MODELS[name] = build


for _name in LAYERS:
    _one_layer(_name)


def _compiled(name: str) -> None:
    def build(maker: Maker) -> Any:
        new = maker.over((4,), maker.layers.Dense(3, activation="tanh"))
        optimizer = getattr(maker.keras.optimizers, name)(**OPTIMIZERS[name])
        new.compile(optimizer, "mse", metrics=["mae"])
        new.fit(np.ones((2, 4), "float32"), np.ones((2, 3), "float32"), verbose=0)
        return new

    MODELS["optimizer_" + name.lower()] = build


for _name in OPTIMIZERS:
    _compiled(_name)


def _lossy(name: str) -> None:
    def build(maker: Maker) -> Any:
        new = maker.over((4,), maker.layers.Dense(3, activation="softmax"))
        new.compile("sgd", name, metrics=["acc", "mse"])
        return new

    MODELS["loss_" + name] = build


for _name in LOSSES:
    _lossy(_name)


@model
def old_decay(maker: Maker) -> Any:
    new = maker.over((4,), maker.layers.Dense(3))
    new.compile(maker.keras.optimizers.SGD(lr=0.5, decay=1e-4), "mae", loss_weights=[0.5])
    return new


@model
def noise(maker: Maker) -> Any:
    return maker.over((3, 4), *[getattr(maker.layers, name)(**arguments) for name, arguments in NOISE.items()])


@model
def spatial_dropout(maker: Maker) -> Any:
    return maker.over(SEQUENCE, maker.layers.SpatialDropout1D(0.4), maker.layers.Dense(2))


@model
def activations(maker: Maker) -> Any:
    inputs = maker.input(4)
    return maker.model(inputs, [maker.layers.Activation(name)(inputs) for name in ACTIVATIONS])


@model
def initializers(maker: Maker) -> Any:
    """Every initializer that the version knows by a string."""
    layers = []
    for name in INITIALIZERS:
        try:
            maker.keras.initializers.get(name)
        except (ValueError, AttributeError):
            continue
        is_matrix = name.lower() not in ("constant",)
        layers.append(maker.layers.Dense(4, **{"kernel_initializer" if is_matrix else "bias_initializer": name}))
    return maker.over((4,), *layers)


@model
def initializers_with_arguments(maker: Maker) -> Any:
    kinds = maker.keras.initializers
    instances = [
        kinds.Constant(0.3),
        kinds.RandomNormal(stddev=0.3, seed=1),
        kinds.RandomUniform(-0.3, 0.3),
        kinds.TruncatedNormal(stddev=0.2),
        kinds.VarianceScaling(scale=0.7, mode="fan_avg", distribution="uniform", seed=2),
        kinds.VarianceScaling(scale=2.0, distribution="normal"),
        kinds.Orthogonal(gain=0.5),
        kinds.Identity(gain=0.5),
    ]
    return maker.over((4,), *[maker.layers.Dense(4, kernel_initializer=each) for each in instances])


@model
def contrib_closures(maker: Maker) -> Any:
    """Functions that `tf.contrib` returns, whose names alone are saved."""
    if not maker.is_tf_keras:
        raise AttributeError("tf.contrib's closures are for tf.keras")
    contrib = maker.tf.contrib.layers
    closures = [contrib.xavier_initializer(), contrib.variance_scaling_initializer()]
    return maker.over((4,), *[maker.layers.Dense(3, kernel_initializer=each) for each in closures])


def _cudnn(maker: Maker, class_name: str) -> Any:
    return maker.over(SEQUENCE, getattr(maker.layers, class_name)(3, return_sequences=True))


@model
def cudnn_lstm(maker: Maker) -> Any:
    return _cudnn(maker, "CuDNNLSTM")


@model
def cudnn_gru(maker: Maker) -> Any:
    return _cudnn(maker, "CuDNNGRU")


#: The layers that compute the same as those above, on a processor; their weights are loaded from the file.
ON_A_PROCESSOR = {
    "cudnn_lstm": lambda maker: maker.over(
        SEQUENCE, maker.layers.LSTM(3, recurrent_activation="sigmoid", return_sequences=True)
    ),
    "cudnn_gru": lambda maker: maker.over(
        SEQUENCE, maker.layers.GRU(3, recurrent_activation="sigmoid", reset_after=True, return_sequences=True)
    ),
}


@model
def bidirectional_lstm(maker: Maker) -> Any:
    layers = maker.layers
    return maker.over(
        SEQUENCE,
        layers.Bidirectional(layers.LSTM(2, return_sequences=True)),
        layers.Bidirectional(layers.LSTM(2), merge_mode="sum"),
    )


@model
def bidirectional_gru(maker: Maker) -> Any:
    layers = maker.layers
    return maker.over(SEQUENCE, layers.Bidirectional(layers.GRU(2, return_sequences=True), merge_mode="ave"))


@model
def time_distributed(maker: Maker) -> Any:
    layers = maker.layers
    return maker.over((2,) + IMAGE, layers.TimeDistributed(layers.Conv2D(2, 3)), layers.TimeDistributed(layers.Flatten()))


@model
def time_distributed_model(maker: Maker) -> Any:
    layers = maker.layers
    inner = maker.keras.models.Sequential([layers.Dense(4, input_shape=(3,)), layers.Activation("tanh")])
    return maker.over(SEQUENCE, layers.TimeDistributed(inner), layers.LSTM(2, recurrent_activation="sigmoid"))


@model
def cells(maker: Maker) -> Any:
    layers = maker.layers
    stack = [layers.LSTMCell(3), layers.GRUCell(2), layers.SimpleRNNCell(2)]
    return maker.over(SEQUENCE, layers.RNN(stack, return_sequences=True))


@model
def states(maker: Maker) -> Any:
    layers = maker.layers
    inputs = maker.input(*SEQUENCE)
    sequence, first, second = layers.LSTM(3, return_sequences=True, return_state=True)(inputs)
    return maker.model(inputs, layers.LSTM(3)(sequence, initial_state=[first, second]))


@model
def embedding(maker: Maker) -> Any:
    layers = maker.layers
    inputs = maker.integers(6)
    x = layers.Embedding(5, 3, mask_zero=True, input_length=6)(inputs)
    return maker.model(inputs, layers.LSTM(3, recurrent_activation="sigmoid")(x))


@model
def masking(maker: Maker) -> Any:
    layers = maker.layers
    inputs = maker.input(*SEQUENCE)
    maker.arrays[0][:, 2] = 0.0
    return maker.model(inputs, layers.GRU(2, recurrent_activation="sigmoid")(layers.Masking(0.0)(inputs)))


@model
def merges(maker: Maker) -> Any:
    layers = maker.layers
    left, right = maker.input(4), maker.input(4)
    both = [left, right]
    outputs = [getattr(layers, name)()(both) for name in ("Add", "Multiply", "Average", "Maximum", "Concatenate")]
    return maker.model(both, outputs + [layers.Dot(axes=1)(both), layers.Dot(axes=-1, normalize=True)(both)])


@model
def subtract_and_minimum(maker: Maker) -> Any:
    layers = maker.layers
    both = [maker.input(4), maker.input(4)]
    return maker.model(both, [layers.Subtract()(both), layers.Minimum()(both)])


@model
def sequential(maker: Maker) -> Any:
    layers = maker.layers
    maker.input(*IMAGE)
    return maker.keras.models.Sequential(
        [
            layers.Conv2D(4, (3, 3), activation="relu", input_shape=IMAGE),
            layers.BatchNormalization(),
            layers.MaxPooling2D((2, 2)),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


@model
def nested(maker: Maker) -> Any:
    layers, models = maker.layers, maker.keras.models
    shared = layers.Dense(4, name="shared")
    inner = models.Sequential([layers.Dense(4, input_shape=(4,)), layers.BatchNormalization()], name="inner")
    inner_inputs = layers.Input((4,))
    functional = models.Model(inner_inputs, layers.Dense(4)(shared(inner_inputs)), name="functional")
    left, right = maker.input(4), maker.input(4)
    x = layers.concatenate([functional(shared(inner(left))), shared(right)])
    return maker.model([left, right], [layers.Dense(2, name="first")(x), inner(right)])


@model
def shared_model(maker: Maker) -> Any:
    layers, models = maker.layers, maker.keras.models
    tower = models.Sequential([layers.Dense(3, activation="tanh", input_shape=(4,)), layers.Dense(2)])
    left, right = maker.input(4), maker.input(4)
    return maker.model([left, right], layers.add([tower(left), tower(right)]))


@model
def squeeze_and_excitation(maker: Maker) -> Any:
    layers = maker.layers
    inputs = maker.input(*IMAGE)
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(inputs)
    weights = layers.Dense(4, activation="hard_sigmoid")(layers.GlobalAveragePooling2D()(x))
    x = layers.multiply([x, layers.Reshape((1, 1, 4))(weights)])
    return maker.model(inputs, layers.GlobalMaxPooling2D()(x))


@model
def lambda_layer(maker: Maker) -> Any:
    return maker.over((4,), maker.layers.Lambda(lambda x: x * 2.0 + 1.0), maker.layers.Dense(2))
