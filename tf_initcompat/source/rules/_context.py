"""Analyses of a file that detectors share: names, arguments, loops and consumers."""

import ast
import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar, cast

from tf_initcompat.catalog import namespaces, symbols
from tf_initcompat.catalog.symbols import Distribution
from tf_initcompat.source.project.modules import Project
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax import literals, values
from tf_initcompat.source.syntax.names import Candidates, Names
from tf_initcompat.source.syntax.text import Text
from tf_initcompat.source.uses import Form, Status, Use, find

if TYPE_CHECKING:
    from tf_initcompat.source.uses.consumers import Consumer, Consumers

_LOOPS: Final = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_T = TypeVar("_T")


def is_legacy_expression(use: Use) -> bool:
    """Return whether a use is an expression that stands for a legacy symbol: no import, no string, no config.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> file = rules.read("from tensorflow.compat.v1 import zeros_initializer; zeros_initializer()")
      >>> [(use.form.name, is_legacy_expression(use)) for use in file.uses]
      [('IMPORT', False), ('CALL', True)]
    """
    return use.status is Status.LEGACY and use.form.is_name and use.form is not Form.IMPORT


def is_passed_on(use: Use) -> bool:
    """Return whether a use is a class or function that is called elsewhere.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> file = rules.read("import tensorflow.compat.v1 as tf; f(tf.zeros_initializer); tf.ones_initializer()")
      >>> [(use.name, is_passed_on(use)) for use in file.uses]
      [('zeros_initializer', True), ('ones_initializer', False)]
    """
    return use.form in (Form.REFERENCE, Form.DEFAULT, Form.PARTIAL)


def _may_name_random(value: object) -> bool:
    """Return whether a literal may name a random initializer of Keras; None stands for no initializer."""
    match = namespaces.lookup(f"tensorflow.compat.v1.keras.initializers.{value}")
    return value is not None and (match is None or symbols.by_name()[match.name].is_random)


def read(code: str) -> "FileContext":
    """Return the context of a program, to try a detector.

    Args:
      code: The program.

    Raises:
      SourceError: If it is not Python 3.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> file = rules.read("import tensorflow.compat.v1 as tf; tf.zeros_initializer()")
      >>> list(rules.with_code("IC001").detect(file.uses[0], file))
      ['replace tensorflow.compat.v1.zeros_initializer by tf_initcompat.zeros_initializer']
    """
    return FileContext(SourceFile(Text(code), Project(()), None))


class FileContext:
    """A file, for detectors.

    Args:
      source: The file.

    Attributes:
      source: The file.
      uses: Its uses of legacy initializers.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> file = rules.read("import tensorflow.compat.v1 as tf; tf.constant_initializer(42, dtype=tf.float16)")
      >>> file.arguments(file.uses[0]).values
      {'value': 42, 'dtype': 'float16'}
    """

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.uses = find(source)
        self._arguments: dict[ast.Call, literals.Arguments] = {}
        self._facts: dict[Callable[[FileContext], object], object] = {}

    @property
    def names(self) -> Names:
        """Scopes and nodes of the file."""
        return self.source.names

    def fact(self, function: "Callable[[FileContext], _T]") -> _T:
        """Return the value of a function of the file, which is computed once."""
        if function not in self._facts:
            self._facts[function] = function(self)
        return cast("_T", self._facts[function])

    def arguments(self, use: Use) -> literals.Arguments | None:
        """Return the arguments of the call in which a use makes an initializer, or None without a call."""
        if use.call is None:
            return None
        if use.call not in self._arguments:
            symbol = use.symbol
            if symbol is None:
                return None
            self._arguments[use.call] = literals.read(use.call, symbol, self.names)
        return self._arguments[use.call]

    def is_random(self, use: Use) -> bool:
        """Return whether a use makes an initializer that is random, or that may be, if it is looked up.

        Examples:
          >>> from tf_initcompat.source import rules
          >>> file = rules.read("import tensorflow.compat.v1 as tf; f(tf.keras.initializers.get('zeros'))")
          >>> file.is_random(file.uses[0])
          False
        """
        symbol, arguments = use.symbol, self.arguments(use)
        if symbol is None or not symbol.looks_up:
            return symbol is not None and symbol.is_random
        named = arguments.given.get(symbol.parameters[0].name) if arguments else None
        return named is None or any(
            not isinstance(source, ast.Constant) or _may_name_random(source.value)
            for source in values.sources(named, self.names)
        )

    def consumers(self, use: Use) -> "Sequence[Consumer]":
        """Return what makes a tensor with the initializer of a use; nothing if any of it is unknown."""
        symbol = use.symbol
        assert symbol is not None  # a legacy use
        if use.call is not None:
            return self._consumers.of(use.call, through_names=symbol.distribution is Distribution.CONSTANT)
        if not symbol.is_class_without_parameters or not isinstance(use.node, ast.expr):
            return []
        # get_variable and layers make an instance of a class.
        return [consumer for consumer in self._consumers.of(use.node) if consumer.makes_variable]

    @functools.cached_property
    def _consumers(self) -> "Consumers":
        from tf_initcompat.source.uses.consumers import Consumers  # late, since `scan` does not need it

        return Consumers(self.source)

    def resolve(self, node: ast.expr) -> Candidates:
        """Return the qualified names that an expression can stand for in this file alone."""
        return self.names.resolve(node)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node around a node."""
        return self.names.parents.get(node)

    def loop_around(self, node: ast.AST) -> ast.AST | None:
        """Return the innermost loop or comprehension around a node."""
        return next((outer for outer in self.names.ancestors(node) if isinstance(outer, _LOOPS)), None)

    def function_around(self, node: ast.AST) -> ast.AST | None:
        """Return the innermost function around a node."""
        return self.names.function_around(node)

    def attribute_reads(self, target: ast.Attribute) -> list[ast.expr]:
        """Return the places at which an attribute of the same object is read, such as `self.init`."""
        return self.names.reads_like(target)
