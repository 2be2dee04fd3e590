"""Analyses of a file that detectors share: names, arguments, loops and consumers."""

import ast
import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from tf_initcompat.catalog import namespaces, symbols
from tf_initcompat.catalog.symbols import Distribution
from tf_initcompat.source.project.modules import Project
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax import literals, values
from tf_initcompat.source.syntax.names import Candidates, Names
from tf_initcompat.source.syntax.scope_visitor import LOOPS
from tf_initcompat.source.syntax.text import Text
from tf_initcompat.source.uses import Form, Status, Use, creations, find, natives
from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.defaults import Default, Defaults

if TYPE_CHECKING:
    from tf_initcompat.source.uses.consumers import Consumer
    from tf_initcompat.source.uses.flow import Flow

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
      may_use: Whether the file may use legacy initializers; if not, they are not looked for.

    Attributes:
      source: The file.
      uses: Its uses of legacy initializers.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> file = rules.read("import tensorflow.compat.v1 as tf; tf.constant_initializer(42, dtype=tf.float16)")
      >>> file.arguments(file.uses[0]).values
      {'value': 42, 'dtype': 'float16'}
    """

    def __init__(self, source: SourceFile, *, may_use: bool = True) -> None:
        self.source = source
        self.uses = find(source) if may_use else ()
        self._arguments: dict[ast.Call, literals.Arguments] = {}
        self._flows: dict[bool, Flow] = {}
        self._consumers: dict[ast.AST, Sequence[Consumer]] = {}
        self._defaults_of: dict[tuple[ast.expr, str], tuple[Default, ...]] = {}
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

    @functools.cached_property
    def native_uses(self) -> Sequence[Use]:
        """The calls that make Keras' own initializers."""
        return tuple(natives.find(self.source))

    @functools.cached_property
    def creations(self) -> Sequence[Creation]:
        """The callables that create variables, where they are called or passed on, in the order of the file."""
        return tuple(sorted(creations.find(self.source), key=_place))

    def defaults(self, creation: Creation) -> Sequence[Default]:
        """Return the initial values of the variables of a call that names no initializer.

        Examples:
          >>> from tf_initcompat.source import rules
          >>> file = rules.read("import tensorflow.compat.v1 as tf; tf.get_variable('w', [3, 4])")
          >>> [default.text for default in file.defaults(file.creations[0])]
          ['glorot_uniform']
        """
        key = creation.node, creation.name
        if key not in self._defaults_of:
            self._defaults_of[key] = tuple(self._defaults.of(creation))
        return self._defaults_of[key]

    @functools.cached_property
    def _defaults(self) -> Defaults:
        return Defaults(self.source)

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
        """Return what makes tensors with the initializer of a use; nothing if any of it is unknown.

        A random initializer has one consumer for each instance: calls of a native one return the same values again.
        """
        if use.node not in self._consumers:
            self._consumers[use.node] = self._followed(use)
        return self._consumers[use.node]

    def is_number(self, node: ast.expr) -> bool:
        """Return whether an expression is a number, by all values that the tree gives its names."""
        from tf_initcompat.source.uses import numbers  # late, since only `migrate --to native` needs it
        from tf_initcompat.source.uses.definitions import Definitions
        from tf_initcompat.source.uses.value import UnknownError

        try:
            return numbers.is_number(node, self.source, Definitions(self.source).files_with)
        except UnknownError:
            return False

    def _followed(self, use: Use) -> "Sequence[Consumer]":
        from tf_initcompat.source.uses.flow import Flow  # late, since only `migrate --to native` needs it

        symbol = use.symbol
        assert symbol is not None  # a legacy use
        is_repeatable = symbol.distribution is Distribution.CONSTANT
        if is_repeatable not in self._flows:
            self._flows[is_repeatable] = Flow(self.source, is_repeatable)
        flow = self._flows[is_repeatable]
        if use.call is not None:
            return flow.consumers(use.call)
        if not symbol.is_class_without_parameters or not isinstance(use.node, ast.expr):
            return []
        return flow.consumers(use.node, is_class=True)

    def resolve(self, node: ast.expr) -> Candidates:
        """Return the qualified names that an expression can stand for in this file alone."""
        return self.names.resolve(node)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node around a node."""
        return self.names.parents.get(node)

    def loop_around(self, node: ast.AST) -> ast.AST | None:
        """Return the innermost loop or comprehension around a node."""
        return next((outer for outer in self.names.ancestors(node) if isinstance(outer, LOOPS)), None)

    def function_around(self, node: ast.AST) -> ast.AST | None:
        """Return the innermost function around a node."""
        return self.names.function_around(node)

    def attribute_reads(self, target: ast.Attribute) -> list[ast.expr]:
        """Return the places at which an attribute of the same object is read, such as `self.init`."""
        return self.names.reads_like(target)


def _place(creation: Creation) -> tuple[int, int]:
    return creation.node.lineno, creation.node.col_offset
