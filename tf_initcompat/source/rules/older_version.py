"""IC120: an initializer that behaved differently in older versions of TensorFlow 1."""

from collections.abc import Iterator, Mapping
from typing import Final

from tf_initcompat.catalog import history
from tf_initcompat.source.rules import FileContext, Rule, is_legacy_expression, register
from tf_initcompat.source.uses import Form, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield each older behavior that gave the use other weights, if the project allows a version with it."""
    arguments: Mapping[str, object] | None = None
    positional = 0
    if use.form is Form.STRING:
        arguments = {}  # Keras makes the initializer without arguments
    elif not is_legacy_expression(use) or use.form is Form.COMPARISON:
        return
    elif (given := file.arguments(use)) is not None and given.is_complete and use.call is not None:
        arguments, positional = given.values, len(use.call.args)
    changes = [
        change
        for change in history.changes_of(use.name, file.source.oldest_version or history.OLDEST)
        if change.aspect.changes_weights and _is_met(change.condition, arguments, positional)
    ]
    yield from dict.fromkeys(map(_described, changes))


def _described(change: history.Change) -> str:
    """Return a change with its figure."""
    text = f"{change.versions}: {change.before}"
    is_wider = change.aspect is history.Aspect.DEFAULT and change.stddev_ratio > 1
    return f"{text}; now {change.now}, {change.stddev_ratio:g} times narrower" if is_wider else text


def _is_met(condition: history.Condition | None, arguments: Mapping[str, object] | None, positional: int) -> bool:
    """Return whether a call certainly meets a condition; `arguments` is None if they are unknown."""
    return condition is None or (arguments is not None and condition.is_met(arguments, positional))


RULE: Final = register(
    Rule(
        code="IC120",
        name="older-version",
        level="note",
        summary="Older versions of TensorFlow 1 made other weights",
        since="0.1.0",
        what_it_does="""
            Finds initializers that sampled another distribution, or had another dtype, in a version of TensorFlow 1
            before 1.15. The version that the project requires decides which changes are reported, if its requirements
            name one, such as `tensorflow==1.8`. Without one, every change since 1.0 is reported.
            """,
        why_is_this_bad="""
            The wrappers behave as TensorFlow 1.15 does. A program that was written and tuned for an older version
            then starts from other weights, as it would on TensorFlow 1.15.

            `tf-initcompat explain SYMBOL` prints the history of a symbol, and the call that restores the older weights.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            layer = tf.keras.layers.Dense(1, kernel_initializer="normal")
                                                                ^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.variance_scaling_initializer(scale=2.0)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.variance_scaling_initializer(distribution="normal")
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            w = tf.get_variable("w", [3, 4], initializer=tf.glorot_normal_initializer)
                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.keras.initializers.RandomUniform(seed=1)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.glorot_uniform_initializer(dtype=tf.float64)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.orthogonal_initializer(1.0, 7)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.variance_scaling_initializer(distribution="uniform")
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.variance_scaling_initializer(**arguments)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.keras.initializers.RandomNormal(0.0, 0.1)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.glorot_uniform_initializer(), tf.orthogonal_initializer(seed=7)
            """,
            """
            import tensorflow.compat.v1 as tf

            is_normal = isinstance(init, tf.glorot_normal_initializer)
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf
            from tf_initcompat.keras import initializers

            layer = tf.keras.layers.Dense(1, kernel_initializer=initializers.RandomNormal(stddev=1.0))
            """,
        is_fixed=False,
        detect=detect,
    )
)
