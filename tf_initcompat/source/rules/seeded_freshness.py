"""IC102: a random initializer with a seed."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the values depend on a seed."""
    return symbol.is_random


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the seed."""
    arguments = file.arguments(use)
    if arguments is not None and arguments.values.get("seed") is not None:
        yield f"with seed={ast.unparse(arguments.given['seed'])}, a native initializer repeats its values in each call"


RULE: Final = register(
    Rule(
        code="IC102",
        name="seeded-freshness",
        level="warning",
        summary="A seed has another meaning for native initializers",
        since="0.1.0",
        what_it_does="""
            Finds random initializers that get a seed.
            """,
        why_is_this_bad="""
            A legacy initializer with a seed still returns new values in each eager call, which follow the global seed.
            A native one with a seed returns the same values in each call.

            The wrapper repeats its values exactly where the legacy initializer does.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.glorot_uniform_initializer(seed=1)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer(0.0, 1.0, seed)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.glorot_uniform_initializer(seed=None)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer(0.0, 1.0)
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.glorot_uniform_initializer(seed=1)
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
    )
)
