"""Index of a tree: what its files import from each other, and code that affects initializers in other files.

The index is read from bytes with regular expressions, since parsing every file would take too long.
"""

import enum
import functools
import os
import re
from collections.abc import Iterable
from typing import Final

from tf_initcompat._internal import regular
from tf_initcompat.source.project import files, reach
from tf_initcompat.source.syntax.documents import SUFFIXES

_IMPORT: Final = re.compile(rb"\bfrom[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n;]*)|\bimport[ \t]+([^\n;]*)")
_WORD: Final = re.compile(rb"\w+|\*")
_ALIAS: Final = re.compile(rb"([.\w]+|\*)(?:\s+as\s+(\w+))?")
_CONTINUED: Final = re.compile(rb"\\\r?\n")
_COMMENT: Final = re.compile(rb"#[^\n]*")
_TEST: Final = re.compile(r"test_.*|.*_test|conftest")
_TEST_FOLDER: Final = "tests"
#: A character, or parentheses around up to five levels of others.
_NESTED: Final = functools.reduce(lambda inner, _: rb"(?:[^()]|\(" + inner + rb"*\))", range(5), rb"[^()]")


class Effect(enum.Enum):
    """Code in one file that changes what initializers in other files do.

    Attributes:
      pattern: Pattern of the code. It also matches comments, which does no harm: `migrate` then keeps the wrapper.
    """

    GLOBAL_SEED = (
        rb"\bset_random_seed\b|\brandom\s*\.\s*set_seed\b|\bimport\b[^\n]*\bset_seed\b|\btf_random_seed\b"
        rb"|(?<!\bself)(?<!\bargs)(?<!\bFLAGS)\.seed\s*=[^=]"
    )
    PARTITIONER = rb"_partitioner\b|\bpartitioner\s*=\s*(?!None\b)|['\"]partitioner['\"]"
    CUSTOM_GETTER = rb"\bcustom_getter\s*=\s*(?!None\b|(?:self\s*\.\s*)?_?custom_getter\b)|\bset_custom_getter\b"
    OTHER_FLOATS = rb"\b(?:b?float16|float64|double|half|complex64|complex128)\b"
    SCOPE_DTYPE = rb"scope\s*\(" + _NESTED + rb"{0,2000}?(?:\bdtype\s*=|\*\*)|\bset_dtype\b|\bpartial\([^)\n]*scope\b"
    DEFAULT_DTYPE = rb"\bset_floatx\b"
    SCOPE_INITIALIZER = (
        rb"\bvariable(?:_op)?_scope\s*\(" + _NESTED + rb"{0,2000}?\binitializer\s*=\s*(?!None\b)|\bset_initializer\s*\("
    )

    def __init__(self, pattern: bytes) -> None:
        self.pattern = re.compile(pattern)


class TreeIndex:
    """Index of the files below some directories.

    Args:
      roots: The directories.
    """

    def __init__(self, roots: Iterable[str]) -> None:
        self._effects: dict[Effect, list[str]] = {}
        self._has_effect: dict[tuple[Effect, str], bool] = {}
        #: Files whose import statements contain a word, which may be the last component of a module.
        self._importers: dict[str, list[str]] = {}
        self._imports: dict[str, set[str]] = {}
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

    def file_with(self, effect: Effect, path: str) -> str:
        """Return a file with an effect on another one, or "". Tests are left out, since they run on their own.

        A seed has none if its file is a script that imports the other file neither itself nor through others.

        Args:
          effect: The effect.
          path: Absolute path of the other file.
        """
        files = [file for file in self._files_with(effect) if not is_test_file(file)]
        if effect is Effect.GLOBAL_SEED and path in self._imports and not self._loads_by_name:
            files = [file for file in files if not self._reach.runs_alone(file, path)]
        return files[0] if files else ""

    def importers_with(self, effect: Effect, path: str) -> list[str]:
        """Return the files with an effect whose import statements contain the name of a module.

        Args:
          effect: The effect.
          path: Absolute path of the module, which is left out.
        """
        importers = self._importers.get(module_name(path), ())
        return [file for file in importers if file != path and self._has(effect, file)]

    def test_with(self, effect: Effect) -> str:
        """Return a test with an effect, or ""."""
        return next(filter(is_test_file, self._files_with(effect)), "")

    def _files_with(self, effect: Effect) -> list[str]:
        """Return the files with an effect. They are read again, since few runs ask."""
        if effect not in self._effects:
            self._effects[effect] = [path for path in self._imports if self._has(effect, path)]
        return self._effects[effect]

    def _has(self, effect: Effect, path: str) -> bool:
        if (effect, path) not in self._has_effect:
            self._has_effect[effect, path] = effect.pattern.search(_content(path)) is not None
        return self._has_effect[effect, path]

    @functools.cached_property
    def _loads_by_name(self) -> bool:
        return any(reach.loads_by_name(path, _content(path)) for path in self._imports)

    @functools.cached_property
    def _reach(self) -> reach.Reach:
        return reach.Reach(self._imports, {path: module_name(path) for path in self._imports})

    def _add(self, path: str) -> None:
        words: set[bytes] = set()
        for statement in _IMPORT.finditer(_stripped(_content(path))):
            words.update(_WORD.findall(statement[0]))
        self._imports[path] = {word.decode(errors="ignore") for word in words}
        for word in self._imports[path]:
            self._importers.setdefault(word, []).append(path)


def _content(path: str) -> bytes:
    """Return the content of a file; nothing if it cannot be read."""
    try:
        return regular.read(path)
    except OSError:
        return b""


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


def is_test_file(path: str) -> bool:
    """Return whether a file is a test, by its name or its folder.

    Examples:
      >>> is_test_file("package/model_test.py"), is_test_file("package/model.py")
      (True, False)
    """
    name = os.path.splitext(os.path.basename(path))[0]
    return _TEST.fullmatch(name) is not None or _TEST_FOLDER in path.split(os.sep)


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
