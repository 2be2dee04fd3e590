"""IPython magics and shell commands in the cells of a notebook, hidden so that the rest parses as Python."""

import re
from typing import Final

from tf_initcompat.source.syntax.text import SourceError, Text

#: Cell magics whose cell is Python. After any other cell magic, the cell is in another language.
_PYTHON_CELL_MAGICS: Final = ("%%time", "%%timeit", "%%capture", "%%prun")
_MAGIC: Final = re.compile(
    r"^(?P<before>[ \t]*(?:[\w., \t]+=[ \t]*)?)(?P<magic>[!%?][^\n]*|[^\n'\"#]*\w\?{1,2}[ \t]*$"
    # Commands that IPython runs without a sign, unless the line is Python.
    r"|(?:pip|conda|cd|ls|cat|mkdir|rm|cp|mv|git|wget|curl|unzip|tar|apt|apt-get|python3?)[ \t]+[^=\s(.\[][^\n]*)",
    re.M,
)
#: A magic whose argument is a statement in Python.
_TIMED: Final = re.compile(r"%(?:time|timeit)[ \t]+(?![-\s])")
_SIGNS: Final = "!?%"


def hide(text: str) -> str:
    r"""Return the code of a cell with its magics replaced by expressions of the same length.

    A cell in another language becomes a comment.

    Args:
      text: Code of the cell.

    Raises:
      SourceError: If the code does not parse without its magics either.

    Examples:
      >>> hide("!ls\nx = 1")
      '0##\nx = 1'
      >>> hide("%time x = 1")
      '0;    x = 1'
    """
    if _parses(text):
        return text
    lines = (line.split() for line in text.split("\n"))
    first_word = next((words[0] for words in lines if words and not words[0].startswith("#")), "")
    if first_word.startswith("%%") and first_word not in _PYTHON_CELL_MAGICS:
        return commented(text)
    hidden = _hidden(text, "!?")  # first without %, since a line that begins with % may continue an expression
    if not _parses(hidden):
        hidden = _hidden(text, _SIGNS)
        Text(hidden)
    return hidden


def commented(text: str) -> str:
    """Return a comment of the same length and number of lines."""
    return re.sub(r"[^\n]", "#", text)


def _parses(text: str) -> bool:
    try:
        Text(text)
    except SourceError:
        return False
    return True


def _hidden(text: str, signs: str) -> str:
    """Replace the magics with one of the signs, and those without a sign."""

    def replace(match: re.Match[str]) -> str:
        magic = match["magic"]
        is_hidden = magic[0] in signs or magic[0] not in _SIGNS
        return match["before"] + _replacement(magic) if is_hidden else match.group()

    hidden = _MAGIC.sub(replace, _joined(text))
    return "".join("\n" if old == "\n" else new for old, new in zip(text, hidden, strict=True))


def _joined(text: str) -> str:
    """Replace the line ends inside magics that a backslash continues on the next line by another character."""
    joined: list[str] = []
    is_continued = False
    for line in text.split("\n"):
        is_magic = is_continued or _MAGIC.match(line) is not None
        joined.append("\0" if is_continued else "\n")
        joined.append(line)
        is_continued = is_magic and line.endswith("\\")
    return "".join(joined[1:])


def _replacement(magic: str) -> str:
    """Return an expression of the same length; the statement in `%time statement` stays."""
    timed = _TIMED.match(magic)
    if timed:
        return "0;" + " " * (timed.end() - 2) + magic[timed.end() :]
    return "0" + "#" * (len(magic) - 1)
