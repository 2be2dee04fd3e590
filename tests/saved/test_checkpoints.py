"""The JSON of a model with its weights in a checkpoint of `tf.train.Saver`, by real versions of TensorFlow 1."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from saved.eras import archives
from saved.samples import IGNORED_WARNINGS, convert

from tf_initcompat import saved
from tf_initcompat.saved.loading import installed

pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)

MAKERS = ("checkpoints-tf-1.4.1", "checkpoints-tf-1.15.5")
MODELS = [(maker, name) for maker in MAKERS for name in archives.made(maker)["variables"]]
#: Differences that some of these models have for Keras 2 and for Keras 3.0.
REPORTED = {"reset-before-on-keras-2", "model-in-time-distributed"}


def extract(maker: str, name: str, folder: Path) -> tuple[Path, Path]:
    """Write the JSON and the files of the checkpoint, and return the path of the JSON and that of the checkpoint."""
    for path, content in archives.files(maker).items():
        if path.startswith(f"{name}."):
            (folder / path).write_bytes(content)
    return folder / f"{name}.json", folder / f"{name}.ckpt"


def converted(model: Path, weights: Path, target: Path, **arguments: Any) -> saved.Conversion:
    """Convert a pair for the installed Keras."""
    conversion = saved.convert(model, weights=weights, target_keras=installed.target().version, **arguments)
    conversion.write(target)
    return conversion


def difference(path: Path, maker: str, name: str) -> float:
    """Return the largest difference of the predictions from the maker's."""
    inputs, expected = archives.inputs(maker, name), archives.predictions(maker, name)
    outputs = tf.nest.flatten(
        tf.keras.models.load_model(path)(inputs if len(inputs) > 1 else inputs[0], training=False)
    )
    return max(float(np.abs(np.asarray(new) - old).max()) for new, old in zip(outputs, expected, strict=True))


def test_what_the_makers_built() -> None:
    assert len(MODELS) == 17 + 19
    variables = archives.made(MAKERS[1])["variables"]
    assert "dense/kernel/Adam" in variables["plain_dense"]
    assert "dense/kernel/ExponentialMovingAverage" in variables["plain_dense"]
    assert "training/Adam/dense/kernel/m" in variables["compiled_dense"]
    assert "net/dense/kernel" in variables["scoped_dense"]
    assert "rnn/kernel_2" in variables["plain_cells"]


@pytest.mark.parametrize(("maker", "name"), MODELS)
def test_predictions_are_those_of_the_maker(maker: str, name: str, tmp_path: Path) -> None:
    conversion = converted(*extract(maker, name, tmp_path), tmp_path / "new.h5")
    if conversion.is_known_to_fail:
        assert installed.target().version in ("2", "3.0")
        assert {each.rule.name for each in conversion.differences} <= REPORTED
        return
    assert difference(tmp_path / "new.h5", maker, name) < 1e-6


def test_archive(tmp_path: Path) -> None:
    if not installed.target().is_keras_3:
        pytest.skip("Keras 2 is installed, which does not write archives for Keras 3")
    converted(*extract(MAKERS[1], "scoped_lstm", tmp_path), tmp_path / "new.keras")
    assert difference(tmp_path / "new.keras", MAKERS[1], "scoped_lstm") < 1e-6


@pytest.mark.parametrize("suffix", ["", ".index", ".data-00000-of-00001"])
def test_any_file_of_a_checkpoint_names_it(suffix: str, tmp_path: Path) -> None:
    model, weights = extract(MAKERS[1], "plain_dense", tmp_path)
    converted(model, weights.with_name(weights.name + suffix), tmp_path / "new.h5")
    assert difference(tmp_path / "new.h5", MAKERS[1], "plain_dense") == 0


def written(folder: Path, **values: Any) -> Path:
    """Write a checkpoint with the variables; two underscores stand for a slash."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        for name, value in values.items():
            tf.compat.v1.get_variable(name.replace("__", "/"), initializer=value, use_resource=False)
        session.run(tf.compat.v1.global_variables_initializer())
        return Path(tf.compat.v1.train.Saver().save(session, str(folder / "own.ckpt"), write_meta_graph=False))


KERNEL, BIAS = np.full((4, 3), 0.5, "float32"), np.zeros(3, "float32")


def kernel_of(path: Path) -> Any:
    return tf.keras.models.load_model(path, compile=False).weights[0].numpy()


def test_scopes_of_several_models(tmp_path: Path) -> None:
    model, _ = extract(MAKERS[1], "plain_dense", tmp_path)
    both = {
        "a__dense__kernel": KERNEL,
        "a__dense__bias": BIAS,
        "b__c__dense__kernel": KERNEL * 2,
        "b__c__dense__bias": BIAS,
    }
    weights = written(tmp_path, **both)
    with pytest.raises(
        saved.FileError, match="it has the variables of several models, in the scopes 'a', 'b/c'; pass --scope"
    ):
        converted(model, weights, tmp_path / "new.h5")
    converted(model, weights, tmp_path / "new.h5", scope="b/c")
    np.testing.assert_array_equal(kernel_of(tmp_path / "new.h5"), KERNEL * 2)
    converted(model, weights, tmp_path / "new.h5", scope="a/")
    np.testing.assert_array_equal(kernel_of(tmp_path / "new.h5"), KERNEL)
    with pytest.raises(saved.FileError, match="it has no weights of the layer 'dense'; it has a/dense/bias, "):
        converted(model, weights, tmp_path / "new.h5", scope="c")


def test_the_names_of_the_model_decide_before_a_scope(tmp_path: Path) -> None:
    model, _ = extract(MAKERS[1], "plain_dense", tmp_path)
    weights = written(
        tmp_path, dense__kernel=KERNEL, dense__bias=BIAS, target__dense__kernel=KERNEL * 2, target__dense__bias=BIAS
    )
    converted(model, weights, tmp_path / "new.h5")
    np.testing.assert_array_equal(kernel_of(tmp_path / "new.h5"), KERNEL)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"dense__kernel": KERNEL}, "it has no dense/bias; it has dense/kernel"),
        (
            {"dense__kernel": KERNEL.T.copy(), "dense__bias": BIAS},
            "'dense/kernel' is (3, 4), and its last size has to be 3",
        ),
        (
            {"dense__kernel": KERNEL, "dense__kernel_1": KERNEL, "dense__bias": BIAS},
            "it has dense/kernel, dense/kernel_1 instead of dense/kernel",
        ),
        (
            {"other__kernel": KERNEL, "other__bias": BIAS},
            "it has no weights of the layer 'dense'; it has other/bias, other/kernel",
        ),
        ({"step": BIAS}, "it has no weights of the layer 'dense'; it has no variables of layers"),
    ],
    ids=["missing", "shape", "twice", "other", "none"],
)
def test_other_variables(values: dict[str, Any], message: str, tmp_path: Path) -> None:
    model, _ = extract(MAKERS[1], "plain_dense", tmp_path)
    weights = written(tmp_path, **values)
    with pytest.raises(saved.FileError, match=re.escape(f"{model}: {weights}: ") + ".*" + re.escape(message)):
        converted(model, weights, tmp_path / "new.h5")


def test_checkpoints_of_objects(tmp_path: Path) -> None:
    model, _ = extract(MAKERS[1], "plain_dense", tmp_path)
    path = tf.train.Checkpoint(kernel=tf.Variable(KERNEL)).save(str(tmp_path / "objects"))
    with pytest.raises(saved.FileError, match=r"a checkpoint of objects.*call model\.load_weights with a Keras 2"):
        converted(model, Path(path), tmp_path / "new.h5")


def test_damaged_checkpoints(tmp_path: Path) -> None:
    model, weights = extract(MAKERS[1], "plain_dense", tmp_path)
    (data,) = tmp_path.glob("*.data-*")
    data.write_bytes(b"")
    with pytest.raises(saved.FileError, match="the variables of a checkpoint cannot be read"):
        converted(model, weights, tmp_path / "new.h5")
    weights.with_name(f"{weights.name}.index").write_bytes(b"no index")
    with pytest.raises(saved.FileError, match="the variables of a checkpoint cannot be read"):
        converted(model, weights, tmp_path / "new.h5")
    assert not (tmp_path / "new.h5").exists()


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    extract(MAKERS[1], "scoped_lstm", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert convert("scoped_lstm.json", "--weights", "scoped_lstm.ckpt", "--scope", "net", "new.h5") == 0
    assert "weights multiplied by 1.2" in capsys.readouterr().out
    assert convert("scoped_lstm.json", "--scope", "net") == 2
    assert "--scope is for a checkpoint; pass it as --weights" in capsys.readouterr().err
    assert convert("scoped_lstm.json", "--weights", "new.h5", "--scope", "net") == 2
    assert "new.h5: no checkpoint, so it has no name scope" in capsys.readouterr().err
    with pytest.raises(ValueError, match="scope is the name scope in a checkpoint; pass the checkpoint as weights"):
        saved.convert("scoped_lstm.json", scope="net")


def test_tensorflow_is_needed(tmp_path: Path) -> None:
    model, weights = extract(MAKERS[1], "plain_dense", tmp_path)
    program = f"""
import sys
sys.modules["tensorflow"] = None
import tf_initcompat.cli
assert tf_initcompat.cli.main(["convert", {str(model)!r}, "--weights", {str(weights)!r}, "--no-verify"]) == 2
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "reading the variables of a checkpoint needs TensorFlow 2.15 or newer: pip install" in done.stderr
