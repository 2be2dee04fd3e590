"""IC104: an initializer of a variable that may be partitioned."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.project.tree import Effect
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.syntax.names import UNKNOWN
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the shards of a partitioned variable differ, or depend on the full shape."""
    return symbol.is_random or symbol.uses_full_shape


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the line that makes a partitioner, in the file of the use."""
    line = file.fact(_first_line)
    if line:
        yield f"line {line} makes a partitioner"


def detect_obstacle(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the place in the tree that makes a partitioner."""
    message = next(detect(use, file), "")
    if message:
        yield message
    elif origin := file.source.origin(Effect.PARTITIONER):
        yield f"{origin} makes a partitioner"


def _first_line(file: FileContext) -> int:
    """Return the first line that makes or passes a partitioner, or 0."""
    calls: list[ast.Call] = file.names.nodes_of(ast.Call)
    attributes: list[ast.Attribute] = file.names.nodes_of(ast.Attribute)
    lines = [call.lineno for call in calls if _passes_partitioner(call)]
    lines += [
        node.lineno for node in attributes if node.attr.endswith("_partitioner") and file.resolve(node) != UNKNOWN
    ]
    return min(lines, default=0)


def _passes_partitioner(call: ast.Call) -> bool:
    return any(keyword.arg == "partitioner" and not _is_none(keyword.value) for keyword in call.keywords)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


RULE: Final = register(
    Rule(
        code="IC104",
        name="partition",
        level="warning",
        summary="Native initializers do not know that a variable is partitioned",
        since="0.1.0",
        what_it_does="""
            Finds initializers in files that make or pass a partitioner. `migrate --to native` also looks in the other
            files of the tree.
            """,
        why_is_this_bad="""
            For a partitioned variable, the legacy initializer uses the fan of the full shape, and its shards differ. A
            native initializer uses the fan of the shard, so that the scale is too large by the square root of the
            number of shards. All its shards are identical.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            partitioner = tf.fixed_size_partitioner(3)
            init = tf.initializers.he_normal()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            tf.get_variable("x", partitioner=p, initializer=tf.initializers.he_normal())
                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            tf.get_variable("x", partitioner=None, initializer=tf.initializers.he_normal())
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf
            import tf_initcompat

            partitioner = tf.fixed_size_partitioner(3)
            init = tf_initcompat.initializers.he_normal()
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
        detect_obstacle=detect_obstacle,
    )
)
