"""A rule and an output format in a module outside of the package work in `scan` and `explain`."""

import concurrent.futures
import importlib
import multiprocessing
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tf_initcompat import cli
from tf_initcompat.source import formats, rules, run

PLUGIN = '''
"""A rule and a format of a project's own."""

from tf_initcompat.source import formats, rules


def detect(use, file):
    arguments = file.arguments(use)
    if arguments is not None and arguments.values.get("value") == 42:
        yield "42 again"


RULE = rules.register(
    rules.Rule(
        code="MY001",
        name="magic-constant",
        level="warning",
        summary="A constant without a name",
        since="1.0",
        what_it_does="Finds constant_initializer(42).",
        why_is_this_bad="Nobody knows the question.",
        bad=(
            """
            import tensorflow.compat.v1 as tf

            tf.constant_initializer(42)
            ^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        use_instead="""
            import tf_initcompat

            tf_initcompat.constant_initializer(42)
            """,
        detect=detect,
        applies_to=lambda symbol: symbol.parameter("value") is not None,
        native=rules.NativeCode.DIFFERS,
        error_messages=("forty-two is not a weight",),
    )
)


@formats.register("lines")
def render(report):
    return "\\n".join(f"{finding.line} {finding.rule}" for finding in report.findings)
'''


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[rules.Rule]:
    """Import the plugin, as a program that uses the package would."""
    (tmp_path / "magic_plugin.py").write_text(PLUGIN)
    (tmp_path / "model.py").write_text(
        "import tensorflow.compat.v1 as tf\nx = tf.constant_initializer(42)([3])\ntf.ones_initializer()([3])\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module("magic_plugin")
    yield module.RULE
    del sys.modules["magic_plugin"]
    rules.unregister(module.RULE)
    formats.unregister("lines")


@pytest.mark.usefixtures("plugin")
def test_scan(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "model.py"]) == 1
    printed = capsys.readouterr().out
    assert "model.py:2:5: MY001 magic-constant: 42 again\n" in printed
    assert "3 findings in 1 file: 2 legacy initializers, 1 hazard\n" in printed
    assert cli.main(["scan", "--select", "MY", "--format", "lines", "model.py"]) == 1
    assert capsys.readouterr().out == "2 MY001\n"
    assert cli.main(["scan", "--format", "xml", "model.py"]) == 2
    assert "lines" in capsys.readouterr().err


@pytest.mark.parametrize("topic", ["MY001", "magic-constant", "ValueError: forty-two is not a weight"])
@pytest.mark.usefixtures("plugin")
def test_explain(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", topic]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# magic-constant (MY001)\n")
    assert "Nobody knows the question." in printed
    assert "^" not in printed


@pytest.mark.usefixtures("plugin")
def test_explain_lists_the_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain"]) == 0
    assert "MY001  magic-constant: A constant without a name\n" in capsys.readouterr().out
    assert cli.main(["explain", "tf.constant_initializer"]) == 0
    assert "MY001 magic-constant: A constant without a name\n" in capsys.readouterr().out


@pytest.mark.usefixtures("plugin")
def test_migrate(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--to", "native", "--write", "model.py"]) == 0
    assert "model.py:2:5: MY001 magic-constant: 42 again\n" in capsys.readouterr().err
    assert "x = tf_initcompat.constant_initializer(42)([3])\n" in Path("model.py").read_text()
    assert cli.main(["migrate", "--to", "native", "--accept", "MY001", "--check", "model.py"]) == 0


@pytest.mark.usefixtures("plugin")
def test_ignored_by_a_comment(capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("model.py").read_text().replace("42)([3])", "42)([3])  # tf-initcompat: ignore[magic-constant]")
    Path("model.py").write_text(text)
    assert cli.main(["scan", "--select", "MY", "model.py"]) == 0
    assert capsys.readouterr().out == "no other findings; 3 findings hidden\n"  # two of other rules


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.usefixtures("plugin")
def test_worker_processes_know_the_rule(method: str) -> None:
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(1, context, run._start_worker, (rules.plugins(),)) as pool:
        assert pool.submit(rules.codes, ["MY"]).result() == {"MY001"}


@pytest.mark.parametrize(
    ("arguments", "status", "printed"),
    [
        (["scan", "--select", "magic-constant", "--format", "lines", "model.py"], 1, "2 MY001"),
        (["migrate", "--to", "native", "--check", "model.py"], 1, "MY001 magic-constant: 42 again"),
        (["explain", "MY001"], 0, "Nobody knows the question."),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_option_plugin(tmp_path: Path, arguments: list[str], status: int, printed: str) -> None:
    # A process of its own, started without a path to the plugin except the current directory.
    (tmp_path / "magic_plugin.py").write_text(PLUGIN)
    (tmp_path / "model.py").write_text("import tensorflow.compat.v1 as tf\nx = tf.constant_initializer(42)([3])\n")
    program = "import sys; sys.path.remove(''); from tf_initcompat import cli; sys.exit(cli.main())"
    command = [sys.executable, "-c", program, *arguments, "--plugin", "magic_plugin"]
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert printed in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("code", "arguments", "message"),
    [
        ('yield "42 again"', ["scan"], "model.py: rule MY001 of the plugin magic_plugin failed: KeyError: 'oops'"),
        ('yield "42 again"', ["migrate", "--to", "native"], "rule MY001 of the plugin magic_plugin failed: KeyError"),
        ("return ", ["scan", "--format", "lines"], "format lines of the plugin magic_plugin failed: KeyError"),
    ],
    ids=["scan", "migrate", "format"],
)
def test_errors_are_blamed_on_the_plugin(tmp_path: Path, code: str, arguments: list[str], message: str) -> None:
    (tmp_path / "magic_plugin.py").write_text(PLUGIN.replace(code, '{}["oops"]; ' + code))
    (tmp_path / "model.py").write_text("import tensorflow.compat.v1 as tf\nx = tf.constant_initializer(42)([3])\n")
    command = [sys.executable, "-m", "tf_initcompat", *arguments, "--plugin", "magic_plugin", "model.py"]
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert "bug in tf-initcompat" not in done.stderr


def test_plugin_that_cannot_be_imported(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "--plugin", "no_such_plugin", "model.py"]) == 2
    assert capsys.readouterr().err == "tf-initcompat: --plugin no_such_plugin: No module named 'no_such_plugin'\n"


def test_plugin_that_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "leaving_plugin.py").write_text("import sys\nsys.exit()\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert cli.main(["scan", "--plugin", "leaving_plugin", "model.py"]) == 2
    assert capsys.readouterr().err == "tf-initcompat: --plugin leaving_plugin: it ended the process with None\n"


def test_plugin_that_is_named_as_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scan", "--plugin", "folder/magic.py", "model.py"]) == 2
    assert capsys.readouterr().err.endswith("; give the module's name: folder.magic\n")


def test_rule_that_exists_already(plugin: rules.Rule) -> None:
    with pytest.raises(ValueError, match="MY001 magic-constant is registered already, as MY001 magic-constant"):
        rules.register(plugin)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"code": "my1"}, "code must consist of capital letters and digits, such as 'IC101', not 'my1'"),
        ({"code": "MY-1"}, "code must consist of capital letters and digits, such as 'IC101', not 'MY-1'"),
        ({"name": "Magic"}, "name must be lower-case words joined by hyphens, not 'Magic'"),
        ({"name": "magic-"}, "name must be lower-case words joined by hyphens, not 'magic-'"),
        ({"code": "MY002", "name": "other", "bad": ()}, "bad must have an example of what MY002 finds"),
        ({"code": "IC101"}, "IC101 magic-constant is registered already, as IC101 shared-instance"),
    ],
)
def test_wrong_rule(plugin: rules.Rule, field: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        rules.register(plugin._replace(**field))  # type: ignore[arg-type]


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize("name", ["lines", "text"])
def test_format_that_exists_already(name: str) -> None:
    with pytest.raises(ValueError, match=f"the format '{name}' is registered already"):
        formats.register(name)(lambda report: "")
