"""A Python source text: its bytes, its syntax tree, and edits by position that leave every other character alone."""

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterable
from typing import Final, NamedTuple

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
#: Deeper nesting than Python itself can compile ends a recursive visitor too.
TOO_DEEP: Final = "is nested too deeply"


class SourceError(Exception):
    """A file that cannot be read as Python, so that it is reported and left alone."""


class Edit(NamedTuple):
    """Replaces the characters from `start` to `end`."""

    start: int
    end: int
    replacement: str


class Text:
    """The text of a Python file.

    Args:
      text: Its characters, with the line ends that it has.
      unseen: Code that belongs to it and is not Python: the magics of a notebook.

    Raises:
      SourceError: If it is not Python 3.
    """

    def __init__(self, text: str, unseen: str = "") -> None:
        self.text, self.unseen = text, unseen
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of invalid escapes in the user's strings
                self.tree = ast.parse(text)
        except SyntaxError as error:
            raise SourceError(f"does not parse: {error.msg} (line {error.lineno})") from error
        except ValueError as error:  # a null byte, on some Pythons
            raise SourceError(f"does not parse: {error}") from error
        except (RecursionError, MemoryError) as error:
            raise SourceError(TOO_DEEP) from error

    @property
    def newline(self) -> str:
        """The line end of the text: that of its first line."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    def line(self, number: int) -> str:
        """Returns a line, counted from one, without its end."""
        if not 0 < number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")

    def offset(self, line: int, column: int) -> int:
        """Returns the index of the character at a position of the syntax tree, whose columns count bytes of UTF-8."""
        content = self.line(line)
        if not content.isascii():
            column = len(content.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))
        return self._starts[line - 1] + column

    def line_start(self, line: int) -> int:
        """Returns the index at which a line begins; after the last line, the end of the text."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def column(self, line: int, column: int) -> int:
        """Returns the column in characters, from zero, of a position of the syntax tree."""
        return self.offset(line, column) - self._starts[line - 1]

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Returns the indices at which a node of the tree begins and ends."""
        start = self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        return start, self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def edited(self, edits: Iterable[Edit]) -> str:
        """Returns the text after the edits."""
        return edited(self.text, edits)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Returns a text after edits.

    Args:
      text: The text.
      edits: Edits in any order; equal ones count once.

    Raises:
      AssertionError: If two edits overlap, which would be a mistake of this package.
    """
    parts, position = [], 0
    for start, end, replacement in sorted(set(edits)):
        assert start >= position, "edits overlap"
        parts += [text[position:start], replacement]
        position = end
    return "".join(parts) + text[position:]


class Encoded(NamedTuple):
    """The text of a file and how its bytes spell it.

    Attributes:
      text: The characters, line ends as they are.
      encoding: Name of the encoding.
      bom: Whether the bytes begin with the mark of UTF-8.
    """

    text: str
    encoding: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """Returns the bytes of another text in the same spelling."""
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)


def decode(content: bytes) -> Encoded:
    """Decodes a Python file as Python does.

    Args:
      content: The bytes of the file.

    Returns:
      Its text, which encodes to the same bytes again.

    Raises:
      SourceError: If the bytes are not what the file's encoding declaration, or UTF-8, says.
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
        faithful = encoded.encode(text) == content
    except UnicodeError:
        faithful = False
    if not faithful:
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
