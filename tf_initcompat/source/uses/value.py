"""An initializer on its way through a tree, and the error for what the tree does not show."""

import ast
from typing import NamedTuple

from tf_initcompat.source.project.source_file import SourceFile


class UnknownError(Exception):
    """Something that the tree does not show."""


class Value(NamedTuple):
    """An expression that stands for the initializer, or for something that contains it.

    Attributes:
      node: The expression.
      file: Its file.
      keys: Keys of the dicts around the initializer, the outermost first; None is a key that is no literal.
      is_class: Whether it is the class of the initializer and not an instance.
      is_new: Whether each run of the expression makes another instance.
    """

    node: ast.expr
    file: SourceFile
    keys: tuple[str | None, ...] = ()
    is_class: bool = False
    is_new: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the expression is the initializer itself."""
        return not self.keys
