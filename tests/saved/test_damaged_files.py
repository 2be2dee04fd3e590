"""Damaged, dangerous and odd files: one line of error, and nothing is written."""

import fcntl
import io
import json
import os
import shutil
import stat
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest
from saved.samples import ARCHIVE, CONFIG, HDF5, JSON, archive, convert, dense, model


def with_link() -> bytes:
    """Return an archive with a symbolic link."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("config.json", CONFIG)
        entry = zipfile.ZipInfo("model.weights.h5")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(entry, "/etc/passwd")
    return data.getvalue()


def with_wrong_size() -> bytes:
    """Return an archive whose config unpacks to more than it declares."""
    data = bytearray(archive(**{"config.json": CONFIG + " " * 10**6}))
    size = len(CONFIG) + 10**6
    while (position := data.find(size.to_bytes(4, "little"))) >= 0:
        data[position : position + 4] = len(CONFIG).to_bytes(4, "little")
    return bytes(data)


def encrypted() -> bytes:
    """Return an archive that declares its member encrypted."""
    data = bytearray(archive(**{"config.json": CONFIG}))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def damaged(compression: int) -> bytes:
    """Return an archive whose config cannot be decompressed."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as file:
        file.writestr("config.json", CONFIG)
    content = bytearray(data.getvalue())
    position = content.find(b"config.json") + len("config.json") + 10
    content[position : position + 20] = b"\xff" * 20
    return bytes(content)


DEEP = '{"class_name": "Sequential", "config": ' + '{"a":' * 10_000 + "1" + "}" * 10_000 + "}"

#: Content of a file, by its name, and a part of the error message.
FILES = {
    "truncated.h5": (HDF5.read_bytes()[:60_000], "damaged or truncated"),
    "header.h5": (HDF5.read_bytes()[:100], "damaged or truncated"),
    "garbage.h5": (HDF5.read_bytes()[:2_000] + b"\xff" * 90_000, "damaged or truncated"),
    "truncated.keras": (ARCHIVE.read_bytes()[:30_000], "damaged"),
    "bomb.keras": (archive(**{"config.json": CONFIG, "model.weights.h5": "0" * 10**8}), "would unpack to"),
    "lying.keras": (with_wrong_size(), "damaged"),
    "climbing.keras": (archive(**{"config.json": CONFIG, "../../evil": "x"}), "leads out of it"),
    "windows.keras": (archive(**{"config.json": CONFIG, "a\\..\\..\\evil": "x"}), "leads out of it"),
    "absolute.keras": (archive(**{"config.json": CONFIG, "/etc/evil": "x"}), "leads out of it"),
    "link.keras": (with_link(), "symbolic link"),
    "empty.keras": (archive(), "without config.json"),
    "encrypted.keras": (encrypted(), "encrypted"),
    "lzma.keras": (damaged(zipfile.ZIP_LZMA), "damaged"),
    "bzip2.keras": (damaged(zipfile.ZIP_BZIP2), "damaged"),
    "deep.keras": (archive(**{"config.json": DEEP}), "levels deep"),
    "deep.json": (DEEP.encode(), "levels deep"),
    "list.json": (b"[1, 2]", "not a model"),
    "number.json": (b"{}", "no class_name"),
    "twice.json": (b'{"class_name": "A", "class_name": "B"}', "twice"),
    "cut.json": (JSON.read_bytes()[:500], "is not JSON"),
    "picture.h5": (b"\x89PNG\r\n\x1a\n" + b"\xff" * 100, "is not UTF-8"),
    "empty.h5": (b"", "not a model"),
    "mark.json": (b"\xef\xbb\xbf" + CONFIG.encode(), "byte order mark"),
    "huge.json": (b'{"class_name": "A", "config": {"a": 1e400}}', "too large for a float"),
    "quotes.json": (b'{"class_name": "A", "config": {}, "a": "' + b'\\"' * 40_000, "is not JSON"),
}

#: Layers that Keras never writes.
LAYERS = {
    "class": {"class_name": ["Dense"], "config": {"name": "d"}},
    "wrapped": {"class_name": "TimeDistributed", "config": {"layer": {"class_name": {"a": 1}, "config": {}}}},
    "factor": dense(class_name="UniformUnitScaling", config={"factor": None}),
    "square": dense(class_name="UniformUnitScaling", config={"factor": 1e200}),
    "integer": dense(class_name="UniformUnitScaling", config={"factor": 10**400}),
    "mode": dense(class_name="tf_initcompat>ContribVarianceScaling", config={"mode": 3}),
    "policy": {"class_name": "Dense", "config": {"name": "d", "dtype": {"class_name": "Policy"}}},
    "calls": {
        "class_name": "Model",
        "config": {
            "name": "m",
            "layers": [
                {
                    "class_name": "InputLayer",
                    "inbound_nodes": 7,
                    "config": {"name": "i", "batch_input_shape": [1]},
                }
            ],
        },
    },
}
FILES |= {f"{name}.json": (model(layer).encode(), "is not what Keras writes") for name, layer in LAYERS.items()}


@pytest.mark.parametrize("options", [[], ["--in-place"], ["--check"]], ids=["new", "in-place", "check"])
@pytest.mark.parametrize("name", FILES)
def test_damaged_file(name: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, message = FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    start = time.process_time()
    assert convert(*options, path) == 2
    assert time.process_time() - start < 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"tf-initcompat: {path}: ")
    assert printed.err.count("\n") == 1
    assert message in printed.err
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == content


def weights(path: Path) -> None:
    """Write an HDF5 file that holds weights only."""
    with h5py.File(path, "w") as file:
        file["weights"] = [1.0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (weights, "an HDF5 file with neither a model nor weights of Keras"),
        (Path.mkdir, ": no models in this directory; pass .h5, .keras or .json files, a SavedModel"),
        (os.mkfifo, "a pipe or a device, not a regular file"),
        (lambda path: None, "No such file or directory"),
    ],
    ids=["weights", "directory", "pipe", "missing"],
)
def test_not_a_model(
    make: Callable[[Path], object], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "model.h5")
    assert convert(tmp_path / "model.h5") == 2
    assert capsys.readouterr().err.startswith(f"tf-initcompat: {tmp_path / 'model.h5'}: ")
    assert convert("--check", tmp_path / "model.h5") == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_open_for_writing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = shutil.copy(HDF5, tmp_path / "locked.h5")
    with path.open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert convert(path) == 2
    assert "another process has it open for writing" in capsys.readouterr().err


def test_control_characters_are_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "place.json"
    path.write_text(model({"class_name": "Own", "config": {"a\n\x1b[31m_initializer": "GlorotUniformV2"}}))
    assert convert("--diff", path) == 1
    printed = capsys.readouterr().out
    assert "a\\n\\x1b[31m_initializer" in printed
    assert "\x1b" not in printed


def test_lone_surrogates_stay(tmp_path: Path) -> None:
    text = '{"class_name": "A", "config": {"a": "\\ud800 \u00e8", "initializer": "zeros_initializer"}}'
    (tmp_path / "model.json").write_text(text, "utf-8")
    assert convert(tmp_path / "model.json", tmp_path / "new.json") == 0
    config = json.loads((tmp_path / "new.json").read_text("utf-8"))["config"]
    assert config == {"a": "\ud800 \u00e8", "initializer": "zeros"}
