"""JSON with positions, so that one value can be replaced without changing the rest of the text."""

import json
import re
from typing import Final, NamedTuple

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_SCALAR: Final = re.compile(r"[-+\w.]+")


class Node(NamedTuple):
    """A value of JSON and its position.

    Attributes:
      start: Index of the first character.
      end: Index after the last character.
      value: The value: text, items or members; None for numbers, booleans and null.
    """

    start: int
    end: int
    value: "str | list[Node] | dict[str, Node] | None"

    @property
    def text(self) -> str:
        """The text of a string; "" for other values."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def items(self) -> "list[Node]":
        """The items of an array; empty for other values."""
        return self.value if isinstance(self.value, list) else []

    @property
    def members(self) -> "dict[str, Node]":
        """The members of an object; empty for other values."""
        return self.value if isinstance(self.value, dict) else {}


def parse(text: str) -> Node:
    """Parse JSON.

    Args:
      text: The JSON.

    Raises:
      ValueError: If the text is not JSON.
      RecursionError: If it is nested too deeply.

    Examples:
      >>> node = parse('{"cells": ["a", "b"]}').members["cells"].items[1]
      >>> node
      Node(start=16, end=19, value='b')
    """
    json.loads(text)
    return _parse(text, 0)


def _parse(text: str, position: int) -> Node:
    """Parse the value at a position of valid JSON."""
    start = _skip_space(text, position)
    match text[start]:
        case '"':
            value, end = json.JSONDecoder(strict=False).raw_decode(text, start)
            return Node(start, end, value)
        case "[":
            items: list[Node] = []
            end = _skip_space(text, start + 1)
            while text[end] != "]":
                items.append(_parse(text, end + 1 if text[end] == "," else end))
                end = _skip_space(text, items[-1].end)
            return Node(start, end + 1, items)
        case "{":
            members: dict[str, Node] = {}
            end = _skip_space(text, start + 1)
            while text[end] != "}":
                key = _parse(text, end + 1 if text[end] == "," else end)
                members[key.text] = _parse(text, _skip_space(text, key.end) + 1)
                end = _skip_space(text, members[key.text].end)
            return Node(start, end + 1, members)
        case _:
            scalar = _SCALAR.match(text, start)
            return Node(start, scalar.end() if scalar else start + 1, None)


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
