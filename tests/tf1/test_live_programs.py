"""The recorded programs against the real TensorFlow 1, where an interpreter with it is at hand.

`test_live.py` says how. `record_programs.py` makes the recordings again.
"""

from typing import Any

import pytest
from tf1 import program_recordings as recordings
from tf1.test_live import VARIABLE, interpreters

PYTHON_2 = "1.15.0-python2.7"
#: The recording that an interpreter is compared with; Python 2.7 has none of its own.
RECORDINGS = {**{version: version for version in recordings.labels()}, PYTHON_2: "1.15.5"}
#: Programs whose bits depend on Python: eager code takes op seeds from Python's generator.
DEPEND_ON_PYTHON = ("eager_code", "functions")


@pytest.mark.parametrize("version", RECORDINGS)
def test_recording_is_what_the_real_tensorflow_does(version: str) -> None:
    python = interpreters().get(version)
    if python is None:
        pytest.skip(f"{VARIABLE} names no interpreter with TensorFlow {version}")
    observations = recordings.run_in_tensorflow_1(python)
    compared = 0
    for program, values in recordings.values(RECORDINGS[version]).items():
        found: dict[str, Any] = observations["programs"][program]
        if version == PYTHON_2 and program in DEPEND_ON_PYTHON:
            assert found["values"] != values
            continue
        assert found["values"] == values
        if "op seeds" in found:
            recorded = recordings.op_seeds(RECORDINGS[version], program)
            assert {**found["op seeds"], "tensorflow": recorded["tensorflow"]} == recorded
        compared += 1
    assert compared >= 8
