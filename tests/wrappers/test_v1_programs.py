"""Whole programs under tf.compat.v1.disable_v2_behavior()."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import legacy
import pytest

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def reports() -> dict[str, Any]:
    """Return the program's reports with the real symbols, with the wrappers, and with these under legacy sampling."""
    # Subprocesses, because v2 behavior cannot be enabled again.
    printed = {}
    for which in ("real", "mirrored", "legacy"):
        run = subprocess.run(
            [sys.executable, TESTS / "programs" / "v1_behavior.py", which],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(TESTS)},
        )
        assert run.returncode == 0, run.stderr[-2000:]
        printed[which] = json.loads(run.stdout.splitlines()[-1])
    return printed


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_program(name: str, reports: dict[str, Any]) -> None:
    real, mirrored, golden = (reports[which][name] for which in ("real", "mirrored", "legacy"))
    assert golden == real
    assert mirrored["reproduced"]
    assert mirrored["equal"] == real["equal"]
    assert mirrored["dtypes"] == real["dtypes"]
    # Five standard errors of two samples of 600 normal values; test_distributions.py compares a million.
    assert mirrored["std"] == pytest.approx(real["std"], rel=5 / 600**0.5)


def test_names_mean_the_v1_classes(reports: dict[str, Any]) -> None:
    assert reports["mirrored"]["lookup"] == reports["real"]["lookup"]
