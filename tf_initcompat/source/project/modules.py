"""Modules of the tree: what a project imports from TensorFlow and passes on, followed without importing anything."""

import ast
import functools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tf_initcompat._internal import regular
from tf_initcompat.source.project.tree import Effect, TreeIndex
from tf_initcompat.source.project.words import Words, contents
from tf_initcompat.source.syntax.encodings import decode
from tf_initcompat.source.syntax.names import UNKNOWN, Candidates, Names
from tf_initcompat.source.syntax.text import SourceError, Text

#: Maximum number of modules to follow for one name.
_LARGEST_DEPTH: Final = 12
_TENSORFLOW: Final = frozenset({"tensorflow", "tensorflow_core"})
#: Packages whose import does nothing except bind a name.
_INERT: Final = _TENSORFLOW | {"tf_slim"}


class Project:
    """A tree of Python files.

    Args:
      roots: Directories of the tree. No file outside of them is read.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        folders = {os.path.abspath(root) for root in roots}
        self._roots = [root for root in folders if folders.isdisjoint(map(str, Path(root).parents))]
        self._files: dict[tuple[str, str], str | None] = {}
        self._packages: dict[tuple[str, str], bool] = {}
        self._modules: dict[str, Names | None] = {}
        self._readers: dict[tuple[str, str], str] = {}
        self._members: dict[tuple[str, str], Candidates] = {}

    @functools.cached_property
    def _index(self) -> TreeIndex:
        return TreeIndex(self._roots)

    @functools.cached_property
    def words(self) -> Words:
        """Words of all files of the tree."""
        return Words(contents(self._roots))

    def expand(self, candidates: Candidates, path: Path | None) -> Candidates:
        """Follow candidates through the modules of the tree.

        Args:
          candidates: Qualified names as a file has them.
          path: The file; None for standard input, which has no place in the tree.

        Returns:
          The candidates. A name of one of the tree's modules is replaced by what it stands for there.
        """
        return self._expand_all(candidates, path, 0) if path else candidates

    def reader(self, path: Path | None, name: str) -> str:
        """Return another file of the tree that may read a name of a file, so that the name is public; or ""."""
        key = os.path.abspath(path) if path else "", name
        if key not in self._readers:
            self._readers[key] = self._index.reader(*key) if path else ""
        return self._readers[key]

    def is_inert(self, qualified: str, path: Path | None) -> bool:
        """Return whether an import does nothing except bind a name, so that it can be removed when it is unused.

        TensorFlow counts as such an import. So does a module of the tree whose top level calls nothing.

        Args:
          qualified: Qualified name that is imported.
          path: The file that imports it.
        """
        if not path or qualified.partition(".")[0] in _INERT:
            return True
        location = self.locate(qualified, path)
        module = self._module(location[0]) if location else None
        return module is not None and all(map(_only_binds, module.tree.body))

    def file_with(self, effect: Effect, path: Path, is_test: bool = False) -> str:
        """Return a file of the tree that has an effect on another one, or "".

        Args:
          effect: The effect.
          path: The other file.
          is_test: Whether it may be a test, since tests run together.
        """
        origin = self._index.file_with(effect, os.path.abspath(path))
        return origin or (self._index.test_with(effect) if is_test else "")

    def importers_with(self, effect: Effect, path: Path) -> list[str]:
        """Return the files of the tree that have an effect and may import another one."""
        return self._index.importers_with(effect, os.path.abspath(path))

    def _expand_all(self, candidates: Candidates, path: Path, depth: int) -> Candidates:
        """Follow candidates; `depth` counts the modules that have been followed."""
        expanded: set[str | None] = set()
        for candidate in candidates:
            expanded |= self._expand(candidate, path, depth) if candidate else {candidate}
        return frozenset(expanded)

    def _expand(self, candidate: str, path: Path, depth: int) -> Candidates:
        if candidate.partition(".")[0] in _TENSORFLOW or depth > _LARGEST_DEPTH:
            return frozenset({candidate})
        location = self.locate(candidate, path)
        return self._member(*location, depth) if location else frozenset({candidate})

    def locate(self, qualified: str, path: Path) -> tuple[str, list[str]] | None:
        """Return the file of the tree that a qualified name leads to, and the components that are left there."""
        parts = qualified.lstrip(".").split(".")
        dots = len(qualified) - len(qualified.lstrip("."))
        if not dots and not self._may_find(parts[0], path):
            return None
        for length in range(len(parts), 0 if not dots else -1, -1):
            file = self._find(parts[:length], dots, path)
            if file is not None:
                return file, parts[length:]
        return None

    def places(self, module: str, path: Path) -> list[str]:
        """Return all files of the tree that may be a module.

        In addition to the directories around the file that imports it, modules of packages are looked for in the whole
        tree: tests and a package in `src` have no directory in common.

        Args:
          module: Qualified name of the module, as the file has it.
          path: The file.
        """
        dots = len(module) - len(module.lstrip("."))
        parts = [part for part in module.lstrip(".").split(".") if part]
        folders = self._folders(os.path.dirname(os.path.abspath(path)), dots)
        found = [file for folder in folders for file in self._files_of(folder, parts)]
        if len(parts) > 1 and not dots:
            found += self.words.modules(parts)
        return [*dict.fromkeys(found)]

    def _files_of(self, folder: str, parts: list[str]) -> Iterator[str]:
        """Yield the files of a module below a directory."""
        for file in (
            (os.path.join(folder, *parts) + ".py") if parts else "",
            os.path.join(folder, *parts, "__init__.py"),
        ):
            if file and os.path.isfile(file) and self._is_inside(file):
                yield file

    def _find(self, parts: list[str], dots: int, path: Path) -> str | None:
        """Return the file of a module, as seen from the file that imports it."""
        start = os.path.dirname(os.path.abspath(path))
        key = start, "." * dots + ".".join(parts)
        if key not in self._files:
            files = (file for folder in self._folders(start, dots) for file in self._files_of(folder, parts))
            self._files[key] = next(files, None)
        return self._files[key]

    def _is_inside(self, file: str) -> bool:
        return any(file.startswith(root.rstrip(os.sep) + os.sep) for root in self._roots)

    def _folders(self, start: str, dots: int) -> list[str]:
        """Return the directories that may contain a module: one for a relative import, else all up to the roots."""
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

    def _may_find(self, package: str, path: Path) -> bool:
        """Return whether the tree has a module or a directory with a name, as seen from a file that imports it."""
        key = os.path.dirname(path), package
        if key not in self._packages:
            self._packages[key] = any(
                os.path.exists(os.path.join(folder, name))
                for folder in self._folders(os.path.abspath(key[0]), 0)
                for name in (package, f"{package}.py")
            )
        return self._packages[key]

    def _member(self, file: str, parts: list[str], depth: int) -> Candidates:
        if not parts:
            return UNKNOWN  # a module itself
        rest = "".join(f".{part}" for part in parts[1:])
        key = file, parts[0]
        if key not in self._members:
            self._members[key] = UNKNOWN  # ends a circle of imports
            self._members[key] = self._bound(*key, depth)
        joined = frozenset(candidate and candidate + rest for candidate in self._members[key])
        # The rest of the name may lead to another module of the tree.
        return self._expand_all(joined, Path(file), depth + 1) if rest else joined

    def _bound(self, file: str, name: str, depth: int) -> Candidates:
        """Return what a name stands for in a module of the tree."""
        module = self._module(file)
        if module is None:
            return UNKNOWN
        scope = module.module_scope
        if name in scope.bindings:
            candidates = module.resolve(ast.Name(name, ast.Load()), scope)
        else:
            candidates = frozenset(f"{star}.{name}" for star in module.star_imports) or UNKNOWN
        return self._expand_all(candidates, Path(file), depth + 1)

    def _module(self, file: str) -> Names | None:
        if file not in self._modules:
            self._modules[file] = None  # ends a circle of imports
            try:
                content = regular.read(file)
                if b"import" in content:
                    self._modules[file] = Names(Text(decode(content).text).tree)
            except (OSError, SourceError, RecursionError):
                pass  # its names stay unknown; its own scan reports the error
        return self._modules[file]


def _only_binds(statement: ast.stmt) -> bool:
    """Return whether a statement does nothing except bind names."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Pass():
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign() | ast.AnnAssign():
            return not any(isinstance(node, ast.Call) for node in ast.walk(statement))
        case ast.If():
            return all(map(_only_binds, (*statement.body, *statement.orelse)))
        case ast.Try():
            handlers = (inner for handler in statement.handlers for inner in handler.body)
            return all(map(_only_binds, (*statement.body, *handlers, *statement.orelse, *statement.finalbody)))
        case _:
            return False
