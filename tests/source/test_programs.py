"""Whole programs for TensorFlow 1: migrated, they run on the installed TensorFlow with the legacy distributions."""

import functools
import importlib.util
import json
import math
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tf_initcompat import cli
from tf_initcompat.catalog import symbols
from tf_initcompat.source import scan_tree

PROGRAMS = Path(__file__).with_name("programs")

#: Standard deviation of each random variable, by program.
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
#: Value of each constant variable, by program.
CONSTANTS: dict[str, dict[str, float]] = {
    "graph_mlp": {"first/b": 0, "second/b": 0, "third/b": 0},
    "contrib_autoencoder": {"b0": 0.1, "b1": 0.1},
    "converted": {},
    "keras_model": {"1": 0, "3": 0, "5": -2},
    "partitioned_embedding": {"bias": 1},
    "recurrent_cell": {"gru/bias": 1},
    "reexport": {"c": 0},
    "notebook": {},
}
#: Random variables of the same shape, by program. An initializer that repeats its values would make them equal.
SAME_SHAPE = [
    ("graph_mlp", "first/w", "second/w"),
    ("graph_mlp", "first/w", "third/w"),
    ("graph_mlp", "second/w", "third/w"),
    ("converted", "first", "second"),
    ("reexport", "a", "b"),
]


def pairs(values: Mapping[str, Mapping[str, object]]) -> list[tuple[str, str]]:
    """Return each program with each of its variables."""
    return [(name, variable) for name, variables in values.items() for variable in variables]


def program(name: str, folder: Path = PROGRAMS) -> Path:
    """Return the file or package of a program."""
    (path,) = folder.glob(f"{name}*")
    return path


@functools.cache
def run(path: Path) -> dict[str, Any]:
    """Run a program and return its initial weights."""
    if path.suffix == ".ipynb":
        cells = [cell["source"] for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
        lines = [line for cell in cells for line in "".join(cell).split("\n") if not line.startswith(("%", "!"))]
        namespace: dict[str, Any] = {}
        exec(compile("\n".join(lines), str(path), "exec"), namespace)
        return namespace["weights"]  # type: ignore[no-any-return]
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
    """Return a folder with the migrated programs, each in a tree of its own."""
    folder = tmp_path_factory.mktemp(request.param)
    command = ["migrate", "--to", request.param, "--jobs", "1"]
    for name in STDDEVS:
        # A seed or a partitioner in the tree of another program would keep native initializers out.
        copy = folder / name / program(name).name
        copy.parent.mkdir()
        shutil.copytree(program(name), copy) if program(name).is_dir() else shutil.copy(program(name), copy)
        assert cli.main([*command, "--write", str(copy.parent)]) == 0, name
        assert cli.main([*command, "--check", str(copy.parent)]) == 0, name
    return folder


@pytest.fixture
def weights(migrated: Path, name: str) -> dict[str, Any]:
    """Return the initial weights of a migrated program."""
    return run(program(name, migrated / name))


@pytest.mark.parametrize("name", STDDEVS)
def test_migrated_program_has_the_same_variables(name: str, weights: dict[str, Any]) -> None:
    assert weights.keys() == STDDEVS[name].keys() | CONSTANTS[name].keys()


@pytest.mark.parametrize(("name", "variable"), pairs(CONSTANTS))
def test_migrated_program_has_the_same_constants(name: str, variable: str, weights: dict[str, Any]) -> None:
    np.testing.assert_allclose(weights[variable], CONSTANTS[name][variable], rtol=1e-7)


@pytest.mark.parametrize(("name", "variable"), pairs(STDDEVS))
def test_migrated_program_has_the_same_standard_deviations(name: str, variable: str, weights: dict[str, Any]) -> None:
    # Five standard errors of a normal sample, the widest distribution here: one false alarm in 1.7 million. The
    # standard deviation of an orthogonal matrix is exact.
    tolerance = 5 / math.sqrt(2 * weights[variable].size)
    assert tolerance < 0.012
    assert float(np.std(weights[variable])) == pytest.approx(STDDEVS[name][variable], rel=tolerance)


@pytest.mark.parametrize(("name", "first", "second"), SAME_SHAPE)
def test_migrated_program_has_no_equal_weights(name: str, first: str, second: str, weights: dict[str, Any]) -> None:
    assert weights[first].shape == weights[second].shape
    assert not np.array_equal(weights[first], weights[second])


#: A program that runs by itself, since it changes the behavior of the whole process.
LOOKUPS = """
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()

class Doubled(tf.keras.initializers.Initializer):
    def __init__(self, inner):
        self.inner = tf.keras.initializers.get(inner)

    def __call__(self, shape, dtype=None, partition_info=None):
        return 2 * self.inner(shape, dtype=dtype)

    def get_config(self):
        return {"inner": tf.keras.initializers.serialize(self.inner)}

def shared(initializer):
    return [tf.get_variable(f"v{next(count)}", [9, 9], tf.float32, initializer=initializer) for _ in range(2)]

count = iter(range(99))
name = "he_normal"
pairs = [
    shared(tf.keras.initializers.get(name)),
    shared(tf.keras.initializers.deserialize({"class_name": "GlorotUniform", "config": {"seed": None}})),
    shared(Doubled("lecun_normal")),
    shared(tf.keras.initializers.get("ones")),
]
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print(["different" if (first != second).any() else "same" for first, second in session.run(pairs)])
"""


@pytest.mark.parametrize("to", ["shim", "native"])
def test_looked_up_initializers_of_a_migrated_program_return_new_values(to: str, tmp_path: Path) -> None:
    path = tmp_path / "lookups.py"
    path.write_text(LOOKUPS)
    assert cli.main(["migrate", "--to", to, "--write", str(path)]) == 0
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["['different', 'different', 'different', 'same']"], done.stderr


def test_all_programs_are_tested() -> None:
    programs = {path.stem for path in PROGRAMS.iterdir() if path.name != "__pycache__"}
    assert programs == STDDEVS.keys()
    assert programs == CONSTANTS.keys()


@pytest.mark.parametrize("name", STDDEVS)
def test_initializers_of_each_program_are_resolved(name: str) -> None:
    rules = {finding.rule for result in scan_tree([program(name)]) for finding in result.findings}
    assert "IC001" in rules
    assert rules.isdisjoint({"IC002", "IC003"})
