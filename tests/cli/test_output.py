"""Output for people: colors, quiet, hidden findings, the next step, and counts that scan and migrate share."""

import io
import json
import re
from pathlib import Path

import pytest

from tf_initcompat import cli
from tf_initcompat._internal import colors
from tf_initcompat.cli import console

CODE = """\
import tensorflow.compat.v1 as tf
from tensorflow.contrib.layers import xavier_initializer
init = tf.uniform_unit_scaling_initializer(factor=1.43)
w = xavier_initializer()  # tf-initcompat: ignore[IC101]
x = tf.random_normal_initializer()  # tf-initcompat: ignore
"""
ESCAPE = "\x1b["


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "model.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("environment", "is_terminal", "expected"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": ""}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_when_colors_are_wanted(
    environment: dict[str, str], is_terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.platform", "linux")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert colors.are_wanted(Terminal() if is_terminal else io.StringIO()) is expected


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("arguments", [["scan", "."], ["scan", "--statistics", "."], ["migrate", "."]])
def test_colors_change_nothing_else(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.main(arguments)
    plain = capsys.readouterr()
    assert ESCAPE not in plain.out + plain.err
    monkeypatch.setenv("FORCE_COLOR", "1")
    cli.main(arguments)
    colored = capsys.readouterr()
    assert ESCAPE in colored.out + colored.err
    assert re.sub(r"\x1b\[\d+m", "", colored.out + colored.err) == plain.out + plain.err


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("name", ["json", "sarif", "github"])
def test_formats_for_programs_have_no_colors(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    cli.main(["scan", "--output-format", name, "."])
    printed = capsys.readouterr().out
    assert "IC108" in printed
    assert ESCAPE not in printed


@pytest.mark.usefixtures("tree")
def test_summary_and_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "."]) == console.FINDINGS
    printed = capsys.readouterr().out
    # The comment hides two findings of the last line: its class, and its default stddev.
    assert printed.splitlines()[-2:] == [
        "5 findings in 1 file: 3 legacy initializers, 2 hazards; 2 findings hidden",
        "3 uses: run `tf-initcompat migrate .`; `tf-initcompat explain IC108` documents the finding",
    ]


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("arguments", "step"),
    [
        (["--select", "IC108", "."], "`tf-initcompat explain IC108` documents the finding"),
        (["--select", "IC001", "model.py"], "3 uses: run `tf-initcompat migrate model.py`"),
        (["--select", "IC001", "model.py", "a b.py"], "3 uses: run `tf-initcompat migrate model.py 'a b.py'`"),
        (["--ignore", "IC", "."], "no other findings; 7 findings hidden"),
    ],
)
def test_next_step(arguments: list[str], step: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "a b.py").write_text("")
    cli.main(["scan", *arguments])
    assert capsys.readouterr().out.splitlines()[-1] == step


@pytest.mark.parametrize(
    "code",
    [
        CODE,
        "import tensorflow.compat.v1 as tf\nzeros = tf.zeros_initializer\nuse(zeros(), zeros)\n",
        "from tensorflow.contrib.layers import xavier_initializer as x, conv2d\nuse(x(), x(), x)\n",
        "from tensorflow.compat.v1 import zeros_initializer\nuse(zeros_initializer())\n",
        "import tensorflow.compat.v1 as tf\nuse(tf.  # why\n    zeros_initializer(), tf.ones_initializer())\n",
        "import tensorflow as tf\nuse(tf.zeros_initializer())\n",
    ],
)
@pytest.mark.parametrize("to", ["shim", "native"])
def test_counts_of_scan_and_migrate_add_up(code: str, to: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "model.py").write_text(code)
    cli.main(["scan", "--format", "json", "."])
    findings = json.loads(capsys.readouterr().out)["findings"]
    listed = sum(finding["rule"] == "IC001" for finding in findings)
    obstacles = sum(finding["rule"] in ("IC002", "IC003") for finding in findings)
    cli.main(["migrate", "--to", to, "--no-remaining", "."])
    summary = capsys.readouterr().err.splitlines()[-1]
    match = re.fullmatch(r"would change (\d+) uses? in \d files?(?:, (\d+) left)?", summary)
    assert match is not None
    assert int(match[1]) + int(match[2] or 0) == listed + obstacles


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["scan", "."], console.FINDINGS),
        (["scan", "--exit-zero", "."], console.CLEAN),
        (["scan", "--exit-zero", "nowhere"], console.ERROR),
        (["migrate", "."], console.FINDINGS),
        (["migrate", "--exit-zero", "."], console.CLEAN),
    ],
)
def test_exit_zero(arguments: list[str], status: int) -> None:
    assert cli.main(arguments) == status


@pytest.mark.parametrize("command", ["scan", "migrate"])
def test_exit_zero_is_not_for_errors(command: str, tree: Path) -> None:
    (tree / "broken.py").write_text("tf.zeros_initializer(\n")
    assert cli.main([command, "--exit-zero", "."]) == console.ERROR


def test_quiet(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["scan", "."])
    listed, _, _ = capsys.readouterr().out.partition("\n\n")
    assert cli.main(["scan", "--quiet", "."]) == console.FINDINGS
    assert capsys.readouterr().out == f"{listed}\n"
    assert cli.main(["migrate", "-q", "--write", "."]) == console.CLEAN
    assert capsys.readouterr() == ("", "")
    assert cli.main(["scan", "-q", "."]) == console.CLEAN
    assert capsys.readouterr() == ("", "")
    (tree / "broken.py").write_text("tf.zeros_initializer(\n")
    assert cli.main(["scan", "--quiet", "."]) == console.ERROR
    assert "broken.py: does not parse" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("uniform_unit_scaling_initializer(factor=1.43)",
         "factor=1.43 scales the limit; VarianceScaling needs scale=2.0449"),
        ("uniform_unit_scaling_initializer(factor=f)",
         "factor=f scales the limit; VarianceScaling needs scale=its square"),
        ("zeros_initializer(dtype=tf.float64)",
         "the constructor gets dtype=tf.float64; Keras 3 takes a dtype in the call only"),
        ("zeros_initializer(dtype=d)",
         "the constructor gets dtype=d, which may not be float32; Keras 3 takes a dtype in the call only"),
        ("glorot_uniform_initializer(seed=3)", "with seed=3, a native initializer repeats its values in each call"),
        ("random_uniform_initializer(0, 9, dtype=tf.int32)",
         "dtype=tf.int32 makes integers; native initializers do not sample integers"),
    ],
)  # fmt: skip
def test_messages_are_sentences(call: str, message: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "model.py").write_text(f"import tensorflow.compat.v1 as tf\ninit = tf.{call}\n")
    cli.main(["scan", "--format", "json", "."])
    assert message in [finding["message"] for finding in json.loads(capsys.readouterr().out)["findings"]]


@pytest.mark.parametrize(
    "source", [["# first\n", "import tensorflow.compat.v1 as tf\n", "tf.ones_initializer()"], None]
)
def test_places_in_the_json_of_a_notebook(
    source: list[str] | None, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "model.py").unlink()
    code = source or "# first\nimport tensorflow.compat.v1 as tf\ntf.ones_initializer()"
    notebook = {
        "cells": [{"cell_type": "markdown", "source": []}, {"cell_type": "code", "source": code}],
        "metadata": {},
    }
    text = json.dumps(notebook, indent=1)
    (tree / "book.ipynb").write_text(text)
    line = 1 + next(number for number, line in enumerate(text.splitlines()) if "ones_initializer" in line)
    cli.main(["scan", "--format", "sarif", "."])
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": line}
    assert result["message"]["text"].endswith(" (cell 2)")
    cli.main(["scan", "--format", "github", "."])
    assert capsys.readouterr().out.startswith(f"::notice file=book.ipynb,line={line},title=")


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("arguments", "usage"),
    [
        (["scan", "--basline", "x", "."], "usage: tf-initcompat scan "),
        (["migrate", "--alais", "x", "."], "usage: tf-initcompat migrate "),
        (["explain", "--plugn", "x"], "usage: tf-initcompat explain "),
    ],
)
def test_a_wrong_option_shows_the_usage_of_the_subcommand(
    arguments: list[str], usage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == console.ERROR
    printed = capsys.readouterr().err
    assert usage in printed
    assert "did you mean --" in printed
