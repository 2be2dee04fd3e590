"""`tf-initcompat verify`: the plan covers the table, the command proves it, and the reports say so."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import legacy
import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat import cli, parity
from tf_initcompat.cli import console
from tf_initcompat.parity.reports import text
from tf_initcompat.parity.statistics import settings
from tf_initcompat.parity.table import plan, run, sweep
from tf_initcompat.wrappers import variance_scaling

NAME = "random_normal_initializer"


def test_plan_covers_the_table() -> None:
    cases = plan.cases()
    assert {case.name for case in cases} == set(legacy.INITIALIZERS)
    for case in cases:
        cells = list(case.cells("eager"))
        assert {len(shape) for shape, _, _ in cells} == set(range(6))
        assert any(0 in shape for shape, _, _ in cells)
        assert {"float16", "bfloat16", "float32", "float64"} <= {dtype for _, dtype, _ in cells}
        assert {partitions for _, _, partitions in cells} == {1, 2}
        assert set(case.contexts) == {"eager", "function", "graph", "xla"}
    drawn = [dict(case.arguments) for case in cases if case.name == "variance_scaling_initializer"]
    for mode in ("fan_in", "fan_out", "fan_avg"):
        for distribution in ("truncated_normal", "untruncated_normal", "uniform"):
            assert any(arguments.items() >= {"mode": mode, "distribution": distribution}.items() for arguments in drawn)
    integers = {case.name for case in cases if "int32" in case.dtypes}
    assert {"random_uniform_initializer", "zeros_initializer", "constant_initializer"} <= integers
    # Under XLA cells take turns, but each rank and dtype is compiled for some symbol.
    compiled = [cell for case in cases for cell in case.cells("xla")]
    assert {len(shape) for shape, _, _ in compiled} == set(range(6))
    assert {"float16", "bfloat16", "float32", "float64"} <= {dtype for _, dtype, _ in compiled}
    assert {partitions for _, _, partitions in compiled} == {1, 2}


def test_named_context_is_compared_in_full() -> None:
    (case, *_) = plan.cases(["tf.compat.v1.random_normal_initializer"], ["xla"])
    assert case.contexts == ("xla",)
    assert len(list(case.cells("xla"))) == len(list(case.cells("eager")))


@pytest.mark.parametrize("context", plan.ENGINES)
def test_context_of_an_engine(context: str) -> None:
    (case, *_) = plan.cases(["random_normal_initializer"], [context])
    cells = list(case.cells(context))
    assert {len(shape) for shape, _, _ in cells} == {1, 2, 3, 4, 5}
    assert {partitions for _, _, partitions in cells} == {1 if context == "mirrored" else 3}
    assert context not in plan.cases(["random_normal_initializer"])[0].contexts


def test_wrong_wrapper_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(variance_scaling.VarianceScaling):
        def _native(self, shape, full_shape, dtype):  # type: ignore[no-untyped-def]
            return super()._native(shape, shape, dtype)  # the fan of the shard

    monkeypatch.setattr(sweep, "mirrored", lambda name: Wrong)
    chosen = settings.Settings(tests=1000)
    (case, *_) = plan.cases(["variance_scaling_initializer"], ["eager"])
    done = run.finished(sweep.run_case(case, chosen), {}, chosen, 0.0)
    found = [one for one in done.different if one.partitions == 2 and one.shape and len(one.shape) == 2]
    assert found
    assert all(one.partitions == 2 for one in done.different if one.contexts)
    assert "`partition_info`: the fan_in of the shard" in found[0].cause


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports of one small run of the command."""
    folder = tmp_path_factory.mktemp("reports")
    # A process of its own, as a user starts it: with workers that import TensorFlow.
    done = subprocess.run(
        [sys.executable, "-m", "tf_initcompat", "verify", "--quick", "--symbol", NAME, "--symbol",
         "tf.compat.v1.keras.initializers.Zeros", "--report", "a.html", "--json", "a.json", "--junit", "a.xml"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    (folder / "stdout").write_text(done.stdout)
    assert done.returncode == console.CLEAN, done.stdout + done.stderr
    assert done.stderr == ""
    return folder


def test_command_tells_what_it_did(reports: Path) -> None:
    printed = (reports / "stdout").read_text()
    assert NAME in printed
    assert f"TensorFlow {tf.__version__}" in printed
    assert f"tf_initcompat {tf_initcompat.__version__}" in printed
    assert "Expected false alarms: at most 0.001 per run" in printed
    assert "is sampling" in printed


def test_json_report(reports: Path) -> None:
    document = json.loads((reports / "a.json").read_text())
    comparisons = document["comparisons"]
    assert {one["name"] for one in comparisons} == {NAME, "zeros_initializer"}
    assert {one["verdict"] for one in comparisons} == {"same"}
    drawn = [one for one in comparisons if one["legacy"] and one["name"] == NAME]
    assert all(sum(side["counts"]) == side["size"] for one in drawn for side in (one["legacy"], one["migrated"]))
    assert all(check["threshold"] < 1e-3 for one in drawn for check in one["checks"] if check["p_value"] is not None)
    assert document["environment"]["TensorFlow"] == tf.__version__


def test_junit_report(reports: Path) -> None:
    document = json.loads((reports / "a.json").read_text())
    cases = list(ET.parse(reports / "a.xml").iter("testcase"))  # written by ourselves
    assert len(cases) == len(document["comparisons"])
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    assert not any(case.findall("failure") for case in cases)


def test_what_was_not_compared_finds_nothing() -> None:
    pairs = {
        "exact": ("zeros_initializer", {}, 1),
        "-": ("constant_initializer", {"value": [1.0, 2.0]}, 2),  # legacy has no shards of a list
    }
    for finds, (name, arguments, partitions) in pairs.items():
        comparison = parity.compare(
            legacy.real(name), legacy.mirrored(name), arguments=arguments, shape=(4, 2), partitions=partitions,
            contexts=("eager",), checks=parity.LAW,
        )  # fmt: skip
        assert comparison.verdict == ("same" if finds == "exact" else "skipped")
        assert text.finds([comparison]) == finds


def test_html_report_needs_no_network(reports: Path) -> None:
    page = (reports / "a.html").read_text()
    assert NAME in page
    assert "http://" not in page
    assert "https://" not in page
    assert "src=" not in page


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (["--symbol", "he_norml"], ["unknown symbol 'he_norml'", "did you mean 'initializers.he_normal'"]),
        (["--context", "egaer"], ["unknown context 'egaer'", "did you mean 'eager'"]),
        (["--report", "absent/a.html"], ["cannot write the report 'absent/a.html'"]),
        (
            ["--device", "CPU:1", "--context", "mirrored"],
            ["--device 'CPU:1'", "'mirrored' places its variables itself"],
        ),
        (["--json", "."], ["cannot write the report '.'", "directory"]),
        (["--jobs", "0"], ["--jobs", "positive integer, not '0'"]),
        (["--budget", "2"], ["--budget", "between 0 and 1, not '2'"]),
        (["--simbol", "x"], ["unrecognized arguments: --simbol"]),
        (["nowhere.py"], ["'nowhere.py'"]),
        (["--symbol", NAME, "."], ["--symbol", "PATH"]),
    ],
)
def test_bad_usage(arguments: list[str], messages: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", *arguments]) == console.ERROR
    printed = capsys.readouterr()
    assert printed.out == ""
    assert all(message in printed.err for message in messages), printed.err
    assert "Traceback" not in printed.err


def test_every_engine(tmp_path: Path) -> None:
    # A process: engines need two logical devices, and a cluster is for good.
    done = subprocess.run(
        [sys.executable, "-m", "tf_initcompat", "verify", "--quick", "--jobs", "1",
         "--symbol", "uniform_unit_scaling_initializer", "--symbol", "constant_initializer",
         *(word for context in plan.ENGINES for word in ("--context", context)), "--json", "a.json"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == console.CLEAN, done.stdout + done.stderr
    comparisons = json.loads((tmp_path / "a.json").read_text())["comparisons"]
    same = [one for one in comparisons if one["verdict"] == "same"]
    assert {context for one in same for context in one["contexts"]} == set(plan.ENGINES)
    # Legacy has no shards of a list: both sides refuse them.
    assert all(one["name"] == "constant_initializer" for one in comparisons if one not in same)


def test_unknown_device(tmp_path: Path) -> None:
    # A process: the devices are made when TensorFlow starts.
    done = subprocess.run(
        [sys.executable, "-m", "tf_initcompat", "verify", "--jobs", "1", "--symbol", NAME, "--device", "TPU:3"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == console.ERROR
    assert done.stderr == "tf-initcompat: unknown device 'TPU:3'; there are CPU:0, CPU:1\n"


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", "--list"]) == console.CLEAN
    assert len(capsys.readouterr().out.splitlines()) == len(legacy.INITIALIZERS)


def test_scalar_and_empty_cells_are_drawn() -> None:
    chosen = settings.Settings(tests=1000)
    (case, *_) = plan.cases([NAME], ["graph"])
    found = {one.shape: one for one in sweep.run_case(case, chosen) if one.dtype == "float32" and one.partitions == 1}
    assert found[()].legacy is not None
    assert found[()].legacy.size >= 500
    assert found[(0, 5)].legacy is None
    assert {check.name for check in found[(0, 5)].checks} == {"call", "dtype", "shape"}
    # 1.6 million values: 0.3 % is five standard errors.
    (case, *_) = plan.cases([NAME], ["eager"])
    precise = next(one for one in sweep.run_case(case, chosen) if one.shape == plan.PRECISE_SHAPE)
    assert precise.migrated is not None
    assert abs(precise.migrated.stddev - 1) < 0.003


SITES = """\
import tensorflow.compat.v1 as tf
a = tf.random_uniform_initializer(-0.1, 0.1)
b = tf.variance_scaling_initializer(2.0, distribution=("uniform" if False else "truncated_normal"), dtype=tf.float64)
c = tf.constant_initializer([[1, 2], [3, 4]])
d = tf.truncated_normal_initializer(stddev=x)
e = tf.random_uniform_initializer(minval=-0.1, maxval=0.1)
"""


def test_call_sites_are_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(SITES)
    assert cli.main(["migrate", "--write", "--verify", "model.py"]) == console.CLEAN
    assert "model.py:5: not verified, its arguments are no literals" in capsys.readouterr().err
    assert "tf_initcompat.constant_initializer([[1, 2], [3, 4]])" in (tmp_path / "model.py").read_text()
    # The migrated file is verified as well.
    assert cli.main(["verify", "--quick", "--json", "out.json", "model.py"]) == console.CLEAN
    assert "5 call sites, 4 of them with literal arguments" in capsys.readouterr().err
    compared = json.loads((tmp_path / "out.json").read_text())["comparisons"]
    drawn = [one for one in compared if one["contexts"] and "seed" not in one["arguments"]]
    assert {(one["name"], one["arguments"]) for one in drawn} == {
        ("random_uniform_initializer", "minval=-0.1, maxval=0.1"),
        ("variance_scaling_initializer", "scale=2.0, distribution='truncated_normal', dtype='float64'"),
        ("constant_initializer", "value=[[1, 2], [3, 4]]"),
    }
    assert {one["dtype"] for one in compared if one["name"] == "variance_scaling_initializer"} >= {"float64"}


def test_wrong_call_sites_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model.py"
    model.write_text(SITES)
    # A difference that the run would report; finding one is shown above.
    monkeypatch.setattr("tf_initcompat.cli.verify.prove_sites", lambda sites, options: console.FINDINGS)
    assert cli.main(["migrate", "--write", "--verify", str(model)]) == console.FINDINGS
    assert model.read_text() == SITES
