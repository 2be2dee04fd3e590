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
            meaning there, or a comment inside the name would be lost.
            """,
        why_is_this_bad="""
            The file is migrated only in part. Rewrite the place by hand.
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
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            def build():
                return tf.zeros_initializer()
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
