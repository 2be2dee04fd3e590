"""The commands scan, migrate and explain: exit statuses, formats, what is written and what is not."""

import io
import json
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tf_initcompat import cli
from tf_initcompat._internal import atomic
from tf_initcompat.cli import console
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


def test_scan(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "."]) == 1
    printed = capsys.readouterr().out
    assert "model.py:2:8: IC001 legacy-initializer: tensorflow.compat.v1.zeros_initializer" in printed
    assert "2 | tf.abs(tf.zeros_initializer(dtype=tf.float64))\n    |        ^^^^^^^^^^^^^^^^^^^^\n" in printed
    assert "2 findings in 1 file: 1 legacy initializer, 1 hazard\n" in printed
    assert cli.main(["scan", "clean.py"]) == 0
    assert cli.main(["scan", "--ignore", "IC001,constructor-dtype", "."]) == 0


def test_formats(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "two.py").write_text(PYTHON_2)
    assert cli.main(["scan", "--format", "json", "."]) == 2
    found = json.loads(capsys.readouterr().out)
    assert [one["rule"] for one in found["findings"]] == ["IC001", "IC105"]
    assert found["findings"][0]["line"] == 2
    assert found["errors"][0]["path"] == "two.py"
    assert cli.main(["scan", "two.py"]) == 2
    assert capsys.readouterr().out == "no findings; 1 file could not be read\n"
    cli.main(["scan", "--format", "sarif", "."])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= known
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 28}
    assert not run["invocations"][0]["executionSuccessful"]
    cli.main(["scan", "--format", "github", "."])
    assert "::notice file=model.py,line=2,col=8,endLine=2,title=IC001 legacy-initializer::" in capsys.readouterr().out


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\0"])
def test_a_list_of_files(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], separator: str
) -> None:
    content = f"clean.py{separator}model.py{separator}".encode()
    (tree / "list").write_bytes(content)
    assert cli.main(["migrate", "--check", "--files-from", "list"]) == 1
    assert capsys.readouterr().out == "would change model.py (1 use)\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert cli.main(["scan", "--files-from", "-"]) == 1
    (tree / "list").write_bytes(b"")
    assert cli.main(["scan", "--files-from", "list"]) == 0
    for wrong, said in (
        ([], "Give a PATH"),
        (["--files-from", "missing"], "'missing'"),
        (["-", "."], "cannot be combined"),
    ):
        capsys.readouterr()
        assert cli.main(["scan", *wrong]) == 2
        assert said in capsys.readouterr().err


def test_a_file_belongs_to_its_project(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "pyproject.toml").write_text("")
    (tree / "compat").mkdir()
    (tree / "compat" / "__init__.py").write_text("import tensorflow.compat.v1 as tfv1\n")
    (tree / "deep").mkdir()
    file = tree / "deep" / "a.py"
    file.write_text("from compat import tfv1 as t\nt.zeros_initializer()\n")
    assert cli.main(["scan", "deep/a.py"]) == 1  # as from the top
    assert "tensorflow.compat.v1.zeros_initializer is tf_initcompat" in capsys.readouterr().out


def test_statistics(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "--statistics", "."]) == 1
    assert capsys.readouterr().out.split()[:3] == ["1", "IC001", "legacy-initializer"]


def test_baseline(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "--write-baseline", "known.json", "."]) == 0
    assert cli.main(["scan", "--baseline", "known.json", "."]) == 0
    (tree / "model.py").write_text("\n\n" + LEGACY)  # lines may move
    assert cli.main(["scan", "--baseline", "known.json", "."]) == 0
    (tree / "model.py").write_text(LEGACY + "tf.ones_initializer()\n")
    assert cli.main(["scan", "--baseline", "known.json", "."]) == 1
    assert "ones_initializer" in capsys.readouterr().out
    (tree / "known.json").write_text("[]")
    assert cli.main(["scan", "--baseline", "known.json", "."]) == 2
    assert "known.json" in capsys.readouterr().err


def test_migrate_writes_only_when_asked(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tree / "model.py"
    model.chmod(0o750)
    assert cli.main(["migrate", "."]) == 1
    assert "+tf.abs(tf_initcompat.zeros_initializer(dtype=tf.float64))" in capsys.readouterr().out
    assert cli.main(["migrate", "--check", "."]) == 1
    assert capsys.readouterr().out == "would change model.py (1 use)\n"
    assert model.read_text() == LEGACY
    assert cli.main(["migrate", "--write", "."]) == 0
    assert model.read_text() == MIGRATED
    assert model.stat().st_mode & 0o777 == 0o750
    stamp = model.stat().st_mtime_ns
    assert cli.main(["migrate", "--write", "."]) == 0
    assert model.stat().st_mtime_ns == stamp
    assert sorted(path.name for path in tree.iterdir()) == ["clean.py", "model.py"]


def test_python_2_stays_byte_for_byte(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "two.py").write_text(PYTHON_2)
    assert cli.main(["migrate", "--write", "."]) == 2
    assert (tree / "two.py").read_text() == PYTHON_2
    assert (tree / "model.py").read_text() == MIGRATED
    assert "two.py: does not parse" in capsys.readouterr().err


def test_a_full_disk_leaves_the_old_file(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    # A real full disk needs a file system of its own; the error is the operating system's.
    monkeypatch.setattr(atomic.os, "fsync", full)
    assert cli.main(["migrate", "--write", "."]) == 2
    assert (tree / "model.py").read_text() == LEGACY
    assert sorted(path.name for path in tree.iterdir()) == ["clean.py", "model.py"]
    assert "No space left" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_links_stay_links(tree: Path) -> None:
    (tree / "src").mkdir()
    (tree / "model.py").rename(tree / "src" / "real.py")
    (tree / "link.py").symlink_to(tree / "src" / "real.py")
    assert cli.main(["migrate", "--write", "link.py"]) == 0
    assert (tree / "link.py").is_symlink()
    assert (tree / "src" / "real.py").read_text() == MIGRATED


@pytest.mark.parametrize(
    ("content", "status", "out"), [(LEGACY, 0, MIGRATED), ("x=1\n", 0, "x=1\n"), (PYTHON_2, 2, PYTHON_2)]
)
def test_standard_input(
    content: str, status: int, out: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content.encode())))
    assert cli.main(["migrate", "-"]) == status
    assert capfdbinary.readouterr().out == out.encode()


def test_gitignore_and_exclude(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("build", "kept", "venv", "skipped"):
        (tree / folder).mkdir()
        (tree / folder / "model.py").write_text(LEGACY)
    (tree / ".gitignore").write_text("/build/\n*.tmp.py\n")
    (tree / "kept" / ".gitignore").write_text("x.py\n!y.tmp.py\n")
    for name in ("x.py", "y.tmp.py", "z.tmp.py"):
        (tree / "kept" / name).write_text(LEGACY)
    assert cli.main(["migrate", "--check", "--exclude", "skipped", "."]) == 1
    changed = sorted(line.split()[2] for line in capsys.readouterr().out.splitlines())
    assert changed == ["kept/model.py", "kept/y.tmp.py", "model.py"]
    assert cli.main(["migrate", "--check", "build/model.py"]) == 1  # named by the user


def test_pyproject(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "model.py").write_text("import tensorflow as tf\ntf.zeros_initializer()\n")
    assert cli.main(["migrate", "--check", "."]) == 1
    assert "IC002 api-level" in capsys.readouterr().err
    (tree / "pyproject.toml").write_text('[tool.tf-initcompat]\nassume = "tf1"\nexclude = ["clean.py"]\n')
    assert cli.main(["migrate", "--check", "."]) == 1
    assert "would change model.py" in capsys.readouterr().out
    assert cli.main(["migrate", "--check", "--assume", "tf2", "."]) == 0
    table = "[tool.tf-initcompat]\n"
    wrong_settings = (
        'asume = "tf1"', "assume = 1", 'assume = "tf3"', "jobs = ", "jobs = 0", "jobs = true", "exclude = [1]",
        'to = "natve"',
    )  # fmt: skip
    for wrong in (*(table + one for one in wrong_settings), '[tool]\ntf-initcompat = "x"'):
        (tree / "pyproject.toml").write_text(f"{wrong}\n")
        assert cli.main(["scan", "."]) == 2
        assert "Traceback" not in capsys.readouterr().err


def test_many_files_in_two_processes(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(60):
        (tree / f"m{number}.py").write_text(LEGACY)
    assert cli.main(["migrate", "--write", "--jobs", "2", "."]) == 0
    assert {path.read_text() for path in tree.glob("m*.py")} == {MIGRATED}
    assert "changed 61 uses in 61 files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scan", "nowhere"], "'nowhere'"),
        (["scan", "--ignore", "shared-instanc", "."], "did you mean shared-instance"),
        (["scan", "--jobs", "0", "."], "positive"),
        (["migrate", "--wrte", "."], "--wrte"),
        (["scan", "-", "."], "cannot be combined"),
        (["scan", "--write-baseline", "no/where.json", "."], "no/where.json"),
        (["explain", "IC999"], "IC999"),
        (["explain", "shared-instnce"], "did you mean shared-instance"),
    ],
)
def test_bad_input(arguments: list[str], said: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("IC101", "start identical"),
        ("shared-instance", "IC101"),
        ("tf.uniform_unit_scaling_initializer", "scale = factor ** 2"),
        ("xavier_initializer", "tf.contrib.layers.xavier_initializer"),
        ("VarianceScaling.__init__() got an unexpected keyword argument 'dtype'", "IC105"),
        ("module 'tensorflow' has no attribute 'contrib'", "IC001"),
        ("", "IC118"),
    ],
)
def test_explain(what: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", *([what] if what else [])]) == 0
    assert said in capsys.readouterr().out


def test_pipes_and_links_to_nowhere_are_no_files_of_a_tree(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "gone.py").symlink_to(tree / "nowhere.py")
    os.mkfifo(tree / "pipe.py")
    elsewhere = tree.parent / "elsewhere.py"
    elsewhere.write_text(LEGACY)
    (tree / "link.py").symlink_to(elsewhere)
    assert cli.main(["migrate", "--write", "."]) == 0
    assert capsys.readouterr().err == "changed 1 use in 1 file\n"
    assert elsewhere.read_text() == LEGACY
    assert cli.main(["scan", "gone.py"]) == 2
    assert "there is no 'gone.py'" in capsys.readouterr().err


def test_a_pipe_that_is_named_is_read_once(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reader, writer = os.pipe()
    os.write(writer, LEGACY.encode())
    os.close(writer)
    try:
        assert cli.main(["scan", f"/dev/fd/{reader}"]) == 1
    finally:
        os.close(reader)
    assert "zeros_initializer" in capsys.readouterr().out


def test_one_file_that_cannot_be_processed_leaves_the_others(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "bad.py").write_text(LEGACY + "# bad\n")
    rewritten = documents.Module.rewritten

    def broken(self: documents.Module, edits: Any) -> bytes:
        assert "# bad" not in self.text.text, "a mistake"
        return rewritten(self, edits)

    monkeypatch.setattr(documents.Module, "rewritten", broken)
    assert cli.main(["migrate", "--write", "."]) == 2
    assert "bad.py: cannot be processed, which is a mistake of this tool: AssertionError" in capsys.readouterr().err
    assert (tree / "model.py").read_text() == MIGRATED
    assert (tree / "bad.py").read_text() == LEGACY + "# bad\n"


def test_read_only_files_stay(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "model.py").chmod(0o444)
    assert cli.main(["migrate", "--write", "."]) == 2
    assert "model.py: cannot be written: it is read-only" in capsys.readouterr().err
    assert (tree / "model.py").read_text() == LEGACY


def test_what_is_refused_is_told(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shadowed = "import tensorflow.compat.v1 as tf\ndef f(tf_initcompat): return tf.zeros_initializer()\n"
    (tree / "model.py").write_text(shadowed)
    assert cli.main(["migrate", "--write", "."]) == 1
    assert "IC005 not-rewritten: tf_initcompat is the name of something else here" in capsys.readouterr().err


@pytest.mark.parametrize(
    "before",
    [
        b"# coding: latin-1\nimport tensorflow.compat.v1 as tf\nx = '\xe9', tf.abs, tf.zeros_initializer()\n",
        b"import tensorflow.compat.v1 as tf\n\x0c\nx = 'a\x0cb', tf.abs, tf.zeros_initializer()",
        b"import tensorflow.compat.v1 as tf\r\nx = tf.abs, tf.zeros_initializer()\r\n",
    ],
)
def test_diff_can_be_applied(tree: Path, capfdbinary: pytest.CaptureFixture[bytes], before: bytes) -> None:
    model = tree / "model.py"
    model.write_bytes(before)
    cli.main(["migrate", "."])
    # The real program that reads diffs: it is no Python, so in a process of its own.
    subprocess.run(["git", "apply", "-p0"], input=capfdbinary.readouterr().out, check=True, capture_output=True)
    patched = model.read_bytes()
    model.write_bytes(before)
    cli.main(["migrate", "--write", "."])
    assert model.read_bytes() == patched != before


def test_output_that_the_terminal_cannot_show(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "model.py").write_text("import tensorflow.compat.v1 as tf\nx = 'é', tf.zeros_initializer()\n")
    shown = io.BytesIO()
    terminal = io.TextIOWrapper(shown, encoding="ascii")
    monkeypatch.setattr("sys.stdout", terminal)
    assert cli.main(["scan", "."]) == 1
    terminal.flush()
    assert rb"x = '\xe9', tf.zeros_initializer()" in shown.getvalue()


def test_exclude_is_relative_to_pyproject(tree: Path) -> None:
    (tree / "sub" / "gen").mkdir(parents=True)
    (tree / "sub" / "gen" / "a.py").write_text(LEGACY)
    (tree / "pyproject.toml").write_text('[tool.tf-initcompat]\nexclude = ["sub/gen/"]\n')
    assert cli.main(["scan", "sub"]) == 0
    assert cli.main(["scan", "--exclude", "other", "sub"]) == 1


def test_lines_of_gitignore_that_git_leaves_out(tree: Path) -> None:
    (tree / ".gitignore").write_text("!\nmodel.py\n")
    assert cli.main(["scan", "."]) == 0


def test_accept_needs_native(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--accept", "IC112", str(tmp_path)]) == console.ERROR
    assert "--accept IC112 needs --to native" in capsys.readouterr().err
