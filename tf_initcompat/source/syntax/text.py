"""Python source text: its syntax tree, positions in it, and edits that keep every other character."""

import ast
import bisect
import functools
import itertools
import re
import warnings
from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

#: Node of the syntax tree that has a position.
Located: TypeAlias = ast.expr | ast.stmt | ast.alias

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_CONTINUATION: Final = re.compile(rb"[\x80-\xbf]")
#: Error of code nested more deeply than Python compiles or a recursive visitor can follow.
TOO_DEEP: Final = "is nested too deeply"

#: Beginnings of the messages for code of Python 2.
_PYTHON_2_ERRORS: Final = (
    "Missing parentheses in call to",
    "inconsistent use of tabs",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals",
)
_PYTHON_2_HINT: Final = "; convert Python 2 first: pip install fissix, then python -m fissix -w -n FILE"


class SourceError(Exception):
    """A file that cannot be read as Python. It is reported and left unchanged."""


class Place(NamedTuple):
    """A position in a file, as a reader counts.

    Attributes:
      line: Line, counted from 1; in a notebook, the line of the cell.
      cell: Number of the notebook's cell, counted from 1; 0 in other files.
    """

    line: int
    cell: int = 0


class Edit(NamedTuple):
    """Replacement of the characters from `start` to `end`."""

    start: int
    end: int
    replacement: str


class _Line:
    """A line of a text.

    Args:
      number: Number of the line, counted from 1.
      content: The line without its line end.
    """

    def __init__(self, number: int, content: str) -> None:
        self.number, self.content = number, content

    @functools.cached_property
    def continuations(self) -> list[int]:
        """The positions of the bytes of UTF-8 that do not begin a character."""
        return [match.start() for match in _CONTINUATION.finditer(self.content.encode("utf-8", "surrogatepass"))]


class Text:
    """The text of a Python file, with its syntax tree.

    Args:
      text: The characters, with their line ends.
      magics: Lines of a notebook that are not Python, such as `%time tf.Session()`.

    Attributes:
      text: The characters.
      magics: Lines of a notebook that are not Python.
      tree: The syntax tree.

    Raises:
      SourceError: If the text is not Python 3.
    """

    def __init__(self, text: str, magics: str = "") -> None:
        self.text, self.magics = text, magics
        #: The line that was read last: a long line is read for each of its nodes.
        self._last = _Line(0, "")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes in the user's strings
                self.tree = ast.parse(text)
        except SyntaxError as error:
            hint = _PYTHON_2_HINT if error.msg.startswith(_PYTHON_2_ERRORS) else ""
            line = f" (line {error.lineno})" if error.lineno else ""  # unknown for a null byte
            raise SourceError(f"does not parse: {error.msg}{line}{hint}") from error
        except ValueError as error:  # a null byte, in some versions of Python
            raise SourceError(f"does not parse: {error}") from error
        except (RecursionError, MemoryError) as error:
            raise SourceError(TOO_DEEP) from error

    @functools.cached_property
    def _starts(self) -> list[int]:
        """Index of the first character of each line."""
        if "\r" in self.text:
            return [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        lengths = [len(line) + 1 for line in self.text.split("\n")]
        return list(itertools.accumulate(lengths[:-1], initial=0))

    @property
    def newline(self) -> str:
        """The line end of the first line."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    def line(self, number: int) -> str:
        """Return a line, counted from 1, without its line end."""
        if not 0 < number <= len(self._starts):
            return ""
        if number != self._last.number:
            end = self._starts[number] if number < len(self._starts) else len(self.text)
            self._last = _Line(number, self.text[self._starts[number - 1] : end].rstrip("\r\n"))
        return self._last.content

    def offset(self, line: int, column: int) -> int:
        """Return the index of the character at a position of the syntax tree, whose columns count bytes of UTF-8."""
        content = self.line(line)
        if not content.isascii():
            column -= bisect.bisect_left(self._last.continuations, column)
        return self._starts[line - 1] + column

    def line_start(self, line: int) -> int:
        """Return the index of the first character of a line; past the last line, the length of the text."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def column(self, line: int, column: int) -> int:
        """Return the column in characters, counted from 0, of a position of the syntax tree."""
        return self.offset(line, column) - self._starts[line - 1]

    def span(self, node: Located) -> tuple[int, int]:
        """Return the indices of the start and the end of a node."""
        assert node.end_lineno is not None, "the parser sets the end of each node"
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def start(self, node: Located) -> int:
        """Return the index of the start of a node."""
        return self.offset(node.lineno, node.col_offset)

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the text after edits."""
        return edited(self.text, edits)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text after edits.

    Args:
      text: The text.
      edits: Edits in any order; equal ones count once.

    Raises:
      AssertionError: If two edits overlap, which is a bug of the caller.

    Examples:
      >>> edited("x = zeros()", [Edit(4, 9, "ones"), Edit(0, 1, "y")])
      'y = ones()'
    """
    parts: list[str] = []
    position = 0
    for start, end, replacement in sorted(set(edits)):
        assert start >= position, "edits overlap"
        parts += [text[position:start], replacement]
        position = end
    return "".join(parts) + text[position:]


def added_lines(text: str, edits: Iterable[Edit], position: int) -> int:
    r"""Return how many lines edits add to a text before a position.

    Examples:
      >>> added_lines("import a\nb\n", [Edit(0, 8, "import c\nimport d")], 9)
      1
    """
    added = 0
    for edit in set(edits):
        if edit.end <= position:
            added += len(_LINE_END.findall(edit.replacement)) - len(_LINE_END.findall(text[edit.start : edit.end]))
        elif edit.start < position:  # an expression that moves with its neighbours
            added -= len(_LINE_END.findall(text[edit.start : position]))
    return added


def check_compiles(text: str) -> None:
    """Check that Python compiles a rewritten text, so that no broken file is written.

    Raises:
      SourceError: If it does not compile.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in the user's strings
            compile(text, "<rewritten>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise SourceError(f"does not compile: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise SourceError(TOO_DEEP) from error
