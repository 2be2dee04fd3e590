"""JSON text of a model: read with limits, and written in the style in which it was."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

from tf_initcompat.saved.errors import FileError

#: Deeper than any model: one that is nested in another adds four levels.
MAX_DEPTH: Final = 400
MAX_BYTES: Final = 64 * 2**20

_BOM: Final = b"\xef\xbb\xbf"
_INDENT: Final = re.compile(r"[\[{]\r?\n([ \t]*)")
_COMPACT: Final = re.compile(r'\{\s*"[^"\\]*":\S')


def parse(text: str, what: str) -> dict[str, Any]:
    """Returns the JSON object that a text holds.

    Args:
      text: The text.
      what: What it is, for errors.

    Raises:
      FileError: If it is no JSON object, is nested too deep, has a key twice, or a number that no float holds.
    """
    too_deep = FileError(f"{what} is nested more than {MAX_DEPTH} levels deep: it is no model that Keras wrote")
    try:
        value = json.loads(text, object_pairs_hook=_without_duplicates, parse_float=_finite)
    except RecursionError:
        raise too_deep from None
    except ValueError as error:
        raise FileError(f"{what} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise FileError(f"{what} is no JSON object but a {type(value).__name__}")
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [one for outer in level for one in _inside(outer)]
    if level:
        raise too_deep
    return value


def _inside(value: Any) -> Iterator[Any]:
    """Yields the objects and lists right inside one."""
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            yield one


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return made


def _finite(digits: str) -> float:
    if math.isinf(value := float(digits)):
        raise ValueError(f"no float holds the number {digits[:20]}")
    return value


def dump(value: dict[str, Any], like: str, original: dict[str, Any]) -> str:
    """Returns the text of a JSON object in the style of another one.

    Args:
      value: The object.
      like: Text of `original`: its indentation, separators, escapes, line ends and order of keys are kept.
      original: The object that `like` holds.
    """
    indent = _INDENT.match(like)
    made = json.dumps(
        value,
        indent=indent[1] if indent else None,
        separators=(",", ":" if _COMPACT.match(like) else ": ") if indent or _COMPACT.match(like) else None,
        ensure_ascii=like.isascii() or "\\ud" in like,  # half a character has no other spelling
        sort_keys=_is_sorted(original),
    )
    end = like[len(like.rstrip()) :]
    return (made.replace("\n", "\r\n") if indent and "\r\n" in indent[0] else made) + end


def _is_sorted(value: Any) -> bool:
    is_sorted = not isinstance(value, dict) or list(value) == sorted(value)
    return is_sorted and all(map(_is_sorted, _inside(value)))


def decode(data: bytes, what: str) -> str:
    """Returns the text of some bytes.

    Raises:
      FileError: If they are too many, or no UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise FileError(f"{what} is larger than {MAX_BYTES // 2**20} MiB: it is no model that Keras wrote")
    if data.startswith(_BOM):
        raise FileError(f"{what} starts with a byte order mark, which is no JSON: save it as UTF-8 without one")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(f"{what} is no UTF-8 text: {error}") from error
