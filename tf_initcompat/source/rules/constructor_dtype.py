"""IC105: a dtype in the constructor."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.project.tree import Effect
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, is_legacy_expression, register
from tf_initcompat.source.syntax import literals
from tf_initcompat.source.uses import Use

_DEFAULT: Final = "float32"


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield a dtype that is not the default."""
    arguments = file.arguments(use) if is_legacy_expression(use) else None
    dtype = arguments.values.get("dtype", _DEFAULT) if arguments is not None else _DEFAULT
    if arguments is not None and dtype != _DEFAULT:
        text = f"the constructor gets dtype={ast.unparse(arguments.given['dtype'])}"
        may_be = ", which may not be float32" if dtype is literals.OPAQUE else ""
        yield f"{text}{may_be}; Keras 3 takes a dtype in the call only"


def detect_obstacle(use: Use, file: FileContext) -> Iterator[str]:
    """Yield a dtype that native code would lose."""
    consumers = file.consumers(use)
    # The rewriter moves the dtype to the call of the instance. A variable gives its own dtype.
    if not consumers or any(
        not consumer.makes_variable and consumer.dtype is None and consumer.call.func is not use.call
        for consumer in consumers
    ):
        yield from detect(use, file)
    for consumer in consumers:
        if not consumer.makes_variable and consumer.dtype is None:
            origin = file.source.origin(Effect.DEFAULT_DTYPE)
            if origin:
                yield f"{origin} sets the default dtype of Keras"


RULE: Final = register(
    Rule(
        code="IC105",
        name="constructor-dtype",
        level="warning",
        summary="A dtype in the constructor",
        since="0.1.0",
        what_it_does="""
            Finds initializers that get a dtype other than float32 in the constructor.
            """,
        why_is_this_bad="""
            Native initializers take a dtype in the call only. In the constructor it raises a TypeError. Without it,
            `init(shape)` returns float32.

            `migrate --to native` moves the dtype to the call where it sees the call.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.zeros_initializer(dtype=tf.float64)
                   ^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.zeros_initializer(dtype=self.dtype)
                   ^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.zeros_initializer(tf.int32)
                   ^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.zeros_initializer(dtype=tf.float32)
            """,
            """
            import tensorflow.compat.v1 as tf

            w = tf.zeros_initializer()(shape, tf.float64)
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf
            import tf_initcompat

            init = tf_initcompat.zeros_initializer(dtype=tf.float64)
            """,
        detect=detect,
        native=NativeCode.DIFFERS,
        detect_obstacle=detect_obstacle,
        error_messages=("unexpected keyword argument 'dtype'", "no longer have the dtype argument in the constructor"),
    )
)
