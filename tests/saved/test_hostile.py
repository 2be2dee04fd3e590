"""Specimens of the public advisories: nothing runs, nothing outside is read, and the danger is named first."""

import ctypes
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from saved import hostile
from saved.hostile import SPECIMENS, Specimen
from saved.samples import convert

from tf_initcompat import cli, saved
from tf_initcompat.saved.containers import isolation
from tf_initcompat.saved.loading import installed

TARGET = installed.target().version
DOCUMENT = Path(__file__).parents[2] / "docs" / "files_you_did_not_make.md"
#: Events of inotify: a file is opened or read.
OPENED = 0x20 | 0x1


class Watch:
    """Records whether the files in a folder are opened, also by libraries in C and other processes."""

    def __init__(self, folder: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.inotify_init1(os.O_NONBLOCK)
        if self._descriptor < 0 or self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), OPENED) < 0:
            pytest.skip("inotify does not work here, which shows whether a file is opened")

    def opened(self) -> list[str]:
        """Return the names of the files that were opened since the last call."""
        try:
            data = os.read(self._descriptor, 2**16)
        except BlockingIOError:
            return []
        names = list[str]()
        while data:
            size = struct.unpack_from("iIII", data)[3]
            names.append(data[16 : 16 + size].rstrip(b"\0").decode())
            data = data[16 + size :]
        return [name for name in names if name]  # not the folder itself

    def close(self) -> None:
        os.close(self._descriptor)


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    outside = hostile.write_outside(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    watch = Watch(outside)
    yield watch
    watch.close()
    sys.modules.pop("harmless_payload", None)


def by_name(specimen: Specimen) -> str:
    return specimen.name


@pytest.fixture(params=SPECIMENS, ids=by_name)
def specimen(request: pytest.FixtureRequest, tmp_path: Path, watch: Watch) -> Specimen:
    made: Specimen = request.param
    made.write(tmp_path / made.name)
    watch.opened()
    return made


def assert_harmless(folder: Path, watch: Watch) -> None:
    assert watch.opened() == []
    assert not (folder / "executed").exists()


@pytest.mark.parametrize("options", [[], ["--check"], ["--in-place"]], ids=["new", "check", "in-place"])
def test_convert(
    specimen: Specimen, options: list[str], tmp_path: Path, watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / specimen.name
    before = path.read_bytes()
    status = convert(*options, path)
    printed = capsys.readouterr()
    assert_harmless(tmp_path, watch)
    assert status == (2 if specimen.is_refused else 1)
    assert specimen.message in (printed.err if specimen.is_refused else printed.out)
    assert str(path) in (printed.err + printed.out)
    if specimen.is_refused or "--check" in options:
        assert {each.name for each in tmp_path.iterdir() if each.is_file()} <= {specimen.name, "harmless_payload.py"}
        assert path.read_bytes() == before


def test_load_model(specimen: Specimen, tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = list[Path]()
    load = installed.load
    monkeypatch.setattr(
        installed, "load", lambda path, *rest, **named: loaded.append(path) or load(path, *rest, **named)
    )
    for arguments in ({}, {"safe_mode": None}, {"compile": False}):
        with pytest.raises(ValueError, match=specimen.message):
            saved.load_model(tmp_path / specimen.name, **arguments)
    assert_harmless(tmp_path, watch)
    assert loaded == []


@pytest.mark.parametrize("specimen", [each for each in SPECIMENS if TARGET in each.affects], ids=by_name)
def test_the_specimen_attacks_plain_keras(specimen: Specimen, tmp_path: Path, watch: Watch) -> None:
    keras = installed.tensorflow().keras
    specimen.write(tmp_path / specimen.name)
    watch.opened()
    try:
        keras.models.load_model(str(tmp_path / specimen.name))
    except Exception as error:  # the attack comes first
        print(error)
    assert (tmp_path / "executed").exists() or watch.opened()


def test_the_document_has_the_specimens() -> None:
    assert hostile.table() in DOCUMENT.read_text("utf-8")


@pytest.mark.skipif(TARGET != "3.15", reason="the document shows a recent Keras 3")
def test_the_document_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    next(each for each in SPECIMENS if each.name == "get_file.keras").write(Path("unknown.keras"))
    command, _, output = DOCUMENT.read_text("utf-8").partition("```console\n$ ")[2].partition("```")[0].partition("\n")
    assert cli.main(command.split()[1:]) == 1
    assert capsys.readouterr().out == output


#: Checks files in a process of its own, and prints the peak memory in MiB of it and the process that reads HDF5.
MEMORY = """
import resource, sys
from tf_initcompat import cli
from tf_initcompat.saved.containers import isolation

for path in sys.argv[1:]:
    assert cli.main(["convert", "--check", path]) in (1, 2)
isolation.end()
print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 2**10)
"""


def test_memory(tmp_path: Path) -> None:
    hostile.write_outside(tmp_path)
    for specimen in SPECIMENS:
        specimen.write(tmp_path / specimen.name)
    paths = [str(tmp_path / specimen.name) for specimen in SPECIMENS]
    launch = "import subprocess, sys; print(subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True).stdout)"
    # The process between does not hold the memory of this one, which would count.
    command = [sys.executable, "-c", launch, sys.executable, "-c", MEMORY, *paths]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert 10 < float(output.split()[-1]) < 100, output  # declared are 256 GiB


def test_a_file_that_h5py_reads_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(isolation.Limits, "for_file", lambda size: isolation.Limits(1, 2**30))
    path = tmp_path / "heap.h5"
    hostile.damaged_heap(path)
    message = "reading it crashes, or takes more than 1 s or 1,024 MiB, so it is damaged"
    assert convert(path, tmp_path / "new.h5") == 2
    assert capsys.readouterr().err == f"tf-initcompat: {path}: {message}\n"
    with pytest.raises(ValueError, match=message):
        saved.load_model(path)
    assert list(tmp_path.iterdir()) == [path]
    hostile.hdf5(path, hostile.model())
    assert saved.convert(path).source == path  # another process answers
