"""Which files are searched: what the user names, directories with their .gitignore, and what can match at all."""

import functools
import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tf_initcompat.source import namespaces
from tf_initcompat.source.documents import SUFFIXES

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
_ENDING: Final = b"_initializer"
_STRING: Final = re.compile(rb"\s*[=:][^\n'\"]{0,40}?\\?['\"]")


def can_match(content: bytes) -> bool:
    """Returns whether a file can hold a use of a legacy initializer; costs next to nothing.

    Args:
      content: The file. Of those that say "initializer" most only pass one on, or look one up.
    """
    if b"partition_info" in content or any(word in content and form.search(content) for word, form in _forms()):
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
    """Returns what stands in front of "_initializer" in the names of the table."""
    names = [name.partition("_initializer") for name in namespaces.last_names()]
    return tuple({stem.encode() for stem, ending, _ in names if ending})


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


def find(paths: Iterable[Path], exclude: Collection[str] = ()) -> Iterator[Path]:
    """Yields the files to search.

    Args:
      paths: Files, which are taken whatever they are called, and directories.
      exclude: Patterns in the form of .gitignore, relative to each directory.

    Yields:
      The files, each once, those of a directory sorted.

    Raises:
      FileNotFoundError: If a path does not exist.
    """
    seen: set[str] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"there is no {str(path)!r}")
        for found in _below(path, exclude) if path.is_dir() else [path]:
            real = os.path.realpath(found)
            if real not in seen:
                seen.add(real)
                yield found


def _below(root: Path, exclude: Collection[str]) -> Iterator[Path]:
    specs: dict[str, list[tuple[str, GitIgnoreSpec]]] = {}
    top = os.path.abspath(root)
    inherited = _inherited(top)
    if exclude:
        inherited.append((top, _spec(exclude)))
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
            if name.endswith(SUFFIXES) and not _ignored(os.path.join(here, name), rules):
                yield Path(folder, name)


def _inherited(top: str) -> list[tuple[str, "GitIgnoreSpec"]]:
    """Returns the rules of the .gitignore files above a directory, up to its repository."""
    rules: list[tuple[str, Any]] = []
    folder = top
    while not os.path.isdir(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return []  # in no repository
        folder = parent
        if os.path.isfile(file := os.path.join(folder, ".gitignore")):
            rules.insert(0, (folder, _read(file)))
    return rules


def _read(file: str) -> "GitIgnoreSpec":
    with open(file, encoding="utf-8", errors="replace") as stream:
        return _spec(stream.read().splitlines())


def _spec(lines: Iterable[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _ignored(path: str, rules: list[tuple[str, "GitIgnoreSpec"]]) -> bool:
    ignored = False
    for folder, spec in rules:
        relative = os.path.relpath(path, folder).replace(os.sep, "/") + ("/" if path.endswith(os.sep) else "")
        decision = spec.check_file(relative).include
        ignored = ignored if decision is None else decision
    return ignored
