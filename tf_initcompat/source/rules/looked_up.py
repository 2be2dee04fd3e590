"""IC122: an initializer that a function of Keras looks up."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the function returns the initializer that its argument names or describes."""
    return symbol.looks_up


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield that the installed Keras decides what is returned, unless it is known to be a constant."""
    if file.is_random(use):
        yield "the installed Keras returns an initializer of its own"


RULE: Final = register(
    Rule(
        code="IC122",
        name="looked-up",
        level="warning",
        summary="An initializer is looked up by its name or configuration",
        since="0.1.0",
        what_it_does="""
            Finds `get` and `deserialize` of the legacy `tf.keras.initializers`, unless the argument is the name of a
            constant initializer.
            """,
        why_is_this_bad="""
            In a TensorFlow 1 program, Keras 2 returns a legacy initializer, whose calls return new values. Keras 3
            returns a native one, whose calls return the same values again: variables of one shape start equal.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.keras.initializers.get(name)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow as tf
            from tensorflow.keras.initializers import deserialize, get

            x = tf.placeholder(tf.float32)
            a, b, c = get("he_normal"), deserialize(config), get("mine")
                      ^^^               ^^^^^^^^^^^          ^^^
            """,
            """
            from tensorflow.compat.v1 import keras

            class Layer:
                def __init__(self, init="glorot_uniform"):
                    self.init = keras.initializers.get(init)
                                ^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.keras.initializers.get("zeros")
            """,
            """
            import tensorflow as tf

            tf.random.set_seed(1)
            init = tf.keras.initializers.get(name)
            """,
            """
            from keras import initializers

            init = initializers.get(name)
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.keras.initializers.get(name)
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
    )
)
