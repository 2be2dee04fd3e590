"""Which files `convert` loads to verify them, and that it executes nothing in any file."""

import json
import sys
from pathlib import Path

import pytest
from saved import make_fixtures, small_models
from saved.samples import JSON, archive, dense, extract, model

from tf_initcompat import cli, saved
from tf_initcompat.saved import safety
from tf_initcompat.saved.loading import verification
from tf_initcompat.saved.loading.verification import Outcome
from tf_initcompat.saved.safety import Reason
from tf_initcompat.saved.values import JsonObject


def named(function: str, module: str) -> JsonObject:
    """Return a layer whose activation is a function of a module."""
    activation = {"module": module, "class_name": "function", "config": function, "registered_name": function}
    return {"class_name": "Dense", "config": {"name": "d", "activation": activation}}


def running(class_name: str, **config: str) -> JsonObject:
    """Return a layer that runs what its config names."""
    return {"class_name": class_name, "config": {"name": "x", **config}}


#: Layers that could run code or read another file, or need the code of a user, and why they are not loaded.
UNSAFE: dict[str, tuple[JsonObject, Reason]] = {
    "Lambda": (running("Lambda", function="io.gfile.remove"), Reason.LAMBDA),
    "function that removes files": (running("TFOpLambda", function="io.gfile.remove"), Reason.OPERATION),
    "function that reads files": (running("TFOpLambda", function="io.read_file"), Reason.OPERATION),
    "function of Python": (running("TFOpLambda", function="numpy_function"), Reason.OPERATION),
    "function that computes": (running("TFOpLambda", function="math.reduce_mean"), Reason.OTHER_CLASS),
    "operator": (running("SlicingOpLambda", function="__operators__.getitem"), Reason.OTHER_CLASS),
    "operation that writes files": (
        running("TensorFlowOpLayer", node_def='{"name": "w", "op": "WriteFile"}'),
        Reason.OPERATION,
    ),
    "operation that computes": (
        running("TensorFlowOpLayer", node_def='{"name": "a", "op": "AddV2"}'),
        Reason.OTHER_CLASS,
    ),
    "operation as text": (running("TensorFlowOpLayer", node_def='name: "w"\nop: "WriteFile"'), Reason.OPERATION),
    "operation without a name": (running("TensorFlowOpLayer", node_def=""), Reason.OPERATION),
    "method": (running("ClassMethod", cls_symbol="io.TFRecordWriter", method_name="write"), Reason.OPERATION),
    "SavedModel": (running("TFSMLayer", filepath="/tmp/model"), Reason.OTHER_MODEL),
    "PyTorch": (running("TorchModuleWrapper", module="UEsDBA=="), Reason.TORCH_MODULE),
    "own class": (running("Own"), Reason.OTHER_CLASS),
    "function of TensorFlow": (named("remove", "tensorflow.io.gfile"), Reason.OTHER_MODULE),
    "function of Keras": (named("get_file", "keras.utils"), Reason.OTHER_OBJECT),
    "setting of Keras": (named("enable_unsafe_deserialization", "keras.config"), Reason.OTHER_OBJECT),
    "own function": (named("my_activation", "builtins"), Reason.OTHER_CLASS),
    "built-in function": (named("exec", "builtins"), Reason.OTHER_MODULE),
    "function as a class": (
        {"module": "keras.layers", "class_name": "deserialize", "config": {"name": "d"}},
        Reason.OTHER_OBJECT,
    ),
    "class of Keras that is not known": (
        {"module": "keras.layers", "class_name": "NewLayer", "config": {"name": "d"}},
        Reason.OTHER_CLASS,
    ),
    "operation of Keras": (
        {"module": "keras.src.ops.numpy", "class_name": "Absolute", "config": {"name": "a"}},
        Reason.OTHER_CLASS,
    ),
    "other module": ({"module": "keras_mine", "class_name": "Dense", "config": {"name": "d"}}, Reason.OTHER_MODULE),
    "registered class": (
        {"class_name": "Dense", "config": {"name": "d"}, "registered_name": "own>Dense"},
        Reason.OTHER_CLASS,
    ),
    "module of Python": ({"module": "os", "class_name": "system", "config": {"name": "x"}}, Reason.OTHER_MODULE),
    "registered as a wrapper, in another module": (
        {"module": "os", "class_name": "system", "config": {"name": "x"}, "registered_name": "tf_initcompat>Zeros"},
        Reason.OTHER_MODULE,
    ),
    "vocabulary": (
        {"class_name": "StringLookup", "config": {"name": "s", "vocabulary": "/etc/hostname"}},
        Reason.VOCABULARY,
    ),
    "vocabulary of a layer that is not loaded": (
        running("TextVectorization", vocabulary="words.txt"),
        Reason.VOCABULARY,
    ),
    "vocabulary of an own class": (
        {"class_name": "Own", "config": {"vocabulary": "english"}, "registered_name": "own>Own"},
        Reason.OTHER_CLASS,
    ),
    "class that is no name": ({"class_name": 3, "config": {"name": "s"}}, Reason.NO_CLASS),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_layers(name: str, tmp_path: Path) -> None:
    layer, reason = UNSAFE[name]
    path = tmp_path / "model.json"
    path.write_text(model(layer))
    obstacles = list(saved.convert(path).obstacles)
    assert [obstacle.reason for obstacle in obstacles] == [reason]
    assert obstacles[0].place.startswith("config.layers[0]")


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_files_are_converted_and_not_loaded(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, new = tmp_path / "model.json", tmp_path / "new.json"
    path.write_text(model(UNSAFE[name][0]))
    assert cli.main(["convert", "--verify", str(path), str(new)]) == 1
    printed = capsys.readouterr().out
    assert f"{new}: not loaded: config.layers[0]" in printed
    assert (f"{path}: DANGER: config.layers[0]" in printed) is UNSAFE[name][1].is_danger
    assert new.exists()


@pytest.mark.parametrize("name", UNSAFE)
def test_dangers_are_findings(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.json"
    path.write_text(model(UNSAFE[name][0]))
    is_danger = UNSAFE[name][1].is_danger
    changes = saved.convert(path).is_needed
    assert cli.main(["convert", "--check", str(path)]) == int(is_danger or changes)
    assert ("DANGER" in capsys.readouterr().out) is is_danger


def test_pickled_arrays_are_not_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.keras"
    content = {"config.json": model(dense(class_name="Zeros", config={})), "model.weights.npz": ""}
    path.write_bytes(archive(**content))
    assert cli.main(["convert", "--verify", str(path), str(tmp_path / "new.keras")]) == 1
    assert "not loaded: model.weights.npz may hold pickled objects" in capsys.readouterr().out


@pytest.mark.parametrize(
    "path", sorted(make_fixtures.FIXTURES.rglob("layers.*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_fixtures_are_safe(path: Path) -> None:
    assert list(saved.convert(path).obstacles) == []


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
@pytest.mark.parametrize("name", small_models.NAMES)
def test_small_models_are_safe(name: str, suffix: str, tmp_path: Path) -> None:
    path = extract(f"{name}{suffix}", tmp_path)
    assert list(saved.convert(path).obstacles) == []


@pytest.mark.parametrize(("name", "is_safe"), [("Custom>Adam", True), ("Adam", True), ("Custom>Own", False)])
def test_optimizers_of_keras_2(name: str, is_safe: bool) -> None:
    assert safety.is_safe({"class_name": name, "config": {"name": "Adam"}}) is is_safe


@pytest.mark.parametrize(("module", "is_safe"), [("os", False), ("tf_initcompat", True), (None, True)])
def test_modules_of_wrappers(module: str | None, is_safe: bool) -> None:
    value: JsonObject = {"module": module, "class_name": "Zeros", "registered_name": "tf_initcompat>Zeros"}
    assert safety.is_safe(value) is is_safe


def test_code_stays_in_the_file_and_is_not_run(tmp_path: Path) -> None:
    """A Lambda layer is neither deserialized for the conversion nor loaded to verify it."""
    value = json.loads(JSON.read_text())
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}
    layer = {"class_name": "Lambda", "config": {"name": "l", "function": code}, "name": "l", "inbound_nodes": []}
    value["config"]["layers"] += [layer, {"module": "os", "class_name": "system", "config": {"name": "x"}}]
    path = tmp_path / "model.json"
    path.write_text(json.dumps(value))
    conversion = saved.convert(path)
    assert json.loads(conversion.texts[""])["config"]["layers"][-2]["config"]["function"] == code
    observations = verification.verify(conversion, path, path)
    assert {observation.outcome for observation in observations} == {Outcome.UNSAFE}
    assert "a Lambda layer holds Python code" in str(observations[0])
    assert "os.system is not among the classes of Keras; loading the file imports the module 'os'" in str(
        observations[-1]
    )


def test_nothing_is_written_if_it_cannot_be_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    path = tmp_path / "model.json"
    path.write_bytes(JSON.read_bytes())
    assert cli.main(["convert", "--verify", "--in-place", str(path)]) == 2
    assert "--verify needs TensorFlow: pip install 'tf-initcompat[tf]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == JSON.read_bytes()
