"""Which files are searched: what the user names, directories with their .gitignore, and what can match at all."""

import functools
import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tf_initcompat.catalog import namespaces
from tf_initcompat.source.syntax.documents import SUFFIXES

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

#: Directories that hold no code of the project, whatever .gitignore says.
SKIPPED: Final = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".bzr",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        ".venv",
        "__pycache__",
        "__pypackages__",
        "node_modules",
        "site-packages",
        "venv",
    }
)
#: What tells by itself, and names that stand in no other library's modules but of initializers: the object in front of
#: them may come from anywhere.
_TELLING: Final = (b"partition_info", b".he_", b".lecun_", b".glorot_", b".VarianceScaling")
_ENDING: Final = b"initializer"
_STRING: Final = re.compile(rb"\s*[=:][^\n'\"]{0,40}?\\?['\"]")


def can_match(content: bytes) -> bool:
    """Returns whether a file can hold a use of a legacy initializer; costs next to nothing.

    Args:
      content: The file. Of those that say "initializer" most only pass one on, or look one up.
    """
    if any(word in content for word in _TELLING) or any(
        word in content and form.search(content) for word, form in _forms()
    ):
        return True
    position = content.find(_ENDING)
    while position >= 0:
        end = position + len(_ENDING)
        if content.endswith(_stems(), 0, position) or _STRING.match(content, end):
            return True
        position = content.find(_ENDING, end)
    return False


@functools.cache
def _forms() -> tuple[tuple[bytes, re.Pattern[bytes]], ...]:
    """Returns words with the forms in which they can be part of a use; each form begins with its word, to be fast."""
    names = "|".join(sorted(namespaces.last_names(), key=len, reverse=True))
    space = r"[\s\\]*"
    member = rf"\w*{space}(?:\.{space}(?:(?:{names})\b|get{space}\({space}\\?['\"])|import\b|as\b)"
    forms = {
        # A member, by name or by string; what is imported from the module; another name for it.
        "nitializers": rf"nitializers(?:{member}|(?<=\.initializers)\b(?!{space}\.))",
        "init_ops": rf"init_ops(?:{member}|(?<=\.init_ops)\b(?!{space}\.))",
        "class_name": rf"class_name\\?['\"]\s*:\s*\\?['\"](?:{names})\b",
    }
    return tuple((word.encode(), re.compile(form.encode())) for word, form in forms.items())


@functools.cache
def _stems() -> tuple[bytes, ...]:
    """Returns what stands in front of "initializer" in the names of the table."""
    names = [name.partition("initializer") for name in namespaces.last_names()]
    return tuple({stem.encode() for stem, ending, _ in names if stem and ending})


#: What stands in the top directory of a project.
TOP: Final = (".git", ".hg", "pyproject.toml", "setup.py", "setup.cfg")


def root_of(path: Path) -> Path:
    """Returns the tree that a path belongs to: a directory is one; a file is part of its project, or of its package."""
    if path.is_dir():
        return path
    folder = path.absolute().parent
    for above in (folder, *folder.parents):
        if any((above / name).exists() for name in TOP):
            return above
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def read_regular(path: str) -> bytes:
    """Returns the content of a regular file; a pipe or a device could block, or be read only once.

    Raises:
      OSError: If it is no regular file, or cannot be read.
    """
    if not os.path.isfile(path):
        raise OSError("it is no regular file")
    with open(path, "rb") as stream:
        return stream.read()


def listed(content: bytes) -> list[Path]:
    """Returns the paths of a list, one on each line, or with a null byte behind each."""
    lines = content.split(b"\0") if b"\0" in content else content.replace(b"\r\n", b"\n").split(b"\n")
    return [Path(os.fsdecode(line)) for line in lines if line]


def find(paths: Iterable[Path], exclude: Collection[str] = (), base: str = "") -> Iterator[Path]:
    """Yields the files to search.

    Args:
      paths: Files, which are taken whatever they are called, and directories.
      exclude: Patterns in the form of .gitignore.
      base: The directory that they are relative to; by default each directory of the paths.

    Yields:
      The files, each once, those of a directory sorted.

    Raises:
      FileNotFoundError: If a path does not exist.
    """
    seen: set[str] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"there is no {str(path)!r}")
        for found in _below(path, exclude, base) if path.is_dir() else [path]:
            real = os.path.realpath(found)
            if real not in seen:
                seen.add(real)
                yield found


def _below(root: Path, exclude: Collection[str], base: str) -> Iterator[Path]:
    specs: dict[str, list[tuple[str, GitIgnoreSpec]]] = {}
    top = os.path.abspath(root)
    inside = os.path.realpath(root)
    inherited = _inherited(top)
    if exclude:
        inherited.append((base or top, _spec(exclude)))
    for folder, folders, files in os.walk(root):
        here = os.path.abspath(folder)
        rules = list(specs.get(os.path.dirname(here), inherited))
        if ".gitignore" in files:
            rules.append((here, _read(os.path.join(folder, ".gitignore"))))
        specs[here] = rules
        folders[:] = sorted(
            name for name in folders if name not in SKIPPED and not _ignored(os.path.join(here, name) + os.sep, rules)
        )
        for name in sorted(files):
            path = os.path.join(here, name)
            if name.endswith(SUFFIXES) and _is_inside(path, inside) and not _ignored(path, rules):
                yield Path(folder, name)


def _is_inside(path: str, root: str) -> bool:
    """Returns whether a path is a regular file of the tree: no pipe, and no link to nowhere or to elsewhere."""
    if os.path.islink(path):
        return os.path.isfile(path) and os.path.realpath(path).startswith(root + os.sep)
    return os.path.isfile(path)


def _inherited(top: str) -> list[tuple[str, "GitIgnoreSpec"]]:
    """Returns the rules of the .gitignore files above a directory, up to its repository."""
    rules: list[tuple[str, Any]] = []
    folder = top
    while not os.path.exists(os.path.join(folder, ".git")):  # a file in worktrees and submodules
        parent = os.path.dirname(folder)
        if parent == folder:
            return []  # in no repository
        folder = parent
        if os.path.isfile(file := os.path.join(folder, ".gitignore")):
            rules.insert(0, (folder, _read(file)))
    if os.path.isfile(file := os.path.join(folder, ".git", "info", "exclude")):
        rules.insert(0, (folder, _read(file)))
    return rules


def _read(file: str) -> "GitIgnoreSpec":
    with open(file, encoding="utf-8", errors="replace") as stream:
        return _spec(stream.read().splitlines())


def _spec(lines: Iterable[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    patterns = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue  # as git, which leaves out what it cannot read
        patterns.append(line)
    return GitIgnoreSpec.from_lines(patterns)


def _ignored(path: str, rules: list[tuple[str, "GitIgnoreSpec"]]) -> bool:
    ignored = False
    for folder, spec in rules:
        relative = os.path.relpath(path, folder).replace(os.sep, "/") + ("/" if path.endswith(os.sep) else "")
        decision = spec.check_file(relative).include
        ignored = ignored if decision is None else decision
    return ignored
