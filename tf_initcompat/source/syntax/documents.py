"""Files that contain Python: modules, stubs and notebooks, each read and written back in its own format."""

import ast
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from tf_initcompat.source.syntax.notebooks import Notebook
from tf_initcompat.source.syntax.text import TOO_DEEP, Edit, SourceError, Text, decode, from_text, utf8

_NOTEBOOK: Final = ".ipynb"
#: Suffixes of the files that are read in directories.
SUFFIXES: Final = (".py", ".pyi", _NOTEBOOK)


class Place(NamedTuple):
    """A position in a file, as a reader counts.

    Attributes:
      line: Line, counted from 1; in a notebook, the line of the cell.
      cell: Number of the notebook's cell, counted from 1; 0 in other files.
    """

    line: int
    cell: int = 0


class Document(Protocol):
    """A file that contains Python."""

    @property
    def text(self) -> Text:
        """All Python of the file, as one module."""
        ...

    def place(self, line: int) -> Place:
        """Return the place in the file of a line of the text."""
        ...

    def rewritten(self, edits: Iterable[Edit]) -> bytes:
        """Return the bytes of the file after edits of its text.

        Raises:
          SourceError: If the result does not compile.
        """
        ...


class Module:
    """A Python module or stub.

    Args:
      content: Content of the file.

    Raises:
      SourceError: If the file cannot be read as Python 3.
    """

    def __init__(self, content: str | bytes) -> None:
        self._encoded = from_text(content) if isinstance(content, str) else decode(content)
        self.text = Text(self._encoded.text)

    def place(self, line: int) -> Place:
        """Return the place in the file of a line of the text."""
        return Place(line)

    def rewritten(self, edits: Iterable[Edit]) -> bytes:
        """Return the bytes of the file after edits of its text."""
        text = self.text.edited(edits)
        _check_compiles(text)
        return self._encoded.encode(text)


class _NotebookDocument:
    def __init__(self, content: str | bytes) -> None:
        self._notebook = Notebook(utf8(content) if isinstance(content, str) else content)
        self.text = Text(self._notebook.python, self._notebook.magics)

    def place(self, line: int) -> Place:
        cell, line_in_cell = self._notebook.place(line)
        return Place(line_in_cell, cell)

    def rewritten(self, edits: Iterable[Edit]) -> bytes:
        edits = list(edits)
        _check_compiles(self.text.edited(edits))
        return self._notebook.rewritten(edits)


def read(content: str | bytes, path: Path | None) -> Document:
    """Read a file.

    Args:
      content: Content of the file. Text is written back as UTF-8, whatever encoding it declares.
      path: Path of the file, whose suffix distinguishes notebooks from modules; None means a module.

    Raises:
      SourceError: If the file cannot be read.
    """
    return _NotebookDocument(content) if path is not None and path.suffix == _NOTEBOOK else Module(content)


def _check_compiles(text: str) -> None:
    """Check that Python compiles a rewritten text, so that no broken file is written.

    Raises:
      SourceError: If it does not compile.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in the user's strings
            compile(text, "<rewritten>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise SourceError(f"does not compile: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise SourceError(TOO_DEEP) from error
