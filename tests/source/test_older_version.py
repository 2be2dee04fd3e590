"""IC120 against the history of the symbols, which the recordings of TensorFlow 1 confirm."""

from pathlib import Path

import pytest

from tf_initcompat.catalog import history, symbols
from tf_initcompat.catalog.history import Change, State
from tf_initcompat.source import scan

#: Changes of weights that show in a call of an initializer, with each name of a symbol that has a row.
ROWS = [
    pytest.param(change, name, id=f"{name}-{change.aspect.name}-{change.condition}")
    for change in history.CHANGES
    for name in change.names
    if change.aspect.changes_weights and name in symbols.by_name()
]


def call(change: Change, name: str) -> str:
    """Return a call that meets the condition of a change."""
    by_position = change.condition is not None and change.condition.state is State.BY_POSITION
    return f"tf.{name}({'1.0, 7' if by_position else change.example})"


def reported(folder: Path, code: str) -> list[str]:
    """Return the messages about older versions for an expression in a file of a project."""
    content = f"import tensorflow.compat.v1 as tf\n{code}\n"
    return [found.message for found in scan(content, path=folder / "model.py").findings if found.rule == "IC120"]


@pytest.mark.parametrize(("change", "name"), ROWS)
def test_change_is_reported_if_the_project_allows_an_older_version(change: Change, name: str, tmp_path: Path) -> None:
    message = f"{change.versions}: {change.before}"
    assert message in reported(tmp_path, call(change, name))
    major, minor = map(int, change.since.split("."))
    for version, is_reported in ((f"=={major}.{minor - 1}.2", True), (f">={change.since}", False), (">=2.4", False)):
        project = tmp_path / version.strip("=>")
        project.mkdir()
        (project / "setup.py").write_text(f"install_requires=['tensorflow{version}']")
        assert (message in reported(project, call(change, name))) == is_reported


@pytest.mark.parametrize("name", [name for symbol in symbols.INITIALIZERS for name in symbol.names])
def test_other_calls_are_silent(name: str, tmp_path: Path) -> None:
    met = [
        change
        for change in history.changes_of(name)
        if change.aspect.changes_weights and (change.condition is None or change.condition.is_met({}))
    ]
    assert bool(reported(tmp_path, f"tf.{name}()")) == bool(met)
    assert not reported(tmp_path, f"isinstance(x, tf.{name})")
    assert not reported(tmp_path, f"tf_initcompat.{name}()")
