"""mypy and pyright report the errors that uses.py expects, and no others."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

USES = Path(__file__).with_name("uses.py")
ROOT = Path(__file__).parents[2]
CHECKERS = ("mypy", "pyright")
LINES = USES.read_text().splitlines()

Error = tuple[int, str]


def expected(checker: str) -> list[Error]:
    """Return the line and rule of each error that uses.py expects of a checker."""
    return [
        (number, rule)
        for number, line in enumerate(LINES, 1)
        for comment in re.findall(r"# E: (.*)", line)
        for rule in re.findall(rf"{checker}\[([\w-]+)\]", comment)
    ]


def run(*command: str) -> str:
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr  # errors were found
    return done.stdout


def mypy() -> set[Error]:
    printed = run(sys.executable, "-m", "mypy", "--no-error-summary", str(USES))
    return {(int(line), rule) for line, rule in re.findall(r":(\d+): error: .*\[([\w-]+)\]$", printed, re.MULTILINE)}


def pyright() -> set[Error]:
    printed = run(sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", str(USES))
    return {
        (diagnostic["range"]["start"]["line"] + 1, diagnostic["rule"])
        for diagnostic in json.loads(printed)["generalDiagnostics"]
        if diagnostic["severity"] == "error"
    }


@pytest.fixture(scope="module", params=CHECKERS)
def checker(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed: pip install 'tf-initcompat[types]'")
    return name


@pytest.fixture(scope="module")
def reported(checker: str) -> set[Error]:
    return {"mypy": mypy, "pyright": pyright}[checker]()


def test_right_uses_are_accepted(checker: str, reported: set[Error]) -> None:
    unexpected = reported - set(expected(checker))
    assert {LINES[line - 1]: rule for line, rule in unexpected} == {}


@pytest.mark.parametrize("line", sorted({line for name in CHECKERS for line, _ in expected(name)}))
def test_wrong_use_is_an_error(line: int, checker: str, reported: set[Error]) -> None:
    rules = [rule for number, rule in expected(checker) if number == line]
    assert rules, LINES[line - 1]
    assert [rule for number, rule in sorted(reported) if number == line] == rules, LINES[line - 1]
