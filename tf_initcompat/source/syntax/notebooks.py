"""Jupyter notebooks: their code cells are one module; edits keep the JSON's formatting, magics and outputs."""

import json
import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from tf_initcompat.source.syntax.text import Edit, SourceError, Text, edited

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_SCALAR: Final = re.compile(r"[-+\w.]+")
#: Cell magics whose cell is Python; every other one makes it another language.
_PYTHON_MAGICS: Final = ("%%time", "%%timeit", "%%capture", "%%prun")
_MAGIC: Final = re.compile(
    r"^(?P<before>[ \t]*(?:[\w., \t]+=[ \t]*)?)(?P<magic>[!%?][^\n]*|[^\n'\"#]*\w\?{1,2}[ \t]*$"
    # What IPython runs as a command without a sign, where it is no Python.
    r"|(?:pip|conda|cd|ls|cat|mkdir|rm|cp|mv|git|wget|curl|unzip|tar|apt|apt-get|python3?)[ \t]+[^=\s(.\[][^\n]*)",
    re.M,
)
#: A magic whose rest is a statement in Python.
_TIMED: Final = re.compile(r"%(?:time|timeit)[ \t]+(?![-\s])")


class _Node(NamedTuple):
    """A value of JSON and where it stands."""

    start: int
    end: int
    value: Any


class _Cell(NamedTuple):
    """A cell of code: as it stands, and as Python of the same length, all hidden where it is another language."""

    number: int
    node: _Node
    text: str
    python: str
    start: int

    @property
    def is_hidden(self) -> bool:
        return bool(self.text.strip()) and not self.python.strip("#\n")

    @property
    def magics(self) -> str:
        """The lines that Python does not see as they are."""
        lines = zip(self.text.split("\n"), self.python.split("\n"), strict=True)
        return "\n".join(line for line, seen in lines if line != seen)


class Notebook:
    """A notebook.

    Args:
      content: The bytes of the file.

    Attributes:
      python: The code of all cells as one module, magics hidden behind expressions of the same length.
      magics: The lines with magics.

    Raises:
      SourceError: If it is no notebook, or a cell does not parse.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._json = content.decode("utf-8")
            json.loads(self._json)
            root = _parse(self._json, 0)
        except (UnicodeDecodeError, ValueError, IndexError) as error:
            raise SourceError(f"is no notebook: {error}") from error
        except RecursionError as error:
            raise SourceError("is nested too deeply") from error
        self._cells: list[_Cell] = []
        position = 0
        for number, node in enumerate(_code_cells(root), 1):
            if node is None:
                continue
            text = _joined(node)
            python = _without_magics(text, number)
            self._cells.append(_Cell(number, node, text, python, position))
            position += len(python) + 1
        self.python = "\n".join(cell.python for cell in self._cells)
        self.magics = "\n".join(cell.magics for cell in self._cells)

    def place(self, line: int) -> tuple[int, int]:
        """Returns the cell, counted from one among all, and the line inside it, of a line of the module."""
        before = 0
        for cell in self._cells:
            lines = cell.python.count("\n") + 1
            if line <= before + lines:
                return cell.number, line - before
            before += lines
        return 0, line

    def rewritten(self, edits: Iterable[Edit]) -> bytes:
        """Returns the file's bytes after edits of the module."""
        several = sorted(set(edits))
        changes = []
        for index, cell in enumerate(self._cells):
            end = cell.start + len(cell.text)
            last = index == len(self._cells) - 1
            mine = []
            for edit in several:
                if edit.start == edit.end == cell.start and index and not self._cells[index - 1].is_hidden:
                    continue  # a line behind the last one of the cell before
                if edit.start == edit.end == end + 1 and not last and not cell.is_hidden:
                    mine.append(Edit(end - cell.start, end - cell.start, "\n" + edit.replacement.removesuffix("\n")))
                elif cell.start <= edit.start <= end:
                    start = edit.start - cell.start
                    if edit.end > end and start:
                        start -= 1  # the last line goes with the line end before it
                    mine.append(Edit(start, min(edit.end, end) - cell.start, edit.replacement))
            if mine:
                text = edited(cell.text, mine)
                if mine[0].start == 0 and mine[0].end == len(cell.text):
                    text = text.removeprefix("\n")
                changes.append(Edit(cell.node.start, cell.node.end, self._spelled(cell.node, text)))
        return edited(self._json, changes).encode("utf-8")

    def _spelled(self, node: _Node, text: str) -> str:
        """Returns the JSON of a cell's new source, in the spelling of the old one."""
        raw = self._json[node.start : node.end]
        ascii_only = raw.isascii()
        if not isinstance(node.value, list):
            return json.dumps(text, ensure_ascii=ascii_only)
        lines = re.findall(r"[^\n]*\n|[^\n]+", text)
        if not node.value or not lines:
            return "[]"
        first, last = node.value[0], node.value[-1]
        opening, closing = self._json[node.start : first.start], self._json[last.end : node.end]
        between = self._json[first.end : node.value[1].start] if len(node.value) > 1 else "," + opening[1:]
        as_they_were = {item.value: self._json[item.start : item.end] for item in node.value}
        spelled = (as_they_were.get(line) or json.dumps(line, ensure_ascii=ascii_only) for line in lines)
        return opening + between.join(spelled) + closing


def _parse(text: str, position: int) -> _Node:
    """Reads a value of JSON that is known to be valid, with positions."""
    start = _skip(text, position)
    match text[start]:
        case '"':
            value, end = json.JSONDecoder(strict=False).raw_decode(text, start)
            return _Node(start, end, value)
        case "[":
            items, end = [], _skip(text, start + 1)
            while text[end] != "]":
                items.append(_parse(text, end + 1 if text[end] == "," else end))
                end = _skip(text, items[-1].end)
            return _Node(start, end + 1, items)
        case "{":
            members, end = {}, _skip(text, start + 1)
            while text[end] != "}":
                key = _parse(text, end + 1 if text[end] == "," else end)
                members[key.value] = _parse(text, _skip(text, key.end) + 1)
                end = _skip(text, members[key.value].end)
            return _Node(start, end + 1, members)
    scalar = _SCALAR.match(text, start)
    return _Node(start, scalar.end() if scalar else start + 1, None)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _code_cells(root: _Node) -> list[_Node | None]:
    """Returns the source of each cell; None for cells without code."""
    members = root.value if isinstance(root.value, dict) else {}
    groups = [members.get("cells")]
    worksheets = members.get("worksheets")  # the format before 4
    if worksheets is not None and isinstance(worksheets.value, list):
        groups += [sheet.value.get("cells") for sheet in worksheets.value if isinstance(sheet.value, dict)]
    if not _is_python(members):
        return []
    cells = [cell for group in groups if group is not None and isinstance(group.value, list) for cell in group.value]
    if not cells and "cells" not in members and "worksheets" not in members:
        raise SourceError("is no notebook: there are no cells")
    found = []
    for cell in cells:
        inside = cell.value if isinstance(cell.value, dict) else {}
        kind = inside.get("cell_type")
        source = inside.get("source") or inside.get("input")
        is_code = kind is not None and kind.value == "code"
        found.append(source if is_code and source is not None and isinstance(source.value, (str, list)) else None)
    return found


def _is_python(members: dict[str, _Node]) -> bool:
    """Returns whether a notebook's kernel is Python's, as far as it says so."""
    metadata = members.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        inside = metadata.value.get(key) if metadata is not None and isinstance(metadata.value, dict) else None
        said = inside.value.get(name) if inside is not None and isinstance(inside.value, dict) else None
        if said is not None and isinstance(said.value, str):
            return said.value.lower().startswith(("python", "ipython"))
    return True


def _joined(node: _Node) -> str:
    if isinstance(node.value, str):
        return node.value
    return "".join(one.value for one in node.value if isinstance(one.value, str))


def _without_magics(text: str, number: int) -> str:
    """Returns the code of a cell with its magics hidden, every character else at its place."""
    try:
        Text(text)
        return text
    except SourceError:
        pass  # magics may be the reason: see below
    first = text.lstrip().partition("\n")[0].split()
    if first and first[0].startswith("%%") and first[0] not in _PYTHON_MAGICS:
        return re.sub(r"[^\n]", "#", text)
    continued = re.compile(r"^([ \t]*[!%][^\n]*)\\\n", re.M)
    joined = continued.sub(lambda match: match.group(1) + "\\\0", text)
    error: SourceError | None = None
    for signs in ("!?", "!?%"):  # a line that goes on with the operator % is no magic
        hidden = _MAGIC.sub(
            lambda match, signs=signs: (
                match["before"] + _hidden(match["magic"])  # type: ignore[misc]
                if match["magic"][0] in signs or match["magic"][0] not in "!?%"
                else match.group()
            ),
            joined,
        )
        hidden = "".join("\n" if old == "\n" else new for old, new in zip(text, hidden, strict=True))
        try:
            Text(hidden)
            return hidden
        except SourceError as found:
            error = found
    raise SourceError(f"cell {number} {error}") from error


def _hidden(magic: str) -> str:
    timed = _TIMED.match(magic)
    if timed:
        return "0;" + " " * (timed.end() - 2) + magic[timed.end() :]
    return "0" + "#" * (len(magic) - 1)
