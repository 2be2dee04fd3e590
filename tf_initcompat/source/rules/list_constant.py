"""IC107: a constant initializer with more than one value."""

import ast
import enum
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.rules import FileContext, NativeCode, Rule, register
from tf_initcompat.source.syntax import literals, values
from tf_initcompat.source.syntax.names import Names, last_component
from tf_initcompat.source.uses import Use


def applies_to(symbol: Symbol) -> bool:
    """Return whether the values are given."""
    return symbol.parameter("value") is not None


class _Kind(enum.Enum):
    """Kind of a value, as far as the file shows it."""

    NUMBER = enum.auto()
    LIST = enum.auto()
    UNKNOWN = enum.auto()


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield a value that is or may be more than one number."""
    arguments = file.arguments(use)
    if arguments is None or "value" not in arguments.given:
        return
    value = arguments.given["value"]
    kinds = _Kinds(file.names).of(value)
    if _Kind.LIST in kinds:
        yield f"value={ast.unparse(value)}"
    elif _Kind.UNKNOWN in kinds:
        yield f"value={ast.unparse(value)} may be a list"


def detect_obstacle(use: Use, file: FileContext) -> Iterator[str]:
    """Yield a value that is not a number, or that is known only at run time."""
    arguments = file.arguments(use)
    if arguments is not None and not isinstance(arguments.values.get("value", 0), (int, float, bool)):
        yield f"value={ast.unparse(arguments.given['value'])}"


class _Kinds:
    """Finds the kinds of value that expressions of a file can have.

    Args:
      names: Names of the file.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._seen: set[ast.AST | None] = set()  # an assignment such as x = x + 1 refers to itself

    def of(self, node: ast.expr) -> set[_Kind]:
        """Return the kinds of value that an expression can have."""
        kinds: set[_Kind] = set()
        for source in values.sources(node, self._names):
            if source not in self._seen:
                self._seen.add(source)
                kinds |= self._of_source(source)
                self._seen.remove(source)
        return kinds

    def _of_source(self, node: ast.expr | ast.arg | None) -> set[_Kind]:
        if node is None:
            return {_Kind.UNKNOWN}
        if isinstance(node, ast.arg):
            return {_Kind.NUMBER if last_component(node.annotation) in ("int", "float") else _Kind.UNKNOWN}
        value = literals.value(node, self._names)
        if value is None:
            return set()  # the default of a parameter, which the program replaces
        if value is not literals.OPAQUE:
            return {_Kind.NUMBER if isinstance(value, (int, float, bool)) else _Kind.LIST}
        match node:
            case ast.List() | ast.Tuple() | ast.ListComp():
                return {_Kind.LIST}
            case ast.Compare():
                return {_Kind.NUMBER}
            case ast.UnaryOp():
                return self.of(node.operand)
            case ast.BoolOp():
                return {kind for operand in node.values for kind in self.of(operand)}
            case ast.BinOp():  # a list times a number is a list, and NumPy's arrays spread as well
                kinds = self.of(node.left) | self.of(node.right)
                return kinds - {_Kind.NUMBER} if len(kinds) > 1 else kinds
            case ast.Call():
                return self._of_call(node)
            case _:
                return {_Kind.UNKNOWN}

    def _of_call(self, call: ast.Call) -> set[_Kind]:
        """Return the kinds of what a call returns: a number, or an array of NumPy."""
        if literals.makes_number(call.func, self._names):
            return {_Kind.NUMBER}
        if literals.is_elementwise(call.func, self._names):
            return {kind for argument in call.args for kind in self.of(argument)}
        is_numpy = any((qualified or "").startswith("numpy.") for qualified in self._names.resolve(call.func))
        return {_Kind.LIST if is_numpy else _Kind.UNKNOWN}


RULE: Final = register(
    Rule(
        code="IC107",
        name="list-constant",
        level="warning",
        summary="A constant with more than one value",
        since="0.1.0",
        what_it_does="""
            Finds constant initializers whose value is not a number: lists, arrays, and expressions that may be one. A
            name is followed to its assignments in the file, a parameter to its default and to the calls in the file.
            """,
        why_is_this_bad="""
            The legacy constant initializer reshapes its values to the shape of the variable, row by row. A length that
            does not fit raises a TypeError. Keras 3 broadcasts the values, or fails.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer([1, 2])
                   ^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer(value=weights)
                   ^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import numpy as np
            import tensorflow.compat.v1 as tf

            centers = np.linspace(0.0, 1.0, 8)
            init = tf.constant_initializer(2 * centers)
                   ^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            def bias(value=0.1):
                return tf.constant_initializer(value)
                       ^^^^^^^^^^^^^^^^^^^^^^^
            first, second = bias(), bias([0.1, 0.2])
            """,
            """
            import tensorflow.compat.v1 as tf

            class Layer:
                def __init__(self, bias):
                    self.bias = bias

                def build(self):
                    return tf.constant_initializer(self.bias)
                           ^^^^^^^^^^^^^^^^^^^^^^^
            layer = Layer(bias=[1.0, 2.0])
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer(1)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer(-0.5)
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.constant_initializer()
            """,
            """
            import tensorflow.compat.v1 as tf

            BIAS = 0.1
            if scaled:
                BIAS = BIAS * 2
            init = tf.constant_initializer(BIAS)
            scaled = tf.constant_initializer(-BIAS / 2)
            """,
            """
            import tensorflow.compat.v1 as tf

            def bias(value=0.1):
                return tf.constant_initializer(value)
            """,
            """
            import tensorflow.compat.v1 as tf

            def bias(value=None):
                return tf.constant_initializer(value)
            first, second = bias(0.1), bias(value=1 if wide else 2)
            """,
            """
            import tensorflow.compat.v1 as tf

            def bias(value: float, count):
                return tf.constant_initializer(value), tf.constant_initializer(float(count))
            """,
            """
            import math
            import numpy as np
            import tensorflow.compat.v1 as tf

            class Layer:
                def __init__(self, prior=0.01):
                    self.bias = -np.log((1 - prior) / prior)

                def build(self):
                    return tf.constant_initializer(self.bias), tf.constant_initializer(math.sqrt(self.bias))
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.constant_initializer([1, 2])
            """,
        detect=detect,
        applies_to=applies_to,
        native=NativeCode.DIFFERS,
        detect_obstacle=detect_obstacle,
    )
)
