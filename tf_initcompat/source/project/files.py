"""Files to search: the paths that the user names, directories with their .gitignore, and a quick test of content."""

import functools
import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tf_initcompat.catalog import creators, namespaces, symbols
from tf_initcompat.source.project import gitignore, repository
from tf_initcompat.source.syntax.documents import SUFFIXES

#: Directories that never contain code of the project.
SKIPPED_FOLDERS: Final = frozenset({
    ".git", ".hg", ".svn", ".bzr", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".tox",
    ".venv", "__pycache__", "__pypackages__", "node_modules", "site-packages", "venv",
})  # fmt: skip
#: Folders in the top directory of a repository.
REPOSITORY_FOLDERS: Final = (repository.MARK, ".hg")
#: Files in the top directory of a project.
PROJECT_FILES: Final = (*REPOSITORY_FOLDERS, "pyproject.toml", "setup.py", "setup.cfg")

#: Word that a file mentions if it uses TensorFlow.
TENSORFLOW: Final = b"tensorflow"
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
    position = content.find(_ENDING)
    while position >= 0:
        end = position + len(_ENDING)
        if content.endswith(_stems(), 0, position) or _STRING.match(content, end):
            return True
        position = content.find(_ENDING, end)
    if any(word in content for word in _distinctive_words()):
        return True
    return any(word in content and form.search(content) for word, form in _forms())


def may_use(content: bytes) -> bool:
    """Return whether a file may use a legacy initializer, one that another module of the tree names among them.

    Examples:
      >>> may_use(b"layers.dense(x, kernel_initializer=INITIALIZER())"), may_use(b"layers.dense(x)")
      (True, False)
    """
    return _ENDING in content.lower() or can_match(content)


def can_create(content: bytes, is_any_listed: bool = False) -> bool:
    """Return whether a file may create variables whose default is lost in Keras.

    Args:
      content: Bytes of the file.
      is_any_listed: Whether other variables without a named initializer count as well.

    Examples:
      >>> can_create(b"tf.nn.rnn_cell.LSTMCell(3)"), can_create(b"tf.layers.dense(x, 3)")
      (True, False)
      >>> can_create(b"tf.layers.dense(x, 3)", is_any_listed=True)
      True
    """
    anywhere, usual = _creators(is_any_listed)
    return (anywhere if _UNUSUAL.search(content) else usual).search(content) is not None


def can_be_native(content: bytes) -> bool:
    """Return whether a file may use Keras' own initializers or a global seed.

    Examples:
      >>> can_be_native(b"keras.initializers.HeNormal()"), can_be_native(b"import keras")
      (True, False)
    """
    return b"initializers" in content or b"set_seed" in content


#: Code by which a name may stand for a member of TensorFlow that is neither an attribute nor in the import.
_UNUSUAL: Final = re.compile(rb"import\s*\(?\s*\*|getattr")


@functools.cache
def _creators(is_any_listed: bool) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return patterns of callables that create variables and of scopes that name initializers.

    The first one finds them anywhere, the second one as attributes and in imports, which is 10 times as fast.
    """
    names = {
        creator.name.rpartition(".")[2]
        for creator in creators.by_name().values()
        if is_any_listed or any(weight.native for weight in creator.weights)
    }
    scopes = {name.rpartition(".")[2] for name in creators.VARIABLE_SCOPES | creators.ARG_SCOPES}
    alternatives = "|".join(sorted(names | scopes, key=len, reverse=True))
    anywhere = rf"\b(?:{alternatives})\b"
    usual = rf"\.\s*(?:{alternatives})\b|import\s*(?:\([^)]*?|(?:\\\r?\n|[^\n])*?){anywhere}"
    return re.compile(anywhere.encode()), re.compile(usual.encode())


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
    if os.path.isdir(path):
        return path
    folder = path.absolute().parent
    for above in (folder, *folder.parents):
        if any(os.path.exists(above / name) for name in PROJECT_FILES):
            return above
    while os.path.isfile(folder / "__init__.py"):
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


class Unreadable(NamedTuple):
    """A path that cannot be read, and the system's reason."""

    path: Path
    reason: str


class Search(NamedTuple):
    """Result of searching paths for files to read.

    Attributes:
      files: Each file once; the files of a directory are sorted.
      skipped: Files and directories that a .gitignore leaves out where git is not there to say what it tracks.
      unreadable: Directories and given paths that the system does not let read.
    """

    files: tuple[Path, ...]
    skipped: tuple[Path, ...]
    unreadable: tuple[Unreadable, ...]


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
    unreadable: list[Unreadable] = []
    for path in paths:
        try:
            os.stat(path)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileNotFoundError(f"there is no {str(path)!r}") from error
        except OSError as error:
            unreadable.append(Unreadable(path, error.strerror or str(error)))
            continue
        for file in _files_below(path, exclude, base, skipped, unreadable) if os.path.isdir(path) else [path]:
            found.setdefault(os.path.realpath(file), file)
    return Search(tuple(found.values()), tuple(skipped), tuple(unreadable))


def _files_below(
    root: Path, exclude: Collection[str], base: str, skipped: list[Path], unreadable: list[Unreadable]
) -> Iterator[Path]:
    """Yield the files below a directory.

    Add to `skipped` what only a .gitignore leaves out, and to `unreadable` the directories that cannot be listed.
    """
    top = os.path.abspath(root)
    real_root = os.path.realpath(root)
    inherited = gitignore.inherited(top)
    excluded = [gitignore.compiled(base or top, exclude)] if exclude else []
    tracked_below = functools.cache(repository.tracked)  # git runs only if a pattern matches

    def is_left_out(path: str, patterns: list[gitignore.Patterns]) -> bool:
        if gitignore.is_ignored(path, excluded):
            return True
        if not gitignore.is_ignored(path, patterns):
            return False
        tracked = tracked_below(repository_of[here])
        if tracked is not None and path in tracked:
            return False
        if tracked is None:
            skipped.append(root / os.path.relpath(path, top))
        return True

    def add_unreadable(error: OSError) -> None:
        unreadable.append(Unreadable(Path(error.filename), error.strerror or str(error)))

    patterns_of: dict[str, list[gitignore.Patterns]] = {}
    #: Top directory of the repository around each directory, as far as the search reaches up.
    repository_of: dict[str, str] = {}
    for folder, folders, names in os.walk(root, onerror=add_unreadable):
        here = os.path.abspath(folder)
        is_nested = here != top and repository.MARK in (*folders, *names)
        repository_of[here] = here if is_nested else repository_of.get(os.path.dirname(here), top)
        above = gitignore.inherited(here) if is_nested else patterns_of.get(os.path.dirname(here), inherited)
        patterns = list(above)
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
