"""IC006: a legacy initializer that has no wrapper."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog import namespaces
from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.uses import Status, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield what the initializer does, and what to use instead."""
    row = namespaces.unwrapped(use.qualified) if use.status is Status.UNWRAPPED else None
    if row is not None:
        yield f"{use.qualified} {row.effect}: {row.instead}"


RULE: Final = register(
    Rule(
        code="IC006",
        name="no-wrapper",
        level="error",
        summary="A legacy initializer without a wrapper",
        since="0.1.0",
        what_it_does="""
            Finds the initializers of `tf.contrib.framework` that read a checkpoint, such as
            `load_and_remap_matrix_initializer`.
            """,
        why_is_this_bad="""
            TensorFlow 2 has no `tf.contrib`, and this package does not replace these functions. The program fails
            there.

            Read the values with `tf.train.load_variable`, arrange them with NumPy, and pass them to
            `tf_initcompat.constant_initializer`.
            """,
        bad=(
            """
            import tensorflow as tf

            init = tf.contrib.framework.load_embedding_initializer(path, name, 8, 2, 4, vocabulary)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            from tensorflow.contrib.framework import load_and_remap_matrix_initializer
                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            from tensorflow.contrib.framework.python.ops import checkpoint_ops

            init = checkpoint_ops.load_variable_slot_initializer(path, name, 8)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow as tf

            tf.contrib.framework.load_variable(path, name)
            """,
        ),
        use_instead="""
            import tensorflow as tf
            import tf_initcompat

            init = tf_initcompat.constant_initializer(tf.train.load_variable(path, name))
            """,
        is_fixed=False,
        detect=detect,
    )
)
