"""Models inside models, and the structure of their outputs."""

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.differences import Effect, difference
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Node
from tf_initcompat.saved.targets import Target


def _returns_lists(target: Target) -> bool:
    return target.is_keras_3 and not target.calls_nested_models_with_one_output


@difference(
    effect=Effect.RETURNS_OTHER_SHAPE,
    explanation="Keras 3.0 returns the one output of this model as a list",
    kinds={Kind.MODEL},
    classes={"Functional", "Model"},
    is_in=_returns_lists,
)
def single_output_of_inner_model(node: Node, context: Context) -> bool:
    """A functional model inside a Sequential model or a wrapper, which call it with its one input."""
    return node.key == "layer" or (node.model is not None and node.model.class_name == "Sequential")


def _rejects_nested_outputs(target: Target) -> bool:
    return target.is_keras_3 and not target.accepts_nested_outputs


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 3.0 reads no lists in the list of outputs",
    kinds={Kind.MODEL},
    classes={"Functional", "Model"},
    is_in=_rejects_nested_outputs,
)
def nested_outputs(node: Node, context: Context) -> bool:
    """A functional model that has lists in the list of its outputs."""
    outputs = node.config.object.get("output_layers")
    if not isinstance(outputs, list):
        return False
    return any(isinstance(output, list) and output and isinstance(output[0], list) for output in outputs)
