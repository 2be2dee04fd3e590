"""Models of other authors get the bits of the real TensorFlow 1.15 after migration, from recordings.

`public_recordings.py` says how to get the packages. Without them, the tests are skipped.
"""

import functools
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from tf1 import program_recordings as recordings
from tf1 import public_recordings as public

from tf_initcompat.wrappers import native

MIRRORED = "1.15.5"
VALUES = recordings.values(MIRRORED, public.FOLDER)
#: The only program for which the number of operations gives all op seeds: it has no dropout.
BY_COUNT = ("gpt2",)


@functools.cache
def observed(sampling: str | Path) -> dict[str, Any]:
    """Return what the migrated programs do on the installed TensorFlow, by program."""
    packages = os.environ.get(public.VARIABLE)
    if not packages:
        pytest.skip(f"{public.VARIABLE} does not name a folder with the packages")
    folder = public.migrated(Path(packages), Path(tempfile.mkdtemp()))
    programs: dict[str, Any] = recordings.run(
        sys.executable, "graph", public.PROGRAMS.values(), sampling, public.environment(folder)
    )["programs"]
    return programs


def values(program: str, sampling: str | Path) -> dict[str, str]:
    """Return the values of a migrated program; skip the test if the installed packages lack what it needs."""
    if program in public.NEED_KERAS_2 and native.is_keras_3():
        pytest.skip("TensorFlow has no tf.layers with Keras 3")
    if program.startswith(("bert", "facenet")):
        pytest.importorskip("tf_slim", reason="the program uses slim, and tf_slim is not installed")
    found = observed(sampling)[program]
    assert "error" not in found, found["error"]
    assert found["values"].keys() == VALUES[program].keys()
    same: dict[str, str] = found["values"]
    return same


def test_size_of_the_programs() -> None:
    variables = {program: recordings.op_seeds(MIRRORED, program, public.FOLDER)["variables"] for program in VALUES}
    assert sum(map(len, VALUES.values())) == 774
    assert sum(map(len, variables.values())) == 197


@pytest.mark.parametrize("program", public.PROGRAMS)
def test_recorded_op_seeds(program: str) -> None:
    assert values(program, public.FOLDER / MIRRORED) == VALUES[program]


@pytest.mark.parametrize("program", public.PROGRAMS)
def test_number_of_operations(program: str) -> None:
    assert (values(program, "tf1") == VALUES[program]) is (program in BY_COUNT)
