"""One parsed file with its names, its API level and the tree around it."""

import ast
import functools
import os
from pathlib import Path

from tf_initcompat.source.project import levels, requirements
from tf_initcompat.source.project.modules import Project
from tf_initcompat.source.project.tree import Effect
from tf_initcompat.source.syntax.names import Candidates, Names
from tf_initcompat.source.syntax.scopes import Binding
from tf_initcompat.source.syntax.text import Text


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

    @functools.cached_property
    def decision(self) -> levels.Decision:
        """The API level of the file's bare `tf`, with its reason."""
        if self._assume:
            return levels.Decision(self._assume, "set by the option assume")
        required = requirements.level_of_magics(self.text.magics)
        if not required.level and self._path:
            required = requirements.level(os.path.dirname(os.path.abspath(self._path)))
        decision = levels.decide(self.names, required)
        return decision if decision.level else self._fallback

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

    def is_inert(self, binding: Binding) -> bool:
        """Return whether an import does nothing except bind a name."""
        return self._project.is_inert(binding.qualified or "", self._path)

    def origin(self, effect: Effect) -> str:
        """Return the name of the file in the tree that has an effect: "this file", another file, or ""."""
        if effect not in self._effects:
            is_here = effect.pattern.search(self.text.text.encode("utf-8", "surrogatepass")) is not None
            elsewhere = self._project.file_with(effect) if self._path and not is_here else ""
            self._effects[effect] = "this file" if is_here else os.path.basename(elsewhere)
        return self._effects[effect]
