"""The results as JUnit XML: a test case for each comparison, a suite for each symbol."""

from pathlib import Path

import junitparser

from tf_initcompat._internal.atomic import write_text
from tf_initcompat.parity.checks import diagnosis
from tf_initcompat.parity.reports.text import by_name
from tf_initcompat.parity.results import Comparison
from tf_initcompat.parity.table.run import Run


def write(run: Run, path: Path) -> None:
    """Writes a run as JUnit XML.

    Args:
      run: The run.
      path: File to write.
    """
    document = junitparser.JUnitXml(name="tf-initcompat verify")
    for name, comparisons in by_name(run.comparisons).items():
        suite = junitparser.TestSuite(_xml(name))
        for comparison in comparisons:
            suite.add_testcase(_case(comparison))
        document.add_testsuite(suite)
    write_text(path, document.tostring().decode("utf-8"))  # type: ignore[no-untyped-call]


def _case(comparison: Comparison) -> junitparser.TestCase:
    title = _xml(" ".join(title_parts(comparison)))
    case = junitparser.TestCase(title, classname=_xml(comparison.name), time=round(comparison.seconds[0], 4))
    if comparison.verdict == "different":
        names = ", ".join(dict.fromkeys(check.name for check in comparison.failures))
        case.result = [junitparser.Failure(_xml(f"differs in {names}"))]
        case.result[0].text = _xml(diagnosis.message(comparison))
    elif comparison.verdict == "skipped":
        case.result = [junitparser.Skipped(_xml(comparison.checks[0].message if comparison.checks else "no checks"))]
    return case


def title_parts(comparison: Comparison) -> list[str]:
    """Returns what tells a comparison from the others of its symbol."""
    parts = [f"({comparison.arguments})", "×".join(map(str, comparison.shape)) or "scalar"]
    if comparison.dtype:
        parts.append(comparison.dtype)
    if comparison.partitions > 1:
        parts.append(f"{comparison.partitions} partitions")
    parts.append("+".join(comparison.contexts) or "interface")
    kinds = {check.name for check in comparison.checks}
    return [*parts, "freshness"] if "calls" in kinds and "stddev" not in kinds else parts


def _xml(text: str) -> str:
    """Returns the text without the control characters that XML cannot hold."""
    return "".join(character for character in text if character in "\t\n" or character.isprintable())
