"""The command on real files, good and bad."""

import fcntl
import importlib.util
import io
import json
import os
import resource
import shutil
import stat
import sys
import time
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from saved import make_fixtures

from tf_initcompat import cli
from tf_initcompat.saved import targets
from tf_initcompat.saved.containers import formats, texts
from tf_initcompat.saved.loading import checking

MODEL = make_fixtures.FIXTURES / "tf-2.15-graph" / "layers.h5"
ARCHIVE = make_fixtures.FIXTURES / "keras-3.15" / "layers.keras"
TEXT = make_fixtures.FIXTURES / "tf-2.15-eager" / "layers.json"


def convert(*arguments: object) -> int:
    return cli.main(["convert", "--no-verify", *map(str, arguments)])


@pytest.mark.parametrize("path", [MODEL, ARCHIVE, TEXT], ids=lambda path: path.suffix)
def test_output(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = shutil.copy(path, tmp_path / f"model{path.suffix}")
    assert convert("--check", source) == 1
    assert convert("--diff", source) == 1
    printed = capsys.readouterr().out
    assert '"dtype": "float32"' in printed
    assert '+ {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {"seed": 1}' in printed
    assert sorted(tmp_path.iterdir()) == [source]
    assert convert(source) == 0
    new = tmp_path / f"model.converted{path.suffix}"
    assert sorted(tmp_path.iterdir()) == sorted([source, new])
    assert convert("--check", new) == 0
    assert convert(source) == 2
    assert "exists" in capsys.readouterr().err
    assert convert("--force", source) == 0
    assert convert(source, source) == 2
    assert source.read_bytes() == path.read_bytes()


def test_in_place_keeps_backups(tmp_path: Path) -> None:
    path = shutil.copy(MODEL, tmp_path / "model.h5")
    path.chmod(0o640)
    assert convert("--in-place", path) == 0
    assert (tmp_path / "model.h5.orig").read_bytes() == MODEL.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    converted = path.read_bytes()
    assert convert("--in-place", path) == 0  # nothing to do
    assert convert("--in-place", "--target-keras", "3.0", path) == 0
    assert (tmp_path / "model.h5.orig1").read_bytes() == converted
    assert len(list(tmp_path.iterdir())) == 3
    assert convert("--in-place", path, tmp_path / "other.h5") == 2


def test_fixed_length_attributes_and_style_stay(tmp_path: Path) -> None:
    path = shutil.copy(MODEL, tmp_path / "model.h5")
    with h5py.File(path, "r+") as file:
        text = file.attrs["model_config"].encode()
        file.attrs.create("model_config", text, dtype=f"S{len(text)}")
    assert convert(path, tmp_path / "new.h5") == 0
    with h5py.File(tmp_path / "new.h5") as file:
        assert not file.attrs.get_id("model_config").get_type().is_variable_str()
        assert b"keras.initializers" in file.attrs["model_config"]
    value = json.loads(TEXT.read_text())
    value["config"]["name"] = "mod\u00e8le"
    for style in ({"indent": 2}, {"indent": 3}, {"indent": "\t", "separators": (",", ":")}, {"ensure_ascii": False},
                  {"separators": (",", ":")}, {"sort_keys": True}):  # fmt: skip
        for end in ("\n", "\r\n"):
            text = (json.dumps(value, **style) + "\n").replace("\n", end)
            assert texts.dump(texts.parse(text, ""), text, texts.parse(text, "")) == text
            (tmp_path / "style.json").write_bytes(text.encode())
            assert convert("--force", tmp_path / "style.json", tmp_path / "styled.json") == 0
            styled = (tmp_path / "styled.json").read_bytes()
            assert (styled.count(b"\n") > 100) is (text.count("\n") > 100)
            assert styled.count(b"\r") == (styled.count(b"\n") if end == "\r\n" else 0)
            assert convert("--force", tmp_path / "styled.json", tmp_path / "again.json") == 0
            assert (tmp_path / "again.json").read_bytes() == styled


def archive(**members: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return data.getvalue()


CONFIG = '{"class_name": "Sequential", "config": {"layers": []}}'


def link() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        made.writestr("config.json", CONFIG)
        entry = zipfile.ZipInfo("model.weights.h5")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(entry, "/etc/passwd")
    return data.getvalue()


def lying() -> bytes:
    """Returns an archive whose config unpacks to more than it says."""
    data = bytearray(archive(**{"config.json": CONFIG + " " * 10**6}))
    size = len(CONFIG) + 10**6
    while (at := data.find(size.to_bytes(4, "little"))) >= 0:
        data[at : at + 4] = (len(CONFIG)).to_bytes(4, "little")
    return bytes(data)


def encrypted() -> bytes:
    """Returns an archive that says that it is encrypted."""
    data = bytearray(archive(**{"config.json": CONFIG}))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def damaged(compression: int) -> bytes:
    """Returns an archive whose config cannot be decompressed."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as made:
        made.writestr("config.json", CONFIG)
    found = bytearray(data.getvalue())
    at = found.find(b"config.json") + len("config.json") + 10
    found[at : at + 20] = b"\xff" * 20
    return bytes(found)


def model(layer: object) -> str:
    """Returns a model with one layer."""
    return json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}})


def kernel(**config: object) -> dict[str, object]:
    return {"class_name": "Dense", "config": {"name": "d", "kernel_initializer": config}}


#: Layers that Keras never writes.
ODD = [
    {"class_name": ["Dense"], "config": {"name": "d"}},
    kernel(class_name="UniformUnitScaling", config={"factor": None}),
    kernel(class_name="UniformUnitScaling", config={"factor": 1e200}),
    kernel(class_name="UniformUnitScaling", config={"factor": 10**400}),
    kernel(class_name="tf_initcompat>ContribVarianceScaling", config={"mode": 3}),
    {"class_name": "Dense", "config": {"name": "d", "dtype": {"class_name": "Policy"}}},
    {"class_name": "Model", "config": {"name": "m", "layers": [{"class_name": "InputLayer", "inbound_nodes": 7,
        "config": {"name": "i", "batch_input_shape": [1]}}]}},
]  # fmt: skip
DEEP = '{"class_name": "Sequential", "config": ' + '{"a":' * 10_000 + "1" + "}" * 10_000 + "}"

#: A bad file and a piece of what is said of it.
BAD = {
    "truncated.h5": (MODEL.read_bytes()[:60_000], "damaged or truncated"),
    "header.h5": (MODEL.read_bytes()[:100], "damaged or truncated"),
    "garbage.h5": (MODEL.read_bytes()[:2_000] + b"\xff" * 90_000, "damaged or truncated"),
    "truncated.keras": (ARCHIVE.read_bytes()[:30_000], "damaged"),
    "bomb.keras": (archive(**{"config.json": CONFIG, "model.weights.h5": "0" * 10**8}), "would unpack to"),
    "lying.keras": (lying(), "damaged"),
    "climbing.keras": (archive(**{"config.json": CONFIG, "../../evil": "x"}), "leads out of it"),
    "windows.keras": (archive(**{"config.json": CONFIG, "a\\..\\..\\evil": "x"}), "leads out of it"),
    "absolute.keras": (archive(**{"config.json": CONFIG, "/etc/evil": "x"}), "leads out of it"),
    "link.keras": (link(), "symbolic link"),
    "empty.keras": (archive(), "without config.json"),
    "deep.json": (DEEP.encode(), "levels deep"),
    "deep.keras": (archive(**{"config.json": DEEP}), "levels deep"),
    "list.json": (b"[1, 2]", "no model"),
    "number.json": (b"{}", "no class_name"),
    "twice.json": (b'{"class_name": "A", "class_name": "B"}', "twice"),
    "cut.json": (TEXT.read_bytes()[:500], "no JSON"),
    "picture.h5": (b"\x89PNG\r\n\x1a\n" + b"\xff" * 100, "no UTF-8"),
    "empty.h5": (b"", "no model"),
    "mark.json": (b"\xef\xbb\xbf" + CONFIG.encode(), "byte order mark"),
    "huge.json": (b'{"class_name": "A", "config": {"a": 1e400}}', "no float holds"),
    "quotes.json": (b'{"class_name": "A", "config": {}, "a": "' + b'\\"' * 40_000, "no JSON"),
    "encrypted.keras": (encrypted(), "encrypted"),
    "lzma.keras": (damaged(zipfile.ZIP_LZMA), "damaged"),
    "bzip2.keras": (damaged(zipfile.ZIP_BZIP2), "damaged"),
    **{
        f"config-{number}.json": (model(layer).encode(), "is not what Keras writes") for number, layer in enumerate(ODD)
    },
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, message = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    start = time.process_time()
    for options in ([], ["--in-place"], ["--check"]):
        assert convert(*options, path) == 2
        printed = capsys.readouterr()
        assert not printed.out
        assert message in printed.err
        assert printed.err.count("\n") == 1
        assert path.name in printed.err
    assert time.process_time() - start < 5
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == content


def test_other_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file["weights"] = [1.0]
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "saved_model.pb").touch()
    os.mkfifo(tmp_path / "pipe.json")
    shutil.copy(MODEL, tmp_path / "locked.h5")
    said = {"weights.h5": "weights alone", "saved": "TFSMLayer", "none.h5": "No such file", "pipe.json": "a pipe"}
    with (tmp_path / "locked.h5").open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for name, message in {**said, "locked.h5": "another process"}.items():
            assert convert(tmp_path / name) == 2
            assert message in capsys.readouterr().err
    assert convert(MODEL, tmp_path / "none" / "new.h5") == 2
    assert f"{tmp_path / 'none' / 'new.h5'}: No such file" in capsys.readouterr().err
    for name, message in {"new.keras": "needs .h5", "saved": "no regular file", "pipe.json": "needs .h5"}.items():
        assert convert("--force", MODEL, tmp_path / name) == 2
        assert message in capsys.readouterr().err
    assert convert("--force", TEXT, tmp_path / "pipe.json") == 2
    assert (tmp_path / "pipe.json").is_fifo()
    assert convert("--check", MODEL, tmp_path / "new.h5") == 2
    assert "give no OUT" in capsys.readouterr().err


def test_odd_files_of_the_right_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with h5py.File(tmp_path / "block.h5", "w", userblock_size=1024) as file:
        file.attrs["model_config"] = model(kernel(class_name="GlorotUniformV2", config={"dtype": "float32"}))
        file.attrs["training_config"] = "null"
    assert convert(tmp_path / "block.h5") == 0
    assert "changed 1 initializer and 0 other configs" in capsys.readouterr().out
    with h5py.File(tmp_path / "block.converted.h5") as file:
        assert file.userblock_size == 1024
        assert "V2" not in file.attrs["model_config"]
    (tmp_path / "prefix.keras").write_bytes(b"MZ and more" + ARCHIVE.read_bytes())
    assert convert(tmp_path / "prefix.keras") == 0
    large = kernel(class_name="GlorotUniformV2", config={}) | {"notes": ""}
    with h5py.File(tmp_path / "large.h5", "w") as file:  # nearly the largest text of a fixed length
        large["notes"] = "x" * (65_450 - len(model(large)))
        file.attrs.create("model_config", np.bytes_(model(large).encode()))
    assert convert("--to", "shim", tmp_path / "large.h5") == 0
    with h5py.File(tmp_path / "large.converted.h5") as file:
        assert "tf_initcompat" in file.attrs["model_config"]
    place = model({"class_name": "Own", "config": {"a\n\x1b[31m_initializer": "GlorotUniformV2"}})
    (tmp_path / "place.json").write_text(place)
    capsys.readouterr()
    assert convert("--diff", tmp_path / "place.json") == 1
    assert "\\x1b" in (printed := capsys.readouterr().out)
    assert "\x1b" not in printed


def test_a_backup_is_whole_or_not_there(tmp_path: Path) -> None:
    value = json.loads(model(kernel(class_name="Zeros", config={"dtype": "float32"})))
    path = tmp_path / "model.json"
    path.write_text(text := json.dumps(value))
    (tmp_path / "model.json.orig").symlink_to(tmp_path / "elsewhere")
    options = ("--in-place", "--target-keras", "2", path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(text) - 5, limits[1]))  # room for the result, not for the backup
    try:
        assert convert(*options) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_text() == text
    assert len(list(tmp_path.iterdir())) == 2
    path.chmod(0o600)
    assert convert(*options) == 0
    assert not (tmp_path / "elsewhere").exists()
    backup = tmp_path / "model.json.orig1"
    assert backup.read_text() == text
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "dtype" not in path.read_text()


def test_a_full_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in (60_000, MODEL.stat().st_size + 100):  # while it is copied, and while the config is written
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
        try:
            assert convert(MODEL, tmp_path / "new.h5") == 2
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        printed = capsys.readouterr().err
        assert printed.endswith(": File too large\n")
        assert printed.count("\n") == 1
        assert not list(tmp_path.iterdir())


def test_half_a_character_is_kept(tmp_path: Path) -> None:
    text = '{"class_name": "A", "config": {"a": "\\ud800 \u00e8", "initializer": "zeros_initializer"}}'
    (tmp_path / "model.json").write_text(text, "utf-8")
    assert convert(tmp_path / "model.json", tmp_path / "new.json") == 0
    assert json.loads((tmp_path / "new.json").read_text("utf-8"))["config"] == {
        "a": "\ud800 \u00e8",
        "initializer": "zeros",
    }


def test_verify_without_tensorflow_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    path = shutil.copy(TEXT, tmp_path / "model.json")
    assert cli.main(["convert", "--verify", "--in-place", str(path)]) == 2
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == TEXT.read_bytes()


#: What could run code, or reads what is not in the file.
NOT_LOADED = [
    *({"class_name": name, "config": {"name": "x", "function": "io.gfile.remove"}} for name in
      ("TFOpLambda", "TensorFlowOpLayer", "SlicingOpLambda", "ClassMethod", "TFSMLayer", "Lambda", "Own")),
    {"class_name": "Dense", "config": {"name": "d", "activation":
        {"module": "tensorflow.io.gfile", "class_name": "function", "config": "remove", "registered_name": "remove"}}},
    {"module": "keras_mine", "class_name": "Dense", "config": {"name": "d"}},
    {"class_name": "Dense", "config": {"name": "d"}, "registered_name": "own>Dense"},
    {"class_name": "StringLookup", "config": {"name": "s", "vocabulary": "/etc/hostname"}},
]  # fmt: skip


@pytest.mark.parametrize("layer", NOT_LOADED)
def test_what_is_not_loaded(layer: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.json").write_text(model(layer))
    assert cli.main(["convert", "--verify", str(tmp_path / "model.json"), str(tmp_path / "new.json")]) == 1
    assert "new.json: not loaded: config.layers[0]" in capsys.readouterr().out


def test_pickled_arrays_are_not_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(archive(**{"config.json": model(kernel(class_name="Zeros", config={})), "model.weights.npz": ""}))
    assert cli.main(["convert", "--verify", str(path), str(tmp_path / "new.keras")]) == 1
    assert "not loaded: model.weights.npz may hold pickled objects" in capsys.readouterr().out


def test_every_class_of_the_fixtures_is_loaded(tmp_path: Path) -> None:
    with zipfile.ZipFile(make_fixtures.FIXTURES / "tf-2.15-eager" / make_fixtures.SMALL) as small:
        small.extractall(tmp_path)
    (tmp_path / "made.json").unlink()
    for path in [*make_fixtures.FIXTURES.rglob("layers.*"), *tmp_path.iterdir()]:
        conversion = formats.read(path, targets.TARGETS["3.15"], "native")
        assert not list(checking.obstacles(conversion)), path


DIFFERENT = {
    "BatchNormalization": ({"axis": [1, 2]}, "takes one axis only"),
    "LocallyConnected1D": ({}, "has no LocallyConnected1D"),
    "Dense": ({"activation": "hard_sigmoid"}, "hard_sigmoid is another function"),
    "LSTM": ({"recurrent_activation": {"class_name": "function", "config": "hard_sigmoid"}}, "is another function"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_known_differences_count(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, message = DIFFERENT[name]
    value = json.loads(model({"class_name": name, "config": {"name": "d", **config}}))
    for version, status in {"": 1, "2.15.0": 1, "3.15.1": 0}.items():
        (tmp_path / "model.json").write_text(json.dumps({**value, "keras_version": version}))
        assert convert("--force", tmp_path / "model.json") == status
        assert (message in capsys.readouterr().out) is bool(status)
        assert convert("--check", tmp_path / "model.converted.json") == status
        capsys.readouterr()
    assert convert("--force", "--target-keras", "2", tmp_path / "model.json") == 0


def test_nothing_is_executed(tmp_path: Path) -> None:
    # A Lambda layer is converted around, never deserialized, and never loaded to verify.
    value = json.loads(TEXT.read_text())
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}
    layer = {"class_name": "Lambda", "config": {"name": "l", "function": code}, "name": "l", "inbound_nodes": []}
    value["config"]["layers"].append(layer)
    value["config"]["layers"].append({"module": "os", "class_name": "system", "config": {"name": "x"}})
    path = tmp_path / "model.json"
    path.write_text(json.dumps(value))
    conversion = formats.read(path, targets.TARGETS["3.15"], "native")
    assert json.loads(conversion.texts[""])["config"]["layers"][-2]["config"]["function"] == code
    seen = checking.check(conversion, path, targets.TARGETS["3.15"])
    assert not seen.passed
    assert "Lambda layer" in seen.messages[0]
    assert "os.system, which is none of the classes" in seen.messages[-1]


def test_without_h5py(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    assert convert(MODEL, tmp_path / "new.h5") == 2
    assert "pip install 'tf-initcompat[saved]'" in capsys.readouterr().err
    assert convert(ARCHIVE, tmp_path / "new.keras") == 0


def test_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # A fresh process, since that is what is promised; the version is that of the installed Keras.
    import tensorflow as tf

    keras_3 = hasattr(tf.keras, "random")
    version = "2" if not keras_3 else "3.0" if tf.__version__.startswith("2.16") else "3.15"
    options = ["--target-keras", version]
    assert importlib.util.find_spec("tensorflow") is not None  # then it is the default
    wanted = (
        "loads and predicts; the original does not" if version == "3.0" else "loads, and predicts as the original does"
    )
    small = make_fixtures.FIXTURES / "tf-2.15-eager" / make_fixtures.SMALL
    outputs = zipfile.ZipFile(small).extract("outputs_in_dict.h5", tmp_path)
    assert cli.main(["convert", *options, outputs]) == 0
    assert wanted in capsys.readouterr().out
    nested = make_fixtures.FIXTURES / "tf-2.15-graph" / "nested.json"
    assert cli.main(["convert", *options, str(nested), str(tmp_path / "new.json")]) == 1
    printed = capsys.readouterr().out
    assert "not loaded" in printed
    assert "Scale, which is none of the classes" in printed
