"""Programs that only set a graph seed get the bits of the real TensorFlow 1, from recordings.

The programs are migrated by `migrate` and run in processes of their own. A recording has the bits of all initial values
in a real TensorFlow 1. `equal_functions.py` and `shifting_functions.py` show which functions make as many operations in
TensorFlow 2, so that the number of operations gives the op seeds behind them.
"""

import functools
import itertools
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from tf1 import bits, cases
from tf1 import program_recordings as recordings
from tf1 import recordings as recordings_of_cases

from tf_initcompat.wrappers import native

MIRRORED = "1.15.5"
VALUES = recordings.values(MIRRORED)

EVERY = "every_initializer"
WHOLE = ("conv_net", "dcgan", "dueling_dqn", "lstm", "partitioned_embeddings")
#: Programs for which the number of operations gives all op seeds.
BY_COUNT = (EVERY, *WHOLE, "equal_functions", "scopes", "zero_seed")
OTHERS = sorted(set(recordings.PROGRAMS) - set(BY_COUNT))

#: Their initializer is glorot_normal, which was narrower before 1.10.
LSTM_CELL = {
    f"reader/rnn/lstm_cell/{name}" for name in ("kernel", "projection/kernel", *(f"w_{c}_diag" for c in "ifo"))
}
#: They are orthogonal. The QR decomposition of 1.4 rounds otherwise, so that they differ by 1e-7.
BACKWARD_GRU = {f"reader/bidirectional_rnn/bw/gru_cell/{name}/kernel" for name in ("gates", "candidate")}
#: Variables whose bits are others in older versions with the same op seed; "logits/kernel" is of glorot_normal.
DIFFERENT_BITS = {
    ("1.4.1", "feature_columns"): {"logits/kernel"},
    ("1.8.0", "feature_columns"): {"logits/kernel"},
    ("1.4.1", "rnn_cells"): LSTM_CELL | BACKWARD_GRU,
    ("1.8.0", "rnn_cells"): LSTM_CELL,
}


@functools.cache
def twins() -> dict[str, Path]:
    """Return the migrated programs by name."""
    return recordings.twins(Path(tempfile.mkdtemp()))


@functools.cache
def observed(mode: str, sampling: str) -> dict[str, Any]:
    """Return what the migrated programs do on the installed TensorFlow, by program."""
    programs = recordings.EAGER_PROGRAMS if mode == "eager" else recordings.PROGRAMS
    version = recordings.FOLDER / sampling
    if version.is_dir():
        programs = {name: path for name, path in programs.items() if (version / f"{name}.json").exists()}
    files = [twins()[name] for name in programs]
    observations: dict[str, Any] = recordings.run(
        sys.executable, mode, files, version if version.is_dir() else sampling
    )["programs"]
    return observations


def observations(mode: str, sampling: str, program: str) -> dict[str, Any]:
    """Return what a migrated program does; skip the test if the installed packages lack what it needs."""
    if program in recordings.NEED_KERAS_2 and native.is_keras_3():
        pytest.skip("TensorFlow has no tf.layers and no tf.nn.rnn_cell with Keras 3")
    if program in recordings.NEED_SLIM:
        pytest.importorskip("tf_slim", reason="the program uses slim, and tf_slim is not installed")
    found: dict[str, Any] = observed(mode, sampling)[program]
    assert "error" not in found, found["error"]
    return found


def differing(recorded: dict[str, str], found: dict[str, str]) -> list[str]:
    """Return the names whose bits differ."""
    assert found.keys() == recorded.keys()
    return [name for name in recorded if found[name] != recorded[name]]


def test_size_of_the_programs() -> None:
    random = {program: len(recordings.op_seeds(MIRRORED, program)["variables"]) for program in recordings.PROGRAMS}
    assert random[EVERY] >= 31
    assert sum(random[program] for program in WHOLE) == 44


@pytest.mark.parametrize("program", BY_COUNT)
def test_number_of_operations(program: str) -> None:
    assert differing(VALUES[program], observations("graph", "tf1", program)["values"]) == []


@pytest.mark.parametrize("program", OTHERS)
def test_number_of_operations_is_not_enough(program: str) -> None:
    # Or else the docs may promise more.
    assert differing(VALUES[program], observations("graph", "tf1", program)["values"]) != []


@pytest.mark.parametrize("program", recordings.PROGRAMS)
def test_recorded_op_seeds(program: str) -> None:
    assert differing(VALUES[program], observations("graph", MIRRORED, program)["values"]) == []


@pytest.mark.parametrize("program", [name for name in recordings.PROGRAMS if name not in recordings.NEED_KERAS_2])
def test_recorded_op_seeds_with_resource_variables(program: str) -> None:
    assert differing(VALUES[program], observations("resources", MIRRORED, program)["values"]) == []


@pytest.mark.skipif(native.is_keras_3(), reason="TensorFlow has no tf.layers with Keras 3")
def test_initializers_of_keras_are_an_error() -> None:
    # Without disable_v2_behavior, layers take the stateless initializers of Keras by default.
    error = observed("resources", MIRRORED)["layers_net"]["error"]
    assert "layers_net.json is not the one of the variables 'separable_conv2d/depthwise_kernel'" in error
    assert "tf.compat.v1.disable_v2_behavior()" in error


@pytest.mark.parametrize("version", [version for version in recordings.labels() if version != MIRRORED])
@pytest.mark.parametrize("program", recordings.PROGRAMS)
def test_op_seeds_of_older_versions(program: str, version: str) -> None:
    recorded = recordings.values(version).get(program)
    if recorded is None:
        pytest.skip(f"TensorFlow {version} lacks an initializer or function of the program")
    expected = DIFFERENT_BITS.get((version, program), set())
    assert set(differing(recorded, observations("graph", version, program)["values"])) == expected


# The recordings of `observe.py`: all initializers one by one, and a program with all of them.

RECORDED = recordings_of_cases.load()[recordings_of_cases.MIRRORED]


@functools.cache
def observed_cases(mode: str) -> recordings_of_cases.Observations:
    """Return the observations of the wrappers with unseeded initializers."""
    kinds = {"graph": ("graph seeded", "program"), "eager": ("eager",)}[mode]
    every = cases.cases()
    selected = {kind: found if kind in (*kinds, "shapes", "quantiles") else [] for kind, found in every.items()}
    return recordings_of_cases.observe(sys.executable, mode, selected, {"TF_INITCOMPAT_SAMPLING": "tf1"})


@pytest.mark.parametrize("case", map(str, cases.cases()["graph seeded"]))
def test_initializer(case: str) -> None:
    recorded, found = (source["graph seeded"][case]["bits"] for source in (RECORDED, observed_cases("graph")))
    for pair in zip(recorded, found, strict=True):
        bits.assert_same(case, *pair)


def test_program_with_every_initializer() -> None:
    recorded, found = RECORDED["program"]["bits"], observed_cases("graph")["program"]["bits"]
    assert len(recorded) >= 31
    assert differing(recorded, found) == []


@pytest.mark.parametrize("case", map(str, cases.cases()["eager"]))
def test_function(case: str) -> None:
    recorded, found = (source["functions"][case] for source in (RECORDED, observed_cases("eager")))
    for pair in zip(recorded, found, strict=True):
        bits.assert_same(case, *pair)


def test_op_seeds_of_legacy_sampling_are_others() -> None:
    different = differing(VALUES[EVERY], observations("graph", "legacy", EVERY)["values"])
    assert len(different) > 31


@pytest.mark.parametrize("program", [EVERY, "lstm"])
def test_environment_variable(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_INITCOMPAT_SAMPLING", "tf1")
    (found,) = recordings.run(sys.executable, "graph", [twins()[program]], "environment")["programs"].values()
    assert "error" not in found, found["error"]
    assert differing(VALUES[program], found["values"]) == []


@pytest.mark.parametrize("sampling", ["legacy", "tf1"])
def test_eager_code(sampling: str) -> None:
    assert differing(VALUES["eager_code"], observations("eager", sampling, "eager_code")["values"]) == []


def test_functions_in_eager_code() -> None:
    assert differing(VALUES["functions"], observations("eager", "tf1", "functions")["values"]) == []
    assert len(differing(VALUES["functions"], observations("eager", "legacy", "functions")["values"])) >= 12


def test_recorder_in_tensorflow_2_finds_the_same() -> None:
    recorded = recordings.op_seeds(MIRRORED, "rnn_cells")
    found = observations("graph", MIRRORED, "rnn_cells")["op seeds"]
    assert {**found, "tensorflow": MIRRORED, "operations": None} == {**recorded, "operations": None}


def operations_made(variables: dict[str, int]) -> list[int]:
    """Return the number of operations from each variable to the next."""
    positions = sorted(variables.values())
    return [after - before for before, after in itertools.pairwise(positions)]


def test_table_of_the_docs() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "legacy_sampling.md").read_text()
    table = re.findall(r"^\| `([^`]+)`([^|`]*)\| (\d+) \| (\d+) \|$", docs, re.M)
    recorded = operations_made(recordings.op_seeds(MIRRORED, "shifting_functions")["variables"])
    found = operations_made(observations("graph", "tf1", "shifting_functions")["op seeds"]["variables"])
    # The variable makes ten operations itself.
    assert [(int(old), int(new)) for _, _, old, new in table] == [
        (old - 10, new - 10) for old, new in zip(recorded, found, strict=True)
    ]
    assert all(old != new for old, new in zip(recorded, found, strict=True))
