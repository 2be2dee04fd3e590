"""Layers whose weights older versions laid out in another way."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, JsonObject
from tf_initcompat.saved.weights.recipes import Array, NewWeight, Recipe, kept

_LSTM_GATES: Final = 4
_GRU_GATES: Final = 3


def _relaid(role: str, gates: int, relay: Callable[[Array], Array]) -> NewWeight:
    """Return a kernel whose block of columns for each gate is laid out anew."""

    def relay_all(sources: Sequence[Array]) -> Array:
        (old,) = sources
        new: Array = old.copy()
        units, rest = divmod(old.shape[-1], gates)
        if rest:
            raise ValueError(f"the shape of its {role} is {old.shape}, whose last size is not a multiple of {gates}")
        for gate in range(gates):
            columns = slice(gate * units, (gate + 1) * units)
            new[:, columns] = relay(old[:, columns])
        return new

    return NewWeight(role, (role,), relay_all)


def _kernels(gates: int) -> tuple[NewWeight, NewWeight]:
    """Return the kernels. cuDNN has the matrix of each gate transposed, that of the input in its memory's order."""
    return (
        _relaid("kernel", gates, lambda block: block.reshape(block.T.shape).T),
        _relaid("recurrent_kernel", gates, lambda block: block.T),
    )


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
            (*_kernels(_LSTM_GATES), NewWeight("bias", ("bias",), _added_biases)),
        ),
    ),
    "CuDNNGRU": (
        "GRU",
        {"activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True, "reset_after": True},
        Recipe(
            "re-laid for GRU",
            (*_kernels(_GRU_GATES), NewWeight("bias", ("bias",), _two_biases)),
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
                {
                  "module": "keras.layers",
                  "class_name": "CuDNNGRU",
                  "config": {"name": "g", "trainable": true, "units": 3}
                }
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
    """Replace CuDNNLSTM and CuDNNGRU, whose weights are laid out differently, by LSTM and GRU."""
    if context.has_weights:
        name, keys, recipe = _CUDNN[node.class_name]
        yield node.config.updated(keys)
        yield node.updated({"class_name": name}, recipe)


@upgrade(
    stage=Stage.FORM,
    kinds={Kind.LAYER},
    classes={"BatchNormalization"},
    examples=(
        Example(
            before="""
                {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "n", "axis": [1]}}
                """,
            after="""
                {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "n", "axis": 1}}
                """,
            has_weights=True,
            stores_renorm=True,
        ),
    ),
)
def renorm_not_named(node: Node, context: Context) -> Iterator[Edit]:
    """Write `renorm=True` of BatchNormalization, which configs before TensorFlow 1.12 lack; `renorm` removes it."""
    if context.stores_renorm and "renorm" not in node.config.object:
        yield node.config.updated({"renorm": True})


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
