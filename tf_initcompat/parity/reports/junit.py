"""Reports as JUnit XML, for CI: a test case for each comparison, a test suite for each symbol."""

from typing import TYPE_CHECKING

from tf_initcompat.parity.diagnosis.explanation import message
from tf_initcompat.parity.reports import labels, register
from tf_initcompat.parity.results import Comparison, Run

if TYPE_CHECKING:
    import junitparser


@register("junit", suffixes=(".xml",), summary="JUnit XML, for CI", packages=("junitparser",), order=300)
def render(run: Run) -> str:
    """Return a run as JUnit XML."""
    import junitparser

    document = junitparser.JUnitXml(name="tf-initcompat verify")
    for name, comparisons in labels.by_name(run.comparisons).items():
        suite = junitparser.TestSuite(_printable(name))
        for comparison in comparisons:
            suite.add_testcase(_case(comparison))
        document.add_testsuite(suite)
    return str(document.tostring(), "utf-8")  # type: ignore[no-untyped-call]


def _case(comparison: Comparison) -> "junitparser.TestCase":
    import junitparser

    title, name = _printable(labels.title(comparison)), _printable(comparison.name)
    case = junitparser.TestCase(title, classname=name, time=round(comparison.seconds[0], 4))
    if comparison.verdict == "different":
        checks = ", ".join(dict.fromkeys(check.name for check in comparison.failures))
        case.result = [junitparser.Failure(_printable(f"differs in {checks}"))]
        case.result[0].text = _printable(message(comparison))
    elif comparison.verdict == "skipped":
        reason = comparison.checks[0].message if comparison.checks else "no checks"
        case.result = [junitparser.Skipped(_printable(reason))]
    return case


def _printable(text: str) -> str:
    """Return the text without the control characters that XML cannot represent."""
    return "".join(character for character in text if character in "\t\n" or character.isprintable())
