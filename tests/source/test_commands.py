"""The commands scan, migrate and explain: exit statuses, formats, what is written and what is not."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tf_initcompat import cli
from tf_initcompat._internal import atomic
from tf_initcompat.cli import console, source_files, source_options
from tf_initcompat.source.project import repository
from tf_initcompat.source.project.config import Settings
from tf_initcompat.source.rules import with_code
from tf_initcompat.source.syntax import documents

LEGACY = "import tensorflow.compat.v1 as tf\ntf.abs(tf.zeros_initializer(dtype=tf.float64))\n"
MIGRATED = LEGACY.replace("tf\n", "tf\nimport tf_initcompat\n", 1).replace("tf.zeros", "tf_initcompat.zeros")
PYTHON_2 = "import tensorflow.compat.v1 as tf\nprint tf.zeros_initializer()\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "model.py").write_text(LEGACY)
    (tmp_path / "clean.py").write_text("import os\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def give_stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))


def test_scan(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "."]) == console.FINDINGS
    assert capsys.readouterr().out == (
        "model.py:2:8: IC001 legacy-initializer: "
        "replace tensorflow.compat.v1.zeros_initializer by tf_initcompat.zeros_initializer\n"
        "model.py:2:8: IC105 constructor-dtype: the constructor gets dtype=tf.float64; "
        "Keras 3 takes a dtype in the call only\n"
        "  2 | tf.abs(tf.zeros_initializer(dtype=tf.float64))\n"
        "    |        ^^^^^^^^^^^^^^^^^^^^\n"
        "\n"
        "     1  IC001  legacy-initializer\n"
        "     1  IC105  constructor-dtype\n"
        "\n"
        "     1  zeros_initializer\n"
        "\n"
        "2 findings in 1 file: 1 legacy initializer, 1 hazard\n"
        "1 use: run `tf-initcompat migrate .`; `tf-initcompat explain IC105` documents the finding\n"
    )


def test_scan_of_clean_code(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "clean.py"]) == console.CLEAN
    assert capsys.readouterr().out == "no findings\n"


@pytest.mark.parametrize(
    ("arguments", "rules"),
    [
        (["--ignore", "IC001,constructor-dtype"], []),
        (["--ignore", "IC001", "--ignore", "ic105"], []),
        (["--ignore", "IC1"], ["IC001"]),
        (["--select", "IC1"], ["IC105"]),
        (["--select", "legacy-initializer, IC105"], ["IC001", "IC105"]),
        (["--select", "IC", "--ignore", "IC00"], ["IC105"]),
    ],
)
def test_select_and_ignore(
    arguments: list[str], rules: list[str], tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["scan", "--format", "json", *arguments, "."]) == (console.FINDINGS if rules else console.CLEAN)
    assert [finding["rule"] for finding in json.loads(capsys.readouterr().out)["findings"]] == rules


@pytest.fixture
def tree_with_error(tree: Path) -> Path:
    (tree / "two.py").write_text(PYTHON_2)
    return tree


def test_unreadable_file(tree_with_error: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "two.py"]) == console.ERROR
    printed = capsys.readouterr()
    assert printed.out == "no findings; 1 file could not be read\n"
    assert printed.err.startswith("tf-initcompat: two.py: does not parse: ")


@pytest.mark.parametrize("command", ["scan", "migrate"])
def test_traceback_of_an_unreadable_file(
    command: str, tree_with_error: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([command, "--traceback", "."]) == console.ERROR
    printed = capsys.readouterr().err
    assert printed.startswith("Traceback (most recent call last):\n")
    assert "\nSyntaxError: Missing parentheses in call to 'print'" in printed
    assert "tf-initcompat: two.py: does not parse: " in printed


def test_format_json(tree_with_error: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "--format", "json", "."]) == console.ERROR
    report = json.loads(capsys.readouterr().out)
    assert [finding["rule"] for finding in report["findings"]] == ["IC001", "IC105"]
    assert report["findings"][1] == {
        "path": "model.py",
        "line": 2,
        "column": 8,
        "end_line": 2,
        "end_column": 28,
        "rule": "IC105",
        "message": "the constructor gets dtype=tf.float64; Keras 3 takes a dtype in the call only",
        "symbol": "zeros_initializer",
        "source": "tf.abs(tf.zeros_initializer(dtype=tf.float64))",
        "cell": 0,
        "file_line": 2,
        "name": "constructor-dtype",
    }
    assert [error["path"] for error in report["errors"]] == ["two.py"]


def test_format_sarif(tree_with_error: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["scan", "--format", "sarif", "."])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("IC001", "note"), ("IC105", "warning"),
    ]  # fmt: skip
    assert {result["ruleId"] for result in run["results"]} <= rules.keys()
    assert rules["IC105"]["shortDescription"]["text"] == "A dtype in the constructor"
    assert "raises a TypeError" in rules["IC105"]["fullDescription"]["text"]
    home = "https://github.com/tf-initcompat/tf-initcompat"
    assert run["tool"]["driver"]["informationUri"] == home
    for code, rule in rules.items():
        assert rule["help"]["markdown"] == with_code(code).documentation
        assert rule["help"]["text"] == rule["fullDescription"]["text"]
        assert rule["helpUri"].startswith(f"{home}/blob/main/docs/")
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 28}
    assert not run["invocations"][0]["executionSuccessful"]


def test_format_github(tree_with_error: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["scan", "--format", "github", "."])
    notice, warning, error = capsys.readouterr().out.splitlines()
    place = "file=model.py,line=2,col=8,endLine=2,endColumn=28"
    assert notice.startswith(f"::notice {place},title=IC001 legacy-initializer::")
    assert warning.startswith(f"::warning {place},title=IC105 constructor-dtype::the constructor gets dtype=tf.float64")
    assert error.startswith("::error file=two.py::does not parse: ")


@pytest.fixture(params=["\n", "\r\n", "\0"], ids=["LF", "CRLF", "NUL"])
def listed(request: pytest.FixtureRequest, tree: Path) -> bytes:
    """Return a list of the tree's files."""
    return f"clean.py{request.param}model.py{request.param}".encode()


def test_list_of_files(listed: bytes, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "list").write_bytes(listed)
    assert cli.main(["migrate", "--check", "--files-from", "list"]) == console.FINDINGS
    assert capsys.readouterr().out == "would change model.py (1 use)\n"


def test_list_of_files_on_standard_input(listed: bytes, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_stdin(monkeypatch, listed)
    assert cli.main(["scan", "--files-from", "-"]) == console.FINDINGS


def test_empty_list_of_files(tree: Path) -> None:
    (tree / "list").write_bytes(b"")
    assert cli.main(["scan", "--files-from", "list"]) == console.CLEAN


def test_file_belongs_to_its_project(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "pyproject.toml").write_text("")
    (tree / "compat").mkdir()
    (tree / "compat" / "__init__.py").write_text("import tensorflow.compat.v1 as tfv1\n")
    (tree / "deep").mkdir()
    (tree / "deep" / "a.py").write_text("from compat import tfv1 as t\nt.zeros_initializer()\n")
    assert cli.main(["scan", "deep/a.py"]) == console.FINDINGS  # imports are resolved from the top of the project
    assert "replace tensorflow.compat.v1.zeros_initializer by tf_initcompat" in capsys.readouterr().out


def test_statistics(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "--statistics", "."]) == console.FINDINGS
    assert capsys.readouterr().out == (
        "     1  IC001  legacy-initializer\n"
        "     1  IC105  constructor-dtype\n"
        "\n"
        "     1  zeros_initializer\n"
        "\n"
        "2 findings in 1 file: 1 legacy initializer, 1 hazard\n"
        "1 use: run `tf-initcompat migrate .`; `tf-initcompat explain IC105` documents the finding\n"
    )


@pytest.fixture
def baseline(tree: Path) -> Path:
    """Write a baseline with the findings of the tree."""
    assert cli.main(["scan", "--write-baseline", "known.json", "."]) == console.CLEAN
    return tree / "known.json"


@pytest.mark.usefixtures("baseline")
@pytest.mark.parametrize("text", [LEGACY, "\n\n" + LEGACY], ids=["same", "moved"])
def test_baseline_hides_known_findings(text: str, tree: Path) -> None:
    (tree / "model.py").write_text(text)
    assert cli.main(["scan", "--baseline", "known.json", "."]) == console.CLEAN


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "it is not a baseline (list indices must be integers or slices, not str)"),
        ('{"version": 9}', "it is not a baseline (its version is 9, not 1)"),
        (None, "No such file or directory"),
    ],
)
def test_reasons_why_a_baseline_is_not_read(
    content: str | None, reason: str, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline.unlink() if content is None else baseline.write_text(content)
    assert cli.main(["scan", "--baseline", "known.json", "."]) == console.ERROR
    message = f"tf-initcompat: cannot read the baseline 'known.json': {reason}; write it with --write-baseline\n"
    assert capsys.readouterr().err == message


def test_a_setting_for_native_does_not_stop_the_default_target(tree: Path) -> None:
    (tree / "pyproject.toml").write_text('[tool.tf-initcompat]\naccept = ["rank-1-fan"]\n')
    assert cli.main(["migrate", "--check", "."]) == console.FINDINGS
    assert cli.main(["migrate", "--check", "--to", "native", "."]) == console.FINDINGS
    assert cli.main(["migrate", "--check", "--accept", "rank-1-fan", "."]) == console.ERROR


@pytest.mark.usefixtures("baseline")
def test_baseline_reports_new_findings(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "model.py").write_text(LEGACY + "tf.ones_initializer()\n")
    assert cli.main(["scan", "--baseline", "known.json", "."]) == console.FINDINGS
    printed = capsys.readouterr().out
    assert "ones_initializer" in printed
    assert "zeros_initializer" not in printed


def test_broken_baseline(baseline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    baseline.write_text("[]")
    assert cli.main(["scan", "--baseline", "known.json", "."]) == console.ERROR
    assert "cannot read the baseline 'known.json'" in capsys.readouterr().err


def test_migrate_shows_a_diff(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "."]) == console.FINDINGS
    printed = capsys.readouterr()
    assert printed.out == (
        "--- model.py\n"
        "+++ model.py\n"
        "@@ -1,2 +1,3 @@\n"
        " import tensorflow.compat.v1 as tf\n"
        "-tf.abs(tf.zeros_initializer(dtype=tf.float64))\n"
        "+import tf_initcompat\n"
        "+tf.abs(tf_initcompat.zeros_initializer(dtype=tf.float64))\n"
    )
    assert printed.err == "would change 1 use in 1 file\n"
    assert (tree / "model.py").read_text() == LEGACY


def test_migrate_check(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--check", "."]) == console.FINDINGS
    assert capsys.readouterr().out == "would change model.py (1 use)\n"
    assert (tree / "model.py").read_text() == LEGACY


def test_migrate_write(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tree / "model.py"
    model.chmod(0o750)
    assert cli.main(["migrate", "--write", "."]) == console.CLEAN
    assert capsys.readouterr().err == "changed 1 use in 1 file\n"
    assert model.read_text() == MIGRATED
    assert model.stat().st_mode & 0o777 == 0o750
    stamp = model.stat().st_mtime_ns
    assert cli.main(["migrate", "--write", "."]) == console.CLEAN
    assert model.stat().st_mtime_ns == stamp
    assert sorted(path.name for path in tree.iterdir()) == ["clean.py", "model.py"]


def test_uses_that_are_not_converted(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--to", "native", "--check", "."]) == console.FINDINGS
    printed = capsys.readouterr().err
    assert "model.py:2:8: IC119 unknown-consumer: it is unknown which tensors the instance makes\n" in printed
    assert "1 use not converted: the wrapper is used there\nwould change 1 use in 1 file\n" in printed


def test_python_2_stays_byte_for_byte(tree_with_error: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--write", "."]) == console.ERROR
    assert (tree_with_error / "two.py").read_text() == PYTHON_2
    assert (tree_with_error / "model.py").read_text() == MIGRATED
    assert "two.py: does not parse" in capsys.readouterr().err


def test_full_disk_leaves_the_old_file(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    # A disk that is really full needs a file system of its own. The error is the operating system's.
    monkeypatch.setattr(atomic.os, "fsync", fail)
    assert cli.main(["migrate", "--write", "."]) == console.ERROR
    assert (tree / "model.py").read_text() == LEGACY
    assert sorted(path.name for path in tree.iterdir()) == ["clean.py", "model.py"]
    printed = capsys.readouterr().err
    assert "model.py: cannot be written: No space left on device" in printed
    assert "changed 0 uses in 0 files; 1 file not written\n" in printed


def test_interrupt_right_after_a_replacement(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def replace_and_interrupt(source: str, target: str) -> None:
        replace(source, target)
        raise KeyboardInterrupt

    replace = os.replace
    monkeypatch.setattr(atomic.os, "replace", replace_and_interrupt)
    assert cli.main(["migrate", "--write", "."]) == console.INTERRUPTED
    assert (tree / "model.py").read_text() == MIGRATED
    assert capsys.readouterr().err == "tf-initcompat: interrupted\n"


#: A `migrate` that stops in the middle of writing a file, so that a signal can reach it there.
STOPPED = """\
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent in the background, or nohup, ignores them
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from tf_initcompat import cli
from tf_initcompat._internal import atomic
def stop(descriptor):
    print("writing", flush=True)
    time.sleep(60)
atomic.os.fsync = stop
sys.exit(cli.main(["migrate", "--write", "."]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_while_a_file_is_written(tree: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        assert len(list(tree.iterdir())) == 3
        process.send_signal(number)
        assert process.wait(30) == 128 + number
    assert (tree / "model.py").read_text() == LEGACY
    assert sorted(path.name for path in tree.iterdir()) == ["clean.py", "model.py"]


def test_extended_attributes_stay(tree: Path) -> None:
    try:
        os.setxattr(tree / "model.py", "user.review", b"done")
    except (AttributeError, OSError) as error:
        pytest.skip(f"no extended attributes here: {error}")
    assert cli.main(["migrate", "--write", "."]) == console.CLEAN
    assert os.getxattr(tree / "model.py", "user.review") == b"done"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays(tree: Path) -> None:
    os.chown(tree / "model.py", 1234, 4321)
    assert cli.main(["migrate", "--write", "."]) == console.CLEAN
    status = (tree / "model.py").stat()
    assert (tree / "model.py").read_text() == MIGRATED
    assert (status.st_uid, status.st_gid) == (1234, 4321)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_links_stay_links(tree: Path) -> None:
    (tree / "src").mkdir()
    (tree / "model.py").rename(tree / "src" / "real.py")
    (tree / "link.py").symlink_to(tree / "src" / "real.py")
    assert cli.main(["migrate", "--write", "link.py"]) == console.CLEAN
    assert (tree / "link.py").is_symlink()
    assert (tree / "src" / "real.py").read_text() == MIGRATED


@pytest.mark.parametrize(
    ("content", "status", "out"),
    [
        (LEGACY, console.CLEAN, MIGRATED),
        ("x=1\n", console.CLEAN, "x=1\n"),
        (PYTHON_2, console.ERROR, PYTHON_2),
    ],
    ids=["legacy", "clean", "Python 2"],
)
def test_migrate_standard_input(
    content: str, status: int, out: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    give_stdin(monkeypatch, content.encode())
    assert cli.main(["migrate", "-"]) == status
    assert capfdbinary.readouterr().out == out.encode()


@pytest.fixture
def tree_with_gitignore(tree: Path) -> Path:
    for folder in ("build", "nested", "venv", "skipped"):
        (tree / folder).mkdir()
        (tree / folder / "model.py").write_text(LEGACY)
    (tree / ".gitignore").write_text("/build/\n*.tmp.py\n")
    (tree / "nested" / ".gitignore").write_text("x.py\n!y.tmp.py\n")
    for name in ("x.py", "y.tmp.py", "z.tmp.py"):
        (tree / "nested" / name).write_text(LEGACY)
    return tree


@pytest.mark.usefixtures("tree_with_gitignore")
def test_gitignore_and_exclude(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--check", "--exclude", "skipped", "."]) == console.FINDINGS
    changed = sorted(line.split()[2] for line in capsys.readouterr().out.splitlines())
    assert changed == ["model.py", "nested/model.py", "nested/y.tmp.py"]


@pytest.mark.usefixtures("tree_with_gitignore")
def test_ignored_file_that_the_user_names() -> None:
    assert cli.main(["migrate", "--check", "build/model.py"]) == console.FINDINGS


def git(tree: Path, *arguments: str) -> None:
    """Run git without the settings of the user and of the system."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *arguments], cwd=tree, env=environment, check=True, capture_output=True)


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@needs_git
def test_tracked_files_are_read_although_gitignore_matches(tree_with_gitignore: Path, capsys: Any) -> None:
    git(tree_with_gitignore, "init", "--quiet")
    git(tree_with_gitignore, "add", "--force", "build/model.py", "nested/x.py", "model.py")
    assert cli.main(["migrate", "--check", "--exclude", "nested", "."]) == console.FINDINGS
    captured = capsys.readouterr()
    changed = sorted(line.split()[2] for line in captured.out.splitlines())
    assert changed == ["build/model.py", "model.py", "skipped/model.py"]
    assert ".gitignore" not in captured.err
    assert cli.main(["migrate", "--check", "nested"]) == console.FINDINGS
    assert "nested/x.py" in capsys.readouterr().out


@pytest.mark.parametrize(("ignored", "calls"), [("", 0), ("other/", 0), ("skipped/\nnested/", 1)])
def test_git_is_asked_only_if_a_pattern_matches(
    tree_with_gitignore: Path, monkeypatch: pytest.MonkeyPatch, ignored: str, calls: int
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(repository, "tracked", lambda top: asked.append(top))
    (tree_with_gitignore / ".gitignore").write_text(ignored)
    for file in (tree_with_gitignore / "nested").glob(".gitignore"):
        file.unlink()
    assert cli.main(["scan", "."]) == console.FINDINGS
    assert len(asked) == calls


@needs_git
def test_git_runs_nothing_that_a_repository_configures(tree_with_gitignore: Path) -> None:
    program = tree_with_gitignore / "program"
    program.write_text("#!/bin/sh\ntouch was-run\n")
    program.chmod(0o755)
    git(tree_with_gitignore, "init", "--quiet")
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "filter.x.clean"):
        git(tree_with_gitignore, "config", key, str(program))
    (tree_with_gitignore / ".git" / "hooks" / "post-index-change").write_text(program.read_text())
    (tree_with_gitignore / ".git" / "hooks" / "post-index-change").chmod(0o755)
    assert cli.main(["scan", "."]) == console.FINDINGS
    assert list(tree_with_gitignore.rglob("was-run")) == []


@pytest.mark.usefixtures("tree_with_gitignore")
def test_without_git_what_gitignore_leaves_out_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "."]) == console.FINDINGS
    message = capsys.readouterr().err
    assert message.startswith("tf-initcompat: .gitignore leaves out 3 paths: ")
    assert {"build", "nested/x.py", "nested/z.tmp.py"} == set(message.rpartition(": ")[2].strip().split(", "))


def test_no_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", str(tmp_path)]) == console.CLEAN
    assert capsys.readouterr().out == "no Python files found\n"
    assert cli.main(["migrate", str(tmp_path)]) == console.CLEAN
    assert "tf-initcompat: no Python files found\n" in capsys.readouterr().err


@pytest.fixture
def undecided_tree(tree: Path) -> Path:
    (tree / "model.py").write_text("import tensorflow as tf\ntf.zeros_initializer()\n")
    return tree


@pytest.mark.usefixtures("undecided_tree")
def test_unknown_api_level_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--check", "."]) == console.FINDINGS
    printed = capsys.readouterr()
    assert "IC002 api-level" in printed.err
    assert "would change 0 uses in 0 files, 1 left" in printed.err
    assert printed.out == ""


def test_pyproject_decides_the_api_level(undecided_tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (undecided_tree / "pyproject.toml").write_text('[tool.tf-initcompat]\nassume = "tf1"\nexclude = ["clean.py"]\n')
    assert cli.main(["migrate", "--check", "."]) == console.FINDINGS
    assert "would change model.py" in capsys.readouterr().out
    assert cli.main(["migrate", "--check", "--assume", "tf2", "."]) == console.CLEAN


@pytest.mark.parametrize(
    ("setting", "status"),
    [
        ('ignore = ["IC001", "constructor-dtype"]', console.CLEAN),
        ('ignore = ["IC"]', console.CLEAN),
        ('select = ["IC9"]', console.ERROR),
        ('select = ["IC11"]', console.CLEAN),
        ('select = ["IC1"]', console.FINDINGS),
        ('select = ["IC1"]\nignore = ["IC105"]', console.CLEAN),
    ],
)
def test_pyproject_selects_rules(setting: str, status: int, tree: Path) -> None:
    (tree / "pyproject.toml").write_text(f"[tool.tf-initcompat]\n{setting}\n")
    assert cli.main(["scan", "."]) == status


@pytest.mark.parametrize(
    "text",
    [
        '[tool.tf-initcompat]\nasume = "tf1"',
        "[tool.tf-initcompat]\nassume = 1",
        '[tool.tf-initcompat]\nassume = "tf3"',
        "[tool.tf-initcompat]\njobs = ",
        "[tool.tf-initcompat]\njobs = 0",
        "[tool.tf-initcompat]\njobs = true",
        "[tool.tf-initcompat]\nexclude = [1]",
        '[tool.tf-initcompat]\nto = "natve"',
        '[tool.tf-initcompat]\nignore = ["IC9"]',
        '[tool.tf-initcompat]\nselect = ["shared-instanc"]',
        '[tool.tf-initcompat]\nalias = "1x"',
        '[tool.tf-initcompat]\nalias = "import"',
        '[tool]\ntf-initcompat = "x"',
        '[tool.tf-initcompat]\nexclude = ["[z-a]"]',
        '[tool.tf_initcompat]\nassume = "tf1"',
    ],
)
def test_wrong_pyproject(text: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "pyproject.toml").write_text(f"{text}\n")
    assert cli.main(["scan", "."]) == console.ERROR
    printed = capsys.readouterr().err
    assert printed.startswith("tf-initcompat: ")
    assert str(tree / "pyproject.toml") in printed
    assert "bug" not in printed


def test_many_files_in_two_processes(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(60):
        (tree / f"m{number}.py").write_text(LEGACY)
    assert cli.main(["migrate", "--write", "--jobs", "2", "."]) == console.CLEAN
    assert {path.read_text() for path in tree.glob("m*.py")} == {MIGRATED}
    assert "changed 61 uses in 61 files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scan"], "Give a PATH"),
        (["scan", ""], "PATH must not be empty"),
        (["scan", "nowhere"], "'nowhere'"),
        (["scan", "--files-from", "missing"], "'missing'"),
        (["scan", "-", "."], "cannot be combined"),
        (["scan", "--ignore", "shared-instanc", "."], "--ignore: unknown rule 'shared-instanc'; did you mean"),
        (["scan", "--select", "IC9", "."], "--select: unknown rule 'IC9'"),
        (["scan", "--format", "xml", "."], "argument --format/--output-format: invalid choice: 'xml' (choose from "),
        (["scan", "--jobs", "0", "."], "positive"),
        (["scan", "--write-baseline", "no/where.json", "."], "no/where.json"),
        (["migrate", "--wrte", "."], "--wrte"),
        (["migrate", "--accept", "IC112", "."], "--accept IC112 needs --to native"),
        (["migrate", "--to", "native", "--accept", "IC002", "."], "--accept: IC002 cannot be accepted; choose from"),
        (["migrate", "--accept", "foo", "."], "--accept: unknown rule 'foo'; choose from"),
        (["explain", "he_normla"], "did you mean initializers.he_normal?"),
        (["explain", "IC999"], "nothing is known about 'IC999'"),
        (["explain", "shared-instnce"], "did you mean shared-instance?"),
    ],
)  # fmt: skip
def test_bad_input(arguments: list[str], message: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == console.ERROR
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("IC101", "start identical"),
        ("shared-instance", "# shared-instance (IC101)"),
        ("tf.uniform_unit_scaling_initializer", "scale = factor ** 2"),
        ("tf.uniform_unit_scaling_initializer", "IC108 squared-factor: "),
        ("xavier_initializer", "tf.contrib.layers.xavier_initializer"),
        ("tf.contrib.framework.convolutional_orthogonal_2d", "native: none; the wrapper is made of tf.keras"),
        ("VarianceScaling.__init__() got an unexpected keyword argument 'dtype'", "(IC105)"),
        ("__call__() got an unexpected keyword argument 'partition_info'", "(IC115)"),
        ("ValueError: Unknown initializer: GlorotUniform", "(IC114)"),
        ('Could not interpret initializer identifier: "normal"', "(IC113)"),
        ("Could not locate class `Zeros`", "(IC114)"),
        ("module 'tensorflow' has no attribute 'contrib'", "(IC001)"),
        ("module 'tensorflow' has no attribute 'glorot_uniform_initializer'", "(IC001)"),
        ("No module named 'tensorflow.contrib'", "(IC001)"),
        ("The initializer is unseeded and being called multiple times, which", "(IC101)"),
        ("being called multiple", "(IC101)"),
        ("GlorotUniform.__init__() got an unexpected keyword argument 'dtype'", "(IC114)"),
        (
            "Could not interpret initializer identifier: {'class_name': 'Orthogonal', 'config': {}}",
            "(IC114)",
        ),
        ("Zeros() takes no arguments", "tf-initcompat convert"),
        ("ValueError: Unrecognized keyword arguments passed to GlorotUniform: {'dtype': 'float32'}", "(IC114)"),
        ("ValueError: Unrecognized keyword arguments passed to GRU: {'time_major': False}", "tf-initcompat convert"),
        ("ValueError: Argument(s) not recognized: {'lr': 0.001}", "tf-initcompat convert"),
        ("ValueError: Unknown layer: BatchNormalizationV1", "tf-initcompat convert"),
        ("tf.keras.initializers no longer have the dtype argument in the constructor or partition_info", "(IC105)"),
        ("ModuleNotFoundError: No module named 'tensorflow.contrib.keras.python'", "tf_initcompat"),
        ("No module named 'tensorflow.contrib.keras.python'", "(IC001)"),
        ("GlorotUniform", "wrapper: tf_initcompat.glorot_uniform_initializer\n"),
        ("VarianceScaling", "wrapper: tf_initcompat.variance_scaling_initializer\n"),
        ("slim.variance_scaling_initializer", "wrapper: tf_initcompat.contrib.layers.variance_scaling_initializer\n"),
        ("tf.compat.v1.keras.initializers.get", "wrapper: tf_initcompat.keras.initializers.get\n"),
        ("", "IC118  unresolved-arguments: "),
        ("tf.zeros_initializer", "older versions, compared with TensorFlow 1.15, which the wrappers mirror:"),
        ("tf.initializers.he_uniform", "  before TensorFlow 1.11: absent"),
        (
            "tf.contrib.layers.xavier_initializer",
            "older versions: the same from TensorFlow 1.0 to TensorFlow 1.15",
        ),
        (
            "tf.keras.initializers.normal",
            "  in TensorFlow 1.2 to 1.10, if stddev is not given: stddev=1.0; now stddev=0.05",
        ),
        ("tf.keras.initializers.normal", "as before: tf_initcompat.keras.initializers.RandomNormal(stddev=1.0)"),
        (
            "tf.keras.layers.LSTM",
            "  before TensorFlow 1.3, if unit_forget_bias is not given: the whole bias starts at 0;",
        ),
        ("tf.contrib.framework.convolutional_orthogonal_1d", "the matrices are multiplied by the square root"),
    ],
)
def test_explain(topic: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", *([topic] if topic else [])]) == console.CLEAN
    assert text in capsys.readouterr().out


def test_documentation_of_the_history(capsys: pytest.CaptureFixture[str]) -> None:
    document = (Path(__file__).parents[2] / "docs" / "history.md").read_text()
    ((topic, expected),) = re.findall(r"(?s)\$ tf-initcompat explain (\S+)\n(.*?)```", document)
    assert cli.main(["explain", topic]) == console.CLEAN
    assert capsys.readouterr().out == expected


def test_documentation_of_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "IC112"]) == console.CLEAN
    assert capsys.readouterr().out == (
        "# rank-1-fan (IC112)\n"
        "\n"
        "Shapes of rank 1 have another fan. Level: warning. Added in 0.1.0.\n"
        "\n"
        "## What it does\n"
        "\n"
        "Finds calls of `uniform_unit_scaling_initializer`.\n"
        "\n"
        "## Why is this bad?\n"
        "\n"
        "For a shape of rank 1, such as that of a bias, the legacy initializer uses the fan 1.\n"
        "`VarianceScaling` uses the dimension. Accept the difference if no variable of rank 1 gets the\n"
        "initializer.\n"
        "\n"
        "## Example\n"
        "\n"
        "```python\n"
        "import tensorflow.compat.v1 as tf\n"
        "\n"
        "init = tf.uniform_unit_scaling_initializer()\n"
        "```\n"
        "\n"
        "Use instead:\n"
        "\n"
        "```python\n"
        "import tf_initcompat\n"
        "\n"
        "init = tf_initcompat.uniform_unit_scaling_initializer()\n"
        "```\n"
        "\n"
        "## Fix\n"
        "\n"
        "`tf-initcompat migrate` makes this change. `migrate --to native` uses the wrapper too, unless "
        "`--accept IC112` is given.\n"
    )


def test_pipes_and_links_out_of_a_tree_are_skipped(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "gone.py").symlink_to(tree / "nowhere.py")
    os.mkfifo(tree / "pipe.py")
    elsewhere = tree.parent / "elsewhere.py"
    elsewhere.write_text(LEGACY)
    (tree / "link.py").symlink_to(elsewhere)
    assert cli.main(["migrate", "--write", "."]) == console.CLEAN
    assert capsys.readouterr().err == "changed 1 use in 1 file\n"
    assert elsewhere.read_text() == LEGACY
    assert cli.main(["scan", "gone.py"]) == console.ERROR
    assert "there is no 'gone.py'" in capsys.readouterr().err


def test_pipe_that_the_user_names_is_read_once(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reader, writer = os.pipe()
    os.write(writer, LEGACY.encode())
    os.close(writer)
    try:
        assert cli.main(["scan", f"/dev/fd/{reader}"]) == console.FINDINGS
    finally:
        os.close(reader)
    assert "zeros_initializer" in capsys.readouterr().out


def test_bug_in_one_file_leaves_the_others(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "bad.py").write_text(LEGACY + "# bad\n")
    rewritten = documents.Module.rewritten

    def rewrite(self: documents.Module, edits: Any) -> bytes:
        if "# bad" in self.text.text:
            raise AssertionError("edits overlap")
        return rewritten(self, edits)

    monkeypatch.setattr(documents.Module, "rewritten", rewrite)
    assert cli.main(["migrate", "--write", "."]) == console.ERROR
    printed = capsys.readouterr().err
    assert "bad.py: cannot be processed because of a bug in tf-initcompat, please report it at https://" in printed
    assert "issues: AssertionError: edits overlap\n" in printed
    assert "Traceback" not in printed
    assert (tree / "model.py").read_text() == MIGRATED
    assert (tree / "bad.py").read_text() == LEGACY + "# bad\n"


def test_read_only_files_stay(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "model.py").chmod(0o444)
    assert cli.main(["migrate", "--write", "."]) == console.ERROR
    assert "model.py: cannot be written: it is read-only" in capsys.readouterr().err
    assert (tree / "model.py").read_text() == LEGACY


def test_refused_uses_are_reported(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shadowed = "import tensorflow.compat.v1 as tf\ndef f(tf_initcompat): return tf.zeros_initializer()\n"
    (tree / "model.py").write_text(shadowed)
    assert cli.main(["migrate", "--write", "."]) == console.FINDINGS
    printed = capsys.readouterr().err
    assert "IC005 not-rewritten: tf_initcompat is the name of something else here" in printed
    assert "changed 0 uses in 0 files, 1 left\n" in printed


@pytest.mark.parametrize(
    "before",
    [
        b"# coding: latin-1\nimport tensorflow.compat.v1 as tf\nx = '\xe9', tf.abs, tf.zeros_initializer()\n",
        b"import tensorflow.compat.v1 as tf\n\x0c\nx = 'a\x0cb', tf.abs, tf.zeros_initializer()",
        b"import tensorflow.compat.v1 as tf\r\nx = tf.abs, tf.zeros_initializer()\r\n",
    ],
    ids=["latin-1", "form feed", "CRLF"],
)
def test_diff_can_be_applied(tree: Path, capfdbinary: pytest.CaptureFixture[bytes], before: bytes) -> None:
    model = tree / "model.py"
    model.write_bytes(before)
    cli.main(["migrate", "."])
    # The real program that reads diffs. It is not Python, so it runs in a process of its own.
    subprocess.run(["git", "apply", "-p0"], input=capfdbinary.readouterr().out, check=True, capture_output=True)
    patched = model.read_bytes()
    model.write_bytes(before)
    cli.main(["migrate", "--write", "."])
    assert model.read_bytes() == patched != before


def test_characters_that_the_terminal_cannot_show(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "model.py").write_text("import tensorflow.compat.v1 as tf\nx = 'é', tf.zeros_initializer()\n")
    shown = io.BytesIO()
    terminal = io.TextIOWrapper(shown, encoding="ascii")
    monkeypatch.setattr("sys.stdout", terminal)
    assert cli.main(["scan", "."]) == console.FINDINGS
    terminal.flush()
    assert rb"x = '\xe9', tf.zeros_initializer()" in shown.getvalue()


def test_exclude_is_relative_to_pyproject(tree: Path) -> None:
    (tree / "sub" / "gen").mkdir(parents=True)
    (tree / "sub" / "gen" / "a.py").write_text(LEGACY)
    (tree / "pyproject.toml").write_text('[tool.tf-initcompat]\nexclude = ["sub/gen/"]\n')
    assert cli.main(["scan", "sub"]) == console.CLEAN
    assert cli.main(["scan", "--exclude", "other", "sub"]) == console.FINDINGS


def test_lines_of_gitignore_that_git_leaves_out(tree: Path) -> None:
    (tree / ".gitignore").write_text("!\nmodel.py\n")
    assert cli.main(["scan", "."]) == console.CLEAN


def test_explain_lists_the_rules_with_a_prefix(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "IC00"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:5] for line in lines] == ["IC001", "IC002", "IC003", "IC004", "IC005", "IC006"]


def test_explain_several_topics(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "IC101", "tf.zeros_initializer"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# shared-instance (IC101)\n")
    assert "wrapper: tf_initcompat.zeros_initializer\n" in printed


def test_summary_counts_all_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.py"
    path.write_text(
        "import tensorflow.compat.v1 as tf\n"
        "init = tf.random_normal_initializer()\n"
        "tf.get_variable('v', [3], initializer=tf.keras.initializers.get('normal'))\n"
        "unknown.tf.zeros_initializer(), tf_.zeros_initializer\n"
    )
    assert cli.main(["scan", "--format", "json", str(path)]) == 1
    levels = [finding["rule"] for finding in json.loads(capsys.readouterr().out)["findings"]]
    assert cli.main(["scan", str(path)]) == 1
    summary, next_step = capsys.readouterr().out.splitlines()[-2:]
    assert "tf-initcompat explain" in next_step
    counts = [int(number) for number in re.findall(r"\d+", summary)]
    assert counts[0] == len(levels)
    assert counts[0] == sum(counts[2:])


@pytest.mark.parametrize("line", ["[z-a].py", "*a" * 12 + "*b"], ids=["empty range", "many asterisks"])
def test_patterns_that_are_not_valid(line: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / f"{'a' * 60}.py").write_text(LEGACY)
    (tree / ".gitignore").write_text(f"{line}\nmodel.py\n")
    assert cli.main(["scan", "--format", "json", "."]) == console.FINDINGS
    assert {Path(finding["path"]).name for finding in json.loads(capsys.readouterr().out)["findings"]} == {
        f"{'a' * 60}.py"
    }
    assert cli.main(["scan", "--exclude", line, "."]) == console.ERROR
    assert f"--exclude: the pattern {line!r} " in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_no_gitignore(tree: Path) -> None:
    os.mkfifo(tree / ".gitignore")
    assert cli.main(["scan", "."]) == console.FINDINGS


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_written(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tree / "pipe.py"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(LEGACY,), daemon=True)
    writer.start()
    assert cli.main(["migrate", "--write", str(pipe)]) == console.ERROR
    writer.join(10)
    assert "cannot be written: it is not a regular file" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no endless device")
def test_an_endless_baseline(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "--baseline", "/dev/zero", "."]) == console.ERROR
    assert "cannot read the baseline '/dev/zero': it is not a regular file" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("expand") is None, reason="needs expand of coreutils")
def test_documented_way_from_python_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_text(
        "import tensorflow as tf\n"
        "for i in xrange(3):\n"
        "\tprint 'layer', i\n"
        "        print tf.get_variable('w%d' % i, [3], initializer=tf.zeros_initializer())\n"
    )
    assert cli.main(["scan", str(old)]) == console.ERROR
    assert "python -m fissix -w -n FILE" in capsys.readouterr().err
    with new.open("wb") as stream:
        subprocess.run(["expand", "--initial", "--tabs=8", old], stdout=stream, check=True)
    subprocess.run([sys.executable, "-m", "fissix", "-w", "-n", new], check=True, capture_output=True)
    assert cli.main(["migrate", "--assume", "tf1", "--write", str(new)]) == console.CLEAN
    assert "print(tf.get_variable('w%d' % i, [3], initializer=tf_initcompat.zeros_initializer()))" in new.read_text()


def test_exclude_of_the_command_line_is_relative_to_the_directory(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "pyproject.toml").write_text('[tool.tf-initcompat]\nexclude = ["/sub/other.py"]\n')
    (tree / "sub" / "gen").mkdir(parents=True)
    for name in ("gen/model.py", "other.py"):
        (tree / "sub" / name).write_text(LEGACY)
    assert cli.main(["migrate", "--check", "--exclude", "/gen/", "sub"]) == console.FINDINGS
    assert "sub/other.py" in (printed := capsys.readouterr().out)
    assert "gen" not in printed
    assert cli.main(["migrate", "--check", "sub"]) == console.FINDINGS
    assert "sub/gen/model.py" in (printed := capsys.readouterr().out)
    assert "other.py" not in printed


def test_jobs_of_pyproject() -> None:
    assert source_options.make(["."], Settings(jobs=3)).jobs == 3
    assert source_options.make(["."], Settings(jobs=3), jobs=2).jobs == 2


def test_baseline_counts_equal_lines(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tree / "model.py"
    model.write_text("import tensorflow.compat.v1 as tf\ntf.zeros_initializer()\n")
    assert cli.main(["scan", "--write-baseline", "known.json", "."]) == console.CLEAN
    model.write_text(model.read_text() + "tf.zeros_initializer()\n")
    assert cli.main(["scan", "--baseline", "known.json", "."]) == console.FINDINGS
    printed = capsys.readouterr().out
    assert "\n1 finding in 1 file: 1 legacy initializer, 0 hazards; 1 finding hidden\n" in printed


def test_an_empty_baseline_overrides_pyproject(tree: Path) -> None:
    assert cli.main(["scan", "--write-baseline", "known.json", "."]) == console.CLEAN
    (tree / "pyproject.toml").write_text('[tool.tf-initcompat]\nbaseline = "known.json"\n')
    assert cli.main(["scan", "."]) == console.CLEAN
    assert cli.main(["scan", "--baseline", "", "."]) == console.FINDINGS


def test_a_file_that_changes_in_the_meantime_is_left_alone(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def migrate_and_edit(*arguments: Any) -> Any:
        results = migrate(*arguments)
        (tree / "model.py").write_text("edited = 1\n")
        return results

    migrate = source_files.migrate
    monkeypatch.setattr(source_files, "migrate", migrate_and_edit)
    assert cli.main(["migrate", "--write", "."]) == console.ERROR
    assert (tree / "model.py").read_text() == "edited = 1\n"
    assert "model.py: cannot be written: it has changed in the meantime" in capsys.readouterr().err


def test_standard_input_is_closed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert cli.main(["scan", "-"]) == console.ERROR
    assert capsys.readouterr().err == "tf-initcompat: standard input is closed\n"


@pytest.mark.parametrize("count", ["1e999", "[" * 100_000], ids=["infinite", "nested"])
def test_a_baseline_of_nonsense(count: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    finding = f'{{"path": "", "rule": "", "source": "", "count": {count}}}'
    (tree / "known.json").write_text(f'{{"version": 1, "findings": [{finding}]}}')
    assert cli.main(["scan", "--baseline", "known.json", "."]) == console.ERROR
    assert "cannot read the baseline 'known.json'" in capsys.readouterr().err
