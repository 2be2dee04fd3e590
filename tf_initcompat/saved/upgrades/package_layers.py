"""Layers that become layers of this package, since Keras 3 has none that compute the same."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.package_layers import identity
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, Absent, Json

_SAME_NAME: Final = (
    *("LocallyConnected1D", "LocallyConnected2D"),
    *("Highway", "MaxoutDense", "ParametricSoftplus", "SReLU"),
)
#: Keys of Merge of Keras 1 that its mode "cos" uses.
_COSINE: Final = frozenset({"name", "trainable", "dot_axes"})


@upgrade(
    stage=Stage.FORM,
    kinds={Kind.LAYER},
    classes=_SAME_NAME,
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "LocallyConnected1D",
                  "config": {"name": "l", "filters": 2, "kernel_size": [3], "implementation": 2}
                }
                """,
            after="""
                {
                  "module": "tf_initcompat.wrappers.layers",
                  "class_name": "LocallyConnected1D",
                  "config": {"name": "l", "filters": 2, "kernel_size": [3], "implementation": 2},
                  "registered_name": "tf_initcompat>LocallyConnected1D"
                }
                """,
        ),
        Example(  # a layer in HDF5
            before="""
                {"class_name": "Highway", "config": {"name": "h", "trainable": true, "init": "he_normal", "bias": true}}
                """,
            after="""
                {
                  "class_name": "tf_initcompat>Highway",
                  "config": {"name": "h", "trainable": true, "kernel_initializer": "he_normal", "use_bias": true}
                }
                """,
            document="model_config",
            uses_legacy_loader=True,
            keras_version="1.2.2",
        ),
    ),
)
def layer_of_this_package(node: Node, context: Context) -> Iterator[Edit]:
    """Replace a layer that Keras 3 does not have, such as LocallyConnected2D, by the one of this package."""
    yield node.updated(identity(node.class_name, node, context))


@upgrade(
    stage=Stage.FORM,
    kinds={Kind.LAYER},
    classes={"BatchNormalization"},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "BatchNormalization",
                  "config": {"name": "n", "trainable": true, "mode": 2, "axis": 1}
                }
                """,
            after="""
                {
                  "module": "tf_initcompat.wrappers.layers",
                  "class_name": "InputNormalization",
                  "config": {"name": "n", "trainable": true, "mode": 2, "feature_axis": 1},
                  "registered_name": "tf_initcompat>InputNormalization"
                }
                """,
            keras_version="1.2.2",
        ),
    ),
)
def statistics_of_input(node: Node, context: Context) -> Iterator[Edit]:
    """Replace BatchNormalization of Keras 1 with mode 1 or 2, which always uses the statistics of its input."""
    config = node.config.object
    if config.get("mode") in (1, 2):
        # Keras 3.0 changes a key `axis` while it reads a layer in HDF5.
        axis: dict[str, Json | Absent] = {"axis": ABSENT, "feature_axis": config["axis"]} if "axis" in config else {}
        yield node.config.updated(axis)
        yield node.updated(identity("InputNormalization", node, context))


@upgrade(
    stage=Stage.FORM,
    kinds={Kind.LAYER},
    classes={"Merge"},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Merge",
                  "config": {"name": "m", "trainable": true, "mode": "cos", "concat_axis": -1, "dot_axes": [1, 1]}
                }
                """,
            after="""
                {
                  "module": "tf_initcompat.wrappers.layers",
                  "class_name": "Cosine",
                  "config": {"name": "m", "trainable": true, "dot_axes": [1, 1]},
                  "registered_name": "tf_initcompat>Cosine"
                }
                """,
            keras_version="1.2.2",
        ),
    ),
)
def cosine(node: Node, context: Context) -> Iterator[Edit]:
    """Replace Merge of Keras 1 that computes the cosine, which Dot computes with another shape."""
    config = node.config.object
    if config.get("mode") == "cos" and "layers" not in config:
        yield node.config.updated(dict.fromkeys(config.keys() - _COSINE, ABSENT))
        yield node.updated(identity("Cosine", node, context))
