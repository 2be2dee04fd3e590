"""Conversion of directories and of several files: results, summary and exit status."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import tensorflow as tf
from saved.eras import archives, measure
from saved.samples import ARCHIVE, HDF5, IGNORED_WARNINGS, JSON, convert, model

from tf_initcompat import cli
from tf_initcompat.saved.loading import installed

pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)

MAKER = "keras-2.2.4"
ON_KERAS_3 = pytest.mark.skipif(
    not installed.target().is_keras_3, reason="not all of these models need a conversion for Keras 2"
)
CUSTOM = model({"class_name": "my>Scale", "config": {"name": "d", "trainable": True}})


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with models of each kind, files that are no models, and the working directory around it."""
    folder = tmp_path / "old"
    (folder / "a" / "b").mkdir(parents=True)
    measure.source(MAKER, "lstm", folder / "a")
    shutil.copy(JSON, folder / "a" / "b" / "layers.json")
    archives.directory("tf-2.6.5", "dense", folder / "a")
    shutil.copy(HDF5, folder / "layers.model")
    (folder / "weights.h5").write_bytes(archives.files(MAKER)["lstm_weights.h5"])
    (folder / "numbers.json").write_text("[1]")
    (folder / "README.md").write_text("# Models")
    (folder / "link").symlink_to(folder / "a")
    os.mkfifo(folder / "pipe.h5")
    monkeypatch.chdir(tmp_path)
    return folder


def files(folder: Path) -> set[str]:
    """Return the paths of the files in a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the summary."""
    return capsys.readouterr().out.splitlines()[-1]


def options(*arguments: object) -> int:
    """Run `convert` for the installed Keras without the verification."""
    version = installed.target().version
    return cli.main(["convert", "--no-verify", "--target-keras", version, *map(str, arguments)])


@ON_KERAS_3
def test_tree(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    assert convert("--check", "old") == 1
    assert last_line(capsys) == "would change: 4, not a model: 2"
    assert options("old", "--out", "new") == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == "converted: 4, not a model: 2"
    assert "skipped old/weights.h5: weights without the model; " in printed.err
    assert "skipped old/numbers.json: not a model: " in printed.err
    assert files(Path("new")) == {"layers.model.h5", "a/lstm.h5", "a/dense.keras", "a/b/layers.json"}
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == before


def test_results_are_those_of_single_files(tree: Path) -> None:
    if installed.target().version != "3.15":
        pytest.skip("convert() writes for Keras 3.15")
    assert convert("old", "--out", "new") == 0
    assert convert("old/a/lstm.h5", "single.h5") == 0
    assert convert("old/a/b/layers.json", "single.json") == 0
    assert Path("new/a/lstm.h5").read_bytes() == Path("single.h5").read_bytes()
    assert Path("new/a/b/layers.json").read_text() == Path("single.json").read_text()
    assert measure.loaded(Path("new/a/dense.keras"), "tf-2.6.5", "dense") is measure.Outcome.SAME


def test_files_that_load_are_left_alone(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if installed.target().version != "3.15":
        pytest.skip("convert() writes for Keras 3.15")
    layers = tf.keras.layers
    tf.keras.Sequential([layers.Input((2,)), layers.Dense(2)]).save(tree / "loads.keras")
    assert convert("old", "--out", "new") == 0
    assert last_line(capsys) == "converted: 4, needs no conversion: 1, not a model: 2"
    shutil.copy(tree / "loads.keras", "new")
    assert convert("--check", "new") == 0
    assert last_line(capsys) == "needs no conversion: 5"
    before = files(Path("new"))
    assert convert("new", "--out", "newer") == 0
    assert files(Path("new")) == before
    assert not Path("newer").exists()


def test_no_models(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert("--check", tmp_path) == 2
    assert f"{tmp_path}: no models in this directory; pass " in capsys.readouterr().err


def custom(folder: Path) -> None:
    (folder / "custom.json").write_text(CUSTOM)


def with_a_lambda(folder: Path) -> None:
    measure.source(MAKER, "lambda_layer", folder)


def truncated(folder: Path) -> None:
    (folder / "damaged.h5").write_bytes(HDF5.read_bytes()[:3000])


@pytest.mark.parametrize(
    ("makers", "status", "summary"),
    [
        ([custom], 3, "converted: 1, loads only with your code: 1"),
        (
            [custom, with_a_lambda],
            1,
            "converted: 1, loads only with your code: 1, wrong or dangerous: 1",
        ),
        (
            [custom, with_a_lambda, truncated],
            2,
            "converted: 1, loads only with your code: 1, wrong or dangerous: 1, failed: 1",
        ),
    ],
)
def test_the_worst_result_decides(
    makers: list[Callable[[Path], None]],
    status: int,
    summary: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, new = tmp_path / "old", tmp_path / "new"
    folder.mkdir()
    shutil.copy(ARCHIVE, folder)
    for make in makers:
        make(folder)
    assert convert(folder, "--out", new) == status
    assert last_line(capsys) == summary
    assert files(new) == {path.name for path in folder.iterdir()} - {"damaged.h5"}


def test_several_files(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert("old/a/lstm.h5", "--out", "new", "old/layers.model") == 0
    assert files(Path("new")) == {"lstm.h5", "layers.model.h5"}
    assert convert("old/weights.h5", "old/README.md", "old/none.h5", "--out", "other") == 2
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == "failed: 3"
    assert "old/none.h5: No such file or directory" in printed.err
    assert not Path("other").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["old"], "old: a directory, not a SavedModel; to convert the models in it, pass --out DIR, or --check"),
        (["old", "new"], "OUT, --in-place and --weights are for one model"),
        (["old", "--in-place"], "OUT, --in-place and --weights are for one model"),
        (["old", "--out", "new", "--weights", "old/weights.h5"], "OUT, --in-place and --weights are for one model"),
        (["old", "--out", "new", "--check"], "--check and --diff write nothing; omit --out"),
        (["old", "--out", "old/README.md"], "old/README.md is not a directory; pass another --out"),
        (["old/a/lstm.h5", "old/layers.model", "x.h5"], "3 files; pass --out DIR to convert several models"),
        (["old", "--out", "old"], "old/a/lstm.h5 is a model to convert; pass another --out"),
        (["old/a/lstm.h5", "old/a", "--out", "new"], "old/a/lstm.h5 and old/a/lstm.h5 would both become new/lstm.h5"),
        (["old", "--out", "taken"], "taken/a/b/layers.json exists; pass another --out, or --force"),
    ],
)
def test_impossible_requests_write_nothing(
    arguments: list[str], message: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tree.parent / "taken" / "a" / "b" / "layers.json"
    taken.parent.mkdir(parents=True)
    taken.write_text("mine")
    before = files(tree.parent)
    assert convert(*arguments) == 2
    assert message in capsys.readouterr().err
    assert files(tree.parent) == before
    assert taken.read_text() == "mine"


@ON_KERAS_3
def test_results_inside_the_directory_are_not_converted_again(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert options("old", "--out", "old/new") == 0
    capsys.readouterr()
    assert options("--force", "old", "--out", "old/new") == 0
    assert last_line(capsys) == "converted: 4, not a model: 2"
    assert not (tree / "new" / "new").exists()


def test_a_saved_model_that_no_archive_holds_becomes_hdf5(tmp_path: Path) -> None:
    archives.directory("tf-2.15.1", "lambda_layer", tmp_path / "old")
    assert options(tmp_path / "old", "--out", tmp_path / "new") == 1
    assert files(tmp_path / "new") == {"lambda_layer.h5"}


def test_one_result_that_cannot_be_written_leaves_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / "old" / name).mkdir(parents=True)
        shutil.copy(JSON, tmp_path / "old" / name / "layers.json")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "b").write_text("a file where a folder has to be")
    assert convert(tmp_path / "old", "--out", tmp_path / "new") == 2
    assert last_line(capsys) == "converted: 2, failed: 1"
    assert files(tmp_path / "new") == {"a/layers.json", "b", "c/layers.json"}


def test_each_result_is_verified(tmp_path: Path) -> None:
    measure.source("keras-2.3.1", "dense", tmp_path)
    (tmp_path / "custom.json").write_text(CUSTOM)
    version = installed.target().version
    program = [sys.executable, "-m", "tf_initcompat", "convert", str(tmp_path), "--out", str(tmp_path / "new")]
    done = subprocess.run([*program, "--target-keras", version], capture_output=True, text=True, check=False)
    if version == "2":  # nothing changes for Keras 2
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "needs no conversion: 2")
        return
    assert done.returncode == 3, done.stderr
    assert "dense.h5: loads, and predicts as the original does" in done.stdout
    assert "custom.json: not loaded: config.layers[0]: " in done.stdout
