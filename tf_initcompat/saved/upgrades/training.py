"""The training configuration: losses, metrics and optimizers."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import TRAINING_OBJECTS, Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, Absent, Json, JsonObject, as_text

#: Names of losses and metrics that Keras 3 does not find in the training configuration of HDF5. All of them were names
#: of the same functions, `cosine_proximity` before Keras 2.3.
_LONG_NAMES: Final = {
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "huber_loss": "huber",
    "cosine": "cosine_similarity",
    "cosine_proximity": "cosine_similarity",
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
}
_SCHEDULES: Final = "keras.optimizers.schedules"


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.TRAINING_NAME},
    examples=(
        Example(
            before="""
                {
                  "loss": {"output": "mse"},
                  "metrics": [
                    ["MAE", {"class_name": "MeanMetricWrapper", "config": {"name": "mae", "fn": "mae"}}, "accuracy"]
                  ]
                }
                """,
            after="""
                {
                  "loss": {"output": "mean_squared_error"},
                  "metrics": [
                    [
                      "mean_absolute_error",
                      {"class_name": "MeanMetricWrapper", "config": {"name": "mae", "fn": "mean_absolute_error"}},
                      "accuracy"
                    ]
                  ]
                }
                """,
            document="training_config",
            uses_legacy_loader=True,
        ),
    ),
)
def short_loss_name(node: Node, context: Context) -> Iterator[Edit]:
    """Replace old and short names, such as `logcosh` and `mse`, in HDF5 files."""
    long_name = _LONG_NAMES.get(as_text(node.value).lower())
    if context.uses_legacy_loader and long_name and node.key != "name":
        yield node.replaced(long_name)


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.TRAINING, *TRAINING_OBJECTS},
    examples=(
        Example(
            before="""
                {"optimizer": "sgd", "steps_per_execution": null}
                """,
            after="""
                {"optimizer": "sgd", "steps_per_execution": 1}
                """,
            document="compile_config",
        ),
    ),
)
def steps_per_execution(node: Node, context: Context) -> Iterator[Edit]:
    """Write `steps_per_execution=None`, which Keras 3 rejects, as 1."""
    if node.object.get("steps_per_execution", 1) is None:
        yield node.updated({"steps_per_execution": 1})


@upgrade(
    stage=Stage.KEYS,
    kinds=TRAINING_OBJECTS,
    examples=(
        Example(
            before="""
                {"loss": {"class_name": "MeanSquaredError", "config": {"reduction": "sum", "name": "l", "fn": "mse"}}}
                """,
            after="""
                {"loss": {"class_name": "MeanSquaredError", "config": {"reduction": "sum", "name": "l"}}}
                """,
            document="compile_config",
        ),
    ),
)
def loss_function(node: Node, context: Context) -> Iterator[Edit]:
    """Remove the function from the config of a loss, which the class implies."""
    config = node.config
    if isinstance(config.object.get("fn"), str) and "reduction" in config.object:
        yield config.updated({"fn": ABSENT})


@upgrade(
    stage=Stage.VALUES,
    kinds=TRAINING_OBJECTS,
    examples=(
        Example(
            before="""
                {"loss": {"class_name": "MeanSquaredError", "config": {"reduction": "auto", "name": "l"}}}
                """,
            after="""
                {
                  "loss": {
                    "class_name": "MeanSquaredError",
                    "config": {"reduction": "sum_over_batch_size", "name": "l"}
                  }
                }
                """,
            document="compile_config",
        ),
    ),
)
def automatic_reduction(node: Node, context: Context) -> Iterator[Edit]:
    """Write the reduction `auto` of a loss as `sum_over_batch_size`."""
    if node.config.object.get("reduction") == "auto":
        yield node.config.updated({"reduction": "sum_over_batch_size"})


@upgrade(
    stage=Stage.KEYS,
    kinds=TRAINING_OBJECTS,
    examples=(
        Example(
            before="""
                {
                  "optimizer": {
                    "class_name": "Adam",
                    "config": {"is_legacy_optimizer": false, "jit_compile": true, "epsilon": 0.1}
                  }
                }
                """,
            after="""
                {"optimizer": {"class_name": "Adam", "config": {"epsilon": 0.1}}}
                """,
            document="compile_config",
        ),
    ),
)
def legacy_optimizer_keys(node: Node, context: Context) -> Iterator[Edit]:
    """Remove the keys `is_legacy_optimizer` and `jit_compile` of the optimizers of Keras 2."""
    if "is_legacy_optimizer" in node.config.object:
        yield node.config.updated({"is_legacy_optimizer": ABSENT, "jit_compile": ABSENT})


def _rejects_accumulation(target: Target) -> bool:
    return target.is_keras_3 and not target.accepts_gradient_accumulation_steps


@upgrade(
    stage=Stage.KEYS,
    kinds=TRAINING_OBJECTS,
    is_needed_by=_rejects_accumulation,
    examples=(
        Example(
            before="""
                {"optimizer": {"class_name": "Adam", "config": {"gradient_accumulation_steps": null, "epsilon": 0.1}}}
                """,
            after="""
                {"optimizer": {"class_name": "Adam", "config": {"epsilon": 0.1}}}
                """,
            target="3.0",
            document="compile_config",
        ),
    ),
)
def gradient_accumulation(node: Node, context: Context) -> Iterator[Edit]:
    """Remove `gradient_accumulation_steps=None`, which newer versions of Keras 3 write."""
    if node.config.object.get("gradient_accumulation_steps", 1) is None:
        yield node.config.updated({"gradient_accumulation_steps": ABSENT})


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.OPTIMIZER},
    examples=(
        Example(  # as Keras before 2.3 writes it
            before="""
                {"optimizer_config": {"class_name": "Nadam", "config": {"lr": 0.5, "schedule_decay": 0.004}}}
                """,
            after="""
                {"optimizer_config": {"class_name": "Nadam", "config": {"learning_rate": 0.5}}}
                """,
            document="training_config",
            uses_legacy_loader=True,
        ),
        Example(
            before="""
                {"optimizer_config": {"class_name": "SGD", "config": {"learning_rate": 0.5, "decay": 0.1}}}
                """,
            after="""
                {
                  "optimizer_config": {
                    "class_name": "SGD",
                    "config": {
                      "learning_rate": {
                        "module": "keras.optimizers.schedules",
                        "class_name": "InverseTimeDecay",
                        "config": {"initial_learning_rate": 0.5, "decay_steps": 1, "decay_rate": 0.1}
                      }
                    }
                  }
                }
                """,
            document="training_config",
            uses_legacy_loader=True,
        ),
    ),
)
def learning_rate(node: Node, context: Context) -> Iterator[Edit]:
    """Rename `lr` of optimizers to `learning_rate`, and write `decay` as the schedule that computes the same.

    Nadam's `schedule_decay` has no counterpart: its schedule is fixed to the former default.
    """
    config = node.config.object
    rate = config.get("lr", config.get("learning_rate"))
    decay = config.get("decay")
    if decay and isinstance(rate, int | float) and node.class_name != "Nadam":
        schedule: Json = {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay}
        decayed: JsonObject = {"module": _SCHEDULES, "class_name": "InverseTimeDecay", "config": schedule}
        rate = decayed
    new: dict[str, Json | Absent] = dict.fromkeys(("lr", "decay", "schedule_decay"), ABSENT)
    if rate is not None:
        new["learning_rate"] = rate
    yield node.config.updated(new)


@upgrade(
    stage=Stage.MODULE,
    kinds=TRAINING_OBJECTS,
    examples=(
        Example(
            before="""
                {
                  "optimizer_config": {
                    "module": "keras.optimizers.legacy",
                    "class_name": "SGD",
                    "config": {
                      "learning_rate": {
                        "module": "keras.optimizers.schedules",
                        "class_name": "ExponentialDecay",
                        "config": {}
                      }
                    }
                  }
                }
                """,
            after="""
                {
                  "optimizer_config": {
                    "module": "keras.optimizers",
                    "class_name": "SGD",
                    "config": {
                      "learning_rate": {
                        "module": "keras.optimizers.schedules",
                        "class_name": "ExponentialDecay",
                        "config": {}
                      }
                    }
                  }
                }
                """,
            document="training_config",
            uses_legacy_loader=True,
        ),
    ),
)
def optimizer_module(node: Node, context: Context) -> Iterator[Edit]:
    """Replace the module of an optimizer, such as `keras.optimizers.legacy`, by `keras.optimizers`."""
    module = node.object.get("module")
    if keras_classes.is_inside(module, ("keras.optimizers",)) and not keras_classes.is_inside(module, (_SCHEDULES,)):
        yield node.updated({"module": "keras.optimizers"})
