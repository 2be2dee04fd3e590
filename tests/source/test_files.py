"""The search for files: repositories inside of others, and what the system does not let read."""

import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tf_initcompat import cli
from tf_initcompat.cli import console
from tf_initcompat.source import migrate_tree, scan_tree
from tf_initcompat.source.project import config, files

LEGACY = "import tensorflow.compat.v1 as tf\ntf.zeros_initializer()\n"

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def write(folder: Path, contents: dict[str, str]) -> None:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def git(folder: Path, *arguments: str) -> None:
    """Run git without the settings of the user and of the system."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def found(folder: Path) -> list[str]:
    """Return the files that the search finds below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in files.find([folder]).files)


@needs_git
@pytest.mark.parametrize("ignored_by", ["outer", "inner"])
def test_a_repository_inside_of_another(tmp_path: Path, ignored_by: str) -> None:
    """The .gitignore of the outer one does not apply inside, and the inner one says what it tracks."""
    write(tmp_path, {"a.py": LEGACY, "inner/tracked.py": LEGACY, "inner/sub/other.py": LEGACY, "after.py": LEGACY})
    git(tmp_path, "init", "--quiet")
    git(tmp_path / "inner", "init", "--quiet")
    (tmp_path / ("inner/.gitignore" if ignored_by == "inner" else ".gitignore")).write_text("*.py\n")
    git(tmp_path / "inner", "add", "--force", "tracked.py")
    expected = {"outer": ["inner/sub/other.py", "inner/tracked.py"], "inner": ["a.py", "after.py", "inner/tracked.py"]}
    assert found(tmp_path) == expected[ignored_by]


@needs_git
def test_a_submodule(tmp_path: Path) -> None:
    write(tmp_path, {"library/c.py": LEGACY, "library/untracked.py": LEGACY, "library/.gitignore": "*.py\n"})
    git(tmp_path / "library", "init", "--quiet")
    git(tmp_path / "library", "add", "--force", "c.py", ".gitignore")
    git(tmp_path / "library", "commit", "--quiet", "--message", "c")
    write(tmp_path, {"program/a.py": LEGACY})
    git(tmp_path / "program", "init", "--quiet")
    git(tmp_path / "program", "submodule", "add", str(tmp_path / "library"), "sub")
    (tmp_path / "program" / "sub" / "built.py").write_text(LEGACY)
    assert found(tmp_path / "program") == ["a.py", "sub/c.py"]


@needs_git
def test_a_repository_inside_of_another_that_is_ignored_as_a_whole(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "inner/\n", "a.py": LEGACY, "inner/b.py": LEGACY})
    for folder in (tmp_path, tmp_path / "inner"):
        git(folder, "init", "--quiet")
    git(tmp_path / "inner", "add", "b.py")
    assert found(tmp_path) == ["a.py"]


@pytest.fixture
def forbidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with a folder that cannot be listed. Permissions do not stop root, so the system's answer is replaced."""
    write(tmp_path, {"a.py": LEGACY, "secret/b.py": LEGACY, "z.py": LEGACY})
    scandir, stat = os.scandir, os.stat

    def refuse(path: object) -> None:
        if os.path.basename(os.path.dirname(os.path.join(os.fspath(path), ""))) == "secret":  # type: ignore[call-overload]
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))  # type: ignore[call-overload]

    def listed(path: str) -> object:
        refuse(path)
        return scandir(path)

    def asked(path: object, **options: bool) -> os.stat_result:
        if isinstance(path, (str, Path)) and Path(path).parent.name == "secret":
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
        return stat(path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "scandir", listed)
    monkeypatch.setattr(os, "stat", asked)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_that_cannot_be_listed_is_an_error(forbidden: Path) -> None:
    for results in (scan_tree([forbidden]), migrate_tree([forbidden])):
        errors = {os.path.basename(result.path): result.error for result in results}
        assert errors == {"a.py": "", "secret": "cannot be read: Permission denied", "z.py": ""}


@pytest.mark.usefixtures("forbidden")
@pytest.mark.parametrize("path", ["secret", "secret/b.py"])
@pytest.mark.parametrize("command", ["scan", "migrate"])
def test_a_given_path_that_cannot_be_read(command: str, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command, path]) == console.ERROR
    assert f"tf-initcompat: {path}: cannot be read: Permission denied\n" in capsys.readouterr().err


@pytest.mark.usefixtures("forbidden")
def test_settings_above_a_path_that_cannot_be_read() -> None:
    assert config.load(Path("secret/b.py")) == config.Settings()
    assert files.root_of(Path("secret/b.py")).is_dir()


def test_a_circle_of_links_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "circle.py").symlink_to("circle.py")
    (result,) = scan_tree([tmp_path / "circle.py"])
    assert result.error.startswith("cannot be read: ")
    assert scan_tree([tmp_path]) == []


@pytest.mark.parametrize("mark", ["", "'é🎲', "])
def test_a_long_line_is_read_once_and_shown_in_part(
    tmp_path: Path, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A generated line with 3,000 uses takes a second, and prints a part of the line for each."""
    code = f"import tensorflow.compat.v1 as tf\nx = [{mark}{'tf.zeros_initializer, ' * 3_000}]\n"
    (tmp_path / "long.py").write_text(code)
    assert cli.main(["scan", str(tmp_path)]) == console.FINDINGS
    printed = capsys.readouterr().out
    assert len(printed) < 25 * len(code)
    shown = [line for line in printed.splitlines() if line.startswith("  2 | ")]
    assert len(shown) == 3_000
    assert all(len(line) < 260 for line in shown)
    assert cli.main(["scan", "--format", "json", str(tmp_path)]) == console.FINDINGS
    assert len(capsys.readouterr().out) < 80 * len(code)
    (result,) = migrate_tree([tmp_path])
    assert result.content.decode() == code.replace("tensorflow.compat.v1 as tf", "tf_initcompat").replace(
        "tf.zeros", "tf_initcompat.zeros"
    )


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("x = ", "", "x = tf.zeros_initializer"),
        ("a, " * 100, "", "..." + "a, " * 20 + "tf.zeros_initializer"),
        ("", ", b" * 100, "tf.zeros_initializer" + (", b" * 100)[: 240 - 20] + "..."),
        ("a, " * 100, ", b" * 100, "..." + "a, " * 20 + "tf.zeros_initializer" + (", b" * 100)[: 240 - 80] + "..."),
        ("\té = " + "'é', " * 30, ", b" * 40, None),
    ],
)
def test_the_carets_below_a_line_mark_the_name(
    before: str, after: str, shown: str | None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.py"
    head = "import tensorflow.compat.v1 as tf\n"
    path.write_text(
        f"{head}if tf:\n{before}tf.zeros_initializer{after}\n"
        if before[:1] == "\t"
        else f"{head}{before}tf.zeros_initializer{after}\n"
    )
    cli.main(["scan", str(path)])
    lines = capsys.readouterr().out.splitlines()
    line, carets = (lines[1].partition("| ")[2], lines[2].partition("| ")[2])
    assert shown is None or line == shown
    assert line[len(carets) - len("tf.zeros_initializer") : len(carets)] == "tf.zeros_initializer"
    assert carets.strip() == "^" * len("tf.zeros_initializer")
