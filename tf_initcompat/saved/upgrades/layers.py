"""Configs of layers that Keras 3 reads in another form."""

from collections.abc import Iterator

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import LAYERS, Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, as_object


@upgrade(
    stage=Stage.KEYS,
    kinds=LAYERS,
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "InputLayer",
                  "config": {"name": "x", "batch_input_shape": [null, 2], "ragged": false}
                }
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "InputLayer",
                  "config": {"name": "x", "batch_shape": [null, 2]}
                }
                """,
        ),
    ),
)
def batch_shape(node: Node, context: Context) -> Iterator[Edit]:
    """Rename `batch_input_shape` of an input layer to `batch_shape`, and remove it from other layers."""
    config = node.config
    if "batch_input_shape" not in config.object:
        return
    if node.class_name == "InputLayer":
        shape = config.object["batch_input_shape"]
        yield config.updated({"batch_input_shape": ABSENT, "batch_shape": shape})
    else:
        yield config.updated({"batch_input_shape": ABSENT})


@upgrade(
    stage=Stage.VALUES,
    kinds=LAYERS,
    classes={"BatchNormalization"},
    examples=(
        Example(
            before="""
                {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "n", "axis": [2]}}
                """,
            after="""
                {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "n", "axis": 2}}
                """,
        ),
    ),
)
def batch_normalization_axis(node: Node, context: Context) -> Iterator[Edit]:
    """Write the axis of BatchNormalization as a number, not as a list of one."""
    axis = node.config.object.get("axis")
    if isinstance(axis, list) and len(axis) == 1:
        yield node.config.updated({"axis": axis[0]})


def _rejects_alpha(target: Target) -> bool:
    return target.is_keras_3 and not target.accepts_leaky_relu_alpha


@upgrade(
    stage=Stage.KEYS,
    kinds=LAYERS,
    classes={"LeakyReLU"},
    is_needed_by=_rejects_alpha,
    examples=(
        Example(
            before="""
                {"module": "keras.layers", "class_name": "LeakyReLU", "config": {"name": "l", "alpha": 0.3}}
                """,
            after="""
                {"module": "keras.layers", "class_name": "LeakyReLU", "config": {"name": "l", "negative_slope": 0.3}}
                """,
            target="3.0",
        ),
    ),
)
def negative_slope(node: Node, context: Context) -> Iterator[Edit]:
    """Rename `alpha` of LeakyReLU to `negative_slope`."""
    config = node.config
    if "alpha" in config.object:
        yield config.updated({"alpha": ABSENT, "negative_slope": config.object["alpha"]})


@upgrade(
    stage=Stage.VALUES,
    kinds=LAYERS,
    classes={"Discretization"},
    examples=(
        Example(  # as Keras 2 writes it
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Discretization",
                  "config": {"name": "d", "dtype": "int64", "trainable": true}
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "Discretization", "config": {"name": "d", "dtype": "float32"}}
                """,
        ),
    ),
)
def discretization_dtype(node: Node, context: Context) -> Iterator[Edit]:
    """Replace the dtype of Discretization, which is that of its output in Keras 2 and of its input in Keras 3."""
    config = node.config
    # Only Keras 2 writes `trainable` here; a later upgrade removes it.
    if config.object.get("dtype") == "int64" and "trainable" in config.object:
        yield config.updated({"dtype": "float32"})


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.DTYPE_POLICY},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Dense",
                  "config": {"name": "d", "dtype": {"class_name": "Policy", "config": {"name": "mixed_float16"}}}
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "dtype": "mixed_float16"}}
                """,
        ),
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Dense",
                  "config": {"name": "d", "dtype": {"class_name": "DTypePolicy", "config": {"name": "float32"}}}
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "dtype": "float32"}}
                """,
            target="3.0",
        ),
    ),
)
def dtype_policy(node: Node, context: Context) -> Iterator[Edit]:
    """Replace the config of a dtype policy by the policy's name."""
    if node.class_name == "Policy" or not context.target.accepts_dtype_policy_config:
        yield node.replaced(as_object(node.object["config"])["name"])


def _is_keras_3_0(target: Target) -> bool:
    return target.version == "3.0"


@upgrade(
    stage=Stage.KEYS,
    kinds=LAYERS,
    classes={"Dot"},
    is_needed_by=_is_keras_3_0,
    examples=(
        Example(  # as Keras 2.15 writes it in archives
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Dot",
                  "config": {"name": "d", "axes": 1},
                  "build_config": {"input_shape": [[null, 4], [null, 4]]}
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "Dot", "config": {"name": "d", "axes": 1}}
                """,
            target="3.0",
        ),
    ),
)
def build_config(node: Node, context: Context) -> Iterator[Edit]:
    """Remove the shapes that build Dot, which Keras 3.0 does not read as lists; the layer has no weights."""
    yield node.updated({"build_config": ABSENT})
