"""Python source text: decoding, the syntax tree, and edits by position that keep every other character."""

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterable
from typing import Final, NamedTuple

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
#: Error of code nested more deeply than Python compiles or a recursive visitor can follow.
TOO_DEEP: Final = "is nested too deeply"


class SourceError(Exception):
    """A file that cannot be read as Python. It is reported and left unchanged."""


class Edit(NamedTuple):
    """Replacement of the characters from `start` to `end`."""

    start: int
    end: int
    replacement: str


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
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes in the user's strings
                self.tree = ast.parse(text)
        except SyntaxError as error:
            raise SourceError(f"does not parse: {error.msg} (line {error.lineno})") from error
        except ValueError as error:  # a null byte, in some versions of Python
            raise SourceError(f"does not parse: {error}") from error
        except (RecursionError, MemoryError) as error:
            raise SourceError(TOO_DEEP) from error

    @property
    def newline(self) -> str:
        """The line end of the first line."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    def line(self, number: int) -> str:
        """Return a line, counted from 1, without its line end."""
        if not 0 < number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")

    def offset(self, line: int, column: int) -> int:
        """Return the index of the character at a position of the syntax tree, whose columns count bytes of UTF-8."""
        content = self.line(line)
        if not content.isascii():
            column = len(content.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))
        return self._starts[line - 1] + column

    def line_start(self, line: int) -> int:
        """Return the index of the first character of a line; past the last line, the length of the text."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def column(self, line: int, column: int) -> int:
        """Return the column in characters, counted from 0, of a position of the syntax tree."""
        return self.offset(line, column) - self._starts[line - 1]

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return the indices of the start and the end of a node."""
        start = self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        return start, self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

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
    parts, position = [], 0
    for start, end, replacement in sorted(set(edits)):
        assert start >= position, "edits overlap"
        parts += [text[position:start], replacement]
        position = end
    return "".join(parts) + text[position:]


class Encoded(NamedTuple):
    """A decoded file, with what it takes to encode it again.

    Attributes:
      text: The characters, with their line ends.
      encoding: Name of the encoding.
      bom: Whether the file begins with the byte order mark of UTF-8.
    """

    text: str
    encoding: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """Return another text in the encoding of this file."""
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)


def decode(content: bytes) -> Encoded:
    """Decode a Python file as Python does.

    Args:
      content: Bytes of the file.

    Returns:
      The text, which encodes to the same bytes again.

    Raises:
      SourceError: If the bytes do not match the declared encoding, or UTF-8 if none is declared.
    """
    bom = content.startswith(codecs.BOM_UTF8)
    try:
        lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        encoding = tokenize.detect_encoding(io.BytesIO(lines).readline)[0]
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        text = content.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise SourceError(f"cannot be decoded: {error}") from error
    encoded = Encoded(text, encoding, bom)
    try:
        is_faithful = encoded.encode(text) == content
    except UnicodeError:
        is_faithful = False
    if not is_faithful:
        raise SourceError(f"cannot be written back in its encoding, {encoding}")
    return encoded


def from_text(text: str) -> Encoded:
    """Return text that was decoded already. It is encoded as UTF-8, whatever encoding it declares.

    Args:
      text: The characters; a byte order mark in front of them is kept.

    Raises:
      SourceError: If the text contains lone surrogates.
    """
    utf8(text)
    mark = codecs.BOM_UTF8.decode("utf-8")
    return Encoded(text.removeprefix(mark), "utf-8", text.startswith(mark))


def utf8(text: str) -> bytes:
    """Return text encoded as UTF-8.

    Raises:
      SourceError: If the text contains lone surrogates.
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SourceError(f"cannot be encoded: {error}") from error
