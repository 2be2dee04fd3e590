"""Whole programs of TensorFlow 1: rewritten, they run on the installed TensorFlow and start from the legacy laws."""

import importlib.util
import itertools
import json
import math
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tf_initcompat import cli
from tf_initcompat.catalog import symbols

PROGRAMS = Path(__file__).with_name("programs")

#: Of each program, the standard deviation of each random variable, and the value of each constant one.
STDDEVS: dict[str, dict[str, float]] = {
    "graph_mlp": {
        "first/w": math.sqrt(2 / 512),
        "second/w": math.sqrt(2 / 512),
        "third/w": math.sqrt(2 / (512 + 512)),
    },
    "contrib_autoencoder": {
        "w0": math.sqrt(2 / (640 + 400)),
        "w1": math.sqrt(2 / (640 + 400)),
        "he": math.sqrt(1.3 * 2 / 500) * symbols.TRUNCATED_STDDEV,
    },
    "converted": {"first": math.sqrt(2 / 600), "second": math.sqrt(2 / 600), "embedding": 0.1 / math.sqrt(3)},
    "keras_model": {
        "0": math.sqrt(2 / 700),
        "2": 0.02 * symbols.TRUNCATED_STDDEV,
        "4": math.sqrt(2 / (600 + 500)),
    },
    "partitioned_embedding": {"table": math.sqrt(2 / (4000 + 100))},
    "recurrent_cell": {"gru/kernel": 1 / math.sqrt(300), "gru/recurrent": 0.5 / math.sqrt(300)},
    "reexport": {"a": math.sqrt(1 / 600), "b": math.sqrt(1 / 600)},
    "notebook": {"w": 1.43 / math.sqrt(600)},
}
CONSTANTS: dict[str, dict[str, float]] = {
    "graph_mlp": {"first/b": 0, "second/b": 0, "third/b": 0},
    "contrib_autoencoder": {"b0": 0.1, "b1": 0.1},
    "keras_model": {"1": 0, "3": 0, "5": -2},
    "partitioned_embedding": {"bias": 1},
    "recurrent_cell": {"gru/bias": 1},
    "reexport": {"c": 0},
}


def run(path: Path) -> dict[str, Any]:
    """Returns the initial weights that a program makes."""
    if path.suffix == ".ipynb":
        cells = [cell["source"] for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
        lines = [line for cell in cells for line in "".join(cell).split("\n") if not line.startswith(("%", "!"))]
        space: dict[str, Any] = {}
        exec(compile("\n".join(lines), str(path), "exec"), space)
        return space["weights"]  # type: ignore[no-any-return]
    spec = importlib.util.spec_from_file_location(path.stem, path / "__init__.py" if path.is_dir() else path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
        return module.main()  # type: ignore[no-any-return]
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == path.stem]:
            del sys.modules[name]


@pytest.fixture(scope="module", params=["shim", "native"])
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    command = ["migrate", "--to", request.param, "--jobs", "1"]
    for name in STDDEVS:
        (path,) = PROGRAMS.glob(f"{name}*")
        # Each in a tree of its own, so that seeds and partitioners of the others are not in reach.
        copy = folder / name / path.name
        copy.parent.mkdir()
        shutil.copytree(path, copy) if path.is_dir() else shutil.copy(path, copy)
        assert cli.main([*command, "--write", str(copy.parent)]) == 0
        assert cli.main([*command, "--check", str(copy.parent)]) == 0, name
    return folder


@pytest.mark.parametrize("name", STDDEVS)
def test_rewritten_program_runs(name: str, migrated: Path) -> None:
    (path,) = migrated.glob(f"{name}/{name}*")
    text = "".join(one.read_text() for one in (path.glob("*.py") if path.is_dir() else [path]))
    assert "initializer" in text
    weights = run(path)
    assert weights.keys() == STDDEVS[name].keys() | CONSTANTS.get(name, {}).keys()
    for variable, value in CONSTANTS.get(name, {}).items():
        np.testing.assert_allclose(weights[variable], value, rtol=1e-7)
    for variable, stddev in STDDEVS[name].items():
        # Five sigma of a sample's standard deviation for the widest law: a false alarm in 1.7 million. An orthogonal
        # matrix has it exactly.
        tolerance = 5 / math.sqrt(2 * weights[variable].size)
        assert tolerance < 0.012
        assert float(np.std(weights[variable])) == pytest.approx(stddev, rel=tolerance)
    for first, second in itertools.combinations(STDDEVS[name], 2):
        if weights[first].shape == weights[second].shape:
            assert not np.array_equal(weights[first], weights[second])


def test_programs_are_all_run() -> None:
    assert {path.stem for path in PROGRAMS.iterdir() if path.name != "__pycache__"} == STDDEVS.keys()


@pytest.mark.parametrize("name", STDDEVS)
def test_each_is_found(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (path,) = PROGRAMS.glob(f"{name}*")
    assert cli.main(["scan", "--format", "json", str(path)]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {one["rule"] for one in found} >= {"IC001"}
    assert not {"IC002", "IC003"} & {one["rule"] for one in found}
