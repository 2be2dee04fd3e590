"""Layers whose weights older versions laid out in another way."""

from collections.abc import Iterator, Sequence
from typing import Final

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, JsonObject
from tf_initcompat.saved.weights.recipes import Array, NewWeight, Recipe, kept

_LSTM_GATES: Final = 4
_GRU_GATES: Final = 3


def _kernel(gates: int) -> NewWeight:
    """Return the kernel: cuDNN has the matrix of each gate transposed, in the order of its memory."""

    def relay(sources: Sequence[Array]) -> Array:
        import numpy as np

        blocks = np.split(sources[0], gates, axis=1)
        relaid: Array = np.concatenate([block.reshape(block.T.shape).T for block in blocks], axis=1)
        return relaid

    return NewWeight("kernel", ("kernel",), relay)


def _recurrent_kernel(gates: int) -> NewWeight:
    def relay(sources: Sequence[Array]) -> Array:
        import numpy as np

        relaid: Array = np.concatenate([block.T for block in np.split(sources[0], gates, axis=1)], axis=1)
        return relaid

    return NewWeight("recurrent_kernel", ("recurrent_kernel",), relay)


def _added_biases(sources: Sequence[Array]) -> Array:
    """Return the sum of the biases of the input and of the state, which LSTM adds."""
    added: Array = sources[0].reshape(2, -1).sum(axis=0)
    return added


def _two_biases(sources: Sequence[Array]) -> Array:
    """Return the biases of the input and of the state, which GRU keeps apart."""
    return sources[0].reshape(2, -1)


#: Class, further keys and recipe of the layer that computes the same, by the class.
_CUDNN: Final[dict[str, tuple[str, JsonObject, Recipe]]] = {
    "CuDNNLSTM": (
        "LSTM",
        {"activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True},
        Recipe(
            "re-laid for LSTM",
            (_kernel(_LSTM_GATES), _recurrent_kernel(_LSTM_GATES), NewWeight("bias", ("bias",), _added_biases)),
        ),
    ),
    "CuDNNGRU": (
        "GRU",
        {"activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True, "reset_after": True},
        Recipe(
            "re-laid for GRU",
            (_kernel(_GRU_GATES), _recurrent_kernel(_GRU_GATES), NewWeight("bias", ("bias",), _two_biases)),
        ),
    ),
}


@upgrade(
    stage=Stage.FORM,
    kinds={Kind.LAYER},
    classes=_CUDNN,
    examples=(
        Example(
            before="""
                {"module": "keras.layers", "class_name": "CuDNNGRU", "config": {"name": "g", "trainable": true, "units": 3}}
                """,
            after="""
                {
                  "module": "keras.layers",
                  "class_name": "GRU",
                  "config": {
                    "name": "g",
                    "trainable": true,
                    "units": 3,
                    "activation": "tanh",
                    "recurrent_activation": "sigmoid",
                    "use_bias": true,
                    "reset_after": true
                  }
                }
                """,
            has_weights=True,
        ),
    ),
)
def cudnn_layer(node: Node, context: Context) -> Iterator[Edit]:
    """Replace CuDNNLSTM and CuDNNGRU, whose weights are laid out in another way, by LSTM and GRU."""
    if context.has_weights:
        name, keys, recipe = _CUDNN[node.class_name]
        yield node.config.updated(keys)
        yield node.updated({"class_name": name}, recipe)


_RENORM: Final = Recipe(
    "without the statistics of renorm", tuple(map(kept, ("gamma", "beta", "moving_mean", "moving_variance")))
)


@upgrade(
    stage=Stage.KEYS,
    kinds={Kind.LAYER},
    classes={"BatchNormalization"},
    examples=(
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "BatchNormalization",
                  "config": {"name": "n", "renorm": true, "renorm_clipping": {}, "renorm_momentum": 0.99}
                }
                """,
            after="""
                {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "n"}}
                """,
            has_weights=True,
        ),
    ),
)
def renorm(node: Node, context: Context) -> Iterator[Edit]:
    """Remove the statistics of renorm in BatchNormalization, which only training uses."""
    if node.config.object.get("renorm") is True and context.has_weights and not context.is_from_keras_3:
        keys = ("renorm", "renorm_clipping", "renorm_momentum")
        yield node.config.updated(dict.fromkeys(keys, ABSENT), _RENORM)
