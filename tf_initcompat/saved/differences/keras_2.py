"""What Keras 3 saves and Keras 2 does not load, or computes in another way."""

from typing import Final

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.activations import HARD_SIGMOID
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.differences import Effect, difference
from tf_initcompat.saved.kinds import LAYERS, Kind
from tf_initcompat.saved.nodes import Node
from tf_initcompat.saved.upgrades import keras_2

#: Modules of the functions of Keras 3 that a model can call like layers.
_OPERATIONS: Final = ("keras.src.ops", "keras.ops")
#: Layers of Keras 3.15 that Keras 2.15 does not have, by comparing the modules `keras.layers`.
_MISSING: Final = frozenset(
    {
        *(f"Adaptive{kind}Pooling{number}D" for kind in ("Average", "Max") for number in (1, 2, 3)),
        *("AugMix", "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "CutMix", "Equalization"),
        *("FlaxLayer", "GroupQueryAttention", "JaxLayer", "MaxNumBoundingBoxes", "MelSpectrogram", "MixUp", "Pipeline"),
        *("RMSNormalization", "RandAugment", "RandomColorDegeneration", "RandomColorJitter", "RandomElasticTransform"),
        *("RandomErasing", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective"),
        *("RandomPosterization", "RandomSaturation", "RandomSharpness", "RandomShear", "ReversibleEmbedding"),
        *("STFTSpectrogram", "Solarization", "TFSMLayer", "TorchModuleWrapper"),
    }
)


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 2 has no {class_name}",
    kinds=LAYERS,
    is_in=keras_2.is_keras_2,
    is_of_keras_3=True,
)
def missing_layer_of_keras_2(node: Node, context: Context) -> bool:
    """Layers and operations of Keras 3 that Keras 2 does not have, for Keras 2."""
    is_operation = keras_classes.is_inside(node.object.get("module"), _OPERATIONS)
    return is_operation or (node.is_from_keras and node.class_name in _MISSING)


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 2 does not load the Python code of a Lambda layer of Keras 3; build the model with your code, "
    "and load its weights",
    kinds=LAYERS,
    classes={"Lambda"},
    is_in=keras_2.is_keras_2,
    is_of_keras_3=True,
)
def lambda_of_keras_3(node: Node, context: Context) -> bool:
    """Lambda layers of Keras 3, for Keras 2."""
    return True


@difference(
    effect=Effect.PREDICTS_DIFFERENTLY,
    explanation="hard_sigmoid is another function in Keras 2, with slope 1/5 instead of 1/6",
    kinds={Kind.ACTIVATION},
    is_in=keras_2.is_keras_2,
    is_of_keras_3=True,
)
def hard_sigmoid_of_keras_3(node: Node, context: Context) -> bool:
    """Hard_sigmoid of Keras 3, whose slope is 1/5 in Keras 2."""
    return node.value in ("hard_sigmoid", HARD_SIGMOID)


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 2 does not take all keys of this {class_name}",
    kinds={Kind.LAYER},
    is_in=keras_2.is_keras_2,
    is_of_keras_3=True,
)
def key_of_keras_3(node: Node, context: Context) -> bool:
    """A layer with a key that only Keras 3 takes and whose value matters, such as `rms_scaling=True`."""
    return any(key in node.config.object for key in keras_2.rejected_keys(node))


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 2 has no form for this call",
    kinds=LAYERS,
    is_in=keras_2.is_keras_2,
    is_of_keras_3=True,
)
def call_of_keras_3(node: Node, context: Context) -> bool:
    """A call that only Keras 3 saves, for example with a dict of tensors or several positional arguments."""
    calls = node.object.get("inbound_nodes")
    return isinstance(calls, list) and any(isinstance(call, dict) for call in calls)


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 2 does not find its weights in an archive of Keras 3; write a .h5 file",
    kinds=LAYERS,
    classes={"MultiHeadAttention"},
    is_in=keras_2.is_keras_2,
    is_of_keras_3=True,
)
def attention_in_archive(node: Node, context: Context) -> bool:
    """MultiHeadAttention in a `.keras` file of Keras 3, for Keras 2."""
    return context.is_archive
