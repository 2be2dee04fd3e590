"""Layers of Keras 2 that Keras 3 does not have, or computes in another way."""

from typing import Final

from tf_initcompat.saved.activations import is_legacy_hard_sigmoid
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.differences import Effect, difference
from tf_initcompat.saved.kinds import LAYERS, Kind
from tf_initcompat.saved.nodes import Node
from tf_initcompat.saved.targets import Target, any_target
from tf_initcompat.saved.upgrades.rejected_keys import REJECTED

#: Merge of Keras 1 has become other layers, except where it calls a function.
_MISSING: Final = ("CuDNNLSTM", "CuDNNGRU", "Merge")
#: Keys whose values stay only where they change what the layer computes.
_CHANGING: Final = frozenset({"groups", "time_major", "noise_shape", "ragged"})
_CONVOLUTIONS: Final = ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D")


@difference(
    effect=Effect.PREDICTS_DIFFERENTLY,
    explanation="hard_sigmoid is another function in Keras 3, with slope 1/6 instead of 1/5",
    kinds={Kind.ACTIVATION},
)
def hard_sigmoid(node: Node, context: Context) -> bool:
    """Hard_sigmoid, whose slope is 1/6 in Keras 3 and 1/5 in Keras 2."""
    return is_legacy_hard_sigmoid(node.value)


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 3 has no {class_name}",
    kinds=LAYERS,
    classes=_MISSING,
)
def missing_layer(node: Node, context: Context) -> bool:
    """Layers that no Keras 3 has."""
    return True


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="{class_name} of Keras 3 does not take a key of this layer, whose value changes what it computes: "
    "groups, time_major, noise_shape or ragged",
    kinds=LAYERS,
    classes=REJECTED,
)
def rejected_key(node: Node, context: Context) -> bool:
    """A layer with groups, time_major, noise_shape or ragged inputs, where Keras 3 does not have them."""
    harmless = REJECTED[node.class_name]
    return any(
        key in _CHANGING and key in harmless and value not in (harmless[key] or ())
        for key, value in node.config.object.items()
    )


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="BatchNormalization of Keras 3 takes one axis only",
    kinds=LAYERS,
    classes={"BatchNormalization"},
)
def multiple_axes(node: Node, context: Context) -> bool:
    """BatchNormalization with more than one axis."""
    return isinstance(node.config.object.get("axis"), list)


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="the function of this Lambda layer is bytecode of the Python that saved it; build the model with your "
    "code, and load its weights",
    kinds={Kind.LAYER},
    classes={"Lambda"},
    is_in=any_target,
)
def python_bytecode(node: Node, context: Context) -> bool:
    """Lambda layers whose function is bytecode: other versions of Python do not run it, and Keras refuses to."""
    return not isinstance(node.config.object.get("function"), str)


@difference(
    effect=Effect.MAY_PREDICT_DIFFERENTLY,
    explanation="if Theano computed this convolution, it flipped the kernel; the file does not say so",
    kinds={Kind.LAYER},
    classes=_CONVOLUTIONS,
)
def kernel_of_theano(node: Node, context: Context) -> bool:
    """Convolutions of Keras 1 in Theano's order, whose kernels Theano flipped and TensorFlow did not."""
    return context.is_from_keras_1 and node.config.object.get("data_format") == "channels_first"


@difference(
    effect=Effect.MAY_PREDICT_DIFFERENTLY,
    explanation="with these strides, Deconvolution2D of Keras 1 can have a larger output than Conv2DTranspose",
    kinds={Kind.LAYER},
    classes={"Conv2DTranspose"},
)
def output_of_deconvolution(node: Node, context: Context) -> bool:
    """Deconvolution2D of Keras 1 with strides, whose output shape is not known from the config of Conv2DTranspose."""
    return context.is_from_keras_1 and node.config.object.get("strides") != [1, 1]


@difference(
    effect=Effect.MAY_PREDICT_DIFFERENTLY,
    explanation="TensorFlow 1.13 and 1.14 did not save the interpolation of UpSampling2D; the default, nearest, is "
    "used. If the layer was bilinear, convert the file with --unsaved-interpolation bilinear",
    kinds={Kind.LAYER},
    classes={"UpSampling2D"},
    is_in=any_target,
)
def interpolation_not_saved(node: Node, context: Context) -> bool:
    """UpSampling2D of TensorFlow 1.13 and 1.14, which did not save the interpolation."""
    is_known = context.unsaved_interpolation is not None or "interpolation" in node.config.object
    return context.lacks_interpolation and not is_known


def _is_keras_2(target: Target) -> bool:
    return not target.is_keras_3


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="this {class_name} has reset_after=False, which older versions did not write, and Keras 2 assumes True"
    "; convert the file for Keras 3",
    kinds=LAYERS,
    classes={"GRU", "GRUCell"},
    is_in=_is_keras_2,
)
def reset_before_on_keras_2(node: Node, context: Context) -> bool:
    """GRU of Keras 2.0 and TensorFlow 1.3 and 1.4, whose config has no `reset_after`, for Keras 2."""
    return "reset_after" not in node.config.object and (2,) <= context.version < (2, 2)


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="the file has statistics of renorm, which the config does not name; convert the file for Keras 3",
    kinds={Kind.LAYER},
    classes={"BatchNormalization"},
    is_in=_is_keras_2,
)
def renorm_on_keras_2(node: Node, context: Context) -> bool:
    """BatchNormalization with `renorm` of TensorFlow 1.4 to 1.11, for Keras 2."""
    return context.stores_renorm and "renorm" not in node.config.object


def _is_keras_3_0(target: Target) -> bool:
    return target.version == "3.0"


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 3.0 has no {class_name}",
    kinds={Kind.LAYER},
    classes={"AlphaDropout"},
    is_in=_is_keras_3_0,
)
def missing_layer_of_3_0(node: Node, context: Context) -> bool:
    """Layers that Keras 3.0 does not have."""
    return True


@difference(
    effect=Effect.PREDICTS_DIFFERENTLY,
    explanation="bilinear interpolation of Keras 3.0 takes the channels for columns where they come first",
    kinds={Kind.LAYER},
    classes={"UpSampling2D"},
    is_in=_is_keras_3_0,
)
def channels_taken_for_columns(node: Node, context: Context) -> bool:
    """Bilinear UpSampling2D whose channels come first."""
    config = node.config.object
    return config.get("interpolation") == "bilinear" and config.get("data_format") == "channels_first"


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 3.0 does not call a Sequential model in TimeDistributed",
    kinds={Kind.LAYER},
    classes={"TimeDistributed"},
    is_in=_is_keras_3_0,
)
def model_in_time_distributed(node: Node, context: Context) -> bool:
    """A Sequential model in TimeDistributed."""
    layer = node.config.object.get("layer")
    return isinstance(layer, dict) and layer.get("class_name") == "Sequential"


def _ignores_statistics(target: Target) -> bool:
    return target.is_keras_3 and not target.restores_normalization_from_hdf5


@difference(
    effect=Effect.PREDICTS_DIFFERENTLY,
    explanation="Keras 3.0 does not use the statistics of Normalization in .h5",
    kinds=LAYERS,
    classes={"Normalization"},
    is_in=_ignores_statistics,
)
def normalization_in_hdf5(node: Node, context: Context) -> bool:
    """Normalization in HDF5 files, whose statistics Keras 3.0 does not use."""
    return context.uses_legacy_loader and node.config.object.get("mean") is None
