"""IC301: one native random instance for several weights."""

import ast
import functools
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Found, Rule, register, shared_instance

_INITIALIZER: Final = "initializer"


def detect_file(file: FileContext) -> Iterator[Found]:
    """Yield the instances that initialize several weights."""
    for use in file.native_uses:
        if use.call is None or not file.is_random(use):
            continue
        counted = functools.partial(_counted, file=file)
        # Keras runs the methods that make weights once.
        for message in shared_instance.repeated_reads(use.call, file, counted, is_repeated=False):
            yield Found(use.node, use.call, use.name, f"{message}; it returns the same values each time")


def _counted(reads: list[ast.expr], file: FileContext) -> list[ast.expr]:
    """Return the reads that make tensors in one run of the code."""
    counted: list[ast.expr] = []
    for read in sorted(filter(functools.partial(_makes_tensor, file=file), reads), key=lambda read: read.lineno):
        if not counted or any(_run_together(other, read, file) for other in counted):
            counted.append(read)
    return counted


def _makes_tensor(read: ast.expr, file: FileContext) -> bool:
    """Return whether a read calls the instance or passes it as an initializer."""
    parent = file.parent(read)
    if isinstance(parent, ast.Call):
        return parent.func is read
    return isinstance(parent, ast.keyword) and parent.arg is not None and parent.arg.endswith(_INITIALIZER)


def _run_together(first: ast.expr, second: ast.expr, file: FileContext) -> bool:
    """Return whether code that runs one expression can run a later one too: no branch and no `return` excludes it."""
    of_first = [first, *file.names.ancestors(first)]
    of_second = [second, *file.names.ancestors(second)]
    common = next(node for node in of_first if node in of_second)
    if any(isinstance(node, ast.Return) for node in of_first[: of_first.index(common)]):
        return False
    is_branch = isinstance(common, (ast.If, ast.IfExp))
    return not is_branch or _arm(common, of_first) == _arm(common, of_second)


def _arm(branch: ast.AST, inside: list[ast.AST]) -> bool:
    """Return whether a node is in the `else` of a branch."""
    assert isinstance(branch, (ast.If, ast.IfExp))
    child = inside[inside.index(branch) - 1]
    return child in branch.orelse if isinstance(branch, ast.If) else child is branch.orelse


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
