"""The command on real files, good and bad."""

import importlib.util
import io
import json
import shutil
import stat
import zipfile
from pathlib import Path

import h5py
import pytest
from saved import make_fixtures

from tf_initcompat import cli
from tf_initcompat.saved import checking, formats, targets, texts

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
    for style in ({"indent": 2}, {"ensure_ascii": False}, {"separators": (",", ":")}):
        text = json.dumps(value, **style) + "\n"
        assert texts.dump(texts.parse(text, ""), text, texts.parse(text, "")) == text


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
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, message = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    for options in ([], ["--in-place"], ["--check"]):
        assert convert(*options, path) == 2
        printed = capsys.readouterr()
        assert not printed.out
        assert message in printed.err
        assert printed.err.count("\n") == 1
        assert path.name in printed.err
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == content


def test_other_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file["weights"] = [1.0]
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "saved_model.pb").touch()
    for name, message in {"weights.h5": "weights alone", "saved": "TFSMLayer", "none.h5": "No such file"}.items():
        assert convert(tmp_path / name) == 2
        assert message in capsys.readouterr().err
    assert convert(MODEL, tmp_path / "none" / "new.h5") == 2
    assert "No such file" in capsys.readouterr().err


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
    assert "os.system, no class of Keras" in seen.messages[-1]


def test_without_h5py(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    assert convert(MODEL, tmp_path / "new.h5") == 2
    assert "pip install 'tf-initcompat[saved]'" in capsys.readouterr().err
    assert convert(ARCHIVE, tmp_path / "new.keras") == 0


def test_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Fresh processes, since that is what is promised; the version is that of the installed Keras.
    import tensorflow as tf

    keras_3 = hasattr(tf.keras, "random")
    version = "2" if not keras_3 else "3.0" if tf.__version__.startswith("2.16") else "3.15"
    options = ["--target-keras", version]
    assert importlib.util.find_spec("tensorflow") is not None  # then it is the default
    assert cli.main(["convert", *options, str(MODEL), str(tmp_path / "new.h5")]) == 0
    wanted = (
        "loads and predicts; the original does not" if version == "3.0" else "loads, and predicts as the original does"
    )
    assert wanted in capsys.readouterr().out
    nested = make_fixtures.FIXTURES / "tf-2.15-graph" / "nested.json"
    assert cli.main(["convert", *options, str(nested), str(tmp_path / "new.json")]) == 1
    printed = capsys.readouterr().out
    assert "not loaded" in printed
    assert "Scale, no class of Keras" in printed
