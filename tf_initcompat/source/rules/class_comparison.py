"""IC117: a comparison with the class of an initializer."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, NativeCode, Rule, is_legacy_expression, register
from tf_initcompat.source.uses import Form, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield that the class is compared."""
    is_base = use.symbol is not None and use.symbol.is_base_class
    if use.form is Form.COMPARISON and is_legacy_expression(use) and not is_base:
        yield "objects that are made by another name are not instances of the class"


RULE: Final = register(
    Rule(
        code="IC117",
        name="class-comparison",
        level="warning",
        summary="A comparison with the class of an initializer",
        since="0.1.0",
        what_it_does="""
            Finds `isinstance`, `issubclass` and comparisons with a legacy class.
            """,
        why_is_this_bad="""
            An object that is made by another name, such as the native class, is not an instance of the wrapper.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            is_zero = isinstance(x, tf.zeros_initializer)
                                    ^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            x is tf.zeros_initializer
                 ^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            isinstance(x, tf.keras.initializers.Initializer)
            """,
            """
            import tensorflow.compat.v1 as tf

            tf.zeros_initializer(x)
            """,
        ),
        use_instead="""
            import tf_initcompat

            is_zero = isinstance(x, tf_initcompat.zeros_initializer)
            """,
        detect=detect,
        native=NativeCode.DIFFERS,
    )
)
