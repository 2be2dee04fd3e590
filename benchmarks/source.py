"""Time of `scan` and `migrate`, next to tf_upgrade_v2, ast.parse and grep in the same run.

    python benchmarks/source.py            # takes minutes, most of them in tf_upgrade_v2

The trees consist of TensorFlow's own Python files: a large tree in which 5 % of the files match, a sample of every tenth
of its files, since tf_upgrade_v2 is slow, and a tree in which all files match. Each figure is the median wall-clock time
of whole processes that run in alternation. Measure an installation with compiled bytecode, not an editable one.
"""

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

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
_UPGRADE = "tf_upgrade_v2"


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


def commands(trees: Mapping[str, Path], out: Path) -> dict[str, list[str]]:
    """Return the command line of each measured process, by the name of its row."""
    cli = [sys.executable, "-m", "tf_initcompat"]
    every_name = "|".join(sorted({name.rpartition(".")[2] for row in symbols.INITIALIZERS for name in row.names}))
    rows = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "--help": [*cli, "--help"],
        f"grep -rE {_WORD}, large": ["grep", "-rE", _WORD, str(trees["large"])],
        "grep -rE every name, large": ["grep", "-rE", every_name, str(trees["large"])],
        "ast.parse, large": [sys.executable, "-c", _PARSE, str(trees["large"])],
    }
    for name, tree in trees.items():
        rows[f"scan, {name}"] = [*cli, "scan", "--statistics", str(tree)]
        rows[f"migrate, {name}"] = [*cli, "migrate", "--check", str(tree)]
    for name in ("sample", "matching"):
        rows[f"{_UPGRADE}, {name}"] = [
            sys.executable, "-m", "tensorflow.tools.compatibility.tf_upgrade_v2_main",
            "--intree", str(trees[name]), "--outtree", str(out), "--reportfile", os.devnull,
        ]  # fmt: skip
    return rows


def measure(rows: Mapping[str, list[str]], out: Path) -> dict[str, float]:
    """Return the median wall-clock time of each row in seconds; the rows run in alternation."""
    times: dict[str, list[float]] = {name: [] for name in rows}
    for number in range(_ROUNDS):
        for name, command in rows.items():
            if name.startswith(_UPGRADE) and number >= _SLOW_ROUNDS:
                continue
            shutil.rmtree(out, ignore_errors=True)
            start = time.perf_counter()
            subprocess.run(command, capture_output=True, check=False)
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        trees = make_trees(Path(scratch))
        out = Path(scratch, "out")
        medians = measure(commands(trees, out), out)
        lines = {name: count_lines(tree) for name, tree in trees.items()}
        files = list(trees["large"].rglob("*.py"))
        share = sum(map(_matches, files)) / len(files)
    print(f"{len(files):,} files, {lines['large']:,} lines, {share:.1%} of the files match")
    for name, seconds in medians.items():
        count = lines.get(name.rpartition(", ")[2])
        print(f"{name:28} {seconds:8.2f} s" + (f" {count / seconds:12,.0f} lines/s" if count else ""))
    for tree in ("sample", "matching"):
        for subcommand in ("scan", "migrate"):
            ratio = medians[f"{_UPGRADE}, {tree}"] / medians[f"{subcommand}, {tree}"]
            print(f"{_UPGRADE} / {subcommand}, {tree}: {ratio:.0f}")
    beyond_start = medians["scan, large"] - medians["python -c pass"]
    print("scan of the large tree, without the start of the interpreter")
    for pattern in (_WORD, "every name"):
        print(f"    / grep {pattern}: {beyond_start / medians[f'grep -rE {pattern}, large']:.1f}")
    print(f"ast.parse of the large tree / scan of it: {medians['ast.parse, large'] / medians['scan, large']:.1f}")


if __name__ == "__main__":
    main()
