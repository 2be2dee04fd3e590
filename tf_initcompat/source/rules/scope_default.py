"""IC202: a variable whose initializer is named by a scope."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.rules._default_text import described, title
from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.defaults import Kind


def detect_creation(creation: Creation, file: FileContext) -> Iterator[str]:
    """Yield the initial values that a scope names."""
    found = [default for default in file.defaults(creation) if default.kind is Kind.INHERITED]
    if found:
        yield f"{title(creation)} initializes {described(creation, found)}; Keras has no such scopes"


RULE: Final = register(
    Rule(
        code="IC202",
        name="scope-default",
        level="note",
        summary="A scope names the initializer",
        since="0.1.0",
        what_it_does="""
            Finds calls that create variables without a named initializer inside of a `variable_scope` or an `arg_scope`
            that names one, or in a function that is called there.
            """,
        why_is_this_bad="""
            Layers of Keras know no scopes. A rewrite that moves the layer loses the initializer, and the layer has its
            own default. Name the initializer in each layer.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            with tf.variable_scope("net", initializer=init):
                w = tf.get_variable("w", [3, 4])
                    ^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.contrib.slim as slim

            def arg_scope():
                with slim.arg_scope([slim.conv2d], weights_initializer=init) as scope:
                    return scope

            with slim.arg_scope(arg_scope()):
                x = slim.conv2d(x, 64, 3)
                    ^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            def dense(x):
                return tf.layers.dense(x, 64)
                       ^^^^^^^^^^^^^^^

            with tf.variable_scope("net", initializer=init):
                x = dense(x)
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            with tf.variable_scope("net"):
                w = tf.get_variable("w", [3, 4])
            """,
            """
            import tensorflow.contrib.slim as slim

            with slim.arg_scope([slim.fully_connected], weights_initializer=init):
                x = slim.conv2d(x, 64, 3)
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf

            with tf.variable_scope("net"):
                w = tf.get_variable("w", [3, 4], initializer=init)
            """,
        is_fixed=False,
        detect_creation=detect_creation,
    )
)
