"""docs/source.md: its commands print what it shows, and its Python examples are true."""

import doctest
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tf_initcompat import cli
from tf_initcompat.catalog import missing
from tf_initcompat.source import formats, rules

DOCUMENT = Path(__file__).parents[2] / "docs" / "source.md"
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<content>.*?)^```$", re.M | re.S)


def blocks(language: str) -> list[str]:
    """Return the blocks of code in a language."""
    return [match["content"] for match in BLOCK.finditer(DOCUMENT.read_text()) if match["language"] == language]


def write_files(folder: Path) -> None:
    """Write the Python blocks that begin with the name of a file."""
    for content in blocks("python"):
        if name := re.match(r"# (\w+\.py)\n", content):
            (folder / name[1]).write_text(content)


@pytest.fixture
def no_plugins() -> Iterator[None]:
    """Remove what the document's plugin registers."""
    yield
    if sys.modules.pop("my_rules", None):
        formats.unregister("places")
        for rule in rules.find("MY001"):
            rules.unregister(rule)


@pytest.mark.usefixtures("no_plugins")
@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.partition("\n")[0])
def test_commands_print_what_the_document_shows(
    block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    monkeypatch.setattr(missing, "installed", lambda: missing.Installation("2.21", 3))
    for command in re.split(r"^\$ ", block, flags=re.M)[1:]:
        line, _, expected = command.partition("\n")
        program, *arguments = shlex.split(line)
        assert program == "tf-initcompat"
        cli.main(arguments)
        captured = capfd.readouterr()
        assert captured.out + captured.err == expected


def test_python_examples_are_true() -> None:
    (block,) = [block for block in blocks("python") if ">>>" in block]
    test = doctest.DocTestParser().get_doctest(block, {}, DOCUMENT.name, str(DOCUMENT), 0)
    result = doctest.DocTestRunner().run(test)
    assert result.attempted > 0
    assert result.failed == 0
