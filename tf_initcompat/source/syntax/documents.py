"""Files that hold Python: modules, stubs and notebooks, read and written back in their own spelling."""

import ast
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from tf_initcompat.source.syntax.notebooks import Notebook
from tf_initcompat.source.syntax.text import TOO_DEEP, Edit, SourceError, Text, decode, from_text, utf8

#: What the names of files end with that are searched in directories.
SUFFIXES: Final = (".py", ".pyi", ".ipynb")


class Place(NamedTuple):
    """Where something stands, for a reader.

    Attributes:
      line: Line, from one; in a notebook that of the cell.
      cell: Number of the notebook's cell, from one; 0 in other files.
    """

    line: int
    cell: int = 0


class Document(Protocol):
    """A file that holds Python."""

    @property
    def text(self) -> Text:
        """Its Python, all of it as one module."""
        ...

    def place(self, line: int) -> Place:
        """Returns where a line of the text stands in the file."""
        ...

    def rewritten(self, edits: Iterable[Edit]) -> bytes:
        """Returns the file's bytes after edits of its text.

        Raises:
          SourceError: If the result would not compile.
        """
        ...


class Module:
    """A Python module or stub.

    Args:
      content: Content of the file.

    Raises:
      SourceError: If it cannot be read as Python 3.
    """

    def __init__(self, content: str | bytes) -> None:
        self._encoded = from_text(content) if isinstance(content, str) else decode(content)
        self.text = Text(self._encoded.text)

    def place(self, line: int) -> Place:
        """Returns where a line of the text stands in the file."""
        return Place(line)

    def rewritten(self, edits: Iterable[Edit]) -> bytes:
        """Returns the file's bytes after edits of its text."""
        text = self.text.edited(edits)
        check(text)
        return self._encoded.encode(text)


def check(text: str) -> None:
    """Checks that Python compiles a text; nothing else may be written.

    Raises:
      SourceError: If it does not.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<rewritten>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise SourceError(f"does not compile: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise SourceError(TOO_DEEP) from error


class _NotebookDocument:
    def __init__(self, content: str | bytes) -> None:
        self._notebook = Notebook(utf8(content) if isinstance(content, str) else content)
        self.text = Text(self._notebook.python, self._notebook.unseen)

    def place(self, line: int) -> Place:
        cell, inside = self._notebook.place(line)
        return Place(inside, cell)

    def rewritten(self, edits: Iterable[Edit]) -> bytes:
        several = list(edits)
        check(self.text.edited(several))
        return self._notebook.rewritten(several)


def read(content: str | bytes, path: Path | None) -> Document:
    """Reads a file.

    Args:
      content: Its content. The encoding that a text declares is ignored; it is written back as UTF-8.
      path: Its name, which tells a notebook from a module; None is a module.

    Raises:
      SourceError: If it cannot be read.
    """
    return _NotebookDocument(content) if path is not None and path.suffix == ".ipynb" else Module(content)
