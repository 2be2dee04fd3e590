"""A reader of serialized protocol buffers that looks at the fields it is asked for and skips the others."""

import dataclasses
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

from tf_initcompat.saved.containers import json_text
from tf_initcompat.saved.errors import FileError

__all__ = ["Field", "Message"]

#: Value of a field: a number, or the bytes of a string, of a message or of a number of fixed size.
Field: TypeAlias = int | memoryview

_VARINT: Final = 0
_LENGTH_DELIMITED: Final = 2
#: Size in bytes of numbers of fixed size, by the wire type.
_FIXED_SIZES: Final = {1: 8, 5: 4}
#: Maximum size of a varint in bytes.
_MAX_VARINT: Final = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    r"""A serialized message. The encoding is that of https://protobuf.dev/programming-guides/encoding/.

    Attributes:
      data: Its bytes. A file is mapped into memory, so that the system reads only what is looked at.
      title: What error messages call the file.

    >>> message = Message(memoryview(b"\x08\x96\x01\x12\x05dense"), "the file")
    >>> message.integer(1), message.text(2), message.text(3)
    (150, 'dense', '')
    """

    data: memoryview
    title: str

    @classmethod
    def open(cls, path: Path) -> "Message":
        """Return the message in a file.

        Raises:
          FileError: If the file is empty.
          OSError: If it cannot be read.
        """
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                raise FileError(f"{path.name} is empty")
            return cls(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), path.name)

    def fields(self) -> Iterator[tuple[int, Field]]:
        """Yield the number and the value of each field.

        Raises:
          FileError: If the message is damaged.
        """
        data, position = self.data, 0
        while position < len(data):
            key, position = self._varint(position)
            number, wire = key >> 3, key & 7
            if wire == _VARINT:
                value, position = self._varint(position)
                yield number, value
                continue
            if wire == _LENGTH_DELIMITED:
                size, position = self._varint(position)
            elif wire in _FIXED_SIZES:
                size = _FIXED_SIZES[wire]
            else:
                raise self._damaged()
            if size > len(data) - position:
                raise self._damaged()
            yield number, data[position : position + size]
            position += size

    def messages(self, number: int) -> "Iterator[Message]":
        """Yield the messages in the fields of a number."""
        for own, value in self.fields():
            if own == number:
                yield self.message(value)

    def message(self, value: Field) -> "Message":
        """Return the message that a field holds."""
        if isinstance(value, int):
            raise self._damaged()
        return Message(value, self.title)

    def integer(self, number: int) -> int:
        """Return the number in a field; 0 if the message has no such field."""
        value = self._last(number)
        return value if isinstance(value, int) else 0

    def text(self, number: int) -> str:
        """Return the string in a field; "" if the message has no such field."""
        value = self._last(number)
        return "" if value is None or isinstance(value, int) else self.decoded(value)

    def decoded(self, value: Field) -> str:
        """Return the string that a field holds."""
        return json_text.decode(bytes(self.message(value).data[: json_text.MAX_BYTES + 1]), f"a text in {self.title}")

    def _last(self, number: int) -> Field | None:
        """Return the value of a field, which is the last one if a message repeats it."""
        found: Field | None = None
        for own, value in self.fields():
            if own == number:
                found = value
        return found

    def _varint(self, position: int) -> tuple[int, int]:
        """Return the number at a position and the position behind it."""
        value = 0
        for index, byte in enumerate(self.data[position : position + _MAX_VARINT]):
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return value, position + index + 1
        raise self._damaged()

    def _damaged(self) -> FileError:
        return FileError(f"{self.title} is damaged or truncated")
