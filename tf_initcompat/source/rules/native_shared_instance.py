"""IC301: one native random instance for several weights."""

import ast
import functools
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Found, Rule, register, shared_instance
from tf_initcompat.source.syntax.scope_visitor import FUNCTIONS

_INITIALIZER: Final = "initializer"


def detect_file(file: FileContext) -> Iterator[Found]:
    """Yield the instances that initialize several weights."""
    for use in file.native_uses:
        if use.call is None or not file.is_random(use):
            continue
        if _is_used_default(use.call, file):
            message = "a default is one instance for all calls of the function; it returns the same values each time"
            yield Found(use.node, use.call, use.name, message)
        counted = functools.partial(_counted, call=use.call, file=file)
        # Keras runs the methods that make weights once.
        for message in shared_instance.repeated_reads(use.call, file, counted, is_repeated=False):
            yield Found(use.node, use.call, use.name, f"{message}; it returns the same values each time")


def _is_used_default(call: ast.Call, file: FileContext) -> bool:
    """Return whether an instance is the default of a parameter with which the function makes tensors."""
    function = file.parent(call)
    if not isinstance(function, FUNCTIONS):
        return False
    positional = [*function.args.posonlyargs, *function.args.args]
    pairs = [*zip(reversed(positional), reversed(function.args.defaults), strict=False)]
    pairs += [
        (name, value) for name, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True) if value
    ]
    names = [parameter.arg for parameter, default in pairs if default is call]
    return any(
        _makes_tensor(read, file)
        for name in names
        for read in file.names.reads(name)
        if file.function_around(read) is function
    )


def _counted(reads: list[ast.expr], call: ast.Call, file: FileContext) -> list[ast.expr]:
    """Return the reads of an instance that make tensors in one run of the code."""
    counted: list[ast.expr] = []
    making = [read for read in reads if _makes_tensor(read, file) and not _reads_another(read, call, file)]
    for read in sorted(making, key=lambda read: read.lineno):
        if not counted or any(_run_together(other, read, file) for other in counted):
            counted.append(read)
    return counted


def _makes_tensor(read: ast.expr, file: FileContext) -> bool:
    """Return whether a read calls the instance or passes it as an initializer."""
    parent = file.parent(read)
    if isinstance(parent, ast.Call):
        return parent.func is read
    # Without a name, it is `**options`.
    return isinstance(parent, ast.keyword) and (parent.arg is None or parent.arg.endswith(_INITIALIZER))


def _reads_another(read: ast.expr, call: ast.Call, file: FileContext) -> bool:
    """Return whether a name stands for another instance where it is read, by the assignments before it."""
    if file.function_around(read) is not file.function_around(call) or file.loop_around(read) is not None:
        return False
    if read.lineno < call.lineno:
        return True
    around = [*file.names.ancestors(read)]
    others = [binding.value for binding in file.names.bindings(read) if binding.value is not None]
    return any(call.lineno < other.lineno < read.lineno and _block(other, file) in around for other in others)


def _block(value: ast.expr, file: FileContext) -> ast.AST | None:
    """Return the statement or the module in which an assignment is."""
    statement = file.parent(value)
    return file.parent(statement) if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None


def _run_together(first: ast.expr, second: ast.expr, file: FileContext) -> bool:
    """Return whether code that runs one expression can run a later one too: no branch and no `return` excludes it."""
    of_first = [first, *file.names.ancestors(first)]
    of_second = [second, *file.names.ancestors(second)]
    common = next(node for node in of_first if node in of_second)
    if any(isinstance(node, ast.Return) for node in of_first[: of_first.index(common)]):
        return False
    return _arm(common, of_first) == _arm(common, of_second)


def _arm(branch: ast.AST, inside: list[ast.AST]) -> object:
    """Return which of the parts of a branch a node is in, of which only one runs; None where all run."""
    child = inside[inside.index(branch) - 1]
    match branch:
        case ast.If():
            return child in branch.orelse
        case ast.IfExp():
            return child is branch.orelse
        case ast.Try() | ast.Match():
            return child if isinstance(child, (ast.ExceptHandler, ast.match_case)) else None
        case _:
            return None


RULE: Final = register(
    Rule(
        code="IC301",
        name="native-shared-instance",
        level="warning",
        summary="One instance of Keras initializes several weights",
        since="0.1.0",
        what_it_does="""
            Finds instances of Keras' own random initializers that initialize several weights: through a name, an
            attribute, in a loop, or in a function that does not make the instance itself.
            """,
        why_is_this_bad="""
            An instance of Keras has one seed and returns the same values in each call, so that weights of one shape
            start identical and learn the same. Keras 3 gives no warning. Make an instance for each weight, or pass the
            name of the initializer as a string.
            """,
        bad=(
            """
            import keras

            init = keras.initializers.HeNormal()
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^
            query = keras.layers.Dense(64, kernel_initializer=init)
            key = keras.layers.Dense(64, kernel_initializer=init)
            """,
            """
            from tensorflow.keras import initializers, layers

            init = initializers.RandomNormal(stddev=0.02)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^
            towers = [layers.Dense(64, kernel_initializer=init) for _ in range(4)]
            """,
        ),
        good=(
            """
            import keras

            init = keras.initializers.Zeros()
            query = keras.layers.Dense(64, kernel_initializer=init)
            key = keras.layers.Dense(64, kernel_initializer=init)
            """,
            """
            import keras

            init = keras.initializers.HeNormal()
            query = keras.layers.Dense(64, kernel_initializer=init.clone())
            key = keras.layers.Dense(64, kernel_initializer=init.clone())
            """,
            """
            import keras

            query = keras.layers.Dense(64, kernel_initializer=keras.initializers.HeNormal())
            key = keras.layers.Dense(64, kernel_initializer=keras.initializers.HeNormal())
            """,
            """
            import keras

            def build(kind):
                init = keras.initializers.HeNormal()
                if kind == "wide":
                    return keras.layers.Dense(64, kernel_initializer=init)
                if kind == "deep":
                    layer = keras.layers.Conv1D(64, 3, kernel_initializer=init)
                else:
                    layer = keras.layers.Conv2D(64, 3, kernel_initializer=init)
                return layer
            """,
        ),
        use_instead="""
            import keras

            query = keras.layers.Dense(64, kernel_initializer=keras.initializers.HeNormal())
            key = keras.layers.Dense(64, kernel_initializer=keras.initializers.HeNormal())
            """,
        is_fixed=False,
        detect_file=detect_file,
        is_opt_in=True,
    )
)
