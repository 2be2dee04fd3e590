"""Modules and registered names, by which Keras 3 finds classes."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import LAYERS, Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import Json, JsonObject, as_object

#: Modules of Keras 2 that Keras 3 cannot import.
_RETIRED: Final = ("keras.src.engine", "keras.engine", "tf_keras", "tensorflow.python.keras", "tensorflow.keras")
#: Prefix of the private modules of Keras 3.
_PRIVATE: Final = "keras.src."
_FUNCTIONAL: Final[JsonObject] = {"module": "keras.src.models.functional", "class_name": "Functional"}
_SEQUENTIAL: Final[JsonObject] = {"module": "keras", "class_name": "Sequential"}
_MODELS: Final = {"Sequential": _SEQUENTIAL, "Functional": _FUNCTIONAL, "Model": _FUNCTIONAL}


@upgrade(
    stage=Stage.MODULE,
    kinds=LAYERS,
    examples=(
        Example(
            before="""
                {"module": "keras.src.engine.functional", "class_name": "Model", "config": {"name": "m", "layers": []}}
                """,
            after="""
                {
                  "module": "keras.src.models.functional",
                  "class_name": "Functional",
                  "config": {"name": "m", "layers": []},
                  "registered_name": "Functional"
                }
                """,
        ),
        Example(  # a layer inside a wrapper in HDF5
            before="""
                {
                  "class_name": "TimeDistributed",
                  "config": {"name": "t", "layer": {"class_name": "Dense", "config": {"name": "d"}}}
                }
                """,
            after="""
                {
                  "class_name": "TimeDistributed",
                  "config": {
                    "name": "t",
                    "layer": {
                      "module": "keras.layers",
                      "class_name": "Dense",
                      "config": {"name": "d"},
                      "registered_name": "Dense"
                    }
                  }
                }
                """,
            document="model_config",
            uses_legacy_loader=True,
        ),
    ),
)
def module(node: Node, context: Context) -> Iterator[Edit]:
    """Write the module and the registered name of a layer or model of Keras."""
    value, config = node.object, as_object(node.object["config"])
    name, module = node.class_name, value.get("module", "")
    # The loader for HDF5 needs no modules at the top and among the layers of models. JSON of Keras 2.12 names them.
    is_found_by_name = not module and context.uses_legacy_loader and (node.parent is None or node.model is not None)
    if is_found_by_name and not (_loses_axis(config.get("axis"), context.target) or _is_read_as_function(config)):
        return
    if module is None or ">" in name or not node.is_from_keras:
        return  # a user's class
    if module and not keras_classes.is_inside(module, _RETIRED):
        return
    model = _MODELS.get(name) if isinstance(config.get("layers"), list) else None
    path = model or {"module": "keras.layers", "class_name": name}
    # Keras looks up a user's layer by the registered name, and ignores that of its own.
    yield node.updated({**path, "registered_name": path["class_name"]})


@upgrade(
    stage=Stage.MODULE,
    kinds={Kind.OPTIMIZER, Kind.TRAINING_OBJECT, Kind.OTHER},
    is_needed_by=lambda target: bool(target.unknown_private_modules),
    examples=(
        Example(
            before="""
                {
                  "module": "keras.src.optimizers.schedules.learning_rate_schedule",
                  "class_name": "ExponentialDecay",
                  "config": {"decay_rate": 0.9},
                  "registered_name": "ExponentialDecay"
                }
                """,
            after="""
                {
                  "module": "keras.optimizers.schedules",
                  "class_name": "ExponentialDecay",
                  "config": {"decay_rate": 0.9},
                  "registered_name": null
                }
                """,
            document="compile_config",
        ),
        Example(
            before="""
                {
                  "class_name": "my>Scale",
                  "config": {
                    "kernel_regularizer": {
                      "module": "keras.src.regularizers.regularizers",
                      "class_name": "L2",
                      "config": {"l2": 0.1},
                      "registered_name": "L2"
                    }
                  }
                }
                """,
            after="""
                {
                  "class_name": "my>Scale",
                  "config": {
                    "kernel_regularizer": {
                      "module": "keras.regularizers",
                      "class_name": "L2",
                      "config": {"l2": 0.1},
                      "registered_name": null
                    }
                  }
                }
                """,
        ),
    ),
)
def private_module(node: Node, context: Context) -> Iterator[Edit]:
    """Replace a private module that Keras 3.0 writes, such as `keras.src.regularizers`, by the public one."""
    if not node.class_name or not node.is_from_keras:
        return
    module = node.object.get("module")
    for private in context.target.unknown_private_modules:
        if keras_classes.is_inside(module, (private,)):
            yield node.updated({"module": f"keras.{private.removeprefix(_PRIVATE)}", "registered_name": None})


def _is_read_as_function(config: JsonObject) -> bool:
    """Return whether the loader for HDF5 takes a value for a function of `keras.layers`, if no module is named."""
    return config.get("score_mode") == "dot"


def _loses_axis(axis: Json, target: Target) -> bool:
    """Return whether Keras 3 ignores the axis of a layer in HDF5 whose config names no module."""
    is_list_of_one = isinstance(axis, list) and len(axis) == 1
    is_kept = target.keeps_integer_axis_without_module and isinstance(axis, int)
    return axis is not None and not is_list_of_one and not is_kept
