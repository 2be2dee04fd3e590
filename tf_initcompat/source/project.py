"""Modules of the scanned tree: what a project re-exports from TensorFlow, followed without importing anything."""

import ast
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from tf_initcompat.source import files, names
from tf_initcompat.source.text import SourceError, Text, decode

_DEEPEST: Final = 12
_IMPORT: Final = re.compile(rb"\bfrom[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]*)")
_WORD: Final = re.compile(rb"\w+|\*")
#: What reaches initializers in other files, by the name of the hazard. Comments count too: better safe.
_REACHING: Final = {
    "global-seed": re.compile(rb"\bset_random_seed\s*\(|\brandom\s*\.\s*set_seed\s*\("),
    "partition": re.compile(rb"_partitioner\s*\(|\bpartitioner\s*=\s*(?!None\b)"),
}


class _Tree(NamedTuple):
    """What the files of the tree say to each other.

    Attributes:
      imported: What they import, by the last name of the module; under "" what may be a module itself.
      reaching: The first file with each thing of `_REACHING`.
    """

    imported: dict[str, set[str]]
    reaching: dict[str, str]


class Project:
    """The scanned tree.

    Args:
      roots: The directories that are scanned. Nothing outside is read.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        every = {os.path.abspath(root) for root in roots}
        self._roots = [root for root in every if every.isdisjoint(map(str, Path(root).parents))]
        self._files: dict[tuple[str, str], str | None] = {}
        self._modules: dict[str, names.Names | None] = {}
        self._read: _Tree | None = None

    @property
    def _tree(self) -> _Tree:
        if self._read is None:
            self._read = _read(self._roots)
        return self._read

    def expand(self, candidates: names.Candidates, path: Path | None, depth: int = 0) -> names.Candidates:
        """Follows candidates through modules of the tree.

        Args:
          candidates: Qualified names as a file has them.
          path: The file; None if it has no place in the tree, such as standard input.
          depth: How many modules have been followed.

        Returns:
          The candidates, those of the tree's own modules replaced by what they stand for there.
        """
        found: set[str | None] = set()
        for candidate in candidates:
            found |= self._expand(candidate, path, depth) if candidate and path else {candidate}
        return frozenset(found)

    def is_imported(self, path: Path | None, name: str) -> bool:
        """Returns whether another file of the tree may take a name from this file: it is no private matter then."""
        if path is None:
            return False
        imported = self._tree.imported
        own = path.parent.name if path.stem == "__init__" else path.stem
        taken = imported.get(own, set())
        return name in taken or "*" in taken or own in imported.get("", set())

    def reaching(self, hazard: str) -> str:
        """Returns a file of the tree with a global seed ("global-seed") or a partitioner ("partition"), or nothing."""
        return self._tree.reaching.get(hazard, "")

    def _expand(self, candidate: str, path: Path, depth: int) -> names.Candidates:
        if candidate.partition(".")[0] == "tensorflow" or depth > _DEEPEST:
            return frozenset({candidate})
        parts = candidate.lstrip(".").split(".")
        dots = len(candidate) - len(candidate.lstrip("."))
        for length in range(len(parts) - 1, 0 if not dots else -1, -1):
            file = self._find(parts[:length], dots, path)
            if file is not None:
                return self._member(file, parts[length:], depth)
        return frozenset({candidate})

    def _find(self, parts: list[str], dots: int, path: Path) -> str | None:
        """Returns the file of a module, seen from the file that imports it."""
        start = os.path.dirname(os.path.abspath(path))
        key = start, "." * dots + ".".join(parts)
        if key not in self._files:
            self._files[key] = next(
                (
                    file
                    for folder in self._folders(start, dots)
                    for file in (
                        (os.path.join(folder, *parts) + ".py") if parts else "",
                        os.path.join(folder, *parts, "__init__.py"),
                    )
                    if file and os.path.isfile(file) and self._is_inside(file)
                ),
                None,
            )
        return self._files[key]

    def _is_inside(self, file: str) -> bool:
        return any(file.startswith(root.rstrip(os.sep) + os.sep) for root in self._roots)

    def _folders(self, start: str, dots: int) -> list[str]:
        """Returns where a module can be: one package for a relative import, else every folder up to the roots."""
        roots = [root for root in self._roots if start == root or start.startswith(root.rstrip(os.sep) + os.sep)]
        if not roots:
            return []
        for _ in range(dots - 1):
            start = os.path.dirname(start)
        if dots:
            return [start]
        top = min(roots, key=len)
        folders = [start]
        while folders[-1] != top and len(folders[-1]) > len(top):
            folders.append(os.path.dirname(folders[-1]))
        while os.path.isfile(os.path.join(top, "__init__.py")):
            top = os.path.dirname(top)  # from the package's own name on; `_find` stays inside
            folders.append(top)
        return folders

    def _member(self, file: str, parts: list[str], depth: int) -> names.Candidates:
        module = self._module(file)
        if module is None or not parts:
            return names.UNKNOWN
        name = parts[0]
        scope = module.module
        if name in scope.bindings:
            candidates = module.resolve(ast.Name(name, ast.Load()), scope)
        else:
            candidates = frozenset(f"{star}.{name}" for star in module.stars) or names.UNKNOWN
        rest = "".join(f".{part}" for part in parts[1:])
        joined = frozenset(candidate and candidate + rest for candidate in candidates)
        return self.expand(joined, Path(file), depth + 1)

    def _module(self, file: str) -> names.Names | None:
        if file not in self._modules:
            self._modules[file] = None  # a circle of imports ends here
            try:
                with open(file, "rb") as stream:
                    content = stream.read()
                if b"import" in content:
                    self._modules[file] = names.Names(Text(decode(content).text).tree)
            except (OSError, SourceError, RecursionError):
                pass
        return self._modules[file]


def _read(roots: Iterable[str]) -> _Tree:
    """Reads all files below the roots."""
    tree = _Tree({"": set()}, {})
    for root in roots:
        for folder, folders, several in os.walk(root):
            folders[:] = [name for name in folders if name not in files.SKIPPED]
            for file in several:
                if file.endswith((".py", ".ipynb")):
                    _read_file(os.path.join(folder, file), tree)
    return tree


def _read_file(path: str, tree: _Tree) -> None:
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError:
        return
    for module, several in _IMPORT.findall(content):
        last = module.rpartition(b".")[2].decode(errors="ignore")
        words = {word.decode(errors="ignore") for word in _WORD.findall(several)}
        tree.imported.setdefault(last, set()).update(words)
        # `from package import module`, `from . import module`: its names may be read as attributes.
        tree.imported[""] |= words
    for hazard, pattern in _REACHING.items():
        if hazard not in tree.reaching and pattern.search(content):
            tree.reaching[hazard] = path
