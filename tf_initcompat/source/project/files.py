"""Files to search: the paths that the user names, directories with their .gitignore, and a quick test of content."""

import functools
import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tf_initcompat.catalog import namespaces, symbols
from tf_initcompat.source.project import gitignore, repository
from tf_initcompat.source.syntax.documents import SUFFIXES

#: Directories that never contain code of the project.
SKIPPED_FOLDERS: Final = frozenset({
    ".git", ".hg", ".svn", ".bzr", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".tox",
    ".venv", "__pycache__", "__pypackages__", "node_modules", "site-packages", "venv",
})  # fmt: skip
#: Folders in the top directory of a repository.
REPOSITORY_FOLDERS: Final = (".git", ".hg")
#: Files in the top directory of a project.
PROJECT_FILES: Final = (*REPOSITORY_FOLDERS, "pyproject.toml", "setup.py", "setup.cfg")

_ENDING: Final = b"initializer"
_STRING: Final = re.compile(rb"\s*[=:][^\n'\"]{0,40}?\\?['\"]")


def can_match(content: bytes) -> bool:
    """Return whether a file may use a legacy initializer.

    The test is cheap, so that most files need no parsing. Most files that contain "initializer" only pass one on.

    Args:
      content: Bytes of the file.

    Examples:
      >>> can_match(b"w = tf.zeros_initializer()")
      True
      >>> can_match(b"model.fit(x, initializer=initializer)")
      False
    """
    if any(word in content for word in _distinctive_words()):
        return True
    if any(word in content and form.search(content) for word, form in _forms()):
        return True
    position = content.find(_ENDING)
    while position >= 0:
        end = position + len(_ENDING)
        if content.endswith(_stems(), 0, position) or _STRING.match(content, end):
            return True
        position = content.find(_ENDING, end)
    return False


@functools.cache
def _distinctive_words() -> tuple[bytes, ...]:
    """Return words that are specific to initializers, so that the object before them does not matter."""
    presets = {symbol.names[0].rpartition(".")[2] for symbol in symbols.INITIALIZERS if symbol.preset}
    families = {f".{name.partition('_')[0]}_" for name in presets}  # ".he_", ".lecun_", ".glorot_"
    natives = {f".{symbol.native}" for symbol in symbols.INITIALIZERS if symbol.preset}  # ".VarianceScaling"
    kernels = {
        name
        for symbol in symbols.INITIALIZERS
        if symbol.kernel_ranks
        for name in (symbol.wrapper.name, symbol.names[0].rpartition(".")[2])
    }
    return tuple(word.encode() for word in ("partition_info", *sorted(families | natives | kernels)))


@functools.cache
def _forms() -> tuple[tuple[bytes, re.Pattern[bytes]], ...]:
    """Return words with the pattern of their uses; each pattern begins with its word, which is fast."""
    names, texts = (
        "|".join(sorted(words, key=len, reverse=True))
        for words in (namespaces.last_names(), namespaces.initializer_names())
    )
    space = r"[\s\\]*"
    member = rf"\w*{space}(?:\.{space}(?:{names})\b|import\b|as\b)"
    forms = {
        # A member by name or by string, an import from the module, or another name for the module.
        "nitializers": rf"nitializers(?:{member}|(?<=\.initializers)\b(?!{space}\.))",
        "init_ops": rf"init_ops(?:{member}|(?<=\.init_ops)\b(?!{space}\.))",
        "class_name": rf"class_name\\?['\"]\s*:\s*\\?['\"](?:{texts})\b",
    }
    return tuple((word.encode(), re.compile(form.encode())) for word, form in forms.items())


@functools.cache
def _stems() -> tuple[bytes, ...]:
    """Return the parts in front of "initializer" in the names of the catalog."""
    names = [name.partition("initializer") for name in namespaces.last_names()]
    return tuple({stem.encode() for stem, ending, _ in names if stem and ending})


def root_of(path: Path) -> Path:
    """Return the root of the tree that a path belongs to.

    A directory is a root itself. A file belongs to its project, or else to its package.
    """
    if path.is_dir():
        return path
    folder = path.absolute().parent
    for above in (folder, *folder.parents):
        if any((above / name).exists() for name in PROJECT_FILES):
            return above
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def parse_list(content: bytes) -> list[Path]:
    r"""Return the paths of a list that separates them by line ends or by null bytes.

    Examples:
      >>> [str(path) for path in parse_list(b"a.py\nsub/b.py\n")]
      ['a.py', 'sub/b.py']
    """
    lines = content.split(b"\0") if b"\0" in content else content.replace(b"\r\n", b"\n").split(b"\n")
    return [Path(os.fsdecode(line)) for line in lines if line]


class Search(NamedTuple):
    """Result of searching paths for files to read.

    Attributes:
      files: Each file once; the files of a directory are sorted.
      skipped: Files and directories that a .gitignore leaves out where git is not there to say what it tracks.
    """

    files: tuple[Path, ...]
    skipped: tuple[Path, ...]


def find(paths: Iterable[Path], exclude: Collection[str] = (), base: str = "") -> Search:
    """Search paths for files to read.

    Args:
      paths: Files, which are read under any name, and directories.
      exclude: Patterns in the form of .gitignore.
      base: Directory to which the patterns are relative; by default each directory of `paths`.

    Raises:
      FileNotFoundError: If a path does not exist.
    """
    found: dict[str, Path] = {}
    skipped: list[Path] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"there is no {str(path)!r}")
        for file in _files_below(path, exclude, base, skipped) if path.is_dir() else [path]:
            found.setdefault(os.path.realpath(file), file)
    return Search(tuple(found.values()), tuple(skipped))


def _files_below(root: Path, exclude: Collection[str], base: str, skipped: list[Path]) -> Iterator[Path]:
    """Yield the files below a directory, and add to `skipped` what only a .gitignore leaves out."""
    top = os.path.abspath(root)
    real_root = os.path.realpath(root)
    inherited = gitignore.inherited(top)
    excluded = [gitignore.compiled(base or top, exclude)] if exclude else []
    tracked_below = functools.cache(lambda: repository.tracked(top))  # git runs only if a pattern matches

    def is_left_out(path: str, patterns: list[gitignore.Patterns]) -> bool:
        if gitignore.is_ignored(path, excluded):
            return True
        if not gitignore.is_ignored(path, patterns):
            return False
        tracked = tracked_below()
        if tracked is not None and path in tracked:
            return False
        if tracked is None:
            skipped.append(root / os.path.relpath(path, top))
        return True

    patterns_of: dict[str, list[gitignore.Patterns]] = {}
    for folder, folders, names in os.walk(root):
        here = os.path.abspath(folder)
        patterns = list(patterns_of.get(os.path.dirname(here), inherited))
        if gitignore.FILE_NAME in names:
            patterns.append(gitignore.read(here, os.path.join(folder, gitignore.FILE_NAME)))
        patterns_of[here] = patterns
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED_FOLDERS and not is_left_out(os.path.join(here, name) + os.sep, patterns)
        )
        for name in sorted(names):
            path = os.path.join(here, name)
            if name.endswith(SUFFIXES) and _is_inside(path, real_root) and not is_left_out(path, patterns):
                yield Path(folder, name)


def _is_inside(path: str, root: str) -> bool:
    """Return whether a path is a regular file of the tree, not a pipe, a broken link or a link out of the tree."""
    if os.path.islink(path):
        return os.path.isfile(path) and os.path.realpath(path).startswith(root + os.sep)
    return os.path.isfile(path)
