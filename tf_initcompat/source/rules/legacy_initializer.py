"""IC001: a legacy initializer."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.uses import Status, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the name of the wrapper, and the reason if the name is legacy in TensorFlow 1 only."""
    if use.status is not Status.LEGACY or not use.form.is_name:
        return
    reason = f" (TensorFlow 1: {file.source.decision.reason})" if use.depends_on_level else ""
    yield f"replace {use.qualified} by tf_initcompat.{use.name}{reason}"


RULE: Final = register(
    Rule(
        code="IC001",
        name="legacy-initializer",
        level="note",
        summary="A legacy initializer",
        since="0.1.0",
        what_it_does="""
            Finds each use of an initializer of TensorFlow 1: below `tf.compat.v1`, `tf.contrib` and `tf_slim`, and
            below `tf` in files that are written for TensorFlow 1.
            """,
        why_is_this_bad="""
            TensorFlow 2 and Keras 3 do not have these initializers. The native initializer with nearly the same name
            often behaves differently. The other rules report how, at the same place.

            The wrapper in `tf_initcompat` has the same name and is proven equal to the legacy initializer.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            w = tf.get_variable("w", [3, 4], initializer=tf.glorot_uniform_initializer())
                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow as tf

            tf.placeholder(tf.float32)
            tf.zeros_initializer()
            ^^^^^^^^^^^^^^^^^^^^
            """,
            """
            from tensorflow.contrib.layers import xavier_initializer
                                                  ^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow as tf

            tf.random.set_seed(1)
            tf.zeros_initializer()
            """,
            """
            import tensorflow.compat.v1 as tf
            import tf_initcompat

            tf.get_variable("w", [3], initializer=tf_initcompat.zeros_initializer())
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf
            import tf_initcompat

            w = tf.get_variable("w", [3, 4], initializer=tf_initcompat.glorot_uniform_initializer())
            """,
        detect=detect,
        error_messages=(
            "has no attribute 'contrib'",
            "no module named 'tensorflow.contrib",
            "has no attribute",
        ),
    )
)
