"""Outcomes of replacing one use."""

import ast
from typing import NamedTuple

from tf_initcompat.source.rewrite.imports import NewImport
from tf_initcompat.source.rules import Problem
from tf_initcompat.source.syntax.text import Edit


class Replacement(NamedTuple):
    """A use that is replaced.

    Attributes:
      edits: Edits of the text.
      removed: Nodes that the edits remove: the names inside are not read any more.
      new_import: Import that the new code needs.
      read_name: Name of the module that the new code reads, so that its import has to stay.
    """

    edits: tuple[Edit, ...]
    removed: tuple[ast.AST, ...]
    new_import: NewImport | None = None
    read_name: str = ""


class NotConverted(NamedTuple):
    """A use that becomes a wrapper instead of a native initializer.

    Attributes:
      reasons: Problems of native code in this place.
      wrapper: Replacement by the wrapper; None if the import statement of the name is replaced instead.
    """

    reasons: tuple[Problem, ...]
    wrapper: Replacement | None


class Refused(NamedTuple):
    """A use that is left alone.

    Attributes:
      reason: The reason, in one line.
    """

    reason: str


Outcome = Replacement | NotConverted | Refused
