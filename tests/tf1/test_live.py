"""The recordings against the real TensorFlow 1, where an interpreter with it is at hand.

Environment variables name the interpreters: TF_INITCOMPAT_TF1_15, TF_INITCOMPAT_TF1_12, TF_INITCOMPAT_TF1_15_PYTHON2
and so on. Without them the tests are skipped.
"""

import os
from pathlib import Path

import pytest
from tf1 import cases, recordings

RECORDINGS = recordings.load()


def observed(name: str) -> recordings.Observations:
    """Return the observations of the interpreter of a recording; skip the test if there is none."""
    variable = recordings.environment_variable(name)
    python = os.environ.get(variable)
    if not python:
        pytest.skip(f"{variable} does not name an interpreter with TensorFlow {name}")
    assert Path(python).exists(), f"{variable}={python} does not exist"
    observations = recordings.observe_all(python, cases.cases())
    assert recordings.label(observations) == name, f"{variable} names an interpreter with another TensorFlow"
    return observations


@pytest.mark.parametrize("name", RECORDINGS)
def test_recording_is_what_the_real_tensorflow_does(name: str) -> None:
    assert recordings.differences(RECORDINGS[name], observed(name)) == []
