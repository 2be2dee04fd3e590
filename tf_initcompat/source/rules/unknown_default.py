"""IC204: a variable whose initial values are unknown."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.rules._default_text import title
from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.defaults import Kind


def detect_creation(creation: Creation, file: FileContext) -> Iterator[str]:
    """Yield why the initial values are unknown."""
    found = [default for default in file.defaults(creation) if default.kind is Kind.UNKNOWN]
    for reason in dict.fromkeys(default.text for default in found):
        variables = ", ".join(default.weight.variable for default in found if default.text == reason)
        subject = f" of {variables}" if len(creation.creator.weights) > 1 else ""
        yield f"the initializer{subject} in {title(creation)} is unknown: {reason}"


RULE: Final = register(
    Rule(
        code="IC204",
        name="unknown-default",
        level="note",
        summary="It is unknown whether an initializer is named",
        since="0.1.0",
        what_it_does="""
            Finds calls that create variables, if it cannot be followed whether they name an initializer: it may come
            from `**kwargs`, from a variable that may be None, or from an `arg_scope` that another file makes.
            """,
        why_is_this_bad="""
            A rewrite to Keras needs the same distribution, and the code does not show it. Look at the callers.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            def dense(x, **kwargs):
                return tf.layers.dense(x, 64, use_bias=False, **kwargs)
                       ^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            def weight(shape, init=None):
                return tf.get_variable("w", shape, initializer=init)
                       ^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            w = tf.get_variable("w")
                ^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.contrib.slim as slim
            from nets import vgg

            with slim.arg_scope(vgg.vgg_arg_scope()):
                x = slim.fully_connected(x, 64)
                    ^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            w = tf.get_variable("w", [3, 4])
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf

            def dense(x, init):
                return tf.layers.dense(x, 64, use_bias=False, kernel_initializer=init)
            """,
        is_fixed=False,
        detect_creation=detect_creation,
        is_opt_in=True,
    )
)
