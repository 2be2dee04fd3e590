"""What `scan` and `migrate` cost, against tf_upgrade_v2, ast.parse and grep, side by side in one run.

    python benchmarks/source.py            # some minutes: most of them are tf_upgrade_v2's

The trees are made of TensorFlow's own Python files: a large one of which 5 % of the files match, a sample of every
tenth file of it, since tf_upgrade_v2 takes long, and files that all match. Every figure is the median of the wall-clock
times of whole processes, taken in turns. Measure an installation with compiled bytecode, not an editable one.
"""

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tf_initcompat.catalog import symbols

_ROUNDS = 5
_SAMPLED = 10
_MATCHING = 60
_SHARE = 0.05
_PARSE = """
import ast, pathlib, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    ast.parse(path.read_bytes())
"""
_WORD = "nitializer"


def make_trees(folder: Path) -> tuple[Path, Path, Path]:
    """Makes the large tree, the sample and the tree of files that match."""
    spec = importlib.util.find_spec("tensorflow")
    assert spec is not None
    assert spec.submodule_search_locations
    source = Path(next(iter(spec.submodule_search_locations)), "python")
    large, sample, matching = folder / "large", folder / "sample", folder / "matching"
    shutil.copytree(source, large, ignore=lambda _, names: [one for one in names if one == "__pycache__"])
    for path in list(large.rglob("*")):
        if path.is_file() and path.suffix != ".py":
            path.unlink()
    files = sorted(large.rglob("*.py"))
    found = [path for path in files if _WORD.encode() in path.read_bytes()]
    others = len(files) - len(found)
    keep = round(others * _SHARE / (1 - _SHARE))
    kept = {found[number * len(found) // keep] for number in range(keep)}  # evenly
    _copy(found[:_MATCHING], matching)
    for path in set(found) - kept:
        path.unlink()
    _copy(sorted(kept)[::_SAMPLED] + sorted(set(files) - set(found))[::_SAMPLED], sample)
    return large, sample, matching


def _copy(files: list[Path], folder: Path) -> None:
    folder.mkdir()
    for number, path in enumerate(files):
        shutil.copy(path, folder / f"m{number}.py")


def lines(folder: Path) -> int:
    """Returns the number of lines of a tree."""
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))


def main() -> None:
    """Measures and prints the table."""
    cli = [sys.executable, "-m", "tf_initcompat.cli"]
    every_name = "|".join(sorted({name.rpartition(".")[2] for one in symbols.INITIALIZERS for name in one.names}))
    with tempfile.TemporaryDirectory() as scratch:
        trees = dict(zip(("large", "sample", "matching"), make_trees(Path(scratch)), strict=True))
        out = Path(scratch, "out")
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "--help": [*cli, "--help"],
            f"grep -rE {_WORD}, large": ["grep", "-rE", _WORD, str(trees["large"])],
            "grep -rE every name, large": ["grep", "-rE", every_name, str(trees["large"])],
            "ast.parse, large": [sys.executable, "-c", _PARSE, str(trees["large"])],
        }
        for name, tree in trees.items():
            commands[f"scan, {name}"] = [*cli, "scan", "--statistics", str(tree)]
            commands[f"migrate, {name}"] = [*cli, "migrate", "--check", str(tree)]
        for name in ("sample", "matching"):
            commands[f"tf_upgrade_v2, {name}"] = [
                sys.executable, "-m", "tensorflow.tools.compatibility.tf_upgrade_v2_main",
                "--intree", str(trees[name]), "--outtree", str(out), "--reportfile", os.devnull,
            ]  # fmt: skip
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(_ROUNDS):
            for name, command in commands.items():
                if name.startswith("tf_upgrade_v2") and number > 1:
                    continue  # it takes minutes
                shutil.rmtree(out, ignore_errors=True)
                start = time.perf_counter()
                subprocess.run(command, capture_output=True, check=False)
                times[name].append(time.perf_counter() - start)
        sizes = {name: lines(tree) for name, tree in trees.items()}
        files = [path.read_bytes() for path in trees["large"].rglob("*.py")]
    median = {name: statistics.median(several) for name, several in times.items()}
    share = sum(_WORD.encode() in content for content in files) / len(files)
    print(f"{len(files):,} files, {sizes['large']:,} lines, {share:.1%} of the files match")
    for name, seconds in median.items():
        count = sizes.get(name.rpartition(", ")[2])
        print(f"{name:28} {seconds:8.2f} s" + (f" {count / seconds:12,.0f} lines/s" if count else ""))
    for name in ("sample", "matching"):
        for ours in ("scan", "migrate"):
            print(f"tf_upgrade_v2 / {ours}, {name}: {median[f'tf_upgrade_v2, {name}'] / median[f'{ours}, {name}']:.0f}")
    beyond = median["scan, large"] - median["python -c pass"]
    print("scan of the large tree, beyond the interpreter's start")
    for pattern in (_WORD, "every name"):
        print(f"    / grep {pattern}: {beyond / median[f'grep -rE {pattern}, large']:.1f}")
    print(f"ast.parse of the large tree / scan of it: {median['ast.parse, large'] / median['scan, large']:.1f}")


if __name__ == "__main__":
    main()
