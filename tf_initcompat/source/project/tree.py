"""What the files of a tree say to each other, read from their bytes: a parser would take too long for all of them."""

import os
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from tf_initcompat.source.project import files
from tf_initcompat.source.syntax.documents import SUFFIXES

_IMPORT: Final = re.compile(rb"\bfrom[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n;]*)|\bimport[ \t]+([^\n;]*)")
_WORD: Final = re.compile(rb"\w+|\*")
_ATTRIBUTE: Final = re.compile(rb"\.\s*(\w+)")
_CONTINUED: Final = re.compile(rb"\\\r?\n")
_COMMENT: Final = re.compile(rb"#[^\n]*")
#: What reaches initializers in other files, by the name of the hazard. Comments count too: better safe.
REACHING: Final = {
    "global-seed": re.compile(
        rb"\bset_random_seed\b|\brandom\s*\.\s*set_seed\b|\bimport\b[^\n]*\bset_seed\b|\btf_random_seed\b"
        rb"|\bgraph(?:\(\))?\s*\.\s*seed\s*=[^=]"
    ),
    "partition": re.compile(rb"_partitioner\b|\bpartitioner\s*=\s*(?!None\b)|['\"]partitioner['\"]"),
    "constructor-dtype": re.compile(rb"\bset_floatx\b"),
}
_TEST: Final = re.compile(r"test_.*|.*_test|conftest")


class Tree(NamedTuple):
    """What the files of a tree say to each other.

    Attributes:
      imported: The names that are imported from modules, by the last name of the module.
      modules: The last names of modules that are imported themselves, so that their names are read as attributes.
      attributes: The names that are read as attributes.
      reaching: The first file with each thing of `REACHING`; tests do not count, since they run alone.
    """

    imported: dict[str, set[str]]
    modules: set[str]
    attributes: set[str]
    reaching: dict[str, str]

    def is_taken(self, module: str, name: str) -> bool:
        """Returns whether a file may take a name from a module, given by its last name."""
        taken = self.imported.get(module, set())
        return name in taken or "*" in taken or (module in self.modules and name in self.attributes)


def read(roots: Iterable[str]) -> Tree:
    """Reads all files below the roots."""
    tree = Tree({}, set(), set(), {})
    for root in roots:
        for folder, folders, several in os.walk(root):
            folders[:] = [name for name in folders if name not in files.SKIPPED]
            for file in several:
                if file.endswith(SUFFIXES):
                    _read_file(os.path.join(folder, file), tree)
    return tree


def _read_file(path: str, tree: Tree) -> None:
    try:
        content = files.read_regular(path)
    except OSError:
        return
    plain = _COMMENT.sub(b"", _CONTINUED.sub(b" ", content))
    for module, several, modules in _IMPORT.findall(plain):
        words = {word.decode(errors="ignore") for word in _WORD.findall(several or modules)}
        tree.modules.update(words)  # `from package import module` binds a module, too
        if module:
            last = module.rpartition(b".")[2].decode(errors="ignore")
            tree.imported.setdefault(last, set()).update(words)
    tree.attributes.update(word.decode(errors="ignore") for word in set(_ATTRIBUTE.findall(plain)))
    name = os.path.splitext(os.path.basename(path))[0]
    if _TEST.fullmatch(name) or "tests" in path.split(os.sep):
        return
    for hazard, pattern in REACHING.items():
        if hazard not in tree.reaching and pattern.search(content):
            tree.reaching[hazard] = path
