"""Words of a tree: which of its files mention a name, and which classes derive from each other by their names.

The index is read from bytes, as that of `tree.py`, and only if `migrate --to native` follows an initializer.
"""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from typing import Final

from tf_initcompat._internal import regular
from tf_initcompat.source.project import files
from tf_initcompat.source.syntax.documents import SUFFIXES

_WORD: Final = re.compile(rb"[^\W\d]\w*")
_CLASS: Final = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t]*\(([^)]*)\)", re.MULTILINE)
_BASE: Final = re.compile(rb"(?:^|,)\s*(?:\w+\s*\.\s*)*(\w+)")


class Words:
    """Index of the words in some files.

    Args:
      contents: Path and content of each file.
    """

    def __init__(self, contents: Iterable[tuple[str, bytes]]) -> None:
        self._files: dict[bytes, list[str]] = {}
        self._bases: dict[str, set[str]] = {}
        self._derived: dict[str, set[str]] = {}
        for path, content in contents:
            for word in set(_WORD.findall(content)):
                self._files.setdefault(word, []).append(path)
            for name, bases in _CLASS.findall(content):
                for base in _BASE.findall(bases):
                    self._bases.setdefault(name.decode(), set()).add(base.decode())
                    self._derived.setdefault(base.decode(), set()).add(name.decode())

    def files(self, word: str) -> list[str]:
        """Return the files that contain a word, comments included."""
        return self._files.get(word.encode(), [])

    def relatives(self, name: str) -> frozenset[str]:
        """Return the classes whose methods may run on an object of a class or of one that derives from it.

        Args:
          name: Name of the class. Classes of the same name in several modules count as one.
        """
        derived = _closure({name}, self._derived)
        return frozenset(_closure(derived, self._bases))


def contents(roots: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of each file below some directories."""
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name not in files.SKIPPED_FOLDERS)
            for name in sorted(names):
                path = os.path.join(folder, name)
                if name.endswith(SUFFIXES):
                    with contextlib.suppress(OSError):  # its own scan reports the error
                        yield path, regular.read(path)


def _closure(start: set[str], edges: dict[str, set[str]]) -> set[str]:
    """Return the names that edges lead to, with those to start from."""
    reached, waiting = set(start), [*start]
    while waiting:
        new = edges.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached
