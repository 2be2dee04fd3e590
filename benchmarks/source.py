"""What `scan` and `migrate` cost, against tf_upgrade_v2, ast.parse and grep, side by side in one run.

    python benchmarks/source.py            # some minutes: most of them are tf_upgrade_v2's

The tree is made of TensorFlow's own Python files, so that about 5 % of them match. Every figure is the median of the
wall-clock times of whole processes, taken in turns.
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

_ROUNDS = 5
_SMALL = 60
_SHARE = 0.05
_PARSE = """
import ast, pathlib, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    ast.parse(path.read_bytes())
"""
_PATTERN = "nitializer"


def make_trees(folder: Path) -> tuple[Path, Path]:
    """Makes the tree, and a small one of files that match, since tf_upgrade_v2 takes long."""
    spec = importlib.util.find_spec("tensorflow")
    assert spec is not None
    assert spec.submodule_search_locations
    source = Path(next(iter(spec.submodule_search_locations)), "python")
    large, small = folder / "large", folder / "small"
    shutil.copytree(source, large, ignore=lambda _, names: [one for one in names if one == "__pycache__"])
    for path in list(large.rglob("*")):
        if path.is_file() and path.suffix != ".py":
            path.unlink()
    small.mkdir()
    files = sorted(large.rglob("*.py"))
    matching = [path for path in files if b"nitializer" in path.read_bytes()]
    for number, path in enumerate(matching[:_SMALL]):
        shutil.copy(path, small / f"m{number}.py")
    others = len(files) - len(matching)
    keep = round(others * _SHARE / (1 - _SHARE))
    for number, path in enumerate(matching):
        if number * keep // len(matching) == (number + 1) * keep // len(matching):  # all but `keep` of them, evenly
            path.unlink()
    return large, small


def lines(folder: Path) -> int:
    """Returns the number of lines of a tree."""
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))


def main() -> None:
    """Measures and prints the table."""
    cli = [sys.executable, "-m", "tf_initcompat.cli"]
    with tempfile.TemporaryDirectory() as scratch:
        large, small = make_trees(Path(scratch))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "--help": [*cli, "--help"],
            "scan, large": [*cli, "scan", "--statistics", str(large)],
            "migrate, large": [*cli, "migrate", "--check", str(large)],
            "ast.parse, large": [sys.executable, "-c", _PARSE, str(large)],
            "grep -rE, large": ["grep", "-rE", _PATTERN, str(large)],
            "scan, small": [*cli, "scan", "--statistics", str(small)],
            "migrate, small": [*cli, "migrate", "--check", str(small)],
            "tf_upgrade_v2, small": [
                sys.executable, "-m", "tensorflow.tools.compatibility.tf_upgrade_v2_main",
                "--intree", str(small), "--outtree", str(Path(scratch, "out")), "--reportfile", os.devnull,
            ],
        }  # fmt: skip
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(_ROUNDS):
            for name, command in commands.items():
                shutil.rmtree(Path(scratch, "out"), ignore_errors=True)
                start = time.perf_counter()
                subprocess.run(command, capture_output=True, check=False)
                times[name].append(time.perf_counter() - start)
        median = {name: statistics.median(several) for name, several in times.items()}
        sizes = {"large": lines(large), "small": lines(small)}
        files = list(large.rglob("*.py"))
        matching = sum(b"nitializer" in path.read_bytes() for path in files)
        print(f"{len(files):,} files, {sizes['large']:,} lines, {matching / len(files):.1%} of the files match")
        for name, seconds in median.items():
            count = sizes.get(name.rpartition(", ")[2])
            print(f"{name:24} {seconds:8.2f} s" + (f" {count / seconds:12,.0f} lines/s" if count else ""))
        start_up = median["python -c pass"]
        beyond = (median["scan, large"] - start_up) / median["grep -rE, large"]
        print(f"scan / grep, beyond the interpreter's start: {beyond:.1f}")
        print(f"tf_upgrade_v2 / migrate: {median['tf_upgrade_v2, small'] / median['migrate, small']:.0f}")


if __name__ == "__main__":
    main()
