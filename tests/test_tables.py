"""The tables of the documents that list what is registered."""

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "docs" / "tables.py"
TABLES = runpy.run_path(str(SCRIPT))


@pytest.mark.parametrize("document", sorted({document for document, _ in TABLES["TABLES"]}))
def test_tables_are_those_of_the_registries(document: str) -> None:
    text = SCRIPT.with_name(document).read_text()
    assert text == TABLES["with_tables"](document), "run `python docs/tables.py`"


@pytest.mark.parametrize(("document", "title"), TABLES["TABLES"])
def test_table_exists(document: str, title: str) -> None:
    assert SCRIPT.with_name(document).read_text().count(f"\n| {title} | ") == 1
