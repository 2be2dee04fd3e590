"""One parsed file with its names, its API level and the tree around it."""

import ast
import functools
import os
from pathlib import Path

from tf_initcompat._internal import regular
from tf_initcompat.source.project import levels, requirements
from tf_initcompat.source.project.modules import Project
from tf_initcompat.source.project.tree import Effect, is_test_file
from tf_initcompat.source.project.words import Words
from tf_initcompat.source.syntax import documents
from tf_initcompat.source.syntax.names import Candidates, Names
from tf_initcompat.source.syntax.scopes import Binding
from tf_initcompat.source.syntax.text import SourceError, Text


class SourceFile:
    """A file of a project.

    Args:
      text: Text of the file.
      project: Tree that the file belongs to.
      path: Path of the file; None for standard input, which has no place in the tree.
      assume: API level of a bare `tf` in all files; None lets the file decide.
      fallback: API level if the file does not decide.

    Attributes:
      text: Text of the file.
      names: Names of the file.
    """

    def __init__(
        self,
        text: Text,
        project: Project,
        path: Path | None,
        assume: levels.Level | None = None,
        fallback: levels.Decision = levels.UNDECIDED,
    ) -> None:
        self.text = text
        self.names = Names(text.tree)
        self._project, self._path = project, path
        self._assume, self._fallback = assume, fallback
        self._effects: dict[Effect, str] = {}

    @property
    def path(self) -> str:
        """Absolute path of the file; "" for standard input."""
        return os.path.abspath(self._path) if self._path else ""

    @functools.cached_property
    def decision(self) -> levels.Decision:
        """The API level of the file's bare `tf`, with its reason."""
        if self._assume:
            return levels.Decision(self._assume, "set by the option assume")
        required = requirements.level_of_magics(self.text.magics)
        if not required.level and self._path:
            required = requirements.level(os.path.dirname(os.path.abspath(self._path)))
        decision = self._evidence.decision(required)
        return decision if decision.level else self._fallback

    @property
    def own_level(self) -> levels.Decision:
        """The API level that the file's names show, without the tree around it."""
        return self._evidence.decision()

    @functools.cached_property
    def _evidence(self) -> levels.Evidence:
        return levels.evidence(self.names)

    @functools.cached_property
    def oldest_version(self) -> str:
        """The oldest version of TensorFlow that the notebook or the project requires, such as "1.8"; "" if unknown."""
        version = requirements.oldest_version_of_magics(self.text.magics)
        if not version and self._path:
            version = requirements.oldest_version(os.path.dirname(os.path.abspath(self._path)))
        return version

    def resolve(self, node: ast.expr) -> Candidates:
        """Return what an expression of the file stands for, followed through the modules of the tree."""
        return self.expand(self.names.resolve(node))

    def expand(self, candidates: Candidates) -> Candidates:
        """Return candidates followed through the modules of the tree."""
        return self._project.expand(candidates, self._path)

    def is_imported(self, name: str) -> bool:
        """Return whether another file of the tree may import a name from this file."""
        return self.reader(name) != ""

    def reader(self, name: str) -> str:
        """Return another file of the tree that may read a name of this file, or ""."""
        return self._project.reader(self._path, name)

    def paths_with(self, word: str) -> list[str]:
        """Return the files of the tree that contain a word."""
        return self._project.words.files(word) if self.path else []

    def importers_with(self, effect: Effect) -> list[str]:
        """Return the other files of the tree that have an effect and may import this file."""
        return self._project.importers_with(effect, self._path) if self._path else []

    def other(self, path: str) -> "SourceFile | None":
        """Return another file of the tree, or None if it cannot be read."""
        return _open(self._project, path, self._assume, self._fallback)

    def places(self, module: str) -> list[str]:
        """Return all files of the tree that may be a module, by its qualified name."""
        return self._project.places(module, self._path) if self._path else []

    def relatives(self, name: str) -> frozenset[str]:
        """Return the names of the classes whose methods may run on an object of a class of this file."""
        return self._words.relatives(name)

    def derived(self, name: str) -> frozenset[str]:
        """Return the names of the classes that derive from a class of this file, itself included."""
        return self._words.derived(name)

    def bases(self, name: str) -> frozenset[str]:
        """Return the names of the classes that a class of this file derives from."""
        return self._words.bases(name)

    def siblings(self, name: str) -> frozenset[str]:
        """Return the classes to which `super()` in a class may lead, although it does not derive from them."""
        return self._words.siblings(name)

    @functools.cached_property
    def _words(self) -> Words:
        if self._path:
            return self._project.words
        return Words([("", self.text.text.encode("utf-8", "surrogatepass"))])

    def is_inert(self, binding: Binding) -> bool:
        """Return whether an import does nothing except bind a name."""
        return self._project.is_inert(binding.qualified or "", self._path)

    def origin(self, effect: Effect) -> str:
        """Return the name of the file in the tree that has an effect: "this file", another file, or ""."""
        if effect not in self._effects:
            is_here = effect.pattern.search(self.text.text.encode("utf-8", "surrogatepass")) is not None
            is_test = is_test_file(self.path)
            elsewhere = self._project.file_with(effect, self._path, is_test) if self._path and not is_here else ""
            self._effects[effect] = "this file" if is_here else os.path.basename(elsewhere)
        return self._effects[effect]


@functools.lru_cache(maxsize=256)
def _open(project: Project, path: str, assume: levels.Level | None, fallback: levels.Decision) -> SourceFile | None:
    place = Path(path)
    try:
        document = documents.read(regular.read(path), place)
    except (OSError, SourceError, RecursionError):
        return None
    return None if document.errors else SourceFile(document.text, project, place, assume, fallback)


def forget() -> None:
    """Forget the files of trees, which may have changed since."""
    _open.cache_clear()
