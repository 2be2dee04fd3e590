"""IC121: an initializer whose distribution no native initializer samples."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether no native initializer samples the distribution."""
    return symbol.distribution is not None and not symbol.has_native_counterpart


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the distribution."""
    assert use.symbol is not None
    assert use.symbol.distribution is not None
    yield f"Keras has no initializer for an {use.symbol.distribution.value.title}"


RULE: Final = register(
    Rule(
        code="IC121",
        name="no-native-initializer",
        level="warning",
        summary="No native initializer samples this distribution",
        since="0.1.0",
        what_it_does="""
            Finds the initializers of `tf.contrib.framework`, which make the kernels of orthogonal convolutions.
            """,
        why_is_this_bad="""
            `tf.keras.initializers.Orthogonal` makes the flattened kernel an orthogonal matrix. The convolution then
            changes the norm of its input, and deep networks without normalization may not train.
            """,
        bad=(
            """
            import tensorflow as tf

            init = tf.contrib.framework.convolutional_orthogonal_2d(gain=2.0)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            from tensorflow.python.ops import init_ops

            init = init_ops.ConvolutionDeltaOrthogonal()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.orthogonal_initializer()
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.contrib.framework.convolutional_orthogonal_2d(gain=2.0)
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.IMPOSSIBLE,
    )
)
