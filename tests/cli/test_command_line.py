"""The command line as such: help, misspelt commands and options, bugs, tracebacks, what a subcommand imports."""

import configparser
import dataclasses
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from tf_initcompat import cli
from tf_initcompat.cli import console, explain

ROOT = Path(__file__).parents[2]


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, since this one has imported TensorFlow."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("subcommand", cli.SUBCOMMANDS)
def test_help_of_a_subcommand(subcommand: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([subcommand, "--help"])
    assert end.value.code == console.CLEAN
    printed = capsys.readouterr().out
    assert f"usage: tf-initcompat {subcommand} " in printed
    assert "--traceback" in printed


def test_help_lists_the_subcommands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    assert end.value.code == console.CLEAN
    printed = capsys.readouterr().out.split()
    assert set(cli.SUBCOMMANDS) <= set(printed)


def test_help_imports_no_subcommand() -> None:
    program = """if True:
        import sys
        from tf_initcompat import cli
        try:
            cli.main(["--help"])
        except SystemExit:
            pass
        print(sorted(sys.modules), file=sys.stderr)
    """
    done = run_python("-c", program)
    assert done.returncode == 0
    # Its time is measured by benchmarks/source.py; these imports would multiply it.
    imported = set(done.stderr.replace("'", "").strip("[]\n").split(", "))
    assert "tf_initcompat.cli.console" in imported
    assert not {f"tf_initcompat.cli.{name}" for name in cli.SUBCOMMANDS} & imported
    assert not {"dataclasses", "numpy", "rich", "pathspec"} & imported


@pytest.mark.parametrize("subcommand", cli.SUBCOMMANDS)
def test_options_are_frozen_dataclasses(subcommand: str) -> None:
    options = importlib.import_module(f"tf_initcompat.cli.{subcommand}").Options
    assert dataclasses.is_dataclass(options)
    assert options.__dataclass_params__.frozen


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["scna", "."], "unknown command 'scna'; did you mean scan?"),
        (["xyz"], "unknown command 'xyz'; choose from scan, migrate, verify, convert, explain"),
        (["--wrong"], "the following arguments are required: COMMAND"),
        (["scan", "--basline", "known.json", "."], "unrecognized arguments: --basline; did you mean --baseline?"),
        (["scan", "--basline=known.json", "."], "--basline=known.json; did you mean --baseline?"),
        (["scan", "--xyz", "."], "unrecognized arguments: --xyz\n"),
        (["migrate", "--wrte", "."], "unrecognized arguments: --wrte; did you mean --write?"),
        (["verify", "--contxt", "xla"], "unrecognized arguments: --contxt; did you mean --context?"),
        (["verify", "--jobs", "0"], "argument --jobs: must be a positive integer, not '0'"),
        (["convert", "--inplace", "model.h5"], "unrecognized arguments: --inplace; did you mean --in-place?"),
        (["explain", "--tracebak"], "unrecognized arguments: --tracebak; did you mean --traceback?"),
    ],
)
def test_misspelt_arguments(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == console.ERROR
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("tf-initcompat: ")
    assert message in printed.err
    assert "Traceback" not in printed.err


def test_a_bug_says_that_it_is_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def run(options: explain.Options) -> int:
        raise KeyError(options.topic)

    monkeypatch.setattr(explain, "run", run)
    assert cli.main(["explain", "IC101"]) == console.ERROR
    assert capsys.readouterr().err == (
        "tf-initcompat: bug in tf-initcompat: KeyError: 'IC101'\n"
        f"Please report it at {console.ISSUES}, with the output of the same command and --traceback.\n"
    )
    assert cli.main(["explain", "--traceback", "IC101"]) == console.ERROR
    printed = capsys.readouterr().err
    assert printed.startswith("Traceback (most recent call last):\n")
    assert "raise KeyError(options.topic)" in printed
    assert f"Please report it at {console.ISSUES}" in printed


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), MemoryError("of the machine")])
def test_errors_of_the_machine_are_no_bugs(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(options: explain.Options) -> int:
        raise error

    monkeypatch.setattr(explain, "run", run)
    assert cli.main(["explain"]) == console.ERROR
    assert capsys.readouterr().err == f"tf-initcompat: {type(error).__name__}: {error}\n"


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (["scan", "nowhere"], "FileNotFoundError"),
        (["migrate", "nowhere"], "FileNotFoundError"),
        (["verify", "nowhere"], "FileNotFoundError"),
        (["convert", "nowhere"], "FileNotFoundError"),
        (["explain", "nothing-like-a-rule"], "UsageError"),
    ],
)
def test_traceback_shows_the_cause(
    arguments: list[str],
    cause: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == console.ERROR
    message = capsys.readouterr().err
    assert "Traceback" not in message
    assert cli.main([*arguments, "--traceback"]) == console.ERROR
    printed = capsys.readouterr().err
    assert "Traceback (most recent call last):" in printed
    assert f"{cause}: " in printed
    assert printed.endswith(message)


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def run(options: explain.Options) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(explain, "run", run)
    assert cli.main(["explain"]) == 128 + 2  # as a shell reports SIGINT
    assert capsys.readouterr().err == "tf-initcompat: interrupted\n"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith(f"{config['metadata']['name']} ")


def test_bugs_are_reported_at_the_projects_issues() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    urls = dict(line.split(" = ") for line in config["metadata"]["project_urls"].strip().splitlines())
    assert urls["Issues"] == console.ISSUES


@pytest.mark.parametrize("subcommand", cli.SUBCOMMANDS)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("import nothing_of_this_name", "No module named 'nothing_of_this_name'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("'", "SyntaxError: "),
    ],
)
def test_broken_plugin(
    content: str,
    message: str,
    subcommand: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "broken_plugin.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    assert cli.main([subcommand, "--plugin", "broken_plugin", "."]) == console.ERROR
    assert capsys.readouterr().err.startswith(f"tf-initcompat: --plugin broken_plugin: {message}")
