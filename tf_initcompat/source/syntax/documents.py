"""Files that contain Python: modules, stubs and notebooks, each read and written back in its own format."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

from tf_initcompat.source.syntax import encodings
from tf_initcompat.source.syntax.text import Edit, Place, Text, check_compiles

_NOTEBOOK: Final = ".ipynb"
#: Suffixes of the files that are read in directories.
SUFFIXES: Final = (".py", ".pyi", _NOTEBOOK)


class Document(Protocol):
    """A file that contains Python."""

    @property
    def text(self) -> Text:
        """All Python of the file, as one module."""
        ...

    @property
    def errors(self) -> Sequence[str]:
        """Parts of the file that cannot be read, each with the reason."""
        ...

    def place(self, line: int) -> Place:
        """Return the place in the file of a line of the text."""
        ...

    def file_line(self, line: int) -> int:
        """Return the line of the file, counted from 1, of a line of the text."""
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
        self._encoded = encodings.from_text(content) if isinstance(content, str) else encodings.decode(content)
        self.text = Text(self._encoded.text)
        self.errors: Sequence[str] = ()

    def place(self, line: int) -> Place:
        """Return the place in the file of a line of the text."""
        return Place(line)

    def file_line(self, line: int) -> int:
        """Return the line of the file of a line of the text."""
        return line

    def rewritten(self, edits: Iterable[Edit]) -> bytes:
        """Return the bytes of the file after edits of its text."""
        text = self.text.edited(edits)
        check_compiles(text)
        return self._encoded.encode(text)


def read(content: str | bytes, path: Path | None) -> Document:
    """Read a file.

    Args:
      content: Content of the file. Text is written back as UTF-8, even if it declares another encoding.
      path: Path of the file, whose suffix distinguishes notebooks from modules; None means a module.

    Raises:
      SourceError: If the file cannot be read.
    """
    if path is None or path.suffix != _NOTEBOOK:
        return Module(content)
    from tf_initcompat.source.syntax.notebooks import Notebook  # late, since few trees have notebooks

    return Notebook(content)
