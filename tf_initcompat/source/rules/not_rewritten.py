"""IC005: a legacy initializer that `migrate` left alone."""

from typing import Final

from tf_initcompat.source.rules import Rule, register

#: The rewriter reports the problems of this rule, since no detector sees them.
RULE: Final = register(
    Rule(
        code="IC005",
        name="not-rewritten",
        level="error",
        summary="A legacy initializer that `migrate` left alone",
        since="0.1.0",
        what_it_does="""
            Finds legacy initializers that cannot be rewritten in their place: the name `tf_initcompat` has another
            meaning there, or a comment inside the name would be lost. It also finds imports from `tf.contrib` that stay
            although all their uses are rewritten, since something else, such as another file, may read the name.
            """,
        why_is_this_bad="""
            The file is migrated only in part. Rewrite the place by hand. TensorFlow 2 cannot import a file that
            imports from `tf.contrib`.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            def build(tf_initcompat):
                return tf.zeros_initializer()
                       ^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow as tf

            xavier = (tf.  # TensorFlow 1
                      ^^^^^^^^^^^^^^^^^^^
                contrib.slim.xavier_initializer)
            """,
            """
            from tensorflow.contrib.layers.python.layers import initializers
                                                                ^^^^^^^^^^^^
            __all__ = ["initializers", "kernel"]
            kernel = initializers.xavier_initializer()
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            def build():
                return tf.zeros_initializer()
            """,
            """
            from tensorflow.contrib.layers.python.layers import initializers

            kernel = initializers.xavier_initializer()
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf

            def build(initializers):
                return tf.zeros_initializer()
            """,
        is_fixed=False,
    )
)
