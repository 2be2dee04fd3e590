"""IC304: a dtype in the constructor of a native initializer."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Found, Rule, register


def detect_file(file: FileContext) -> Iterator[Found]:
    """Yield the constructors with a dtype."""
    for use in file.native_uses:
        keywords = use.call.keywords if use.call is not None else []
        for keyword in keywords:
            if keyword.arg == "dtype":
                message = (
                    f"the constructor gets dtype={ast.unparse(keyword.value)}; Keras takes a dtype in the call only"
                )
                yield Found(use.node, use.call, use.name, message)


RULE: Final = register(
    Rule(
        code="IC304",
        name="native-dtype",
        level="error",
        summary="Constructors of Keras take no dtype",
        since="0.1.0",
        what_it_does="""
            Finds `dtype` in the constructors of Keras' own initializers.
            """,
        why_is_this_bad="""
            The constructors of TensorFlow 1 took a dtype. Those of Keras raise a TypeError. The variable decides the
            dtype; give it to the call where there is none.
            """,
        bad=(
            """
            import keras

            init = keras.initializers.HeNormal(dtype="float16")
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import keras

            w = keras.initializers.HeNormal()((3, 4), dtype="float16")
            """,
        ),
        use_instead="""
            import keras

            init = keras.initializers.HeNormal()
            """,
        is_fixed=False,
        detect_file=detect_file,
        is_opt_in=True,
    )
)
