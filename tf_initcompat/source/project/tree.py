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
_ALIAS: Final = re.compile(rb"([.\w]+|\*)(?:\s+as\s+(\w+))?")
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
        #: Files whose import statements contain a word, which may be the last component of a module.
        self._importers: dict[str, list[str]] = {}
        for root in roots:
            for folder, folders, names in os.walk(root):
                folders[:] = [name for name in folders if name not in files.SKIPPED_FOLDERS]
                for name in names:
                    if name.endswith(SUFFIXES):
                        self._add(os.path.join(folder, name))

    def reader(self, path: str, name: str) -> str:
        """Return a file that may read a name of the module in another file, or "".

        Modules are compared by their last component. Where everything is imported from the module, the files that
        import from there may read the name as well.

        Args:
          path: Absolute path of the module.
          name: A name that the module binds.
        """
        seen = {path}
        modules = [module_name(path)]
        while modules:
            module = modules.pop()
            for other in self._importers.get(module, ()):
                if other in seen:
                    continue
                seen.add(other)
                readers = _Readers(_code(other))
                if readers.read(module, name):
                    return other
                if readers.pass_on(module, name):
                    modules.append(module_name(other))
        return ""

    def _add(self, path: str) -> None:
        try:
            content = regular.read(path)
        except OSError:
            return
        words: set[bytes] = set()
        for statement in _IMPORT.finditer(_stripped(content)):
            words.update(_WORD.findall(statement[0]))
        for word in words:
            self._importers.setdefault(word.decode(errors="ignore"), []).append(path)
        name = os.path.splitext(os.path.basename(path))[0]
        if _TEST.fullmatch(name) or _TEST_FOLDER in path.split(os.sep):
            return
        for effect in Effect:
            if effect not in self.effects and effect.pattern.search(content):
                self.effects[effect] = path


class _Readers:
    """The reads of other modules' names in one file.

    Args:
      code: The file without comments.
    """

    def __init__(self, code: bytes) -> None:
        self._body = _IMPORT.sub(b"", code)
        #: Names that are imported from a module, by its last component.
        self._members: dict[bytes, set[bytes]] = {}
        #: Names by which the file may know a module, by its last component.
        self._modules: dict[bytes, set[bytes]] = {}
        #: Names that imports bind, except by `*`.
        self._bound: set[bytes] = set()
        for module, members, modules in _IMPORT.findall(code):
            for imported, alias in _ALIAS.findall(members or modules):
                last = imported.rpartition(b".")[2]
                self._bound.add(alias or imported.partition(b".")[0])
                self._modules.setdefault(last, set()).add(alias or last)  # `from package import module`, too
                if module:
                    self._members.setdefault(module.rpartition(b".")[2], set()).add(imported)

    def read(self, module: str, name: str) -> bool:
        """Return whether the file may read a name of a module: by an import, as an attribute, or by `*`."""
        key, word = module.encode(), re.escape(name.encode())
        if name.encode() in self._members.get(key, ()):
            return True
        if any(self._has(rb"\b%s\s*\.\s*%s\b" % (alias, word)) for alias in self._modules.get(key, ())):
            return True
        if self._has(rb"['\"]%s['\"]" % word):  # getattr, `__all__`
            return True
        return self.pass_on(module, name) and self._has(rb"(?<![\w.])%s\b" % word)

    def pass_on(self, module: str, name: str) -> bool:
        """Return whether the file imports everything from a module, and does not import the name from elsewhere."""
        return b"*" in self._members.get(module.encode(), ()) and name.encode() not in self._bound

    def _has(self, pattern: bytes) -> bool:
        return re.search(pattern, self._body) is not None


def module_name(path: str) -> str:
    """Return the last component of the name of a module.

    Examples:
      >>> module_name("package/model.py"), module_name("package/__init__.py")
      ('model', 'package')
    """
    folder, file = os.path.split(path)
    name = os.path.splitext(file)[0]
    return os.path.basename(folder) if name == "__init__" else name


def _stripped(content: bytes) -> bytes:
    """Return code without comments, and with continued lines as one."""
    return _COMMENT.sub(b"", _CONTINUED.sub(b" ", content))


def _code(path: str) -> bytes:
    """Return the code of a file without comments; of a notebook, with the line ends of its cells."""
    try:
        content = regular.read(path)
    except OSError:
        return b""
    return _stripped(content.replace(rb"\n", b"\n") if path.endswith(".ipynb") else content)
