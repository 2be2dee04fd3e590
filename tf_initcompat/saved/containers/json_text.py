"""JSON text of a model: read with limits, and written in the style of the original."""

import json
import math
import re
from collections.abc import Iterator
from typing import Final

from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.values import Json, JsonObject, type_name

#: Maximum depth of nesting. A model inside a model adds four levels.
MAX_DEPTH: Final = 400
#: Maximum size of a text in bytes.
MAX_BYTES: Final = 64 * 2**20

_BOM: Final = b"\xef\xbb\xbf"
_INDENT: Final = re.compile(r"[\[{]\r?\n([ \t]*)")
_COMPACT: Final = re.compile(r'\{\s*"[^"\\]*":\S')


def parse(text: str, title: str) -> JsonObject:
    """Return the JSON object in a text.

    Args:
      text: The text.
      title: What error messages call it.

    Raises:
      FileError: If it is not a JSON object, is nested too deeply, repeats a key, or has a number too large for a float.

    >>> parse('{"class_name": "Dense"}', "the file")
    {'class_name': 'Dense'}
    """
    too_deep = FileError(f"{title} is nested more than {MAX_DEPTH} levels deep, more than any Keras model")
    try:
        value: Json = json.loads(text, object_pairs_hook=_object_without_duplicates, parse_float=_finite_float)
    except RecursionError:
        raise too_deep from None
    except ValueError as error:
        raise FileError(f"{title} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise FileError(f"{title} is not a JSON object but {type_name(value)}")
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _containers_in(outer)]
    if level:
        raise too_deep
    return value


def _containers_in(value: Json) -> Iterator[Json]:
    """Yield the objects and arrays right inside a value."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            if isinstance(inner, dict | list):
                yield inner


def _object_without_duplicates(pairs: list[tuple[str, Json]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("an object has the same key twice")
    return value


def _finite_float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"the number {digits[:20]} is too large for a float")
    return value


def dump(value: JsonObject, like: str, original: JsonObject) -> str:
    r"""Return the text of a JSON object in the style of another text.

    Args:
      value: The object.
      like: Text whose indentation, separators, escapes, line ends and order of keys are kept.
      original: The object in `like`.

    >>> dump({"a": 1}, '{\n  "b": 2\n}\n', {"b": 2})
    '{\n  "a": 1\n}\n'
    """
    indent = _INDENT.match(like)
    is_compact = _COMPACT.match(like) is not None
    text = json.dumps(
        value,
        indent=indent[1] if indent else None,
        separators=(",", ":" if is_compact else ": ") if indent or is_compact else None,
        ensure_ascii=like.isascii() or "\\ud" in like,  # a lone surrogate can only be written as an escape
        sort_keys=_is_sorted(original),
    )
    end = like[len(like.rstrip()) :]
    return (text.replace("\n", "\r\n") if indent and "\r\n" in indent[0] else text) + end


def _is_sorted(value: Json) -> bool:
    is_sorted = not isinstance(value, dict) or list(value) == sorted(value)
    return is_sorted and all(map(_is_sorted, _containers_in(value)))


def decode(data: bytes, title: str) -> str:
    """Return UTF-8 bytes as text.

    Args:
      data: The bytes.
      title: What error messages call them.

    Raises:
      FileError: If they are too many, or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise FileError(f"{title} is larger than {MAX_BYTES // 2**20} MiB, more than any Keras model")
    if data.startswith(_BOM):
        raise FileError(
            f"{title} starts with a byte order mark, which JSON does not allow; save it as UTF-8 without one"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(f"{title} is not UTF-8 text: {error}") from error
