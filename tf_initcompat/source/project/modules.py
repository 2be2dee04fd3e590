"""Modules of the scanned tree: what a project re-exports from TensorFlow, followed without importing anything."""

import ast
import functools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tf_initcompat.source.project import files, tree
from tf_initcompat.source.syntax import names
from tf_initcompat.source.syntax.text import SourceError, Text, decode

_DEEPEST: Final = 12


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
        self._members: dict[tuple[str, str], names.Candidates] = {}

    @functools.cached_property
    def _tree(self) -> tree.Tree:
        return tree.read(self._roots)

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
        own = path.parent.name if path.stem == "__init__" else path.stem
        return self._tree.is_taken(own, name)

    def is_inert(self, qualified: str, path: Path | None) -> bool:
        """Returns whether importing a name does nothing but bind it, so that an import that nothing reads can go.

        TensorFlow's modules are; one of the tree is, if no statement at its top level calls anything.
        """
        if not path or qualified.partition(".")[0] in ("tensorflow", "tensorflow_core", "tf_slim"):
            return True
        found = self._locate(qualified, path)
        if found is None:
            return False
        module = self._module(found[0])
        return module is not None and _only_binds(module.module.node)

    def reaching(self, hazard: str) -> str:
        """Returns a file of the tree with a global seed ("global-seed") or a partitioner ("partition"), or nothing."""
        return self._tree.reaching.get(hazard, "")

    def _expand(self, candidate: str, path: Path, depth: int) -> names.Candidates:
        if candidate.partition(".")[0] in ("tensorflow", "tensorflow_core") or depth > _DEEPEST:
            return frozenset({candidate})
        found = self._locate(candidate, path)
        return self._member(*found, depth) if found else frozenset({candidate})

    def _locate(self, qualified: str, path: Path) -> tuple[str, list[str]] | None:
        """Returns the file of the tree that a qualified name leads to, and what is left of the name there."""
        parts = qualified.lstrip(".").split(".")
        dots = len(qualified) - len(qualified.lstrip("."))
        for length in range(len(parts), 0 if not dots else -1, -1):
            file = self._find(parts[:length], dots, path)
            if file is not None:
                return file, parts[length:]
        return None

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
        if not parts:
            return names.UNKNOWN  # a module, no name in it
        rest = "".join(f".{part}" for part in parts[1:])
        key = file, parts[0]
        if key not in self._members:
            self._members[key] = names.UNKNOWN  # a circle of imports ends here
            self._members[key] = self._bound(*key, depth)
        joined = frozenset(candidate and candidate + rest for candidate in self._members[key])
        # What is left of the name may lead on: a module of the tree that another one has imported.
        return self.expand(joined, Path(file), depth + 1) if rest else joined

    def _bound(self, file: str, name: str, depth: int) -> names.Candidates:
        """Returns what a name stands for in a module of the tree."""
        module = self._module(file)
        if module is None:
            return names.UNKNOWN
        scope = module.module
        if name in scope.bindings:
            candidates = module.resolve(ast.Name(name, ast.Load()), scope)
        else:
            candidates = frozenset(f"{star}.{name}" for star in module.stars) or names.UNKNOWN
        return self.expand(candidates, Path(file), depth + 1)

    def _module(self, file: str) -> names.Names | None:
        if file not in self._modules:
            self._modules[file] = None  # a circle of imports ends here
            try:
                content = files.read_regular(file)
                if b"import" in content:
                    self._modules[file] = names.Names(Text(decode(content).text).tree)
            except (OSError, SourceError, RecursionError):
                pass  # nothing is known of it; if it is scanned itself, its error is told there
        return self._modules[file]


def _only_binds(node: ast.AST) -> bool:
    for statement in getattr(node, "body", ()):
        match statement:
            case (
                ast.Import()
                | ast.ImportFrom()
                | ast.FunctionDef()
                | ast.AsyncFunctionDef()
                | ast.ClassDef()
                | ast.Pass()
            ):
                continue
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.Assign() | ast.AnnAssign() if not any(isinstance(one, ast.Call) for one in ast.walk(statement)):
                continue
            case ast.If() | ast.Try():
                blocks = [statement, *getattr(statement, "handlers", ())]
                tails = [ast.Module(getattr(statement, field, []), []) for field in ("orelse", "finalbody")]
                if all(_only_binds(block) for block in (*blocks, *tails)):
                    continue
        return False
    return True
