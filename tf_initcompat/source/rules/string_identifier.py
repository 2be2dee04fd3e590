"""IC113: an initializer that is named by a string."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.uses import Form, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the string."""
    if use.form is Form.STRING:
        yield f"'{use.qualified}' becomes the class of the installed Keras"


RULE: Final = register(
    Rule(
        code="IC113",
        name="string-identifier",
        level="note",
        summary="An initializer is named by a string",
        since="0.1.0",
        what_it_does="""
            Finds strings that name an initializer, in calls of `tf.layers`, contrib and the legacy Keras, and in
            defaults of parameters.
            """,
        why_is_this_bad="""
            Keras makes its own class from the string, in Keras 3 the native one. Names that both have stand for the
            same distribution, but native initializers do not follow the global seed. `normal` and `uniform` raise an
            error in Keras 3.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            x = tf.layers.dense(x, 1, kernel_initializer="he_normal")
                                                         ^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.keras.initializers.get("glorot_uniform")
                                             ^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            def dense(x, kernel_initializer="he_normal"):
                                            ^^^^^^^^^^^
                pass
            """,
            """
            import tensorflow as tf

            def dense(x, kernel_initializer="he_normal"):
                                            ^^^^^^^^^^^
                return tf.compat.v1.layers.dense(x, 3, kernel_initializer=kernel_initializer)
            """,
            """
            import tensorflow.compat.v1 as tf

            name = "he_normal" if deep else "glorot_uniform"
                   ^^^^^^^^^^^              ^^^^^^^^^^^^^^^^
            init = tf.keras.initializers.get(name)
            """,
            """
            from tensorflow.compat.v1.keras import initializers

            init = initializers.deserialize("he_normal")
                                            ^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            x = flax.dense(x, 1, kernel_initializer="he_normal")
            """,
            """
            import tensorflow.compat.v1 as tf

            x = tf.layers.dense(x, 1, kernel_initializer="mine")
            """,
            """
            import tensorflow as tf
            import tensorflow.compat.v1 as tf1

            class Dense(tf.keras.layers.Dense):
                def __init__(self, units, kernel_initializer="glorot_uniform"):
                    super().__init__(units, kernel_initializer=kernel_initializer)
            """,
            """
            import tensorflow as tf

            x = tf.placeholder(tf.float32)
            y = tf.compat.v2.keras.layers.Dense(1, kernel_initializer="he_normal")(x)
            """,
            """
            import tensorflow as tf

            tf.random.set_seed(1)
            init = tf.keras.initializers.get("he_normal")
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf
            import tf_initcompat

            x = tf.layers.dense(x, 1, kernel_initializer=tf_initcompat.initializers.he_normal())
            """,
        is_fixed=False,
        detect=detect,
        error_messages=("could not interpret initializer identifier",),
    )
)
