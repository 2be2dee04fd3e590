"""SavedModel directories: those that old versions of tf.keras wrote, those of other programs, and damaged ones."""

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tensorflow as tf
from saved.eras import archives, measure
from saved.eras.archives import directory
from saved.eras.measure import Outcome
from saved.samples import IGNORED_WARNINGS, convert

from tf_initcompat import saved
from tf_initcompat.saved.containers.saved_model import SavedModelDirectory
from tf_initcompat.saved.loading import installed, verification
from tf_initcompat.saved.savedmodel import objects
from tf_initcompat.saved.savedmodel.protobuf import Message

pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)

MAKERS = ("tf-1.15.5", "tf-2.2.3", "tf-2.6.5", "tf-2.10.1", "tf-2.15.1")
MODELS = [(maker, name) for maker in MAKERS for name, forms in archives.made(maker)["forms"].items() if "" in forms]
#: Keys that only one form of a model has.
ONE_SIDED = ("shared_object_id", "module", "registered_name", "build_config")
#: Models that Keras 3.0 saves as archives and does not load again.
NOT_RELOADED_BY_3_0 = ("bidirectional_lstm", "optimizer_adam")


def test_every_maker_has_saved_models() -> None:
    for maker in MAKERS:
        assert sum(maker == own for own, _ in MODELS) >= 6
    assert {maker for maker in measure.MAKERS if "" in archives.made(maker)["forms"]["dense"]} == set(MAKERS)


def weights(path: Path) -> dict[str, list[tuple[str, Any]]]:
    """Return the names and values of the weights in an HDF5 file by the layer, in their order."""
    with h5py.File(path) as file:
        root = file["model_weights"]
        return {
            layer: [(name, root[layer][name][()]) for name in map(text, root[layer].attrs["weight_names"])]
            for layer in map(text, root.attrs["layer_names"])
        }


def text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize(("maker", "name"), MODELS)
def test_the_hdf5_file_is_that_of_the_maker(maker: str, name: str, tmp_path: Path) -> None:
    """What is read of a SavedModel is what the same Keras wrote into the HDF5 file of the same model."""
    new, old = tmp_path / "new.h5", measure.source(maker, name, tmp_path)
    SavedModelDirectory().write(directory(maker, name, tmp_path), new, {})
    found, expected = weights(new), weights(old)
    assert list(found) == list(expected)
    assert any(expected.values())
    for layer, its in expected.items():
        assert [own for own, _ in found[layer]] == [own for own, _ in its]
        for (_, value), (_, other) in zip(found[layer], its, strict=True):
            np.testing.assert_array_equal(value, other)
    with h5py.File(new) as file, h5py.File(old) as other_file:
        for attribute in ("keras_version", "backend"):
            assert file.attrs[attribute] == text(other_file.attrs[attribute])
        model, other_model = (json.loads(each.attrs["model_config"], object_hook=plain) for each in (file, other_file))
        assert model == other_model
        assert ("training_config" in file.attrs) is ("training_config" in other_file.attrs)


def plain(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object without keys that Keras writes into one of the two files only; Keras 2.15 three into HDF5."""
    return {key: inner for key, inner in value.items() if key not in ONE_SIDED}


@pytest.mark.parametrize(("maker", "name"), MODELS)
def test_predictions_are_those_of_the_maker(maker: str, name: str, tmp_path: Path) -> None:
    new = tmp_path / "new.h5"
    conversion = saved.convert(directory(maker, name, tmp_path), target_keras=installed.target().version)
    conversion.write(new)
    outcome = measure.loaded(new, maker, name)
    if conversion.is_known_to_fail:  # as the HDF5 file of this maker
        reported = tuple(dict.fromkeys(each.rule.name for each in conversion.differences))
        assert measure.converted(maker, name, tmp_path) == measure.Converted(outcome, reported)
    else:
        assert outcome is Outcome.SAME


@pytest.mark.parametrize("name", ["lstm", "sequential", "bidirectional_lstm", "optimizer_adam"])
@pytest.mark.parametrize("maker", MAKERS)
def test_archives(maker: str, name: str, tmp_path: Path) -> None:
    new = tmp_path / "new.keras"
    conversion = saved.convert(directory(maker, name, tmp_path), target_keras=installed.target().version)
    if installed.target().version == "3.0" and name in NOT_RELOADED_BY_3_0:
        with pytest.raises(saved.FileError, match=r"Keras does not load the model: .*; write a \.h5 file"):
            conversion.write(new)
        assert not new.exists()
        return
    conversion.write(new)
    assert new.read_bytes().startswith(b"PK")
    assert measure.loaded(new, maker, name) is Outcome.SAME
    assert bool(getattr(tf.keras.models.load_model(new), "optimizer", None)) is (name == "optimizer_adam")


def test_a_hdf5_file_becomes_an_archive(tmp_path: Path) -> None:
    new = tmp_path / "new.keras"
    conversion = saved.convert(measure.source("tf-2.2.3", "lstm", tmp_path), target_keras=installed.target().version)
    conversion.write(new)
    assert new.read_bytes().startswith(b"PK")
    assert measure.loaded(new, "tf-2.2.3", "lstm") is Outcome.SAME


def test_load_model(tmp_path: Path) -> None:
    model = saved.load_model(directory("tf-1.15.5", "lstm", tmp_path))
    (inputs,), (expected,) = archives.inputs("tf-1.15.5", "lstm"), archives.predictions("tf-1.15.5", "lstm")
    assert np.abs(np.asarray(model(inputs)) - expected).max() < measure.TOLERANCE


def test_verification_compares_with_the_saved_model(tmp_path: Path) -> None:
    source = directory("tf-2.10.1", "sequential", tmp_path)
    conversion = saved.convert(source, target_keras=installed.target().version)
    conversion.write(tmp_path / "new.h5")
    (observation,) = verification.verify(conversion, tmp_path / "new.h5", source)
    assert observation.outcome is verification.Outcome.SAME
    with h5py.File(tmp_path / "new.h5", "r+") as file:
        file["model_weights/dense/dense/bias:0"][0] += 1.0
    (observation,) = verification.verify(conversion, tmp_path / "new.h5", source)
    assert observation.outcome is verification.Outcome.DIFFERENT


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    source = directory("tf-2.6.5", "dense", tmp_path)
    before = sorted(source.rglob("*"))
    monkeypatch.chdir(tmp_path)
    assert convert("--check", "dense/") == 1
    assert capsys.readouterr().out.startswith("dense: would change 0 initializers and 3 other configs")
    assert convert("--check", "--target-keras", "2", "dense") == 1  # nothing changes, but it becomes a file
    assert capsys.readouterr().out == "dense: would change 0 initializers and 0 other configs\n"
    assert sorted(tmp_path.iterdir()) == [source]
    assert convert("--in-place", "dense") == 2
    assert "dense: a directory is not replaced by a file; pass OUT" in capsys.readouterr().err
    assert convert("dense", "new.json") == 2
    assert "this one needs .keras or .h5 or .hdf5" in capsys.readouterr().err
    assert convert("dense", "new.h5") == 0
    assert capsys.readouterr().err == "wrote new.h5\n"
    assert sorted(source.rglob("*")) == before
    if installed.target().version == "3.15":
        assert convert("dense") == 0
        assert "wrote dense.keras\n" in capsys.readouterr().err
        monkeypatch.chdir(source)
        assert convert(".") == 2
        assert "dense.keras exists" in capsys.readouterr().err
    else:
        assert convert("dense") == 2
        assert "the file is for Keras 3.15, and" in capsys.readouterr().err
        assert not (tmp_path / "dense.keras").exists()


def test_the_metadata_is_read_without_tensorflow(tmp_path: Path) -> None:
    source = directory("tf-1.15.5", "nested", tmp_path)
    program = f"""
import sys
sys.modules["tensorflow"] = None
import tf_initcompat.cli
assert tf_initcompat.cli.main(["convert", "--check", {str(source)!r}]) == 1
assert tf_initcompat.cli.main(["convert", {str(source)!r}, "new.h5", "--no-verify"]) == 2
assert not {{"keras", "tf_keras"}} & sys.modules.keys()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "reading the variables of a SavedModel needs TensorFlow 2.15 or newer: pip install" in done.stderr
    assert not (tmp_path / "new.h5").exists()


def test_a_layer_with_code_does_not_become_an_archive(tmp_path: Path) -> None:
    conversion = saved.convert(
        directory("tf-2.15.1", "lambda_layer", tmp_path), target_keras=installed.target().version
    )
    with pytest.raises(saved.FileError, match=r"a Lambda layer holds Python code.*; write a \.h5 file"):
        conversion.write(tmp_path / "new.keras")
    with pytest.raises(saved.FileError, match="a directory is not replaced"):
        conversion.replace_source()
    assert not (tmp_path / "new.keras").exists()


def keras_2() -> Any:
    """Return an installed Keras 2, which writes SavedModels."""
    if installed.target().is_keras_3:
        return pytest.importorskip("tf_keras", reason="no Keras 2 is installed, which writes SavedModels")
    return tf.keras


def frozen(keras: Any) -> Any:
    """Return a model whose weights are in another order in HDF5 than in its list of variables."""
    layers = keras.layers
    inner = keras.Sequential(
        [layers.Dense(4, input_shape=(4,)), layers.BatchNormalization(), *map(layers.Dense, [4] * 5)]
    )
    inner.layers[0].trainable = False
    alone = layers.BatchNormalization(trainable=False)
    return keras.Sequential([inner, alone, layers.Dense(2)])


def same_names(keras: Any) -> Any:
    towers = [keras.Sequential([keras.layers.Dense(4, input_shape=(4,), name="d")], name=name) for name in "ab"]
    return keras.Sequential([keras.Sequential(towers)])


def normalization(keras: Any) -> Any:
    layer = keras.layers.Normalization()
    layer.adapt(np.array([[0, 1, 2, 3], [2, 4, 6, 8]], "float32"))
    return keras.Sequential([keras.Input((4,)), layer, keras.layers.Dense(2)])


def without_shape(keras: Any) -> Any:
    return keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(2)])


def frozen_dense(keras: Any) -> Any:
    """Return a model whose weights of equal shapes are in another order in HDF5 than in its list of variables."""
    inner = keras.Sequential([keras.layers.Dense(4, input_shape=(4,)), keras.layers.Dense(4), keras.layers.Dense(4)])
    inner.layers[1].trainable = False
    return keras.Sequential([inner, keras.layers.Dense(2)])


@pytest.mark.parametrize("build", [frozen, frozen_dense, same_names, normalization, without_shape])
@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_models_of_keras_2(build: Callable[[Any], Any], suffix: str, tmp_path: Path) -> None:
    keras, inputs = keras_2(), np.linspace(-1, 2, 8).reshape(2, 4).astype("float32")
    model = build(keras)
    model(inputs)
    shapes = enumerate(weight.shape for weight in model.get_weights())
    model.set_weights([np.cos(np.arange(np.prod(shape)) + number).reshape(shape) + 1.5 for number, shape in shapes])
    model.save(tmp_path / "model", save_format="tf")
    conversion = saved.convert(tmp_path / "model", target_keras=installed.target().version)

    def difference() -> float:
        conversion.write(tmp_path / f"new{suffix}")
        predicted = tf.keras.models.load_model(tmp_path / f"new{suffix}")(inputs)
        return float(np.max(np.abs(predicted - model(inputs))))

    if not conversion.is_known_to_fail:
        assert difference() < 1e-5
    elif suffix == ".h5":  # Keras 3.0
        with contextlib.suppress(ValueError):
            assert difference() > 1


def test_a_vocabulary_in_a_table_is_refused(tmp_path: Path) -> None:
    keras = keras_2()
    words = keras.Input((1,), dtype="string")
    inner = keras.Sequential([words, keras.layers.StringLookup(vocabulary=["a", "b"])], name="i")
    keras.Model(words, inner(words)).save(tmp_path / "model", save_format="tf")
    with pytest.raises(saved.FileError, match="its layer 'i' has its vocabulary in a table"):
        saved.convert(tmp_path / "model")


def field(number: int, value: bytes | str | int) -> bytes:
    """Return a field of a protocol buffer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    return b"" if value < 0 else bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def user_object(identifier: str, metadata: object = None, **children: int) -> bytes:
    """Return a node of an object graph."""
    text = json.dumps(metadata) if metadata else ""
    own = b"".join(field(1, field(1, number) + field(2, name)) for name, number in children.items())
    return own + field(4, field(1, identifier) + field(3, text))


def saved_model(*nodes: bytes, tags: tuple[str, ...] = ("serve",), signatures: tuple[str, ...] = ()) -> bytes:
    """Return the content of `saved_model.pb`."""
    info = b"".join(field(4, tag) for tag in tags) + field(5, "2.9.1")
    graph = field(1, info) + b"".join(field(5, field(1, name)) for name in signatures)
    return field(1, 1) + field(2, graph + (field(7, b"".join(field(1, node) for node in nodes)) if nodes else b""))


ROOT = {"name": "m", "class_name": "Sequential", "keras_version": "2.3.0-tf"}
CONFIG = {
    "class_name": "Sequential",
    "config": {"name": "m", "layers": [{"class_name": "Dense", "config": {"name": "d"}}]},
}
MODEL = {**ROOT, "model_config": CONFIG}


def model_with(layer: bytes, *others: bytes, config: object = MODEL) -> bytes:
    """Return a SavedModel with the layer of `MODEL`, which is object 3."""
    nodes = (user_object("_generic_user_object", layers=2), user_object("trackable_list_wrapper", **{"0": 3}))
    return saved_model(user_object("_tf_keras_sequential", config, keras_api=1), *nodes, layer, *others)


#: Contents of `saved_model.pb`, and the message.
REFUSED = {
    "empty": (b"", "saved_model.pb is empty"),
    "text": (b"no protocol buffer", "saved_model.pb is damaged or truncated"),
    "no graph": (field(1, 1), "saved_model.pb holds no graph"),
    "graph alone": (
        saved_model(signatures=("predict",)),
        (
            "a SavedModel that holds only the graph of a program of TensorFlow 2.9.1, not a model of Keras; load it "
            'for predictions with keras.layers.TFSMLayer("model", call_endpoint="predict")'
        ),
    ),
    "other program": (
        saved_model(user_object("_generic_user_object"), signatures=("__saved_model_init_op", "a", "serving_default")),
        (
            "a SavedModel of TensorFlow 2.9.1 that holds a program, not a model of Keras; load it for predictions with "
            'keras.layers.TFSMLayer("model", call_endpoint="serving_default")'
        ),
    ),
    "other tags": (saved_model(tags=("train", "gpu")), "tf.compat.v1.saved_model.load and its tags ['train', 'gpu']"),
    "tf.saved_model.save": (
        saved_model(user_object("_tf_keras_sequential")),
        "`tf.saved_model.save` of TensorFlow 2.9.1 wrote without keras_metadata.pb",
    ),
    "subclass": (
        saved_model(user_object("_tf_keras_model", {**ROOT, "class_name": "Mine"})),
        "a SavedModel of the class 'Mine', whose layers are in Python code and not in the file; build the model",
    ),
    "metadata that is no JSON": (saved_model(field(4, field(1, "_tf_keras_model") + field(3, "{"))), "is not JSON"),
    "layer without an object": (
        saved_model(user_object("_tf_keras_sequential", MODEL)),
        "it has no object of the layer 'd'",
    ),
    "layer of another name": (model_with(user_object("_tf_keras_layer", {"name": "e"})), "no object of the layer 'd'"),
    "layer without a name": (model_with(user_object("_tf_keras_layer")), "object 3 has no name of its own"),
    "too many layers": (
        model_with(
            user_object("_tf_keras_layer", {"name": "e"}),
            config={**MODEL, "model_config": {"class_name": "Sequential", "config": {"layers": []}}},
        ),
        "it has the layer 'e', unlike its config",
    ),
    "object that is missing": (
        model_with(user_object("_tf_keras_layer", {"name": "d"}, variables=9)),
        "it refers to object 9 of 4",
    ),
    "table": (
        model_with(user_object("_tf_keras_layer", {"name": "d"}, table=4), field(10, b"")),
        "its layer 'd' has its vocabulary in a table",
    ),
    "variables that are not the weights": (
        model_with(
            user_object("_tf_keras_layer", {"name": "d"}, variables=4),
            user_object("trackable_list_wrapper", **{"0": 5}),
            field(7, field(6, "d/kernel")),
        ),
        "the variables of the layer 'd' are not the weights that Keras writes",
    ),
    "weight that is no variable": (
        model_with(
            user_object("_tf_keras_layer", {"name": "d"}, variables=4, trainable_variables=4),
            user_object("trackable_list_wrapper", **{"0": 3}),
        ),
        "a weight of the layer 'd' is no variable",
    ),
    "too many weights": (
        saved_model(
            user_object("_tf_keras_sequential", MODEL, keras_api=1),
            user_object("_generic_user_object", layers=2),
            user_object("trackable_list_wrapper", **{str(number): number + 4 for number in range(4)}),
            user_object("trackable_list_wrapper", **{str(number): number + 8 for number in range(400)}),
            *(
                user_object("_tf_keras_layer", {"name": f"d{number}"}, variables=3, trainable_variables=3)
                for number in range(4)
            ),
            *[field(7, field(6, "kernel"))] * 400,
        ),
        "has layers with more than 1,500 weights, more than any Keras model",
    ),
    "too many objects": (
        saved_model(b"".join(field(1, b"") for _ in range(1000)), *[b""] * 1000),
        "has more than 1,500 objects, more than any Keras model",
    ),
}


def test_a_shared_weight_occurs_once(tmp_path: Path) -> None:
    """TensorFlow 1.15 lists a weight again that two layers inside a model share."""
    content = model_with(
        user_object("_tf_keras_layer", {"name": "d"}, variables=4, trainable_variables=4),
        user_object("trackable_list_wrapper", **{"0": 6, "1": 5, "2": 6}),
        field(7, field(6, "a")),
        field(7, field(6, "b")),
    )
    (tmp_path / "saved_model.pb").write_bytes(content)
    groups = SavedModelDirectory().read(tmp_path).groups
    assert groups
    assert [weight.name for weight in groups()["d"].weights] == ["b:0", "a:0"]


@pytest.mark.parametrize("case", REFUSED)
def test_refused(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    content, message = REFUSED[case]
    monkeypatch.setattr(objects, "MAX_OBJECTS", 1500)
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(content)
    assert convert("--check", folder) == 2
    printed = capsys.readouterr().err
    assert printed.startswith(f"tf-initcompat: {folder}: ")
    assert printed.count("\n") == 1
    assert message in printed


def test_the_hint_for_other_programs_works(tmp_path: Path) -> None:
    module = tf.Module()
    module.double = tf.function(lambda x: 2 * x, input_signature=[tf.TensorSpec([None, 2])])
    tf.saved_model.save(module, tmp_path / "module", signatures={"double": module.double})
    with pytest.raises(saved.FileError) as caught:
        saved.convert(tmp_path / "module")
    hint = str(caught.value).partition("with keras.layers.")[2]
    assert hint == 'TFSMLayer("module", call_endpoint="double")'
    if hasattr(tf.keras.layers, "TFSMLayer"):
        layer = tf.keras.layers.TFSMLayer(tmp_path / "module", call_endpoint="double")
        (doubled,) = tf.nest.flatten(layer(np.ones((1, 2), "float32")))
        np.testing.assert_array_equal(doubled, [[2, 2]])


def damaged(content: bytes) -> Iterator[bytes]:
    """Yield copies of a file that are truncated or have other bytes."""
    random = np.random.RandomState(0)
    for size in np.linspace(0, len(content) - 1, 40).astype(int):
        yield content[:size]
    for _ in range(160):
        changed = bytearray(content)
        for position in random.randint(0, min(len(content), 4000), 3):
            changed[position] = random.randint(256)
        yield bytes(changed)


@pytest.mark.parametrize(
    ("maker", "file"),
    [("tf-2.2.3", "saved_model.pb"), ("tf-2.10.1", "saved_model.pb"), ("tf-2.10.1", "keras_metadata.pb")],
)
def test_damaged_metadata(maker: str, file: str, tmp_path: Path) -> None:
    """A damaged file is refused with a FileError, or is read in spite of it."""
    folder = directory(maker, "dense", tmp_path)
    refused = 0
    for content in damaged((folder / file).read_bytes()):
        (folder / file).write_bytes(content)
        try:
            saved.convert(folder).changes  # noqa: B018
        except saved.FileError:
            refused += 1
    assert refused >= 40


def without_variables(folder: Path) -> None:
    shutil.rmtree(folder / "variables")


def with_truncated_variables(folder: Path) -> None:
    (path,) = folder.glob("variables/variables.data-*")
    path.write_bytes(path.read_bytes()[:10])


def with_damaged_variables(folder: Path) -> None:
    (path,) = folder.glob("variables/variables.data-*")
    path.write_bytes(bytes(byte ^ 1 for byte in path.read_bytes()))


def with_variables_of_another_model(folder: Path) -> None:
    without_variables(folder)
    shutil.copytree(directory("tf-2.10.1", "lstm", folder.parent) / "variables", folder / "variables")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (without_variables, "the variables of the SavedModel cannot be read"),
        (with_truncated_variables, "the variables of the SavedModel cannot be read"),
        (with_damaged_variables, "the variables of the SavedModel cannot be read"),
        (with_variables_of_another_model, "the variables of the SavedModel lack that of object"),
    ],
)
def test_damaged_variables(damage: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    folder = directory("tf-2.10.1", "sequential", tmp_path)
    damage(folder)
    with pytest.raises(saved.FileError, match=message):
        saved.convert(folder).write(tmp_path / "new.h5")
    assert not (tmp_path / "new.h5").exists()


def test_numbers_of_protocol_buffers() -> None:
    message = Message(memoryview(field(1, 300) + field(2, "é") + b"\x1d1234" + b"\x219876543210"[:9]), "it")
    assert (message.integer(1), message.text(2)) == (300, "é")
    assert [number for number, _ in message.fields()] == [1, 2, 3, 4]
    for broken in (b"\xff" * 11, b"\x0b", b"\x0a\x05abc", b"\x0d123", b"\x80"):
        with pytest.raises(saved.FileError, match="it is damaged or truncated"):
            list(Message(memoryview(broken), "it").fields())
