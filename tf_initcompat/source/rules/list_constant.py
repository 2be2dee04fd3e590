"""IC107: a constant initializer with more than one value."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the values are given."""
    return symbol.parameter("value") is not None


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield a value that is not a number."""
    arguments = file.arguments(use)
    if arguments is not None and not isinstance(arguments.values.get("value", 0), (int, float, bool)):
        yield f"value={ast.unparse(arguments.given['value'])}"


RULE: Final = register(
    Rule(
        code="IC107",
        name="list-constant",
        level="warning",
        summary="A constant with more than one value",
        since="0.1.0",
        what_it_does="""
            Finds constant initializers whose value is not a number: lists, arrays, and variables that may be one.
            """,
        why_is_this_bad="""
            The legacy constant initializer reshapes its values to the shape of the variable, row by row. A length that
            does not fit raises a TypeError. Keras 3 broadcasts the values, or fails.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer([1, 2])
                   ^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer(value=weights)
                   ^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer(1)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer(-0.5)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer()
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.constant_initializer([1, 2])
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
    )
)
