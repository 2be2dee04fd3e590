"""Models inside models, and the structure of their outputs."""

from collections.abc import Iterator

from tf_initcompat.saved.call_tensors import tensors_in
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.differences import Effect, difference
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Node
from tf_initcompat.saved.targets import Target, any_target
from tf_initcompat.saved.values import Json, JsonObject, as_object
from tf_initcompat.saved.weights import roles


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


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="a layer is called on another that this model does not have; Keras 2.4 to 2.15 saved a layer that two "
    "models call so, and do not load it either",
    kinds={Kind.MODEL},
    classes={"Functional", "Model"},
    is_in=any_target,
)
def call_of_unknown_layer(node: Node, context: Context) -> bool:
    """A layer that two models call, for which Keras 2.4 to 2.15 saved the calls of one of them only."""
    layers = node.config.object.get("layers")
    called = [layer for layer in layers if isinstance(layer, dict)] if isinstance(layers, list) else []
    names = {_name(layer) for layer in called}
    return any(tensor[0] not in names for layer in called for tensor in tensors_in(layer.get("inbound_nodes")))


def _name(layer: JsonObject) -> str:
    name = layer["name"] if "name" in layer else as_object(layer.get("config")).get("name")
    return name if isinstance(name, str) else ""


@difference(
    effect=Effect.DOES_NOT_LOAD,
    explanation="Keras 2 loads few models of Keras 1; convert the file for Keras 3",
    kinds={Kind.MODEL},
    is_in=lambda target: not target.is_keras_3,
)
def keras_1_on_keras_2(node: Node, context: Context) -> bool:
    """A model of Keras 1, for Keras 2."""
    return context.is_from_keras_1 and node.parent is None


def _ignores_frozen_layers(target: Target) -> bool:
    return target.is_keras_3 and not target.restores_frozen_layers_from_hdf5


@difference(
    effect=Effect.PREDICTS_DIFFERENTLY,
    explanation="Keras 3.0 reads the weights of a model inside another in the wrong order if layers with "
    "trainable=False are followed by others",
    kinds={Kind.MODEL},
    is_in=_ignores_frozen_layers,
)
def frozen_layer_of_inner_model(node: Node, context: Context) -> bool:
    """Layers with `trainable=False` of a model inside another in HDF5, which Keras 3.0 reads in the wrong order."""
    if not context.uses_legacy_loader or node.parent is None:
        return False
    layers = list(_layers_with_weights(node.value, is_frozen=False))
    return _order(layers) != _order([(own, False) for own, _ in layers])


def _layers_with_weights(layer: Json, is_frozen: bool) -> Iterator[tuple[roles.Roles, bool]]:
    """Yield the weights of each layer in a model, and whether the layer is frozen."""
    if not isinstance(layer, dict):
        return
    config = layer.get("config")
    is_frozen = is_frozen or (isinstance(config, dict) and config.get("trainable") is False)
    inner = roles.inner_layers(layer)
    if inner is None:
        yield roles.of_layer(layer) or roles.Roles(("weight",)), is_frozen  # an unknown layer may have some
    for _, inside in inner or ():
        yield from _layers_with_weights(inside, is_frozen)


def _order(layers: list[tuple[roles.Roles, bool]]) -> list[tuple[int, str]]:
    """Return the weights in the order of HDF5 files: those that are trained first."""
    trained = [
        (number, role) for number, (own, is_frozen) in enumerate(layers) if not is_frozen for role in own.trainable
    ]
    others = [
        (number, role)
        for number, (own, is_frozen) in enumerate(layers)
        for role in (own.trainable if is_frozen else ()) + own.others
    ]
    return trained + others
