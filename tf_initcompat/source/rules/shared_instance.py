"""IC101: a random instance that initializes several variables."""

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.uses import Use

#: Calls that pass an initializer on to all variables that are made inside.
_PASSING_ON: Final = frozenset({"variable_scope", "arg_scope", "variable_op_scope", "partial", "make_template"})
#: Number of lines that a message names.
_LINES: Final = 4


def applies_to(symbol: Symbol) -> bool:
    """Return whether calls of an instance return different values."""
    return symbol.is_random


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the places at which an instance is used more than once."""
    if use.call is None:
        return
    parent = file.parent(use.call)
    holder = file.parent(parent) if isinstance(parent, ast.keyword) else parent
    if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.arguments)):
        yield "a default is one instance for all calls of the function"
    elif isinstance(holder, ast.Call) and (name := ast.unparse(holder.func).rpartition(".")[2]) in _PASSING_ON:
        yield f"{name} passes the instance to every variable inside"
    elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
        for target in parent.targets if isinstance(parent, ast.Assign) else [parent.target]:
            yield from _reads(target, use.call, file)


def _reads(target: ast.expr, call: ast.Call, file: FileContext) -> Iterator[str]:
    """Yield why what is assigned to a target is used more than once."""
    reads: Sequence[ast.expr] = []
    if isinstance(target, ast.Name):
        scope = file.names.scope_of[call].find(target.id)
        reads = file.names.loads(target.id, scope) if scope else []
        if scope is file.names.module_scope and file.source.is_imported(target.id):
            yield f"other files import {target.id}"
            return
    elif isinstance(target, ast.Attribute):
        reads = file.attribute_reads(target)
    if len(reads) > 1:
        lines = ", ".join(str(read.lineno) for read in reads[:_LINES]) + (", ..." if len(reads) > _LINES else "")
        yield f"{ast.unparse(target)} is used {len(reads)} times (lines {lines})"
    elif reads and file.loop_around(reads[0]) not in (None, file.loop_around(call)):
        yield f"{ast.unparse(target)} is used in a loop (line {reads[0].lineno})"


RULE: Final = register(
    Rule(
        code="IC101",
        name="shared-instance",
        level="warning",
        summary="A random instance initializes several variables",
        since="0.1.0",
        what_it_does="""
            Finds instances of random initializers that are used more than once: through a name or an attribute, in a
            loop, as the default of a parameter, or through `tf.variable_scope(initializer=...)` and `slim.arg_scope`.
            """,
        why_is_this_bad="""
            A legacy initializer returns new values in each call. A native one returns the same values again, so that
            layers of one shape start identical. This is the most common accident of a migration.

            Use the wrapper, or make an instance for each variable.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.glorot_uniform_initializer()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            first = dense(x, init)
            second = dense(first, init)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.initializers.he_normal()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^
            for size in sizes:
                x = dense(x, size, init)
            """,
            """
            import tensorflow.compat.v1 as tf

            def dense(x, init=tf.truncated_normal_initializer(stddev=0.1)):
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                pass
            """,
            """
            import tensorflow.compat.v1 as tf

            with tf.variable_scope("x", initializer=tf.glorot_normal_initializer()):
                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                pass
            """,
            """
            import tensorflow.compat.v1 as tf

            class Model:
                def __init__(self):
                    self.init = tf.initializers.he_normal()
                                ^^^^^^^^^^^^^^^^^^^^^^^^^

                def build(self):
                    return dense(self.init), dense(self.init)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            layers = [dense(x, init) for x in inputs]
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.glorot_uniform_initializer()
            x = dense(x, init)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.zeros_initializer()
            first = dense(x, init)
            second = dense(first, init)
            """,
            """
            import tensorflow.compat.v1 as tf

            for size in sizes:
                init = tf.initializers.he_normal()
                x = dense(x, size, init)
            """,
            """
            import tensorflow.compat.v1 as tf

            first = dense(x, tf.glorot_uniform_initializer())
            second = dense(first, tf.glorot_uniform_initializer())
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.glorot_uniform_initializer()
            first = dense(x, init)
            second = dense(first, init)
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
        error_messages=("is unseeded and being called multiple times",),
    )
)
