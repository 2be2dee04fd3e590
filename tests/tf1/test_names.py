"""Account for every public name of TensorFlow 1.4 and 1.15 that looks like an initializer.

The recordings list the names that contain "initializer", "orthogonal" or "glorot", contrib's `__all__`s included. Each
is a row of the table, a finding of the scanner in a program that uses the name, or excluded here for a reason.
"""

import re

import pytest
from tf1 import recordings

from tf_initcompat.catalog import symbols
from tf_initcompat.source import scan

RECORDINGS = recordings.load()
VERSIONS = ("1.15.5", "1.4.1")
NAMES = sorted({name for version in VERSIONS for name in RECORDINGS[version]["names"]})

#: Number of the names by version.
COUNTS = {"1.15.5": 258, "1.4.1": 103}

#: Reason to exclude the names that match a pattern.
EXCLUSIONS = {
    r"^tf\.(compat\.v1\.)?(keras\.|contrib\.(slim|keras|keras\.api\.keras)\.)?initializers$": "a module",
    r"\.(global_variables|local_variables|variables)_initializer$": "an operation that initializes variables",
    r"\.initializers\.(global_variables|local_variables|variables)$": "an operation that initializes variables",
    r"\.tables_initializer$": "an operation that initializes lookup tables",
    r"\.zero_initializer$": "an operation that sets a variable to zero",
    r"\.GraphKeys\.TABLE_INITIALIZERS$": "a collection of operations",
    r"Variable\.initializer$": "the operation that initializes a variable",
    r"\.VariableScope\.(set_)?initializer$": "the default initializer of a variable scope",
    r"\.Iterator\.(make_)?initializer$": "an operation of the input pipeline",
    r"Table(WithHashBuckets)?\.initializer$": "an operation that fills a lookup table",
    r"\.lookup\.\w*Initializer(Base)?$": "the contents of a lookup table",
    r"\.VocabInfo\.backup_initializer$": "the initializer that a warm start falls back to",
    r"\.contrib\.summary\.summary_writer_initializer_op$": "operations that open summary files",
    r"\.contrib\.kfac\.fisher_factors\.\w+_initializer$": "deterministic start of an optimizer's statistics",
    r"\.layers\.\w+\.(kernel|recurrent|bias)_initializer$": "the initializer of a layer",
    r"^tf\.compat\.v2\.(keras\.)?(initializers\b|\w+_initializer$)": "an initializer of TensorFlow 2",
}


#: A program for TensorFlow 1 that uses a name.
PROGRAM = """\
import tensorflow as tf

images = tf.placeholder(tf.float32)
use = {name}
"""


def row_of(name: str) -> str:
    """Return the name of the row of a symbol that the package mirrors under its own name, or ""."""
    mirrored = re.sub(r"^tf\.(compat\.v1\.)?", "", name)
    return mirrored if mirrored in symbols.by_name() else ""


def found_by_the_scanner(name: str) -> list[str]:
    """Return the initializers that the scanner finds in a program that uses a name, with wrapper or without."""
    findings = scan(PROGRAM.format(name=name)).findings
    return [finding.symbol for finding in findings if finding.rule in ("IC001", "IC006")]


def exclusions_of(name: str) -> list[str]:
    return [pattern for pattern in EXCLUSIONS if re.search(pattern, name)]


@pytest.mark.parametrize("name", NAMES)
def test_name_is_accounted_for(name: str) -> None:
    row, found, excluded = row_of(name), found_by_the_scanner(name), exclusions_of(name)
    if excluded:
        assert (row, found) == ("", [])
        assert len(excluded) == 1
    else:
        assert row or found, f"{name} is neither a row nor a finding; a new exclusion needs a reason"
        assert found == [row or found[0]]


def test_number_of_names() -> None:
    """The lists are complete: a mistake in `public_names.py` would shorten them."""
    counts = {version: len(RECORDINGS[version]["names"]) for version in VERSIONS}
    assert counts == COUNTS


@pytest.mark.parametrize("pattern", EXCLUSIONS)
def test_exclusion_is_used(pattern: str) -> None:
    assert any(pattern in exclusions_of(name) for name in NAMES)


@pytest.mark.parametrize("name", [name for symbol in symbols.SYMBOLS for name in symbol.names])
def test_row_is_a_public_name(name: str) -> None:
    assert f"tf.{name}" in RECORDINGS["1.15.5"]["names"]
