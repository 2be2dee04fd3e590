"""The names that newer versions of TensorFlow lack: the table against TensorFlow, and the list for a tree."""

import json
from pathlib import Path
from typing import Any

import make_missing_names
import pytest
import tensorflow as tf

from tf_initcompat import cli, source
from tf_initcompat.catalog import missing, namespaces
from tf_initcompat.catalog.missing import Installation, Way

RECORDED = json.loads(make_missing_names.RECORDED_API.read_text())
NEWEST = Installation(missing.releases()[-1], 3)


@pytest.fixture(scope="module")
def observed() -> dict[str, Any]:
    """Observe the installed TensorFlow."""
    run = make_missing_names.observe()
    if run["release"] not in missing.releases():
        pytest.skip(f"TensorFlow {run['release']} is not in the table, which has {', '.join(missing.releases())}")
    return run


@pytest.mark.parametrize("namespace", ["tf", "v1"])
def test_public_names_against_the_installed_tensorflow(namespace: str, observed: dict[str, Any]) -> None:
    installation = Installation(observed["release"], observed["keras"])
    lacking = [name for name in RECORDED["names"] if not missing.has(name, installation, namespace)]
    assert len(lacking) > 10
    assert lacking == observed[namespace]


def test_private_modules_against_the_installed_tensorflow(observed: dict[str, Any]) -> None:
    installation = Installation(observed["release"], observed["keras"])
    gone = [
        name for name in RECORDED["private"] if missing.lookup(f"tensorflow.python.{name}.x", installation) is not None
    ]
    assert len(gone) > 100
    # Legacy initializers of private modules have wrappers.
    assert set(observed["private"]) - set(gone) <= {name for name in RECORDED["private"] if "initializers" in name}
    assert set(gone) <= set(observed["private"])


def test_renames_of_tf_upgrade_v2() -> None:
    from tensorflow.tools.compatibility import all_renames_v2

    names = set(RECORDED["names"])
    installation = Installation(missing.releases()[-1], 2)
    compared = 0
    for old, new in all_renames_v2.symbol_renames.items():
        name = old.removeprefix("tf.")
        if not new.startswith("tf.compat.v1.") or name not in names or missing.has(name, installation):
            continue
        found = missing.lookup(f"tensorflow.{name}", installation)
        if namespaces.lookup(f"tensorflow.{name}"):
            assert found is None  # an initializer
        else:
            assert found is not None, old
            assert found.way in (Way.COMPAT_V1, Way.OLDER), old
        compared += 1
    assert compared > 300


def test_replacements_of_contrib_exist() -> None:
    tf_slim = pytest.importorskip("tf_slim", reason="needs tf_slim")
    compared = 0
    for module, names in RECORDED["contrib"].items():
        for name in names:
            found = missing.lookup(f"tensorflow.contrib.{module}.{name}", NEWEST)
            if found is not None and found.way is Way.SLIM:
                root, _, member = found.replacement.partition(".")
                assert root == "tf_slim"
                assert not member or make_missing_names.has(tf_slim, member), found
                compared += 1
    assert compared > 100


@pytest.mark.parametrize(
    ("name", "version", "keras", "way", "replacement"),
    [
        ("tensorflow.set_random_seed", "2.15", 2, Way.COMPAT_V1, ""),
        ("tensorflow.get_variable", "2.21", 3, Way.COMPAT_V1, ""),
        ("tensorflow.Session", "2.21", 3, Way.COMPAT_V1, ""),
        ("tensorflow.layers", "2.21", 3, Way.LEGACY_KERAS_V1, ""),
        ("tensorflow.layers.dense", "2.15", 2, Way.COMPAT_V1, ""),
        ("tensorflow.layers.dense", "2.21", 3, Way.LEGACY_KERAS_V1, ""),
        ("tensorflow.layers.dense", "2.21", 2, Way.COMPAT_V1, ""),
        ("tensorflow.nn.rnn_cell.LSTMCell", "2.21", 3, Way.LEGACY_KERAS_V1, ""),
        ("tensorflow.compat.v1.nn.rnn_cell.LSTMCell", "2.21", 3, Way.LEGACY_KERAS, ""),
        ("tensorflow.keras.backend.learning_phase", "2.21", 3, Way.LEGACY_KERAS, ""),
        ("tensorflow.estimator.Estimator", "2.21", 3, Way.OLDER, ""),
        ("tensorflow.estimator.Estimator", "2.16", 2, Way.OLDER, ""),
        ("tensorflow.compat.v1.estimator.inputs", "2.19", 3, Way.OLDER, ""),
        ("tensorflow.contrib.rnn.LSTMCell", "2.15", 2, Way.RENAMED, "tf.compat.v1.nn.rnn_cell.LSTMCell"),
        (
            "tensorflow.contrib.rnn.LSTMCell", "2.21", 3, Way.RENAMED_LEGACY_KERAS,
            "tf.compat.v1.nn.rnn_cell.LSTMCell",
        ),
        ("tensorflow.contrib.slim", "2.21", 3, Way.SLIM, "tf_slim"),
        ("tensorflow.compat.v1.contrib.layers.conv2d", "2.21", 3, Way.SLIM, "tf_slim.conv2d"),
        ("tensorflow.contrib.crf.crf_decode", "2.21", 3, Way.NONE, ""),
        ("tensorflow.examples.tutorials.mnist.input_data", "2.21", 3, Way.EXAMPLES, ""),
        ("tensorflow.python.keras.engine.network.Network", "2.21", 3, Way.PRIVATE, ""),
        ("tensorflow_core.python.framework.tensor_like", "2.21", 3, Way.PRIVATE, ""),
        ("tensorflow.Variable", "2.21", 3, None, ""),
        ("tensorflow.compat.v1.placeholder", "2.21", 3, None, ""),
        ("tensorflow.zeros_initializer", "2.21", 3, None, ""),
        ("tensorflow.contrib.layers.xavier_initializer", "2.21", 3, None, ""),
        ("torch.set_random_seed", "2.21", 3, None, ""),
        ("tensorflow", "2.21", 3, None, ""),
        (".tensorflow.layers", "2.21", 3, None, ""),
    ],
)  # fmt: skip
def test_way_out(name: str, version: str, keras: int, way: Way | None, replacement: str) -> None:
    found = missing.lookup(name, Installation(version, keras))
    assert (found.way if found else None) is way
    assert (found.replacement if found else "") == replacement


@pytest.mark.parametrize(
    ("version", "legacy", "expected"),
    [
        ("2.15.1", "", Installation("2.15", 2)),
        ("2.16.0", "", Installation("2.16", 3)),
        ("2.16.0rc1", "1", Installation("2.16", 2)),
        ("2.21", "true", Installation("2.21", 2)),
        ("2.22.0.dev20260101", "0", Installation("2.22", 3)),
    ],
)
def test_keras_of_a_version(version: str, legacy: str, expected: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", legacy)
    assert missing.of_version(version) == expected


@pytest.mark.parametrize("version", ["1.15", "3", "2", "newest", "2.", ""])
def test_wrong_version(version: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"tensorflow must be a version of TensorFlow 2, such as 2\.\d+, not "):
        source.remaining_tree([tmp_path], tensorflow=version)
    assert cli.main(["scan", "--tensorflow", version, str(tmp_path)]) == 2
    assert f"--tensorflow must be a version of TensorFlow 2, such as {NEWEST.version}, not" in capsys.readouterr().err


def test_installed() -> None:
    assert missing.installed().version == ".".join(tf.__version__.split(".")[:2])


TREE = {
    "model.py": """\
import tensorflow as tf
from tensorflow.contrib.layers import conv2d, xavier_initializer
from tensorflow.contrib import slim, layers
import tensorflow.contrib.ffmpeg
from tensorflow.contrib.training import *

def model(x, torch):
    torch.layers.dense(x)
    x = tf.layers.dense(x, 3, kernel_initializer=layers.xavier_initializer())
    x = tf.layers.dense(x, 3, kernel_initializer=xavier_initializer())
    return conv2d(conv2d(slim.flatten(x)), 3), tf.reduce_sum(x)
""",
    "train.py": """\
import tensorflow as tf
from model import tf as also
try:
    import tensorflow.compat.v1 as v1
except ImportError:
    import tensorflow as v1
tf.set_random_seed(1)
with v1.Session(), also.Session():
    pass
""",
    "unread.py": "from tensorflow.contrib import rnn\n",
    "other.py": "import torch\ntorch.layers.dense()\n",
    "broken.py": "import tensorflow as tf\ntf.Session(\n",
    "book.ipynb": json.dumps(
        {"cells": [{"cell_type": "code", "source": ["import tensorflow as tf\n", "tf.Session()"]}], "metadata": {}}
    ),
}
#: Line and cell of each use, as counted by hand, for TensorFlow 2.21 with Keras 3.
USES = [
    ("book.ipynb", 2, 1, "tf.Session"),
    ("model.py", 4, 0, "tf.contrib.ffmpeg"),
    ("model.py", 5, 0, "tf.contrib.training"),
    ("model.py", 9, 0, "tf.layers.dense"),
    ("model.py", 10, 0, "tf.layers.dense"),
    ("model.py", 11, 0, "tf.contrib.layers.conv2d"),
    ("model.py", 11, 0, "tf.contrib.layers.conv2d"),
    ("model.py", 11, 0, "tf.contrib.slim.flatten"),
    ("train.py", 7, 0, "tf.set_random_seed"),
    ("train.py", 8, 0, "tf.Session"),
    ("unread.py", 1, 0, "tf.contrib.rnn"),
]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in TREE.items():
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    return tmp_path


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("jobs", [1, 2])
def test_uses_in_a_tree(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from tf_initcompat.source import run

    monkeypatch.setattr(run, "WORTH_PROCESSES", 0)
    remaining = source.remaining_tree(["."], tensorflow="2.21", jobs=jobs)
    assert sorted((use.path, use.line, use.cell, use.missing.name) for use in remaining.uses) == USES


@pytest.mark.usefixtures("tree")
def test_list_of_scan(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["scan", "--remaining", "--tensorflow", "2.21", "."])
    printed = capsys.readouterr().out
    assert printed.endswith("""
TensorFlow 2.21 with Keras 3 also lacks 8 names: 11 uses in 4 files
  import tensorflow.compat.v1 as tf, or run tf_upgrade_v2:
       2  tf.Session          book.ipynb:cell 1:2, train.py:8
       1  tf.set_random_seed  train.py:7
  install tf_slim, which has contrib's code:
       2  tf.contrib.layers  model.py:11
       1  tf.contrib.slim    model.py:11
  install tf_keras, set TF_USE_LEGACY_KERAS=1, and import tensorflow.compat.v1 as tf:
       2  tf.layers.dense  model.py:9, model.py:10
  no newer TensorFlow has them; the code must be replaced:
       1  tf.contrib.ffmpeg    model.py:4
       1  tf.contrib.training  model.py:5
       1  tf.contrib.rnn       unread.py:1
Run tf_upgrade_v2 after `tf-initcompat migrate`: before it, it drops the factor 1.3 of contrib's initializers.
""")
    cli.main(["scan", "."])
    assert "also lacks" not in capsys.readouterr().out
    cli.main(["scan", "--format", "json", "--tensorflow", "2.21", "."])
    listed = json.loads(capsys.readouterr().out)["remaining"]
    assert (listed["tensorflow"], listed["keras"]) == ("2.21", 3)
    assert sorted((use["path"], use["line"], use["cell"], use["name"]) for use in listed["uses"]) == USES
    assert {use["way"] for use in listed["uses"]} == {"compat_v1", "slim", "legacy_keras_v1", "none"}
    assert {use["replacement"] for use in listed["uses"]} == {"", "tf_slim.conv2d", "tf_slim.flatten"}


@pytest.mark.parametrize("write", [True, False])
def test_list_of_migrate_is_that_of_the_migrated_tree(
    write: bool, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "broken.py").unlink()
    cli.main(["migrate", "--tensorflow", "2.21", *(["--write"] if write else []), "."])
    migrated = capsys.readouterr().err.split("TensorFlow 2.21")[1]
    # Two new imports in model.py move its lines; the import of `layers` is gone.
    assert migrated.startswith(" with Keras 3 also lacks 8 names: 11 uses in 4 files\n")
    assert "  tf.layers.dense  model.py:11, model.py:12\n" in migrated
    cli.main(["migrate", "--no-remaining", *(["--write"] if write else []), "."])
    assert "also lacks" not in capsys.readouterr().err


def test_nothing_remains(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.py").write_text("import tensorflow as tf\ntf.zeros([3])\n")
    cli.main(["scan", "--tensorflow", "2.15", str(tmp_path)])
    assert "no other names of TensorFlow 1 that TensorFlow 2.15 with Keras 2 lacks\n" in capsys.readouterr().out
