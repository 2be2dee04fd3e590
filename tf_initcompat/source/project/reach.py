"""Which files of a tree one process may run together: a script, and what it imports."""

import os
import re
from collections.abc import Iterable, Mapping, Set
from typing import Final

#: Code that may load a module which no import statement names.
_DYNAMIC: Final = re.compile(
    rb"\bimport_module\b|\b__import__\b|\brunpy\b|\bpkgutil\b|\bimp\b|\bload_source\b|\bexec(?:file)?\s*\("
    rb"|\bspec_from_file_location\b|\bLazyLoader\b|\bsys\.modules\b"
)
_SETUP: Final = "setup.py"


class Reach:
    """Import statements of a tree. Modules are compared by their last component, so that too many seem connected.

    Args:
      words: Words in the import statements of each file.
      module_names: Last component of the module of each file.
    """

    def __init__(self, words: Mapping[str, Set[str]], module_names: Mapping[str, str]) -> None:
        self._words, self._files = words, dict[str, list[str]]()
        for path, name in module_names.items():
            self._files.setdefault(name, []).append(path)
        self._imported = {word for found in words.values() for word in found}
        self._names = module_names

    def runs_alone(self, script: str, module: str) -> bool:
        """Return whether a script never runs in one process with a module: neither it nor another file imports both.

        Args:
          script: Path of a file. If another file may import it, the answer is no.
          module: Path of another file.
        """
        return self._names[script] not in self._imported and module not in self._closure(script)

    def _closure(self, path: str) -> set[str]:
        reached, waiting = {path}, [path]
        while waiting:
            current = waiting.pop()
            new = {file for word in self._words[current] for file in self._files.get(word, ())}
            new |= set(self._packages(current))
            waiting += new - reached
            reached |= new
        return reached

    def _packages(self, path: str) -> Iterable[str]:
        """Yield the packages around a module, which run before it."""
        folder = os.path.dirname(path)
        while (package := os.path.join(folder, "__init__.py")) in self._words:
            yield package
            folder = os.path.dirname(folder)


def loads_by_name(path: str, content: bytes) -> bool:
    """Return whether a file may load modules that its import statements do not name.

    Examples:
      >>> loads_by_name("main.py", b"importlib.import_module(name)"), loads_by_name("main.py", b"import model")
      (True, False)
    """
    return os.path.basename(path) != _SETUP and _DYNAMIC.search(content) is not None
