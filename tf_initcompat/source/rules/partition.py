"""IC104: an initializer of a variable that may be partitioned."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.project.tree import Effect
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.syntax.names import UNKNOWN
from tf_initcompat.source.uses import Use
from tf_initcompat.source.uses.partitioned import Partitioned


def applies_to(symbol: Symbol) -> bool:
    """Return whether the shards of a partitioned variable differ, or depend on the full shape."""
    return symbol.is_random or symbol.uses_full_shape


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the line that gives a partitioner to a variable of the use."""
    node = use.call or use.node
    line = file.fact(_partitioned).line(node) if isinstance(node, ast.expr) else 0
    if line:
        yield f"its variable is partitioned (line {line})"


def detect_obstacle(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the place in the tree that makes a partitioner."""
    message = next(detect(use, file), "")
    line = file.fact(_first_line)
    if message:
        yield message
    elif line:
        yield f"line {line} makes a partitioner"
    elif origin := file.source.origin(Effect.PARTITIONER):
        yield f"{origin} makes a partitioner"


def _partitioned(file: FileContext) -> Partitioned:
    return Partitioned(file.names)


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
            Finds initializers of variables that get a partitioner: in the call that makes the variable, from a scope
            around it, or by a function that passes the initializer on. `migrate --to native` asks whether any file of
            the tree makes a partitioner.
            """,
        why_is_this_bad="""
            For a partitioned variable, the legacy initializer uses the fan of the full shape, and its shards differ. A
            native initializer uses the fan of the shard, so that the scale is too large by the square root of the
            number of shards. All its shards are identical.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.initializers.he_normal()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^
            x = tf.get_variable("x", [9, 3], initializer=init, partitioner=tf.fixed_size_partitioner(3))
            """,
            """
            import tensorflow.compat.v1 as tf

            def table(name, init):
                return tf.get_variable(name, [9, 3], initializer=init)

            with tf.variable_scope("model", partitioner=partitioner):
                table("x", tf.initializers.he_normal())
                           ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            def layer(x, init=tf.glorot_uniform_initializer()):
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                return tf.layers.dense(x, 3, kernel_initializer=init)

            def model(x):
                with tf.variable_scope("model", partitioner=partitioner):
                    return layer(x)
            """,
            """
            import tensorflow.compat.v1 as tf

            class Table:
                def __init__(self):
                    self.init = tf.random_normal_initializer()
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                def build(self, x):
                    options = {"initializer": self.init, "partitioner": partitioner}
                    return tf.get_variable("x", [9, 3], **options)
            """,
            """
            import tensorflow.compat.v1 as tf

            def normal(stddev):
                return tf.random_normal_initializer(stddev=stddev)
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            uniform = lambda: tf.random_uniform_initializer()
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            tf.get_variable("x", [9, 3], initializer=normal(0.1), partitioner=partitioner)
            tf.get_variable("y", [9, 3], initializer=uniform(), partitioner=partitioner)
            """,
            """
            import tensorflow.compat.v1 as tf

            options = dict(initializer=tf.initializers.he_normal(), partitioner=partitioner)
                                       ^^^^^^^^^^^^^^^^^^^^^^^^^
            tf.get_variable("x", [9, 3], **options)
            """,
            """
            import tensorflow.compat.v1 as tf

            initializers["w"] = tf.random_normal_initializer()
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            x = tf.get_variable("x", [9, 3], initializer=initializers["w"], partitioner=partitioner)
            """,
            """
            import tensorflow.compat.v1 as tf

            def dense(x):
                tf.get_variable_scope().set_partitioner(partitioner)
                return tf.layers.dense(x, 3, kernel_initializer=tf.initializers.he_normal())
                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            with tf.variable_scope("x", initializer=tf.glorot_normal_initializer()):
                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                tf.get_variable("x", [9, 3], partitioner=partitioner)
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
            """
            import tensorflow.compat.v1 as tf

            x = tf.get_variable("x", [9, 3], partitioner=tf.fixed_size_partitioner(3), initializer=init)
            y = tf.get_variable("y", [9, 3], initializer=tf.initializers.he_normal())
            """,
            """
            import tensorflow.compat.v1 as tf

            def dense(x):
                tf.get_variable_scope().set_partitioner(None)
                return tf.layers.dense(x, 3, kernel_initializer=tf.initializers.he_normal())
            """,
            """
            import tensorflow.compat.v1 as tf

            def dense(x, init, partitioner=None):
                return tf.layers.dense(x, 3, kernel_initializer=init, partitioner=partitioner)
            y = dense(x, tf.initializers.he_normal())
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf
            import tf_initcompat

            init = tf_initcompat.initializers.he_normal()
            x = tf.get_variable("x", [9, 3], initializer=init, partitioner=tf.fixed_size_partitioner(3))
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
        detect_obstacle=detect_obstacle,
    )
)
