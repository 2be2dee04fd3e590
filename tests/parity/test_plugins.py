"""A module outside the package adds a check and a report format: one file, found in compare, verify and the reports."""

import importlib
import json
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat import parity
from tf_initcompat._internal.plugins import PluginError
from tf_initcompat.cli import console
from tf_initcompat.parity import checks, reports
from tf_initcompat.parity.statistics.settings import Settings
from tf_initcompat.parity.table import plan, run

MODULE = "parity_plugin_of_the_tests"
PLUGIN = '''
    """A check of the medians, and reports as comma-separated values."""

    import numpy as np
    from scipy import stats

    from tf_initcompat.parity import checks, reports


    @checks.register(
        "median",
        groups=(checks.DISTRIBUTION,),
        failure="the medians differ",
        needs={checks.Need.RANDOM_VALUES},
        p_values=1,
        causes=checks.fixed_cause("the medians are shifted"),
    )
    def median(samples):
        """Compare the medians by Mood's test."""
        medians = [float(np.median(values)) for values in samples.finite]
        result = stats.median_test(*samples.finite)
        return checks.tested(result.statistic, result.pvalue, f"{medians[0]:.4g} and {medians[1]:.4g}")


    @reports.register("csv", suffixes=(".csv",), summary="comma-separated values")
    def render(run):
        """Return a line for each result of the check."""
        return "".join(
            f"{comparison.name},{check.status}\\n"
            for comparison in run.comparisons
            for check in comparison.checks
            if check.name == "median"
        )
'''


@pytest.fixture
def plugin_folder(tmp_path: Path) -> Path:
    """A folder with the plugin module."""
    (tmp_path / f"{MODULE}.py").write_text(textwrap.dedent(PLUGIN))
    return tmp_path


@pytest.fixture
def plugin(plugin_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The plugin, imported into this process."""
    monkeypatch.syspath_prepend(plugin_folder)
    importlib.import_module(MODULE)
    yield
    checks.REGISTRY.remove("median")
    reports.REGISTRY.remove("csv")
    del sys.modules[MODULE]


def compare(mean: float) -> parity.Comparison:
    return parity.compare(
        tf.compat.v1.random_normal_initializer(),
        tf_initcompat.random_normal_initializer(mean),
        shape=(64, 64),
        contexts=("eager",),
        checks=("median",),
        scale_error=0.05,
        mean_error=0.05,
    )


def finished(comparison: parity.Comparison) -> parity.results.Run:
    return run.finished([comparison], {}, Settings(), 0.0)


@pytest.mark.usefixtures("plugin")
def test_compare_runs_the_check() -> None:
    comparison = compare(0.0)
    assert comparison.verdict == "same"
    assert [(check.name, check.context) for check in comparison.checks] == [("median", "eager")]


@pytest.mark.usefixtures("plugin")
def test_failure_is_explained() -> None:
    comparison = compare(0.2)
    assert comparison.verdict == "different"
    assert comparison.cause == "the medians are shifted"
    message = parity.diagnosis.explanation.message(comparison)
    assert "median [eager]: the medians differ: " in message
    assert "Most likely cause: the medians are shifted." in message


@pytest.mark.usefixtures("plugin")
def test_check_is_listed_and_in_its_group() -> None:
    assert parity.CHECKS["median"] == "the medians differ"
    assert "median" in parity.DISTRIBUTION
    assert checks.REGISTRY.plugins() == reports.REGISTRY.plugins() == (MODULE,)


@pytest.mark.usefixtures("plugin")
def test_power_counts_the_check() -> None:
    cases = plan.cases(["random_normal_initializer"], ["eager"])
    with_plugin = plan.expected_p_values(cases)
    definition = checks.REGISTRY["median"]
    checks.REGISTRY.remove("median")
    without_plugin = plan.expected_p_values(cases)
    p_values = checks.DISTRIBUTION.p_values(include_exceptional=False)
    checks.REGISTRY.add(definition)
    assert with_plugin * p_values == without_plugin * (p_values + 1)


@pytest.mark.usefixtures("plugin")
def test_json_report_has_the_check() -> None:
    (comparison,) = json.loads(reports.REGISTRY["json"].render(finished(compare(0.2))))["comparisons"]
    assert [check["name"] for check in comparison["checks"]] == ["median"]


@pytest.mark.usefixtures("plugin")
def test_junit_report_has_the_check() -> None:
    document = ET.fromstring(reports.REGISTRY["junit"].render(finished(compare(0.2))))  # the tool's own
    assert [failure.get("message") for failure in document.iter("failure")] == ["differs in median"]


@pytest.mark.usefixtures("plugin")
def test_html_report_has_the_meaning_of_a_failure() -> None:
    assert '"median": "the medians differ"' in reports.REGISTRY["html"].render(finished(compare(0.2)))


@pytest.mark.usefixtures("plugin")
def test_text_report_has_the_check() -> None:
    assert "median [eager]: the medians differ: " in reports.REGISTRY["text"].render(finished(compare(0.2)))


@pytest.mark.usefixtures("plugin")
def test_format_writes_a_report(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    reports.for_path(path).write(finished(compare(0.2)), path)
    assert path.read_text() == "tensorflow.python.ops.init_ops.RandomNormal,failed\n"


def test_without_the_plugin_its_suffix_is_unknown() -> None:
    with pytest.raises(ValueError, match=r"must end in \.html.* or \.\w+: 'a\.csv'"):
        reports.for_path(Path("a.csv"))


def test_verify_runs_the_check_and_writes_the_report(plugin_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(plugin_folder), prepend=":")
    options = ("--quick", "--symbol", "random_normal_initializer", "--context", "eager")
    files = ("--plugin", MODULE, "--report", "a.csv", "--json", "a.json")
    done = subprocess.run(
        [sys.executable, "-m", "tf_initcompat", "verify", *options, *files],
        cwd=plugin_folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == console.CLEAN, done.stdout + done.stderr
    # Defaults and other numbers, 2 shapes, 1 and 2 shards.
    assert (plugin_folder / "a.csv").read_text() == "random_normal_initializer,passed\n" * 8
    comparisons = json.loads((plugin_folder / "a.json").read_text())["comparisons"]
    p_values = [
        check["p_value"] for comparison in comparisons for check in comparison["checks"] if check["name"] == "median"
    ]
    assert len(p_values) == 8
    assert None not in p_values


#: Broken checks: what the check returns for samples, what are its causes, and the message.
BROKEN_CHECKS = {
    "error": (
        lambda samples: 1 / 0,
        (),
        "check 'broken' of the plugin {0} failed: ZeroDivisionError: division by zero",
    ),
    "no outcome": (
        lambda samples: "fine",
        (),
        "check 'broken' of the plugin {0} failed: TypeError: returned 'fine' in place of Outcome",
    ),
    "error of causes": (
        lambda samples: checks.failed("x"),
        lambda comparison: 1 / 0,
        "`causes` of check 'broken' of the plugin {0} failed: ZeroDivisionError: division by zero",
    ),
    "no cause": (
        lambda samples: checks.failed("x"),
        lambda comparison: ["because"],
        "`causes` of check 'broken' of the plugin {0} failed: TypeError: returned 'because' in place of Cause",
    ),
}


@pytest.mark.parametrize("case", BROKEN_CHECKS)
def test_errors_of_a_check_name_the_plugin(case: str) -> None:
    run_check, causes, message = BROKEN_CHECKS[case]
    checks.register("broken", groups=(checks.DISTRIBUTION,), failure="x", causes=causes)(run_check)
    zeros = tf.compat.v1.zeros_initializer()
    try:
        with pytest.raises(PluginError) as caught:
            parity.compare(zeros, zeros, shape=(2, 3), contexts=("eager",), checks=("broken",))
    finally:
        checks.REGISTRY.remove("broken")
    assert str(caught.value) == message.format(__name__)


@pytest.mark.parametrize(
    ("render", "error"),
    [
        (lambda run: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda run: 3, "TypeError: returned 3 in place of str"),
    ],
    ids=["error", "no text"],
)
def test_errors_of_a_format_name_the_plugin(render: Callable[[object], str], error: str, tmp_path: Path) -> None:
    reports.register("broken", suffixes=(".broken",), summary="x")(render)
    path = tmp_path / "a.broken"
    try:
        with pytest.raises(PluginError) as caught:
            reports.for_path(path).write(run.finished([], {}, Settings(), 0.0), path)
    finally:
        reports.REGISTRY.remove("broken")
    assert str(caught.value) == f"report format 'broken' of the plugin {__name__} failed: {error}"
    assert not path.exists()


def test_verify_reports_an_error_of_a_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = """
        from tf_initcompat.parity import checks

        @checks.register("broken", groups=(checks.DISTRIBUTION,), failure="x", causes=())
        def broken(samples):
            raise KeyError("oops")
    """
    (tmp_path / "broken_plugin.py").write_text(textwrap.dedent(code))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    options = ("--quick", "--symbol", "zeros_initializer", "--context", "eager", "--plugin", "broken_plugin")
    done = subprocess.run(
        [sys.executable, "-m", "tf_initcompat", "verify", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == console.ERROR
    message = "tf-initcompat: check 'broken' of the plugin broken_plugin failed: KeyError: 'oops'"
    assert done.stderr.splitlines()[-1] == message
