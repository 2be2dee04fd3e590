"""The recordings against the real TensorFlow 1, where an interpreter with it is at hand.

The environment variable TF_INITCOMPAT_TF1 names interpreters, separated like the entries of PATH. The sessions `tf1` of
nox make them. The test of a recording is skipped if no interpreter has its version.

The programs of `observe.py` run unchanged in the real TensorFlow 1, here, and in the installed TensorFlow 2, in
`test_recorded.py`; both must agree with the same recordings.
"""

import functools
import os

import pytest
from tf1 import cases, recordings

VARIABLE = "TF_INITCOMPAT_TF1"
RECORDINGS = recordings.load()


@functools.cache
def interpreters() -> dict[str, str]:
    """Return the interpreters by the names of their recordings."""
    paths = filter(None, os.environ.get(VARIABLE, "").split(os.pathsep))
    return {recordings.label_of(path): path for path in paths}


@pytest.mark.parametrize("name", RECORDINGS)
def test_recording_is_what_the_real_tensorflow_does(name: str) -> None:
    python = interpreters().get(name)
    if python is None:
        pytest.skip(f"{VARIABLE} names no interpreter with TensorFlow {name}")
    assert recordings.differences(RECORDINGS[name], recordings.observe_all(python, cases.cases())) == []


def test_every_interpreter_has_a_recording() -> None:
    assert interpreters().keys() <= RECORDINGS.keys()
