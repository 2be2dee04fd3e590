"""A pytest plugin: the fixture and marker `initializer_parity`.

pytest imports this module in every run of every project that has the package installed, so it imports little more than
the standard library and pytest; scipy and TensorFlow come with the first use of the fixture.
"""

import json
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tf_initcompat._internal import values

if TYPE_CHECKING:
    from tf_initcompat.parity.results import Comparison

_NAME = "initializer_parity"
_BUDGET = 1e-3
#: Part of the budget for tests that collection cannot see.
_RESERVE = 0.1
_STASH = pytest.StashKey["_Session"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options, on the command line and in the configuration file."""
    group = parser.getgroup("initializer parity", "parity of weight initializers (tf-initcompat)")
    group.addoption(
        "--initializer-parity-budget",
        metavar="P",
        help=f"probability of any false alarm in the whole run (default {_BUDGET})",
    )
    group.addoption("--initializer-parity-report", metavar="FILE", help="write a report: .html, .json or .xml (JUnit)")
    parser.addini("initializer_parity_budget", "probability of any false alarm in the whole run", default=str(_BUDGET))


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker and checks the options."""
    config.addinivalue_line(
        "markers",
        f"{_NAME}(**options): options of tf_initcompat.parity.compare for the {_NAME} fixture, "
        "such as contexts, checks, scale_error, power",
    )
    text = config.getoption("--initializer-parity-budget") or config.getini("initializer_parity_budget")
    try:
        budget = values.probability(text)
    except ValueError as error:
        raise pytest.UsageError(f"initializer parity budget {error}") from error
    report = config.getoption("--initializer-parity-report")
    config.stash[_STASH] = _Session(budget, _checked(Path(report)) if report else None)
    if hasattr(config, "workerinput"):
        return
    config.pluginmanager.register(_Collector(config.stash[_STASH]), "initializer-parity-collector")


def _checked(report: Path) -> Path:
    if report.suffix not in (".html", ".json", ".xml"):
        raise pytest.UsageError(f"--initializer-parity-report must end in .html, .json or .xml: {str(report)!r}")
    try:
        values.require_writable(report)
    except OSError as error:
        raise pytest.UsageError(f"--initializer-parity-report cannot be written: {error}") from error
    return report


class _Session:
    """What the plugin knows of a run, or of an xdist worker's part of it."""

    def __init__(self, budget: float, report: Path | None) -> None:
        self.budget = budget
        self.report = report
        self.tests = 1
        self.counted: set[str] = set()
        self.reserve = budget * _RESERVE
        self.comparisons: list[dict[str, Any]] = []
        self.started = time.perf_counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Counts the tests that share the budget: every xdist worker collects the same ones."""
    session = config.stash[_STASH]
    session.counted = {item.nodeid for item in items if _NAME in getattr(item, "fixturenames", ())}
    session.tests = max(1, len(session.counted))
    session.reserve /= int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


@pytest.fixture
def initializer_parity(request: pytest.FixtureRequest) -> Callable[..., "Comparison"]:
    """Compares a migrated initializer with the legacy one, like `tf_initcompat.parity.assert_parity`.

    The tests of a run share one budget of false alarms, equally; the calls in one test share the test's part. The seed
    is fixed by the test's name. The marker `initializer_parity` gives defaults for the options.

    Returns:
      A function with the arguments of `compare`, which raises an AssertionError where the initializers differ.
    """
    session = request.config.stash[_STASH]
    marked: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers(_NAME))):
        if marker.args:
            raise pytest.UsageError(f"the marker {_NAME} takes keyword arguments only, not {marker.args!r}")
        marked |= marker.kwargs
    if request.node.nodeid in session.counted:
        share = session.budget * (1 - _RESERVE) / session.tests
    else:  # asked for by getfixturevalue, which collection cannot see
        session.reserve /= 2
        share = session.reserve
    calls = 0

    def assert_parity(legacy: Any, migrated: Any, **options: Any) -> "Comparison":
        nonlocal share, calls
        from tf_initcompat.parity import compare
        from tf_initcompat.parity.checks import diagnosis

        share /= 2  # each call takes half of what the test has left, so that any number of calls stays below it
        calls += 1
        seed = zlib.crc32(f"{request.node.nodeid} {calls}".encode()) % 2**31
        given = {"budget": share, "seed": seed, "name": "", **marked, **options}
        comparison = compare(legacy, migrated, **given)
        session.comparisons.append({**comparison.as_dict(), "test": request.node.nodeid})
        if comparison.verdict != "same":
            raise AssertionError(diagnosis.message(comparison))
        return comparison

    return assert_parity


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Sends an xdist worker's comparisons to the controller."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_NAME] = json.dumps(session.config.stash[_STASH].comparisons)


class _Collector:
    """Collects the comparisons of the workers in the process that reports."""

    def __init__(self, session: _Session) -> None:
        self._session = session

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        del error
        output = getattr(node, "workeroutput", {})
        self._session.comparisons += json.loads(output.get(_NAME, "[]"))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        session = self._session
        if session.report is not None:
            _write(session, session.report)
            terminalreporter.write_sep("-", f"initializer parity report: {session.report}")
        if session.comparisons:
            checks = [check for one in session.comparisons for check in one["checks"]]
            statistical = sum(check["p_value"] is not None for check in checks)
            different = sum(one["verdict"] == "different" for one in session.comparisons)
            terminalreporter.write_line(
                f"initializer parity: {len(session.comparisons)} comparisons, {different} different, "
                f"{len(checks)} checks ({statistical} statistical); expected false alarms at most {session.budget:g}"
            )


def _write(session: _Session, report: Path) -> None:
    from tf_initcompat import __version__
    from tf_initcompat._internal import atomic
    from tf_initcompat.parity.results import Comparison
    from tf_initcompat.parity.statistics.settings import Settings
    from tf_initcompat.parity.table.run import Run

    comparisons = [Comparison.from_dict(one) for one in sorted(session.comparisons, key=lambda one: str(one["test"]))]
    seconds = time.perf_counter() - session.started
    run = Run(comparisons, {"tf_initcompat": __version__}, Settings(budget=session.budget), seconds)
    if report.suffix == ".json":
        atomic.write_text(report, run.as_json())
    elif report.suffix == ".xml":
        from tf_initcompat.parity.reports import junit

        junit.write(run, report)
    else:
        from tf_initcompat.parity.reports import html

        html.write(run, report)
