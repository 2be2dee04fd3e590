"""Account for every public name of TensorFlow 1.4 and 1.15 that looks like an initializer.

The recordings list the names that contain "initializer", "orthogonal" or "glorot", contrib's `__all__`s included. Each
is a row of the table, a symbol whose wrapper is pending, or excluded here for a reason.
"""

import re

import pytest
from tf1 import cases, recordings

from tf_initcompat.catalog import namespaces, symbols

RECORDINGS = recordings.load()
NAMES = sorted({*RECORDINGS["1.4.1"]["names"], *RECORDINGS["1.15.5"]["names"]})

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
    r"\.contrib\.framework\.load_\w+_initializer$": "values that are loaded from a checkpoint",
    r"\.contrib\.summary\.summary_writer_initializer_op$": "operations that open summary files",
    r"\.contrib\.kfac\.fisher_factors\.\w+_initializer$": "deterministic start of an optimizer's statistics",
    r"\.layers\.\w+\.(kernel|recurrent|bias)_initializer$": "the initializer of a layer",
    r"^tf\.compat\.v2\.(keras\.)?(initializers\b|\w+_initializer$)": "an initializer of TensorFlow 2",
}


def row_of(name: str) -> str:
    """Return the name of the row of a symbol below `tf_initcompat`, or ""."""
    match = namespaces.lookup(name.replace("tf.", "tensorflow.", 1))
    if match is not None:
        return match.name
    # Keras' lookup functions and base class have rows too; `namespaces` is about initializers.
    mirrored = re.sub(r"^tf\.(compat\.v1\.|contrib\.(?=keras))?", "", name)
    return mirrored if mirrored in symbols.by_name() else ""


def exclusions_of(name: str) -> list[str]:
    return [pattern for pattern in EXCLUSIONS if re.search(pattern, name)]


@pytest.mark.parametrize("name", NAMES)
def test_name_is_accounted_for_once(name: str) -> None:
    accounts = [row_of(name), name.removeprefix("tf.") in cases.PENDING, *exclusions_of(name)]
    assert sum(map(bool, accounts)) == 1, accounts


@pytest.mark.parametrize("pattern", EXCLUSIONS)
def test_exclusion_is_used(pattern: str) -> None:
    assert any(pattern in exclusions_of(name) for name in NAMES)


@pytest.mark.parametrize("name", [name for symbol in symbols.SYMBOLS for name in symbol.names])
def test_row_is_a_public_name(name: str) -> None:
    assert f"tf.{name}" in RECORDINGS["1.15.5"]["names"]


@pytest.mark.parametrize("name", cases.PENDING)
def test_pending_name_is_public_and_has_no_row(name: str) -> None:
    assert f"tf.{name}" in RECORDINGS["1.15.5"]["names"]
    assert name not in symbols.by_name()
