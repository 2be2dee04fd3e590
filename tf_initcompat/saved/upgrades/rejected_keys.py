"""Keys of layers that Keras 3 rejects and that do not change what the layer computes.

Measured: the config of every layer of Keras 2.15 and of tf_keras 2.21, loaded by Keras 3.0.0, 3.12 and 3.15.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from tf_initcompat.saved import keras_classes
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import LAYERS
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, Json

__all__ = ["REJECTED"]

#: Values that may be removed, by key; None: every value.
_Keys: TypeAlias = Mapping[str, tuple[Json, ...] | None]

_GROUPS: Final[_Keys] = {"groups": (1,)}
_KERNEL: Final[_Keys] = dict.fromkeys(("kernel_initializer", "kernel_regularizer", "kernel_constraint"))
#: Keys that a layer of a Keras 3 does not take, by class.
REJECTED: Final[dict[str, _Keys]] = {
    **{f"Conv{n}DTranspose": _GROUPS for n in (1, 2, 3)},
    **{f"{kind}Conv{n}D": {**_GROUPS, **_KERNEL} for kind in ("Depthwise", "Separable") for n in (1, 2)},
    **{name: {"time_major": (False,)} for name in keras_classes.RECURRENT},
    **{f"SpatialDropout{n}D": {"trainable": None, "noise_shape": (None,)} for n in (1, 2, 3)},
    "Discretization": {"trainable": None},
    "MultiHeadAttention": dict.fromkeys(("query_shape", "key_shape", "value_shape", "softmax_robust_masking")),
    # Since TensorFlow 2.16. Both values mask the same scores.
    "Softmax": {"robust_masking": None},
    # The generator of random numbers, which differs in Keras 3 with any value.
    **{name: {"rng_type": None} for name in keras_classes.LAYERS if name.startswith("Random")},
    "Embedding": {"input_length": None},
    "InputLayer": {"optional": (False,), "ragged": (False,)},
}
#: Keys of Keras 2 that Keras 3.15 ignores in any layer, and Keras 3.0 rejects.
_RETIRED: Final[_Keys] = {
    "implementation": None,
    "renorm": (False,),
    "renorm_clipping": (None,),
    "renorm_momentum": None,
}


@upgrade(
    stage=Stage.KEYS,
    kinds=LAYERS,
    classes=REJECTED,
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "SeparableConv2D",
                  "config": {
                    "name": "s",
                    "filters": 2,
                    "groups": 1,
                    "kernel_initializer": "zeros",
                    "kernel_constraint": null
                  }
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "SeparableConv2D", "config": {"name": "s", "filters": 2}}
                """,
        ),
    ),
)
def rejected_keys(node: Node, context: Context) -> Iterator[Edit]:
    """Remove keys that Keras 3 rejects and that change nothing, such as `groups=1` and `time_major=False`."""
    # Keras 3 takes the keys that it writes. JSON of Keras 3 names no version, but has `optional`.
    is_recent = context.target.accepts_all_input_layer_keys and "optional" in node.config.object
    if node.class_name != "InputLayer" or not (is_recent or context.is_from_target):
        yield _without(node, REJECTED[node.class_name])


def _rejects_retired_keys(target: Target) -> bool:
    return target.is_keras_3 and not target.ignores_retired_layer_keys


@upgrade(
    stage=Stage.KEYS,
    kinds=LAYERS,
    is_needed_by=_rejects_retired_keys,
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "BatchNormalization",
                  "config": {
                    "name": "n",
                    "renorm": false,
                    "renorm_clipping": null,
                    "renorm_momentum": 0.9,
                    "implementation": 2
                  }
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "n"}}
                """,
            target="3.0",
        ),
    ),
)
def retired_keys(node: Node, context: Context) -> Iterator[Edit]:
    """Remove keys that have no effect since Keras 3, such as `implementation`."""
    if node.is_from_keras and ">" not in node.class_name:
        yield _without(node, _RETIRED)


def _rejects_quantization(target: Target) -> bool:
    return target.is_keras_3 and not target.accepts_quantization_config


@upgrade(
    stage=Stage.KEYS,
    kinds=LAYERS,
    is_needed_by=_rejects_quantization,
    examples=(
        Example(
            before="""
                {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "quantization_config": null}}
                """,
            after="""
                {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d"}}
                """,
            target="3.0",
        ),
    ),
)
def quantization_config(node: Node, context: Context) -> Iterator[Edit]:
    """Remove `quantization_config=None`, which newer versions of Keras 3 write."""
    if node.is_from_keras:
        yield _without(node, {"quantization_config": (None,)})


def _rejects_sparse(target: Target) -> bool:
    return target.is_keras_3 and not target.accepts_sparse_category_encoding


@upgrade(
    stage=Stage.KEYS,
    kinds=LAYERS,
    classes={"CategoryEncoding"},
    is_needed_by=_rejects_sparse,
    examples=(
        Example(
            before="""
                {"module": "keras.layers", "class_name": "CategoryEncoding", "config": {"name": "c", "sparse": false}}
                """,
            after="""
                {"module": "keras.layers", "class_name": "CategoryEncoding", "config": {"name": "c"}}
                """,
            target="3.0",
        ),
    ),
)
def sparse_category_encoding(node: Node, context: Context) -> Iterator[Edit]:
    """Remove `sparse=False` of CategoryEncoding."""
    yield _without(node, {"sparse": (False,)})


def _without(node: Node, keys: _Keys) -> Edit:
    """Return the edit that removes the keys whose value may be removed."""
    config = node.config
    removed = [key for key, value in config.object.items() if key in keys and value in (keys[key] or (value,))]
    return config.updated(dict.fromkeys(removed, ABSENT))
