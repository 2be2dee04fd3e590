"""IC201: a variable without a named initializer whose counterpart in Keras has other initial values."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.rules._default_text import described, joined, title
from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.defaults import Kind


def detect_creation(creation: Creation, file: FileContext) -> Iterator[str]:
    """Yield the initial values of the variables, and those of Keras' layer."""
    found = [default for default in file.defaults(creation) if default.kind is Kind.DIFFERENT]
    if found:
        natives = joined(creation, ((_end(default.weight.variable), default.weight.native) for default in found))
        layer = f"Keras' {creation.creator.counterpart}"
        yield f"{title(creation)} initializes {described(creation, found)}; {layer} initializes {natives}"


def _end(variable: str) -> str:
    """Return the last part of the name of a variable, which Keras uses as well."""
    return variable.rpartition("/")[2]


RULE: Final = register(
    Rule(
        code="IC201",
        name="default-differs",
        level="note",
        summary="No initializer is named, and Keras' layer has another default",
        since="0.1.0",
        what_it_does="""
            Finds layers, cells and columns that create variables without a named initializer, if the layer of Keras
            that replaces them initializes these weights differently.
            """,
        why_is_this_bad="""
            Nothing in the code shows the distribution, so that a rewrite to Keras changes it silently. A cell of
            TensorFlow 1 has one kernel for inputs and state together, and its glorot_uniform depends on the sizes of
            both; Keras has two kernels, the second one orthogonal. Name the initializer in the new layer if Keras
            has the same distribution: in the example, the limit of the one kernel for both parts.

            `tf-initcompat explain tf.nn.rnn_cell.LSTMCell` prints the defaults of a callable.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            cell = tf.nn.rnn_cell.LSTMCell(128)
                   ^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow as tf

            column = tf.feature_column.embedding_column(ids, 32)
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            tf.placeholder(tf.float32)
            """,
            """
            from tensorflow.contrib import layers

            x = layers.embed_sequence(ids, 1000, 32)
                ^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            x = tf.layers.dense(x, 128)
            """,
            """
            import tensorflow as tf

            layer = tf.keras.layers.LSTM(128)
            """,
        ),
        use_instead="""
            import tensorflow as tf

            limit = (6 / (inputs + 128 + 4 * 128)) ** 0.5
            init = tf.keras.initializers.RandomUniform(-limit, limit)
            layer = tf.keras.layers.LSTM(128, kernel_initializer=init, recurrent_initializer=init)
            """,
        is_fixed=False,
        detect_creation=detect_creation,
    )
)
