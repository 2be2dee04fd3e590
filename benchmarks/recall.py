"""Recall and precision of `scan`, counted against an independent search that asks the real TensorFlow 1.15.

    python benchmarks/recall.py --tensorflow1 PYTHON FOLDER...

FOLDER has the unpacked Python files of packages for TensorFlow 1. PYTHON is an interpreter that has TensorFlow 1.15.

The search shares no code with the package. It reads tokens instead of syntax trees: every dotted name whose first
component an import or a plain assignment binds somewhere in the file, without scopes. TensorFlow 1.15 then says which
of these names are its initializers, by their classes and by the modules of their functions. Strings, configurations
and names that come through other modules of a project are no part of the search.
"""

import argparse
import json
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tf_initcompat import source

#: Packages whose names TensorFlow 1.15 is asked for; tf_slim is contrib's code under another name.
_PACKAGES: Final = {"tensorflow": "tensorflow", "tf_slim": "tensorflow.contrib.slim"}
#: Findings about a name in the program; the others repeat its place or are about strings and configurations.
_NAMED: Final = frozenset({"IC001", "IC002", "IC003", "IC006"})
#: Program for TensorFlow 1.15: it reads names and prints those of initializers.
_ORACLE: Final = """
import importlib, inspect, json, sys, warnings
warnings.simplefilter("ignore")
import tensorflow as tf
from tensorflow.python.keras import initializers as keras
from tensorflow.python.ops import init_ops
MODULES = ("tensorflow.contrib.layers.python.layers.initializers", "tensorflow.python.keras.initializers",
           "tensorflow.contrib.framework.python.ops.checkpoint_ops", "tensorflow.python.ops.init_ops")
def resolve(name):
    parts = name.split(".")
    value = importlib.import_module(parts[0])
    for count, part in enumerate(parts[1:], 2):
        try:
            value = getattr(value, part)
        except AttributeError:
            value = importlib.import_module(".".join(parts[:count]))
    return value
def is_initializer(name):
    try:
        value = resolve(name)
    except Exception:
        return False
    if inspect.isclass(value):
        return issubclass(value, (init_ops.Initializer, keras.Initializer))
    module = getattr(inspect.unwrap(value), "__module__", "") if inspect.isfunction(value) else ""
    return module in MODULES
print(json.dumps([name for name in json.load(sys.stdin) if is_initializer(name)]))
"""


class Mention(NamedTuple):
    """A dotted name in a file.

    Attributes:
      path: The file.
      line: Line, counted from one.
      column: Column, counted from one.
      qualified: What the name stands for, if the file's imports mean it.
    """

    path: str
    line: int
    column: int
    qualified: str


def _chains(tokens: Sequence[tokenize.TokenInfo]) -> Iterator[tuple[int, int, str]]:
    """Yield the dotted names: the first token, the token behind the last, and the name."""
    index = 0
    while index < len(tokens):
        end = index + 1
        if tokens[index].type == tokenize.NAME and (index == 0 or tokens[index - 1].string != "."):
            while end + 1 < len(tokens) and tokens[end].string == "." and tokens[end + 1].type == tokenize.NAME:
                end += 2
            yield index, end, "".join(token.string for token in tokens[index:end])
        index = end


class _File:
    """Names that are bound in a file, without scopes."""

    def __init__(self, path: Path) -> None:
        ignored = (tokenize.COMMENT, tokenize.NL)
        with tokenize.open(path) as stream:
            self._tokens = [token for token in tokenize.generate_tokens(stream.readline) if token.type not in ignored]
        self._path = str(path)
        self._bound: dict[str, set[str]] = {}
        self._imported: list[Mention] = []
        self._in_imports: set[int] = set()
        for index, token in enumerate(self._tokens):
            if self._is_first(index) and token.string in ("import", "from"):
                self._read_import(index)
        for _ in range(3):  # `a = tf.contrib`, `b = a.layers`
            self._read_assignments()

    def mentions(self) -> Iterator[Mention]:
        """Yield the dotted names that an import explains, and the names that imports bind."""
        yield from self._imported
        for start, end, name in _chains(self._tokens):
            if start not in self._in_imports and not self._is_target(start, end):
                token = self._tokens[start]
                for qualified in self._resolved(name):
                    yield Mention(self._path, token.start[0], token.start[1] + 1, qualified)

    def _is_first(self, index: int) -> bool:
        """Return whether a token is the first of a statement."""
        before = self._tokens[index - 1].string.strip() if index else ""
        return before in ("", ";", ":")

    def _is_target(self, start: int, end: int) -> bool:
        """Return whether a dotted name is assigned to."""
        return self._is_first(start) and self._tokens[end].string == "="

    def _resolved(self, name: str) -> set[str]:
        first, dot, rest = name.partition(".")
        return {f"{qualified}{dot}{rest}" for qualified in self._bound.get(first, ())}

    def _read_import(self, index: int) -> None:
        end = index
        while self._tokens[end].type not in (tokenize.NEWLINE, tokenize.ENDMARKER) and self._tokens[end].string != ";":
            end += 1
        self._in_imports.update(range(index, end))
        words = self._tokens[index:end]
        strings = [token.string for token in words]
        module, first = "", 1
        if strings[0] == "from":
            if "import" not in strings:
                return
            first = strings.index("import") + 1
            module = "".join(strings[1 : first - 1]) + "."
        members: list[list[tokenize.TokenInfo]] = [[]]
        for token in words[first:]:
            if token.string == ",":
                members.append([])
            elif token.string not in ("(", ")"):
                members[-1].append(token)
        for member in filter(None, members):
            parts = [token.string for token in member]
            name, alias = ("".join(parts[:-2]), parts[-1]) if "as" in parts else ("".join(parts), "")
            if module:
                self._bound.setdefault(alias or name, set()).add(module + name)
                self._imported.append(Mention(self._path, member[0].start[0], member[0].start[1] + 1, module + name))
            else:
                self._bound.setdefault(alias or name.partition(".")[0], set()).add(
                    name if alias else name.partition(".")[0]
                )

    def _read_assignments(self) -> None:
        for start, end, name in _chains(self._tokens):
            is_value = (
                start > 1 and self._tokens[start - 1].string == "=" and self._tokens[end].type == tokenize.NEWLINE
            )
            if is_value and self._tokens[start - 2].type == tokenize.NAME and self._tokens[start - 3].string != ".":
                self._bound.setdefault(self._tokens[start - 2].string, set()).update(self._resolved(name))


def search(paths: Sequence[Path], python: str) -> set[Mention]:
    """Return the mentions of initializers of TensorFlow 1.15."""
    mentions: set[Mention] = set()
    for path in paths:
        try:
            mentions.update(_File(path).mentions())
        except (tokenize.TokenError, SyntaxError, UnicodeDecodeError, IndentationError):
            continue  # Python 2, which `scan` reports
    asked: dict[str, str] = {}
    for name in {mention.qualified for mention in mentions}:
        package, dot, rest = name.partition(".")
        if package in _PACKAGES and dot:
            asked[name] = f"{_PACKAGES[package]}.{rest}"
    command = [python, "-c", _ORACLE]
    answer = subprocess.run(command, input=json.dumps([*asked.values()]), capture_output=True, text=True, check=True)
    initializers = set(json.loads(answer.stdout.splitlines()[-1]))
    return {mention for mention in mentions if asked.get(mention.qualified) in initializers}


def main() -> None:
    """Count and print what the search and `scan` find."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tensorflow1", required=True, metavar="PYTHON", help="interpreter with TensorFlow 1.15")
    parser.add_argument("--list", action="store_true", help="list the differences")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="unpacked packages")
    options = parser.parse_args()
    results = [result for folder in options.folders for result in source.scan_tree([folder])]
    unreadable = {result.path for result in results if result.error}
    scanned = {
        (finding.path, finding.line, finding.column): f"{finding.rule} {finding.symbol}"
        for result in results
        for finding in result.findings
        if finding.rule in _NAMED
    }
    paths = [path for folder in options.folders for path in sorted(folder.rglob("*.py"))]
    searched = {mention[:3]: mention.qualified for mention in search(paths, options.tensorflow1)}
    searched = {place: name for place, name in searched.items() if place[0] not in unreadable}
    print(f"{len(paths):,} files, {len(unreadable)} of them not Python 3")
    for label, found in (
        ("both", {place: scanned[place] for place in scanned.keys() & searched.keys()}),
        ("only the search", {place: searched[place] for place in searched.keys() - scanned.keys()}),
        ("only scan", {place: scanned[place] for place in scanned.keys() - searched.keys()}),
    ):
        print(f"{label}: {len(found):,}")
        if label != "both":
            for name, count in Counter(found.values()).most_common():
                print(f"  {count:5} {name}")
            for (path, line, column), name in sorted(found.items()) if options.list else ():
                print(f"    {path}:{line}:{column}: {name}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
