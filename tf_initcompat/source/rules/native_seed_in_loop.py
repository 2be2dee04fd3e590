"""IC302: a native initializer with the same seed in each round of a loop."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Found, Rule, register
from tf_initcompat.source.syntax.scope_visitor import FUNCTIONS


def detect_file(file: FileContext) -> Iterator[Found]:
    """Yield the seeded instances in loops."""
    for use in file.native_uses:
        arguments = file.arguments(use)
        seed = arguments.given.get("seed") if arguments and file.is_random(use) else None
        if use.call is None or seed is None or not isinstance(seed, ast.Constant) or seed.value is None:
            continue
        loop = file.loop_around(use.call)
        if loop is not None and _function(use.call, file) is _function(loop, file) and _is_passed(use.call, file):
            message = (
                f"each round of the loop in line {_line(loop)} makes the same values, with seed={ast.unparse(seed)}"
            )
            yield Found(use.node, use.call, use.name, message)


def _function(node: ast.AST, file: FileContext) -> ast.AST | None:
    return node if isinstance(node, FUNCTIONS) else file.function_around(node)


def _is_passed(call: ast.Call, file: FileContext) -> bool:
    """Return whether an instance is an argument of a call."""
    return isinstance(file.parent(call), (ast.keyword, ast.Call))


def _line(loop: ast.AST) -> int:
    assert isinstance(loop, (ast.stmt, ast.expr))
    return loop.lineno


RULE: Final = register(
    Rule(
        code="IC302",
        name="native-seed-in-loop",
        level="warning",
        summary="Each round of a loop starts from the same values",
        since="0.1.0",
        what_it_does="""
            Finds instances of Keras' own random initializers with a fixed seed that a loop or a comprehension makes.
            """,
        why_is_this_bad="""
            The seed decides the values, so that the layers of one shape start identical. Make the seed depend on the
            round, or call `keras.utils.set_random_seed` once and leave the seeds out.
            """,
        bad=(
            """
            import keras

            for size in (64, 64):
                x = keras.layers.Dense(size, kernel_initializer=keras.initializers.HeNormal(seed=1))(x)
                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import keras

            for number in range(4):
                x = keras.layers.Dense(64, kernel_initializer=keras.initializers.HeNormal(seed=number))(x)
            """,
            """
            import keras

            for number in range(4):
                x = keras.layers.Dense(64, kernel_initializer=keras.initializers.HeNormal())(x)
            """,
        ),
        use_instead="""
            import keras

            keras.utils.set_random_seed(1)
            for size in (64, 64):
                x = keras.layers.Dense(size, kernel_initializer=keras.initializers.HeNormal())(x)
            """,
        is_fixed=False,
        detect_file=detect_file,
        is_opt_in=True,
    )
)
