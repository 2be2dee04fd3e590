"""Legacy initializers: the reason why files of TensorFlow 1 do not load."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.saved import initializers
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.targets import any_target
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import as_text


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.INITIALIZER},
    is_needed_by=any_target,
    examples=(
        Example(
            before="""
                {"class_name": "GlorotUniform", "config": {"seed": 3, "dtype": "float32"}}
                """,
            after="""
                {
                  "module": "keras.initializers",
                  "class_name": "GlorotUniform",
                  "config": {"seed": 3},
                  "registered_name": null
                }
                """,
        ),
    ),
)
def initializer(node: Node, context: Context) -> Iterator[Edit]:
    """Rewrite the config of a legacy initializer to a native one with the same distribution, or to its wrapper."""
    config = initializers.convert(node.object, context.target, context.form)
    if config is not None:
        yield node.replaced(config)


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.INITIALIZER_NAME},
    is_needed_by=any_target,
    examples=(
        Example(
            before="""
                {"class_name": "my>Scale", "config": {"initializer": "zeros_initializer"}}
                """,
            after="""
                {"class_name": "my>Scale", "config": {"initializer": "zeros"}}
                """,
        ),
    ),
)
def initializer_name(node: Node, context: Context) -> Iterator[Edit]:
    """Replace the name of a legacy initializer, such as `zeros_initializer`, by a name or config that Keras has."""
    value = initializers.convert_name(as_text(node.value), context.target, context.form)
    if value is not None:
        yield node.replaced(value)


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.POSSIBLE_INITIALIZER_NAME},
    is_needed_by=any_target,
    examples=(
        Example(
            before="""
                {"class_name": "my>Scale", "config": {"w_init": "zeros_initializer", "b_init": "constant"}}
                """,
            after="""
                {"class_name": "my>Scale", "config": {"w_init": "zeros", "b_init": "constant"}}
                """,
        ),
    ),
)
def possible_initializer_name(node: Node, context: Context) -> Iterator[Edit]:
    """Replace the name of a legacy initializer under a key such as `w_init` by another name, never by a config."""
    value = initializers.convert_name(as_text(node.value), context.target, context.form)
    if isinstance(value, str):
        yield node.replaced(value)


#: Name of the functions that `xavier_initializer` and `variance_scaling_initializer` of tf.contrib return.
_CLOSURE: Final = "_initializer"


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.LAYER},
    is_needed_by=any_target,
    note="_initializer is a function that tf.contrib returned; its distribution is not in the file, and glorot_uniform "
    "is written instead, which matters only where the layer is initialized again",
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "Dense",
                  "config": {
                    "name": "d",
                    "kernel_initializer": "_initializer",
                    "bias_initializer": {"class_name": "function", "config": "_initializer"}
                  }
                }
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "Dense",
                  "config": {
                    "name": "d",
                    "kernel_initializer": "glorot_uniform",
                    "bias_initializer": "glorot_uniform"
                  }
                }
                """,
        ),
    ),
)
def contrib_function(node: Node, context: Context) -> Iterator[Edit]:
    """Replace `_initializer`, the name of the functions that tf.contrib returned, by `glorot_uniform`."""
    for key, value in node.config.object.items():
        function = value.get("config") if isinstance(value, dict) and value.get("class_name") == "function" else value
        if key.endswith("_initializer") and function == _CLOSURE:
            yield node.config.child(key).replaced("glorot_uniform")
