"""Time of `scan` and `migrate`, next to tf_upgrade_v2, ast.parse and grep in the same run.

    python benchmarks/source.py            # takes minutes, most of them in tf_upgrade_v2

The trees consist of TensorFlow's own Python files: a large tree in which 5 % of the files match, a sample of every
tenth of its files, since tf_upgrade_v2 is slow, and a tree in which all files match. Each figure is the median
wall-clock time of whole processes that run in alternation. Measure an installation with compiled bytecode, not an
editable one.
"""

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tf_initcompat.catalog import symbols

_ROUNDS = 5
#: Rounds of tf_upgrade_v2, which takes minutes.
_SLOW_ROUNDS = 2
#: The sample has every tenth file of the large tree.
_SAMPLE_STEP = 10
#: Number of files in the tree in which all match.
_MATCHING = 60
#: Share of matching files in the large tree.
_SHARE = 0.05
_PARSE = """
import ast, pathlib, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    ast.parse(path.read_bytes())
"""
_WORD = "nitializer"
#: Names of the tools next to scan and migrate.
_UPGRADE = "tf_upgrade_v2"
_START = "python -c pass"
_GREP_WORD = f"grep -rE {_WORD}"
_GREP_NAMES = "grep -rE every name"
_PARSER = "ast.parse"


def make_trees(folder: Path) -> dict[str, Path]:
    """Write the large tree, the sample and the tree in which all files match; return them by name."""
    spec = importlib.util.find_spec("tensorflow")
    assert spec is not None
    assert spec.submodule_search_locations
    source = Path(next(iter(spec.submodule_search_locations)), "python")
    large, sample, matching = folder / "large", folder / "sample", folder / "matching"
    shutil.copytree(source, large, ignore=lambda _, names: [name for name in names if name == "__pycache__"])
    for path in list(large.rglob("*")):
        if path.is_file() and path.suffix != ".py":
            path.unlink()
    files = sorted(large.rglob("*.py"))
    matches = [path for path in files if _matches(path)]
    others = sorted(set(files) - set(matches))
    count = round(len(others) * _SHARE / (1 - _SHARE))
    kept = sorted({matches[number * len(matches) // count] for number in range(count)})  # evenly spaced
    _copy(matches[:_MATCHING], matching)
    for path in set(matches) - set(kept):
        path.unlink()
    _copy(kept[::_SAMPLE_STEP] + others[::_SAMPLE_STEP], sample)
    return {"large": large, "sample": sample, "matching": matching}


def _matches(path: Path) -> bool:
    return _WORD.encode() in path.read_bytes()


def _copy(files: Iterable[Path], folder: Path) -> None:
    folder.mkdir()
    for number, path in enumerate(files):
        shutil.copy(path, folder / f"m{number}.py")


def count_lines(folder: Path) -> int:
    """Return the number of lines in a tree."""
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))


class Row(NamedTuple):
    """A measured process.

    Attributes:
      tool: What the process runs.
      tree: Name of the tree that it reads; "" if it reads none.
      command: Its command line.
      rounds: Number of times that it is measured.
    """

    tool: str
    tree: str
    command: list[str]
    rounds: int = _ROUNDS


def make_rows(trees: Mapping[str, Path], out: Path) -> list[Row]:
    """Return the processes to measure."""
    cli = [sys.executable, "-m", "tf_initcompat"]
    every_name = "|".join(sorted({name.rpartition(".")[2] for row in symbols.INITIALIZERS for name in row.names}))
    large = str(trees["large"])
    rows = [
        Row(_START, "", [sys.executable, "-c", "pass"]),
        Row("--help", "", [*cli, "--help"]),
        Row(_GREP_WORD, "large", ["grep", "-rE", _WORD, large]),
        Row(_GREP_NAMES, "large", ["grep", "-rE", every_name, large]),
        Row(_PARSER, "large", [sys.executable, "-c", _PARSE, large]),
    ]
    for name, tree in trees.items():
        rows.append(Row("scan", name, [*cli, "scan", "--statistics", str(tree)]))
        rows.append(Row("migrate", name, [*cli, "migrate", "--check", str(tree)]))
    for name in ("sample", "matching"):
        module = "tensorflow.tools.compatibility.tf_upgrade_v2_main"
        arguments = ["--intree", str(trees[name]), "--outtree", str(out), "--reportfile", os.devnull]
        rows.append(Row(_UPGRADE, name, [sys.executable, "-m", module, *arguments], _SLOW_ROUNDS))
    return rows


def measure(rows: Iterable[Row], out: Path) -> dict[tuple[str, str], float]:
    """Return the median wall-clock time in seconds by tool and tree; the processes run in alternation."""
    times: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for number in range(_ROUNDS):
        for row in rows:
            if number >= row.rounds:
                continue
            shutil.rmtree(out, ignore_errors=True)
            start = time.perf_counter()
            subprocess.run(row.command, capture_output=True, check=False)
            times[row.tool, row.tree].append(time.perf_counter() - start)
    return {key: statistics.median(seconds) for key, seconds in times.items()}


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        trees = make_trees(Path(scratch))
        out = Path(scratch, "out")
        medians = measure(make_rows(trees, out), out)
        lines = {name: count_lines(tree) for name, tree in trees.items()}
        files = list(trees["large"].rglob("*.py"))
        share = sum(map(_matches, files)) / len(files)
    print(f"{len(files):,} files, {lines['large']:,} lines, {share:.1%} of the files match")
    for (tool, tree), seconds in medians.items():
        speed = f" {lines[tree] / seconds:12,.0f} lines/s" if tree else ""
        print(f"{tool:24} {tree:8} {seconds:8.2f} s{speed}")
    for tree in ("sample", "matching"):
        for subcommand in ("scan", "migrate"):
            print(f"{_UPGRADE} / {subcommand}, {tree}: {medians[_UPGRADE, tree] / medians[subcommand, tree]:.0f}")
    beyond_start = medians["scan", "large"] - medians[_START, ""]
    print("scan of the large tree, without the start of the interpreter")
    for tool in (_GREP_WORD, _GREP_NAMES):
        print(f"    / {tool}: {beyond_start / medians[tool, 'large']:.1f}")
    print(f"ast.parse of the large tree / scan of it: {medians[_PARSER, 'large'] / medians['scan', 'large']:.1f}")


if __name__ == "__main__":
    main()
