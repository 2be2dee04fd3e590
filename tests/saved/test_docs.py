"""docs/saved.md: its commands print what it shows, and its Python examples are true."""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from saved.eras.archives import directory
from saved.samples import HDF5, extract, model

from tf_initcompat.saved.loading import installed
from tf_initcompat.saved.targets import TARGETS

DOCUMENT = Path(__file__).parents[2] / "docs" / "saved.md"
TEXT = DOCUMENT.read_text()
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<content>.*?)^```$", re.M | re.S)
#: The outputs depend on the installed Keras.
NEWEST = pytest.mark.skipif(installed.target() is not TARGETS["3.15"], reason="the document shows a recent Keras 3")


def blocks(language: str) -> list[str]:
    """Return the blocks of code in a language."""
    return [match["content"] for match in BLOCK.finditer(TEXT) if match["language"] == language]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the document names, as the current directory."""
    (tmp_path / "model.json").write_text(blocks("json")[0])
    shutil.copy(HDF5, tmp_path / "model.h5")
    shutil.copy(HDF5.with_name("nested.json"), tmp_path / "custom.json")
    extract("hard_sigmoid.h5", tmp_path).rename(tmp_path / "gru.h5")
    directory("tf-1.15.5", "lstm", tmp_path)
    for content in blocks("python"):
        if name := re.match(r"# (\w+\.py)\n", content):
            (tmp_path / name[1]).write_text(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@NEWEST
@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.partition("\n")[0])
def test_commands_print_what_the_document_shows(block: str, folder: Path) -> None:
    for command in re.split(r"^\$ ", block, flags=re.M)[1:]:
        line, _, expected = command.partition("\n")
        program, *arguments = shlex.split(line)
        assert program == "tf-initcompat"
        # In the order in which a terminal shows both streams.
        process = subprocess.run(
            [sys.executable, "-m", "tf_initcompat", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            text=True,
            check=False,
        )
        assert process.stdout == expected


@NEWEST
@pytest.mark.usefixtures("folder")
def test_python_examples_are_true() -> None:
    examples = "".join(block for block in blocks("python") if ">>>" in block)
    test = doctest.DocTestParser().get_doctest(examples, {}, DOCUMENT.name, str(DOCUMENT), 0)
    result = doctest.DocTestRunner().run(test)
    assert result.attempted > 5
    assert result.failed == 0


def test_plugin(folder: Path) -> None:
    layer = {"class_name": "Scale", "config": {"name": "s", "trainable": True, "axes": 1}, "module": "my_package"}
    layer["registered_name"] = "my_package>Scale"
    (folder / "own.json").write_text(model(layer))
    program = "import sys, tf_initcompat.cli; sys.exit(tf_initcompat.cli.main(sys.argv[1:]))"
    options = ["convert", "--plugin", "scale_plugin", "--diff", "own.json"]
    process = subprocess.run([sys.executable, "-c", program, *options], capture_output=True, text=True, check=False)
    assert process.returncode == 1
    assert 'config.layers[0].config: scale-axis\n- {"axes": 1}\n+ {"axis": 1}\n' in process.stdout
