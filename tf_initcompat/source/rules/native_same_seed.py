"""IC303: the same seed in several native initializers."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Found, Rule, register


def detect_file(file: FileContext) -> Iterator[Found]:
    """Yield the second and further initializers of one function that are written alike, with a seed."""
    first: dict[tuple[ast.AST | None, str], int] = {}
    for use in file.native_uses:
        arguments = file.arguments(use)
        seed = arguments.given.get("seed") if arguments and file.is_random(use) else None
        layer = _layer(use.call, file)
        if use.call is None or layer is None or not isinstance(seed, ast.Constant) or seed.value is None:
            continue
        key = file.function_around(use.call), f"{ast.unparse(use.call)} of {_size(layer)}"
        if key in first:
            message = (
                f"the layer in line {first[key]} starts from the same values, by the same seed={ast.unparse(seed)}"
            )
            yield Found(use.node, use.call, use.name, message)
        first.setdefault(key, use.call.lineno)


def _layer(call: ast.Call | None, file: FileContext) -> ast.Call | None:
    """Return the call of the layer that an instance is an argument of."""
    parent = file.parent(call) if call is not None else None
    holder = file.parent(parent) if isinstance(parent, ast.keyword) else None
    return holder if isinstance(holder, ast.Call) else None


def _size(layer: ast.Call) -> str:
    """Return what decides the shape of the weights: the layer and its positional arguments."""
    return ast.unparse(ast.Call(layer.func, layer.args, []))


RULE: Final = register(
    Rule(
        code="IC303",
        name="native-same-seed",
        level="warning",
        summary="Layers start from the same values by the same seed",
        since="0.1.0",
        what_it_does="""
            Finds layers of one kind and size in one function whose initializers of Keras are written alike, with the
            same fixed seed.
            """,
        why_is_this_bad="""
            The seed decides the values: weights of one shape start identical, and learn the same where their inputs are
            the same. Give each initializer a seed of its own, or call `keras.utils.set_random_seed` once and leave the
            seeds out.
            """,
        bad=(
            """
            import keras
            from keras.initializers import HeNormal

            query = keras.layers.Dense(64, kernel_initializer=HeNormal(seed=1))(x)
            key = keras.layers.Dense(64, kernel_initializer=HeNormal(seed=1))(x)
                                                            ^^^^^^^^
            """,
        ),
        good=(
            """
            import keras
            from keras.initializers import HeNormal

            query = keras.layers.Dense(64, kernel_initializer=HeNormal(seed=1))(x)
            key = keras.layers.Dense(64, kernel_initializer=HeNormal(seed=2))(x)
            value = keras.layers.Dense(32, kernel_initializer=HeNormal(seed=1))(x)
            """,
        ),
        use_instead="""
            import keras
            from keras.initializers import HeNormal

            query = keras.layers.Dense(64, kernel_initializer=HeNormal(seed=1))(x)
            key = keras.layers.Dense(64, kernel_initializer=HeNormal(seed=2))(x)
            """,
        is_fixed=False,
        detect_file=detect_file,
        is_opt_in=True,
    )
)
