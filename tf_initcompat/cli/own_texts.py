"""Messages and public names of the package itself, read from its source code."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tf_initcompat._internal import bugs

_PACKAGE: Final = "tf_initcompat"
#: Documents of the folders of the package; the others are in README.md.
_DOCUMENTS: Final = {
    "catalog": "docs/history.md",
    "parity": "docs/parity.md",
    "recorder": "docs/legacy_sampling.md",
    "saved": "docs/saved.md, `tf-initcompat convert --help`",
    "source": "docs/source.md",
    "wrappers": "docs/limits.md",
}
#: Words of the shortest text that counts as a message, and letters of the shortest match.
_FEWEST_WORDS: Final = 3
_FEWEST_LETTERS: Final = 12


class _Message(NamedTuple):
    """A message that a module prints or raises.

    Attributes:
      pattern: Pattern of the message.
      letters: Number of fixed letters.
      module: The module.
    """

    pattern: re.Pattern[str]
    letters: int
    module: str


class _Definition(NamedTuple):
    """A public class or function."""

    name: str
    module: str
    summary: str


class _Source(NamedTuple):
    messages: tuple[_Message, ...]
    definitions: tuple[_Definition, ...]
    summaries: dict[str, str]


def of_message(text: str) -> Iterator[str]:
    """Yield which part of the package prints a message, and where that is documented.

    Args:
      text: The message, or text around it.
    """
    found = [message for message in _source().messages if message.pattern.search(text)]
    most = max((message.letters for message in found), default=0)
    for module in dict.fromkeys(message.module for message in found if message.letters == most):
        yield f"{module} prints this message. The module: {_source().summaries[module]}\n{_see(module)}"


def of_name(name: str) -> Iterator[str]:
    """Yield the summaries of the package's public classes and functions with a name.

    Args:
      name: The name, with or without its module.
    """
    module, _, last = name.rpartition(".")
    for found in _source().definitions:
        if found.name == last and (not module or f".{module.removeprefix(f'{_PACKAGE}.')}" in f".{found.module}."):
            yield f"{found.module}.{found.name}: {found.summary}\n{_see(found.module)}"
    qualified = name if name.startswith(_PACKAGE) else f"{_PACKAGE}.{name}"
    if summary := _source().summaries.get(qualified):
        yield f"{qualified}: {summary}\n{_see(qualified)}"


def _see(module: str) -> str:
    folder = module.split(".")[1] if "." in module else ""
    return f"See {bugs.HOME}/blob/main/{_DOCUMENTS.get(folder, 'README.md')}"


@functools.cache
def _source() -> _Source:
    messages: list[_Message] = []
    definitions: list[_Definition] = []
    summaries: dict[str, str] = {}
    folder = Path(__file__).parents[1]
    for file in sorted(folder.rglob("*.py")):  # none in a zip archive
        module = ".".join((_PACKAGE, *file.relative_to(folder).with_suffix("").parts)).removesuffix(".__init__")
        tree = ast.parse(file.read_text(encoding="utf-8"))
        summaries[module] = _summary(tree)
        messages += (_Message(*pattern, module) for pattern in _patterns(tree))
        definitions += (
            _Definition(node.name, module, _summary(node))
            for node in tree.body
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_")
        )
    return _Source(tuple(messages), tuple(definitions), summaries)


def _summary(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]


def _patterns(tree: ast.Module) -> Iterator[tuple[re.Pattern[str], int]]:
    """Yield the texts of a module that read like messages, as patterns."""
    statements = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in statements:
            parts = [node.value]
        else:
            continue
        fixed = [part for part in parts if isinstance(part, str)]
        letters = sum(len(part.strip()) for part in fixed)
        if len(" ".join(fixed).split()) >= _FEWEST_WORDS and letters >= _FEWEST_LETTERS:
            text = "".join(re.escape(part) if isinstance(part, str) else r"[\s\S]*?" for part in parts)
            yield re.compile(text), letters
