"""The files for contributors agree with each other: setup.cfg, noxfile.py, .pre-commit-config.yaml, README, CI."""

import configparser
import importlib.util
import re
import subprocess
from pathlib import Path
from typing import Any

import conftest
import pytest
from tf1 import recordings

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()


@pytest.fixture(scope="module")
def setup() -> configparser.ConfigParser:
    """The content of setup.cfg."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    return config


@pytest.fixture
def noxfile(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module noxfile.py; nox itself is not needed to run the tests."""
    pytest.importorskip("nox")
    spec = importlib.util.spec_from_file_location("noxfile", ROOT / "noxfile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, "noxfile", module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_one_version_of_ruff(setup: configparser.ConfigParser) -> None:
    (required,) = re.findall(r"ruff == ([\d.]+)", setup["options.extras_require"]["lint"])
    hooks = re.findall(r"ruff==([\d.]+)", (ROOT / ".pre-commit-config.yaml").read_text())
    assert hooks == [required, required]


def test_classifiers_name_the_supported_pythons(setup: configparser.ConfigParser) -> None:
    versions = re.findall(r":: Python :: (3\.\d+)", setup["metadata"]["classifiers"])
    assert versions == ["3.10", "3.11", "3.12", "3.13"]
    assert setup["options"]["python_requires"] == f">={versions[0]}"


def test_the_oldest_and_the_newest_python_are_in_the_matrix(noxfile: Any) -> None:
    assert {row.python for row in noxfile.MATRIX.values()} == {None, "3.10", "3.13"}


def test_rows_of_the_matrix_are_checked_when_tests_start(noxfile: Any) -> None:
    rows = [*noxfile.MATRIX.values(), noxfile.NIGHTLY]
    assert {row.expected for row in rows} == set(conftest.EXPECTED)


def test_every_real_tensorflow_1_has_a_recording(noxfile: Any) -> None:
    assert {row.recording for row in noxfile.TF1.values()} <= set(recordings.labels())
    assert {row.python for row in noxfile.TF1.values()} == {"3.7", "3.6", "2.7"}
    assert "\nnox --tags tf1\n" in (ROOT / ".ci" / "run").read_text()


def test_tests_that_sessions_leave_out_exist(noxfile: Any) -> None:
    left_out = [*noxfile.NOT_QUICK, *(path for row in noxfile.MATRIX.values() for path in row.left_out)]
    assert len(left_out) >= 5
    files = {path: ROOT / path.partition("::")[0] for path in left_out}
    assert [path for path, file in files.items() if not file.exists()] == []
    tests = {path: path.partition("::")[2] for path in left_out if "::" in path}
    assert [path for path, test in tests.items() if f"def {test}(" not in files[path].read_text()] == []


def test_readme_shows_two_commands() -> None:
    blocks = re.findall(r"^```bash\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) == 2
    assert all(command.startswith("python3 -m venv .venv && ") for command in commands)


def test_ci_fails_when_a_command_fails(tmp_path: Path) -> None:
    """A copy of the script in a repository whose README's first command fails."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_bytes((ROOT / ".ci" / "run").read_bytes())
    (tmp_path / "README.md").write_text("```bash\necho first && false\n```\n\n```bash\necho second\n```\n")
    # Stand-ins, so that the script installs nothing.
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("chromium", "chromedriver"):
        (tools / name).write_text("#!/bin/sh\n")
        (tools / name).chmod(0o755)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run([*git, "add", "."], cwd=tmp_path, check=True)
    subprocess.run([*git, "commit", "-qm", "all"], cwd=tmp_path, check=True)
    done = subprocess.run(
        ["bash", ".ci/run"],
        cwd=tmp_path,
        env={"PATH": f"{tools}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "first"


#: Paths of files and folders in CONTRIBUTING.md.
PATHS = re.findall(r"(?<![\w/:.-])(?:tests|docs|benchmarks|examples|\.ci)/[\w./-]*\w", CONTRIBUTING)


def test_contributing_names_paths() -> None:
    assert {"docs/design.md", ".ci/run"} < set(PATHS)


@pytest.mark.parametrize("path", sorted(set(PATHS)))
def test_paths_in_contributing_exist(path: str) -> None:
    assert (ROOT / path).exists()
