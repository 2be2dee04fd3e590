"""The recorded programs against the real TensorFlow 1, where an interpreter with it is at hand.

Environment variables name the interpreters: TF_INITCOMPAT_TF1_15, TF_INITCOMPAT_TF1_12, TF_INITCOMPAT_TF1_4 and
TF_INITCOMPAT_TF1_15_PYTHON2. Without them the tests are skipped. `record_programs.py` makes the recordings again.
"""

import os
from typing import Any

import pytest
from tf1 import program_recordings as recordings

#: Recordings by the environment variable of the interpreter.
INTERPRETERS = {
    "TF_INITCOMPAT_TF1_15": "1.15.5",
    "TF_INITCOMPAT_TF1_12": "1.12.3",
    "TF_INITCOMPAT_TF1_4": "1.4.1",
    "TF_INITCOMPAT_TF1_15_PYTHON2": "1.15.5",
}
#: Programs whose bits depend on Python: eager code takes op seeds from Python's generator.
DEPEND_ON_PYTHON = ("eager_code", "functions")


@pytest.mark.parametrize("variable", INTERPRETERS)
def test_recording_is_what_the_real_tensorflow_does(variable: str) -> None:
    python, version = os.environ.get(variable), INTERPRETERS[variable]
    if not python:
        pytest.skip(f"{variable} does not name an interpreter with TensorFlow {version}")
    observations = recordings.run_in_tensorflow_1(python)
    assert recordings.label(observations).startswith(version[:5].rstrip("."))
    is_python_2 = recordings.label(observations).endswith("python2.7")
    compared = 0
    for program, values in recordings.values(version).items():
        found: dict[str, Any] = observations["programs"][program]
        if is_python_2 and program in DEPEND_ON_PYTHON:
            assert found["values"] != values
            continue
        assert found["values"] == values
        if "op seeds" in found:
            recorded = recordings.op_seeds(version, program)
            assert {**found["op seeds"], "tensorflow": recorded["tensorflow"]} == recorded
        compared += 1
    assert compared >= 8
