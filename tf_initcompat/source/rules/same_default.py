"""IC203: a variable without a named initializer that Keras initializes in the same way."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.creators import Origin
from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.rules._default_text import described, title
from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.defaults import Kind


def detect_creation(creation: Creation, file: FileContext) -> Iterator[str]:
    """Yield the initial values of the variables."""
    found = [default for default in file.defaults(creation) if default.kind is Kind.SAME]
    for origin in Origin:
        of_origin = [default for default in found if default.weight.origin is origin]
        if of_origin:
            counterpart = creation.creator.counterpart
            native = f"Keras' {counterpart} does as well" if counterpart else "Keras has no counterpart"
            yield f"{title(creation)} initializes {described(creation, of_origin)}, {origin.value}; {native}"


RULE: Final = register(
    Rule(
        code="IC203",
        name="same-default",
        level="note",
        summary="No initializer is named; Keras has the same default",
        since="0.1.0",
        what_it_does="""
            Finds layers, cells, columns and variables without a named initializer, and reports their initial values.
            """,
        why_is_this_bad="""
            It is not: this is an inventory of the weights whose distribution the code does not show.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            x = tf.layers.dense(x, 64, use_bias=False)
                ^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.contrib.slim as slim

            x = slim.repeat(x, 2, slim.conv2d, 64, 3, biases_initializer=None)
                ^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            x = tf.layers.dense(x, 64, use_bias=False, kernel_initializer=tf.ones_initializer())
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf

            init = tf.glorot_uniform_initializer()
            x = tf.layers.dense(x, 64, use_bias=False, kernel_initializer=init)
            """,
        is_fixed=False,
        detect_creation=detect_creation,
        is_opt_in=True,
    )
)
