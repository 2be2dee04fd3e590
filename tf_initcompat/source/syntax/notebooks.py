"""Jupyter notebooks: their code cells form one module, and edits keep the JSON, the magics and the outputs."""

import json
import re
import textwrap
from collections.abc import Iterable
from typing import Final, NamedTuple

from tf_initcompat.source.syntax import encodings, json_text, magics
from tf_initcompat.source.syntax.text import TOO_DEEP, Edit, Place, SourceError, Text, check_compiles, edited

_BYTE_ORDER_MARK: Final = "\ufeff"
_BLOCK: Final = "if True:\n"


class _Cell(NamedTuple):
    """A cell of code.

    Attributes:
      number: Number among all cells, counted from 1.
      node: Source of the cell in the JSON.
      text: Code of the cell.
      python: The code with its magics hidden; it has the same length.
      start: Index in the module of the cell's first character.
      prefix: Line before the cell in the module, which makes an indented cell a block.
    """

    number: int
    node: json_text.Node
    text: str
    python: str
    start: int
    prefix: str = ""

    @property
    def end(self) -> int:
        """Index in the module after the cell's last character."""
        return self.start + len(self.text)

    @property
    def is_hidden(self) -> bool:
        """Whether the cell is in another language."""
        return bool(self.text.strip()) and not self.python.strip("#\n")

    @property
    def magics(self) -> str:
        """The lines with hidden magics."""
        lines = zip(self.text.split("\n"), self.python.split("\n"), strict=True)
        return "\n".join(line for line, python in lines if line != python)


class Notebook:
    """A notebook.

    Args:
      content: Content of the file.

    Attributes:
      text: Code of all cells as one module, with the magics hidden.
      errors: Cells that do not parse, each with the reason. They are left alone.

    Raises:
      SourceError: If the file is not a notebook.
    """

    def __init__(self, content: str | bytes) -> None:
        try:
            decoded = (encodings.utf8(content) if isinstance(content, str) else content).decode("utf-8")
            self._json = decoded.removeprefix(_BYTE_ORDER_MARK)
            self._mark = decoded[: len(decoded) - len(self._json)]
            root = json_text.parse(self._json)
        except (UnicodeDecodeError, ValueError, IndexError) as error:
            raise SourceError(f"is not a notebook: {error}") from error
        except RecursionError as error:
            raise SourceError(TOO_DEEP) from error
        self.errors: list[str] = []
        self._cells: list[_Cell] = []
        position = 0
        for number, node in enumerate(_sources(root), 1):
            if node is None:
                continue
            text = node.text or "".join(item.text for item in node.items)
            # IPython runs a cell that is indented as a whole.
            prefix = _BLOCK if text.lstrip("\n")[:1] in (" ", "\t") else ""
            try:
                python = magics.hide(prefix + text)[len(prefix) :]
            except SourceError as error:
                self.errors.append(f"cell {number} {error}")
                prefix, python = "", magics.commented(text)
            position += len(prefix)
            self._cells.append(_Cell(number, node, text, python, position, prefix))
            position += len(python) + 1
        self.text = Text(
            "\n".join(cell.prefix + cell.python for cell in self._cells),
            magics="\n".join(cell.magics for cell in self._cells),
        )

    def place(self, line: int) -> Place:
        """Return the place in the notebook of a line of the text."""
        lines_before = 0
        for cell in self._cells:
            lines_before += cell.prefix.count("\n")
            lines = cell.python.count("\n") + 1
            if line <= lines_before + lines:
                return Place(max(1, line - lines_before), cell.number)
            lines_before += lines
        return Place(line)

    def file_line(self, line: int) -> int:
        """Return the line of the notebook's JSON of a line of the text."""
        place = self.place(line)
        cell = next((cell for cell in self._cells if cell.number == place.cell), None)
        if cell is None:
            return 1
        # Most notebooks have a string for each line of a cell.
        node, last = cell.node, 0
        for item in cell.node.items:
            node, last = item, last + item.text.count("\n")
            if last >= place.line:
                break
        return self._json.count("\n", 0, node.start) + 1

    def rewritten(self, edits: Iterable[Edit]) -> bytes:
        """Return the bytes of the file after edits of its text."""
        ordered = sorted(set(edits))
        check_compiles(self.text.edited(ordered))
        changes: list[Edit] = []
        for index, cell in enumerate(self._cells):
            cell_edits = self._edits_in_cell(index, ordered)
            if not cell_edits:
                continue
            text = edited(cell.text, cell_edits)
            if cell_edits[0].start == 0 and cell_edits[0].end == len(cell.text):
                text = text.removeprefix("\n")
            changes.append(Edit(cell.node.start, cell.node.end, self._spelled(cell.node, text)))
        return (self._mark + edited(self._json, changes)).encode("utf-8")

    def _edits_in_cell(self, index: int, edits: list[Edit]) -> list[Edit]:
        """Return the edits of a cell, by positions in the cell.

        An insertion at the start of a cell belongs to the end of the previous cell, unless that is in another language.
        """
        cell = self._cells[index]
        is_last = index == len(self._cells) - 1
        follows_python = index > 0 and not self._cells[index - 1].is_hidden
        length = len(cell.text)
        cell_edits: list[Edit] = []
        for edit in edits:
            is_insertion = edit.start == edit.end
            if is_insertion and edit.start == cell.start and follows_python and not cell.prefix:
                continue
            if is_insertion and cell.prefix and edit.start == cell.start - len(cell.prefix) and not follows_python:
                indent = cell.text[: len(cell.text) - len(cell.text.lstrip())]
                cell_edits.append(Edit(0, 0, textwrap.indent(edit.replacement, indent.strip("\n"))))
            elif is_insertion and edit.start == cell.end + 1 and not is_last and not cell.is_hidden:
                cell_edits.append(Edit(length, length, "\n" + edit.replacement.removesuffix("\n")))
            elif cell.start <= edit.start <= cell.end:
                start = edit.start - cell.start
                if edit.end > cell.end and start:
                    start -= 1  # the last line is removed together with the line end before it
                cell_edits.append(Edit(start, min(edit.end, cell.end) - cell.start, edit.replacement))
        return cell_edits

    def _spelled(self, node: json_text.Node, text: str) -> str:
        """Return the JSON of a cell's new source, formatted like the old one."""
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
        old_spellings = {item.text: self._json[item.start : item.end] for item in node.value}
        spellings = (old_spellings.get(line) or json.dumps(line, ensure_ascii=ascii_only) for line in lines)
        return opening + between.join(spellings) + closing


def _sources(root: json_text.Node) -> list[json_text.Node | None]:
    """Return the source of each cell; None for cells without code."""
    if not _is_python(root):
        return []
    holders = [root]
    if (worksheets := root.members.get("worksheets")) is not None:  # before version 4 of the format
        holders += worksheets.items
    cells = [cell for holder in holders if (group := holder.members.get("cells")) is not None for cell in group.items]
    if not cells and "cells" not in root.members and "worksheets" not in root.members:
        raise SourceError("is not a notebook: it has no cells")
    return [_source(cell) for cell in cells]


def _source(cell: json_text.Node) -> json_text.Node | None:
    """Return the source of a cell of code; None for other cells."""
    kind = cell.members.get("cell_type")
    source = cell.members.get("source") or cell.members.get("input")
    if kind is None or kind.text != "code" or source is None:
        return None
    return source if isinstance(source.value, (str, list)) else None


def _is_python(root: json_text.Node) -> bool:
    """Return whether the kernel of a notebook is Python's; True if the notebook does not name a language."""
    metadata = root.members.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        holder = metadata.members.get(key) if metadata is not None else None
        language = holder.members.get(name) if holder is not None else None
        if language is not None and isinstance(language.value, str):
            return language.text.lower().startswith(("python", "ipython"))
    return True
