"""The pytest plugin: the fixture and marker `initializer_parity`.

pytest imports this module in every run of every project that has the package installed. It therefore imports little
more than the standard library and pytest; scipy and TensorFlow are imported on the first use of the fixture.
"""

import enum
import json
import os
import time
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tf_initcompat._internal import values
from tf_initcompat.parity import defaults

if TYPE_CHECKING:
    from tf_initcompat.parity.api import Shape
    from tf_initcompat.parity.execution.subjects import InitializerOrMaker
    from tf_initcompat.parity.results import Comparison
    from tf_initcompat.typing import DTypeLike

_NAME: Final = "initializer_parity"
#: Share of the budget for tests that collection cannot see.
_RESERVE: Final = 0.1
_STASH: Final = pytest.StashKey["_Session"]()


class _FromMarker(enum.Enum):
    """Default of an option; None is a value."""

    FROM_MARKER = "from the marker"

    def __repr__(self) -> str:
        return f"<{self.value}>"


_FROM_MARKER: Final = _FromMarker.FROM_MARKER


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, on the command line and in the configuration file."""
    group = parser.getgroup("initializer parity", "parity of weight initializers (tf-initcompat)")
    group.addoption(
        "--initializer-parity-budget",
        metavar="P",
        help=f"probability of any false alarm in the whole run (default {defaults.BUDGET})",
    )
    group.addoption(
        "--initializer-parity-report",
        metavar="FILE",
        help="write a report; the suffix chooses the format, such as .html",
    )
    parser.addini(
        "initializer_parity_budget",
        "probability of any false alarm in the whole run",
        default=str(defaults.BUDGET),
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and check the options."""
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
    """Return the file of the report, once it is certain that it can be written."""
    try:
        from tf_initcompat.parity import reports

        reports.for_path(report)
        values.require_writable(report)
    except ModuleNotFoundError as error:
        advice = "pip install 'tf-initcompat[parity]'"
        raise pytest.UsageError(f"--initializer-parity-report needs {error.name}: {advice}") from error
    except ValueError as error:
        raise pytest.UsageError(f"--initializer-parity-report {error}") from error
    except OSError as error:
        raise pytest.UsageError(f"--initializer-parity-report cannot be written: {error}") from error
    return report


class _Session:
    """State of a run, or of an xdist worker's part of it.

    Args:
      budget: Probability of any false alarm in the run.
      report: File of the report, or None.

    Attributes:
      tests: Number of collected tests that use the fixture.
      counted: Their node ids.
      reserve: Budget left for tests that collection cannot see.
      comparisons: The comparisons as plain data, with the node ids of their tests.
      started: Start time.
    """

    def __init__(self, budget: float, report: Path | None) -> None:
        self.budget = budget
        self.report = report
        self.tests = 1
        self.counted: set[str] = set()
        self.reserve = budget * _RESERVE
        self.comparisons: list[dict[str, Any]] = []
        self.started = time.perf_counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count the tests that share the budget; every xdist worker collects the same tests."""
    session = config.stash[_STASH]
    session.counted = {item.nodeid for item in items if _NAME in getattr(item, "fixturenames", ())}
    session.tests = max(1, len(session.counted))
    session.reserve /= int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


class InitializerParity:
    """The function that the fixture `initializer_parity` returns.

    It is like `tf_initcompat.parity.assert_parity`, and reports to the run.

    Args:
      session: State of the run.
      test: Node id of the test.
      marked: Options from the marker.
      budget: The test's part of the budget.
    """

    def __init__(self, session: _Session, test: str, marked: dict[str, Any], budget: float) -> None:
        self._session, self._test, self._marked, self._budget = session, test, marked, budget
        self._calls = 0

    def __call__(
        self,
        legacy: "InitializerOrMaker",
        migrated: "InitializerOrMaker",
        *,
        shape: "Shape | _FromMarker" = _FROM_MARKER,
        dtype: "DTypeLike | _FromMarker | None" = _FROM_MARKER,
        arguments: Mapping[str, object] | _FromMarker | None = _FROM_MARKER,
        migrated_arguments: Mapping[str, object] | _FromMarker | None = _FROM_MARKER,
        partitions: int | _FromMarker = _FROM_MARKER,
        contexts: Collection[str] | _FromMarker = _FROM_MARKER,
        checks: Collection[str] | _FromMarker | None = _FROM_MARKER,
        budget: float | _FromMarker = _FROM_MARKER,
        power: float | _FromMarker = _FROM_MARKER,
        scale_error: float | _FromMarker = _FROM_MARKER,
        mean_error: float | _FromMarker = _FROM_MARKER,
        seed: int | _FromMarker = _FROM_MARKER,
        device: str | _FromMarker | None = _FROM_MARKER,
        name: str | _FromMarker = _FROM_MARKER,
    ) -> "Comparison":
        """Compare two initializers. An option that is not given is the marker's, or else the default of `compare`.

        Raises:
          AssertionError: If the initializers differ, or if nothing could be compared.
        """
        from tf_initcompat.parity import compare
        from tf_initcompat.parity.diagnosis.explanation import message

        given = {
            "shape": shape,
            "dtype": dtype,
            "arguments": arguments,
            "migrated_arguments": migrated_arguments,
            "partitions": partitions,
            "contexts": contexts,
            "checks": checks,
            "budget": budget,
            "power": power,
            "scale_error": scale_error,
            "mean_error": mean_error,
            "seed": seed,
            "device": device,
            "name": name,
        }
        options: dict[str, Any] = {
            **self._defaults(),
            **self._marked,
            **{option: value for option, value in given.items() if value is not _FROM_MARKER},
        }
        comparison: Comparison = compare(legacy, migrated, **options)
        self._session.comparisons.append({**comparison.as_dict(), "test": self._test})
        if comparison.verdict != "same":
            raise AssertionError(message(comparison))
        return comparison

    def _defaults(self) -> dict[str, Any]:
        """Return budget and seed of the next call."""
        self._budget /= 2  # each call takes half of the rest, so that any number of calls stays within the budget
        self._calls += 1
        seed = zlib.crc32(f"{self._test} {self._calls}".encode()) % 2**31
        return {"budget": self._budget, "seed": seed}


@pytest.fixture
def initializer_parity(request: pytest.FixtureRequest) -> InitializerParity:
    """Compare a migrated initializer with the legacy one, like `tf_initcompat.parity.assert_parity`.

    All tests of a run share one budget of false alarms equally. The calls in one test share the test's part. The seed
    is derived from the test's name. The marker `initializer_parity` sets defaults for the options.

    Returns:
      A function with the arguments of `compare`. It raises an AssertionError if the initializers differ.
    """
    session = request.config.stash[_STASH]
    marked: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers(_NAME))):
        if marker.args:
            raise pytest.UsageError(f"the marker {_NAME} takes keyword arguments only, not {marker.args!r}")
        marked |= marker.kwargs
    return InitializerParity(session, request.node.nodeid, marked, _share(session, request.node.nodeid))


def _share(session: _Session, test: str) -> float:
    """Return the part of the budget that a test gets."""
    if test in session.counted:
        return session.budget * (1 - _RESERVE) / session.tests
    session.reserve /= 2  # requested by getfixturevalue, which collection cannot see
    return session.reserve


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send an xdist worker's comparisons to the controller."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_NAME] = json.dumps(session.config.stash[_STASH].comparisons)


class _Collector:
    """Collects the comparisons of the workers in the process that reports."""

    def __init__(self, session: _Session) -> None:
        self._session = session

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """Receive the comparisons of a worker."""
        del error
        output = getattr(node, "workeroutput", {})
        self._session.comparisons += json.loads(output.get(_NAME, "[]"))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the report and print the summary."""
        session = self._session
        if session.report is not None:
            _write(session, session.report)
            terminalreporter.write_sep("-", f"initializer parity report: {session.report}")
        if session.comparisons:
            checks = [check for comparison in session.comparisons for check in comparison["checks"]]
            statistical = sum(check["p_value"] is not None for check in checks)
            different = sum(comparison["verdict"] == "different" for comparison in session.comparisons)
            terminalreporter.write_line(
                f"initializer parity: {len(session.comparisons)} comparisons, {different} different, "
                f"{len(checks)} checks ({statistical} statistical); expected false alarms at most {session.budget:g}"
            )


def _write(session: _Session, report: Path) -> None:
    from tf_initcompat import __version__
    from tf_initcompat.parity import reports
    from tf_initcompat.parity.results import Comparison, Run
    from tf_initcompat.parity.statistics.settings import Settings

    by_test = sorted(session.comparisons, key=lambda comparison: str(comparison["test"]))
    comparisons = [Comparison.from_dict(comparison) for comparison in by_test]
    seconds = time.perf_counter() - session.started
    run = Run(comparisons, {"tf_initcompat": __version__}, Settings(budget=session.budget), seconds)
    reports.for_path(report).write(run, report)
