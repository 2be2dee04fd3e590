"""IC101: a random instance that initializes several variables."""

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.syntax.scope_visitor import FUNCTIONS
from tf_initcompat.source.uses import Use

#: Calls that pass an initializer on to all variables that are made inside.
_PASSING_ON: Final = frozenset({"variable_scope", "arg_scope", "variable_op_scope", "partial", "make_template"})
#: Number of lines that a message names.
_LINES: Final = 4


def applies_to(symbol: Symbol) -> bool:
    """Return whether calls of an instance return different values, or may do so."""
    return symbol.is_random or symbol.looks_up


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the places at which an instance is used more than once."""
    if use.call is None or not file.is_random(use):
        return
    parent = file.parent(use.call)
    if isinstance(parent, FUNCTIONS) and use.call in (*parent.args.defaults, *parent.args.kw_defaults):
        yield "a default is one instance for all calls of the function"
    elif passing_on := _passing_on(use.call, file):
        yield f"{passing_on} passes the instance to every variable inside"
    else:
        yield from repeated_reads(use.call, file)


def repeated_reads(
    call: ast.Call,
    file: FileContext,
    counted: Callable[[list[ast.expr]], list[ast.expr]] = list,
    is_repeated: bool = True,
) -> Iterator[str]:
    """Yield why an instance that is assigned to a name, an attribute or an option is used more than once.

    Args:
      call: The call that makes the instance.
      file: Its file.
      counted: Returns those of the reads that count.
      is_repeated: Whether a method that reads an attribute of `self` may run more than once.
    """
    holder = _outermost_dict(call, file)
    statement = file.parent(holder)
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
            reads = counted(_reads(target, call, file))
            is_once = not is_repeated and isinstance(target, ast.Attribute)
            yield from _repetitions(target, call, reads, is_once, file)


def _passing_on(node: ast.expr, file: FileContext) -> str:
    """Return the name of the call that passes an argument on to all variables inside, or ""."""
    parent = file.parent(node)
    holder = file.parent(parent) if isinstance(parent, ast.keyword) else parent
    name = last_component(holder.func) if isinstance(holder, ast.Call) else ""
    return name if name in _PASSING_ON else ""


def _outermost_dict(node: ast.expr, file: FileContext) -> ast.expr:
    """Return the dict that holds an expression, as an option for `**options`; the expression itself if none does."""
    parent = file.parent(node)
    outer = file.parent(parent) if isinstance(parent, ast.keyword) else parent
    is_dict = isinstance(outer, ast.Dict) or (isinstance(outer, ast.Call) and last_component(outer.func) == "dict")
    return _outermost_dict(outer, file) if is_dict and isinstance(outer, ast.expr) else node


def _reads(target: ast.expr, call: ast.Call, file: FileContext) -> list[ast.expr]:
    """Return the places that read what is assigned to a target."""
    reads: Sequence[ast.expr] = []
    if isinstance(target, ast.Name):
        scope = file.names.scope_of[call].find(target.id)
        reads = file.names.loads(target.id, scope) if scope else []
        if scope is not None and isinstance(scope.node, ast.ClassDef):
            reads = [*reads, *_attribute_reads(target.id, scope.node, file)]
    elif isinstance(target, ast.Attribute):
        reads = file.attribute_reads(target)
    return [read for read in reads if file.parent(read) not in file.fact(_descriptions)]


def _repetitions(
    target: ast.expr, call: ast.Call, reads: Sequence[ast.expr], is_once: bool, file: FileContext
) -> Iterator[str]:
    """Yield why what is assigned to a target is used more than once."""
    if isinstance(target, ast.Name):
        scope = file.names.scope_of[call].find(target.id)
        if scope is file.names.module_scope and file.source.is_imported(target.id):
            yield f"other files import {target.id}"
            return
    if not reads:
        return
    name, line = ast.unparse(target), reads[0].lineno
    if len(reads) > 1:
        lines = ", ".join(str(read.lineno) for read in reads[:_LINES]) + (", ..." if len(reads) > _LINES else "")
        yield f"{name} is used {len(reads)} times (lines {lines})"
    elif file.loop_around(reads[0]) not in (None, file.loop_around(call)):
        yield f"{name} is used in a loop (line {line})"
    elif passing_on := _passing_on(reads[0], file):
        yield f"{passing_on} passes {name} to every variable inside (line {line})"
    elif not is_once and file.function_around(reads[0]) not in (None, file.function_around(call)):
        yield f"{name} is used in a function, which can run more than once (line {line})"


def _descriptions(file: FileContext) -> set[ast.AST]:
    """Return the calls that return the configuration of an initializer and do not call it."""
    return {use.call for use in file.uses if use.call is not None and use.symbol is not None and use.symbol.describes}


def _attribute_reads(name: str, owner: ast.ClassDef, file: FileContext) -> list[ast.Attribute]:
    """Return the places that read a name of a class body as an attribute of the class or of its instances."""
    owners = ("self", "cls", owner.name)
    return [
        node
        for node in file.names.nodes_of(ast.Attribute)
        if node.attr == name and isinstance(node.ctx, ast.Load) and last_component(node.value) in owners
    ]


RULE: Final = register(
    Rule(
        code="IC101",
        name="shared-instance",
        level="warning",
        summary="A random instance initializes several variables",
        since="0.1.0",
        what_it_does="""
            Finds instances of random initializers that are used more than once: through a name, an attribute or a dict
            of options, in a loop, in a function that does not make the instance itself, as the default of a parameter,
            or through `tf.variable_scope(initializer=...)` and `slim.arg_scope`.
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

            class Layer(Base):
                def start(self):
                    self.init = tf.initializers.he_normal()
                                ^^^^^^^^^^^^^^^^^^^^^^^^^
                    return dense(self.init)

            class Middle(Layer):
                pass

            class Wide(Middle):
                def build(self):
                    return dense(self.init)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            layers = [dense(x, init) for x in inputs]
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.keras.initializers.get(name)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^
            first = dense(x, init)
            second = dense(first, init)
            """,
            """
            import tensorflow.compat.v1 as tf

            INIT = tf.random_normal_initializer()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            def dense(x):
                return tf.get_variable("w", [3], initializer=INIT)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            with tf.variable_scope("x", initializer=init):
                pass
            """,
            """
            import tensorflow.compat.v1 as tf

            with tf.variable_op_scope([x], "x", initializer=tf.random_normal_initializer()):
                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                pass
            """,
            """
            import tensorflow.compat.v1 as tf

            layer = tf.make_template("layer", dense, init=tf.random_normal_initializer())
                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import functools
            import tensorflow.compat.v1 as tf

            dense = functools.partial(tf.layers.dense, kernel_initializer=tf.random_normal_initializer())
                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf
            import tf_slim as slim

            with slim.arg_scope([slim.conv2d], weights_initializer=tf.random_normal_initializer()):
                                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                pass
            """,
            """
            import tensorflow.compat.v1 as tf

            class Model:
                init = tf.random_normal_initializer()
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                def first(self):
                    return dense(self.init)

                def second(self):
                    return dense(Model.init)
            """,
            """
            import tensorflow.compat.v1 as tf

            options = dict(units=3, kernel_initializer=tf.random_normal_initializer())
                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            for x in inputs:
                tf.layers.dense(x, **options)
            """,
            """
            import tensorflow.compat.v1 as tf

            options = {"kernel_initializer": tf.random_normal_initializer()}
                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            first = tf.layers.dense(x, 3, **options)
            second = tf.layers.dense(first, 3, **options)
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
            """
            import tensorflow.compat.v1 as tf

            trunc_normal = lambda stddev: tf.truncated_normal_initializer(0.0, stddev)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer()
            config = tf.keras.initializers.serialize(init)
            x = dense(x, init)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.keras.initializers.get("zeros")
            first = dense(x, init)
            second = dense(first, init)
            """,
            """
            import tensorflow.compat.v1 as tf

            class First:
                def build(self):
                    self.init = tf.random_normal_initializer()
                    return dense(self.init)

            class Second:
                def build(self):
                    return dense(self.init)
            """,
            """
            import tensorflow.compat.v1 as tf

            def dense(x):
                init = tf.random_normal_initializer()
                options = {"initializer": init}
                return tf.get_variable("w", [3], **options)
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
