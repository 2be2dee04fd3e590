"""Configs of layers as TensorFlow 1 and Keras 2.0 to 2.3 wrote them."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import LAYERS, Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, as_object

#: Classes of tf.keras that were exported under another name, with that name.
_EXPORTED_NAMES: Final = {
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "UnifiedLSTM": "LSTM",
    "UnifiedGRU": "GRU",
}


@upgrade(
    stage=Stage.FORM,
    kinds=LAYERS,
    classes=_EXPORTED_NAMES,
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "BatchNormalizationV1",
                  "config": {"name": "n", "trainable": true, "axis": 1}
                }
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "BatchNormalization",
                  "config": {"name": "n", "trainable": true, "axis": 1}
                }
                """,
        ),
    ),
)
def exported_name(node: Node, context: Context) -> Iterator[Edit]:
    """Replace the names of classes in tf.keras 1.13 and 1.14, such as `BatchNormalizationV1`, by the public ones."""
    yield node.updated({"class_name": _EXPORTED_NAMES[node.class_name]})


@upgrade(
    stage=Stage.FORM,
    kinds={Kind.LAYER},
    examples=(
        Example(  # as tf.keras 1.12 writes it
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "ReLU",
                  "config": {"name": "r", "max_value": {"type": "ndarray", "value": 6.0}}
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "ReLU", "config": {"name": "r", "max_value": 6.0}}
                """,
        ),
    ),
)
def array_value(node: Node, context: Context) -> Iterator[Edit]:
    """Replace the config of an array, `{"type": "ndarray", "value": ...}`, by the array's numbers."""
    for key, value in node.config.object.items():
        if isinstance(value, dict) and value.get("type") == "ndarray" and "value" in value:
            yield node.config.updated({key: value["value"]})


@upgrade(
    stage=Stage.FORM,
    kinds={Kind.LAYER},
    classes={"Conv3DTranspose"},
    examples=(
        Example(
            before="""
                {"module": "keras.layers", "class_name": "Conv3DTranspose", "config": {"name": "c", "filters": 2}}
                """,
            after="""
                {"module": "keras.layers", "class_name": "Conv3D", "config": {"name": "c", "filters": 2}}
                """,
            keras_version="2.1.2-tf",
        ),
    ),
)
def conv3d_transpose(node: Node, context: Context) -> Iterator[Edit]:
    """Replace Conv3DTranspose of TensorFlow 1.3 to 1.5 by Conv3D, which is what these versions computed."""
    if context.is_from_tensorflow and context.version < (2, 1, 3):
        yield node.updated({"class_name": "Conv3D"})


@upgrade(
    stage=Stage.VALUES,
    kinds=LAYERS,
    classes={"GRU", "GRUCell"},
    examples=(
        Example(  # as Keras 2.0 and tf.keras 1.4 write it
            before="""
                {"module": "keras.layers", "class_name": "GRU", "config": {"name": "g", "units": 3}}
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "GRU",
                  "config": {"name": "g", "units": 3, "reset_after": false}
                }
                """,
        ),
    ),
)
def reset_before(node: Node, context: Context) -> Iterator[Edit]:
    """Write `reset_after=False` of GRU where it is missing: older versions did nothing else."""
    if "reset_after" not in node.config.object:
        yield node.config.updated({"reset_after": False})


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.LAYER},
    classes={"Embedding"},
    examples=(
        Example(  # as Keras 2.3 writes it where the layer is the first one
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Embedding",
                  "config": {"name": "e", "dtype": "int32", "input_dim": 5, "output_dim": 3}
                }
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "Embedding",
                  "config": {"name": "e", "dtype": "float32", "input_dim": 5, "output_dim": 3}
                }
                """,
            keras_version="2.3.1",
        ),
    ),
)
def embedding_dtype(node: Node, context: Context) -> Iterator[Edit]:
    """Replace an integer dtype of Embedding, for which Keras 3 makes no initial values, by float32."""
    dtype = node.config.object.get("dtype")
    if isinstance(dtype, str) and dtype.startswith(("int", "uint")) and not context.is_from_keras_3:
        yield node.config.updated({"dtype": "float32"})


@upgrade(
    stage=Stage.KEYS,
    kinds=LAYERS,
    classes={"SimpleRNN", "ConvLSTM2D"},
    examples=(
        Example(  # as Keras 2.0 writes it
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "SimpleRNN",
                  "config": {"name": "s", "units": 3, "implementation": 0}
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "SimpleRNN", "config": {"name": "s", "units": 3}}
                """,
        ),
    ),
)
def implementation(node: Node, context: Context) -> Iterator[Edit]:
    """Remove `implementation` of layers that no longer take it; it did not change what they compute."""
    yield node.config.updated({"implementation": ABSENT})


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.LAYER},
    classes={"ThresholdedReLU"},
    examples=(
        Example(
            before="""
                {"module": "keras.layers", "class_name": "ThresholdedReLU", "config": {"name": "t", "theta": 0.4}}
                """,
            after="""
                {"module": "keras.layers", "class_name": "ReLU", "config": {"name": "t", "threshold": 0.4}}
                """,
        ),
    ),
)
def thresholded_relu(node: Node, context: Context) -> Iterator[Edit]:
    """Replace ThresholdedReLU by ReLU with a threshold, which computes the same."""
    config = as_object(node.config.value)
    if "theta" in config:
        yield node.config.updated({"theta": ABSENT, "threshold": config["theta"]})
        yield node.updated({"class_name": "ReLU"})


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.LAYER},
    classes={"RandomHeight", "RandomWidth"},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "RandomHeight",
                  "config": {"name": "r", "trainable": true, "dtype": "float32", "factor": 0.2, "seed": null}
                }
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "Activation",
                  "config": {"name": "r", "trainable": true, "dtype": "float32", "activation": "linear"}
                }
                """,
        ),
    ),
    note="RandomHeight and RandomWidth, which no Keras 3 has, now do nothing in training either",
)
def random_size(node: Node, context: Context) -> Iterator[Edit]:
    """Replace RandomHeight and RandomWidth by a linear Activation: they do nothing when a model predicts."""
    config = node.config
    removed = config.object.keys() - {"name", "trainable", "dtype", "batch_input_shape"}
    yield config.updated({**dict.fromkeys(removed, ABSENT), "activation": "linear"})
    yield node.updated({"class_name": "Activation"})


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.LAYER},
    classes={"RandomCrop"},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "RandomCrop",
                  "config": {"name": "r", "trainable": true, "height": 3, "width": 2, "seed": null}
                }
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "Resizing",
                  "config": {"name": "r", "trainable": true, "height": 3, "width": 2, "crop_to_aspect_ratio": true}
                }
                """,
        ),
    ),
    note="RandomCrop, which does nothing when a model of Keras 3 predicts, now resizes images in training, too",
)
def random_crop(node: Node, context: Context) -> Iterator[Edit]:
    """Replace RandomCrop by Resizing, which computes what RandomCrop of Keras 2 does when a model predicts."""
    if not context.is_from_keras_3:
        yield node.config.updated({"seed": ABSENT, "rng_type": ABSENT, "crop_to_aspect_ratio": True})
        yield node.updated({"class_name": "Resizing"})
