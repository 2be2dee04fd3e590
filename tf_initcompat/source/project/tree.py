"""Index of a tree: what its files import from each other, and code that affects initializers in other files.

The index is read from bytes with regular expressions, since parsing every file would take too long.
"""

import enum
import os
import re
from collections.abc import Iterable
from typing import Final

from tf_initcompat._internal import regular
from tf_initcompat.source.project import files
from tf_initcompat.source.syntax.documents import SUFFIXES

_IMPORT: Final = re.compile(rb"\bfrom[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n;]*)|\bimport[ \t]+([^\n;]*)")
_WORD: Final = re.compile(rb"\w+|\*")
_ATTRIBUTE: Final = re.compile(rb"\.\s*(\w+)")
_CONTINUED: Final = re.compile(rb"\\\r?\n")
_COMMENT: Final = re.compile(rb"#[^\n]*")
_TEST: Final = re.compile(r"test_.*|.*_test|conftest")
_TEST_FOLDER: Final = "tests"


class Effect(enum.Enum):
    """Code in one file that changes what initializers in other files do.

    Attributes:
      pattern: Pattern of the code. It also matches comments, which does no harm: `migrate` then keeps the wrapper.
    """

    GLOBAL_SEED = (
        rb"\bset_random_seed\b|\brandom\s*\.\s*set_seed\b|\bimport\b[^\n]*\bset_seed\b|\btf_random_seed\b"
        rb"|\bgraph(?:\(\))?\s*\.\s*seed\s*=[^=]"
    )
    PARTITIONER = rb"_partitioner\b|\bpartitioner\s*=\s*(?!None\b)|['\"]partitioner['\"]"
    DEFAULT_DTYPE = rb"\bset_floatx\b"

    def __init__(self, pattern: bytes) -> None:
        self.pattern = re.compile(pattern)


class TreeIndex:
    """Index of the files below some directories.

    Args:
      roots: The directories.

    Attributes:
      effects: First file with each effect. Tests are left out, since they run on their own.
    """

    def __init__(self, roots: Iterable[str]) -> None:
        self.effects: dict[Effect, str] = {}
        #: Names that are imported from modules, by the last component of the module.
        self._imported: dict[str, set[str]] = {}
        #: Last components of modules that are imported themselves, so that their names are read as attributes.
        self._modules: set[str] = set()
        #: Names that are read as attributes.
        self._attributes: set[str] = set()
        for root in roots:
            for folder, folders, names in os.walk(root):
                folders[:] = [name for name in folders if name not in files.SKIPPED_FOLDERS]
                for name in names:
                    if name.endswith(SUFFIXES):
                        self._add(os.path.join(folder, name))

    def is_imported(self, module: str, name: str) -> bool:
        """Return whether a file may import a name from a module, which is given by its last component."""
        imported = self._imported.get(module, set())
        return name in imported or "*" in imported or (module in self._modules and name in self._attributes)

    def _add(self, path: str) -> None:
        try:
            content = regular.read(path)
        except OSError:
            return
        code = _COMMENT.sub(b"", _CONTINUED.sub(b" ", content))
        for module, members, modules in _IMPORT.findall(code):
            words = {word.decode(errors="ignore") for word in _WORD.findall(members or modules)}
            self._modules.update(words)  # `from package import module` binds a module, too
            if module:
                last = module.rpartition(b".")[2].decode(errors="ignore")
                self._imported.setdefault(last, set()).update(words)
        self._attributes.update(word.decode(errors="ignore") for word in set(_ATTRIBUTE.findall(code)))
        name = os.path.splitext(os.path.basename(path))[0]
        if _TEST.fullmatch(name) or _TEST_FOLDER in path.split(os.sep):
            return
        for effect in Effect:
            if effect not in self.effects and effect.pattern.search(content):
                self.effects[effect] = path
