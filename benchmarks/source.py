"""CPU time of `scan` and `migrate` on packages for TensorFlow 1, next to ast.parse, grep and tf_upgrade_v2 in one run.

    python benchmarks/source.py                   # downloads the packages with pip; takes minutes
    python benchmarks/source.py --wheels FOLDER   # with wheels that were downloaded before

The packages are from PyPI. One tree has all their Python files, another one those that mention an initializer. Each
figure is the smallest CPU time, in the process and its children, of whole processes that run in alternation. Measure
an installation with compiled bytecode, not an editable one.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tf_initcompat.catalog import symbols

PACKAGES = (
    "NiftyNet==0.6.0",
    "deeppavlov==0.9.1",
    "dm-sonnet==1.36",
    "magenta==1.3.1",
    "tensor2tensor==1.15.7",
    "tensorlayer==1.11.1",
    "tf-slim==1.1.0",
)
_ROUNDS = 5
#: Rounds of tf_upgrade_v2, which takes minutes.
_SLOW_ROUNDS = 2
_PARSE = """
import ast, pathlib, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    try:
        ast.parse(path.read_bytes())
    except SyntaxError:
        pass
"""
_WORD = "nitializer"
#: Names of the tools next to scan and migrate.
_UPGRADE = "tf_upgrade_v2"
_START = "python -c pass"
_GREP_NAMES = "grep -rE every name"
_PARSER = "ast.parse"
_WITHOUT_LIST = "migrate --no-remaining"


def make_trees(wheels: Path, folder: Path) -> dict[str, Path]:
    """Write the tree of all files and that of the files which mention an initializer; return them by name."""
    every, matching = folder / "all", folder / "matching"
    matching.mkdir()
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(every, [name for name in archive.namelist() if name.endswith(".py")])
    matches = [path for path in sorted(every.rglob("*.py")) if _WORD.encode() in path.read_bytes()]
    for number, path in enumerate(matches):
        shutil.copy(path, matching / f"m{number}.py")
    return {"all": every, "matching": matching}


def count(folder: Path) -> str:
    """Return the number of files and lines in a tree, for people."""
    files = list(folder.rglob("*.py"))
    lines = sum(path.read_bytes().count(b"\n") for path in files)
    return f"{len(files):,} files, {lines:,} lines"


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
    rows = [Row(_START, "", [sys.executable, "-c", "pass"]), Row("--help", "", [*cli, "--help"])]
    for name, path in trees.items():
        tree = str(path)
        rows += [
            Row(_GREP_NAMES, name, ["grep", "-rE", every_name, tree]),
            Row(_PARSER, name, [sys.executable, "-c", _PARSE, tree]),
            Row("scan", name, [*cli, "scan", "--statistics", tree]),
            Row("migrate", name, [*cli, "migrate", "--check", tree]),
            Row(_WITHOUT_LIST, name, [*cli, "migrate", "--check", "--no-remaining", tree]),
        ]
    module = "tensorflow.tools.compatibility.tf_upgrade_v2_main"
    arguments = ["--intree", str(trees["matching"]), "--outtree", str(out), "--reportfile", os.devnull]
    return [*rows, Row(_UPGRADE, "matching", [sys.executable, "-m", module, *arguments], _SLOW_ROUNDS)]


def measure(rows: Iterable[Row], out: Path) -> dict[tuple[str, str], float]:
    """Return the smallest CPU time in seconds by tool and tree; the processes run in alternation."""
    times: dict[tuple[str, str], list[float]] = {}
    for number in range(_ROUNDS):
        for row in rows:
            if number < row.rounds:
                shutil.rmtree(out, ignore_errors=True)
                start = _children()
                subprocess.run(row.command, capture_output=True, check=False)
                times.setdefault((row.tool, row.tree), []).append(_children() - start)
    return {key: min(seconds) for key, seconds in times.items()}


def _children() -> float:
    """Return the CPU time of all processes that were started here and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="wheels of the packages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        wheels = options.wheels
        if wheels is None:
            wheels = Path(scratch, "wheels")
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
            subprocess.run([*pip, "--dest", str(wheels), *PACKAGES], check=True)
        trees = make_trees(wheels, Path(scratch))
        out = Path(scratch, "out")
        seconds = measure(make_rows(trees, out), out)
        for name, path in trees.items():
            print(f"{name}: {count(path)}")
    for (tool, tree), value in seconds.items():
        print(f"{tool:24} {tree:8} {value:8.2f} s")
    for tree in trees:
        for tool in ("scan", "migrate", _WITHOUT_LIST):
            print(f"{tool} / {_PARSER}, {tree}: {seconds[tool, tree] / seconds[_PARSER, tree]:.2f}")
        beyond_start = seconds["scan", tree] - seconds[_START, ""]
        print(f"scan without the start / {_GREP_NAMES}, {tree}: {beyond_start / seconds[_GREP_NAMES, tree]:.1f}")
    for tool in ("scan", "migrate", _WITHOUT_LIST):
        print(f"{_UPGRADE} / {tool}, matching: {seconds[_UPGRADE, 'matching'] / seconds[tool, 'matching']:.1f}")


if __name__ == "__main__":
    main()
