"""The command: what it prints and writes, and its exit status."""

import errno
import importlib.metadata
import json
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from saved.samples import ARCHIVE, HDF5, JSON, convert, dense, model

from tf_initcompat import saved
from tf_initcompat.saved.targets import TARGETS, TargetName

#: Numbers of configs that change in the fixtures.
NUMBERS = {
    HDF5: "20 initializers and 10 other configs",
    ARCHIVE: "19 initializers and 0 other configs",
    JSON: "23 initializers and 9 other configs",
}
KINDS = pytest.mark.parametrize("path", [HDF5, ARCHIVE, JSON], ids=["hdf5", "archive", "json"])


def copy(path: Path, folder: Path) -> Path:
    """Return a copy named "model"."""
    return Path(shutil.copy(path, folder / f"model{path.suffix}"))


@KINDS
def test_check(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = copy(path, tmp_path)
    assert convert("--check", source) == 1
    assert capsys.readouterr().out == f"{source}: would change {NUMBERS[path]}\n"
    assert list(tmp_path.iterdir()) == [source]
    assert source.read_bytes() == path.read_bytes()


@KINDS
def test_diff(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = copy(path, tmp_path)
    assert convert("--diff", source) == 1
    printed = capsys.readouterr().out
    assert '"dtype": "float32"' in printed
    assert '+ {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {"seed": 1}' in printed
    assert printed.endswith(f"{source}: would change {NUMBERS[path]}\n")
    assert list(tmp_path.iterdir()) == [source]


@KINDS
def test_new_file(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = copy(path, tmp_path)
    new = tmp_path / f"model.converted{path.suffix}"
    assert convert(source) == 0
    assert capsys.readouterr().err == f"wrote {new}\n"
    assert sorted(tmp_path.iterdir()) == sorted([source, new])
    assert source.read_bytes() == path.read_bytes()


@KINDS
def test_converted_file_needs_no_conversion(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / f"new{path.suffix}"
    assert convert(path, new) == 0
    assert convert("--check", new) == 0
    capsys.readouterr()
    assert convert(new) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{new}: changed 0 initializers and 0 other configs\n"
    assert printed.err == f"nothing written: {new} needs no conversion\n"


@KINDS
def test_an_existing_file_is_overwritten_on_request(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / f"new{path.suffix}"
    new.write_text("mine")
    assert convert(path, new) == 2
    assert f"{new} exists; pass another OUT, or --force" in capsys.readouterr().err
    assert new.read_text() == "mine"
    assert convert("--force", path, new) == 0
    assert new.read_bytes() != b"mine"


@KINDS
def test_the_source_is_not_overwritten(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = copy(path, tmp_path)
    assert convert("--force", source, source) == 2
    assert "is IN itself; use --in-place" in capsys.readouterr().err
    assert source.read_bytes() == path.read_bytes()


def test_in_place_keeps_the_original(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, original = copy(HDF5, tmp_path), tmp_path / "model.h5.orig"
    source.chmod(0o640)
    assert convert("--in-place", source) == 0
    assert capsys.readouterr().err == f"wrote {source}; the original is {original}\n"
    assert original.read_bytes() == HDF5.read_bytes()
    assert stat.S_IMODE(source.stat().st_mode) == 0o640
    assert sorted(tmp_path.iterdir()) == [source, original]


def test_in_place_keeps_every_original(tmp_path: Path) -> None:
    source = copy(HDF5, tmp_path)
    assert convert("--in-place", source) == 0
    converted = source.read_bytes()
    assert convert("--in-place", source) == 0  # nothing to convert
    assert convert("--in-place", "--target-keras", "3.0", source) == 0
    assert (tmp_path / "model.h5.orig").read_bytes() == HDF5.read_bytes()
    assert (tmp_path / "model.h5.orig1").read_bytes() == converted
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--in-place", "model.h5", "other.h5"], "pass either OUT or --in-place"),
        (["--check", "model.h5", "new.h5"], "--check and --diff write nothing; omit OUT"),
        (["--diff", "model.h5", "new.h5"], "--check and --diff write nothing; omit OUT"),
        (["--check", "--in-place", "model.h5"], "not allowed with argument"),
        (["--target-keras", "4", "model.h5"], "invalid choice: '4'"),
        (["--force", "model.h5", "pipe.json"], "needs .h5 or .hdf5 or .keras"),
        (["--force", "model.h5", "folder"], "is not a regular file; pass another OUT"),
        (["--force", "model.json", "pipe.json"], "is not a regular file; pass another OUT"),
        (["model.h5", "none/new.h5"], "none/new.h5: No such file or directory"),
    ],
)
def test_impossible_requests(
    options: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy(HDF5, tmp_path)
    copy(JSON, tmp_path)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    names = {path.name for path in tmp_path.iterdir()}
    monkeypatch.chdir(tmp_path)
    assert convert(*options) == 2
    assert message in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == names
    assert (tmp_path / "pipe.json").is_fifo()


@pytest.fixture
def limit_file_size() -> "Callable[[int], None]":
    """Return a function that limits the size of files in bytes, as a full disk does, until the end of the test."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("size", [60_000, HDF5.stat().st_size + 100], ids=["while copying", "while writing the config"])
def test_full_disk(
    size: int,
    limit_file_size: Callable[[int], None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    limit_file_size(size)
    assert convert(HDF5, tmp_path / "new.h5") == 2
    printed = capsys.readouterr().err
    assert printed.endswith(": File too large\n")
    assert printed.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


ZEROS = model(dense(class_name="Zeros", config={"dtype": "float32"}))


def test_full_disk_while_the_backup_is_written(limit_file_size: Callable[[int], None], tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(ZEROS)
    limit_file_size(len(ZEROS) - 5)  # room for the result, not for the backup
    assert convert("--in-place", "--target-keras", "2", path) == 2
    assert path.read_text() == ZEROS
    assert list(tmp_path.iterdir()) == [path]


def start(*arguments: object) -> "subprocess.Popen[bytes]":
    """Start `convert` for Keras 3.15 in a process of its own."""
    options = ["--no-verify", "--target-keras", "3.15"]
    command = [sys.executable, "-m", "tf_initcompat", "convert", *options, *map(str, arguments)]
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Whoever starts the tests may ignore Ctrl-C, as a shell does for background processes.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_conversions_of_one_file_at_the_same_time(tmp_path: Path) -> None:
    for number in range(4):
        source = tmp_path / f"{number}.h5"
        shutil.copyfile(HDF5, source)
        statuses = [process.wait() for process in [start("--in-place", source) for _ in range(3)]]
        assert set(statuses) in ({0}, {0, 2})
        assert (tmp_path / f"{number}.h5.orig").read_bytes() == HDF5.read_bytes()
        assert saved.convert(source, target_keras="3.15").changes == ()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("is_in_place", [False, True])
def test_a_source_that_changes_meanwhile(is_in_place: bool, tmp_path: Path) -> None:
    source = copy(HDF5, tmp_path)
    conversion = saved.convert(source)
    shutil.copyfile(HDF5, tmp_path / "other.h5")
    (tmp_path / "other.h5").replace(source)
    with pytest.raises(saved.FileError, match="another process has changed it meanwhile; convert it again"):
        conversion.replace_source() if is_in_place else conversion.write(tmp_path / "new.h5")
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("options", [[], ["--in-place"]], ids=["new", "in-place"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_nothing(number: signal.Signals, options: list[str], tmp_path: Path) -> None:
    source = copy(HDF5, tmp_path)
    with h5py.File(source, "r+") as file:
        file["large"] = np.zeros(2**28, "u1")  # copying takes a while
    before = source.stat()
    process = start(*options, source)
    while not list(tmp_path.glob(".*")):  # the temporary file
        assert process.poll() is None
    process.send_signal(number)
    assert process.wait() == (130 if number is signal.SIGINT else 128 + number)
    assert list(tmp_path.iterdir()) == [source]
    assert source.stat().st_mtime_ns == before.st_mtime_ns


def test_backup_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: str, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    source = copy(HDF5, tmp_path)
    (tmp_path / "model.h5.orig").write_text("another")
    assert convert("--in-place", source) == 0
    assert (tmp_path / "model.h5.orig").read_text() == "another"
    assert (tmp_path / "model.h5.orig1").read_bytes() == HDF5.read_bytes()
    assert len(list(tmp_path.iterdir())) == 3


def test_backup_does_not_follow_links(tmp_path: Path) -> None:
    path, backup = tmp_path / "model.json", tmp_path / "model.json.orig1"
    path.write_text(ZEROS)
    path.chmod(0o600)
    (tmp_path / "model.json.orig").symlink_to(tmp_path / "elsewhere")
    assert convert("--in-place", "--target-keras", "2", path) == 0
    assert not (tmp_path / "elsewhere").exists()
    assert backup.read_text() == ZEROS
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "dtype" not in path.read_text()


#: Layers that Keras 3 does not load, or computes differently, and a part of the message.
DIFFERENT = {
    "axes": ({"class_name": "BatchNormalization", "config": {"name": "d", "axis": [1, 2]}}, "takes one axis only"),
    "layer": ({"class_name": "CuDNNLSTM", "config": {"name": "d"}}, "Keras 3 has no CuDNNLSTM"),
    "activation": (
        {"class_name": "my>Dense", "config": {"name": "d", "activation": "hard_sigmoid"}},
        "hard_sigmoid is another function",
    ),
}


@pytest.mark.parametrize("version", ["", "2.15.0"])
@pytest.mark.parametrize("name", DIFFERENT)
def test_differences_are_findings(name: str, version: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer, message = DIFFERENT[name]
    path = tmp_path / "model.json"
    path.write_text(json.dumps({**json.loads(model(layer)), "keras_version": version}))
    assert convert(path) == 1
    assert message in capsys.readouterr().out
    assert convert("--check", tmp_path / "model.converted.json") == 1
    assert message in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--target-keras", "2"], []], ids=["for Keras 2", "from Keras 3"])
@pytest.mark.parametrize("name", DIFFERENT)
def test_other_files_have_no_differences(
    name: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layer, message = DIFFERENT[name]
    path = tmp_path / "model.json"
    version = "2.15.0" if options else "3.15.1"
    path.write_text(json.dumps({**json.loads(model(layer)), "keras_version": version}))
    assert convert(*options, path) == 0
    assert message not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("installed", "target"),
    [("2.15.0", "3.15"), ("3.0.5", "3.0"), ("3.12.4", "3.12"), ("3.15.1", "3.15"), (None, "3.15")],
)
def test_default_target_is_the_installed_keras_3(
    installed: str | None, target: TargetName, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(package: str) -> str:
        if installed is None:
            raise importlib.metadata.PackageNotFoundError(package)
        return installed

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert saved.convert(JSON).context.target is TARGETS[target]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"to": "wrapper"}, "to must be 'native' or 'shim', not 'wrapper'"),
        ({"target_keras": "4"}, "target_keras must be '3.15', '3.12', '3.0' or '2', not '4'"),
        ({"target_keras": 3}, "target_keras must be '3.15', '3.12', '3.0' or '2', not 3"),
        ({"target_keras": []}, "target_keras must be '3.15', '3.12', '3.0' or '2', not []"),
    ],
    ids=str,
)
def test_arguments_of_convert_that_do_not_exist(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        saved.convert(JSON, **arguments)
