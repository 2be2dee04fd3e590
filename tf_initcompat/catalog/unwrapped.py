"""Initializers of TensorFlow 1 that this package does not wrap, with the reason and what to use instead."""

from typing import Final, NamedTuple


class Unwrapped(NamedTuple):
    """Initializers without a wrapper.

    Attributes:
      names: Names below `tf`.
      modules: Private modules in which the functions are defined or imported as well.
      effect: What the initializers do.
      instead: What a program can use on TensorFlow 2.
    """

    names: tuple[str, ...]
    modules: tuple[str, ...]
    effect: str
    instead: str


UNWRAPPED: Final = (
    Unwrapped(
        names=(
            "contrib.framework.load_and_remap_matrix_initializer",
            "contrib.framework.load_embedding_initializer",
            "contrib.framework.load_linear_multiclass_bias_initializer",
            "contrib.framework.load_variable_slot_initializer",
        ),
        modules=("contrib.framework.python.ops", "contrib.framework.python.ops.checkpoint_ops"),
        effect="reads its values from a checkpoint",
        instead="tf.train.load_variable reads the values, and tf_initcompat.constant_initializer takes them",
    ),
)
