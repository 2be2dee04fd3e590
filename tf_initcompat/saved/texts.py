"""JSON text of a model: read with limits, and written in the style in which it was."""

import json
import re
from typing import Any, Final

from tf_initcompat.saved.errors import FileError

#: Deeper than any model: one that is nested in another adds four levels.
MAX_DEPTH: Final = 400
MAX_BYTES: Final = 256 * 2**20

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def parse(text: str, what: str) -> dict[str, Any]:
    """Returns the JSON object that a text holds.

    Args:
      text: The text.
      what: What it is, for errors.

    Raises:
      FileError: If it is no JSON object, is nested too deep, or has a key twice.
    """
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > MAX_DEPTH:
            raise FileError(f"{what} is nested more than {MAX_DEPTH} levels deep: it is no model that Keras wrote")
    try:
        value = json.loads(text, object_pairs_hook=_without_duplicates)
    except ValueError as error:
        raise FileError(f"{what} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise FileError(f"{what} is no JSON object but a {type(value).__name__}")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return made


def dump(value: dict[str, Any], like: str, original: dict[str, Any]) -> str:
    """Returns the text of a JSON object in the style of another one.

    Args:
      value: The object.
      like: Text of `original`: its indentation, separators, escapes and final line end are kept.
      original: The object that `like` holds.
    """
    body = like.rstrip()
    styles: list[dict[str, Any]] = [
        {"indent": indent, "separators": separators, "ensure_ascii": ascii_only}
        for indent in (None, 2, 4, 1)
        for separators in (None, (",", ":"))
        for ascii_only in (True, False)
    ]
    style = next((one for one in styles if json.dumps(original, **one) == body), styles[0])
    return json.dumps(value, **style) + like[len(body) :]


def decode(data: bytes, what: str) -> str:
    """Returns the text of some bytes.

    Raises:
      FileError: If they are too many, or no UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise FileError(f"{what} is larger than {MAX_BYTES // 2**20} MiB: it is no model that Keras wrote")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(f"{what} is no UTF-8 text: {error}") from error
