"""Properties that the containers keep: the style of texts, the storage of attributes, user blocks, members."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from saved.samples import ARCHIVE, HDF5, JSON, convert, dense, model

from tf_initcompat.saved.containers import json_text

#: Arguments of `json.dumps` by the style of the text.
STYLES: dict[str, dict[str, Any]] = {
    "two spaces": {"indent": 2},
    "three spaces": {"indent": 3},
    "tabs": {"indent": "\t", "separators": (",", ":")},
    "unicode": {"ensure_ascii": False},
    "compact": {"separators": (",", ":")},
    "sorted": {"sort_keys": True},
}


def text(style: str, line_end: str) -> str:
    value = json.loads(JSON.read_text())
    value["config"]["name"] = "mod\u00e8le"
    return (json.dumps(value, **STYLES[style]) + "\n").replace("\n", line_end)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("style", STYLES)
def test_text_that_does_not_change_is_written_as_it_was(style: str, line_end: str) -> None:
    original = text(style, line_end)
    value = json_text.parse(original, "the file")
    assert json_text.dump(value, original, value) == original


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("style", STYLES)
def test_style_is_kept(style: str, line_end: str, tmp_path: Path) -> None:
    original = text(style, line_end)
    (tmp_path / "style.json").write_bytes(original.encode())
    assert convert(tmp_path / "style.json", tmp_path / "new.json") == 0
    converted = (tmp_path / "new.json").read_bytes().decode()
    assert (json.dumps(json.loads(converted), **STYLES[style]) + "\n").replace("\n", line_end) == converted
    assert converted != original


@pytest.mark.parametrize("style", STYLES)
def test_a_second_run_changes_nothing(style: str, tmp_path: Path) -> None:
    (tmp_path / "style.json").write_bytes(text(style, "\n").encode())
    assert convert(tmp_path / "style.json", tmp_path / "new.json") == 0
    assert convert(tmp_path / "new.json", tmp_path / "again.json") == 0
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "new.json").read_bytes()


def test_attributes_of_fixed_length_stay_so(tmp_path: Path) -> None:
    path = shutil.copy(HDF5, tmp_path / "model.h5")
    with h5py.File(path, "r+") as file:
        config = file.attrs["model_config"].encode()
        file.attrs.create("model_config", config, dtype=f"S{len(config)}")
    assert convert(path, tmp_path / "new.h5") == 0
    with h5py.File(tmp_path / "new.h5") as file:
        assert not file.attrs.get_id("model_config").get_type().is_variable_str()
        assert b"keras.initializers" in file.attrs["model_config"]


def test_an_attribute_that_outgrows_the_header_becomes_variable(tmp_path: Path) -> None:
    layer = {**dense(class_name="GlorotUniformV2", config={}), "notes": ""}
    layer["notes"] = "x" * (65_450 - len(model(layer)))  # nearly the largest text of a fixed length
    with h5py.File(tmp_path / "large.h5", "w") as file:
        file.attrs.create("model_config", np.bytes_(model(layer).encode()))
    assert convert("--to", "shim", tmp_path / "large.h5") == 0
    with h5py.File(tmp_path / "large.converted.h5") as file:
        assert file.attrs.get_id("model_config").get_type().is_variable_str()
        assert "tf_initcompat" in file.attrs["model_config"]


def test_a_user_block_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with h5py.File(tmp_path / "block.h5", "w", userblock_size=1024) as file:
        file.attrs["model_config"] = model(dense(class_name="GlorotUniformV2", config={"dtype": "float32"}))
        file.attrs["training_config"] = "null"
    assert convert(tmp_path / "block.h5") == 0
    assert "changed 1 initializer and 0 other configs" in capsys.readouterr().out
    with h5py.File(tmp_path / "block.converted.h5") as file:
        assert file.userblock_size == 1024
        assert file.attrs["training_config"] == "null"
        assert "V2" not in file.attrs["model_config"]


def test_an_archive_after_other_data_is_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "prefix.keras").write_bytes(b"MZ and more" + ARCHIVE.read_bytes())
    assert convert("--check", tmp_path / "prefix.keras") == 1
    assert "would change 19 initializers and 1 other config\n" in capsys.readouterr().out
    assert convert(tmp_path / "prefix.keras") == 0


@pytest.mark.parametrize("source", [HDF5, ARCHIVE], ids=["hdf5", "archive"])
def test_without_h5py(source: Path, tmp_path: Path) -> None:
    (tmp_path / "h5py.py").write_text("raise ImportError")
    target = tmp_path / f"new{source.suffix}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    command = [sys.executable, "-m", "tf_initcompat", "convert", "--no-verify", str(source), str(target)]
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert process.returncode == 2
    assert "reading HDF5 needs h5py: pip install 'tf-initcompat[saved]'" in process.stderr
    assert not target.exists()
