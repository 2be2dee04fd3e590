"""IC106: an initializer that makes integers."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.syntax import literals
from tf_initcompat.source.uses import Use

_INTEGERS: Final = ("int", "uint", "bool")
_FLOATS: Final = ("float", "bfloat")


def applies_to(symbol: Symbol) -> bool:
    """Return whether legacy integers may differ from native ones. Zeros and ones are the same."""
    return symbol.takes_integers and (symbol.is_random or symbol.parameter("value") is not None)


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield an integer dtype of a random initializer."""
    symbol, arguments = use.symbol, file.arguments(use)
    if symbol is None or not symbol.is_random or arguments is None:
        return
    dtype = arguments.values.get("dtype")
    if isinstance(dtype, str) and dtype.startswith(_INTEGERS):
        text = f"dtype={ast.unparse(arguments.given['dtype'])}"
        yield f"{text} makes integers; native initializers do not sample integers"


def detect_obstacle(use: Use, file: FileContext) -> Iterator[str]:
    """Yield integer dtypes of the initializer or of a tensor that it makes."""
    yield from detect(use, file)
    symbol, arguments = use.symbol, file.arguments(use)
    value = arguments.values.get("value", 0) if arguments is not None else 0
    if symbol is None or (not symbol.is_random and isinstance(value, int)):
        return  # an integer is the same constant in every dtype
    for consumer in file.consumers(use):
        if consumer.dtype is None:
            continue
        dtype = literals.value(consumer.dtype, file.names)
        if dtype is literals.OPAQUE or not str(dtype).startswith(_FLOATS):
            yield f"dtype={ast.unparse(consumer.dtype)} may be an integer type"


RULE: Final = register(
    Rule(
        code="IC106",
        name="integer-dtype",
        level="warning",
        summary="Native initializers do not sample integers",
        since="0.1.0",
        what_it_does="""
            Finds uniform initializers with an integer dtype. `migrate --to native` also finds constants that are not
            integers, if the tensor may be of an integer type.
            """,
        why_is_this_bad="""
            The legacy uniform initializer samples integers. Native initializers of Keras 3 sample floating-point values
            only.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_uniform_initializer(0, 9, dtype=tf.int32)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_uniform_initializer(0, 9, dtype=tf.float64)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.zeros_initializer(dtype=tf.int32)
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf
            import tf_initcompat

            init = tf_initcompat.random_uniform_initializer(0, 9, dtype=tf.int32)
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
        detect_obstacle=detect_obstacle,
    )
)
