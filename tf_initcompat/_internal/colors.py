"""Colors of a terminal."""

import enum
import os
import sys
from typing import TextIO


class Color(enum.Enum):
    """A color or style, as a terminal takes it."""

    BOLD = "1"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    CYAN = "36"


def are_wanted(stream: TextIO) -> bool:
    """Return whether to color what a stream gets.

    NO_COLOR turns colors off, FORCE_COLOR turns them on; without them, a terminal gets colors.

    Args:
      stream: The stream, such as `sys.stdout`.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("TERM") == "dumb" or (sys.platform == "win32" and "WT_SESSION" not in os.environ):
        return False
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # no stream, or a closed one
        return False


def colored(text: str, color: Color, is_wanted: bool = True) -> str:
    r"""Return a text in a color.

    Args:
      text: The text.
      color: The color.
      is_wanted: Whether to color the text.

    Examples:
      >>> colored("note", Color.CYAN)
      '\x1b[36mnote\x1b[0m'
      >>> colored("note", Color.CYAN, False)
      'note'
    """
    return f"\x1b[{color.value}m{text}\x1b[0m" if is_wanted else text
