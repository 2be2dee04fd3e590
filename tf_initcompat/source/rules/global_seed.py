"""IC103: a random initializer in a program that sets the global seed."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.project.tree import Effect
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use

_SETTERS: Final = ("set_random_seed", "set_seed")


def applies_to(symbol: Symbol) -> bool:
    """Return whether the values depend on a seed."""
    return symbol.is_random


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the line that sets the global seed, in the file of the use."""
    line = file.fact(_first_line)
    if line:
        yield f"line {line} sets the global seed"


def detect_obstacle(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the place in the tree that sets the global seed."""
    message = next(detect(use, file), "")
    if message:
        yield message
    elif origin := file.source.origin(Effect.GLOBAL_SEED):
        yield f"{origin} sets a global seed"


def _first_line(file: FileContext) -> int:
    """Return the first line that sets the global seed, or 0."""
    nodes: list[ast.Attribute] = file.names.nodes_of(ast.Attribute)
    return min((node.lineno for node in nodes if _sets_global_seed(node, file)), default=0)


def _sets_global_seed(node: ast.Attribute, file: FileContext) -> bool:
    if node.attr not in _SETTERS:
        return False
    names = [name for name in file.resolve(node) if name is not None]
    return any(name.startswith("tensorflow.") and ".keras." not in name for name in names)


RULE: Final = register(
    Rule(
        code="IC103",
        name="global-seed",
        level="warning",
        summary="Native initializers do not follow TensorFlow's global seed",
        since="0.1.0",
        what_it_does="""
            Finds random initializers in files that call `tf.set_random_seed` or `tf.random.set_seed`. `migrate --to
            native` also looks in the other files of the tree.
            """,
        why_is_this_bad="""
            The global seed makes legacy initializers reproducible. Native initializers of Keras 3 follow only
            `keras.utils.set_random_seed`: the program would start from other weights in every run.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            tf.set_random_seed(1)
            init = tf.initializers.he_normal()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            tf.random.set_random_seed(1)
            tf.initializers.he_normal()
            ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            np.set_random_seed(1)
            tf.initializers.he_normal()
            """,
            """
            import tensorflow.compat.v1 as tf

            tf.set_random_seed(1)
            tf.zeros_initializer()
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf
            import tf_initcompat

            tf.set_random_seed(1)
            init = tf_initcompat.initializers.he_normal()
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
        detect_obstacle=detect_obstacle,
    )
)
