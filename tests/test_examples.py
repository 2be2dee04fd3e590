"""Every example runs as users run it and prints what its documentation says."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import legacy
import pytest
import tensorflow as tf

import tf_initcompat

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name: str, *arguments: Path, **environment: str) -> str:
    # In a process, since the examples are commands.
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, **environment},
        cwd=EXAMPLES,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_run() -> None:
    this_file = Path(__file__).read_text()
    examples = [path.stem for path in EXAMPLES.glob("*.py")]
    assert len(examples) >= 7
    assert [example for example in examples if f'"{example}' not in this_file] == []


def test_twins_differ_only_in_the_initializers() -> None:
    twins = [(EXAMPLES / name).read_text().split('"""', 2)[2] for name in ("v1_graph.py", "v1_graph_migrated.py")]
    twins[1] = twins[1].replace("\nimport tf_initcompat\n", "").replace("tf_initcompat.", "tf.")
    assert twins[0].split() == twins[1].split()


def test_migrated_twin_has_the_same_bits_under_legacy_sampling() -> None:
    original, migrated = load("v1_graph"), load("v1_graph_migrated")
    if hasattr(tf.keras, "random"):
        # Keras 3 replaced the v1 Keras initializers: give the original program the real ones.
        original.tf = with_v1_keras(original.tf)
    expected = original.train()
    with tf_initcompat.legacy_sampling():
        values = migrated.train()
    assert len(expected) == 8
    assert [legacy.same(*pair) for pair in zip(values, expected, strict=True)] == [True] * 8
    assert not legacy.same(migrated.train()[0], expected[0])


def with_v1_keras(compat_v1: Any) -> Any:
    """Return `tf.compat.v1` as it was before Keras 3, with the v1 Keras initializers."""

    class Initializers:
        initializers = legacy.namespace("keras.initializers")

    class CompatV1:
        keras = Initializers

        def __getattr__(self, name: str) -> Any:
            return getattr(compat_v1, name)

    return CompatV1()


@pytest.mark.parametrize("sampling", ["native", "legacy"])
def test_graph_program_runs(sampling: str) -> None:
    printed = run("v1_graph_migrated.py", TF_INITCOMPAT_SAMPLING=sampling)
    before, after = printed.splitlines()[-1].removeprefix("loss ").split(" -> ")
    assert float(after) < float(before)


def test_keras_example() -> None:
    printed = run("keras_digits.py")
    assert "layers that share an initializer start equal: False" in printed
    assert float(printed.split("unseen digits: ")[1].split()[0]) > 0.85
    assert "loaded model predicts the same: True" in printed
    assert "ContribVarianceScaling(factor=1.0, mode='FAN_AVG', uniform=True" in printed


def test_legacy_model_example() -> None:
    fixture = Path(__file__).parent / "saved" / "fixtures" / "tf-2.15-graph" / "layers.h5"
    if tf.keras.__name__.endswith("_tf_keras.keras") and tf.__version__.startswith("2.16"):
        pytest.skip("Keras 3.0.0 ignores compile=False for .h5, and does not read the losses of Keras 2")
    printed = run("load_legacy_model.py", fixture)
    assert "loaded with custom_objects: 10 layers" in printed
    # For Keras 3, the converter removes an option that a layer ignores, with its initializer.
    assert f"changed {20 if hasattr(tf.keras, 'random') else 21} initializers" in printed
    assert "every weight is the same: True" in printed


def test_function_example() -> None:
    printed = run("function.py")
    assert "largest value: 0.200" in printed
    assert "two runs are equal: False" in printed
    assert "reproduced by tf.random.set_seed: True" in printed


def test_parameter_server_example() -> None:
    printed = run("parameter_server.py").splitlines()
    shards = [
        line.split("stddev ")[1].split(", first ") for line in printed if line.startswith("shard (3000, 32) on ps ")
    ]
    assert len({first for _, first in shards}) == len(shards) == 3
    for stddev, _ in shards:
        # Five standard errors of 96,000 values, 1.1 %, around sqrt(1 / fan_in) of the whole table.
        assert abs(float(stddev) * 9000**0.5 - 1) < 5 / (2 * 96_000) ** 0.5
    assert "parity of the shards: same, 18 checks" in printed
    before, after = printed[-1].removeprefix("loss ").split(" -> ")
    assert float(after) < float(before) / 5


def test_parity_in_ci(tmp_path: Path) -> None:
    # In a process, since pytest is the command.
    report = tmp_path / "parity.html"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:tf_initcompat", "-p", "tf_initcompat.parity.pytest_plugin",
         f"--initializer-parity-report={report}", EXAMPLES / "test_parity.py"],
        capture_output=True, text=True, check=False, cwd=EXAMPLES,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "initializer parity: 2 comparisons, 0 different" in done.stdout
    assert "no difference in 2 comparisons" in report.read_text()


def test_migrate_makes_the_migrated_twin() -> None:
    source = (EXAMPLES / "v1_graph.py").read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "tf_initcompat", "migrate", "-"], input=source, capture_output=True, check=False
    )
    assert done.returncode == 0
    migrated, twin = (ast.parse(text) for text in (done.stdout, (EXAMPLES / "v1_graph_migrated.py").read_bytes()))
    assert [ast.dump(node) for node in sorted(migrated.body[1:], key=ast.dump)] == [
        ast.dump(node) for node in sorted(twin.body[1:], key=ast.dump)
    ]
