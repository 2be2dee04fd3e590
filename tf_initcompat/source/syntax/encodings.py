"""Encodings of Python files: bytes to text, and back to the same bytes."""

import codecs
import io
import tokenize
from typing import NamedTuple

from tf_initcompat.source.syntax.text import SourceError


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
    """Return text that was decoded already. It is encoded as UTF-8, even if it declares another encoding.

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
