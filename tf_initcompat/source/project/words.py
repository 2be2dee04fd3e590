"""Words of a tree: which of its files mention a name, and which classes derive from each other by their names.

The index is read from bytes, as that of `tree.py`, and only if `migrate --to native` follows an initializer.
"""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tf_initcompat._internal import regular
from tf_initcompat.source.project import files
from tf_initcompat.source.project.tree import module_name
from tf_initcompat.source.syntax.documents import SUFFIXES

_WORD: Final = re.compile(rb"[^\W\d]\w*")
_CLASS: Final = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t]*\(([^)]*)\)", re.MULTILINE)
#: Another name for a class: `import name as alias`, or `alias = module.name`.
_ALIAS: Final = re.compile(
    rb"\b(?P<name>\w+)[ \t]+as[ \t]+(?P<alias>\w+)"
    rb"|^[ \t]*(?P<other>\w+)[ \t]*=[ \t]*(?:\w+\.)*(?P<value>\w+)[ \t]*\r?$",
    re.MULTILINE,
)


class Words:
    """Index of the words in some files.

    Args:
      contents: Path and content of each file.
    """

    def __init__(self, contents: Iterable[tuple[str, bytes]]) -> None:
        self._files: dict[bytes, list[str]] = {}
        self._modules: dict[str, list[str]] = {}
        self._bases: dict[str, set[str]] = {}
        self._derived: dict[str, set[str]] = {}
        for path, content in contents:
            self._modules.setdefault(module_name(path), []).append(path)
            for word in set(_WORD.findall(content)):
                self._files.setdefault(word, []).append(path)
            for name, bases in _CLASS.findall(content):
                for base in _WORD.findall(bases):
                    self._derive(name, base)
            for alias in _ALIAS.finditer(content):
                self._derive(alias["alias"] or alias["other"], alias["name"] or alias["value"])

    def _derive(self, name: bytes, base: bytes) -> None:
        """Add that a class derives from another one; a class of two names counts as two."""
        self._bases.setdefault(name.decode(), set()).add(base.decode())
        self._derived.setdefault(base.decode(), set()).add(name.decode())

    def files(self, word: str) -> list[str]:
        """Return the files that contain a word, comments included."""
        return self._files.get(word.encode(), [])

    def modules(self, parts: Sequence[str]) -> list[str]:
        """Return the files that end with the path of a module.

        Args:
          parts: Components of its name, such as ["package", "model"].
        """
        ends = tuple(os.path.join(os.sep, *parts) + end for end in (".py", f"{os.sep}__init__.py"))
        return [path for path in self._modules.get(parts[-1], ()) if path.endswith(ends)]

    def relatives(self, name: str) -> frozenset[str]:
        """Return the classes whose methods may run on an object of a class or of one that derives from it.

        Args:
          name: Name of the class. Classes of the same name in several modules count as one.
        """
        return frozenset(_closure(self.derived(name), self._bases))

    def derived(self, name: str) -> frozenset[str]:
        """Return the classes that derive from a class, itself included."""
        return frozenset(_closure({name}, self._derived))

    def bases(self, name: str) -> frozenset[str]:
        """Return the classes that a class derives from, without itself."""
        return frozenset(_closure(self._bases.get(name, ()), self._bases)) - {name}

    def siblings(self, name: str) -> frozenset[str]:
        """Return the classes to which `super()` in a class may lead, although it does not derive from them."""
        return self.relatives(name) - self.derived(name) - self.bases(name)


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


def _closure(start: Iterable[str], edges: dict[str, set[str]]) -> set[str]:
    """Return the names that edges lead to, with those to start from."""
    reached, waiting = set(start), [*start]
    while waiting:
        new = edges.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached
