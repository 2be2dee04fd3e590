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


def give_stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))


def test_scan(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "."]) == console.FINDINGS
    assert capsys.readouterr().out == (
        "model.py:2:8: IC001 legacy-initializer: "
        "replace tensorflow.compat.v1.zeros_initializer by tf_initcompat.zeros_initializer\n"
        "model.py:2:8: IC105 constructor-dtype: dtype=tf.float64\n"
        "  2 | tf.abs(tf.zeros_initializer(dtype=tf.float64))\n"
        "    |        ^^^^^^^^^^^^^^^^^^^^\n"
        "\n"
        "     1  IC001  legacy-initializer\n"
        "     1  IC105  constructor-dtype\n"
        "\n"
        "     1  zeros_initializer\n"
        "\n"
        "2 findings in 1 file: 1 legacy initializer, 1 hazard\n"
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
        "message": "dtype=tf.float64",
        "symbol": "zeros_initializer",
        "source": "tf.abs(tf.zeros_initializer(dtype=tf.float64))",
        "cell": 0,
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
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 28}
    assert not run["invocations"][0]["executionSuccessful"]


def test_format_github(tree_with_error: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["scan", "--format", "github", "."])
    notice, warning, error = capsys.readouterr().out.splitlines()
    assert notice.startswith("::notice file=model.py,line=2,col=8,endLine=2,title=IC001 legacy-initializer::")
    assert warning == ("::warning file=model.py,line=2,col=8,endLine=2,title=IC105 constructor-dtype::dtype=tf.float64")
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
    assert "model.py: cannot be written: No space left on device" in capsys.readouterr().err


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
        ('select = ["IC2"]', console.ERROR),
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
        '[tool]\ntf-initcompat = "x"',
    ],
)
def test_wrong_pyproject(text: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "pyproject.toml").write_text(f"{text}\n")
    assert cli.main(["scan", "."]) == console.ERROR
    printed = capsys.readouterr().err
    assert printed.startswith("tf-initcompat: ")
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
        (["scan", "--format", "xml", "."], "argument --format: invalid choice: 'xml' (choose from "),
        (["scan", "--jobs", "0", "."], "positive"),
        (["scan", "--write-baseline", "no/where.json", "."], "no/where.json"),
        (["migrate", "--wrte", "."], "--wrte"),
        (["migrate", "--accept", "IC112", "."], "--accept IC112 needs --to native"),
        (["migrate", "--to", "native", "--accept", "IC002", "."], "--accept: IC002 cannot be accepted; choose from"),
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
        ("", "IC118  unresolved-arguments: "),
    ],
)
def test_explain(topic: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", *([topic] if topic else [])]) == console.CLEAN
    assert text in capsys.readouterr().out


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
