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
NARROWER = "before TensorFlow 1.10: 12 % narrower, of stddev sqrt(scale / n) before the truncation at two sigma"
UNIT_RANGE = (
    "in TensorFlow 1.2 to 1.10: minval=0, maxval=None: uniform in [0, 1); "
    "now minval=-0.05, maxval=0.05, 10 times narrower"
)


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
    assert any(text.startswith(message) for text in reported(tmp_path, call(change, name)))
    major, minor = map(int, change.since.split("."))
    for version, is_reported in ((f"=={major}.{minor - 1}.2", True), (f">={change.since}", False), (">=2.4", False)):
        project = tmp_path / version.strip("=>")
        project.mkdir()
        (project / "setup.py").write_text(f"install_requires=['tensorflow{version}']")
        messages = reported(project, call(change, name))
        assert any(text.startswith(message) for text in messages) == is_reported


@pytest.mark.parametrize(
    ("requirement", "code", "messages"),
    [
        # 0.88 = 0.8796..., the standard deviation of a normal distribution that is truncated at two sigma.
        *(
            (pin, f"tf.{name}", [NARROWER])
            for pin in ("tensorflow==1.9.0", "tensorflow-gpu==1.4.1", "tensorflow>=1.8,<2")
            for name in ("glorot_normal_initializer()", "keras.initializers.he_normal()",
                         "keras.initializers.lecun_normal()", "variance_scaling_initializer(distribution='normal')")
        ),
        ("tensorflow==1.9", "tf.variance_scaling_initializer()",
         ["before TensorFlow 1.10: distribution='normal', 12 % narrower"]),
        *(
            (pin, "tf.keras.initializers.RandomNormal()",
             ["in TensorFlow 1.2 to 1.10: stddev=1.0; now stddev=0.05, 20 times narrower"])
            for pin in ("tensorflow==1.2.1", "tensorflow==1.10.1")
        ),
        ("tensorflow==1.10.1", "tf.keras.initializers.RandomUniform()",
         [UNIT_RANGE]),
        ("tensorflow==1.10.1", "tf.glorot_normal_initializer()", []),
        ("tensorflow==1.11", "tf.keras.initializers.RandomNormal()", []),
        ("tensorflow==1.4.1", "tf.keras.initializers.RandomNormal(0.0, 0.1)", []),
        ("tensorflow==1.4.1", "tf.contrib.layers.xavier_initializer()", []),
        ("tensorflow==1.15.5", "tf.variance_scaling_initializer()", []),
    ],
)  # fmt: skip
def test_figures_for_a_pinned_version(requirement: str, code: str, messages: list[str], tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(f"{requirement}\n")
    assert reported(tmp_path, code) == messages


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
