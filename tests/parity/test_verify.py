"""`tf-initcompat verify`: the command compares the table, and the reports present the results."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import legacy
import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat import cli, parity
from tf_initcompat.cli import console
from tf_initcompat.parity.execution import contexts
from tf_initcompat.parity.reports import labels
from tf_initcompat.parity.results import Comparison
from tf_initcompat.parity.statistics.settings import Settings
from tf_initcompat.parity.table import plan, run, sweep
from tf_initcompat.wrappers import variance_scaling

NAME = "random_normal_initializer"


def run_verify(*options: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process, as users do; its workers import TensorFlow."""
    command = [sys.executable, "-m", "tf_initcompat", "verify", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


def test_wrong_wrapper_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(variance_scaling.VarianceScaling):
        def _native(self, shape, full_shape, dtype):  # type: ignore[no-untyped-def]
            return super()._native(shape, shape, dtype)  # the fan of the shard

    monkeypatch.setattr(sweep, "mirrored", lambda name: Wrong)
    settings = Settings(tests=1000)
    (case, *_) = plan.cases(["variance_scaling_initializer"], ["eager"])
    done = run.finished(sweep.run_case(case, settings), {}, settings, 0.0)
    in_contexts = [comparison for comparison in done.different if comparison.contexts]
    assert {comparison.partitions for comparison in in_contexts} == {2}
    (matrix, *_) = (comparison for comparison in in_contexts if len(comparison.shape) == 2)
    assert "`partition_info`: the fan_in of the shard" in matrix.cause


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports of one small run of the command."""
    folder = tmp_path_factory.mktemp("reports")
    symbols = ("--symbol", NAME, "--symbol", "tf.compat.v1.keras.initializers.Zeros")
    files = ("--report", "a.html", "--report", "a.txt", "--json", "a.json", "--junit", "a.xml")
    done = run_verify("--quick", *symbols, *files, folder=folder)
    (folder / "stdout").write_text(done.stdout)
    assert done.returncode == console.CLEAN, done.stdout + done.stderr
    assert done.stderr == ""
    return folder


@pytest.fixture(scope="module")
def comparisons(reports: Path) -> list[dict[str, Any]]:
    """The comparisons of the JSON report."""
    document = json.loads((reports / "a.json").read_text())
    comparisons: list[dict[str, Any]] = document["comparisons"]
    return comparisons


@pytest.mark.parametrize(
    "text",
    [
        NAME,
        f"TensorFlow {tf.__version__}",
        f"tf_initcompat {tf_initcompat.__version__}",
        "Expected false alarms: at most 0.001 per run",
        "of the work is sampling",
        "comparisons the same, 0 different, 0 skipped",
    ],
)
def test_command_reports_the_run(reports: Path, text: str) -> None:
    assert text in (reports / "stdout").read_text()


def test_text_report(reports: Path) -> None:
    report, printed = ((reports / name).read_text() for name in ("a.txt", "stdout"))
    assert report.split() == printed.split()  # the lines are of different lengths


def test_json_report_names_the_environment(reports: Path) -> None:
    environment = json.loads((reports / "a.json").read_text())["environment"]
    assert environment["TensorFlow"] == tf.__version__
    assert environment["tf_initcompat"] == tf_initcompat.__version__


def test_json_report_has_the_verdicts(comparisons: list[dict[str, Any]]) -> None:
    assert {comparison["name"] for comparison in comparisons} == {NAME, "zeros_initializer"}
    assert {comparison["verdict"] for comparison in comparisons} == {"same"}
    assert {comparison["kind"] for comparison in comparisons} == {"distribution", "freshness", "interface"}


def test_json_report_has_samples_and_thresholds(comparisons: list[dict[str, Any]]) -> None:
    sampled = [comparison for comparison in comparisons if comparison["legacy"] and comparison["name"] == NAME]
    # Defaults and other numbers, 2 shapes, 1 and 2 shards, 3 contexts.
    assert len(sampled) == 2 * 2 * 2 * 3
    for comparison in sampled:
        assert [sum(comparison[name]["counts"]) for name in ("legacy", "migrated")] == [
            comparison[name]["size"] for name in ("legacy", "migrated")
        ]
        thresholds = {check["name"]: check["threshold"] for check in comparison["checks"] if check["p_value"]}
        assert thresholds.keys() >= {"support", "mean", "stddev", "distribution", "goodness of fit"}
        assert max(thresholds.values()) < 1e-3


def test_junit_report(reports: Path, comparisons: list[dict[str, Any]]) -> None:
    cases = list(ET.parse(reports / "a.xml").iter("testcase"))  # a file of the tool's own
    assert len(cases) == len(comparisons)
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    assert not any(case.findall("failure") for case in cases)


@pytest.mark.parametrize("text", ["http://", "https://", "src="])
def test_html_report_needs_no_network(reports: Path, text: str) -> None:
    page = (reports / "a.html").read_text()
    assert NAME in page
    assert text not in page


@pytest.mark.parametrize(
    ("name", "arguments", "partitions", "label"),
    [
        ("zeros_initializer", {}, 1, "exact"),
        ("constant_initializer", {"value": [1.0, 2.0]}, 2, "-"),  # legacy refuses shards of a list
    ],
)
def test_label_of_deterministic_comparisons(name: str, arguments: dict[str, Any], partitions: int, label: str) -> None:
    comparison = parity.compare(
        legacy.real(name),
        legacy.mirrored(name),
        arguments=arguments,
        shape=(4, 2),
        partitions=partitions,
        contexts=("eager",),
        checks=parity.DISTRIBUTION,
    )
    assert comparison.verdict == ("same" if label == "exact" else "skipped")
    assert labels.detectable_label([comparison]) == label


def test_skipped_comparisons_are_counted_by_reason() -> None:
    def fails(message: str) -> Comparison:
        def initializer(shape: Any) -> Any:
            raise ValueError(message)

        return parity.compare(initializer, initializer, shape=(2,), contexts=("eager",), checks=parity.DISTRIBUTION)

    assert labels.skip_reasons([fails("one"), fails("two: three")]) == {"not compared, both fail: ValueError": 2}


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (["--symbol", "he_norml"], ["unknown symbol 'he_norml'", "did you mean 'initializers.he_normal'"]),
        (["--context", "egaer"], ["unknown context 'egaer'", "did you mean 'eager'"]),
        (["--report", "absent/a.html"], ["cannot write the report 'absent/a.html'"]),
        (["--report", "a.pdf"], ["--report must end in .html, ", ": 'a.pdf'"]),
        (["--report", "a.xml", "--junit", "a.xml"], ["--report, --json and --junit need a file each"]),
        (["--plugin", "no_such_module"], ["--plugin no_such_module: No module named 'no_such_module'"]),
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


@pytest.mark.parametrize("context", contexts.CONTEXTS, ids=lambda context: context.name)
def test_help_names_every_context(context: contexts.Context, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["verify", "--help"])
    assert context.name in capsys.readouterr().out.replace("parameter-\n", "parameter-")


def test_every_context_with_variables(tmp_path: Path) -> None:
    names = [context.name for context in contexts.WITH_VARIABLES]
    symbols = ("--symbol", "uniform_unit_scaling_initializer", "--symbol", "constant_initializer")
    options = [word for name in names for word in ("--context", name)]
    done = run_verify("--quick", "--jobs", "1", *symbols, *options, "--json", "a.json", folder=tmp_path)
    assert done.returncode == console.CLEAN, done.stdout + done.stderr
    comparisons = json.loads((tmp_path / "a.json").read_text())["comparisons"]
    same = [comparison for comparison in comparisons if comparison["verdict"] == "same"]
    assert {name for comparison in same for name in comparison["contexts"]} == set(names)
    # Legacy refuses shards of a list, and so does the wrapper.
    assert {comparison["name"] for comparison in comparisons if comparison not in same} == {"constant_initializer"}


@pytest.mark.parametrize(("differences", "status"), [(0, console.CLEAN), (1, console.FINDINGS), (2, console.FINDINGS)])
def test_exit_status(differences: int, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    same, different = (
        parity.compare(tf.zeros_initializer(), migrated, shape=(2,), contexts=["eager"], checks=["values"])
        for migrated in (tf.zeros_initializer(), tf.ones_initializer())
    )
    comparisons = [same] + [different] * differences
    monkeypatch.setattr(run, "run", lambda *given: run.finished(comparisons, {"TensorFlow": "2"}, Settings(), 0.0))
    assert cli.main(["verify", "--quick", "--symbol", NAME, "--context", "eager"]) == status


def test_unknown_device(tmp_path: Path) -> None:
    done = run_verify("--jobs", "1", "--symbol", NAME, "--device", "TPU:3", folder=tmp_path)
    assert done.returncode == console.ERROR
    assert done.stderr == "tf-initcompat: unknown device 'TPU:3'; there are CPU:0, CPU:1\n"


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", "--list"]) == console.CLEAN
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == legacy.INITIALIZERS


@pytest.fixture(scope="module")
def graph_comparisons() -> dict[tuple[int, ...], Comparison]:
    """Comparisons in a Graph, by shape."""
    (case, *_) = plan.cases([NAME], ["graph"])
    comparisons = sweep.run_case(case, Settings(tests=1000))
    return {
        comparison.shape: comparison
        for comparison in comparisons
        if comparison.dtype == "float32" and comparison.partitions == 1
    }


def test_scalars_are_sampled_many_times(graph_comparisons: dict[tuple[int, ...], Comparison]) -> None:
    summary = graph_comparisons[()].legacy
    assert summary is not None
    assert summary.size == 512


def test_tensors_without_elements_are_compared(graph_comparisons: dict[tuple[int, ...], Comparison]) -> None:
    assert graph_comparisons[(0, 5)].legacy is None
    assert {check.name for check in graph_comparisons[(0, 5)].checks} == {"call", "dtype", "shape"}


def test_precise_sample_has_the_scale_of_the_distribution() -> None:
    (case, *_) = plan.cases([NAME], ["eager"])
    comparisons = sweep.run_case(case, Settings(tests=1000))
    precise = [comparison for comparison in comparisons if comparison.shape == plan.PRECISE_SHAPE]
    assert [comparison.partitions for comparison in precise] == [1, 2]
    for comparison in precise:
        assert comparison.migrated is not None
        # A standard normal has a stddev of 1; for 1.6 million values, 0.3 % is five standard errors.
        assert abs(comparison.migrated.stddev - 1) < 0.003


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
    assert "model.py:5: not verified, its arguments are not literals" in capsys.readouterr().err
    assert "tf_initcompat.constant_initializer([[1, 2], [3, 4]])" in (tmp_path / "model.py").read_text()
    # The migrated file can be verified too.
    assert cli.main(["verify", "--quick", "--json", "out.json", "model.py"]) == console.CLEAN
    assert "5 call sites, 4 of them with literal arguments" in capsys.readouterr().err
    compared = json.loads((tmp_path / "out.json").read_text())["comparisons"]
    sites = [comparison for comparison in compared if comparison["kind"] == "distribution"]
    assert {(comparison["name"], comparison["arguments"]) for comparison in sites} == {
        ("random_uniform_initializer", "minval=-0.1, maxval=0.1"),
        ("variance_scaling_initializer", "scale=2.0, distribution='truncated_normal', dtype='float64'"),
        ("constant_initializer", "value=[[1, 2], [3, 4]]"),
    }
    dtypes = {site["dtype"] for site in sites if site["name"] == "variance_scaling_initializer"}
    assert dtypes == {"float64"}


def test_different_call_sites_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model.py"
    model.write_text(SITES)
    # A difference that the run would report; detecting one is tested above.
    monkeypatch.setattr("tf_initcompat.cli.verify.prove_sites", lambda sites, options: console.FINDINGS)
    assert cli.main(["migrate", "--write", "--verify", str(model)]) == console.FINDINGS
    assert model.read_text() == SITES
